//! What sentences say where numbers are small or nearly alike, days are not known, and names cannot be seen.

use nightly_report::finding::{Finding, Found, Kind, Level, QueueName};
use nightly_report::page::says;
use nightly_report::rate::Share;
use nightly_report::render::text;
use nightly_report::report::Report;
use nightly_report::sheet::sheet;
use nightly_report::words::{Language, Piece, Words};

use crate::config::settings;
use crate::scene::{Many, Scene};

/// The text in each language, in one line and with plain spaces.
fn texts(report: &Report) -> [String; 4] {
    Language::ALL.map(|language| {
        let text = text(report, language, &[]).unwrap();
        text.split_whitespace().collect::<Vec<_>>().join(" ")
    })
}

fn each_contains(texts: &[String; 4], parts: [&str; 4]) {
    for (text, part) in texts.iter().zip(parts) {
        assert!(text.contains(part), "{part:?} in {text}");
    }
}

#[test]
fn as_many_means_as_many_and_nearly_as_many_is_said_to_be() {
    let compared = |before: u64| {
        let mut scene = Scene::new(settings(""));
        scene.many(Many { in_time: 3_001, ..Many::default() }).past_day(7, &[("q", before, 10, 10)]);
        texts(&scene.report())
    };
    let same = ["Thursday, as many as", ", o mesmo número que", ", el mismo número que", "jeudi, autant que"];
    each_contains(&compared(3_001), same);
    let about = ["about as many as", "quase o mesmo número que", "casi el mismo número que", "à peu près autant que"];
    each_contains(&compared(3_000), about);
    assert!(compared(2_900)[0].contains("3.5% more than on the Thursday before"));
}

#[test]
fn a_single_conversation_is_not_told_as_several() {
    let mut one = Scene::new(settings(""));
    one.many(Many { in_time: 1, ..Many::default() }).past_day(364, &[("q", 12, 10, 10)]);
    let charts = sheet(&one.report(), Language::En).charts;
    let year = charts.last().unwrap();
    assert!(year.alt.contains("known of both years: 1 conversation, and 12 52 weeks before."), "{}", year.alt);
    let hours = one.hour_rows(one.zone().interval(one.date).from, one.zone().interval(one.date).to);
    let mut day = one.many(Many { late: 1, ..Many::default() }).figures_only();
    let interval = day.interval;
    day.take_hours(interval, &hours).unwrap();
    let parts = [
        "The hours add up to 1 conversation, the day to 2:",
        "As horas somam 1 conversa e o dia, 2:",
        "Las horas suman 1 conversación y el día, 2:",
        "Les heures donnent 1 conversation et le jour, 2 :",
    ];
    each_contains(&texts(&one.report_of(&day)), parts);
}

#[test]
fn what_genesys_did_not_tell_does_not_read_like_a_time_without_an_answer() {
    let mut scene = Scene::new(settings(""));
    scene.many(Many { in_time: 30, ..Many::default() });
    let parts = [
        "Genesys did not tell the figures of 24 hours of the day, the agents who handled and the names of the queues.",
        "O Genesys não respondeu sobre 24 horas do dia, os agentes que atenderam e os nomes das filas.",
        "Genesys no respondió sobre 24 horas del día, los agentes que atendieron y los nombres de las colas.",
        "Genesys n’a pas fourni les chiffres de 24 heures du jour, le nombre d’agents ayant traité des conversations et les \
         noms des files.",
    ];
    each_contains(&texts(&scene.report_of(&scene.figures_only())), parts);
}

#[test]
fn one_day_that_is_not_known_agrees_with_its_sentence() {
    let mut scene = Scene::new(settings(""));
    scene.many(Many { in_time: 30, ..Many::default() });
    let parts = [
        "not compared: no figures for 25 Nov 2026",
        "sem comparação; sem dados: 25 de nov. de 2026",
        "sin comparación; sin datos: 25 nov 2026",
        "non comparé; sans données : 25 nov. 2026",
    ];
    each_contains(&texts(&scene.report()), parts);
}

#[test]
fn a_lender_whose_name_cannot_be_seen_is_called_a_queue_once() {
    let level = |part| Level { share: Share::of(part, 100).unwrap(), target: 0.8 };
    let named = |id: &str| QueueName { id: id.to_owned(), name: None };
    let lender = named("ab12cd34-0000-4000-8000-000000000001");
    let found = Found::LendAgents { level: level(60), lender, lender_level: level(95) };
    let finding = Finding { kind: Kind::Recommendation, queue: Some(named("q")), found, weight: 1.0 };
    let said = Language::ALL.map(|language| {
        let pieces = says(&finding, jiff::civil::date(2026, 11, 26), Words::of(language)).into_iter();
        pieces
            .map(|piece| match piece {
                Piece::Text(text) | Piece::Name(text) => text,
            })
            .collect::<String>()
    });
    let parts = [
        "agents of queue ab12cd34 (no name visible), which",
        "agentes da fila ab12cd34 (nome não visível), que",
        "agentes de la cola ab12cd34 (nombre no visible), que",
        "agents de la file ab12cd34 (nom non visible), qui",
    ];
    each_contains(&said, parts);
}
