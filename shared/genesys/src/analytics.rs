//! Figures of conversations: counts and sums by queue, medium and agent, for an interval and its hours or days.
//!
//! There is no page and no cursor: one answer holds everything, or the call failed. What did not happen does not stand in
//! the answer, so a metric that is absent is `None` here and never zero; whoever adds up decides what that means.

mod answer;
mod metrics;
mod query;
#[cfg(test)]
mod tests;

use jiff::Timestamp;
use platform::deadline::Deadline;
use platform::retry::Repeat;
use platform::vendor::{CallError, Request};
use reqwest::Method;

pub use metrics::{Counted, Level, Metric, Metrics};
pub use query::{AggregateQuery, Dimension, Granularity};

use crate::Genesys;

const OPERATION: &str = "read conversation aggregates";
const PATH: &str = "/api/v2/analytics/conversations/aggregates/query";

/// What happened in one part of the interval, in one group.
#[derive(Clone, Debug, PartialEq)]
pub struct AggregateRow {
    /// The queue's id; `None` for what belongs to no queue, and when it was not asked for.
    pub queue: Option<String>,
    /// The medium: `voice`, `callback`, `chat`, `email`, `message`. Genesys may name it without being asked.
    pub media: Option<String>,
    /// The agent's id; `None` for what belongs to no agent (offers, abandons), and when it was not asked for.
    pub user: Option<String>,
    /// Begin, included.
    pub from: Timestamp,
    /// End, excluded.
    pub to: Timestamp,
    /// The figures.
    pub metrics: Metrics,
}

impl Genesys {
    /// The figures of an interval (`POST /api/v2/analytics/conversations/aggregates/query`). A group may stand in several
    /// rows for the same time, one for each medium: they add up. A row that is absent had nothing to tell.
    ///
    /// # Errors
    /// [`CallError`], also when a figure cannot be understood: an answer is complete or none.
    pub async fn conversation_aggregates(
        &self,
        query: &AggregateQuery<'_>,
        deadline: Deadline,
    ) -> Result<Vec<AggregateRow>, CallError> {
        let body = query.body().map_err(|failure| self.api.error(OPERATION, failure))?;
        let url = self.url(OPERATION, PATH).await?;
        let request = Request::json(OPERATION, Method::POST, url, &body, Repeat::Safe);
        let answer: answer::Aggregates = self.ask(&request, deadline).await?;
        Ok(answer.rows)
    }
}
