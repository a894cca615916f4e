//! A mail to people as HTML and as text, from the same data. Pure.
//!
//! The HTML holds no image, no script and nothing from elsewhere, and every style stands at its element, because mail
//! readers take styles away. It is one column, so that it reads on a phone.

use askama::Template;
use jiff::tz::TimeZone;
use platform::report::Status;

use super::content::{Digest, Trouble};
use crate::by_hand::advice::advice;
use crate::by_hand::waiting::Waiting;
use crate::by_hand::words::{counted, how_long, moment};
use crate::health::Health;
use crate::shadow_csv::ShadowCsv;

/// Contacts of each list that a mail shows: enough for a day, and `make quarantine` has them all.
const SHOWN_MAX: usize = 25;
/// A score below which health is called to attention: ten contacts failing in half of the runs.
const HEALTHY: f64 = 75.0;

/// Warnings that are about a contact and not about one of its values.
const COMPARED: [&str; 8] =
    ["drift", "drift_left", "relinked", "remade", "doubled", "missing", "merged_twin", "shared_key"];

/// A mail's page.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Page {
    /// What it is about.
    pub title: String,
    /// From when to when.
    pub subtitle: String,
    /// What its reader has to know first.
    pub notices: Vec<String>,
    /// The figures.
    pub figures: Vec<Figure>,
    /// Lists.
    pub sections: Vec<Section>,
    /// What its reader may want to know last.
    pub footer: String,
}

/// One figure.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Figure {
    /// The number.
    pub value: String,
    /// Of what.
    pub label: String,
    /// Whether somebody should look.
    pub is_bad: bool,
}

/// A list.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Section {
    /// Its title.
    pub title: String,
    /// What is in it.
    pub entries: Vec<Entry>,
    /// What is not shown.
    pub more: String,
}

/// One entry of a list.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Entry {
    /// An id or a few words.
    pub head: String,
    /// What stands beside it.
    pub note: String,
    /// Further lines.
    pub lines: Vec<String>,
    /// What to do about it, or what happened.
    pub point: String,
}

#[derive(Template)]
#[template(path = "notice.html")]
struct Html<'a> {
    page: &'a Page,
}

#[derive(Template)]
#[template(path = "notice.txt")]
struct Text<'a> {
    page: &'a Page,
}

impl Page {
    /// As HTML; `None` when it could not be made, and the text goes out alone.
    pub fn html(&self) -> Option<String> {
        Html { page: self }.render().ok()
    }

    /// As text.
    pub fn text(&self) -> String {
        Text { page: self }.render().unwrap_or_else(|_| self.title.clone())
    }

    /// The daily mail.
    pub fn of_digest(digest: &Digest, zone: &TimeZone) -> Self {
        let mut notices = Vec::new();
        notices.extend(digest.doubt.map(|day| {
            format!("Nobody knows whether the mail of {day} arrived. This one tells what that one had told as well.")
        }));
        if digest.is_shadow {
            notices.push("contact-sync runs as a shadow: it writes nothing to Genesys.".to_owned());
        }
        notices.extend(digest.troubles.iter().filter(|trouble| trouble.status == Status::Braked).map(braked));
        let sections = [
            section("What did not go well", digest.troubles.iter().map(|trouble| trouble_entry(trouble, zone)), ""),
            section(
                "In review: a person has to decide",
                entries(&digest.review, digest, zone),
                &more(&digest.review, "review"),
            ),
            section(
                "In quarantine: refused by Genesys",
                entries(&digest.quarantine, digest, zone),
                &more(&digest.quarantine, "quarantine"),
            ),
            section("Failures by reason", counts(&digest.failed_by), ""),
            section("Left alone by reason", counts(&digest.left_by), ""),
            section("What comparing both sides found", noticed(digest, is_compared), ""),
            section("Values that could not be used", noticed(digest, |code| !is_compared(code)), ""),
        ];
        Self {
            title: "Contacts, Salesforce to Genesys".to_owned(),
            subtitle: format!("{} to {} ({})", moment(digest.from, zone), moment(digest.to, zone), zone_name(zone)),
            notices,
            figures: figures(digest),
            sections: sections.into_iter().flatten().collect(),
            footer: digest.health.map_or_else(|| "There was no run yet.".to_owned(), |health| sentence(&health.line())),
        }
    }

