//! Who carries an external id of ours in Genesys.

use genesys::{Genesys, Identifier};
use platform::deadline::Deadline;
use platform::vendor::CallError;

use crate::candidates::GenesysId;

/// Finds who carries an external id of ours.
pub struct Lookup<'a> {
    /// The vendor.
    pub genesys: &'a Genesys,
    /// The id of our external source; without one, nobody carries anything of ours.
    pub external_source: Option<&'a str>,
    /// The invocation's end.
    pub deadline: Deadline,
}

impl Lookup<'_> {
    pub(super) async fn carrier(&self, salesforce_id: &str) -> Result<Option<GenesysId>, CallError> {
        let Some(source) = self.external_source else { return Ok(None) };
        let found = self.genesys.lookup(&Identifier::external_id(source, salesforce_id), self.deadline).await?;
        Ok(found.and_then(|contact| contact.current_id().map(str::to_owned)))
    }
}
