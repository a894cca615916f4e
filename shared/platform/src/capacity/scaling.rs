//! Application Auto Scaling: what it moves by itself, and the floor below which it does not go.

use aws_sdk_applicationautoscaling::config::Builder;
use aws_sdk_applicationautoscaling::types::{ScalableDimension, ScalableTarget, ServiceNamespace};

use super::{CapacityControl, CapacityError, Dimension, Resource, Target, once};

const TARGETS: &str = "DescribeScalableTargets";
const POLICIES: &str = "DescribeScalingPolicies";
const REGISTER: &str = "RegisterScalableTarget";

/// Pages of an answer. A table has two targets and each of its at most 20 indexes as many: one page. More is a fault.
const PAGES_MAX: usize = 10;

impl CapacityControl {
    /// What is registered for `resources` of `table`, and whether a policy moves it. One request, and one more for each
    /// resource that has a target.
    ///
    /// # Errors
    /// [`CapacityError`].
    pub async fn targets(&self, table: &str, resources: &[Resource]) -> Result<Vec<Target>, CapacityError> {
        let mut targets: Vec<Target> = self
            .registered(table, resources)
            .await?
            .iter()
            .filter_map(|registered| target(registered, table, resources))
            .collect();
        for resource in resources {
            if !targets.iter().any(|target| target.resource == *resource) {
                continue;
            }
            let moved = self.moved_by_policies(table, resource).await?;
            let is_moved = |target: &&mut Target| target.resource == *resource && moved.contains(&target.dimension);
            targets.iter_mut().filter(is_moved).for_each(|target| target.has_policy = true);
        }
        Ok(targets)
    }

    /// Sets the floor of a registered target; its ceiling and its policies stay. One request, sent once.
    ///
    /// # Errors
    /// [`CapacityError`].
    pub async fn set_floor(
        &self,
        table: &str,
        resource: &Resource,
        dimension: Dimension,
        floor: i64,
    ) -> Result<(), CapacityError> {
        self.count_request();
        let request = self
            .scaling
            .register_scalable_target()
            .service_namespace(ServiceNamespace::Dynamodb)
            .resource_id(resource_id(table, resource))
            .scalable_dimension(scalable(resource, dimension))
            .min_capacity(i32::try_from(floor).unwrap_or(i32::MAX));
        let sent = request.customize().config_override(Builder::new().retry_config(once())).send().await;
        sent.map(drop).map_err(|error| CapacityError::of(REGISTER, table, &error))
    }

    async fn registered(&self, table: &str, resources: &[Resource]) -> Result<Vec<ScalableTarget>, CapacityError> {
        let mut registered = Vec::new();
        let mut from = None;
        for _ in 0..PAGES_MAX {
            self.count_request();
            let request = self.scaling.describe_scalable_targets().service_namespace(ServiceNamespace::Dynamodb);
            let ids = resources.iter().map(|resource| resource_id(table, resource)).collect();
            let answer = request.set_resource_ids(Some(ids)).set_next_token(from).send().await;
            let answer = answer.map_err(|error| CapacityError::of(TARGETS, table, &error))?;
            registered.extend(answer.scalable_targets.unwrap_or_default());
            match answer.next_token.filter(|token| !token.is_empty()) {
                Some(next) => from = Some(next),
                None => return Ok(registered),
            }
        }
        Err(endless(TARGETS, table))
    }

    async fn moved_by_policies(&self, table: &str, resource: &Resource) -> Result<Vec<Dimension>, CapacityError> {
        let mut moved = Vec::new();
        let mut from = None;
        for _ in 0..PAGES_MAX {
            self.count_request();
            let request = self.scaling.describe_scaling_policies().service_namespace(ServiceNamespace::Dynamodb);
            let request = request.resource_id(resource_id(table, resource)).set_next_token(from);
            let answer = request.send().await.map_err(|error| CapacityError::of(POLICIES, table, &error))?;
            let policies = answer.scaling_policies.unwrap_or_default();
            moved.extend(policies.iter().filter_map(|policy| dimension(&policy.scalable_dimension)));
            match answer.next_token.filter(|token| !token.is_empty()) {
                Some(next) => from = Some(next),
                None => return Ok(moved),
            }
        }
        Err(endless(POLICIES, table))
    }
}

fn endless(operation: &'static str, table: &str) -> CapacityError {
    CapacityError::NoAnswer { operation, table: table.to_owned(), reason: "an answer without end" }
}

fn resource_id(table: &str, resource: &Resource) -> String {
    match resource {
        Resource::Table => format!("table/{table}"),
        Resource::Index(name) => format!("table/{table}/index/{name}"),
    }
}

fn scalable(resource: &Resource, dimension: Dimension) -> ScalableDimension {
    match (resource, dimension) {
        (Resource::Table, Dimension::Read) => ScalableDimension::DynamoDbTableReadCapacityUnits,
        (Resource::Table, Dimension::Write) => ScalableDimension::DynamoDbTableWriteCapacityUnits,
        (Resource::Index(_), Dimension::Read) => ScalableDimension::DynamoDbIndexReadCapacityUnits,
        (Resource::Index(_), Dimension::Write) => ScalableDimension::DynamoDbIndexWriteCapacityUnits,
    }
}

fn dimension(scalable: &ScalableDimension) -> Option<Dimension> {
    match scalable {
        ScalableDimension::DynamoDbTableReadCapacityUnits | ScalableDimension::DynamoDbIndexReadCapacityUnits => {
            Some(Dimension::Read)
        }
        ScalableDimension::DynamoDbTableWriteCapacityUnits | ScalableDimension::DynamoDbIndexWriteCapacityUnits => {
            Some(Dimension::Write)
        }
        _ => None,
    }
}

fn target(registered: &ScalableTarget, table: &str, resources: &[Resource]) -> Option<Target> {
    Some(Target {
        resource: resources.iter().find(|resource| resource_id(table, resource) == registered.resource_id)?.clone(),
        dimension: dimension(&registered.scalable_dimension)?,
        min: registered.min_capacity.into(),
        max: registered.max_capacity.into(),
        has_policy: false,
    })
}
