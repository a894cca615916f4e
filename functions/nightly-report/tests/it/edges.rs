//! Organisations at the edge: nothing, one of it, too much of it, names of every kind, days of other lengths, half a night.

use jiff::SignedDuration;
use jiff::civil::date;
use nightly_report::day::{Day, Depth};
use nightly_report::note::Note;
use nightly_report::render::{html, subject, text};
use nightly_report::report::{Input, Report, build};
use nightly_report::restate::of_night;
use nightly_report::words::Language;

use crate::centre::{chicago, thursday};
use crate::config::settings;
use crate::pages::{seen, unbalanced};
use crate::scene::{Many, Scene, rows};

/// Both forms, whole.
fn pages(report: &Report) -> (String, String) {
    let (text, html) = (text(report, Language::En, &[]).unwrap(), html(report, Language::En, &[]).unwrap());
    assert_eq!(unbalanced(&html), None);
    assert!(html.len() < 100_000, "mail readers cut off what is longer: {}", html.len());
    for (name, page) in [("text", &text), ("html", &html)] {
        let wrong = ["NaN", "inf", "Some(", "None", "100.0% of 0"].iter().find(|word| page.contains(*word));
        assert_eq!(wrong, None, "in the {name}");
    }
    (text, html)
}

#[test]
fn an_empty_organisation_has_a_report_that_says_so() {
    let report = Scene::new(chicago()).report();
    let (text, _) = pages(&report);
    insta::assert_snapshot!(text);
    assert_eq!(subject(&report, Language::En, false), "Example Contact Centre: Thu 26 Nov 2026, no conversations");
}

#[test]
fn one_queue_is_a_report() {
    let mut one = Scene::new(settings(""));
    one.queue("q", "Support", "Home").many(Many { in_time: 1, ..Many::default() });
    let (text, _) = pages(&one.report());
    assert!(text.contains("1 conversation came in on Thursday.") && text.contains("Figures for 1 of 1 queue."));
    assert!(!text.contains("BY DIVISION"), "one group is the whole");
}

/// Conversations that ended in a flow belong to no queue: they have a row of the table, and no sentence counts them as one.
#[test]
fn what_belongs_to_no_queue_is_not_counted_as_one() {
    let centre = |queues: usize, late: u64| {
        let mut scene = Scene::new(settings(""));
        for number in 0..queues {
            let id = format!("queue-{number}");
            scene.queue(&id, &format!("Queue {number:02}"), "");
            scene.many(Many { queue: &id, in_time: 10, ..Many::default() });
        }
        scene.many(Many { queue: "flow", in_time: 5 - late, late, ..Many::default() });
        for call in scene.calls.iter_mut().filter(|call| call.queue.as_deref() == Some("flow")) {
            call.queue = None;
        }
        pages(&scene.report())
    };
    let (text, _) = centre(2, 0);
    assert!(
        text.contains("All 2 queues met all of their targets.") && text.contains("Figures for 2 of 2 queues."),
        "{text}"
    );
    let (text, _) = centre(2, 5);
    assert!(text.contains("All 2 queues met all of their targets.") && !text.contains("of 3 queues"), "{text}");
    let (_, html) = centre(32, 0);
    assert!(html.contains("2 more queues with 20 conversations:"), "30 of 33 rows are shown, and one is of no queue");
    let (_, html) = centre(30, 0);
    assert!(!html.contains("more queue"), "its row alone is not left out");
}

#[test]
fn without_agents_and_without_any_metric_nothing_is_claimed() {
    let mut lost = Scene::new(settings(""));
    lost.queue("q", "Support", "").many(Many { lost: 4, ..Many::default() });
    let (text, _) = pages(&lost.report());
    assert!(
        text.contains("offered 4, in time 0.0% (missed), answer –, handle –, lost 100.0% (missed), agents 0"),
        "{text}"
    );
    let mut bare = Scene::new(settings(""));
    bare.queue("q", "Support", "");
    let mut day = bare.day();
    let empty = genesys::AggregateRow {
        queue: Some("q".to_owned()),
        media: Some("voice".to_owned()),
        user: None,
        from: day.interval.from,
        to: day.interval.to,
        metrics: genesys::Metrics::default(),
    };
    day.take_figures(&[empty], bare.night()).unwrap();
    let (text, _) = pages(&bare.report_of(&day));
    assert!(text.contains("offered –, in time –, answer –, handle –, lost –, agents 0"), "{text}");
    assert!(text.contains("Figures for 0 of 1 queue."));
}

