//! What the settings mean, and which of them are refused.

use std::time::Duration;

use queue_capacity::config::{Instances, Policy};
use queue_capacity::lever::Lever;
use queue_capacity::mapping::{Rule, mappings};

use crate::scene::config;

const ROW: &str = "lever = \"data_table_row\"\ntable = \"t\"\nrow = \"Support\"\ncolumn = \"capacity\"\n";
const QUEUE: &str = "lever = \"queue_field\"\nqueue = \"q\"\n";
const AGENTS: &str = "lever = \"utilization\"\nusers = [\"u-1\", \"u-2\"]\n";

fn text(groups: &[(&str, &[String])]) -> String {
    let mut text = String::new();
    for (group, targets) in groups {
        text.push_str(&format!("[[queue-capacity.mappings]]\n{group}\n"));
        for target in *targets {
            text.push_str(&format!("[[queue-capacity.mappings.targets]]\n{target}\n"));
        }
    }
    text
}

fn refused(groups: &[(&str, &[String])]) -> String {
    mappings(&config(&text(groups))).unwrap_err().to_string()
}

fn one(target: &str) -> String {
    refused(&[("group = \"asg\"", &[target.to_owned()])])
}

#[test]
fn the_documented_example_means_what_it_says_and_sets_nothing() {
    let mut documented = config("");
    assert!(mappings(&documented).unwrap().iter().all(|mapping| !mapping.enabled), "the example sets nothing");
    documented.mappings[0].enabled = true;
    let mapping = mappings(&documented).unwrap().remove(0);
    assert_eq!((mapping.instances, mapping.policy), (Instances::Desired, Policy::Repair));
    assert_eq!(mapping.job, "queue-capacity#my-backend-asg");
    let zero = "00000000-0000-0000-0000-000000000000";
    let ids: Vec<&str> = mapping.targets().map(|target| target.id.as_str()).collect();
    let expected =
        [format!("row/{zero}/Support/capacity"), format!("queue/{zero}/capacity"), format!("user/{zero}/message")];
    assert_eq!(ids, expected);
}

#[test]
fn what_a_row_may_leave_out_is_what_the_documented_example_says() {
    let mut documented = config("");
    documented.mappings[0].enabled = true;
    let short = [ROW, QUEUE, "lever = \"utilization\"\nusers = [\"u\"]\n"].map(str::to_owned);
    let short = mappings(&config(&text(&[("group = \"asg\"", &short)]))).unwrap();
    let rules =
        |mapping: &queue_capacity::mapping::Mapping| -> Vec<Rule> { mapping.targets().map(|it| it.rule).collect() };
    assert_eq!(rules(&short[0]), rules(&mappings(&documented).unwrap()[0]));
    let hold_down = Duration::from_secs(300);
    let first = Rule { per_instance: 100, min: 0, max: 100_000, step_limit: None, hold_down };
    assert_eq!(rules(&short[0])[0], first);
}

#[test]
fn agents_are_one_object_each_and_columns_of_a_row_share_one() {
    let overflow = ROW.replace("capacity", "overflow");
    let built =
        mappings(&config(&text(&[("group = \"asg\"", &[ROW.to_owned(), overflow, AGENTS.to_owned()])]))).unwrap();
    let numbers: Vec<(String, usize)> =
        built[0].objects.iter().map(|object| (object.lever.object_id(), object.targets.len())).collect();
    assert_eq!(numbers, [("row/t/Support".to_owned(), 2), ("user/u-1".to_owned(), 1), ("user/u-2".to_owned(), 1)]);
}

#[test]
fn what_the_server_computes_is_joined_over_the_targets_of_a_queue() {
    let one = format!("{QUEUE}strip = [\"a\"]");
    let two = format!("{QUEUE}field = \"overflow\"\nstrip = [\"b\"]");
    let built = mappings(&config(&text(&[("group = \"asg\"", &[one, two])]))).unwrap();
    let Lever::QueueField(queue) = &built[0].objects[0].lever else { panic!("a queue") };
    assert_eq!(queue.strip, ["a", "b"]);
}

#[test]
fn a_target_with_other_settings_has_another_fingerprint_and_other_bounds_do_not_count() {
    let settings = |target: &str| {
        mappings(&config(&text(&[("group = \"asg\"", &[target.to_owned()])]))).unwrap()[0].objects[0].targets[0]
            .settings
            .clone()
    };
    assert_eq!(settings(QUEUE), settings(&format!("{QUEUE}max = 7")));
    assert_ne!(settings(QUEUE), settings(&format!("{QUEUE}strip = [\"a\"]")));
    assert_ne!(settings(QUEUE), settings(&format!("{QUEUE}field = \"limit\"")));
}

#[test]
fn a_hundred_for_each_instance_is_refused_where_an_agent_can_have_fifty() {
    let line = one(&format!("{AGENTS}per_instance = 100"));
    assert_eq!(
        line,
        "[queue-capacity] mappings[0].targets[0].per_instance: 100 is outside of what an agent can have at once, 1 to 50"
    );
    assert!(one(&format!("{AGENTS}max = 51")).contains("targets[0].max: 51"));
    assert!(one(&format!("{AGENTS}min = 0")).contains("targets[0].min: 0"));
}

