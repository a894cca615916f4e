//! Every order of events around one contact: intents, calls to the vendor, stalls, deaths, lost answers, take-overs.
//!
//! Three holders each do a whole run: take the lock, read the link row, write the intent, call the vendor, write what it
//! answered, let go. Anyone may stall or die between any two of these, leases run out, a request may be carried out
//! a while after it was sent, or never, and the contact changes in Salesforce meanwhile. The rules are production's:
//! the lock's changes, the conditions on protected rows, and the lease guard. The vendor knows no fence.
//!
//! One assumption is made, and a twin without it shows what it is worth: a request that is not carried out within its
//! time-out is never carried out.

mod twins;

use std::time::Duration;

use stateright::{Model, Property};

use super::fenced::{not_newer, still_newest};
use super::{FENCE, Fence, acquire, granted, release, renew};
use crate::change::{Row, Step, number, text};
use crate::lease::outlives;

/// One step of the model's clock: a request may be carried out in the step in which it was sent, or in the next.
const TICK_MS: i64 = 15_000;
const TIMEOUT: Duration = Duration::from_secs(20);
const TIMEOUT_MS: i64 = 20_000;
/// Two ticks: calls may start in the first of them.
const LEASE_MS: i64 = 30_000;
/// Time for two leases to run out one after the other.
const CLOCK_MAX_MS: i64 = 4 * TICK_MS;

const STATE: &str = "state";
const VERSION: &str = "version";
const SENDING: &str = "sending";
const SETTLED: &str = "settled";

/// Which rules hold.
#[derive(Clone, Copy, Debug, PartialEq)]
enum Rules {
    AsTheyAre,
    /// Calls start whatever is left of the lease.
    NoLeaseGuard,
    /// A call is made without writing down first that it will be.
    NoIntent,
    /// A release deletes the lock's row and its fence with it.
    ReleaseDeletesTheRow,
    /// The vendor carries requests out however late.
    LateVendor,
}

struct IntentModel {
    rules: Rules,
    holders: usize,
}

/// What the vendor has: the contact once, twice or not at all, and which version of it.
#[derive(Clone, Debug, Default, PartialEq, Eq, Hash)]
struct Vendor {
    contacts: u8,
    version: i64,
}

/// A request that has left a holder and was not carried out yet.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
struct Request {
    sender: usize,
    fence: Fence,
    version: i64,
    by_key: bool,
    sent_at: i64,
}

#[derive(Clone, Debug, Default, PartialEq, Eq, Hash)]
struct World {
    now: i64,
    /// The contact's version in Salesforce.
    source: i64,
    lock: Option<Row>,
    link: Option<Row>,
    vendor: Vendor,
    under_way: Vec<Request>,
    holders: Vec<Holder>,
    highest_fence: i64,
    broken: Option<Broken>,
}

#[derive(Clone, Debug, PartialEq, Eq, Hash)]
enum Broken {
    FenceDidNotGrow,
    StaleStateWrite,
    StaleVendorWrite,
}

/// A run. A stall is that it does nothing for a while; a death is a stall that never ends.
#[derive(Clone, Debug, Default, PartialEq, Eq, Hash)]
enum Holder {
    #[default]
    NotBegun,
    /// Its acquisition was carried out or not, it does not know, and it will send it again unchanged.
    Asking {
        sent_at: i64,
    },
    Working {
        fence: Fence,
        expires: i64,
        at: At,
    },
    Gone,
}

/// How far a run is.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
enum At {
    Read,
    Intend { version: i64, by_key: bool },
    Call { version: i64, by_key: bool },
    Waiting { version: i64 },
    Settle { version: i64 },
    LetGo,
}

#[derive(Clone, Copy, Debug, PartialEq)]
enum Event {
    TimePasses,
    ChangeInSalesforce,
    Acquire(usize),
    AcquireAndLoseTheAnswer(usize),
    Repeat(usize),
    Renew(usize),
    Work(usize),
    /// The vendor carries out the request of this sender, and the sender learns of it.
    CarryOut(usize),
    /// It carries it out, and the answer is lost.
    CarryOutAndLoseTheAnswer(usize),
    /// The request is lost.
    Lose(usize),
}

/// What a run does about a link row. Not production's own code, as the lock and its fences are: contact-sync's `plan`
/// decides of more (who matches whom, what waits, what differs), and this crate knows no function. These are its three
/// answers about a link row alone, said again; that production gives them, its own tests and the killed runs of the
/// scenarios show.
fn plan(link: Option<&Row>, source: i64) -> At {
    let state = link.and_then(|row| text(row, STATE));
    match state {
        None => At::Intend { version: source, by_key: false },
        Some(SETTLED) if link.and_then(|row| number(row, VERSION)) == Some(source) => At::LetGo,
        Some(_) => At::Intend { version: source, by_key: true },
    }
}

impl World {
    fn owner(holder: usize) -> String {
        format!("holder-{holder}")
    }

