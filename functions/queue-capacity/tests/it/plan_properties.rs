//! What holds for every group, every number and every past.

use jiff::{SignedDuration, Timestamp};
use platform::group::Group;
use platform::target::TargetRow;
use proptest::prelude::*;
use queue_capacity::lever::Number;
use queue_capacity::mapping::Mapping;
use queue_capacity::plan::{Action, wanted};

use crate::scene::{decided, decided_at, group, mapping, now, settled};

fn groups() -> impl Strategy<Value = Group> {
    (0..40_i64, 0..40_i64, prop::bool::weighted(0.2), prop::bool::weighted(0.1)).prop_map(
        |(desired, in_service, is_suspended, is_deleting)| Group {
            desired,
            in_service: Some(in_service),
            is_suspended,
            is_deleting,
        },
    )
}

fn numbers() -> impl Strategy<Value = Number> {
    prop_oneof![8 => (0..5_000_i64).prop_map(Number::Is), 1 => Just(Number::Absent), 1 => Just(Number::Other)]
}

fn rows() -> impl Strategy<Value = Option<TargetRow>> {
    let number = || prop::option::of(0..5_000_i64);
    let since = prop::option::of(0..1_000_i64);
    prop::option::of((number(), number(), since).prop_map(|(holds, sending, since)| TargetRow {
        settled: holds,
        sending,
        lower_since_ms: since.map(crate::scene::ago),
        ..settled(0)
    }))
}

fn mappings() -> impl Strategy<Value = Mapping> {
    (0..3_000_i64, 0..3_000_i64, 0..500_i64, 0..600_u32, any::<bool>(), any::<bool>()).prop_map(
        |(one, other, step, hold_down, report, in_service)| {
            let of_group = format!(
                "policy = \"{}\"\ninstances = \"{}\"",
                if report { "report" } else { "repair" },
                if in_service { "in_service" } else { "desired" }
            );
            let (min, max) = (one.min(other), one.max(other));
            mapping(
                &of_group,
                &format!("min = {min}\nmax = {max}\nstep_limit = {step}\nhold_down_seconds = {hold_down}"),
            )
        },
    )
}

proptest! {
    /// `decided` runs every plan through the brake, so this is also: no plan is ever stopped by it.
    #[test]
    fn a_write_goes_towards_a_number_within_the_bounds(
        mapping in mappings(), group in groups(), found in numbers(), row in rows(),
    ) {
        let decision = decided(&mapping, &group, found, row.as_ref());
        let rule = mapping.objects[0].targets[0].rule;
        prop_assert!((rule.min..=rule.max).contains(&decision.wanted));
        if let Action::Set { to } = decision.action {
            prop_assert!(Number::Is(to) != found && found != Number::Other && !group.is_deleting);
            prop_assert_eq!(decision.row.sending, Some(to));
        } else {
            prop_assert!(decision.row.sending.is_none() || decision.row.sending == row.and_then(|row| row.sending));
        }
    }

    /// Ticks five minutes apart, nobody else writing, every write arriving: the number ends at what is wanted and stays.
    #[test]
    fn ticks_end_at_what_is_wanted_and_then_do_nothing(
        mapping in mappings(), size in 0..40_i64, found in 0..5_000_i64, row in rows(),
    ) {
        let (group, rule) = (group(size), mapping.objects[0].targets[0].rule);
        let (mut held, mut row, mut at) = (found, row, now());
        let is_left = |row: &Option<TargetRow>| {
            let decision = decided(&mapping, &group, Number::Is(held), row.as_ref());
            decision.action == Action::Leave
        };
        prop_assume!(!is_left(&row));
        let steps = rule.step_limit.map_or(1, |limit| 5_000 / limit + 1);
        for _ in 0..steps + 3 {
            let decision = decided_at(at, &mapping, &group, Number::Is(held), row.as_ref());
            row = Some(match decision.action {
                Action::Set { to } => {
                    held = to;
                    decision.settled(to, "rest".to_owned())
                }
                _ => decision.row,
            });
            at += SignedDuration::from_secs(300);
        }
        prop_assert_eq!(held, wanted(&rule, size));
        let last = decided_at(at, &mapping, &group, Number::Is(held), row.as_ref());
        prop_assert_eq!((last.action, Some(last.row)), (Action::Keep, row));
    }

    /// T25: what a group was before does not matter, in whatever order its events came.
    #[test]
    fn t25_only_the_present_size_decides(sizes in prop::collection::vec(0..40_i64, 1..8), found in 0..5_000_i64) {
        let mapping = mapping("", "hold_down_seconds = 0");
        let last = *sizes.last().unwrap();
        let mut held = found;
        for size in &sizes {
            if let Action::Set { to } = decided(&mapping, &group(*size), Number::Is(held), None).action {
                held = to;
            }
        }
        prop_assert_eq!(held, last * 100);
    }

    #[test]
    fn a_decrease_that_the_group_asks_for_never_comes_before_its_hold_down(
        hold_down in 1..600_i64, waited in 0..1_000_i64, size in 0..20_i64, found in 0..5_000_i64,
    ) {
        let mapping = mapping("", &format!("hold_down_seconds = {hold_down}"));
        let since: Timestamp = now() - SignedDuration::from_secs(waited);
        let row = TargetRow { lower_since_ms: Some(since.as_millisecond()), ..settled(found) };
        let decision = decided(&mapping, &group(size), Number::Is(found), Some(&row));
        if decision.wanted < found {
            prop_assert_eq!(matches!(decision.action, Action::Set { .. }), waited >= hold_down);
        }
    }
}
