//! What a run leaves behind: counts, one line per decision, and the table that a dry run prints.
//!
//! Messages and tables are both counted as fetched. A message that became its queue's newest load counts as created, a
//! table that was changed as updated; everything else is skipped or failed, with its reason.

use platform::next::Next;
use platform::report::{RunReport, Status};
use serde_json::{Value, json};

use crate::cost::Cost;
use crate::decide::{Decided, Outcome};
use crate::plan::{Action, Decision};
use crate::store::{Intake, Taken};

/// Counts a batch.
pub fn count_intake(report: &mut RunReport, intake: &Intake) {
    for taken in &intake.taken {
        report.fetched += 1;
        match taken {
            Taken::Stored => report.created += 1,
            Taken::Repeated => report.count_skip("repeated"),
            Taken::Ignored(reason) => report.count_skip(reason),
            Taken::GivenBack(reason) => report.count_fail(reason),
        }
    }
    if report.failed > 0 {
        report.end(Status::Partial, "some messages were given back to their queue");
    }
}

/// Counts one table, logs its decision, and keeps it in the result.
pub fn count_decided(report: &mut RunReport, table: &str, decided: &Decided) {
    report.fetched += 1;
    let line = line(table, decided);
    match &decided.outcome {
        Outcome::Updated => report.updated += 1,
        Outcome::Skipped(reason) => report.count_skip(reason),
        Outcome::Failed(error) => {
            report.count_fail(error.name());
            let status = if error.next() == Next::StopAndAlert { Status::Failed } else { Status::Partial };
            if report.status != Status::Failed {
                report.end(status, format!("{table}: {error}"));
            }
        }
    }
    if let Some(Decision { action: Action::Refuse(refusal), .. }) = &decided.decision {
        report.warn(format!("{table}: {refusal}"));
    }
    log(table, decided, &line);
    report.decide(line);
}

fn line(table: &str, decided: &Decided) -> String {
    let explained = decided.decision.as_ref().map(Decision::explain);
    match (&decided.outcome, explained) {
        (Outcome::Failed(error), Some(explained)) => format!("{explained}; failed: {error}"),
        (Outcome::Failed(error), None) => format!("{table}: failed: {error}"),
        // What DynamoDB knew better than its description.
        (Outcome::Skipped(reason @ ("updating" | "budget_spent")), Some(explained)) => format!("{explained}; {reason}"),
        (_, Some(explained)) => explained,
        (Outcome::Skipped("locked"), None) => format!("{table}: another run decides about it at this moment"),
        (_, None) => format!("{table}: not looked at, the time of this invocation is nearly up"),
    }
}

fn log(table: &str, decided: &Decided, line: &str) {
    let decision = decided.decision.as_ref();
    let action = decision.map_or("none", |decision| decision.action.name());
    let conversations = decision.map(|decision| decision.conversations);
    let (read, write) = decision.map(|decision| (decision.wanted.read, decision.wanted.write)).unzip();
    match &decided.outcome {
        Outcome::Failed(error) if error.next() == Next::StopAndAlert => {
            tracing::error!(table, action, conversations, read, write, "{line}");
        }
        Outcome::Failed(_) => tracing::warn!(table, action, conversations, read, write, "{line}"),
        _ => tracing::info!(table, action, conversations, read, write, "{line}"),
    }
}

/// A table of a dry run: nothing is done, and this would be.
pub fn dry_run_row(decision: &Decision, cost: Cost) -> Value {
    json!({
        "table": decision.table,
        "action": decision.action.name(),
        "conversations": decision.conversations,
        "wanted": decision.wanted,
        "decision": decision.explain(),
        "dollars_a_month": {"now": cents(cost.now), "then": cents(cost.then)},
    })
}

fn cents(dollars: f64) -> f64 {
    (dollars * 100.0).round() / 100.0
}

/// One line per table for people.
pub fn dry_run_line(decision: &Decision, cost: Cost) -> String {
    format!("{} (${:.2} a month now, ${:.2} then)", decision.explain(), cost.now, cost.then)
}
