//! Four hundred days of ticks, with gaps and failures: each day is mailed once, on its morning, and about itself.
//!
//! The mail service of these tests takes mails and tells of it later, as SES does. What goes wrong on a day is drawn from a
//! seed; what is remembered survives, what a killed tick knew does not.

use std::collections::{BTreeMap, HashMap};

use jiff::civil::{Date, date};
use jiff::{SignedDuration, Timestamp, ToSpan};
use nightly_report::due::{DayRow, Moments, Schedule, Standing, Step, next};
use nightly_report::ledger::{Entry, OnUnknown, Outcome, State};
use platform::mail::fate::Fate;
use proptest::prelude::*;

use crate::due::schedule;

const DAYS: usize = 400;
/// A stretch without a tick ends well before the day does.
const GAP_HOURS_MAX: u64 = 9;

/// Every year here has both changes of its zone.
const YEARS: [(&str, Date); 4] = [
    ("America/Chicago", date(2026, 1, 20)),
    ("America/Toronto", date(2025, 6, 1)),
    ("America/Sao_Paulo", date(2017, 9, 1)),
    ("Europe/London", date(2026, 1, 20)),
];

/// What goes wrong on a day.
#[derive(Clone, Copy, Debug, PartialEq)]
enum Trouble {
    Nothing,
    /// Genesys cannot be read so many times.
    Unreadable(u32),
    /// It can be read in part, so many times.
    Partial(u32),
    /// The mail service refuses so many times.
    Busy(u32),
    /// The mail is taken, and the answer is lost.
    LostAnswer,
    /// The tick is killed before it hands over the mail.
    KilledBefore,
    /// The tick is killed after it handed over the mail, before it wrote that down.
    KilledAfter,
    /// The tick is killed while it prepares the day.
    KilledPreparing,
}

#[derive(Clone, Debug)]
struct Received {
    day: Date,
    list: String,
    at: Timestamp,
    is_marked: bool,
}

struct World {
    schedule: Schedule,
    policy: OnUnknown,
    has_events: bool,
    lists: Vec<String>,
    random: fastrand::Rng,
    standings: BTreeMap<Date, Standing>,
    troubles: HashMap<Date, Trouble>,
    /// Events on their way: when they come, about which mail, of which message.
    coming: Vec<(Timestamp, Date, String)>,
    received: Vec<Received>,
    given_up: Vec<(Date, String)>,
}

/// Whether the rest of a tick still happens.
#[derive(PartialEq)]
enum Tick {
    GoesOn,
    Ends,
}

impl World {
    fn new(zone: &str, seed: u64) -> Self {
        Self {
            schedule: schedule(zone),
            policy: OnUnknown::Resend,
            has_events: true,
            lists: vec!["board".to_owned(), "sites".to_owned()],
            random: fastrand::Rng::with_seed(seed),
            standings: BTreeMap::new(),
            troubles: HashMap::new(),
            coming: Vec::new(),
            received: Vec::new(),
            given_up: Vec::new(),
        }
    }

    fn trouble(&mut self, day: Date) -> Trouble {
        let times = self.random.u32(1..5);
        let drawn = match self.random.u32(0..8) {
            0 => Trouble::Unreadable(times),
            1 => Trouble::Partial(times),
            2 => Trouble::Busy(times),
            3 => Trouble::LostAnswer,
            4 => Trouble::KilledBefore,
            5 => Trouble::KilledAfter,
            6 => Trouble::KilledPreparing,
            _ => Trouble::Nothing,
        };
        *self.troubles.entry(day).or_insert(drawn)
    }

    /// Lets the days of `from` and after pass.
    fn pass(&mut self, from: Date) {
        let end = self.schedule.zone.start_of(from + i64::try_from(DAYS + 2).unwrap().days());
        let mut now = self.schedule.zone.start_of(from);
        let mut next_tick = now;
        while now < end {
            self.tick(now);
            // Ticks every quarter of an hour, some seconds late; now and then none for hours. Events wake it too.
            if next_tick <= now {
                let gap = if self.random.u32(0..60) == 0 { self.random.u64(1..GAP_HOURS_MAX) * 3600 } else { 0 };
                next_tick = now + SignedDuration::from_secs(900 + i64::try_from(gap + self.random.u64(0..20)).unwrap());
            }
            now = self.coming.iter().map(|(at, ..)| *at).filter(|at| *at > now).min().unwrap_or(end).min(next_tick);
        }
    }

