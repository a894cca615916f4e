//! What no combination of loads, settings and AWS states may lead to.

use jiff::SignedDuration;
use platform::capacity::{Capacity, Dimension, Resource, Target, Throughput, Units};
use proptest::prelude::*;
use table_capacity::check::check;
use table_capacity::config::{Mode, TableConfig};
use table_capacity::load::{Known, QueueLoad};
use table_capacity::plan::{Action, Decision, Dial, Hold, Reading, Throttled, Verdict, plan, wanted};

use crate::scene::{RULES, ago, now, table};

const INDEX: &str = "by-agent";

/// A reading that owns its table.
#[derive(Clone, Debug)]
struct Case {
    table: TableConfig,
    loads: Vec<QueueLoad>,
    capacity: Capacity,
    targets: Vec<Target>,
    throttled: Throttled,
    last_update: Option<i64>,
}

impl Case {
    fn reading(&self) -> Reading<'_> {
        Reading {
            table: &self.table,
            loads: self.loads.clone(),
            capacity: self.capacity.clone(),
            targets: self.targets.clone(),
            throttled: self.throttled,
            last_update: self.last_update.map(ago),
        }
    }

    fn decision(&self) -> Decision {
        plan(&self.reading(), &RULES, now())
    }

    fn is_fresh(&self, load: &QueueLoad) -> bool {
        load.known.is_some_and(|known| now().duration_since(known.at) <= SignedDuration::from_secs(900))
    }
}

prop_compose! {
    fn tables()(
        per in prop_oneof![Just(10.0), 0.01..50.0_f64],
        ratio in prop_oneof![Just(0.5), 0.0..3.0_f64],
        min in 1..50_i64,
        room in 0..5000_i64,
        hysteresis in 0.0..0.9_f64,
        has_index in any::<bool>(),
        mode in prop_oneof![Just(Mode::Auto), Just(Mode::Direct), Just(Mode::Floor)],
    ) -> TableConfig {
        TableConfig {
            read_per_conversation: per,
            write_ratio: ratio,
            min,
            max: min + room,
            hysteresis,
            indexes: has_index.then(|| INDEX.to_owned()).into_iter().collect(),
            mode,
            ..table()
        }
    }
}

fn loads() -> impl Strategy<Value = Vec<QueueLoad>> {
    let count = prop_oneof![Just(0_i64), 0..1000_i64, 0..=1_000_000_i64];
    let known = prop::option::weighted(0.9, (count, -200..2000_i64));
    let load = known.prop_map(|known| known.map(|(conversations, age)| Known::whole(conversations, ago(age))));
    prop::collection::vec(load.prop_map(|known| QueueLoad { queue: "a".to_owned(), known }), 1..4)
}

fn throughputs(resource: Resource) -> impl Strategy<Value = Throughput> {
    let moments = (prop::option::of(-10..9000_i64), prop::option::of(-10..9000_i64));
    let active = prop::bool::weighted(0.9);
    (1..6000_i64, 1..6000_i64, active, 0..30_i64, moments).prop_map(
        move |(read, write, is_active, decreases, moments)| Throughput {
            resource: resource.clone(),
            units: Units { read, write },
            is_active,
            decreases_today: decreases,
            last_decrease: moments.0.map(ago),
            last_increase: moments.1.map(ago),
        },
    )
}

fn targets() -> impl Strategy<Value = Vec<Target>> {
    let kinds = [
        (Resource::Table, Dimension::Read),
        (Resource::Table, Dimension::Write),
        (Resource::Index(INDEX.to_owned()), Dimension::Read),
    ];
    let chosen = prop::sample::subsequence(kinds.to_vec(), 0..=3);
    (chosen, 1..3000_i64, 0..6000_i64, any::<bool>()).prop_map(|(chosen, min, room, has_policy)| {
        let target = |(resource, dimension)| Target { resource, dimension, min, max: min + room, has_policy };
        chosen.into_iter().map(target).collect()
    })
}

fn cases() -> impl Strategy<Value = Case> {
    let throttled =
        prop_oneof![Just(Throttled::No), Just(Throttled::Yes), Just(Throttled::Unknown), Just(Throttled::NotAsked)];
    let units = (throughputs(Resource::Table), throughputs(Resource::Index(INDEX.to_owned())));
    (tables(), loads(), units, targets(), throttled, prop::option::of(-5..300_i64)).prop_map(
        |(table, loads, units, targets, throttled, last_update)| {
            let capacity = Capacity { is_on_demand: false, throughputs: vec![units.0, units.1] };
            Case { table, loads, capacity, targets, throttled, last_update }
        },
    )
}

/// Every number that the decision sets, with its former value.
fn set(action: &Action) -> Vec<(i64, i64)> {
    match action {
        Action::SetUnits(changes) => changes
            .iter()
            .flat_map(|change| [(change.from.read, change.to.read), (change.from.write, change.to.write)])
            .filter(|(from, to)| from != to)
            .collect(),
        Action::SetFloors(changes) => changes.iter().map(|change| (change.from, change.to)).collect(),
        Action::Keep | Action::Wait(_) | Action::Refuse(_) => Vec::new(),
    }
}

