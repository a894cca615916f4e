//! What a shadow run would do, as a list for a spreadsheet: ids, actions and names of fields, never a value. Pure.

use std::collections::BTreeMap;

use platform::mark::Mark;

use crate::gone::plan::GoneStep;
use crate::organizations::plan::OrganizationStep;
use crate::plan::{Action, Step};

/// The most lines in one file: some 150 bytes each stay far below what a mail may carry, and a person reads no more.
const LINES_MAX: usize = 20_000;

const HEAD: &str = "salesforce_id,action,genesys_id,write,empty,candidates\r\n";

/// The list of one invocation.
#[derive(Clone, Debug, Default)]
pub struct ShadowCsv {
    lines: Vec<String>,
    counts: BTreeMap<&'static str, u64>,
}

/// One line.
#[derive(Clone, Copy, Debug, Default)]
pub struct Line<'a> {
    /// The Salesforce contact, or the account.
    pub salesforce_id: &'a str,
    /// What would be done.
    pub action: &'static str,
    /// The Genesys contact, where it is known.
    pub genesys_id: Option<&'a str>,
    /// Names of fields that would be written.
    pub write: &'a [&'a str],
    /// Names of fields that would be emptied.
    pub empty: &'a [&'a str],
    /// Contacts among which a person would have to decide.
    pub candidates: &'a [String],
}

impl ShadowCsv {
    /// Takes in what a plan would do; contacts to which nothing happens are left out, and so are those up to `told_to`: a
    /// shadow run remembers no links, so what is read again to be sure would be told again.
    pub fn add(&mut self, steps: &[Step<'_>], told_to: Option<&Mark>) {
        for step in steps.iter().filter(|step| is_news(step, told_to)) {
            let candidates: &[String] = match &step.action {
                Action::Review { candidates, .. } => candidates,
                action if action.writes() => &[],
                _ => continue,
            };
            let names = |fields: &std::collections::BTreeSet<identity::Field>| -> Vec<String> {
                fields.iter().map(|field| field.as_str().to_owned()).collect()
            };
            let (write, empty) = (names(&step.difference.set), names(&step.difference.clear));
            self.add_line(&Line {
                salesforce_id: step.source.id.as_str(),
                action: step.action.name(),
                genesys_id: step.action.target().map(String::as_str),
                write: &write.iter().map(String::as_str).collect::<Vec<_>>(),
                empty: &empty.iter().map(String::as_str).collect::<Vec<_>>(),
                candidates,
            });
        }
    }

    /// Takes in what would be done about organizations.
    pub fn add_organizations(&mut self, steps: &[&OrganizationStep]) {
        for step in steps {
            let names = step.names();
            let (write, empty) = names.split_at(step.set.len());
            self.add_line(&Line {
                salesforce_id: &step.company.id,
                action: step.action.name(),
                genesys_id: step.genesys_id().map(String::as_str),
                write: &write.iter().map(String::as_str).collect::<Vec<_>>(),
                empty: &empty.iter().map(String::as_str).collect::<Vec<_>>(),
                candidates: &[],
            });
        }
    }

    /// Takes in what would become of deleted contacts. Those from before `told_to` were in an earlier list.
    pub fn add_gone(&mut self, steps: &[GoneStep<'_>], told_to: Option<&Mark>) {
        let is_news = |step: &&GoneStep<'_>| told_to.is_none_or(|to| step.departed.version >= to.at.as_millisecond());
        for step in steps.iter().filter(is_news).filter(|step| step.action.target().is_some()) {
            self.add_line(&Line {
                salesforce_id: &step.departed.id,
                action: step.action.name(),
                genesys_id: step.action.target().map(String::as_str),
                ..Line::default()
            });
        }
    }

    /// Takes in one line.
    pub fn add_line(&mut self, line: &Line<'_>) {
        *self.counts.entry(line.action).or_default() += 1;
        if self.lines.len() == LINES_MAX {
            return;
        }
        let cells = [
            line.salesforce_id.to_owned(),
            line.action.to_owned(),
            line.genesys_id.unwrap_or_default().to_owned(),
            line.write.join(" "),
            line.empty.join(" "),
            line.candidates.join(" "),
        ];
        self.lines.push(cells.map(|cell| safe(&cell)).join(","));
    }

    /// Whether nothing would be done.
    pub fn is_empty(&self) -> bool {
        self.counts.is_empty()
    }

    /// How much would be done, by action.
    pub fn counts(&self) -> &BTreeMap<&'static str, u64> {
        &self.counts
    }

    /// How many lines there would be beyond those in the file.
    pub fn left_out(&self) -> u64 {
        self.counts.values().sum::<u64>() - self.lines.len() as u64
    }

    /// The file.
    pub fn file(&self) -> Vec<u8> {
        let mut file = HEAD.to_owned();
        for line in &self.lines {
            file.push_str(line);
            file.push_str("\r\n");
        }
        file.into_bytes()
    }
}

/// Whether a step is about a contact that nobody was told of up to `told_to`.
pub fn is_news(step: &Step<'_>, told_to: Option<&Mark>) -> bool {
    told_to.is_none_or(|mark| (step.source.modified, step.source.id.as_str()) > (mark.at, mark.id.as_str()))
}

/// Ids and names hold letters, digits and a few signs; whatever else a vendor calls an id is no formula and no cell of its own.
fn safe(cell: &str) -> String {
    cell.chars()
        .map(|c| if c.is_ascii_alphanumeric() || "-_. ".contains(c) { c } else { '_' })
        .collect::<String>()
        .trim_start_matches('-')
        .to_owned()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_line_has_ids_an_action_and_names_of_fields() {
        let mut csv = ShadowCsv::default();
        assert!(csv.is_empty());
        csv.add_line(&Line {
            salesforce_id: "003000000000001AAA",
            action: "patch",
            genesys_id: Some("g-1"),
            write: &["firstName", "workEmail"],
            empty: &["workPhone"],
            candidates: &[],
        });
        csv.add_line(&Line {
            salesforce_id: "003000000000002AAA",
            action: "review",
            candidates: &["g2".to_owned(), "g3".to_owned()],
            ..Line::default()
        });
        let file = String::from_utf8(csv.file()).unwrap();
        assert_eq!(
            file,
            "salesforce_id,action,genesys_id,write,empty,candidates\r\n003000000000001AAA,patch,g-1,firstName workEmail,workPhone,\r\n003000000000002AAA,review,,,,g2 g3\r\n"
        );
        assert_eq!((csv.counts()["patch"], csv.left_out()), (1, 0));
    }

    #[test]
    fn an_id_is_never_a_formula_or_a_cell_of_its_own() {
        assert_eq!(safe("=1+1,\"x\"\n"), "_1_1__x__");
        assert_eq!(safe("-2+3"), "2_3");
    }

    #[test]
    fn a_long_list_is_cut_and_says_so() {
        let mut csv = ShadowCsv::default();
        for _ in 0..LINES_MAX + 5 {
            csv.add_line(&Line { salesforce_id: "003000000000001AAA", action: "create", ..Line::default() });
        }
        assert_eq!((csv.left_out(), csv.counts()["create"]), (5, LINES_MAX as u64 + 5));
    }
}
