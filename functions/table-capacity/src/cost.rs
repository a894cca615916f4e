//! What provisioned units cost a month, roughly: the list price of the units, without storage, discounts or free tier.

use platform::capacity::{Capacity, Units};

use crate::config::{Config, TableConfig};
use crate::plan::{Action, Decision};

/// Hours of an average month, as AWS reckons.
const HOURS: f64 = 730.0;

/// Dollars a month, before and after.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Cost {
    /// With the units as they are.
    pub now: f64,
    /// With the units as decided.
    pub then: f64,
}

/// The cost of what `table` sets: the table and the indexes that go with it. A floor costs what it keeps provisioned at
/// least, so in that mode both figures are those of the floors.
pub fn of(decision: &Decision, capacity: &Capacity, table: &TableConfig, config: &Config) -> Cost {
    match &decision.action {
        Action::SetFloors(_) => floors(decision, config),
        _ => units(decision, capacity, table, config),
    }
}

fn units(decision: &Decision, capacity: &Capacity, table: &TableConfig, config: &Config) -> Cost {
    let resources = table.resources();
    let mut cost = Cost { now: 0.0, then: 0.0 };
    for throughput in capacity.throughputs.iter().filter(|it| resources.contains(&it.resource)) {
        let changed = match &decision.action {
            Action::SetUnits(changes) => changes.iter().find(|change| change.resource == throughput.resource),
            _ => None,
        };
        cost.now += month(throughput.units, config);
        cost.then += month(changed.map_or(throughput.units, |change| change.to), config);
    }
    cost
}

fn floors(decision: &Decision, config: &Config) -> Cost {
    let mut cost = Cost { now: 0.0, then: 0.0 };
    for dial in &decision.dials {
        let units = |number| match dial.dimension {
            platform::capacity::Dimension::Read => Units { read: number, write: 0 },
            platform::capacity::Dimension::Write => Units { read: 0, write: number },
        };
        cost.now += month(units(dial.current), config);
        cost.then += month(units(if dial.moves() { dial.wanted } else { dial.current }), config);
    }
    cost
}

#[expect(clippy::cast_precision_loss, reason = "an estimate; units stay far below 2^53")]
fn month(units: Units, config: &Config) -> f64 {
    let hour = units.read as f64 * config.price_read_unit_hour + units.write as f64 * config.price_write_unit_hour;
    hour * HOURS
}
