//! What becomes of a report's mail: lost answers, refusals, bounces, and messages that nobody understands.

use jiff::ToSpan;
use jiff::civil::{Date, Time, date};
use platform::report::Status;
use scenarios::aws::sqs::{MAIL_EVENTS, RECEIVES_MAX, VISIBILITY};
use scenarios::door::{Harm, Point};
use scenarios::{Promise, World};
use serde_json::json;

use crate::report_scene::{CHICAGO, FUNCTION, LIST, entry, hear, local, mails, mails_about, night, started, tick_at};

const DAY: Date = date(2026, 11, 27);
const TODAY: Date = date(2026, 11, 28);

async fn world(lines: &str) -> World {
    let start = local(CHICAGO, TODAY, Time::constant(0, 30, 0, 0));
    let world = started(World::builder(), CHICAGO, start, lines).await;
    world.genesys.contact_centre(&json!({"until": DAY, "days": 2, "queues": 3, "conversations_per_day": 20}));
    world
}

fn state(world: &World) -> String {
    entry(world, DAY)["says"]["M"]["state"]["S"].as_str().unwrap_or_default().to_owned()
}

/// A tick at this time of the morning.
async fn tick(world: &World, hour: i8, minute: i8) -> platform::report::RunReport {
    tick_at(world, CHICAGO, TODAY, Time::constant(hour, minute, 5, 0)).await.report()
}

fn lose_the_answer(world: &World) {
    world.door.harm(Point::Every("ses SendEmail"), Harm::LoseAnswer);
}

#[tokio::test]
async fn t36_after_a_lost_answer_the_send_event_is_waited_for_and_nothing_is_mailed_again() {
    let world = world("").await;
    lose_the_answer(&world);
    tick(&world, 2, 0).await;
    let report = tick(&world, 2, 15).await;
    world.door.calm();
    assert_eq!((report.status, report.failed_by["mail_unknown"]), (Status::Partial, 1), "{report:?}");
    assert_eq!((mails(&world).len(), state(&world).as_str()), (1, "sending"));
    let report = tick(&world, 2, 25).await;
    assert_eq!((report.updated, state(&world).as_str()), (0, "sending"), "{report:?}");
    hear(&world).await;
    assert_eq!(state(&world), "sent");
    for hour in 3..24 {
        tick(&world, hour, 0).await;
    }
    assert_eq!(mails(&world).len(), 1);
}

#[tokio::test]
async fn t36_without_a_word_for_a_quarter_of_an_hour_it_is_mailed_again_and_says_so() {
    let world = world("").await;
    lose_the_answer(&world);
    tick(&world, 2, 0).await;
    tick(&world, 2, 15).await;
    world.door.calm();
    world.desk.open().outbox.coming.clear();
    let report = tick(&world, 2, 31).await;
    assert_eq!((report.status, report.updated), (Status::Done, 1), "{report:?}");
    let subjects: Vec<_> = mails_about(&world, DAY).into_iter().map(|mail| mail.subject).collect();
    assert_eq!(subjects.len(), 2);
    assert_eq!(format!("{} (sent again)", subjects[0]), subjects[1], "the readers can tell");
    hear(&world).await;
    assert_eq!(state(&world), "sent");
}

