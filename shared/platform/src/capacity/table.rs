//! DynamoDB's own view of a table, and the one call that sets provisioned units.

use aws_sdk_dynamodb::config::Builder;
use aws_sdk_dynamodb::error::BuildError;
use aws_sdk_dynamodb::primitives::DateTime;
use aws_sdk_dynamodb::types::{
    BillingMode, GlobalSecondaryIndexDescription, GlobalSecondaryIndexUpdate, IndexStatus, ProvisionedThroughput,
    ProvisionedThroughputDescription, TableDescription, TableStatus, UpdateGlobalSecondaryIndexAction,
};
use jiff::Timestamp;

use super::{Capacity, CapacityControl, CapacityError, Resource, Throughput, Units, once};

const DESCRIBE: &str = "DescribeTable";
const UPDATE: &str = "UpdateTable";

impl CapacityControl {
    /// `table` as it is now. One request.
    ///
    /// # Errors
    /// [`CapacityError`].
    pub async fn describe(&self, table: &str) -> Result<Capacity, CapacityError> {
        self.count_request();
        let answer = self.dynamodb.describe_table().table_name(table).send().await;
        let described = answer.map_err(|error| CapacityError::of(DESCRIBE, table, &error))?.table;
        let unreadable =
            || CapacityError::NoAnswer { operation: DESCRIBE, table: table.to_owned(), reason: "unreadable answer" };
        described.as_ref().and_then(capacity).ok_or_else(unreadable)
    }

    /// Sets the units of these resources of `table`, all of them or none. One request, sent once.
    ///
    /// # Errors
    /// [`CapacityError`].
    pub async fn set_units(&self, table: &str, changes: &[(Resource, Units)]) -> Result<(), CapacityError> {
        let not_built =
            |_| CapacityError::Refused { operation: UPDATE, table: table.to_owned(), code: "not built".to_owned() };
        self.count_request();
        let mut request = self.dynamodb.update_table().table_name(table);
        for (resource, units) in changes {
            request = match resource {
                Resource::Table => request.provisioned_throughput(throughput(*units).map_err(not_built)?),
                Resource::Index(name) => {
                    request.global_secondary_index_updates(index_update(name, *units).map_err(not_built)?)
                }
            };
        }
        let sent = request.customize().config_override(Builder::new().retry_config(once())).send().await;
        sent.map(drop).map_err(|error| CapacityError::of(UPDATE, table, &error))
    }
}

fn throughput(units: Units) -> Result<ProvisionedThroughput, BuildError> {
    ProvisionedThroughput::builder().read_capacity_units(units.read).write_capacity_units(units.write).build()
}

fn index_update(name: &str, units: Units) -> Result<GlobalSecondaryIndexUpdate, BuildError> {
    let update = UpdateGlobalSecondaryIndexAction::builder().index_name(name);
    let update = update.provisioned_throughput(throughput(units)?).build()?;
    Ok(GlobalSecondaryIndexUpdate::builder().update(update).build())
}

/// `None` for an answer without the parts that every table has.
fn capacity(table: &TableDescription) -> Option<Capacity> {
    let mode = table.billing_mode_summary().and_then(|summary| summary.billing_mode());
    let is_active = table.table_status()? == &TableStatus::Active;
    let own = table.provisioned_throughput()?;
    let mut throughputs = vec![resource(Resource::Table, own, is_active)];
    throughputs.extend(table.global_secondary_indexes().iter().filter_map(index));
    throughputs.sort_by(|a, b| a.resource.cmp(&b.resource));
    // A table that never was anything but provisioned has no summary; on demand its units are zero.
    let is_on_demand =
        mode == Some(&BillingMode::PayPerRequest) || (mode.is_none() && own.read_capacity_units() == Some(0));
    Some(Capacity { is_on_demand, throughputs })
}

fn index(index: &GlobalSecondaryIndexDescription) -> Option<Throughput> {
    let is_active = index.index_status() == Some(&IndexStatus::Active);
    Some(resource(Resource::Index(index.index_name()?.to_owned()), index.provisioned_throughput()?, is_active))
}

fn resource(resource: Resource, described: &ProvisionedThroughputDescription, is_active: bool) -> Throughput {
    Throughput {
        resource,
        units: Units {
            read: described.read_capacity_units().unwrap_or_default(),
            write: described.write_capacity_units().unwrap_or_default(),
        },
        is_active,
        decreases_today: described.number_of_decreases_today().unwrap_or_default(),
        last_decrease: described.last_decrease_date_time().and_then(moment),
        last_increase: described.last_increase_date_time().and_then(moment),
    }
}

fn moment(at: &DateTime) -> Option<Timestamp> {
    Timestamp::from_millisecond(at.to_millis().ok()?).ok()
}
