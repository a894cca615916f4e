//! Whether a table turned requests away lately, from CloudWatch.

use std::time::Duration;

use aws_sdk_cloudwatch::primitives::DateTime;
use aws_sdk_cloudwatch::types::{Dimension, Metric, MetricDataQuery, MetricDataResult, MetricStat};
use jiff::Timestamp;

use super::{CapacityControl, CapacityError, Resource};

const OPERATION: &str = "GetMetricData";

/// DynamoDB publishes these once a minute, and only in minutes in which something was turned away.
const METRICS: [&str; 2] = ["ReadThrottleEvents", "WriteThrottleEvents"];
const PERIOD_SECONDS: i32 = 60;

impl CapacityControl {
    /// Whether any of `resources` of `table` was throttled in the `window` before `now`. One request.
    ///
    /// # Errors
    /// [`CapacityError`]. An answer that could not be read is never "no".
    pub async fn is_throttled(
        &self,
        table: &str,
        resources: &[Resource],
        now: Timestamp,
        window: Duration,
    ) -> Result<bool, CapacityError> {
        self.count_request();
        let queries = resources.iter().flat_map(|resource| METRICS.map(|metric| (resource, metric)));
        let queries = queries.enumerate().map(|(number, (resource, metric))| query(number, table, resource, metric));
        let end = now.as_second();
        let start = end.saturating_sub(i64::try_from(window.as_secs()).unwrap_or(i64::MAX));
        let request = self
            .metrics
            .get_metric_data()
            .start_time(DateTime::from_secs(start))
            .end_time(DateTime::from_secs(end))
            .set_metric_data_queries(Some(queries.collect()));
        let answer = request.send().await.map_err(|error| CapacityError::of(OPERATION, table, &error))?;
        let counts = answer.metric_data_results().iter().flat_map(MetricDataResult::values);
        Ok(counts.into_iter().any(|count| *count > 0.0))
    }
}

fn query(number: usize, table: &str, resource: &Resource, metric: &str) -> MetricDataQuery {
    let named = |name: &str, value: &str| Dimension::builder().name(name).value(value).build();
    let metric = Metric::builder().namespace("AWS/DynamoDB").metric_name(metric).dimensions(named("TableName", table));
    let metric = match resource {
        Resource::Table => metric,
        Resource::Index(name) => metric.dimensions(named("GlobalSecondaryIndexName", name)),
    };
    let stat = MetricStat::builder().metric(metric.build()).period(PERIOD_SECONDS).stat("Sum").build();
    MetricDataQuery::builder().id(format!("m{number}")).metric_stat(stat).build()
}
