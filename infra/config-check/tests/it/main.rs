//! The check as `make check-config` and the deployment use it.

#![expect(clippy::unwrap_used, reason = "clippy allows it in test functions only; this is their tool")]

use std::path::Path;

use config_check::{FUNCTIONS, Stacks, check_folder, check_stage, check_text, parameter_text};
use platform::config::{DEFAULT_TOML, PARAMETER_BYTES_MAX, from_text};

fn config() -> std::path::PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("../config")
}

fn lines(text: &str) -> Vec<String> {
    check_text(text, "dev.toml").iter().map(ToString::to_string).collect()
}

#[test]
fn the_delivered_configuration_has_no_mistakes() {
    let faults: Vec<_> =
        check_folder(&config(), &config().join("../samconfig.toml")).unwrap().iter().map(ToString::to_string).collect();
    assert_eq!(faults, Vec::<String>::new());
}

#[test]
fn a_value_out_of_its_range_is_shown_with_line_and_caret() {
    let shown = lines("[contact-sync]\nenrich_size = 11\n\npage_size = 9000\n");
    assert_eq!(shown.len(), 2, "{shown:?}");
    assert!(
        shown.iter().any(|line| line.starts_with("dev.toml:2:15: `contact-sync.enrich_size`: ") && line.contains("^^")),
        "{shown:?}"
    );
    assert!(shown.iter().any(|line| line.starts_with("dev.toml:4:13: `contact-sync.page_size`: ")), "{shown:?}");
}

#[test]
fn an_empty_field_map_is_refused() {
    let shown = lines("[contact-sync]\nfields = []\n");
    assert!(shown.len() == 1 && shown[0].starts_with("dev.toml:2:10: `contact-sync.fields"), "{shown:?}");
}

#[test]
fn an_unknown_key_is_refused_with_the_nearest_one() {
    let shown = lines("[contact-sync]\nlook_back_minuts = 5\n");
    assert!(shown.len() == 1 && shown[0].contains("the nearest is `look_back_minutes`"), "{shown:?}");
}

const MAPPING: &str = "[[queue-capacity.mappings]]\ngroup = \"asg\"\n[[queue-capacity.mappings.targets]]\n";
const AGENT: &str = "lever = \"utilization\"\nusers = [\"u\"]\n";
const ROW: &str = "lever = \"data_table_row\"\ntable = \"t\"\nrow = \"r\"\ncolumn = \"c\"\n";

/// The one line that is said about a mapping with this target.
fn about_target(target: &str) -> String {
    let shown = lines(&format!("{MAPPING}{target}"));
    assert_eq!(shown.len(), 1, "{shown:?}");
    shown[0].lines().next().unwrap_or_default().to_owned()
}

#[test]
fn mistakes_in_a_mapping_are_one_line_each_at_their_place() {
    let unknown = about_target("lever = \"queue_limit\"\n");
    assert!(unknown.starts_with("dev.toml:4:9: ") && unknown.contains("unknown variant `queue_limit`"), "{unknown}");
    let hundred = about_target(&format!("{AGENT}per_instance = 100\n"));
    assert!(
        hundred.starts_with("dev.toml:6:16: `queue-capacity.mappings[0].targets[0].per_instance`: 100"),
        "{hundred}"
    );
    let bounds = about_target(&format!("{ROW}min = 9\nmax = 8\n"));
    assert!(bounds.starts_with("dev.toml:8:7: ") && bounds.contains("9 is above max, which is 8"), "{bounds}");
    let twice = about_target(&format!("{ROW}[[queue-capacity.mappings.targets]]\n{ROW}"));
    assert!(twice.starts_with("dev.toml:8:1: ") && twice.contains("set by another target already"), "{twice}");
    let groups = about_target(&format!("{ROW}{MAPPING}{AGENT}").replace("asg", "asg"));
    assert!(groups.contains("mappings[1].group`: this group has a mapping already"), "{groups}");
    let other = format!("{ROW}{MAPPING}{}", ROW.replace("\"c\"", "\"d\"")).replacen("asg", "other", 1);
    assert!(about_target(&other).contains("mappings[1].targets[0]`: another group sets this object already"));
}

const SOURCE: &str = "PartnerEventSource=aws.partner/genesys.com/cloud/1/demo";
const QUEUE: &str = "5d4b8f0a-3a0c-4c5e-9a55-0c6f6d1b7a01";
const OTHER: &str = "a0000000-1111-4222-8333-444444444444";

/// What is said about a table that follows both queues, in a stack with these parameters.
fn with_parameters(overrides: &str) -> Vec<String> {
    let samconfig = format!("[dev.deploy.parameters]\nparameter_overrides = {overrides}\n");
    let stacks = Stacks::read(&samconfig, "samconfig.toml").unwrap();
    let row = "[[table-capacity.tables]]\nname = \"contacts\"\n";
    let text = format!("{row}queues = [\"{QUEUE}\", \"{OTHER}\"]\n{row}queues = [\"x\"]\nenabled = false\n").replacen(
        "contacts",
        "conversations",
        1,
    );
    check_stage(&stacks, "dev", &text, "dev.toml").iter().map(ToString::to_string).collect()
}

