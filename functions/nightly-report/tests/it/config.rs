//! What the settings mean, and which of them are refused.

use std::time::Duration;

use jiff::SignedDuration;
use jiff::civil::time;
use nightly_report::config::{Config, GroupBy};
use nightly_report::look::OwnLook;
use nightly_report::rules;
use nightly_report::settings::{Abandons, Edition, Settings};
use nightly_report::words::Language;
use platform::config::{DEFAULT_TOML, from_text};
use report_pdf::{Look, Paper};

const LIST: &str = "[[nightly-report.lists]]\nname = \"board\"\nfrom = \"a@example.com\"\nto = [\"b@example.com\"]\n";
const GROUP: &str = "[[nightly-report.groups]]\nname = \"Austin\"\nprefixes = [\"Austin\"]\n";
const BY_SITE: &str = "[nightly-report]\ngroup_by = \"site\"\n";

fn config(text: &str) -> Config {
    from_text::<Config>(nightly_report::NAME, text, "test.toml").unwrap().function
}

pub fn settings(text: &str) -> Settings {
    config(text).settings().unwrap()
}

fn refused(text: &str) -> String {
    config(text).settings().unwrap_err().to_string()
}

fn key(text: &str) -> String {
    refused(&format!("[nightly-report]\n{text}\n"))
}

#[test]
fn the_documented_defaults_mean_what_they_say_and_mail_nobody() {
    let settings = settings("");
    assert_eq!(settings.schedule.zone.name(), "UTC");
    assert_eq!((settings.schedule.prepare_at, settings.schedule.mail_at), (time(2, 0, 0, 0), time(2, 15, 0, 0)));
    assert_eq!((settings.settle, settings.restate_from), (SignedDuration::from_hours(48), 0.01));
    assert_eq!((settings.abandons, settings.grouping.by), (Abandons::All, GroupBy::Division));
    let target = settings.targets.of("any");
    assert_eq!((target.service_level, target.handle_seconds, target.abandon_rate), (0.8, 600, 0.05));
    assert!(settings.lists.is_empty() && settings.grouping.groups.is_empty() && settings.targets.of_queue.is_empty());
}

#[test]
fn what_a_row_leaves_out_is_as_for_every_queue() {
    let settings = settings("[[nightly-report.queue_targets]]\nqueue = \"q\"\nservice_level = 0.9\n");
    let target = settings.targets.of("q");
    assert_eq!((target.service_level, target.handle_seconds, target.abandon_rate), (0.9, 600, 0.05));
    let list = super::config::settings(LIST).lists.remove(0);
    assert_eq!((list.name.as_str(), list.to.len(), list.to[0].as_str()), ("board", 1, "b@example.com"));
}

#[test]
fn the_report_is_in_english_on_letter_paper_in_the_built_in_look_unless_it_is_said_otherwise() {
    let defaults = settings("");
    assert_eq!(defaults.edition, Edition { language: Language::En, paper: Paper::Letter });
    assert_eq!(defaults.look, OwnLook { look: Look { paper: Paper::Letter, ..Look::default() }, ..OwnLook::default() });
    assert_eq!((defaults.attach_bytes_max, defaults.link_lasts), (5_000_000, Duration::from_secs(12 * 3600)));
    let own = settings(
        "[nightly-report]\nlanguage = \"pt-BR\"\nattach_max_mb = 0\n[nightly-report.look]\nbrand = \"#0A0b0c\"\n\
         font = \"Own\"\nfonts = [\"own.otf\"]\nlogo = \"logo.png\"\ntemplate = \"report.typ\"\n",
    );
    assert_eq!((own.edition.language, own.attach_bytes_max), (Language::PtBr, 0));
    assert_eq!((own.look.look.brand.to_string().as_str(), own.look.look.font.as_deref()), ("#0a0b0c", Some("Own")));
    assert_eq!((own.look.logo.as_deref(), own.look.template.as_deref()), (Some("logo.png"), Some("report.typ")));
}

#[test]
fn a_list_may_have_a_language_and_a_paper_of_its_own() {
    let text = format!("{LIST}language = \"fr-CA\"\n{}paper = \"a4\"\n", LIST.replace("board", "staff"));
    let lists = settings(&text).lists;
    assert_eq!(lists[0].edition, Edition { language: Language::FrCa, paper: Paper::Letter });
    assert_eq!(lists[1].edition, Edition { language: Language::En, paper: Paper::A4 });
}

