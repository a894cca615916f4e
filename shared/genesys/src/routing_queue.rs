//! A routing queue as a whole.
//!
//! There is no PATCH on a queue, and Genesys sends no entity tag for one. Where a server does send one (a proxy, the
//! asked-for form), a PUT carries it in `If-Match` and a 412 becomes [`Failure::Conflict`](platform::vendor::Failure).

use platform::deadline::Deadline;
use platform::lease::LeaseGuard;
use platform::retry::Repeat;
use platform::vendor::{CallError, Failure, Request};
use reqwest::Method;

use crate::path::id;
use crate::{Document, Genesys};

const READ: &str = "read a queue";
const WRITE: &str = "write a queue";

/// A queue as it was read.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct RoutingQueue {
    /// All its fields.
    pub document: Document,
    /// Its entity tag, quotes and all, where the server sent a strong one.
    pub etag: Option<String>,
}

impl Genesys {
    /// A queue (`GET /api/v2/routing/queues/{id}`).
    ///
    /// # Errors
    /// [`CallError`].
    pub async fn queue(&self, id: &str, deadline: Deadline) -> Result<RoutingQueue, CallError> {
        let path = path(id).map_err(|failure| self.api.error(READ, failure))?;
        let url = self.url(READ, &path).await?;
        let answer = self.api.send(&Request::get(READ, url), deadline).await?;
        // A weak tag never matches in `If-Match` (RFC 9110, 8.8.3.2); a proxy that compresses makes weak ones.
        let etag = answer.header("etag").filter(|etag| !etag.starts_with("W/")).map(str::to_owned);
        Ok(RoutingQueue { document: self.read(READ, &answer)?, etag })
    }

    /// Replaces a queue (`PUT /api/v2/routing/queues/{id}`), if it still has this entity tag, where one is given. Never
    /// repeated blindly: the queue is to be read again first.
    ///
    /// # Errors
    /// [`CallError`]; [`Failure::OutOfTime`] when the lease does not outlive the call.
    pub async fn put_queue(
        &self,
        id: &str,
        queue: &Document,
        etag: Option<&str>,
        lease: &LeaseGuard,
        deadline: Deadline,
    ) -> Result<(), CallError> {
        let path = path(id).map_err(|failure| self.api.error(WRITE, failure))?;
        let url = self.url(WRITE, &path).await?;
        let mut request = Request::json(WRITE, Method::PUT, url, queue, Repeat::ReadFirst).under(lease);
        request.headers.extend(etag.map(|etag| ("if-match", etag.to_owned())));
        self.api.send(&request, deadline).await.map(drop)
    }
}

fn path(queue: &str) -> Result<String, Failure> {
    Ok(format!("/api/v2/routing/queues/{}", id(queue, "queue")?))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_id_cannot_lead_to_another_path() {
        assert_eq!(path("q-1").unwrap(), "/api/v2/routing/queues/q-1");
        assert!(path("q-1/members").is_err());
    }
}
