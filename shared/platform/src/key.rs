//! Where each kind of row stands in the state table.
//!
//! Every key is built here and nowhere else, because roles are cut by the key's first part (`dynamodb:LeadingKeys`)
//! and because a key that changed its form would orphan what was stored under the old one. ARCHITECTURE.md lists them.

use std::fmt;

/// The place of one row (or, for [`Key::Run`] and its like, of one of a kind).
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Key<'a> {
    /// The sealed token of an OAuth client, and the claim of whoever refreshes it.
    Token {
        /// OAuth client id.
        client_id: &'a str,
    },
    /// A job's lock: owner, expiry, fence. Never deleted, no TTL.
    Lock {
        /// Job name.
        job: &'a str,
    },
    /// How far a job has come in one of its sources.
    Mark {
        /// Job name.
        job: &'a str,
        /// What is read, such as `salesforce`.
        source: &'a str,
    },
    /// Which Genesys contact belongs to a Salesforce contact.
    Link {
        /// Salesforce id, 18 characters.
        salesforce_id: &'a str,
    },
    /// The link the other way round.
    Peer {
        /// Genesys external contact id.
        genesys_id: &'a str,
    },
    /// Which Genesys external organization belongs to a Salesforce account.
    Organization {
        /// Salesforce id of the account, 18 characters.
        account_id: &'a str,
    },
    /// One entry of a function's run history.
    Run {
        /// Function name.
        function: &'a str,
        /// Run id: a UUID of version 7, so that entries sort by time.
        id: &'a str,
    },
    /// A record that is not tried again until it changes.
    Quarantine {
        /// Job name.
        job: &'a str,
        /// Id in the source.
        source_id: &'a str,
    },
    /// The newest known value of something that events report on.
    Order {
        /// Who keeps it: a function's name.
        consumer: &'a str,
        /// What the events are about, such as a queue.
        entity: &'a str,
    },
    /// That an event was seen, and what was answered.
    Seen {
        /// Where it came from.
        source: &'a str,
        /// The event's id in that source.
        event_id: &'a str,
    },
    /// What is remembered about a number that a job sets at a vendor.
    Target {
        /// Job name: the lock under which it is set.
        job: &'a str,
        /// The target's id within the job.
        id: &'a str,
    },
    /// What is known about one day of a report, or about its mail to one list.
    Report {
        /// The report's name: the lock under which it is written.
        report: &'a str,
        /// `<day>`, or `<day>#<list>`.
        entry: &'a str,
    },
    /// What became of one message of a mail.
    Mail {
        /// The mail's key, as its sender gave it.
        key: &'a str,
        /// The message's id at the service that took it.
        message_id: &'a str,
    },
    /// A record that waits for a person's decision.
    Review {
        /// Job name.
        job: &'a str,
        /// Id in the source.
        source_id: &'a str,
    },
}

impl Key<'_> {
    /// The partition key: attribute `pk`.
    pub fn pk(&self) -> String {
        match self {
            Self::Token { client_id } => format!("token#{client_id}"),
            Self::Lock { job } => format!("lock#{job}"),
            Self::Mark { job, .. } => format!("mark#{job}"),
            Self::Link { salesforce_id } => format!("link#{salesforce_id}"),
            Self::Peer { genesys_id } => format!("peer#{genesys_id}"),
            Self::Organization { account_id } => format!("org#{account_id}"),
            Self::Run { function, .. } => format!("run#{function}"),
            Self::Quarantine { job, .. } => format!("quarantine#{job}"),
            Self::Order { consumer, entity } => format!("order#{consumer}#{entity}"),
            Self::Seen { source, event_id } => format!("seen#{source}#{event_id}"),
            Self::Target { job, .. } => format!("target#{job}"),
            Self::Report { report, .. } => format!("report#{report}"),
            Self::Mail { key, .. } => format!("mail#{key}"),
            Self::Review { job, .. } => format!("review#{job}"),
        }
    }

    /// The sort key: attribute `sk`.
    pub fn sk(&self) -> &str {
        match self {
            Self::Token { .. } => "token",
            Self::Lock { .. } => "lock",
            Self::Mark { source, .. } => source,
            Self::Link { .. } | Self::Peer { .. } | Self::Organization { .. } => "link",
            Self::Run { id, .. } | Self::Target { id, .. } => id,
            Self::Order { .. } => "order",
            Self::Seen { .. } => "seen",
            Self::Report { entry, .. } => entry,
            Self::Mail { message_id, .. } => message_id,
            Self::Quarantine { source_id, .. } | Self::Review { source_id, .. } => source_id,
        }
    }
}

impl fmt::Display for Key<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}/{}", self.pk(), self.sk())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn keys_are_those_of_the_design() {
        let rows = [
            (Key::Token { client_id: "c" }, "token#c/token"),
            (Key::Lock { job: "contact-sync" }, "lock#contact-sync/lock"),
            (Key::Mark { job: "contact-sync", source: "salesforce" }, "mark#contact-sync/salesforce"),
            (Key::Link { salesforce_id: "003" }, "link#003/link"),
            (Key::Peer { genesys_id: "g" }, "peer#g/link"),
            (Key::Organization { account_id: "001" }, "org#001/link"),
            (Key::Run { function: "contact-sync", id: "u" }, "run#contact-sync/u"),
            (Key::Quarantine { job: "contact-sync", source_id: "003" }, "quarantine#contact-sync/003"),
            (Key::Order { consumer: "table-capacity", entity: "q" }, "order#table-capacity#q/order"),
            (Key::Seen { source: "genesys", event_id: "e" }, "seen#genesys#e/seen"),
            (
                Key::Target { job: "queue-capacity#asg", id: "queue/q/capacity" },
                "target#queue-capacity#asg/queue/q/capacity",
            ),
            (Key::Report { report: "nightly", entry: "2026-03-14#ops" }, "report#nightly/2026-03-14#ops"),
            (Key::Mail { key: "nightly/2026-03-14/ops", message_id: "m" }, "mail#nightly/2026-03-14/ops/m"),
            (Key::Review { job: "contact-sync", source_id: "003" }, "review#contact-sync/003"),
        ];
        for (key, place) in rows {
            assert_eq!(key.to_string(), place);
        }
    }
}
