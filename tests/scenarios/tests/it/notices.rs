//! Mails about contact-sync: one a day with what happened, once; and what a shadow run would do.

use std::time::Duration;

use jiff::Timestamp;
use scenarios::aws::ses::{CONFIGURATION_SET, Mail};
use scenarios::door::{Harm, Point};
use scenarios::people::people;
use scenarios::{Promise, World};
use serde_json::json;

const READER: &str = "hortensia.quixabeira@example.com";
const SENDER: &str = "avisos@example.com";
const MINUTE: u64 = 60;
const HOUR: u64 = 60 * MINUTE;
const DAY: u64 = 24 * HOUR;

/// Half past six in Chicago, where the mail is due at seven.
async fn world(lines: &str) -> World {
    let config = format!(
        "notify_to = [\"{READER}\"]\nnotify_from = \"Sync <{SENDER}>\"\nzone = \"America/Chicago\"\ndigest_at = \"07:00\"\n{lines}"
    );
    let builder = World::builder().config(&config).variable("MAIL_CONFIGURATION_SET", CONFIGURATION_SET);
    let start: Timestamp = "2026-11-24T12:30:00Z".parse().unwrap();
    let world = builder.starts_at(start).start().await;
    world.keep_private(READER);
    world.keep_private(SENDER);
    world
}

fn pass(world: &World, seconds: u64) {
    world.advance(Duration::from_secs(seconds));
}

fn mails(world: &World) -> Vec<Mail> {
    world.desk.open().outbox.mails.clone()
}

/// The schedule fires so much later.
async fn tick_after(world: &World, seconds: u64) -> platform::report::RunReport {
    pass(world, seconds);
    world.invoke(json!({})).await.report()
}

/// A first mail has gone out, and a day has begun in which something happens.
async fn a_day_later(world: &World) {
    tick_after(world, 0).await;
    tick_after(world, 31 * MINUTE).await;
    pass(world, 20 * HOUR);
    world.salesforce.insert(&people(3));
    assert_eq!(tick_after(world, 5 * MINUTE).await.created, 3);
    world.desk.open().outbox.mails.clear();
    pass(world, 4 * HOUR);
}

#[tokio::test]
async fn the_first_run_after_the_hour_mails_what_happened_and_no_other_run_of_that_day_does() {
    let world = world("").await;
    a_day_later(&world).await;
    tick_after(&world, 0).await;
    let sent = mails(&world);
    assert_eq!(sent.len(), 1, "{sent:?}");
    let mail = &sent[0];
    assert_eq!((&mail.to, mail.subject.as_str()), (&vec![READER.to_owned()], "contact-sync dev: 3 created, 0 updated"));
    assert!(mail.text.contains("      3  created") && mail.text.contains("Health"), "{}", mail.text);
    let html = mail.html.as_deref().unwrap();
    assert!(html.contains(">3</div>") && html.contains("2026-11-24 "), "{html}");
    for _ in 0..3 {
        tick_after(&world, HOUR).await;
    }
    assert_eq!(mails(&world).len(), 1);

    // A day on which nothing happened is not worth a mail.
    tick_after(&world, DAY).await;
    assert_eq!(mails(&world).len(), 1);
    for value in ["Sobrenome", "northwind.example"] {
        assert!(!mail.text.contains(value) && !html.contains(value), "{value}");
    }
}

#[tokio::test]
async fn what_waits_for_somebody_stands_in_the_mail_with_what_to_do() {
    let world = world("").await;
    tick_after(&world, 0).await;
    pass(&world, 20 * HOUR);
    let ids = world.salesforce.insert(&people(2));
    world.genesys.fault(&json!({
        "fault": "partial_failure", "external_ids": [ids[1]], "status": 422, "code": "validation.failed", "retryable": false,
    }));
    assert_eq!(tick_after(&world, 5 * MINUTE).await.created, 1);
    world.desk.open().outbox.mails.clear();
    tick_after(&world, 5 * HOUR).await;
    let sent = mails(&world);
    assert_eq!(sent[0].subject, "contact-sync dev: 1 created, 0 updated, 1 waits for you");
    for part in [ids[1].as_str(), "validation.failed", "Correct it in Salesforce"] {
        assert!(
            sent[0].text.contains(part) && sent[0].html.as_deref().unwrap().contains(part),
            "{part}: {}",
            sent[0].text
        );
    }
}

/// The row says `sending` before the mail service hears of the mail, so a run that is killed beside it is known.
#[tokio::test]
async fn t36_a_killed_run_never_makes_a_second_mail_of_one_day_and_the_next_days_says_so() {
    for (harm, taken) in [(Harm::KillBefore, 0), (Harm::KillAfter, 1), (Harm::LoseAnswer, 1)] {
        let world = world("").await;
        a_day_later(&world).await;
        world.door.harm(Point::Every("ses SendEmail"), harm.clone());
        let _ = world.invoke(json!({})).await; // It may have been killed.
        world.door.calm();
        assert_eq!(mails(&world).len(), taken, "{harm:?}");
        for _ in 0..4 {
            tick_after(&world, HOUR).await;
        }
        assert_eq!(mails(&world).len(), taken, "{harm:?}: nobody knows, so not again today");
        tick_after(&world, DAY).await;
        let sent = mails(&world);
        assert_eq!(sent.len(), taken + 1, "{harm:?}");
        let next = &sent[taken];
        assert!(next.text.contains("Nobody knows whether the mail of 2026-11-25 arrived"), "{harm:?}: {}", next.text);
        assert!(next.subject.contains("3 created"), "{harm:?}: what it had told is told again: {}", next.subject);
        tick_after(&world, DAY).await;
        assert_eq!(mails(&world).len(), taken + 1, "{harm:?}");
    }
}