    /// The mail about a shadow run.
    pub fn of_shadow(csv: &ShadowCsv, run_id: &str) -> Self {
        let by_action = csv.counts().iter().map(|(action, count)| Figure {
            value: count.to_string(),
            label: (*action).replace('_', " "),
            is_bad: false,
        });
        let mut notices = vec!["Nothing was written to Genesys: contact-sync runs as a shadow.".to_owned()];
        if csv.left_out() > 0 {
            notices.push(format!("The list is cut: {} more lines are not in it.", csv.left_out()));
        }
        Self {
            title: "What contact-sync would do".to_owned(),
            subtitle: format!("Run {run_id}"),
            notices,
            figures: by_action.collect(),
            sections: Vec::new(),
            footer: "The attached list has a line for each contact: its ids, what would be done, and the names of the fields, never a value.".to_owned(),
        }
    }
}

/// The daily mail's subject.
pub fn subject(digest: &Digest, stage: &str) -> String {
    let waiting = digest.review.len() + digest.quarantine.len();
    let mut parts = Vec::new();
    let braked = digest.troubles.iter().any(|trouble| trouble.status == Status::Braked);
    parts.extend(braked.then(|| "BRAKED".to_owned()));
    parts.push(format!("{} created", digest.created));
    parts.push(format!("{} updated", digest.updated));
    parts.extend((digest.failed > 0).then(|| format!("{} failed", digest.failed)));
    parts.extend((waiting > 0).then(|| counted(waiting, "waits for you", "wait for you")));
    format!("contact-sync {stage}: {}", parts.join(", "))
}

fn figures(digest: &Digest) -> Vec<Figure> {
    let figure = |value: String, label: &str, is_bad| Figure { value, label: label.to_owned(), is_bad };
    let waiting = |list: &[Waiting]| list.len().to_string();
    let health = |health: Health| figure(format!("{:.0}", health.score), "health of 100", health.score < HEALTHY);
    let mut figures = vec![
        figure(digest.created.to_string(), "created", false),
        figure(digest.updated.to_string(), "updated", false),
        figure(digest.failed.to_string(), "failed", digest.failed > 0),
        figure(waiting(&digest.review), "in review", !digest.review.is_empty()),
        figure(waiting(&digest.quarantine), "in quarantine", !digest.quarantine.is_empty()),
        figure(digest.runs.to_string(), if digest.runs == 1 { "run" } else { "runs" }, digest.runs == 0),
    ];
    figures.extend(digest.health.map(health));
    figures
}

fn section(title: &str, entries: impl Iterator<Item = Entry>, more: &str) -> Option<Section> {
    let entries: Vec<Entry> = entries.collect();
    (!entries.is_empty()).then(|| Section { title: title.to_owned(), entries, more: more.to_owned() })
}

fn entries(list: &[Waiting], digest: &Digest, zone: &TimeZone) -> impl Iterator<Item = Entry> {
    list.iter().take(SHOWN_MAX).map(|waiting| {
        let since = format!("since {}, {}", moment(waiting.since, zone), how_long(waiting.since, digest.to));
        let candidates = waiting.candidates.iter().map(|candidate| format!("candidate {}", candidate.line()));
        Entry {
            head: waiting.salesforce_id.clone(),
            note: waiting.reason(),
            lines: std::iter::once(since).chain(candidates).collect(),
            point: advice(waiting),
        }
    })
}

fn more(list: &[Waiting], target: &str) -> String {
    match list.len().saturating_sub(SHOWN_MAX) {
        0 => String::new(),
        left => format!("and {left} more: make {target}"),
    }
}

fn counts<'a>(counts: impl IntoIterator<Item = (&'a String, &'a u64)>) -> impl Iterator<Item = Entry> {
    counts.into_iter().map(|(reason, count)| Entry {
        head: count.to_string(),
        note: reason.replace('_', " "),
        ..Entry::default()
    })
}