fn lowered(decision: &Decision) -> Vec<&Dial> {
    decision.dials.iter().filter(|dial| dial.verdict == Verdict::Lower).collect()
}

/// The decision carried out: what the next run reads.
fn after(case: &Case, action: &Action) -> Case {
    let mut case = case.clone();
    match action {
        Action::SetUnits(changes) => {
            for change in changes {
                let resource = case.capacity.throughputs.iter_mut().find(|it| it.resource == change.resource);
                resource.unwrap().units = change.to;
            }
        }
        Action::SetFloors(changes) => {
            for change in changes {
                let of = |it: &&mut Target| it.resource == change.resource && it.dimension == change.dimension;
                case.targets.iter_mut().find(of).unwrap().min = change.to;
            }
        }
        Action::Keep | Action::Wait(_) | Action::Refuse(_) => {}
    }
    case
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 2000, failure_persistence: None, ..ProptestConfig::default() })]

    #[test]
    fn t43_what_is_set_is_never_below_min_nor_above_max(case in cases()) {
        let decision = case.decision();
        prop_assert_eq!(check(&decision, &case.table), Ok(()));
        for (_, to) in set(&decision.action) {
            prop_assert!((case.table.min..=case.table.max).contains(&to) && to >= 1, "{}", decision.explain());
        }
    }

    #[test]
    fn t40_nothing_is_lowered_while_its_budget_is_spent(case in cases()) {
        let decision = case.decision();
        if let Action::SetUnits(_) = decision.action {
            for dial in lowered(&decision) {
                let throughput = case.capacity.of(&dial.resource).unwrap();
                let hour_ago = throughput.last_decrease.is_none_or(|last| last <= ago(3600));
                let used = throughput.decreases_today;
                prop_assert!(used < 4 || (used < 27 && hour_ago), "{}", decision.explain());
            }
        }
    }

    #[test]
    fn t42_nothing_is_lowered_while_throttled_stale_settling_or_updating(case in cases()) {
        let decision = case.decision();
        if !lowered(&decision).is_empty() {
            prop_assert!(!matches!(case.throttled, Throttled::Yes | Throttled::Unknown));
            prop_assert!(case.loads.iter().all(|load| case.is_fresh(load)));
            prop_assert!(case.last_update.is_none_or(|seconds| seconds >= 30));
            let is_updating = case.capacity.throughputs.iter().any(|it| !it.is_active);
            prop_assert!(!(is_updating && matches!(decision.action, Action::SetUnits(_))));
        }
    }

    #[test]
    fn raising_waits_for_nothing_but_fresh_news_and_an_update_under_way(case in cases()) {
        let decision = case.decision();
        let any_fresh = case.loads.iter().any(|load| case.is_fresh(load));
        let is_updating = case.capacity.throughputs.iter().any(|it| !it.is_active);
        for dial in decision.dials.iter().filter(|dial| dial.wanted > dial.current) {
            let may_wait = match dial.verdict {
                Verdict::Raise => true,
                Verdict::Hold(Hold::Updating) => is_updating,
                Verdict::Hold(Hold::Stale | Hold::NoLoad) => !any_fresh,
                Verdict::Hold(Hold::Ceiling) => dial.wanted < case.table.min,
                _ => false,
            };
            prop_assert!(may_wait, "{}", decision.explain());
        }
    }

    #[test]
    fn t41_equal_numbers_cause_no_call_and_no_call_is_without_effect(case in cases()) {
        let decision = case.decision();
        for (from, to) in set(&decision.action) {
            prop_assert_ne!(from, to);
        }
        if decision.dials.iter().all(|dial| dial.current == dial.wanted) {
            prop_assert!(matches!(decision.action, Action::Keep | Action::Refuse(_)), "{}", decision.explain());
        }
    }

    #[test]
    fn a_decrease_is_worth_it(case in cases()) {
        let decision = case.decision();
        for dial in lowered(&decision) {
            let fall = (dial.current - dial.wanted) as f64;
            prop_assert!(fall >= dial.current as f64 * case.table.hysteresis, "{}", decision.explain());
        }
    }

    #[test]
    fn the_same_reading_again_changes_nothing_more(case in cases()) {
        let again = after(&case, &case.decision().action).decision();
        prop_assert!(set(&again.action).is_empty(), "{}", again.explain());
    }

    #[test]
    fn a_larger_load_never_wants_less(table in tables(), one in 0..2_000_000_i64, more in 0..100_000_i64) {
        let (less, more) = (wanted(&table, &RULES, one), wanted(&table, &RULES, one + more));
        prop_assert!(less.read <= more.read && less.write <= more.write);
    }

    #[test]
    fn t43_below_the_threshold_the_floor_is_wanted_and_it_is_at_least_one(table in tables(), conversations in 0..100_i64) {
        let floor = wanted(&table, &RULES, conversations);
        prop_assert_eq!(floor, Units { read: table.min, write: table.min });
        prop_assert!(floor.read >= 1);
    }
}