    /// A write to the link row, as a transaction with the check of the lock.
    fn write_link(&mut self, fence: Fence, state: &'static str, version: i64) -> bool {
        if !not_newer(fence).holds(self.link.as_ref()) || !still_newest(fence).holds(self.lock.as_ref()) {
            return false;
        }
        if fence.number() != self.highest_fence {
            self.broken = Some(Broken::StaleStateWrite);
        }
        let row = [(STATE, state.into()), (VERSION, version.into()), (FENCE, fence.number().into())];
        self.link = Some(row.map(|(name, value)| (name.to_owned(), value)).into());
        true
    }

    /// Whether a holder drives an intent by key, whose fence and the intent's stand to each other like this.
    fn is_about_to_call_by_key(&self, compare: fn(i64, i64) -> bool) -> bool {
        let intent = self.link.as_ref().filter(|row| text(row, STATE) == Some(SENDING));
        let Some(written_by) = intent.and_then(|row| number(row, FENCE)) else { return false };
        self.holders.iter().any(|holder| match holder {
            Holder::Working { fence, at: At::Intend { by_key: true, .. } | At::Call { by_key: true, .. }, .. } => {
                compare(fence.number(), written_by)
            }
            _ => false,
        })
    }

    fn carry_out(&mut self, request: &Request) {
        if request.fence.number() != self.highest_fence {
            self.broken = Some(Broken::StaleVendorWrite);
        }
        self.vendor.take(request.version, request.by_key);
    }

    fn ask_for_the_lock(&mut self, holder: usize, sent_at: i64, is_answered: bool) {
        let outcome = acquire(&Self::owner(holder), sent_at, sent_at + LEASE_MS).apply(self.lock.as_ref());
        self.lock = outcome.row().cloned();
        let got = granted(&outcome, &Self::owner(holder));
        if let Some(fence) = got {
            let again = self.holders[holder] != Holder::NotBegun && fence.number() == self.highest_fence;
            if !again && fence.number() <= self.highest_fence {
                self.broken = Some(Broken::FenceDidNotGrow);
            }
            self.highest_fence = self.highest_fence.max(fence.number());
        }
        self.holders[holder] = match got {
            _ if !is_answered => Holder::Asking { sent_at },
            Some(fence) => Holder::Working { fence, expires: sent_at + LEASE_MS, at: At::Read },
            None => Holder::Gone,
        };
    }
}

impl Vendor {
    fn take(&mut self, version: i64, by_key: bool) {
        if !by_key || self.contacts == 0 {
            self.contacts += 1;
        }
        self.version = version;
    }
}

impl IntentModel {
    fn is_still_possible(&self, request: &Request, now: i64) -> bool {
        self.rules == Rules::LateVendor || now <= request.sent_at + TIMEOUT_MS
    }

    fn may_call(&self, expires: i64, now: i64) -> bool {
        self.rules == Rules::NoLeaseGuard || outlives(expires, now, TIMEOUT)
    }

    /// The next step of a run that nothing disturbs.
    fn work(&self, world: &mut World, holder: usize) -> Option<()> {
        let Holder::Working { fence, expires, at } = world.holders[holder].clone() else { return None };
        let next = match at {
            At::Read => Some(plan(world.link.as_ref(), world.source)),
            At::Intend { version, by_key } => {
                let written = self.rules == Rules::NoIntent || world.write_link(fence, SENDING, version);
                written.then_some(At::Call { version, by_key })
            }
            At::Call { version, by_key } => {
                if !self.may_call(expires, world.now) {
                    return None; // It can still renew.
                }
                let request = Request { sender: holder, fence, version, by_key, sent_at: world.now };
                world.under_way.push(request);
                Some(At::Waiting { version })
            }
            At::Waiting { .. } => return None,
            At::Settle { version } => world.write_link(fence, SETTLED, version).then_some(At::LetGo),
            At::LetGo => {
                let mut change = release(&World::owner(holder), fence);
                if self.rules == Rules::ReleaseDeletesTheRow {
                    change.steps.push(Step::Remove(FENCE));
                }
                world.lock = change.apply(world.lock.as_ref()).row().cloned();
                None
            }
        };
        world.holders[holder] = next.map_or(Holder::Gone, |at| Holder::Working { fence, expires, at });
        Some(())
    }

    fn renew(world: &mut World, holder: usize) -> Option<()> {
        let Holder::Working { fence, at, .. } = world.holders[holder].clone() else { return None };
        let expires = world.now + LEASE_MS;
        let outcome = renew(&World::owner(holder), fence, expires).apply(world.lock.as_ref());
        let is_held = granted(&outcome, &World::owner(holder)) == Some(fence);
        world.lock = outcome.row().cloned();
        world.holders[holder] = if is_held { Holder::Working { fence, expires, at } } else { Holder::Gone };
        Some(())
    }

    /// Takes a request off the way. A sender that still waits for it goes on, or repeats it by key.
    fn arrive(world: &mut World, sender: usize, is_done: bool, is_answered: bool) -> Option<()> {
        let position = world.under_way.iter().position(|request| request.sender == sender)?;
        let request = world.under_way.remove(position);
        if is_done {
            world.carry_out(&request);
        }
        if let Holder::Working { fence, expires, at: At::Waiting { version } } = world.holders[sender].clone() {
            let at = if is_answered { At::Settle { version } } else { At::Call { version, by_key: true } };
            world.holders[sender] = Holder::Working { fence, expires, at };
        }
        Some(())
    }