/// The warnings of one sort.
fn noticed(digest: &Digest, is_wanted: fn(&str) -> bool) -> impl Iterator<Item = Entry> {
    counts(digest.warnings_by.iter().filter(move |(code, _)| is_wanted(code)))
}

/// Whether a warning is about a contact and not about one of its values.
fn is_compared(code: &str) -> bool {
    COMPARED.contains(&code)
}

fn braked(trouble: &Trouble) -> String {
    format!("A plan was stopped by the brake and waits for you: {}", trouble.reason)
}

fn trouble_entry(trouble: &Trouble, zone: &TimeZone) -> Entry {
    let how = match trouble.status {
        Status::Failed => "failed",
        Status::Braked => "stopped by the brake",
        _ => "left contacts unwritten",
    };
    Entry {
        head: format!("{} {how}", counted(trouble.count, "run", "runs")),
        note: format!("last {}", moment(trouble.last, zone)),
        lines: Vec::new(),
        point: trouble.reason.clone(),
    }
}

fn zone_name(zone: &TimeZone) -> &str {
    zone.iana_name().unwrap_or("UTC")
}

fn sentence(line: &str) -> String {
    let mut letters = line.chars();
    let first = letters.next().map(|first| first.to_ascii_uppercase());
    first.into_iter().chain(letters).chain(['.']).collect()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::by_hand::waiting::tests::{quarantined, reviewed};
    use platform::report::RunReport;

    fn digest() -> Digest {
        let at = |text: &str| text.parse().unwrap();
        let (from, to) = (at("2026-03-15T07:00:00Z"), at("2026-03-16T09:00:00Z"));
        let mut run = RunReport::start_at(at("2026-03-15T12:00:00Z"));
        run.created = 3;
        run.count_fail("busy");
        run.end(Status::Partial, "some contacts failed; the next run goes on");
        Digest {
            quarantine: vec![quarantined("validation.failed")],
            review: vec![reviewed("ambiguous")],
            ..Digest::of(&[run], from, to)
        }
    }

    #[test]
    fn the_text_says_what_happened_and_who_waits() {
        let text = Page::of_digest(&digest(), &TimeZone::UTC).text();
        for part in [
            "2026-03-15 07:00 to 2026-03-16 09:00 (UTC)\n",
            "      3  created\n",
            "      1  in quarantine\n",
            "What did not go well\n\n  1 run left contacts unwritten  last 2026-03-15 12:00\n    some contacts failed",
            "  003000000000001AAA  validation.failed (workPhone)\n    since 2026-03-14 08:00, 2 days\n    Genesys refuses",
            "    candidate g2 (linked with 003000000000002AAA by now)\n",
        ] {
            assert!(text.contains(part), "{part:?} is missing:\n{text}");
        }
        assert!(!text.contains("\n\n\n"), "no two empty lines:\n{text}");
        assert_eq!(subject(&digest(), "prod"), "contact-sync prod: 3 created, 0 updated, 1 failed, 2 wait for you");
    }

    #[test]
    fn what_the_brake_stopped_stands_first_and_is_escaped() {
        let mut digest = digest();
        digest.troubles[0].status = Status::Braked;
        digest.troubles[0].reason = "25 <deletes>".to_owned();
        let html = Page::of_digest(&digest, &TimeZone::UTC).html().unwrap();
        let first = html.find("waits for you: 25 &#60;deletes&#62;").expect("the notice, escaped");
        assert!(first < html.find(">created<").unwrap());
        assert!(subject(&digest, "prod").starts_with("contact-sync prod: BRAKED, 3 created"));
    }

    #[test]
    fn a_long_list_is_cut_and_says_how_to_see_it_all() {
        let digest = Digest { review: vec![reviewed("ambiguous"); SHOWN_MAX + 3], ..digest() };
        assert!(Page::of_digest(&digest, &TimeZone::UTC).text().contains("and 3 more: make review"));
    }
}
