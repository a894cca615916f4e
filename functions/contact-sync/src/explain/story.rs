//! What was decided about a contact, told from the oldest to what comes next. Pure.

use jiff::Timestamp;
use jiff::tz::TimeZone;
use platform::audit::{Trail, WrittenLine};
use platform::link::{LinkRow, LinkState};
use platform::report::RunReport;
use serde_json::Value;

use crate::by_hand::advice::advice;
use crate::by_hand::list_name;
use crate::by_hand::waiting::Waiting;
use crate::by_hand::words::{how_long, moment};
use crate::gone::plan::GoneAction;
use crate::source::IN_FLIGHT;

/// Lines of the past that are told: the last ones say most.
const PAST_MAX: usize = 40;

/// Everything that is known about one contact.
#[derive(Clone, Debug, Default)]
pub struct Known {
    /// Its Salesforce id.
    pub salesforce_id: String,
    /// Its link row.
    pub link: Option<LinkRow>,
    /// Where it is set aside.
    pub waiting: Option<Waiting>,
    /// What was done to it.
    pub trail: Trail,
    /// Whether Salesforce shows it.
    pub is_seen: bool,
    /// What could not be asked.
    pub gaps: Vec<String>,
    /// Its company, in a sentence.
    pub company: Option<String>,
    /// What the next run would do, if that could be found out.
    pub next: Option<String>,
}

impl Known {
    /// Whether nothing at all is known here.
    pub fn is_nothing(&self) -> bool {
        self.link.is_none() && self.waiting.is_none() && self.trail.lines.is_empty() && !self.is_seen
    }

    /// Adds what results of runs say about it and no audit line does, because nothing was done to it.
    pub fn add_decisions(&mut self, runs: &[RunReport]) {
        let about = format!("{}: ", self.salesforce_id);
        let is_news = |run: &&RunReport| self.trail.lines.iter().all(|line| line.run_id != run.run_id);
        let decisions = runs.iter().filter(is_news).flat_map(|run| {
            let texts = run.decisions.iter().filter_map(|decision| decision.strip_prefix(&about));
            texts.map(move |text| decided(text, run))
        });
        let decisions: Vec<_> = decisions.collect();
        self.trail.lines.extend(decisions);
        self.trail.lines.sort_by_key(|line| line.at);
    }

    /// The story, one line each.
    pub fn story(&self, map_version: &str, now: Timestamp, zone: &TimeZone) -> Vec<String> {
        let mut story = vec![self.head(), String::new()];
        let past = self.trail.lines.len();
        if past > PAST_MAX {
            story.push(format!("… {} older lines are in the audit log", past - PAST_MAX));
        }
        story.extend(self.trail.lines.iter().skip(past.saturating_sub(PAST_MAX)).map(|line| told(line, zone)));
        if !self.trail.is_whole && past > 0 {
            story.push("… younger lines may be missing: the audit log was not read to its end".to_owned());
        }
        story.extend(self.link.iter().flat_map(|link| link_lines(link, map_version, zone)).map(|line| now_line(&line)));
        story.extend(
            self.waiting.iter().flat_map(|waiting| waiting_lines(waiting, now, zone)).map(|line| now_line(&line)),
        );
        story.extend(self.company.iter().map(|line| now_line(line)));
        story.extend(self.gaps.iter().map(|gap| format!("?     {gap}")));
        story.extend(self.next.iter().map(|next| format!("next  {next}")));
        story
    }

    fn head(&self) -> String {
        match self.link.as_ref().and_then(|link| link.genesys_id.as_ref()) {
            Some(genesys_id) => format!("{} in Salesforce is {genesys_id} in Genesys", self.salesforce_id),
            None => format!("{} in Salesforce is linked with nobody in Genesys", self.salesforce_id),
        }
    }
}