#[tokio::test]
async fn a_mail_that_was_not_taken_is_tried_again_in_an_hour_and_no_run_fails_for_it() {
    let world = world("").await;
    a_day_later(&world).await;
    world.desk.open().outbox.refusal = Some((400, "AccountSuspendedException"));
    let report = tick_after(&world, 0).await;
    assert!(report.warnings.iter().any(|line| line.contains("daily mail was not taken")), "{report:?}");
    tick_after(&world, 30 * MINUTE).await;
    world.desk.open().outbox.refusal = None;
    tick_after(&world, 10 * MINUTE).await;
    assert_eq!(mails(&world).len(), 0, "the hour is not over");
    tick_after(&world, 30 * MINUTE).await;
    assert_eq!(mails(&world).len(), 1);
}

#[tokio::test]
async fn who_wants_every_day_gets_every_day_and_who_wants_problems_only_those() {
    for (notify, quiet_days, bad_days) in [("always", 1, 1), ("problems", 0, 1)] {
        let world = world(&format!("notify = \"{notify}\"")).await;
        tick_after(&world, HOUR).await;
        world.desk.open().outbox.mails.clear();
        tick_after(&world, DAY).await;
        assert_eq!(mails(&world).len(), quiet_days, "{notify}");
        world.genesys.fault(&json!({"fault": "refused", "vendor": "salesforce", "operation": "query", "status": 400, "code": "MALFORMED_QUERY"}));
        pass(&world, 12 * HOUR);
        assert!(world.invoke(json!({})).await.result.is_err());
        pass(&world, 12 * HOUR);
        // Also a run that fails mails: that it fails for days is what somebody has to hear.
        assert!(world.invoke(json!({})).await.result.is_err());
        let sent = mails(&world);
        assert_eq!(sent.len(), quiet_days + bad_days, "{notify}");
        assert!(sent.last().unwrap().text.contains("What did not go well"), "{}", sent.last().unwrap().text);
    }
}

#[tokio::test]
async fn nobody_is_mailed_where_nobody_is_named_and_nothing_is_read_for_it() {
    let world = World::start().await;
    world.salesforce.insert(&people(1));
    world.tick().await.report();
    tick_after(&world, DAY).await;
    assert_eq!(world.desk.open().outbox.tries, 0);
    assert!(!world.state_rows().iter().any(|row| row["sk"]["S"] == "digest"));
}

#[tokio::test]
async fn a_person_can_have_the_mail_now_and_the_days_own_goes_out_all_the_same() {
    let world = world("").await;
    a_day_later(&world).await;
    let (answer, _) = world.function("contact-sync").ask(&json!({"digest": true}).to_string()).await;
    let answer = answer.unwrap();
    assert_eq!(answer["digest"], "yes", "{answer}");
    assert!(answer["text"].to_string().contains("created"), "{answer}");
    tick_after(&world, 0).await;
    assert_eq!(mails(&world).len(), 2);
}

#[tokio::test]
async fn a_shadow_run_writes_nothing_and_mails_a_list_without_values() {
    let world = world("mode = \"shadow\"\nnotify = \"problems\"").await;
    tick_after(&world, 0).await;
    assert_eq!(mails(&world).len(), 0, "nothing to do is not worth a mail");
    let ids = world.salesforce.insert(&people(3));
    tick_after(&world, 5 * MINUTE).await;
    let sent = mails(&world);
    assert_eq!(sent.len(), 1, "{sent:?}");
    assert!(world.genesys.contacts().is_empty());
    let (name, content) = &sent[0].attachments[0];
    let list = String::from_utf8(content.clone()).unwrap();
    assert!(name.starts_with("contact-sync-shadow-"), "{name}");
    let lines: Vec<&str> = list.lines().collect();
    assert_eq!((lines[0], lines.len()), ("salesforce_id,action,genesys_id,write,empty,candidates", 4), "{list}");
    for id in &ids {
        assert!(list.contains(&format!("{id},create,,firstName lastName")), "{list}");
    }
    for value in ["Sobrenome", "northwind", "+1"] {
        assert!(!list.contains(value) && !sent[0].text.contains(value), "{value}");
    }
    assert!(
        !world.state_rows().iter().any(|row| row["pk"]["S"].as_str().unwrap().starts_with("link#")),
        "no link rows"
    );
    tick_after(&world, 30 * MINUTE).await;
    assert_eq!(mails(&world).len(), 1, "told once");
    world.excuse(Promise::NothingDoubled, "nothing was written");
}