const NAMES: [&str; 9] = [
    "خدمة العملاء 24/7",
    "תמיכה טכנית (דחוף)",
    "請求サポート窓口",
    "👩‍💻 Service 🇧🇷 ☎️",
    "Warteschlange für außergewöhnlich lange Namen mit 60 Zeichen",
    "<script>alert(\"x\")</script>",
    "A & B's \"<b>bold</b>\" queue -->",
    "]]>{{ page.company }}{% for x in y %}",
    "Przyjęcia Łódź\u{202e}abc",
];

#[test]
fn names_of_every_kind_stand_in_both_forms_and_break_neither() {
    let mut named = Scene::new(settings(""));
    for (number, name) in NAMES.iter().enumerate() {
        let id = format!("queue-{number}");
        named.queue(&id, name, name).many(Many { queue: &id, in_time: 10, late: 20, lost: 9, ..Many::default() });
    }
    assert_eq!(NAMES[4].chars().count(), 60);
    let report = named.report();
    let (text, html) = pages(&report);
    let seen = seen(&html);
    for name in NAMES {
        let shown = name.replace('\u{202e}', "");
        assert!(text.contains(&shown), "{shown}");
        assert!(seen.contains(&shown), "{shown} alone in its element: {seen:#?}");
    }
    assert!(!html.contains("<script") && !html.contains("<b>bold"), "markup is text");
    assert_eq!(html.matches("<bdi>").count(), html.matches("</bdi>").count());
    assert!(html.contains("<bdi>خدمة العملاء 24/7</bdi>"), "a name does not turn its line around");
    assert!(text.contains("\u{2068}תמיכה טכנית (דחוף)\u{2069}"));
    insta::assert_snapshot!(text.split("BY QUEUE").nth(1).unwrap().split("BY DIVISION").next().unwrap());
}

/// What mail readers would cut off is the end, with how much is known and what the words mean: rather, there are fewer rows.
#[test]
fn a_page_that_would_be_cut_off_has_fewer_rows() {
    let mut scene = Scene::new(settings(""));
    for number in 0..60 {
        let id = format!("queue-{number}");
        let name = format!("Atención al cliente con un nombre extraordinariamente largo {number:02}");
        scene.queue(&id, &name, &format!("División con un nombre bastante largo también {number:02}"));
        scene.many(Many { queue: &id, in_time: 10, late: 20, lost: 9, ..Many::default() });
    }
    let link = format!("https://example.com/{}", "a".repeat(1_500));
    let note = Note { text: "El informe en PDF no va adjunto.".to_owned(), link, link_title: "informe.pdf".to_owned() };
    let report = scene.report();
    let html = html(&report, Language::Es, &[note]).unwrap();
    assert!(html.len() <= 100_000, "{} bytes", html.len());
    assert_eq!(unbalanced(&html), None);
    assert!(html.contains("40 colas más, con 1560 conversaciones"), "twenty of sixty are shown: {html}");
    assert!(html.contains(&report.run_id), "it is there to its end");
}

#[test]
fn a_company_name_cannot_add_a_line_to_the_subject() {
    let mut report = thursday().report();
    report.company = "Example\r\nBcc: everybody@example.com".to_owned();
    let subject = subject(&report, Language::En, true);
    assert!(!subject.contains(['\r', '\n']) && subject.ends_with("(sent again)"), "{subject}");
}

#[test]
fn t33_days_of_23_and_25_hours_show_their_hours() {
    let shown = |day| {
        let mut scene = Scene::on(chicago(), day);
        let hours = scene.zone().hours(day).len();
        (0..hours).for_each(|hour| drop(scene.many(Many { hour, in_time: 5, ..Many::default() }).clone()));
        let (text, _) = pages(&scene.report());
        let part = text.split("HOUR BY HOUR").nth(1).unwrap().split("BY QUEUE").next().unwrap();
        let starts: Vec<String> =
            part.split_whitespace().filter(|word| word.ends_with(":00")).map(str::to_owned).collect();
        (text, starts)
    };
    let (text, starts) = shown(date(2026, 3, 8));
    assert!(text.contains("America/Chicago, a day of 23 hours"), "{text}");
    assert_eq!((starts.len(), starts[1].as_str(), starts[2].as_str()), (23, "01:00", "03:00"));
    let (text, starts) = shown(date(2026, 11, 1));
    assert!(text.contains("a day of 25 hours") && text.contains("01:00 again  offered 5"), "{text}");
    assert_eq!(starts.len(), 25);
}