/// A decision of a run as a line of the past.
fn decided(decision: &str, run: &RunReport) -> WrittenLine {
    let (action, why) = decision.split_once(": ").unwrap_or((decision, ""));
    WrittenLine {
        at: run.started_at,
        run_id: run.run_id.clone(),
        subject: String::new(),
        action: action.to_owned(),
        fields: Vec::new(),
        why: why.to_owned(),
    }
}

pub(super) fn now_line(line: &str) -> String {
    format!("now   {line}")
}

pub(super) fn told(line: &WrittenLine, zone: &TimeZone) -> String {
    let fields = if line.fields.is_empty() { String::new() } else { format!(" {}", line.fields.join(", ")) };
    let why = if line.why.is_empty() { String::new() } else { format!(": {}", line.why.replace('_', " ")) };
    format!("{}  {}{fields}{why} (run {})", moment(line.at, zone), line.action.replace('_', " "), line.run_id)
}

fn link_lines(link: &LinkRow, map_version: &str, zone: &TimeZone) -> Vec<String> {
    if let Some(gone) = &link.gone {
        let merged = gone.merged_into.as_ref().map(|master| format!(", merged into {master}")).unwrap_or_default();
        let was = gone.genesys_id.as_ref().map(|id| format!("; it was {id} in Genesys")).unwrap_or_default();
        return vec![format!("deleted in Salesforce{merged}{was}. Late changes do not bring it back.")];
    }
    let version = Timestamp::from_millisecond(link.source_version).map(|at| moment(at, zone)).unwrap_or_default();
    let names = |wanted: fn(&str) -> bool| -> Vec<&str> {
        link.digests.iter().filter(|(_, digest)| wanted(digest)).map(|(field, _)| field.as_str()).collect()
    };
    let (agreed, on_the_way) = (names(|digest| digest != IN_FLIGHT), names(|digest| digest == IN_FLIGHT));
    let mut lines = vec![match (link.state, &link.genesys_id) {
        (LinkState::Settled, Some(_)) => format!("linked and settled, as of the change of {version} in Salesforce"),
        (LinkState::Settled, None) => "not linked: Genesys refused it when it was to be made".to_owned(),
        (LinkState::Sending, _) => {
            format!("on its way: the change of {version} was being sent, its answer is not known")
        }
    }];
    if !agreed.is_empty() {
        lines.push(format!("agreed fields: {}", agreed.join(", ")));
    }
    if !on_the_way.is_empty() {
        lines.push(format!("fields on their way: {}", on_the_way.join(", ")));
    }
    if link.failed_ticks > 0 {
        lines.push(format!("failed in {} runs in a row", link.failed_ticks));
    }
    if link.map_version != map_version {
        lines.push("written under another field map than the present one".to_owned());
    }
    lines
}

fn waiting_lines(waiting: &Waiting, now: Timestamp, zone: &TimeZone) -> Vec<String> {
    let list = list_name(waiting.list);
    let since = format!("since {}, {}", moment(waiting.since, zone), how_long(waiting.since, now));
    let candidates = waiting.candidates.iter().map(|candidate| format!("candidate {}", candidate.line()));
    std::iter::once(format!("in {list} {since}: {}", waiting.reason()))
        .chain(candidates)
        .chain([advice(waiting)])
        .collect()
}

/// What the next run would do, in a sentence. `row` is the contact's row in a dry run's plan, which leaves out whom nothing
/// happens to; `is_seen` whether Salesforce shows the contact.
pub fn next_line(is_seen: bool, row: Option<&Value>) -> String {
    let Some(row) = row else {
        return match is_seen {
            true => "the next run changes nothing: Genesys has all of it".to_owned(),
            false => "the next run does nothing: Salesforce does not show it (deleted, hidden, or outside the filter)"
                .to_owned(),
        };
    };
    let listed = |name: &str, verb: &str| {
        let fields: Vec<&str> = row[name].as_array().into_iter().flatten().filter_map(Value::as_str).collect();
        if fields.is_empty() { String::new() } else { format!(", {verb} {}", fields.join(", ")) }
    };
    let fields = format!("{}{}", listed("write", "write"), listed("empty", "empty"));
    match row["action"].as_str().unwrap_or_default() {
        "wait_in_quarantine" => "the next run leaves it alone: it is in quarantine and unchanged".to_owned(),
        "wait_in_review" => "the next run leaves it alone: it waits for a decision".to_owned(),
        "review" => "the next run puts it into review: a person has to decide".to_owned(),
        action => {
            let target = row["genesys_id"].as_str().unwrap_or("it");
            format!("the next run would {} {target}{fields}", action.replace('_', " "))
        }
    }
}

