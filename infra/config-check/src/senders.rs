//! Whether each sender is one as whom the stack lets its functions send.
//!
//! Senders stand in the stage's configuration: one for each list of nightly-report, one for contact-sync. The roles'
//! permission to send through SES is cut by the stack's parameter `MailFrom`. A sender that is in the one and not in the
//! other would be found at a quarter past two in the morning.

use contact_sync::config as sync;
use nightly_report::config::{Config, MailBy};
use platform::config::{Fault, from_text};

use crate::stacks::Stacks;

/// The parameter: an address, with `*` for anything.
const SENDER: &str = "MailFrom";

impl Stacks {
    /// Every sender in `stage`'s `text` that mails and that its stack does not let send; `name` is what messages call the
    /// text. Mail through a server needs no permission of AWS.
    pub fn forbidden_senders(&self, stage: &str, text: &str, name: &str) -> Vec<Fault> {
        if !self.has(stage) {
            return Vec::new();
        }
        let allowed = self.value(stage, SENDER).unwrap_or_default();
        let place = format!("{SENDER} of [{stage}.deploy.parameters] in {}", self.name);
        let problem = match allowed.as_str() {
            "" => {
                format!("nothing may be mailed without {place}: add `{SENDER}=<address>` to parameter_overrides there")
            }
            allowed => format!("the stack may mail as `{allowed}` only, see {place}"),
        };
        [of_reports(text, name, &allowed, &problem), of_sync(text, name, &allowed, &problem)].concat()
    }
}

/// The enabled lists of nightly-report. A text that cannot be read is refused by the check before this one.
fn of_reports(text: &str, name: &str, allowed: &str, problem: &str) -> Vec<Fault> {
    let Ok(loaded) = from_text::<Config>(nightly_report::NAME, text, name) else { return Vec::new() };
    if loaded.function.mail != MailBy::Ses {
        return Vec::new();
    }
    let lists = loaded.function.lists.iter().enumerate().filter(|(_, list)| list.enabled);
    let forbidden = lists.filter(|(_, list)| !is_like(bare(list.from.as_str()), allowed));
    forbidden.map(|(row, _)| loaded.refuse(nightly_report::NAME, &format!("lists[{row}].from"), problem)).collect()
}

/// The sender of contact-sync, where somebody gets its mails.
fn of_sync(text: &str, name: &str, allowed: &str, problem: &str) -> Vec<Fault> {
    let Ok(loaded) = from_text::<sync::Config>(contact_sync::NAME, text, name) else { return Vec::new() };
    let config = &loaded.function;
    let mails = config.mail == sync::MailBy::Ses && !config.notify_to.is_empty();
    if !mails || is_like(bare(&config.notify_from), allowed) {
        return Vec::new();
    }
    vec![loaded.refuse(contact_sync::NAME, "notify_from", problem)]
}

/// The address in `Reports <reports@example.com>`, which is what AWS compares.
fn bare(sender: &str) -> &str {
    sender.split_once('<').map_or(sender, |(_, rest)| rest.trim_end_matches('>'))
}

/// As IAM's `StringLike`: `*` stands for any characters.
fn is_like(text: &str, pattern: &str) -> bool {
    match pattern.split_once('*') {
        None => text == pattern,
        Some((start, rest)) => text.strip_prefix(start).is_some_and(|text| {
            let mut ends = text.char_indices().map(|(at, _)| at).chain([text.len()]);
            ends.any(|at| is_like(&text[at..], rest))
        }),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_star_stands_for_anything_and_the_rest_for_itself() {
        for (pattern, fits) in [
            ("reports@example.com", true),
            ("*@example.com", true),
            ("rep*@*.com", true),
            ("*", true),
            ("*@example.co", false),
            ("@example.com", false),
            ("", false),
        ] {
            assert_eq!(is_like("reports@example.com", pattern), fits, "{pattern}");
        }
        assert_eq!(bare("Reports <reports@example.com>"), "reports@example.com");
        assert_eq!(bare("reports@example.com"), "reports@example.com");
    }
}