/// The clocks show 01:00 twice: the hour that was bad is told apart from the other, and none ends where it begins.
#[test]
fn t33_the_worst_hours_of_a_day_with_an_hour_twice_are_told_apart() {
    let worst = |bad: usize| {
        let mut scene = Scene::on(chicago(), date(2026, 11, 1));
        for hour in 0..25 {
            let (in_time, late) = if hour == bad { (2, 28) } else { (30, 1) };
            scene.many(Many { hour, in_time, late, ..Many::default() });
        }
        let text = pages(&scene.report()).0.split_whitespace().collect::<Vec<_>>().join(" ");
        let said = text.split("6.7% in time from ").nth(1).unwrap_or_else(|| panic!("{text}"));
        said.split(',').next().unwrap().to_owned()
    };
    let expected = ["00:00 to 01:00", "01:00 to 02:00", "01:00 again to 02:00", "02:00 to 03:00"];
    assert_eq!([0, 1, 2, 3].map(worst), expected);
    assert_eq!(worst(24), "23:00 to 24:00");
}

#[test]
fn what_could_not_be_read_is_said_before_the_figures_and_is_no_zero() {
    let scene = thursday();
    let mut day = scene.figures_only();
    let parts = [0, 6, 12, 18, 24].map(|hour| day.interval.from + SignedDuration::from_hours(hour));
    for pair in parts.windows(2).skip(1) {
        let part = nightly_report::calendar::Interval { from: pair[0], to: pair[1] };
        day.take_hours(part, &scene.hour_rows(part.from, part.to)).unwrap();
    }
    let (text, html) = pages(&scene.report_of(&day));
    insta::assert_snapshot!(text.split("BY MEDIUM").next().unwrap());
    let notice = seen(&html).into_iter().find(|line| line.starts_with("Incomplete")).unwrap();
    assert!(notice.contains("6 hours of the day, the agents who handled and the names of the queues"), "{notice}");
    assert!(text.contains("Figures for 11 queues. How many there are is not known."), "not 11 of 11");
}

#[test]
fn t35_a_restated_day_is_told_with_both_values_before_the_figures() {
    let scene = thursday();
    let mut before = Scene::on(chicago(), date(2026, 11, 24));
    before.queue("q", "Billing", "Austin").many(Many { in_time: 4_000, late: 500, ..Many::default() });
    let mut day = before.day();
    before.many(Many { late: 101, lost: 60, ..Many::default() });
    day.take_figures(&before.figure_rows(), scene.night()).unwrap();
    let (today, settings) = (scene.day(), &scene.settings);
    let restated = of_night([&day], scene.night(), settings);
    let input = Input { day: &today, past: &scene.past, restated, settings, made_at: scene.night(), run_id: "run-1" };
    let (text, html) = pages(&build(input));
    let said = "RESTATED: TUE 24 NOV. conversations 4,500 → 4,661, in time 88.9% → 85.8%, time to answer 0:19 → 0:20 and \
                lost 0.0% → 1.3%, since it was first reported. 1 queue changed. These figures are final.";
    assert!(text.contains(said), "{text}");
    assert!(seen(&html).iter().any(|line| line.starts_with("Restated: Tue 24 Nov. conversations 4,500 → 4,661")));
}

#[test]
fn the_first_report_of_all_names_the_days_it_cannot_compare_with() {
    let mut first = Scene::new(chicago());
    first.queue("q", "Billing", "Austin").many(Many { in_time: 90, late: 10, ..Many::default() });
    first.past_day(1, &[("q", 80, 70, 80)]);
    let (text, _) = pages(&first.report());
    let compared = text.split("COMPARED WITH").nth(1).unwrap().split("Figures for").next().unwrap();
    insta::assert_snapshot!(compared);
}

#[test]
fn a_report_of_a_thousand_queues_is_a_mail_that_shows_the_worst_and_a_text_that_has_all() {
    let report = thousand().report;
    let (text, html) = pages(&report);
    assert!(html.contains("970 more queues with 48,500 conversations: the text version of this mail lists them all."));
    assert_eq!(
        (text.matches("agents 2\n").count(), text.matches("agents 180\n").count()),
        (1_000, 1 + 7),
        "each division has all of them"
    );
    assert_eq!((report.alerts.len(), report.alerts_more), (12, 48), "sixty miss, and twelve of them are told");
    assert!(html.contains("and 48 more alerts"));
    assert_eq!(report.completeness.queues_with_figures, 1_000);
}