#[test]
fn bounds_that_leave_no_number_are_refused() {
    assert!(one(&format!("{ROW}min = 9\nmax = 8")).contains("targets[0].min: 9 is above max, which is 8"));
}

#[test]
fn one_number_has_one_target_and_one_object_one_group() {
    let twice = refused(&[("group = \"asg\"", &[ROW.to_owned(), ROW.to_owned()])]);
    assert!(twice.contains("mappings[0].targets[1]: this number is set by another target"), "{twice}");
    let overflow = ROW.replace("capacity", "overflow");
    let two = refused(&[("group = \"one\"", &[ROW.to_owned()]), ("group = \"two\"", &[overflow])]);
    assert!(two.contains("mappings[1].targets[0]: another group sets this object"), "{two}");
    let same = refused(&[("group = \"one\"", &[ROW.to_owned()]), ("group = \"one\"", &[QUEUE.to_owned()])]);
    assert!(same.contains("mappings[1].group: this group has a mapping already"), "{same}");
    let agents = refused(&[("group = \"asg\"", &[AGENTS.replace("u-2", "u-1")])]);
    assert!(agents.contains("this number is set by another target"), "{agents}");
}

#[test]
fn a_mapping_that_is_not_enabled_takes_nothing_from_another_one() {
    let off = ("group = \"one\"\nenabled = false", [ROW.to_owned()]);
    let built = mappings(&config(&text(&[(off.0, &off.1), ("group = \"one\"", &[ROW.to_owned()])]))).unwrap();
    assert_eq!(built.iter().map(|mapping| mapping.enabled).collect::<Vec<_>>(), [false, true]);
}

#[test]
fn every_lever_needs_its_own_keys_and_no_others() {
    assert!(one("lever = \"data_table_row\"\ntable = \"t\"\nrow = \"r\"").contains("needs the key `column`"));
    assert!(one("lever = \"queue_field\"").contains("needs the key `queue`"));
    let foreign = one(&format!("{QUEUE}column = \"capacity\""));
    assert!(
        foreign.contains("targets[0].column: belongs to the lever data_table_row, not to queue_field"),
        "{foreign}"
    );
    assert!(one("lever = \"utilization\"").contains("targets[0].users: names nobody"));
    assert!(one(&ROW.replace("capacity", "KEY")).contains("targets[0].column: the column KEY"));
    assert!(one(&format!("{QUEUE}field = \"name\"")).contains("targets[0].field: is a documented member"));
}

#[test]
fn what_cannot_be_an_id_or_a_key_is_refused_before_it_is_sent() {
    let line = one(&QUEUE.replace("\"q\"", "\"Support queue\""));
    assert!(line.contains("targets[0].queue: is no id of Genesys"), "{line}");
    assert!(one(&AGENTS.replace("u-2", "")).contains("targets[0].users[1]: is no id"));
    assert!(one(&ROW.replace("\"t\"", "\"a/b\"")).contains("targets[0].table: is no id"));
    assert!(one(&ROW.replace("Support", "..")).contains("targets[0].row: cannot be the key of a row"));
}

#[test]
fn no_two_numbers_have_one_id() {
    let target = |row: &str, column: &str| {
        ROW.replace("\"Support\"", &format!("\"{row}\"")).replace("\"capacity\"", &format!("\"{column}\""))
    };
    let built =
        mappings(&config(&text(&[("group = \"asg\"", &[target("a/b", "c"), target("a", "b/c"), target("é", "ã")])])));
    let ids: Vec<String> = built.unwrap()[0].targets().map(|target| target.id.clone()).collect();
    assert_eq!(ids, ["row/t/a%2Fb/c", "row/t/a/b%2Fc", "row/t/é/ã"]);
    let upper = refused(&[
        ("group = \"one\"", &[QUEUE.replace("\"q\"", "\"ABC\"")]),
        ("group = \"two\"", &[QUEUE.replace("\"q\"", "\"abc\"")]),
    ]);
    assert!(upper.contains("another group sets this object already"), "{upper}");
}

#[test]
fn the_whole_organisation_has_to_be_confirmed_in_words() {
    let everyone = "lever = \"utilization\"\norganization = true\n";
    let line = one(everyone);
    assert!(line.contains("targets[0].confirm_organization: sets a number for every agent"), "{line}");
    assert!(one(&format!("{everyone}confirm_organization = \"yes\"")).contains("confirm with \"every agent\""));
    assert!(one(&format!("{everyone}users = [\"u\"]")).contains("targets[0].users: must be empty"));
    let confirmed = format!("{everyone}confirm_organization = \"every agent\"");
    let built = mappings(&config(&text(&[("group = \"asg\"", &[confirmed])]))).unwrap();
    assert_eq!(built[0].objects[0].targets[0].id, "organization/message");
}

#[test]
fn numbers_outside_their_ranges_are_all_named() {
    let line = refused(&[("group = \"\"", &[format!("{ROW}per_instance = 0\nstep_limit = -1")])]);
    for place in ["mappings[0].group", "mappings[0].targets[0].per_instance", "mappings[0].targets[0].step_limit"] {
        assert!(line.contains(place), "{line}");
    }
    let short = mappings(&config("[queue-capacity]\nlease_seconds = 29\nvendor_timeout_seconds = 10\n"))
        .unwrap_err()
        .to_string();
    assert!(short.contains("lease_seconds"), "{short}");
}