#[tokio::test]
async fn t36_where_it_is_held_a_person_is_told_once_and_sends_it_again() {
    let world = world("on_unknown = \"hold\"").await;
    lose_the_answer(&world);
    tick(&world, 2, 0).await;
    tick(&world, 2, 15).await;
    world.door.calm();
    world.desk.open().outbox.coming.clear();
    let report = tick(&world, 2, 31).await;
    assert_eq!((report.status, report.failed_by["held"]), (Status::Partial, 1), "{report:?}");
    for hour in 3..24 {
        tick(&world, hour, 0).await;
    }
    assert_eq!((mails(&world).len(), state(&world).as_str()), (1, "held"));
    let alerts = world.desk.open().messages.clone();
    assert_eq!(alerts.len(), 1, "{alerts:?}");
    assert!(alerts[0].text.contains(r#"{"date":"2026-11-27","resend":true}"#), "{alerts:?}");
    let report = world.invoke(json!({"date": DAY, "resend": true})).await.report();
    assert_eq!(report.updated, 1, "{report:?}");
    assert!(mails_about(&world, DAY)[1].subject.ends_with(" (sent again)"));
    hear(&world).await;
    assert_eq!(state(&world), "sent");
}

/// The event comes after the day was held: the mail had arrived after all.
#[tokio::test]
async fn t36_an_event_that_comes_late_ends_the_holding() {
    let world = world("on_unknown = \"hold\"").await;
    lose_the_answer(&world);
    tick(&world, 2, 0).await;
    tick(&world, 2, 15).await;
    world.door.calm();
    tick(&world, 2, 31).await;
    assert_eq!(state(&world), "held");
    hear(&world).await;
    assert_eq!((state(&world).as_str(), mails(&world).len()), ("sent", 1));
}

#[tokio::test]
async fn a_mail_that_is_refused_all_day_is_tried_every_hour_and_given_up_at_its_end_with_one_alert() {
    let world = world("").await;
    world.desk.open().outbox.refusal = Some((429, "TooManyRequestsException"));
    for hour in 2..24 {
        for minute in [0, 15, 30, 45] {
            tick(&world, hour, minute).await;
        }
    }
    assert!(world.desk.open().messages.is_empty(), "{:?}", world.desk.open().messages);
    let tries = world.desk.open().outbox.tries;
    assert!((17..=22).contains(&tries), "{tries} tries from 02:15 to midnight");
    world.desk.open().outbox.refusal = None;
    let tomorrow = TODAY.tomorrow().unwrap();
    for minute in [0, 15, 30] {
        tick_at(&world, CHICAGO, tomorrow, Time::constant(0, minute, 5, 0)).await.report();
    }
    assert_eq!((mails(&world).len(), state(&world).as_str()), (0, "given_up"));
    let alerts = world.desk.open().messages.clone();
    assert_eq!(alerts.len(), 1, "{alerts:?}");
    assert!(alerts[0].text.contains("the mail to management was given up"), "{alerts:?}");
    night(&world, CHICAGO, TODAY).await;
    assert_eq!((mails(&world).len(), mails_about(&world, TODAY).len()), (1, 1), "the next day is mailed as ever");
}

/// The schedule was off from a Saturday to a Tuesday. Each report that its readers waited for is given up by name, and the mail
/// that was open on Saturday too.
#[tokio::test]
async fn reports_of_days_without_a_tick_are_given_up_one_by_one_and_told() {
    let world = world("").await;
    world.desk.open().outbox.refusal = Some((429, "TooManyRequestsException"));
    tick(&world, 2, 0).await;
    tick(&world, 2, 15).await;
    world.desk.open().outbox.refusal = None;
    let tuesday = date(2026, 12, 1);
    let [prepared, mailed] = night(&world, CHICAGO, date(2026, 11, 30)).await;
    assert_eq!((prepared.failed_by["given_up"], prepared.created), (3, 1), "{prepared:?}");
    assert_eq!((mailed.updated, mailed.failed), (1, 0), "{mailed:?}");
    let about =
        |day: Date, reason: &str| format!("{day}: the mail to management was given up when its day ended ({reason})");
    let expected = [
        about(DAY, "mail_busy"),
        about(TODAY, "it was never prepared"),
        about(date(2026, 11, 29), "it was never prepared"),
    ];
    let told = world.desk.open().messages.clone();
    assert_eq!(told.len(), expected.len(), "{told:?}");
    assert!(told.iter().zip(&expected).all(|(told, expected)| told.text.contains(expected)), "{told:?}");
    tick_at(&world, CHICAGO, tuesday, Time::constant(3, 0, 0, 0)).await.report();
    let told = world.desk.open().messages.len();
    assert_eq!((told, mails(&world).len()), (3, 1), "told once");
}

/// The day was read and archived, and then no tick came until its end.
#[tokio::test]
async fn a_mail_that_was_never_handed_over_is_not_said_to_be_of_a_day_that_was_never_prepared() {
    let world = world("").await;
    tick(&world, 2, 0).await;
    let tomorrow = TODAY.tomorrow().unwrap();
    tick_at(&world, CHICAGO, tomorrow, Time::constant(0, 5, 0, 0)).await.report();
    let told = world.desk.open().messages.clone();
    let [message] = &told[..] else { panic!("{told:?}") };
    assert!(message.text.contains("when its day ended (it was never handed over)"), "{told:?}");
}

/// A list that is added while nothing ran did not wait for what was missed meanwhile.
#[tokio::test]
async fn reports_of_days_without_a_tick_are_given_up_for_the_lists_that_waited_and_for_no_new_one() {
    let start = local(CHICAGO, TODAY, Time::constant(0, 30, 0, 0));
    let world = started(World::builder().config_from_parameter(), CHICAGO, start, "").await;
    night(&world, CHICAGO, DAY).await;
    deploy(&world, &format!("{LIST}\n{}", LIST.replace("management", "board"))).await;
    let later = DAY + 2.days();
    let [prepared, mailed] = night(&world, CHICAGO, later).await;
    assert_eq!((prepared.failed_by["given_up"], mailed.updated), (1, 2), "{prepared:?}");
    let told = world.desk.open().messages.clone();
    assert!(told.len() == 1 && told[0].text.contains("the mail to management was given up"), "{told:?}");
}

/// Every list is taken out of the configuration for three days, with the ticks going on: nobody waits for a report of them.
#[tokio::test]
async fn after_a_stop_nobody_is_told_of_mails_that_were_missed() {
    let start = local(CHICAGO, TODAY, Time::constant(0, 30, 0, 0));
    let world = started(World::builder().config_from_parameter(), CHICAGO, start, "").await;
    night(&world, CHICAGO, DAY).await;
    deploy(&world, &format!("{LIST}enabled = false\n")).await;
    for day in [1, 2, 3].map(|days: i64| TODAY + days.days()) {
        for hour in [1, 3, 12] {
            let stopped = tick_at(&world, CHICAGO, day, Time::constant(hour, 0, 5, 0)).await.report();
            assert_eq!(stopped.status, Status::Skipped, "{stopped:?}");
            assert_eq!(stopped.state.writes > 0, hour == 1, "written down once a day: {stopped:?}");
        }
    }
    deploy(&world, LIST).await;
    // On the last of these days the lists are back before its end: it is mailed as ever.
    let again = tick_at(&world, CHICAGO, TODAY + 3.days(), Time::constant(16, 0, 5, 0)).await.report();
    assert_eq!((again.created, again.updated, again.failed), (1, 1, 0), "{again:?}");
    let [_, mailed] = night(&world, CHICAGO, TODAY + 3.days()).await;
    assert_eq!((mailed.updated, mailed.failed), (1, 0), "{mailed:?}");
    assert_eq!((mails(&world).len(), world.desk.open().messages.len()), (3, 0));
}

/// Another configuration, from the next environment on.
async fn deploy(world: &World, lists: &str) {
    let text = format!("[nightly-report]\nzone = \"{CHICAGO}\"\n{lists}");
    world.desk.open().parameters.insert("/cx-bridge/dev/nightly-report".to_owned(), text);
    world.restart().await;
}

/// Somebody looks at earlier days before the first night: nobody waits for a mail about those in between.
#[tokio::test]
async fn a_day_that_a_person_asked_for_is_no_report_whose_successors_are_missed() {
    let world = world("").await;
    let asked = world.invoke(json!({"date": date(2026, 11, 23)})).await.report();
    assert_eq!((asked.status, asked.created), (Status::Done, 1), "{asked:?}");
    let [_, mailed] = night(&world, CHICAGO, DAY).await;
    assert_eq!((mailed.status, mailed.updated), (Status::Done, 1), "{mailed:?}");
    assert_eq!((mails(&world).len(), world.desk.open().messages.len()), (1, 0));
}

/// Sending is switched off, or the sender is not verified: nobody but a person can help.
#[tokio::test]
async fn a_mail_that_a_person_must_make_possible_fails_the_run_each_time() {
    let world = world("").await;
    world.desk.open().outbox.refusal = Some((403, "AccessDeniedException"));
    tick(&world, 2, 0).await;
    let error = tick_at(&world, CHICAGO, TODAY, Time::constant(2, 15, 5, 0)).await.error();
    assert!(!error.is_exit() && error.message.contains("was not taken"), "{error:?}");
    world.desk.open().outbox.refusal = None;
    let report = tick(&world, 3, 16).await;
    assert_eq!((report.status, report.updated, mails(&world).len()), (Status::Done, 1, 1), "{report:?}");
    hear(&world).await;
}

#[tokio::test]
async fn delivery_and_bounce_are_noted_and_a_bounce_is_told() {
    let world = world("").await;
    night(&world, CHICAGO, DAY).await;
    let mail = mails(&world)[0].clone();
    let recipients = json!([{"emailAddress": mail.to[0], "diagnosticCode": "smtp; 550 nobody here"}]);
    let at = world.clock().now();
    for (kind, member, detail, expected) in [
        ("Delivery", "delivery", json!({"timestamp": at, "recipients": mail.to}), "delivered"),
        (
            "Bounce",
            "bounce",
            json!({"timestamp": at, "bounceType": "Permanent", "bouncedRecipients": recipients}),
            "bounced",
        ),
        ("Send", "send", json!({}), "bounced"),
    ] {
        world.desk.open().outbox.coming.push(mail.event(kind, member, &detail));
        hear(&world).await;
        assert_eq!(state(&world), expected, "after {kind}");
    }
    let alerts = world.desk.open().messages.clone();
    assert_eq!(alerts.len(), 1, "{alerts:?}");
    assert!(alerts[0].text.contains("correct the addresses of that list"), "{alerts:?}");
}

/// What nobody understands comes back until the queue sets it aside; the events beside it are noted.
#[tokio::test]
async fn bad_messages_are_given_back_and_good_ones_beside_them_are_noted() {
    let world = world("").await;
    lose_the_answer(&world);
    tick(&world, 2, 0).await;
    tick(&world, 2, 15).await;
    world.door.calm();
    let bad = [
        "hortensia.quixabeira@example.com",
        "{\"eventType\":\"Send\"}",
        "[1]",
        "{\"Type\":\"Notification\",\"Message\":\"{\"}",
    ];
    world.desk.open().outbox.coming.extend(bad.map(str::to_owned));
    let delivered = hear(&world).await;
    assert_eq!(delivered.iter().map(|batch| batch.given_back.len()).sum::<usize>(), bad.len(), "{delivered:?}");
    assert_eq!((state(&world).as_str(), mails(&world).len()), ("sent", 1));
    for _ in 0..RECEIVES_MAX {
        world.advance(VISIBILITY);
        while world.deliver(MAIL_EVENTS, FUNCTION).await.is_some() {}
    }
    assert_eq!(world.desk.open().queues[MAIL_EVENTS].dead.len(), bad.len());
    world.excuse(Promise::QueuesEmpty, "bad messages end among the dead letters, where a person finds them");
}
