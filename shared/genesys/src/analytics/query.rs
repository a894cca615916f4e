//! A question about conversations: interval, parts, groups and metrics, and its JSON.
//!
//! The interval goes out in UTC; which hours and days it is cut into says the zone beside it. What makes no sense is refused
//! here, before anything is sent.

use jiff::Timestamp;
use platform::vendor::Failure;
use serde::Serialize;
use serde_json::{Value, json};

use super::Metric;

/// Into which parts the interval is cut.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Granularity {
    /// None: the interval as it is.
    Whole,
    /// Hours.
    Hour,
    /// Days of the query's time zone, of 23, 24 or 25 hours.
    Day,
}

/// By what figures are told apart.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize)]
pub enum Dimension {
    /// The queue.
    #[serde(rename = "queueId")]
    Queue,
    /// The medium.
    #[serde(rename = "mediaType")]
    Media,
    /// The agent.
    #[serde(rename = "userId")]
    User,
}

/// One question. Genesys refuses what spans too long an interval for its granularity; 31 days by day are taken.
#[derive(Clone, Copy, Debug)]
pub struct AggregateQuery<'a> {
    /// Begin, included.
    pub from: Timestamp,
    /// End, excluded.
    pub to: Timestamp,
    /// The parts.
    pub granularity: Granularity,
    /// IANA name of the zone whose hours and days the parts are.
    pub time_zone: &'a str,
    /// The groups; none means one group for everything.
    pub group_by: &'a [Dimension],
    /// The figures.
    pub metrics: &'a [Metric],
}

impl AggregateQuery<'_> {
    /// The request's body.
    pub(super) fn body(&self) -> Result<Value, Failure> {
        if self.from >= self.to {
            return Err(Failure::Unexpected("an interval that ends before it begins".to_owned()));
        }
        if self.metrics.is_empty() {
            return Err(Failure::Unexpected("a question for no metric".to_owned()));
        }
        let mut body = json!({
            "interval": format!("{}/{}", iso(self.from), iso(self.to)),
            "timeZone": self.time_zone,
            "groupBy": self.group_by,
            "metrics": self.metrics,
        });
        match self.granularity {
            Granularity::Whole => {}
            Granularity::Hour => body["granularity"] = json!("PT1H"),
            Granularity::Day => body["granularity"] = json!("P1D"),
        }
        Ok(body)
    }
}

/// A moment in UTC: an offset in the interval would count beside the zone.
fn iso(moment: Timestamp) -> String {
    moment.strftime("%Y-%m-%dT%H:%M:%S.%3fZ").to_string()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn query(granularity: Granularity) -> AggregateQuery<'static> {
        AggregateQuery {
            from: "2026-03-08T06:00:00Z".parse().unwrap(),
            to: "2026-03-09T05:00:00Z".parse().unwrap(),
            granularity,
            time_zone: "America/Chicago",
            group_by: &[Dimension::Queue, Dimension::Media, Dimension::User],
            metrics: &[Metric::Offered, Metric::ServiceLevel],
        }
    }

    #[test]
    fn a_question_stands_in_json_as_documented() {
        let expected = json!({
            "interval": "2026-03-08T06:00:00.000Z/2026-03-09T05:00:00.000Z", "timeZone": "America/Chicago",
            "groupBy": ["queueId", "mediaType", "userId"], "metrics": ["nOffered", "oServiceLevel"],
        });
        assert_eq!(query(Granularity::Whole).body().unwrap(), expected);
        assert_eq!(query(Granularity::Hour).body().unwrap()["granularity"], "PT1H");
        assert_eq!(query(Granularity::Day).body().unwrap()["granularity"], "P1D");
    }

    #[test]
    fn what_makes_no_sense_is_not_sent() {
        let day = query(Granularity::Day);
        assert!(AggregateQuery { to: day.from, ..day }.body().is_err());
        assert!(AggregateQuery { metrics: &[], ..day }.body().is_err());
    }
}
