//! Figures that are late, missing or many: a report says so, and never takes one for nothing.

use jiff::civil::{Date, Time, date};
use jiff::{Timestamp, ToSpan};
use platform::report::{RunReport, Status};
use scenarios::aws::s3::refused;
use scenarios::door::{Harm, Point};
use scenarios::{Entry, Environment, World};
use serde_json::{Value, json};

use crate::report_scene::{
    CHICAGO, archived, hear, key, local, mails, mails_about, night, report, started, tick_at, until,
};

const DAY: Date = date(2026, 11, 27);
const TODAY: Date = date(2026, 11, 28);

async fn world() -> World {
    let start = local(CHICAGO, TODAY, Time::constant(0, 30, 0, 0));
    started(World::builder(), CHICAGO, start, "").await
}

/// With a contact centre of four queues, two days of it.
async fn busy_world() -> World {
    let world = world().await;
    world.genesys.contact_centre(&json!({"until": DAY, "days": 2, "queues": 4, "conversations_per_day": 40}));
    world
}

async fn tick(world: &World, hour: i8, minute: i8) -> RunReport {
    tick_at(world, CHICAGO, TODAY, Time::constant(hour, minute, 5, 0)).await.report()
}

/// What Genesys was asked, logins aside.
fn asked(world: &World) -> Vec<Entry> {
    world.journal().into_iter().filter(|entry| entry.vendor == "genesys" && entry.kind != "login").collect()
}

/// A tenth is known only the noon after: the first report calls itself provisional, the second one restates the day with
/// what was said and what is so, and the third says it once more, as final.
#[tokio::test]
async fn t35_a_day_that_settles_later_is_provisional_and_then_restated_with_both_values() {
    let world = world().await;
    let wishes = json!({"until": DAY, "days": 9, "queues": 4, "conversations_per_day": 200, "late_percent": 10});
    world.genesys.contact_centre(&wishes);
    night(&world, CHICAGO, DAY).await;
    let first = report(&world, DAY);
    assert_eq!(first["is_provisional"], true);
    assert!(mails(&world)[0].text.contains("Provisional until Mon 30 Nov 00:00"), "{}", mails(&world)[0].text);
    let begun_in = |day: Date| {
        let [from, to] = [day, day.tomorrow().unwrap()].map(|day| local(CHICAGO, day, Time::midnight()));
        let start = |conversation: &Value| conversation["start"].as_str().unwrap().parse::<Timestamp>().unwrap();
        let all = world.genesys.conversations();
        all.iter().filter(|conversation| (from..to).contains(&start(conversation))).count()
    };
    let (said, is) = (first["total"]["figures"]["offered"].as_u64().unwrap(), begun_in(DAY) as u64);
    assert!(said < is, "{said} of {is} conversations were known at two");

    night(&world, CHICAGO, TODAY).await;
    let second = report(&world, TODAY);
    let [restated] = &second["restated"].as_array().unwrap()[..] else { panic!("{}", second["restated"]) };
    assert_eq!((&restated["date"], &restated["is_final"]), (&json!(DAY), &json!(false)), "{restated}");
    let offered = restated["revisions"].as_array().unwrap().iter().find(|one| one["figure"] == "offered").unwrap();
    assert_eq!((&offered["first"]["count"], &offered["now"]["count"]), (&json!(said), &json!(is)));
    let text = &mails(&world)[1].text;
    assert!(text.contains("RESTATED: FRI 27 NOV") && text.contains(&format!("{said} → {is}")), "{text}");
    assert_eq!(report(&world, DAY)["total"]["figures"]["offered"], said, "what was mailed stays as it was");

    night(&world, CHICAGO, TODAY.tomorrow().unwrap()).await;
    let third = report(&world, TODAY.tomorrow().unwrap());
    assert_eq!(third["restated"][0]["is_final"], true, "{}", third["restated"]);
    night(&world, CHICAGO, TODAY.tomorrow().unwrap().tomorrow().unwrap()).await;
    assert_eq!(report(&world, date(2026, 11, 30))["restated"], json!([]), "then it is over");
    assert_eq!(mails(&world).len(), 4);
}

