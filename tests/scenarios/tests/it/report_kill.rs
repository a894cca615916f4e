//! A night that is killed anywhere ends with the mail, the archive and the figures of one that was never killed.
//!
//! One night is watched first, to learn which calls it makes: a cold start, the reading, the mail, and what SES tells of it.
//! Then each call gets a night of its own, in which the function dies before the call, dies right after its effect, or lives
//! on without the answer; the ticks go on until the day is mailed.

use std::collections::{BTreeMap, BTreeSet};
use std::sync::Mutex;
use std::sync::atomic::{AtomicUsize, Ordering};

use jiff::SignedDuration;
use jiff::civil::{Date, Time, date};
use scenarios::World;
use scenarios::aws::s3::Object;
use scenarios::door::{Harm, Kind, Point};
use serde_json::{Value, json};

use crate::report_scene::{CHICAGO, data, entry, hear, local, mails, mails_about, night, report, started, until};

const DAY: Date = date(2026, 11, 27);
/// Ticks of a quarter of an hour, from two o'clock on, after which every night has ended.
const TICKS: usize = 7;
/// Of many equal reads of the archive so many are harmed.
const SAME_READS_MAX: usize = 3;

type Objects = BTreeMap<String, Object>;

/// The days before, with this in the archive.
async fn world(archive: Objects) -> World {
    let start = local(CHICAGO, DAY.yesterday().unwrap(), Time::constant(1, 30, 0, 0));
    let world = started(World::builder().config_from_parameter(), CHICAGO, start, "").await;
    world.genesys.contact_centre(&json!({"until": DAY, "days": 9, "queues": 4, "conversations_per_day": 30}));
    world.genesys.talk(&late());
    world.desk.open().bucket.objects = archive;
    world
}

/// Conversations of the two days before, of which Genesys knows only after both were mailed: this night restates them.
fn late() -> Vec<Value> {
    let known = local(CHICAGO, DAY, Time::constant(12, 0, 0, 0));
    let of_day = |day: Date| {
        let start = local(CHICAGO, day, Time::constant(15, 0, 0, 0));
        json!({
            "start": start, "queue": "90e0c000-0000-4000-8000-000000000002", "wait_ms": 4_000, "talk_ms": 100_000,
            "user": "05e7c000-0000-4000-8000-000000000001", "visible_from": known,
        })
    };
    let days = [DAY.yesterday().unwrap(), DAY.yesterday().unwrap().yesterday().unwrap()];
    days.into_iter().flat_map(|day| std::iter::repeat_n(of_day(day), 5)).collect()
}

/// What the two nights before leave in the archive.
async fn archive() -> Objects {
    let world = world(Objects::new()).await;
    let yesterday = DAY.yesterday().unwrap();
    for day in [yesterday.yesterday().unwrap(), yesterday] {
        night(&world, CHICAGO, day).await;
    }
    world.desk.open().bucket.objects.clone()
}

/// Seven ticks, and after each one what SES has told meanwhile. Whether the mail is to be marked, because the ledger says
/// that it may have been handed over and it was not.
async fn mornings(world: &World) -> bool {
    let two = local(CHICAGO, DAY.tomorrow().unwrap(), Time::constant(2, 0, 5, 0));
    let mut is_marked = false;
    for tick in 0..TICKS {
        until(world, two + SignedDuration::from_mins(15 * i64::try_from(tick).unwrap()));
        let _ = world.invoke(json!({})).await; // Whatever it ends as: only the end counts.
        is_marked |= mails(world).is_empty() && entry(world, DAY)["says"]["M"]["state"]["S"] == "sending";
        hear(world).await;
    }
    is_marked
}

/// What a night leaves behind, without what differs from night to night.
#[derive(Debug, PartialEq)]
struct End {
    objects: BTreeSet<String>,
    report: Value,
    data: Vec<Value>,
    text: String,
    state: Value,
}

fn end(world: &World) -> Result<End, String> {
    let [mail] = &mails(world)[..] else { return Err(format!("{} mails: {:?}", mails(world).len(), mails(world))) };
    if mails_about(world, DAY).len() != 1 || mail.html.is_none() || mail.attachments.len() != 1 {
        return Err(format!("another mail: {mail:?}"));
    }
    let (mut report, mut data) = (report(world, DAY), data(world, DAY));
    for name in ["made_at", "read_at", "run_id"] {
        report.as_object_mut().unwrap().remove(name);
    }
    for name in ["first_read_at", "read_at"] {
        data[0].as_object_mut().unwrap().remove(name);
    }
    let text = mail.text.lines().filter(|line| !line.starts_with("Read ")).collect::<Vec<_>>().join("\n");
    let objects = world.desk.open().bucket.objects.keys().cloned().collect();
    Ok(End { objects, report, data, text, state: entry(world, DAY)["says"]["M"]["state"]["S"].clone() })
}

