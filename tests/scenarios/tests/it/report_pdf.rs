//! The PDF in the real night: who gets which one, what stands in its place when it cannot be made or is too large, and that
//! no report is ever lost because of how it looks.

use jiff::civil::{Date, Time, date};
use platform::report::{RunReport, Status};
use scenarios::aws::s3::Object;
use scenarios::aws::ses::Mail;
use scenarios::door::{Harm, Kind, Point};
use scenarios::{World, WorldBuilder};
use serde_json::{Value, json};

use crate::report_scene::{CHICAGO, LIST, archived, hear, key, local, mails, night, report, started, tick_at};

const DAY: Date = date(2026, 11, 27);
const TODAY: Date = date(2026, 11, 28);
const NAME: &str = "contact-centre-2026-11-27.pdf";

async fn world(builder: WorldBuilder, lines: &str) -> World {
    let start = local(CHICAGO, TODAY, Time::constant(0, 30, 0, 0));
    let world = started(builder, CHICAGO, start, lines).await;
    world.genesys.contact_centre(&json!({"until": DAY, "days": 2, "queues": 3, "conversations_per_day": 20}));
    world
}

/// A list of readers with this name, and these lines of its own.
fn list(name: &str, lines: &str) -> String {
    format!("{}{lines}\n", LIST.replace("management", name))
}

/// Puts a file of a company's look where `make deploy` puts it.
fn bring(world: &World, name: &str, content: &[u8]) {
    let object = Object { bytes: content.to_vec(), ..Object::default() };
    world.desk.open().bucket.objects.insert(format!("look/{name}"), object);
}

/// A night with one list, and its mail.
async fn mailed(world: &World) -> (RunReport, RunReport, Mail) {
    let [prepared, mailed] = night(world, CHICAGO, DAY).await;
    assert_eq!((prepared.status, mailed.status, mailed.updated), (Status::Done, Status::Done, 1), "{mailed:?}");
    let [mail] = &mails(world)[..] else { panic!("{:?}", mails(world)) };
    assert!(mail.text.contains("conversations") && mail.html.is_some(), "the report itself is there");
    (prepared, mailed, mail.clone())
}

fn pdf(world: &World) -> Vec<u8> {
    archived(world, DAY, "report.pdf").expect("a PDF in the archive")
}

fn warns(report: &RunReport, part: &str) -> bool {
    report.warnings.iter().any(|line| line.contains(part))
}

#[tokio::test]
async fn each_list_gets_the_pdf_in_its_language_and_on_its_paper() {
    let lists = list("board", "language = \"pt-BR\"\npaper = \"a4\"")
        + &list("same", "")
        + &list("direction", "language = \"fr-CA\"");
    let world = world(World::builder(), &lists).await;
    night(&world, CHICAGO, DAY).await;
    let mails = mails(&world);
    let of = |name: &str| mails.iter().find(|mail| mail.tag.ends_with(name)).expect("a mail");
    let file = |name: &str| {
        let [(file, bytes)] = &of(name).attachments[..] else { panic!("{name}: {:?}", of(name)) };
        assert_eq!(file, NAME);
        bytes.clone()
    };
    assert_eq!(mails.len(), 4);
    assert_eq!((file("management"), file("same")), (pdf(&world), pdf(&world)), "the general one is the archived one");
    assert!(file("board") != pdf(&world) && file("direction") != pdf(&world) && file("board") != file("direction"));
    assert!(of("board").html.as_ref().unwrap().contains("lang=\"pt-BR\""));
    assert!(of("direction").subject.contains("conversations, niveau de service"), "{}", of("direction").subject);
    assert!(archived(&world, DAY, "report-pt-BR-a4.pdf").is_none(), "what was attached is not kept twice");
}

#[tokio::test]
async fn a_pdf_that_is_not_to_be_attached_is_kept_and_linked_to_for_some_hours() {
    let world = world(World::builder(), "attach_max_mb = 0\nlink_hours = 36").await;
    let (_, _, mail) = mailed(&world).await;
    assert!(mail.attachments.is_empty());
    assert_eq!(archived(&world, DAY, "report-en-letter.pdf"), Some(pdf(&world)));
    let link = mail.text.lines().find(|line| line.starts_with("http")).expect("a link");
    assert!(link.contains("/reports/2026/11/27/report-en-letter.pdf?"), "{link}");
    assert!(link.contains("X-Amz-Expires=129600") && link.contains("X-Amz-Signature="), "{link}");
    assert!(
        mail.text.contains("is not attached") && mail.text.contains("for up to 36 hours it is here:"),
        "{}",
        mail.text
    );
    let page = mail.html.as_ref().unwrap();
    assert!(page.contains(&format!(">{NAME}</a>")) && page.contains("report-en-letter.pdf?"), "{page}");
    assert!(!world.log().contains("X-Amz-Signature"), "a link is as good as the report: no log has it");
}