#[test]
fn a_look_is_refused_where_it_cannot_be_used() {
    let look = |line: &str| refused(&format!("[nightly-report.look]\n{line}\n"));
    for path in ["../report.typ", "look/report.typ", "report.txt", ".typ", "r port.typ", "/etc/report.typ"] {
        let said = look(&format!("template = \"{path}\""));
        assert!(said.contains("look.template: must be the plain name of a file") && said.contains(".typ"), "{said}");
    }
    assert!(look("logo = \"logo.gif\"").contains("look.logo: must be the plain name of a file"));
    assert!(look("logo = \"logo.gif\"").contains("that ends in .svg or .png"));
    assert!(look("fonts = [\"a.otf\", \"a.woff\"]").contains("look.fonts[1]: must be the plain name"));
    assert!(look("fonts = [\"a.otf\"]").contains("look.font: must name the family"));
    assert!(look("font = \"Own\"").contains("look.fonts: must name the files"));
    assert!(key("attach_max_mb = 11").contains("attach_max_mb: "));
    assert!(key("link_hours = 169").contains("link_hours: "));
    for (line, said) in [
        ("[nightly-report.look]\nbrand = \"blue\"", "a colour is written as # and six hexadecimal digits"),
        ("[nightly-report]\nlanguage = \"de\"", "unknown variant `de`"),
        ("[nightly-report]\npaper = \"a3\"", "unknown variant `a3`, expected `a4` or `letter`"),
    ] {
        let error = from_text::<Config>(nightly_report::NAME, line, "test.toml").unwrap_err().to_string();
        assert!(error.contains(said), "{error}");
    }
}

#[test]
fn every_rule_is_named_in_the_documentation() {
    let missing: Vec<_> = rules::NAMES.iter().filter(|name| !DEFAULT_TOML.contains(*name)).collect();
    assert!(missing.is_empty(), "{missing:?}");
}

#[test]
fn a_queue_is_in_the_group_that_names_it_or_knows_most_of_its_name() {
    let text = format!(
        "{BY_SITE}{GROUP}{}[[nightly-report.groups]]\nname = \"By id\"\nqueues = [\"q-7\"]\n",
        GROUP.replace("Austin", "Austin North"),
    );
    let settings = settings(&text);
    let group = |id: &str, name: &str| settings.grouping.group_of(id, name).map(|group| group.name.as_str());
    assert_eq!(group("q-1", "Austin Billing"), Some("Austin"));
    assert_eq!(group("q-1", "Austin North Billing"), Some("Austin North"));
    assert_eq!(group("q-7", "Austin Billing"), Some("By id"));
    assert_eq!(group("q-1", "Toronto Billing"), None);
}

#[test]
fn what_cannot_work_is_refused_at_its_place() {
    assert!(key("zone = \"Mars/Base\"").contains("zone: \"Mars/Base\" is no time zone"));
    assert!(key("mail_at = \"01:00\"").contains("mail_at: must not be before prepare_at"));
    assert!(key("settle_hours = 337").contains("settle_hours: "));
    assert!(key("lease_seconds = 44").contains("lease_seconds: "));
    assert!(key("company = \"a\\nb\"").contains("company: must be one line"));
    assert!(
        key("silent_rules = [\"nonsense\"]")
            .contains("silent_rules[0]: \"nonsense\" is no rule, the rules are service")
    );
    assert!(key("group_by = \"site\"").contains("group_by: needs groups"));
    assert!(refused(GROUP).contains("group_by: with groups it must be site or team"));
    let no_queues = GROUP.replace("[\"Austin\"]", "[]");
    assert!(refused(&format!("{BY_SITE}{no_queues}")).contains("groups[0]: has no queues"));
    assert!(refused(&format!("{BY_SITE}{GROUP}{GROUP}")).contains("groups[1].name: is a group already"));
    let by_id = |name: &str| format!("[[nightly-report.groups]]\nname = \"{name}\"\nqueues = [\"q\"]\n");
    assert!(
        refused(&format!("{BY_SITE}{}{}", by_id("a"), by_id("b"))).contains("groups[1].queues: a queue is in a group")
    );
    assert!(refused(&format!("{LIST}{LIST}")).contains("lists[1].name: is a list already"));
    assert!(refused(&LIST.replace("board", "The Board")).contains("lists[0].name: may have small letters"));
    assert!(refused(&LIST.replace("[\"b@example.com\"]", "[]")).contains("lists[0].to: "));
    let twice = "[[nightly-report.queue_targets]]\nqueue = \"q\"\n".repeat(2);
    assert!(refused(&twice).contains("queue_targets[1].queue: has targets already"));
}

#[test]
fn an_address_is_one_or_refused_and_never_shown() {
    for good in ["a@example.com", "Reports <a@example.com>", "Relatórios São Paulo <a.b+c@mail.example.com>"] {
        assert!(config(&LIST.replace("a@example.com", good)).settings().is_ok(), "{good}");
    }
    for bad in ["", "a", "a@b", "@example.com", "a@example.com, b@example.com", "R <a@example.com", "a@ex\\nample.com"]
    {
        let said = refused(&LIST.replace("b@example.com", bad));
        assert!(said.contains("lists[0].to[0]: is no e-mail address"), "{bad}: {said}");
        assert!(bad.is_empty() || bad.len() < 2 || !said.contains(bad), "{said}");
    }
    let printed = format!("{:?} {:?}", config(LIST), settings(LIST));
    assert!(!printed.contains('@'), "{printed}");
}