/// What comes next for a contact whose deletion failed in too many runs.
pub const DEPARTURE_GIVEN_UP: &str =
    "the next run leaves it alone: Salesforce has deleted it, and its deletion was given up until it is released";

/// What the next run would do about the Genesys contact of one that Salesforce has deleted, in a sentence.
pub fn departure_line(action: &GoneAction) -> String {
    let what = match action {
        GoneAction::Relink { id, heir } => format!("hand {id} over to {heir}, with whom it was merged"),
        GoneAction::Unlink { id } => format!("unlink {id}, which stays in Genesys"),
        GoneAction::Remove { id } => format!("remove {id} from Genesys"),
        GoneAction::Bury => "only note that, as nothing of its own is left in Genesys".to_owned(),
    };
    format!("Salesforce has deleted it: the next run would {what}")
}

/// The contact's company, in a sentence. `row` is the account's row in a dry run's plan.
pub fn company_line(row: &Value) -> Option<String> {
    let account = row["account_id"].as_str()?;
    let fields: Vec<&str> = [&row["write"], &row["empty"]]
        .into_iter()
        .filter_map(Value::as_array)
        .flatten()
        .filter_map(Value::as_str)
        .collect();
    let is = match row["genesys_id"].as_str() {
        Some(id) => format!("its account {account} is organization {id} in Genesys"),
        None => format!("its account {account} is no organization in Genesys yet"),
    };
    Some(match row["action"].as_str().unwrap_or_default() {
        "keep_organization" => is,
        "organization_refused" => format!(
            "{is}; Genesys does not take it: correct the account in Salesforce, or run one of its contacts by id"
        ),
        "account_hidden" => {
            format!("{is}, and Salesforce does not show the account: share it with the user of the sync")
        }
        _ => format!("{is}; the next run writes {}", fields.join(", ")),
    })
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::by_hand::waiting::tests::quarantined;
    use std::collections::BTreeMap;

    const ID: &str = "003000000000001AAA";

    fn line(second: i64, action: &str, fields: &[&str]) -> WrittenLine {
        WrittenLine {
            at: Timestamp::from_second(1_773_475_200 + second).unwrap(),
            run_id: "r1".to_owned(),
            subject: ID.to_owned(),
            action: action.to_owned(),
            fields: fields.iter().map(|field| (*field).to_owned()).collect(),
            why: "written".to_owned(),
        }
    }

    fn link(state: LinkState) -> LinkRow {
        LinkRow {
            salesforce_id: ID.to_owned(),
            genesys_id: Some("g-1".to_owned()),
            digests: BTreeMap::from([
                ("firstName".to_owned(), "d1".to_owned()),
                ("workPhone".to_owned(), IN_FLIGHT.to_owned()),
            ]),
            digest_key_id: String::new(),
            source_version: 1_773_475_000_000,
            state,
            fence: 1,
            map_version: "m1".to_owned(),
            failed_ticks: 2,
            gone: None,
        }
    }

    #[test]
    fn a_story_goes_from_the_oldest_to_what_comes_next() {
        let known = Known {
            salesforce_id: ID.to_owned(),
            link: Some(link(LinkState::Sending)),
            waiting: Some(quarantined("validation.failed")),
            trail: Trail {
                lines: vec![line(0, "create", &["firstName"]), line(60, "update", &["workPhone"])],
                is_whole: true,
            },
            is_seen: true,
            gaps: Vec::new(),
            company: Some("its account 001 is organization o-1 in Genesys".to_owned()),
            next: Some("the next run leaves it alone: it is in quarantine and unchanged".to_owned()),
        };
        let now = "2026-03-16T09:00:00Z".parse().unwrap();
        assert_eq!(
            known.story("m2", now, &TimeZone::UTC).join("\n"),
            "003000000000001AAA in Salesforce is g-1 in Genesys\n\
             \n\
             2026-03-14 08:00  create firstName: written (run r1)\n\
             2026-03-14 08:01  update workPhone: written (run r1)\n\
             now   on its way: the change of 2026-03-14 07:56 was being sent, its answer is not known\n\
             now   agreed fields: firstName\n\
             now   fields on their way: workPhone\n\
             now   failed in 2 runs in a row\n\
             now   written under another field map than the present one\n\
             now   in quarantine since 2026-03-14 08:00, 2 days: validation.failed (workPhone)\n\
             now   Genesys refuses the value of workPhone. Correct it in Salesforce; the next run takes it up by itself.\n\
             now   its account 001 is organization o-1 in Genesys\n\
             next  the next run leaves it alone: it is in quarantine and unchanged"
        );
    }

    #[test]
    fn what_comes_next_is_a_sentence() {
        let row = |action: &str| serde_json::json!({"action": action, "genesys_id": "g-1", "write": ["firstName"], "empty": ["workPhone"]});
        assert_eq!(
            next_line(true, Some(&row("patch"))),
            "the next run would patch g-1, write firstName, empty workPhone"
        );
        assert!(next_line(true, Some(&row("wait_in_review"))).contains("waits for a decision"));
        assert!(next_line(true, None).contains("changes nothing"));
        assert!(next_line(false, None).contains("does not show it"));
    }

    #[test]
    fn a_deletion_is_told_by_what_becomes_of_the_genesys_contact() {
        let id = "g-1".to_owned();
        for (action, told) in [
            (GoneAction::Unlink { id: id.clone() }, "would unlink g-1, which stays"),
            (GoneAction::Remove { id: id.clone() }, "would remove g-1 from Genesys"),
            (GoneAction::Relink { id, heir: "003".to_owned() }, "would hand g-1 over to 003"),
            (GoneAction::Bury, "would only note that"),
        ] {
            assert!(departure_line(&action).contains(told), "{action:?}");
        }
    }

    #[test]
    fn a_company_is_told_in_a_sentence() {
        let told = |action: &str, id: Option<&str>| {
            let row = serde_json::json!({
                "account_id": "001", "action": action, "genesys_id": id, "write": ["externalOrganization.name"], "empty": []
            });
            company_line(&row).unwrap_or_default()
        };
        assert_eq!(told("keep_organization", Some("o-1")), "its account 001 is organization o-1 in Genesys");
        assert!(told("create_organization", None).ends_with("yet; the next run writes externalOrganization.name"));
        assert!(told("organization_refused", None).contains("correct the account"));
        assert!(told("account_hidden", None).contains("share it"));
        assert_eq!(company_line(&Value::Null), None);
    }

    #[test]
    fn a_long_past_is_cut_at_its_beginning() {
        let lines: Vec<_> = (0..100).map(|second| line(second, "update", &[])).collect();
        let known = Known { salesforce_id: ID.to_owned(), trail: Trail { lines, is_whole: false }, ..Known::default() };
        let story = known.story("m1", Timestamp::UNIX_EPOCH, &TimeZone::UTC);
        assert!(story.iter().any(|line| line == "… 60 older lines are in the audit log"), "{story:?}");
        assert!(story.last().unwrap().contains("not read to its end"), "{story:?}");
    }
}