/// No night reads the day again while it settles. The first one that can does so, though it compares with no queue of it.
#[tokio::test]
async fn t35_a_day_that_no_night_could_read_again_while_it_settled_is_read_again_by_a_later_one() {
    let world = world().await;
    let wishes = json!({"until": DAY, "days": 9, "queues": 4, "conversations_per_day": 200, "late_percent": 10});
    world.genesys.contact_centre(&wishes);
    night(&world, CHICAGO, DAY).await;
    let said = report(&world, DAY)["total"]["figures"]["offered"].clone();
    let later = DAY + 5.days();
    night(&world, CHICAGO, later).await;
    let restated = report(&world, later)["restated"].clone();
    assert_eq!((&restated[0]["date"], &restated[0]["is_final"]), (&json!(DAY), &json!(true)), "{restated}");
    let line =
        report(&world, later)["days"].as_array().unwrap().iter().find(|line| line["date"] == json!(DAY)).cloned();
    assert_ne!(line.unwrap()["figures"]["offered"], said, "what it is compared with is what is known now");
    night(&world, CHICAGO, DAY + 6.days()).await;
    assert_eq!(report(&world, DAY + 6.days())["restated"], json!([]), "once");
}

/// What was lacking at two is read a quarter of an hour later, and the report is made once more: with what the night has read
/// again.
#[tokio::test]
async fn t35_what_one_pass_of_a_night_has_read_again_the_next_one_tells_too() {
    let world = world().await;
    let wishes = json!({"until": DAY, "days": 9, "queues": 4, "conversations_per_day": 200, "late_percent": 10});
    world.genesys.contact_centre(&wishes);
    night(&world, CHICAGO, DAY).await;
    let (later, morning) = (DAY + 5.days(), DAY + 6.days());
    tell_no_names(&world);
    tick_at(&world, CHICAGO, morning, Time::constant(2, 0, 5, 0)).await;
    let first = report(&world, later);
    assert_eq!((&first["restated"][0]["date"], &first["completeness"]["lacks_names"]), (&json!(DAY), &json!(true)));
    world.genesys.calm();
    tick_at(&world, CHICAGO, morning, Time::constant(2, 15, 5, 0)).await;
    let second = report(&world, later);
    assert_eq!((&second["restated"], &second["completeness"]["lacks_names"]), (&first["restated"], &json!(false)));
    let text = &mails_about(&world, later)[0].text;
    assert!(text.contains("RESTATED: FRI 27 NOV"), "{text}");
    hear(&world).await;
}

/// A person has the day read again before its first mail goes out: nobody has other figures, and none are restated.
#[tokio::test]
async fn t35_a_day_that_nobody_was_told_of_is_not_restated_by_its_first_mail() {
    let world = world().await;
    let wishes = json!({"until": DAY, "days": 9, "queues": 4, "conversations_per_day": 200, "late_percent": 10});
    world.genesys.contact_centre(&wishes);
    tick(&world, 2, 0).await;
    let archived = report(&world, DAY)["total"]["figures"]["offered"].clone();
    until(&world, local(CHICAGO, TODAY, Time::constant(22, 0, 5, 0)));
    let again = world.invoke(json!({"date": DAY})).await.report();
    assert_eq!((again.status, again.created), (Status::Done, 1), "{again:?}");
    let whole = report(&world, DAY);
    assert_ne!(whole["total"]["figures"]["offered"], archived, "more is known than at two");
    assert_eq!(whole["restated"], json!([]));
    tick(&world, 22, 15).await;
    let text = mails(&world)[0].text.to_lowercase();
    assert!(!text.contains("restated"), "{text}");
    hear(&world).await;
}

/// Nothing changes after the night, so nothing is restated.
#[tokio::test]
async fn t35_a_day_that_was_complete_is_not_restated() {
    let world = busy_world().await;
    night(&world, CHICAGO, DAY).await;
    night(&world, CHICAGO, TODAY).await;
    assert_eq!(report(&world, TODAY)["restated"], json!([]));
}

