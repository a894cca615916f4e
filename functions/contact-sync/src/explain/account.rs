//! What is known about an account: the organization that it has become, or why it is none.

use jiff::tz::TimeZone;
use platform::audit::Trail;
use platform::deadline::Deadline;
use platform::link::LinkState;
use platform::organization::OrganizationRow;
use serde_json::{Value, json};

use super::story::{now_line, told};
use crate::connect::ContactSync;
use crate::failure::JobError;
use crate::source::IN_FLIGHT;

impl ContactSync {
    /// The story of one account, from its row and its audit lines. Neither vendor is asked.
    ///
    /// # Errors
    /// [`JobError`]: the state table did not answer.
    pub(super) async fn explain_account(&self, id: &str, deadline: Deadline) -> Result<Value, JobError> {
        let row = self.organizations.get(&[id.to_owned()]).await?.remove(id);
        let (trail, gap) = match self.platform.audit.about(id, deadline).await {
            Ok(trail) => (trail, None),
            // The rest of the story is worth telling.
            Err(error) => (Trail::default(), Some(format!("?     {error}"))),
        };
        let is_known = row.is_some() || !trail.lines.is_empty();
        let mut text = story(id, row.as_ref(), &trail, &self.zone);
        text.extend(gap);
        let organization = row.and_then(|row| row.genesys_id);
        let account = json!({ "account_id": id, "genesys_id": organization });
        Ok(json!({ "explain": "account id", "known": is_known, "accounts": [account], "text": text }))
    }
}

fn story(id: &str, row: Option<&OrganizationRow>, trail: &Trail, zone: &TimeZone) -> Vec<String> {
    let head = match row.and_then(|row| row.genesys_id.as_ref()) {
        Some(organization) => format!("account {id} in Salesforce is organization {organization} in Genesys"),
        None => format!("account {id} in Salesforce is no organization in Genesys"),
    };
    let past = trail.lines.iter().map(|line| told(line, zone));
    let now = row.map_or_else(|| vec!["nothing was ever written for it".to_owned()], lines);
    [head, String::new()].into_iter().chain(past).chain(now.iter().map(|line| now_line(line))).collect()
}

fn lines(row: &OrganizationRow) -> Vec<String> {
    let names = |wanted: fn(&str) -> bool| -> String {
        let names = row.digests.iter().filter(|(_, digest)| wanted(digest)).map(|(field, _)| field.as_str());
        names.collect::<Vec<_>>().join(", ")
    };
    let mut lines = vec![match (row.state, &row.refused) {
        (_, Some(refused)) => {
            format!(
                "Genesys does not take it ({}): correct it in Salesforce, or run one of its contacts by id",
                refused.code
            )
        }
        (LinkState::Sending, None) => "on its way: it was being sent, the answer is not known".to_owned(),
        (LinkState::Settled, None) => format!("settled; agreed fields: {}", names(|digest| digest != IN_FLIGHT)),
    }];
    let on_the_way = names(|digest| digest == IN_FLIGHT);
    if !on_the_way.is_empty() {
        lines.push(format!("fields on their way: {on_the_way}"));
    }
    if row.failed_ticks > 0 {
        lines.push(format!("failed in {} runs in a row; its contacts wait", row.failed_ticks));
    }
    lines
}

#[cfg(test)]
mod tests {
    use super::*;
    use platform::organization::Refused;

    #[test]
    fn an_account_is_told_by_what_stands_in_its_row() {
        let row = OrganizationRow {
            account_id: "001".to_owned(),
            genesys_id: Some("o-1".to_owned()),
            digests: [("name".to_owned(), "d".to_owned()), ("industry".to_owned(), IN_FLIGHT.to_owned())].into(),
            digest_key_id: String::new(),
            state: LinkState::Settled,
            map_version: String::new(),
            failed_ticks: 2,
            refused: None,
        };
        let text = |row: Option<&OrganizationRow>| story("001", row, &Trail::default(), &TimeZone::UTC).join("\n");
        assert_eq!(
            text(Some(&row)),
            "account 001 in Salesforce is organization o-1 in Genesys\n\n\
             now   settled; agreed fields: name\nnow   fields on their way: industry\n\
             now   failed in 2 runs in a row; its contacts wait"
        );
        let refused = Some(Refused { hash: String::new(), code: "validation.failed".to_owned() });
        assert!(text(Some(&OrganizationRow { refused, ..row })).contains("does not take it (validation.failed)"));
        assert!(text(None).contains("nothing was ever written"));
    }
}
