//! The kinds of fault: their names, where each makes sense at all, and what each does.

use serde::{Deserialize, Serialize};

use super::verdict::Effect;
use super::{
    ForeignWrite, PartialFailure, answer_lost, bad_gateway_502, busy, clock_skew, concurrent_limit,
    connection_closed_midway, duplicate_row_on_page, empty_200, expired_token, gateway_timeout_504, html_gateway,
    late_commit, proxy_retry, query_locator_gone, quota_exhausted, refused, reordered_results, reset_before,
    short_page, slow, slow_drip, stale_search_index, throttle, throttle_without_retry_after, token_revoked,
    truncated_body, wrong_id_answered,
};
use crate::faults::target::Line;
use crate::operations::Vendor;

/// A fault with its settings; the name stands in `fault`.
#[derive(Clone, Debug, Deserialize, Serialize)]
#[serde(tag = "fault", rename_all = "snake_case")]
pub(super) enum Fault {
    Throttle(throttle::Throttle),
    ThrottleWithoutRetryAfter(throttle_without_retry_after::ThrottleWithoutRetryAfter),
    QuotaExhausted(quota_exhausted::QuotaExhausted),
    ConcurrentLimit(concurrent_limit::ConcurrentLimit),
    Busy(busy::Busy),
    Refused(refused::Refused),
    TokenRevoked(token_revoked::TokenRevoked),
    ExpiredToken(expired_token::ExpiredToken),
    QueryLocatorGone(query_locator_gone::QueryLocatorGone),
    HtmlGateway(html_gateway::HtmlGateway),
    #[serde(rename = "bad_gateway_502")]
    BadGateway(bad_gateway_502::BadGateway),
    #[serde(rename = "gateway_timeout_504")]
    GatewayTimeout(gateway_timeout_504::GatewayTimeout),
    #[serde(rename = "empty_200")]
    Empty(empty_200::Empty),
    ProxyRetry(proxy_retry::ProxyRetry),
    ResetBefore(reset_before::ResetBefore),
    AnswerLost(answer_lost::AnswerLost),
    ConnectionClosedMidway(connection_closed_midway::ConnectionClosedMidway),
    TruncatedBody(truncated_body::TruncatedBody),
    Slow(slow::Slow),
    SlowDrip(slow_drip::SlowDrip),
    ClockSkew(clock_skew::ClockSkew),
    PartialFailure(PartialFailure),
    WrongIdAnswered(wrong_id_answered::WrongIdAnswered),
    ForeignWrite(ForeignWrite),
    ShortPage(short_page::ShortPage),
    DuplicateRowOnPage(duplicate_row_on_page::DuplicateRowOnPage),
    ReorderedResults(reordered_results::ReorderedResults),
    StaleSearchIndex(stale_search_index::StaleSearchIndex),
    LateCommit(late_commit::LateCommit),
}

/// All names, in the order in which the README explains them.
pub(crate) const NAMES: [&str; 29] = [
    "throttle",
    "throttle_without_retry_after",
    "quota_exhausted",
    "concurrent_limit",
    "busy",
    "refused",
    "token_revoked",
    "expired_token",
    "query_locator_gone",
    "html_gateway",
    "bad_gateway_502",
    "gateway_timeout_504",
    "empty_200",
    "proxy_retry",
    "reset_before",
    "answer_lost",
    "connection_closed_midway",
    "truncated_body",
    "slow",
    "slow_drip",
    "clock_skew",
    "partial_failure",
    "wrong_id_answered",
    "foreign_write",
    "short_page",
    "duplicate_row_on_page",
    "reordered_results",
    "stale_search_index",
    "late_commit",
];

impl Fault {
    /// Whether the fault can happen on such a request at all; others are not even counted.
    pub(super) fn makes_sense_on(&self, line: Line<'_>) -> bool {
        let is_login = matches!(line.operation, "oauth_token" | "login");
        match self {
            Self::ExpiredToken(_) => is_login,
            Self::QuotaExhausted(_) | Self::ConcurrentLimit(_) => line.vendor == Vendor::Salesforce && !is_login,
            Self::QueryLocatorGone(_) => line.operation == "query_more",
            Self::LateCommit(_) => {
                line.vendor == Vendor::Salesforce
                    && line.operation.starts_with("query")
                    && line.operation != "query_more"
            }
            Self::StaleSearchIndex(_) => line.operation == "contacts_search",
            _ => true,
        }
    }

    /// What it does to a request of this vendor; `draw` is the rule's own chance for this call.
    pub(super) fn effect(&self, vendor: Vendor, draw: u64) -> Effect {
        match self {
            Self::Throttle(fault) => fault.effect(),
            Self::ThrottleWithoutRetryAfter(fault) => fault.effect(),
            Self::QuotaExhausted(fault) => fault.effect(),
            Self::ConcurrentLimit(fault) => fault.effect(),
            Self::Busy(fault) => fault.effect(vendor),
            Self::Refused(fault) => fault.effect(),
            Self::TokenRevoked(fault) => fault.effect(),
            Self::ExpiredToken(fault) => fault.effect(),
            Self::QueryLocatorGone(fault) => fault.effect(),
            Self::HtmlGateway(fault) => fault.effect(),
            Self::BadGateway(fault) => fault.effect(),
            Self::GatewayTimeout(fault) => fault.effect(),
            Self::Empty(fault) => fault.effect(),
            Self::ProxyRetry(fault) => fault.effect(),
            Self::ResetBefore(fault) => fault.effect(),
            Self::AnswerLost(fault) => fault.effect(),
            Self::ConnectionClosedMidway(fault) => fault.effect(),
            Self::TruncatedBody(fault) => fault.effect(),
            Self::Slow(fault) => fault.effect(),
            Self::SlowDrip(fault) => fault.effect(),
            Self::ClockSkew(fault) => fault.effect(),
            Self::PartialFailure(fault) => fault.effect(),
            Self::WrongIdAnswered(fault) => fault.effect(),
            Self::ForeignWrite(fault) => fault.effect(),
            Self::ShortPage(fault) => fault.effect(),
            Self::DuplicateRowOnPage(fault) => fault.effect(),
            Self::ReorderedResults(fault) => fault.effect(draw),
            Self::StaleSearchIndex(fault) => fault.effect(),
            Self::LateCommit(fault) => fault.effect(),
        }
    }
}