#[tokio::test]
async fn t16_a_genesys_that_is_busy_gives_no_report_rather_than_an_empty_one() {
    let world = busy_world().await;
    world.genesys.fault(&json!({"fault": "throttle", "vendor": "genesys", "path": "analytics"}));
    for minute in [0, 15, 30] {
        let report = tick(&world, 2, minute).await;
        assert_eq!((report.status, report.created, report.updated), (Status::Partial, 0, 0), "{report:?}");
    }
    assert!(mails(&world).is_empty() && archived(&world, DAY, "report.json").is_none());
    world.genesys.calm();
    let told = tick(&world, 2, 45).await;
    assert_eq!((told.created, told.updated), (1, 1), "{told:?}");
    assert!(report(&world, DAY)["total"]["figures"]["offered"].as_u64().unwrap() > 10);
    hear(&world).await;
}

/// One 429 within the night is waited out, as long as Genesys says.
#[tokio::test]
async fn t16_one_429_costs_one_more_request_and_no_figure() {
    let world = busy_world().await;
    world
        .genesys
        .fault(&json!({"fault": "throttle", "vendor": "genesys", "path": "analytics", "count": 1, "retry_after": 3}));
    let [prepared, _] = night(&world, CHICAGO, DAY).await;
    assert_eq!((prepared.status, prepared.created), (Status::Done, 1), "{prepared:?}");
    assert_eq!(report(&world, DAY)["completeness"]["lacks_hours"], 0);
}

/// The names cannot be read until the mail goes out: the mail says what is missing, and shows no zero in its place.
#[tokio::test]
async fn t16_what_could_not_be_read_is_named_and_is_no_zero() {
    let world = busy_world().await;
    world.genesys.fault(&json!({"fault": "busy", "vendor": "genesys", "path": "analytics", "skip": 1, "count": 40}));
    world.genesys.fault(&json!({"fault": "busy", "vendor": "genesys", "path": "divisionviews"}));
    let prepared = tick(&world, 2, 0).await;
    assert!(
        prepared.warnings.iter().any(|line| line.contains("the hours of the day could not be read")),
        "{prepared:?}"
    );
    let first = report(&world, DAY);
    assert_eq!((&first["hours"][12]["figures"], &first["total"]["agents"]), (&Value::Null, &Value::Null));
    assert!(first["total"]["figures"]["offered"].as_u64().unwrap() > 10, "the day itself is there");
    world.genesys.calm();
    world.genesys.fault(&json!({"fault": "busy", "vendor": "genesys", "path": "divisionviews"}));
    tick(&world, 2, 15).await;
    let text = &mails(&world)[0].text;
    assert!(text.contains("Genesys did not tell"), "{text}");
    hear(&world).await;
}

/// Genesys tells no names of queues, and answers everything else.
fn tell_no_names(world: &World) {
    let busy = json!({"fault": "busy", "vendor": "genesys", "path": "divisionviews", "retry_after": 3600});
    world.genesys.fault(&busy);
}

/// Genesys is well again when the mail goes out: the run that mails has asked once more.
#[tokio::test]
async fn t16_what_was_missing_at_two_and_can_be_read_at_a_quarter_past_is_in_the_mail() {
    let world = busy_world().await;
    tell_no_names(&world);
    tick(&world, 2, 0).await;
    let first = report(&world, DAY);
    assert_eq!(
        (&first["completeness"]["lacks_names"], &first["completeness"]["lacks_agents"]),
        (&json!(true), &json!(false))
    );
    world.genesys.calm();
    let mailed = tick(&world, 2, 15).await;
    assert_eq!((mailed.status, mailed.created, mailed.updated), (Status::Done, 1, 1), "{mailed:?}");
    let whole = report(&world, DAY);
    assert_eq!(
        (&whole["completeness"]["lacks_names"], &whole["completeness"]["lacks_agents"]),
        (&json!(false), &json!(false))
    );
    let agents: Vec<_> = whole["groups"].as_array().unwrap().iter().map(|group| group["agents"].as_u64()).collect();
    assert!(!agents.is_empty() && agents.iter().all(|agents| *agents > Some(0)), "who handled in each: {agents:?}");
    assert!(!mails(&world)[0].text.contains("Genesys did not tell"), "{}", mails(&world)[0].text);
    hear(&world).await;
}