    fn tick(&mut self, now: Timestamp) {
        self.hear(now);
        let due = self.schedule.report_at(now);
        let before = self.schedule.report_before(&due);
        for moments in [before, due] {
            // After a `Prepare` it is asked again; no tick needs more.
            for _ in 0..3 {
                if self.carry_out(now, &moments) == Tick::Ends {
                    break;
                }
            }
        }
    }

    /// Events that have come are noted with the mail they are about.
    fn hear(&mut self, now: Timestamp) {
        let arrived = self.coming.extract_if(.., |(at, ..)| *at <= now).collect::<Vec<_>>();
        for (at, day, list) in arrived {
            let fate = Fate { sent: Some(at), ..Fate::default() };
            let mails = &mut self.standings.entry(day).or_default().mails;
            let entry = mails.entry(list).or_insert_with(|| Entry::due(now));
            *entry = entry.after_events(&[fate], now);
        }
    }

    fn carry_out(&mut self, now: Timestamp, moments: &Moments) -> Tick {
        let standing = self.standings.get(&moments.day).cloned().unwrap_or_default();
        let mut goes_on = Tick::Ends;
        for step in next(now, moments, &self.lists, self.policy, &standing) {
            match step {
                Step::Wait { until } => assert!(until > now, "{moments:?} at {now}"),
                Step::Prepare { day } => goes_on = self.prepare(now, day),
                Step::Mail { day, list, entry } => {
                    if self.mail(now, day, &list, &entry) == Tick::Ends {
                        return Tick::Ends;
                    }
                }
                Step::Hold { day, list, entry } => self.write(day, &list, entry),
                Step::GiveUp { day, list, entry } => {
                    self.write(day, &list, entry);
                    self.given_up.push((day, list));
                }
            }
        }
        goes_on
    }

    fn prepare(&mut self, now: Timestamp, day: Date) -> Tick {
        let trouble = self.trouble(day);
        let lists = self.lists.clone();
        let row = &mut self.standings.entry(day).or_default().day;
        let tried = row.get_or_insert(DayRow { tried_at: now, prepared_at: None, is_complete: false, lists });
        tried.tried_at = now;
        let (is_read, is_complete, next) = match trouble {
            Trouble::Unreadable(times) if times > 0 => (false, false, Trouble::Unreadable(times - 1)),
            Trouble::Partial(times) if times > 0 => (true, false, Trouble::Partial(times - 1)),
            Trouble::KilledPreparing => (false, false, Trouble::Nothing),
            other => (true, true, other),
        };
        self.troubles.insert(day, next);
        if is_read {
            tried.prepared_at = tried.prepared_at.or(Some(now));
            tried.is_complete = is_complete;
        }
        // Once it is stored, its mail does not wait.
        if tried.prepared_at.is_some() { Tick::GoesOn } else { Tick::Ends }
    }

    fn mail(&mut self, now: Timestamp, day: Date, list: &str, entry: &Entry) -> Tick {
        let sending = entry.sending(now);
        self.write(day, list, sending.clone());
        let trouble = self.trouble(day);
        if let Trouble::Busy(times) = trouble
            && times > 0
        {
            self.troubles.insert(day, Trouble::Busy(times - 1));
            self.write(day, list, sending.after_send(&Outcome::NotTaken("busy".to_owned()), now));
            return Tick::GoesOn;
        }
        self.troubles.insert(day, Trouble::Nothing);
        if trouble == Trouble::KilledBefore {
            return Tick::Ends;
        }
        let is_marked = sending.may_have_arrived;
        self.received.push(Received { day, list: list.to_owned(), at: now, is_marked });
        if self.has_events {
            let after = SignedDuration::from_secs(self.random.i64(1..890));
            self.coming.push((now + after, day, list.to_owned()));
        }
        match trouble {
            Trouble::KilledAfter => return Tick::Ends,
            Trouble::LostAnswer => self.write(day, list, sending.after_send(&Outcome::Unknown, now)),
            _ => self.write(day, list, sending.after_send(&Outcome::Taken, now)),
        }
        Tick::GoesOn
    }