/// What one harmed night came to; `Err` says what is wrong.
async fn harmed(archive: Objects, (kind, nth): &(Kind, usize), harm: &Harm, expected: &End) -> Result<(), String> {
    let place = format!("{kind} #{nth} {harm:?}");
    let world = world(archive).await;
    world.door.harm(Point::Nth(kind.clone(), *nth), harm.clone());
    let is_marked = mornings(&world).await;
    if world.door.harmed().is_empty() {
        return Err(format!("{place}: the call was never made"));
    }
    let found = end(&world).map_err(|wrong| format!("{place}: {wrong}\n{}", world.log()))?;
    if found != *expected {
        return Err(format!("{place}: another end: {found:?}\n{}", world.log()));
    }
    let subject = &mails(&world)[0].subject;
    if is_marked != subject.ends_with(" (sent again)") {
        return Err(format!("{place}: marked or not, against the ledger: {subject}"));
    }
    Ok(())
}

/// Every call of a night, and where it leads.
async fn watched(archive: Objects) -> (Vec<(Kind, usize)>, End) {
    let world = world(archive).await;
    assert!(!mornings(&world).await, "an ordinary mail is not marked");
    let calls = world.door.calls();
    let last_of_all = calls.iter().rposition(|call| call.kind.service == "ses").expect("a mail");
    // The ticks after the one that was told of the mail have nothing to do.
    let mut calls: Vec<_> = calls.into_iter().take(last_of_all + 14).map(|call| (call.kind, call.nth)).collect();
    calls.retain(|(kind, nth)| kind.to_string() != "s3 GetObject data.jsonl.gz" || *nth <= SAME_READS_MAX);
    (calls, end(&world).unwrap())
}

/// Runs `job` on a runtime of its own.
fn block_on<T>(job: impl Future<Output = T>) -> T {
    tokio::runtime::Builder::new_current_thread().enable_all().build().unwrap().block_on(job)
}

#[test]
fn t36_a_night_killed_at_any_call_ends_as_one_never_killed() {
    let archive = block_on(archive());
    let (points, expected) = block_on(watched(archive.clone()));
    assert_eq!(expected.state, "sent");
    let restated = expected.report["restated"].as_array().unwrap();
    let is_final: Vec<_> = restated.iter().map(|day| day["is_final"].as_bool().unwrap()).collect();
    assert!(is_final.contains(&true) && is_final.contains(&false), "{restated:?}");
    for kind in [
        "ssm GetParameter",
        "secretsmanager GetSecretValue",
        "genesys POST analytics/conversations/aggregates/query",
        "genesys GET routing/queues/divisionviews/all",
        "s3 GetObject data.jsonl.gz",
        "s3 PutObject data.jsonl.gz",
        "s3 PutObject report.json",
        "s3 PutObject report.html",
        "s3 PutObject report.pdf",
        "s3 GetObject report.json",
        "ses SendEmail",
        "dynamodb UpdateItem lock",
        "dynamodb TransactWriteItems lock+report",
        "dynamodb UpdateItem mail",
    ] {
        assert!(points.iter().any(|(made, _)| made.to_string() == kind), "no {kind} in {points:?}");
    }
    let jobs: Vec<_> =
        points.iter().flat_map(|point| Harm::of_losing(&point.0).iter().map(move |harm| (point, harm))).collect();
    println!("{} calls, {} harmed nights", points.len(), jobs.len());
    let (next, outcomes) = (AtomicUsize::new(0), Mutex::new(Vec::new()));
    std::thread::scope(|scope| {
        for _ in 0..3 {
            scope.spawn(|| {
                while let Some((point, harm)) = jobs.get(next.fetch_add(1, Ordering::Relaxed)) {
                    // A world that breaks a promise panics when it is dropped; that is an outcome too.
                    let night = || block_on(harmed(archive.clone(), point, harm, &expected));
                    let outcome = std::panic::catch_unwind(std::panic::AssertUnwindSafe(night));
                    let outcome = outcome
                        .unwrap_or_else(|_| Err(format!("{} #{} {harm:?}: panicked, see above", point.0, point.1)));
                    outcomes.lock().unwrap().push(outcome);
                }
            });
        }
    });
    let wrong: Vec<_> = outcomes.into_inner().unwrap().into_iter().filter_map(Result::err).collect();
    assert!(wrong.is_empty(), "{} of {} harmed nights went wrong:\n{}", wrong.len(), jobs.len(), wrong.join("\n"));
}