/// A server says that a mail is too large for it as it says any other refusal.
#[tokio::test]
async fn after_a_mail_with_the_pdf_was_refused_the_next_one_has_a_link() {
    let world = world(World::builder(), "").await;
    world.desk.open().outbox.refusal = Some((400, "MessageRejected"));
    night(&world, CHICAGO, DAY).await;
    world.desk.open().outbox.refusal = None;
    let run = tick_at(&world, CHICAGO, TODAY, Time::constant(3, 30, 5, 0)).await.report();
    let [mail] = &mails(&world)[..] else { panic!("{run:?}") };
    assert!(mail.attachments.is_empty() && mail.text.contains("/report-en-letter.pdf?"), "{}", mail.text);
    hear(&world).await;
}

#[tokio::test]
async fn a_pdf_that_can_be_neither_attached_nor_kept_does_not_keep_the_mail_back() {
    let world = world(World::builder(), "attach_max_mb = 0").await;
    let kept = Kind { service: "s3".to_owned(), operation: "PutObject report-en-letter.pdf".to_owned() };
    world.door.harm(Point::Nth(kept, 1), Harm::Answer(403, scenarios::aws::s3::refused("AccessDenied")));
    let (_, run, mail) = mailed(&world).await;
    assert!(warns(&run, "the PDF is not attached, and has no link"), "{run:?}");
    assert!(mail.text.contains("no link to it could be made"), "{}", mail.text);
}

#[tokio::test]
async fn a_page_and_a_pdf_that_the_archive_refuses_are_warnings_and_the_mail_has_both() {
    let world = world(World::builder(), "").await;
    for file in ["report.html", "report.pdf"] {
        let put = Kind { service: "s3".to_owned(), operation: format!("PutObject {file}") };
        world.door.harm(Point::Nth(put, 1), Harm::Answer(403, scenarios::aws::s3::refused("AccessDenied")));
    }
    let (prepared, _, mail) = mailed(&world).await;
    for file in ["report.html", "report.pdf"] {
        assert!(warns(&prepared, &format!("27/{file} was not put into the archive")), "{prepared:?}");
        assert!(archived(&world, DAY, file).is_none());
    }
    assert_eq!(mail.attachments.len(), 1);
}

