//! Builds what is read about one number, in a line or two.

use jiff::{SignedDuration, Timestamp};
use platform::group::Group;
use platform::target::TargetRow;
use queue_capacity::check::check;
use queue_capacity::config::Config;
use queue_capacity::lever::Number;
use queue_capacity::mapping::{Mapping, mappings};
use queue_capacity::plan::{Decision, Reading, plan};

/// The fingerprint of what stands beside the number.
pub const REST: &str = "rest";

pub fn now() -> Timestamp {
    "2026-11-24T10:00:00Z".parse().unwrap()
}

pub fn ago(seconds: i64) -> i64 {
    (now() - SignedDuration::from_secs(seconds)).as_millisecond()
}

pub fn config(text: &str) -> Config {
    platform::config::from_text::<Config>(queue_capacity::NAME, text, "test.toml").unwrap().function
}

/// One group with one column of a data table, with `more` settings in the mapping and in the target.
pub fn mapping(of_group: &str, of_target: &str) -> Mapping {
    let text = format!(
        "[[queue-capacity.mappings]]\ngroup = \"asg\"\n{of_group}\n[[queue-capacity.mappings.targets]]\n\
         lever = \"data_table_row\"\ntable = \"t\"\nrow = \"Support\"\ncolumn = \"capacity\"\n{of_target}\n"
    );
    mappings(&config(&text)).unwrap().remove(0)
}

pub fn group(size: i64) -> Group {
    Group { desired: size, in_service: Some(size), is_suspended: false, is_deleting: false }
}

/// What is remembered after Genesys held `number`.
pub fn settled(number: i64) -> TargetRow {
    let id = "row/t/Support/capacity".to_owned();
    TargetRow { id, settled: Some(number), rest: Some(REST.to_owned()), ..TargetRow::default() }
}

/// The checked decision, at a moment.
pub fn decided_at(
    now: Timestamp,
    mapping: &Mapping,
    group: &Group,
    found: Number,
    row: Option<&TargetRow>,
) -> Decision {
    let target = &mapping.objects[0].targets[0];
    let decision = plan(&Reading { mapping, target, group, found, rest: REST, row }, now);
    check(&decision, target).unwrap();
    decision
}

/// The checked decision.
pub fn decided(mapping: &Mapping, group: &Group, found: Number, row: Option<&TargetRow>) -> Decision {
    decided_at(now(), mapping, group, found, row)
}