    /// Whether one undisturbed run after all leases have ended repairs whatever is left of the others.
    fn heals(&self, world: &World) -> bool {
        let mut later = world.clone();
        later.now = later.now.max(later.lock.as_ref().and_then(|row| number(row, super::EXPIRES_MS)).unwrap_or(0));
        later.under_way.retain(|request| self.is_still_possible(request, later.now));
        later.holders.push(Holder::NotBegun);
        let healer = later.holders.len() - 1;
        let sent_at = later.now;
        later.ask_for_the_lock(healer, sent_at, true);
        while self.work(&mut later, healer).is_some() && later.holders[healer] != Holder::Gone {
            Self::arrive(&mut later, healer, true, true);
        }
        let state = later.link.as_ref().and_then(|row| text(row, STATE));
        state == Some(SETTLED) && later.vendor == Vendor { contacts: 1, version: later.source }
    }
}

impl Model for IntentModel {
    type State = World;
    type Action = Event;

    fn init_states(&self) -> Vec<World> {
        vec![World { source: 1, holders: vec![Holder::default(); self.holders], ..World::default() }]
    }

    fn actions(&self, world: &World, events: &mut Vec<Event>) {
        if world.now < CLOCK_MAX_MS {
            events.push(Event::TimePasses);
        }
        if world.source == 1 {
            events.push(Event::ChangeInSalesforce);
        }
        // Holders that have not begun are all alike: the first of them stands for the others.
        let first_idle = world.holders.iter().position(|holder| *holder == Holder::NotBegun);
        for (index, holder) in world.holders.iter().enumerate() {
            match holder {
                Holder::NotBegun if first_idle == Some(index) => {
                    events.extend([Event::Acquire(index), Event::AcquireAndLoseTheAnswer(index)]);
                }
                Holder::NotBegun | Holder::Gone => {}
                Holder::Asking { .. } => events.push(Event::Repeat(index)),
                Holder::Working { .. } => events.extend([Event::Renew(index), Event::Work(index)]),
            }
        }
        for request in &world.under_way {
            let sender = request.sender;
            events.push(Event::Lose(sender));
            if self.is_still_possible(request, world.now) {
                events.extend([Event::CarryOut(sender), Event::CarryOutAndLoseTheAnswer(sender)]);
            }
        }
    }

    fn next_state(&self, last: &World, event: Event) -> Option<World> {
        let mut world = last.clone();
        match event {
            Event::TimePasses => world.now += TICK_MS,
            Event::ChangeInSalesforce => world.source += 1,
            Event::Acquire(holder) => world.ask_for_the_lock(holder, last.now, true),
            Event::AcquireAndLoseTheAnswer(holder) => world.ask_for_the_lock(holder, last.now, false),
            Event::Repeat(holder) => {
                let Holder::Asking { sent_at } = world.holders[holder] else { return None };
                world.ask_for_the_lock(holder, sent_at, true);
            }
            Event::Renew(holder) => Self::renew(&mut world, holder)?,
            Event::Work(holder) => self.work(&mut world, holder)?,
            Event::CarryOut(sender) => Self::arrive(&mut world, sender, true, true)?,
            Event::CarryOutAndLoseTheAnswer(sender) => Self::arrive(&mut world, sender, true, false)?,
            Event::Lose(sender) => Self::arrive(&mut world, sender, false, false)?,
        }
        Some(world)
    }

    fn properties(&self) -> Vec<Property<Self>> {
        vec![
            Property::always("fences grow", |_, world: &World| world.broken != Some(Broken::FenceDidNotGrow)),
            Property::always("a stalled holder damages no row", |_, world: &World| {
                world.broken != Some(Broken::StaleStateWrite)
            }),
            Property::always("only the newest holder's calls take effect", |_, world: &World| {
                world.broken != Some(Broken::StaleVendorWrite)
            }),
            Property::always("no contact stands twice", |_, world: &World| world.vendor.contacts <= 1),
            Property::always("settled means that the vendor has it", |_, world: &World| {
                let settled = world.link.as_ref().filter(|row| text(row, STATE) == Some(SETTLED));
                settled.and_then(|row| number(row, VERSION)).is_none_or(|version| world.vendor.version >= version)
            }),
            Property::always("the next undisturbed run settles what others left", Self::heals),
            Property::sometimes("an intent is taken over", |_, world: &World| {
                world.is_about_to_call_by_key(|fence, written_by| written_by < fence)
            }),
            Property::sometimes("an answer is lost", |_, world: &World| {
                world.vendor.contacts > 0 && world.is_about_to_call_by_key(|fence, written_by| written_by == fence)
            }),
            Property::sometimes("the lock changes hands twice", |_, world: &World| world.highest_fence > 2),
        ]
    }
}