/// The try to complete a report fails altogether: it is mailed as it was stored, and not later.
#[tokio::test]
async fn a_stored_report_is_mailed_in_time_though_it_cannot_be_completed() {
    let world = busy_world().await;
    tell_no_names(&world);
    tick(&world, 2, 0).await;
    world.door.harm(Point::Every("s3 PutObject"), Harm::Answer(403, refused("AccessDenied")));
    let _ = tick_at(&world, CHICAGO, TODAY, Time::constant(2, 15, 5, 0)).await; // It fails, which says that a person has to look.
    world.door.calm();
    let [mail] = &mails(&world)[..] else { panic!("{:?}", mails(&world)) };
    assert!(mail.text.contains("Genesys did not tell the names of the queues."), "{}", mail.text);
    hear(&world).await;
}

/// The comparisons of a new installation are asked for in pieces that Genesys takes.
#[tokio::test]
async fn t14_no_question_spans_more_than_thirty_one_days() {
    let world = busy_world().await;
    night(&world, CHICAGO, DAY).await;
    let intervals: Vec<_> =
        asked(&world).iter().filter_map(|entry| entry.request["interval"].as_str().map(str::to_owned)).collect();
    let length = |interval: &String| {
        let (from, to) = interval.split_once('/').unwrap();
        let [from, to] = [from, to].map(|moment| moment.parse::<Timestamp>().unwrap());
        to.duration_since(from).as_hours()
    };
    // The clocks went back on the first of the month, so that 31 days would be an hour too many.
    assert!(intervals.iter().all(|interval| length(interval) <= 31 * 24), "{intervals:?}");
    assert!(intervals.iter().any(|interval| length(interval) > 28 * 24), "{intervals:?}");
    let objects = world.desk.open().bucket.objects.len();
    assert!(objects > 90, "what was asked once is archived: {objects} objects");
}

#[tokio::test]
async fn an_organisation_without_queues_and_one_without_conversations_are_told_as_such() {
    let empty = world().await;
    let [prepared, mailed] = night(&empty, CHICAGO, DAY).await;
    assert_eq!((prepared.status, mailed.updated), (Status::Done, 1), "{prepared:?}");
    assert_eq!(report(&empty, DAY)["total"]["figures"]["offered"], Value::Null, "absent is not zero");
    let silent = world().await;
    silent.genesys.queue("9e0e0000-1111-4222-8333-000000000001", &json!({"name": "Support"}));
    night(&silent, CHICAGO, DAY).await;
    let figures = report(&silent, DAY);
    assert_eq!(figures["completeness"]["silent"], json!(["Support"]));
    assert!(mails(&silent)[0].text.contains("Support"), "{}", mails(&silent)[0].text);
}

#[tokio::test]
async fn names_in_any_script_and_with_markup_arrive_as_they_are_and_do_nothing() {
    let world = world().await;
    let long = "Q".repeat(60);
    let names = ["الدعم الفني", "תמיכה", "日本語サポート", "Sales 🚀👩‍💻", "<script>alert(1)</script> & \"Co\"", &long];
    for (number, name) in (1..).zip(names) {
        let id = format!("9e0e0000-1111-4222-8333-{number:012}");
        world.genesys.queue(&id, &json!({"name": name}));
        let start = local(CHICAGO, DAY, Time::constant(9, 0, 0, 0)) + number.minutes();
        world
            .genesys
            .talk(&[json!({"start": start, "queue": id, "wait_ms": 5_000, "talk_ms": 60_000, "user": "agent-1"})]);
    }
    night(&world, CHICAGO, DAY).await;
    let figures = report(&world, DAY);
    let titles: Vec<_> =
        figures["queues"].as_array().unwrap().iter().filter_map(|line| line["name"].as_str()).collect();
    let mail = &mails(&world)[0];
    let page = mail.html.as_deref().unwrap();
    for name in names {
        assert!(titles.contains(&name), "{name} in {titles:?}");
        assert!(mail.text.contains(name) || name.starts_with(['ا', 'ת']), "{name} in {}", mail.text);
    }
    assert!(!page.contains("<script"), "markup is shown and not done");
    assert!(page.contains("&#60;script&#62;") || page.contains("&lt;script&gt;"), "{page}");
}