    fn write(&mut self, day: Date, list: &str, entry: Entry) {
        self.standings.entry(day).or_default().mails.insert(list.to_owned(), entry);
    }

    fn received(&self, day: Date, list: &str) -> Vec<&Received> {
        self.received.iter().filter(|mail| mail.day == day && mail.list == list).collect()
    }

    /// Each day that had a whole day after it, mailed on that day and not before its time.
    fn days(&self, first: Date) -> impl Iterator<Item = Date> {
        first.series(1.day()).take(DAYS)
    }

    fn in_time(&self, mail: &Received) -> bool {
        let moments = self.schedule.report_about(mail.day);
        moments.mail <= mail.at && mail.at < moments.end
    }
}

proptest! {
    // Each case is 400 days of 96 ticks.
    #![proptest_config(ProptestConfig { cases: 4, failure_persistence: None, ..ProptestConfig::default() })]

    #[test]
    fn t36_every_day_is_mailed_once_for_the_right_day_and_never_early(
        year in prop::sample::select(&YEARS[..]), seed in any::<u64>(),
    ) {
        let (zone, first) = year;
        let mut world = World::new(zone, seed);
        world.pass(first);
        for day in world.days(first) {
            for list in ["board", "sites"] {
                let mails = world.received(day, list);
                prop_assert_eq!(mails.len(), 1, "{} {} seed {}: {:?}", day, list, seed, mails);
                prop_assert!(world.in_time(mails[0]), "{:?}", mails[0]);
            }
        }
        prop_assert!(world.given_up.is_empty());
    }
}

#[test]
fn t33_t36_each_zone_has_its_year() {
    for (number, (zone, first)) in (0..).zip(YEARS) {
        let mut world = World::new(zone, number);
        world.pass(first);
        for day in world.days(first) {
            assert_eq!(world.received(day, "board").len(), 1, "{zone} {day}");
            assert!(world.received(day, "board").iter().all(|mail| world.in_time(mail)), "{zone} {day}");
        }
    }
}

/// Without the service's events nobody can know, and the two policies err on their own side.
#[test]
fn t36_without_events_a_lost_answer_doubles_the_mail_or_holds_it() {
    let (zone, first) = YEARS[0];
    let run = |policy| {
        let mut world = World { policy, has_events: false, ..World::new(zone, 7) };
        world.pass(first);
        world
    };
    let resent = run(OnUnknown::Resend);
    let counts = |world: &World| {
        let mut counts = [0; 3];
        world.days(first).for_each(|day| counts[world.received(day, "board").len()] += 1);
        counts
    };
    let [never, once, twice] = counts(&resent);
    assert!(never == 0 && once > 200 && twice > 20, "{never} {once} {twice}");
    let second = |day| resent.received(day, "board").get(1).is_none_or(|mail| mail.is_marked);
    assert!(resent.days(first).all(second), "the second copy says what it is");
    let held = run(OnUnknown::Hold);
    let [never, once, twice] = counts(&held);
    assert!(never > 20 && once > 200 && twice == 0, "{never} {once} {twice}");
    let unmailed = held.days(first).filter(|day| held.received(*day, "board").is_empty());
    let state = |day: Date| held.standings[&day].mails["board"].state;
    assert!(unmailed.into_iter().all(|day| state(day) == State::Held));
}

/// A mail service that refuses the whole day: nothing is mailed a day late, and somebody is told.
#[test]
fn a_day_whose_mail_is_never_taken_is_given_up_at_its_end() {
    let (zone, first) = YEARS[0];
    let mut world = World::new(zone, 3);
    let bad = first + 10.days();
    world.troubles.insert(bad, Trouble::Busy(1000));
    world.pass(first);
    assert!(world.received(bad, "board").is_empty());
    assert!(world.given_up.contains(&(bad, "board".to_owned())), "{:?}", world.given_up);
    assert_eq!(world.standings[&bad].mails["board"].state, State::GivenUp);
    let tries = world.standings[&bad].mails["board"].attempts;
    assert!((15..=22).contains(&tries), "about every hour: {tries}");
    assert_eq!(world.received(bad + 1.day(), "board").len(), 1);
}