#[test]
fn a_queue_that_the_stage_does_not_observe_is_refused_with_the_nearest_one() {
    let slip = format!("{}c{}", &QUEUE[..3], &QUEUE[4..]);
    let shown = with_parameters(&format!("[\"Stage=dev\", \"{SOURCE}\", \"ObservedQueueIds={slip},{OTHER}\"]"));
    let line = format!(
        "dev.toml:3:11: `table-capacity.tables[0].queues[0]`: `{QUEUE}` is not in ObservedQueueIds of \
         [dev.deploy.parameters] in samconfig.toml; the nearest is `{slip}`\n"
    );
    assert!(shown.len() == 1 && shown[0].starts_with(&line), "{shown:?}");
    let shown = with_parameters(&format!("[\"{SOURCE}\"]"));
    assert!(shown.len() == 2 && shown.iter().all(|line| line.contains("; add it there")), "{shown:?}");
}

#[test]
fn queues_are_compared_only_where_the_stage_speaks_of_the_partner_bus() {
    assert_eq!(with_parameters("[\"Stage=dev\"]"), Vec::<String>::new());
    assert_eq!(with_parameters("[\"PartnerEventSource=\", \"ObservedQueueIds=\"]"), Vec::<String>::new());
    let both = format!("ObservedQueueIds={QUEUE},{OTHER}");
    assert_eq!(with_parameters(&format!("[\"{SOURCE}\", \"{both}\"]")), Vec::<String>::new());
    assert_eq!(with_parameters(&format!("\"Stage=dev {both}\"")), Vec::<String>::new());
    assert_eq!(with_parameters(&format!("[\"ObservedQueueIds={QUEUE}\"]")).len(), 1);
}

#[test]
fn every_functions_parameter_fits_and_says_the_same_as_its_file() {
    for function in FUNCTIONS {
        for stage in ["dev", "staging", "prod", "local"] {
            let text = std::fs::read_to_string(config().join(format!("{stage}.toml"))).unwrap();
            let parameter = parameter_text(stage, function.name, &text).unwrap();
            assert!((1..=PARAMETER_BYTES_MAX).contains(&parameter.len()));
            // Read as contact-sync reads it: in the others' parameters nothing is about it.
            let said = if function.name == contact_sync::NAME { text.as_str() } else { "" };
            assert_eq!(read(&parameter), read(said));
        }
        // Even a stage that sets every key fits.
        let all = parameter_text("dev", function.name, DEFAULT_TOML).unwrap();
        assert_eq!(read(&all), read(""));
    }
}

#[test]
fn other_functions_tables_stay_out_of_a_parameter() {
    let parameter = parameter_text("dev", "contact-sync", "[other]\nx = 1\n[contact-sync]\npage_size = 300\n").unwrap();
    assert!(parameter.contains("page_size = 300") && !parameter.contains("[other]"), "{parameter}");
    assert!(
        parameter_text("dev", "contact-sync", &format!("[contact-sync]\nstart = \"{}\"", "x".repeat(4096))).is_err()
    );
}

fn read(text: &str) -> String {
    format!("{:?}", from_text::<contact_sync::config::Config>("contact-sync", text, "x").unwrap().function)
}

/// What is said about a list with this sender, of a stage whose stack is given these parameters.
fn about_sender(from: &str, parameters: &str, more: &str) -> Vec<String> {
    let samconfig = format!("[dev.deploy.parameters]\nparameter_overrides = [{parameters}]\n");
    let stacks = Stacks::read(&samconfig, "samconfig.toml").unwrap();
    let list = format!("[[nightly-report.lists]]\nname = \"ops\"\nfrom = \"{from}\"\nto = [\"a@example.com\"]\n");
    let text = format!("[nightly-report]\n{more}\n{list}");
    check_stage(&stacks, "dev", &text, "dev.toml").iter().map(ToString::to_string).collect()
}

#[test]
fn a_sender_that_the_stack_does_not_let_send_is_refused() {
    let from = "Reports <reports@example.com>";
    let shown = about_sender(from, "", "");
    let line = "dev.toml:5:8: nothing may be mailed without MailFrom of [dev.deploy.parameters] in samconfig.toml";
    assert!(shown.len() == 1 && shown[0].contains(&line[14..]) && shown[0].starts_with(&line[..13]), "{shown:?}");
    let shown = about_sender(from, "\"MailFrom=other@example.com\"", "");
    assert!(shown.len() == 1 && shown[0].contains("may mail as `other@example.com` only"), "{shown:?}");
    for fitting in ["reports@example.com", "*@example.com"] {
        assert_eq!(about_sender(from, &format!("\"MailFrom={fitting}\""), ""), Vec::<String>::new());
    }
    assert_eq!(about_sender(from, "", "mail = \"smtp\""), Vec::<String>::new());
}

#[test]
fn the_sender_of_the_sync_is_held_to_the_same() {
    let about = |parameters: &str, more: &str| {
        let samconfig = format!("[dev.deploy.parameters]\nparameter_overrides = [{parameters}]\n");
        let stacks = Stacks::read(&samconfig, "samconfig.toml").unwrap();
        let text = format!("[contact-sync]\nnotify_from = \"Sync <sync@example.com>\"\n{more}\n");
        check_stage(&stacks, "dev", &text, "dev.toml").iter().map(ToString::to_string).collect::<Vec<_>>()
    };
    let to = "notify_to = [\"admin@example.com\"]";
    let shown = about("\"MailFrom=reports@example.com\"", to);
    assert!(shown.len() == 1 && shown[0].starts_with("dev.toml:2:"), "{shown:?}");
    assert!(shown[0].contains("may mail as `reports@example.com` only"), "{shown:?}");
    for (parameters, more) in
        [("\"MailFrom=*@example.com\"", to.to_owned()), ("", String::new()), ("", format!("{to}\nmail = \"smtp\""))]
    {
        assert_eq!(about(parameters, &more), Vec::<String>::new(), "{parameters} {more}");
    }
}
