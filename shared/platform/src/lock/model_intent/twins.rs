//! The model explored as the rules are, and its twins, each with one rule left out, in which the damage is found.

use stateright::{Checker, HasDiscoveries, Model};

use super::{IntentModel, Rules};

/// Writes are idempotent by key, and the lock, the fence, the guard and the intent together are explored in every order
/// of three runs' steps, stalls, deaths, lost requests, lost answers and a change in Salesforce: nobody stands twice,
/// no row says settled that was not written, and from wherever the others stopped, the next run that nothing disturbs
/// settles the contact with its newest values.
#[test]
fn no_order_of_events_doubles_or_loses_a_contact() {
    let threads = std::thread::available_parallelism().map_or(1, std::num::NonZero::get);
    let explored = IntentModel { rules: Rules::AsTheyAre, holders: 3 }.checker().threads(threads).spawn_bfs().join();
    println!("{} states", explored.unique_state_count());
    explored.assert_properties();
}

/// Explores a twin until this damage is found in it.
fn assert_finds(rules: Rules, holders: usize, damages: &[&'static str]) {
    let until = HasDiscoveries::AllOf(damages.iter().copied().collect());
    let twin = IntentModel { rules, holders }.checker().finish_when(until).spawn_bfs().join();
    println!("{rules:?}: found in {} states", twin.unique_state_count());
    for damage in damages {
        twin.assert_any_discovery(damage);
    }
}

/// Lease guard: no write of a contact starts unless the lease outlives the request's time-out plus five seconds.
/// Without it, the checker finds a run that lost its lease and whose request takes effect after its successor has
/// begun.
#[test]
fn without_the_lease_guard_an_old_holders_call_takes_effect() {
    assert_finds(Rules::NoLeaseGuard, 2, &["only the newest holder's calls take effect"]);
}

/// Intent written ahead: the link row says `sending` before the call and `settled` after it, and whoever takes over
/// drives a `sending` row again by key. Without it, the checker finds a contact that stands twice.
#[test]
fn without_the_intent_a_contact_stands_twice() {
    assert_finds(Rules::NoIntent, 2, &["no contact stands twice"]);
}

#[test]
fn when_a_release_deletes_the_row_old_fences_come_back() {
    assert_finds(Rules::ReleaseDeletesTheRow, 3, &["fences grow", "a stalled holder damages no row"]);
}

/// Not promised: a request that was sent in time, and that Genesys carries out only after its time-out and
/// after the lease, may overwrite what the next run wrote for the same contact. The next full reconcile finds and heals
/// it.
#[test]
fn a_vendor_that_acts_late_can_undo_what_a_successor_wrote() {
    assert_finds(Rules::LateVendor, 2, &["only the newest holder's calls take effect"]);
}
