//! What a result, a dry run and the brake say about organizations. Pure.

use platform::organization::OrganizationRow;
use platform::report::RunReport;

use super::Desk;
use super::apply::Written;
use super::plan::{GAVE_UP, OrganizationAction, OrganizationStep};
use crate::check::Tally;

/// Counts the accounts of a slice to which nothing had to be done.
pub(crate) fn count_unchanged(report: &mut RunReport, desk: &Desk) {
    let unchanged = desk.steps.iter().filter(|step| step.action == OrganizationAction::Keep).count() as u64;
    if !desk.steps.is_empty() {
        *report.organizations.entry("unchanged".to_owned()).or_default() += unchanged;
    }
}

/// Counts values that could not be used, once for each account that is written, and names the account in the log.
pub(crate) fn count_warnings(report: &mut RunReport, wanted: &[&OrganizationStep]) {
    for step in wanted {
        for warning in &step.company.warnings {
            report.warn_by(warning.code);
            let (account_id, field, code) = (&step.company.id, &warning.field, warning.code);
            tracing::info!(account_id, field, code, "a value of an account could not be used and was left out");
        }
    }
}

/// Counts what became of those that were written, and their requests.
pub(crate) fn count_written(report: &mut RunReport, written: &Written) {
    for (word, count) in written.counts.iter().chain(&written.requests) {
        *report.organizations.entry((*word).to_owned()).or_default() += count;
    }
    if let Some(count) = written.counts.get("refused") {
        report.warn(format!(
            "accounts that became no organization or an old one: {count}; the log of this run names them and why, and they are tried again when they change in Salesforce"
        ));
    }
}

/// Says of a row that is about to be written that its account has failed too often, if it has.
pub(crate) fn say_given_up(row: &OrganizationRow, reason: &'static str) {
    let OrganizationRow { account_id, refused, .. } = row;
    if refused.as_ref().is_some_and(|refused| refused.code == GAVE_UP) {
        tracing::error!(account_id, reason, "organization keeps failing; given up until the account changes");
    }
}

/// What the brake counts: changes of organizations that exist are changes like those of contacts.
pub(crate) fn tally(wanted: &[&OrganizationStep]) -> Tally {
    let mut tally = Tally::default();
    for step in wanted.iter().filter(|step| step.genesys_id().is_some()) {
        tally.changed += 1;
        for field in &step.clear {
            *tally.emptied.entry(format!("externalOrganization.{field}")).or_default() += 1;
        }
    }
    tally
}

/// Everything that would be written, in a line each, for the fingerprint of a plan.
pub(crate) fn lines(wanted: &[&OrganizationStep]) -> String {
    let mut text = String::new();
    for step in wanted {
        let target = step.genesys_id().map_or("-", String::as_str);
        text += &format!("{} {} {target} {}\n", step.company.id, step.action.name(), step.company.hash);
    }
    text
}
