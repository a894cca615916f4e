//! Configuration: strict before a deployment, tolerant at run time, mistakes shown with line and caret.

use platform::config::{self, FaultKind};
use serde::Deserialize;

const FILE: &str = "infra/config/dev.toml";

#[derive(Debug, Deserialize)]
struct Config {
    page_size: u32,
    default_country: String,
    fields: Vec<Field>,
}

#[derive(Debug, Deserialize)]
struct Field {
    salesforce: String,
    #[serde(rename = "direction")]
    _direction: Direction,
}

#[derive(Debug, Deserialize)]
#[serde(rename_all = "snake_case")]
enum Direction {
    ToGenesys,
    Both,
}

fn load(text: &str) -> Result<config::Loaded<Config>, config::ConfigError> {
    config::from_text("contact-sync", text, FILE)
}

fn only_fault(text: &str) -> config::Fault {
    let mut faults = config::strict_check(text, FILE);
    assert_eq!(faults.len(), 1, "{faults:?}");
    faults.remove(0)
}

#[test]
fn the_documented_defaults_are_the_defaults() {
    let loaded = load("").unwrap();
    assert_eq!((loaded.function.page_size, loaded.function.default_country.as_str()), (1000, "US"));
    assert_eq!(loaded.function.fields[0].salesforce, "Id");
    assert_eq!((loaded.shared.genesys_api_share, loaded.warnings.len()), (0.7, 0));
    assert_eq!(config::strict_check(config::DEFAULT_TOML, "infra/config/default.toml"), []);
}

#[test]
fn tables_merge_key_by_key_and_arrays_replace() {
    let text = "[shared]\ngenesys_api_share = 1\n[contact-sync]\npage_size = 500\n\
                [[contact-sync.fields]]\nsalesforce = \"Email\"\ndirection = \"both\"\n";
    let loaded = load(text).unwrap();
    assert_eq!((loaded.function.page_size, loaded.function.default_country.as_str()), (500, "US"));
    assert_eq!((loaded.shared.genesys_api_share, loaded.shared.salesforce_stop_at), (1.0, 0.8));
    assert_eq!(loaded.function.fields.len(), 1);
    assert_eq!(config::strict_check(text, FILE), []);
}

#[test]
fn an_unknown_key_is_an_error_before_a_deployment_with_line_caret_and_nearest_key() {
    let fault = only_fault("[contact-sync]\nstart = \"2026-01-01T00:00:00Z\"\npagesize = 200\n");
    assert_eq!(
        fault.to_string(),
        "infra/config/dev.toml:3:1: unknown key `pagesize` in [contact-sync]; the nearest is `page_size`\n  \
         |\n3 | pagesize = 200\n  | ^^^^^^^^"
    );
    let row = only_fault("[[contact-sync.fields]]\nsalesforce = \"Id\"\ndirektion = \"both\"\n");
    assert_eq!((row.at, row.kind), (Some((3, 1)), FaultKind::UnknownKey));
    assert!(row.message.contains("the nearest is `direction`"), "{row}");
    let table = only_fault("[contact-synk]\npage_size = 200\n");
    assert_eq!(
        table.line_text(),
        "infra/config/dev.toml:1:2: unknown table [contact-synk]; the nearest is `contact-sync`"
    );
}

#[test]
fn an_unknown_key_is_a_warning_at_run_time_so_that_a_rollback_still_starts() {
    let loaded =
        load("[contact-sync]\ncolour_of_newer_version = \"red\"\npage_size = 300\n[newer-function]\nx = 1\n").unwrap();
    assert_eq!(loaded.function.page_size, 300);
    assert_eq!(loaded.warnings.len(), 1, "{:?}", loaded.warnings);
    assert!(loaded.warnings[0].contains("unknown key `colour_of_newer_version`"), "{:?}", loaded.warnings);
}

#[test]
fn a_broken_value_stops_the_start_with_its_line() {
    for (text, place, part) in [
        (
            "[contact-sync]\npage_size = \"many\"\n",
            "dev.toml:2:13: ",
            "`contact-sync.page_size` must be a whole number, not a text in quotes",
        ),
        ("[contact-sync]\n\npage_size = -1\n", "dev.toml:3:13: ", "-1"),
        ("[contact-sync\npage_size = 1\n", "dev.toml:1:14: ", ""),
        ("[[contact-sync.fields]]\nsalesforce = \"Id\"\ndirection = \"sideways\"\n", "dev.toml:3:13: ", "to_genesys"),
        ("[[contact-sync.fields]]\ndirection = \"both\"\n", "dev.toml:1:", "missing field `salesforce`"),
        (
            "[shared]\ngenesys_api_share = 70\n",
            "dev.toml:2:21: ",
            "`shared.genesys_api_share`: must be above 0 and at most 1",
        ),
        ("contact-sync = 3\n", "dev.toml:1:16: ", "`contact-sync` must be a table, not a whole number"),
    ] {
        let error = load(text).unwrap_err().to_string();
        assert!(error.contains(place) && error.contains(part) && error.contains('^'), "{text}\n{error}");
    }
}

#[test]
fn several_mistakes_are_shown_at_once_in_the_order_of_the_text() {
    let faults = config::strict_check("[contact-sync]\nzzz = 1\npage_size = true\naaa = 2\n", FILE);
    let lines: Vec<_> = faults.iter().map(|fault| fault.at.unwrap().0).collect();
    assert_eq!(lines, [2, 3, 4]);
    assert!(faults[0].message.contains("it is not in infra/config/default.toml: remove it"), "{}", faults[0]);
}

#[test]
fn a_map_marked_open_takes_any_key_of_the_same_type() {
    let default = "[job]\n[job.names] # open map\nexample = \"x\"\n[job.rows] # open map\n[job.rows.one]\nsize = 1\n";
    let faults =
        |text| config::check_against(default, text, FILE).iter().map(config::Fault::line_text).collect::<Vec<_>>();
    assert_eq!(faults("[job.names]\nanything = \"y\"\n[job.rows.two]\nsize = 2\n"), Vec::<String>::new());
    assert_eq!(
        faults("[job.names]\nb = 2\n"),
        ["infra/config/dev.toml:2:5: `job.names.b` must be a text in quotes, not a whole number"]
    );
    assert_eq!(
        faults("[job.rows.two]\nsice = 2\n"),
        ["infra/config/dev.toml:2:1: unknown key `sice` in [job.rows.two]; the nearest is `size`"]
    );
}

#[test]
fn a_value_out_of_its_range_is_shown_where_the_stage_sets_it() {
    let loaded = load("[contact-sync]\npage_size = 9000\n").unwrap();
    let fault = loaded.refuse("contact-sync", "page_size", "greater than 2000");
    assert_eq!(
        fault.to_string(),
        "infra/config/dev.toml:2:13: `contact-sync.page_size`: greater than 2000\n  |\n2 | page_size = 9000\n  |             ^^^^"
    );
    assert_eq!(loaded.refuse("contact-sync", "enrich_size", "lower than 1").at, None);
}
