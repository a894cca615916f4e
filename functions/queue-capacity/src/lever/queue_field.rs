//! A member of the queue object. Genesys Cloud has no member for a capacity and ignores one that it does not know; the
//! lever is for servers that have it. A PUT replaces the queue: a member that is left out is removed, so everything
//! goes back but what the server computes itself. The entity tag goes along where the server gave one.

use genesys::{Document, Genesys};
use platform::deadline::Deadline;
use platform::lease::LeaseGuard;
use platform::vendor::CallError;

use super::{Found, Set, with_all};

/// What Genesys computes, and does not take in a PUT (`Queue` against `QueueRequest` in the API's model).
const COMPUTED: [&str; 9] = [
    "id",
    "selfUri",
    "dateCreated",
    "dateModified",
    "createdBy",
    "modifiedBy",
    "memberCount",
    "userMemberCount",
    "joinedMemberCount",
];

/// Members that mean something else in the documented queue object: setting one of them to a number would do harm.
const KNOWN: [&str; 30] = [
    "name",
    "division",
    "description",
    "mediaSettings",
    "routingRules",
    "conditionalGroupRouting",
    "conditionalGroupActivation",
    "bullseye",
    "scoringMethod",
    "lastAgentRoutingMode",
    "acwSettings",
    "skillEvaluationMethod",
    "memberGroups",
    "queueFlow",
    "emailInQueueFlow",
    "messageInQueueFlow",
    "whisperPrompt",
    "onHoldPrompt",
    "defaultMediaLanguage",
    "autoAnswerOnly",
    "cannedResponseLibraries",
    "enableTranscription",
    "enableAudioMonitoring",
    "enableManualAssignment",
    "agentOwnedRouting",
    "directRouting",
    "callingPartyName",
    "callingPartyNumber",
    "defaultScripts",
    "suppressInQueueCallRecording",
];

/// A queue.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct QueueField {
    /// The queue's id.
    pub queue: String,
    /// Further members that this server computes.
    pub strip: Vec<String>,
}

impl QueueField {
    /// Whether `field` is a documented member of the queue object, and so no capacity.
    pub fn is_known(field: &str) -> bool {
        COMPUTED.contains(&field) || KNOWN.contains(&field)
    }

    /// The queue as it was found, without what the server computes, and with other numbers in these members.
    pub fn plan(&self, wanted: &[Set<'_>], found: &Found) -> Document {
        with_all(&self.without_computed(&found.document), wanted)
    }

    pub(super) fn without_computed(&self, queue: &Document) -> Document {
        let names: Vec<&str> = COMPUTED.into_iter().chain(self.strip.iter().map(String::as_str)).collect();
        queue.without(&names)
    }

    pub(super) fn object_id(&self) -> String {
        format!("queue/{}", self.queue)
    }

    pub(super) async fn read(&self, genesys: &Genesys, deadline: Deadline) -> Result<Found, CallError> {
        let queue = genesys.queue(&self.queue, deadline).await?;
        Ok(Found { document: queue.document, etag: queue.etag })
    }

    pub(super) async fn apply(
        &self,
        body: &Document,
        found: &Found,
        genesys: &Genesys,
        lease: &LeaseGuard,
        deadline: Deadline,
    ) -> Result<(), CallError> {
        genesys.put_queue(&self.queue, body, found.etag.as_deref(), lease, deadline).await
    }
}