struct Thousand {
    report: Report,
}

/// A thousand queues, read in the parts in which a night reads them. Sixty of them miss their service level.
fn thousand() -> Thousand {
    let mut scene = Scene::new(settings(""));
    let names: Vec<String> = (0..1_000).map(|number| format!("{number:08}-0000-4000-8000-000000000000")).collect();
    for (number, id) in names.iter().enumerate() {
        scene.queue(id, &format!("Queue {number}"), &format!("Division {}", number % 7));
    }
    let mut day = Day::new(scene.date, scene.zone(), Depth::Report, scene.night());
    day.take_names(&scene.names);
    let (zone, at) = (scene.zone().clone(), scene.night());
    // One queue after the other, so that what is held is what a night holds and not the calls behind it.
    let (mut figures, mut agents) = (Vec::new(), Vec::new());
    for (number, id) in names.iter().enumerate() {
        let calls = calls_of(&scene, id, number);
        let day_start = zone.start_of(scene.date);
        figures.extend(rows(&calls, |call| (call.queue.clone(), Some(call.medium.clone()), None, day_start)));
        agents.extend(rows(&calls, |call| (call.queue.clone(), None, Some(format!("agent {}", number % 90)), call.at)));
        agents.extend(rows(&calls, |call| {
            (call.queue.clone(), None, Some(format!("agent {}", 90 + number % 90)), call.at)
        }));
    }
    day.take_figures(&figures, at).unwrap();
    drop(figures);
    for part in nightly_report::read_plan::hour_parts(&zone, &day) {
        let hours = zone.hours(scene.date);
        let of_part = |id: &String, number: usize| {
            let calls: Vec<_> =
                calls_of(&scene, id, number).into_iter().filter(|call| part.contains(call.at)).collect();
            rows(&calls, |call| {
                let hour = hours.iter().find(|hour| hour.interval.contains(call.at)).unwrap();
                (call.queue.clone(), None, None, hour.interval.from)
            })
        };
        let answered: Vec<_> = names.iter().enumerate().flat_map(|(number, id)| of_part(id, number)).collect();
        day.take_hours(part, &answered).unwrap();
    }
    day.take_agents(&agents, &scene.settings.grouping);
    drop(agents);
    Thousand { report: scene.report_of(&day) }
}

/// Fifty calls over the day.
fn calls_of(scene: &Scene, id: &str, number: usize) -> Vec<crate::scene::Call> {
    let mut one = Scene::on(scene.settings.clone(), scene.date);
    let late = if number < 60 { 15 } else { 1 };
    one.many(Many { queue: id, medium: "voice", hour: 10, in_time: 35 - late, late, ..Many::default() });
    one.many(Many { queue: id, medium: "chat", hour: 16, in_time: 15, ..Many::default() });
    one.calls
}

/// The resident memory of a process that only does this. It is this test's own program, started once more.
#[test]
fn a_thousand_queues_fit_into_45_mib() {
    let is_alone = std::env::args().any(|argument| argument == "--exact");
    if !is_alone {
        let program = std::env::current_exe().unwrap();
        let name = "edges::a_thousand_queues_fit_into_45_mib";
        let output = std::process::Command::new(program).args(["--exact", name, "--nocapture"]).output().unwrap();
        let said = String::from_utf8_lossy(&output.stdout);
        assert!(output.status.success() && said.contains("1 passed"), "{said}");
        println!("{}", said.lines().find(|line| line.starts_with("a thousand")).unwrap_or_default());
        return;
    }
    let report = thousand().report;
    let pages = (text(&report, Language::En, &[]).unwrap().len(), html(&report, Language::En, &[]).unwrap().len());
    let status = std::fs::read_to_string("/proc/self/status").unwrap();
    let peak = status.lines().find_map(|line| line.strip_prefix("VmHWM:")).unwrap();
    let kib: u64 = peak.split_whitespace().next().unwrap().parse().unwrap();
    println!("a thousand queues: {kib} KiB at most, pages of {pages:?} bytes");
    assert!(kib < 45 * 1024, "{kib} KiB");
}