/// A line of the process's status, in kilobytes.
fn memory(environment: &Environment, name: &str) -> u64 {
    let status = std::fs::read_to_string(format!("/proc/{}/status", environment.process_id())).unwrap();
    let line = status.lines().find(|line| line.starts_with(name)).expect("a line of this name");
    line.split_whitespace().nth(1).unwrap().parse().unwrap()
}

/// With a complete archive, and a process that has just started.
#[tokio::test]
async fn a_night_of_a_thousand_queues_asks_ten_times_at_most_and_stays_small() {
    let start = local(CHICAGO, TODAY, Time::constant(0, 30, 0, 0));
    // The whole of the limit, so that the archive is filled in one go.
    let world = started(World::builder(), CHICAGO, start, "genesys_api_share = 1.0").await;
    let wishes = json!({"until": TODAY, "days": 3, "queues": 1000, "conversations_per_day": 8000});
    world.genesys.contact_centre(&wishes);
    // A complete archive, as it is after some nights.
    for (from, to) in [("2026-09-20", "2026-11-26"), ("2025-10-25", "2025-12-05")] {
        let filled = world.invoke(json!({"from": from, "to": to})).await.report();
        assert_eq!(filled.status, Status::Done, "{filled:?}");
    }
    night(&world, CHICAGO, DAY).await;
    world.restart().await;
    world.forget();
    let environment = world.another_environment().await;
    until(&world, local(CHICAGO, TODAY.tomorrow().unwrap(), Time::constant(2, 0, 5, 0)));
    let prepared = environment.invoke(&json!({})).await.report();
    assert_eq!((prepared.status, prepared.created), (Status::Done, 1), "{prepared:?}");
    let requests = asked(&world).len();
    assert!(
        requests <= 10,
        "{requests} requests: {:?}",
        asked(&world).iter().map(|entry| &entry.path).collect::<Vec<_>>()
    );
    until(&world, local(CHICAGO, TODAY.tomorrow().unwrap(), Time::constant(2, 15, 5, 0)));
    let mailed = environment.invoke(&json!({})).await.report();
    assert_eq!((mailed.status, mailed.updated), (Status::Done, 1), "{mailed:?}");
    hear(&world).await;
    let (peak, code) = (memory(&environment, "VmHWM"), memory(&environment, "RssFile"));
    println!("{requests} requests; {} kB, {code} kB of code", peak - code);
    // The code of a debug build is many times as large as that of a release, which has the rest in common with it.
    assert!(peak - code <= 45 * 1024, "{peak} kB, {code} kB of them code");
    let queues = report(&world, TODAY)["queues"].as_array().unwrap().len();
    assert_eq!(queues, 1000);
    assert!(world.desk.open().bucket.objects.contains_key(&key(TODAY, "report.html")));
}

/// Who may not ask has to be helped by a person: at once.
#[tokio::test]
async fn a_client_that_is_not_let_in_fails_the_run_at_once() {
    let world = busy_world().await;
    world.replace_secret("dev/genesys/aws-sync-creds", "demo-genesys-secret", "another-secret");
    let failed = tick_at(&world, CHICAGO, TODAY, Time::constant(2, 0, 5, 0)).await.error();
    assert!(!failed.is_exit() && !failed.message.contains("another-secret"), "{failed:?}");
    assert!(mails(&world).is_empty() && archived(&world, DAY, "report.json").is_none());
    world.replace_secret("dev/genesys/aws-sync-creds", "another-secret", "demo-genesys-secret");
    world.restart().await;
    let report = tick(&world, 2, 30).await;
    assert_eq!((report.created, report.updated, mails_about(&world, DAY).len()), (1, 1, 1), "{report:?}");
    hear(&world).await;
}
