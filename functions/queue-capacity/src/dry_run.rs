//! The same reading and the same plan, without lock and without effect.

use std::collections::{BTreeMap, HashMap};

use platform::deadline::Deadline;
use platform::group::Group;
use platform::next::Next;
use platform::report::{RunReport, Status};
use platform::target::TargetRow;
use platform::vendor::CallError;

use crate::check::check;
use crate::connect::QueueCapacity;
use crate::mapping::{Mapping, Object, Target};
use crate::outcome::DecideError;
use crate::plan::{Decision, Reading, plan};
use crate::record;

/// What a dry run knows of a group before it looks at Genesys.
struct Scene<'m> {
    mapping: &'m Mapping,
    group: Group,
    rows: HashMap<String, TargetRow>,
}

impl QueueCapacity {
    /// What the next tick would do, or would do with these sizes. A mapping that is not enabled is looked at when a size is
    /// given for its group. What is parked is looked at too, and shown as parked.
    pub(crate) async fn dry_run(&self, imagined: &BTreeMap<String, i64>, report: &mut RunReport, deadline: Deadline) {
        let mut lines = Vec::new();
        let is_asked_for = |mapping: &&Mapping| mapping.enabled || imagined.contains_key(&mapping.group);
        for mapping in self.mappings.iter().filter(is_asked_for) {
            let scene = match self.scene(mapping, imagined.get(&mapping.group).copied()).await {
                Ok(scene) => scene,
                Err(error) => {
                    let line = format!("{}: {error}", mapping.group);
                    count_failed(report, mapping.targets().count(), error.name(), error.next(), line);
                    continue;
                }
            };
            for object in &mapping.objects {
                match self.planned(&scene, object, deadline).await {
                    Ok(decisions) => {
                        let lever = object.lever.name().as_str();
                        for (target, decision) in object.targets.iter().zip(&decisions) {
                            count_planned(report, mapping, target, decision);
                            lines.push(record::dry_run_row(mapping, lever, decision, scene.is_parked(target)));
                        }
                    }
                    Err(error) => {
                        let line = format!("{}: {error}", object.lever.object_id());
                        count_failed(report, object.targets.len(), error.reason(), error.next(), line);
                    }
                }
            }
        }
        report.plan = Some(lines.into());
        for group in imagined.keys().filter(|group| self.mappings.iter().all(|mapping| mapping.group != **group)) {
            report.warn(format!("no mapping has the group {group}"));
        }
    }

    async fn scene<'m>(&self, mapping: &'m Mapping, imagined: Option<i64>) -> Result<Scene<'m>, DecideError> {
        let group = match imagined {
            Some(size) => Group { desired: size, in_service: Some(size), is_suspended: false, is_deleting: false },
            None => self.groups.read(&mapping.group).await?,
        };
        Ok(Scene { mapping, group, rows: self.targets.of(&mapping.job).await? })
    }

    async fn planned(
        &self,
        scene: &Scene<'_>,
        object: &Object,
        deadline: Deadline,
    ) -> Result<Vec<Decision>, CallError> {
        let found = object.lever.read(&self.genesys, deadline).await?;
        let now = self.platform.clock.now();
        let rest = object.rest(&found);
        let decided = object.targets.iter().map(|target| {
            let path = target.path();
            let (mapping, group, row) = (scene.mapping, &scene.group, scene.rows.get(&target.id));
            plan(&Reading { mapping, target, group, found: found.number(&path), rest: &rest, row }, now)
        });
        Ok(decided.collect())
    }
}

impl Scene<'_> {
    fn is_parked(&self, target: &Target) -> bool {
        let parked = self.rows.get(&target.id).and_then(|row| row.parked.as_ref());
        parked.is_some_and(|parked| parked.settings == target.settings)
    }
}

fn count_planned(report: &mut RunReport, mapping: &Mapping, target: &Target, decision: &Decision) {
    report.fetched += 1;
    match check(decision, target) {
        Ok(()) => report.count_skip("dry_run"),
        Err(fault) => {
            report.count_fail("plan");
            report.end(Status::Failed, fault.to_string());
        }
    }
    report.decide(format!("{}: {}", mapping.group, decision.explain()));
}

fn count_failed(report: &mut RunReport, targets: usize, reason: &str, next: Next, line: String) {
    for _ in 0..targets {
        report.fetched += 1;
        report.count_fail(reason);
    }
    if report.status != Status::Failed {
        report.end(if next == Next::StopAndAlert { Status::Failed } else { Status::Partial }, line);
    }
}
