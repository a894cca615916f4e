//! What the scenarios of nightly-report stand on: an organisation with a zone and a list of readers, its conversations, and
//! the ways of time.

use std::io::Read;

use jiff::Timestamp;
use jiff::civil::{Date, Time};
use jiff::tz::TimeZone;
use platform::report::RunReport;
use scenarios::aws::ses::{Mail, deliver_events};
use scenarios::aws::sqs::MAIL_EVENTS;
use scenarios::{Delivered, Invocation, World, WorldBuilder};
use serde_json::{Value, json};

pub const FUNCTION: &str = "nightly-report";
pub const CHICAGO: &str = "America/Chicago";

/// Who gets the report. Addresses must not be found anywhere but in the mail.
pub const READER: &str = "hortensia.quixabeira@example.com";
pub const SENDER: &str = "relatorios@example.com";

/// The tables of a configuration: one list of readers.
pub const LIST: &str = "[[nightly-report.lists]]\nname = \"management\"\nfrom = \"Reports <relatorios@example.com>\"\n\
                        to = [\"hortensia.quixabeira@example.com\"]\n";

/// An organisation in this zone, at this time of this day, with these further lines of configuration before its list.
pub async fn started(builder: WorldBuilder, zone: &str, at: Timestamp, lines: &str) -> World {
    let config = format!("zone = \"{zone}\"\n{lines}\n{LIST}");
    let world = builder.functions(&[FUNCTION]).config(&config).starts_at(at).start().await;
    world.keep_private(READER);
    world.keep_private(SENDER);
    world
}

/// When the clocks of a zone show this time of this day.
pub fn local(zone: &str, day: Date, time: Time) -> Timestamp {
    TimeZone::get(zone).unwrap().to_timestamp(day.to_datetime(time)).unwrap()
}

/// Time passes until then.
pub fn until(world: &World, moment: Timestamp) {
    let left = moment.duration_since(world.clock().now());
    world.advance(left.try_into().unwrap_or_default());
}

/// The clocks show this time of this day, and the schedule fires.
pub async fn tick_at(world: &World, zone: &str, day: Date, time: Time) -> Invocation {
    until(world, local(zone, day, time));
    world.invoke(json!({})).await
}

/// The morning after `day`: it is read at two o'clock and mailed a quarter of an hour later. What SES tells arrives.
pub async fn night(world: &World, zone: &str, day: Date) -> [RunReport; 2] {
    let morning = day.tomorrow().unwrap();
    let prepared = tick_at(world, zone, morning, Time::constant(2, 0, 5, 0)).await.report();
    let mailed = tick_at(world, zone, morning, Time::constant(2, 15, 5, 0)).await.report();
    hear(world).await;
    [prepared, mailed]
}

/// What SES has told arrives, and is given to the function.
pub async fn hear(world: &World) -> Vec<Delivered> {
    deliver_events(&mut world.desk.open(), world.clock().now_ms());
    let mut all = Vec::new();
    while let Some(delivered) = world.deliver(MAIL_EVENTS, FUNCTION).await {
        all.push(delivered);
    }
    all
}

/// Every mail that SES took.
pub fn mails(world: &World) -> Vec<Mail> {
    world.desk.open().outbox.mails.clone()
}

/// Those about this day.
pub fn mails_about(world: &World, day: Date) -> Vec<Mail> {
    let key = format!("nightly-report_2f{day}_2fmanagement");
    mails(world).into_iter().filter(|mail| mail.tag == key || mail.tag.starts_with(&format!("{key}_2f"))).collect()
}

/// The key of a file of a day in the archive.
pub fn key(day: Date, file: &str) -> String {
    format!("reports/{}/{file}", day.strftime("%Y/%m/%d"))
}

/// A file of a day in the archive.
pub fn archived(world: &World, day: Date, file: &str) -> Option<Vec<u8>> {
    world.desk.open().bucket.objects.get(&key(day, file)).map(|object| object.bytes.clone())
}

/// The report of a day in the archive.
pub fn report(world: &World, day: Date) -> Value {
    let bytes = archived(world, day, "report.json").unwrap_or_else(|| panic!("no report of {day}"));
    serde_json::from_slice(&bytes).unwrap()
}

/// The lines of a day's data in the archive.
pub fn data(world: &World, day: Date) -> Vec<Value> {
    let packed = archived(world, day, "data.jsonl.gz").unwrap_or_else(|| panic!("no data of {day}"));
    let mut text = String::new();
    flate2::read::GzDecoder::new(packed.as_slice()).read_to_string(&mut text).unwrap();
    text.lines().map(|line| serde_json::from_str(line).unwrap()).collect()
}

/// What stands in the one text and not in the other, which is one stretch.
pub fn inserted<'a>(whole: &'a str, part: &str) -> &'a str {
    let length = whole.len().checked_sub(part.len()).expect("the longer one first");
    let same = whole.bytes().zip(part.bytes()).take_while(|(one, other)| one == other).count();
    let at = (0..=same).rev().find(|at| whole.is_char_boundary(*at) && whole.is_char_boundary(at + length));
    let at = at.expect("a place between two characters");
    assert_eq!(format!("{}{}", &whole[..at], &whole[at + length..]), part, "one stretch more, and nothing else");
    &whole[at..at + length]
}

/// What the ledger says of the mail about a day.
pub fn entry(world: &World, day: Date) -> Value {
    row(world, &format!("{day}#management"))
}

/// A row of the ledger.
pub fn row(world: &World, sort: &str) -> Value {
    let rows = world.state_rows();
    rows.into_iter()
        .find(|row| row["pk"]["S"] == "report#nightly-report" && row["sk"]["S"] == sort)
        .unwrap_or(Value::Null)
}