/// As on the morning after an update: the day was prepared by a release that kept reports in another form, or its report
/// is damaged or gone.
#[tokio::test]
async fn a_day_whose_archived_report_cannot_be_told_is_read_again_and_mailed() {
    for (bytes, reason) in [
        (Some(br#"{"schema":"1.0","date":"2026-11-27"}"#.to_vec()), "the archived report has the form 1.0"),
        (Some(b"{\"schema\":".to_vec()), "the archived report is not understood"),
        (None, "the report of 2026-11-27 is not in the archive"),
    ] {
        let world = world(World::builder(), &list("board", "")).await;
        tick_at(&world, CHICAGO, TODAY, Time::constant(2, 0, 5, 0)).await;
        let expected = report(&world, DAY)["total"].clone();
        world.desk.open().bucket.objects.remove(&key(DAY, "report.json"));
        if let Some(bytes) = bytes {
            let object = Object { bytes, ..Object::default() };
            world.desk.open().bucket.objects.insert(key(DAY, "report.json"), object);
        }
        let run = tick_at(&world, CHICAGO, TODAY, Time::constant(2, 15, 5, 0)).await.report();
        hear(&world).await;
        assert_eq!((run.status, run.created, run.updated), (Status::Done, 1, 2), "once for both lists: {run:?}");
        assert!(warns(&run, reason) && warns(&run, "{\"date\":\"2026-11-27\"}"), "{run:?}");
        assert_eq!(report(&world, DAY)["total"], expected);
        assert_eq!(mails(&world).len(), 2);
    }
}

#[tokio::test]
async fn a_company_s_template_logo_and_colours_are_used() {
    let plain = world(World::builder(), "").await;
    mailed(&plain).await;
    let look = "[nightly-report.look]\nbrand = \"#112233\"\nlogo = \"logo.svg\"\ntemplate = \"own.typ\"";
    let own = world(World::builder(), look).await;
    let template = "#let data = json(\"data.json\")\n#set document(title: data.document_title)\n#set text(lang: \"en\")\n\
                    #title(data.title)\n#image(json(\"look.json\").logo, alt: \"Logo\", width: 2cm)\n";
    bring(&own, "own.typ", template.as_bytes());
    bring(
        &own,
        "logo.svg",
        br#"<svg xmlns="http://www.w3.org/2000/svg" width="40" height="20"><rect width="40" height="20"/></svg>"#,
    );
    let (prepared, run, mail) = mailed(&own).await;
    assert!(prepared.warnings.is_empty() && run.warnings.is_empty(), "{:?} {:?}", prepared.warnings, run.warnings);
    assert!(
        pdf(&own).len() * 2 < pdf(&plain).len(),
        "another template: {} of {} bytes",
        pdf(&own).len(),
        pdf(&plain).len()
    );
    assert_eq!(mail.attachments[0].1, pdf(&own));
    let reads = |kind: &Kind| kind.to_string().starts_with("s3 GetObject own.typ");
    assert_eq!(own.door.count(reads), 2, "once to prepare, once to mail");
}

#[tokio::test]
async fn a_template_that_fails_is_replaced_by_the_built_in_one_and_the_mail_says_so() {
    let world = world(World::builder(), "[nightly-report.look]\ntemplate = \"own.typ\"").await;
    bring(&world, "own.typ", b"= Report\n\n#nothing\n");
    let (prepared, run, mail) = mailed(&world).await;
    for run in [&prepared, &run] {
        assert!(warns(
            run,
            "built-in look, since the company's own failed: the template cannot be typeset: line 3: unknown"
        ));
    }
    assert_eq!(mail.attachments[0].1, pdf(&world));
    assert!(mail.text.contains("The company's own look could not be used"), "{}", mail.text);
    assert!(mail.html.as_ref().unwrap().contains("own look could not be used"));
}

#[tokio::test]
async fn files_of_a_look_that_are_not_there_are_named_and_the_rest_is_used() {
    let world =
        world(World::builder(), "[nightly-report.look]\nlogo = \"logo.png\"\nfont = \"Own\"\nfonts = [\"own.otf\"]")
            .await;
    let (prepared, _, mail) = mailed(&world).await;
    assert!(
        warns(&prepared, "lacks files of the company's look: own.otf (not there), logo.png (not there)"),
        "{prepared:?}"
    );
    assert_eq!(mail.attachments[0].1, pdf(&world));
}

#[tokio::test]
async fn fonts_that_are_none_or_too_large_are_told_to_the_readers_too() {
    let look = "[nightly-report.look]\nfont = \"Own\"\nfonts = [\"none.otf\"]";
    for (bytes, reason) in [(9, "font"), (13 << 20, "none.otf (more than 12 MB together)")] {
        let world = world(World::builder(), look).await;
        bring(&world, "none.otf", &vec![b'x'; bytes]);
        let (prepared, _, mail) = mailed(&world).await;
        assert!(warns(&prepared, reason), "{prepared:?}");
        assert!(mail.text.contains("own look could not be used for the PDF, or not all of it"), "{}", mail.text);
        assert_eq!(mail.attachments[0].1, pdf(&world));
    }
}

/// More queues than the process has memory for: the second step down, from the built-in look to no PDF at all.
#[tokio::test]
async fn a_report_that_cannot_be_typeset_goes_out_as_text_and_html_and_says_so() {
    let look = "[nightly-report.look]\ntemplate = \"own.typ\"";
    let world = world(World::builder().variable("AWS_LAMBDA_FUNCTION_MEMORY_SIZE", "128"), look).await;
    bring(&world, "own.typ", b"#nothing\n");
    tick_at(&world, CHICAGO, TODAY, Time::constant(2, 0, 5, 0)).await;
    let mut large = report(&world, DAY);
    let queues = large["queues"].as_array().unwrap().clone();
    large["queues"] = queues.into_iter().cycle().take(3_000).collect::<Value>();
    let object = Object { bytes: large.to_string().into_bytes(), ..Object::default() };
    world.desk.open().bucket.objects.insert(key(DAY, "report.json"), object);
    let run = tick_at(&world, CHICAGO, TODAY, Time::constant(2, 15, 5, 0)).await.report();
    hear(&world).await;
    assert_eq!((run.status, run.updated), (Status::Done, 1), "{run:?}");
    assert!(warns(&run, "no PDF was made, text and HTML have everything: "), "{run:?}");
    let [mail] = &mails(&world)[..] else { panic!("{:?}", mails(&world)) };
    assert!(mail.attachments.is_empty() && mail.html.is_some());
    assert!(mail.text.starts_with("The PDF of this report could not be made"), "{}", mail.text);
    assert!(!mail.text.contains("own look"), "{}", mail.text);
}

/// Years later, in another language and look, and Genesys is asked nothing.
#[tokio::test]
async fn a_past_day_is_printed_again_from_what_is_archived() {
    let world = world(World::builder(), "").await;
    mailed(&world).await;
    let [first, text] = ["report.pdf", "report.txt"].map(|file| archived(&world, DAY, file).unwrap());
    for file in ["report.pdf", "report.txt", "report.html"] {
        world.desk.open().bucket.objects.remove(&key(DAY, file));
    }
    world.forget();
    let run = world.invoke(json!({"date": DAY, "typeset": true})).await.report();
    assert_eq!((run.status, run.created), (Status::Done, 1), "{run:?}");
    assert_eq!((pdf(&world), archived(&world, DAY, "report.txt").unwrap()), (first, text), "byte by byte");
    let asked = |kind: &Kind| ["genesys", "ses"].contains(&kind.service.as_str());
    assert_eq!(world.door.count(asked), 0, "{:?}", world.door.calls());
    let refused = world.invoke(json!({"date": TODAY, "typeset": true})).await;
    assert!(refused.result.is_err(), "a day that is not archived is no report");
    assert_eq!(mails(&world).len(), 1);
}
