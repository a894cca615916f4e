//! The words of the report: the files against each other and against the code, and how numbers, days and lists read.

use std::collections::{BTreeMap, BTreeSet};

use fluent_syntax::ast::{Entry, Expression, InlineExpression, Pattern, PatternElement, VariantKey};
use jiff::civil::{Date, date};
use nightly_report::rate::{Mean, Share};
use nightly_report::render;
use nightly_report::targets::{Verdict, Verdicts};
use nightly_report::words::{Arg, Language, Piece, Shown, Words, capitalised, stopped};

use crate::centre::thursday;

const FILES: [(Language, &str); 4] = [
    (Language::En, include_str!("../../words/en.ftl")),
    (Language::PtBr, include_str!("../../words/pt-BR.ftl")),
    (Language::Es, include_str!("../../words/es.ftl")),
    (Language::FrCa, include_str!("../../words/fr-CA.ftl")),
];

/// What one message is made of.
#[derive(Debug, Default, PartialEq, Eq)]
struct Parts {
    variables: BTreeSet<&'static str>,
    /// The keys of each choice, and which of them is the default.
    choices: Vec<(Vec<&'static str>, &'static str)>,
    texts: Vec<&'static str>,
}

impl Parts {
    fn of(pattern: &Pattern<&'static str>) -> Self {
        let mut parts = Self::default();
        parts.read(pattern);
        parts
    }

    fn read(&mut self, pattern: &Pattern<&'static str>) {
        for element in &pattern.elements {
            match element {
                PatternElement::TextElement { value } => self.texts.push(value),
                PatternElement::Placeable { expression: Expression::Select { selector, variants } } => {
                    self.inline(selector);
                    let key = |key: &VariantKey<&'static str>| match *key {
                        VariantKey::Identifier { name } => name,
                        VariantKey::NumberLiteral { value } => value,
                    };
                    let default = variants.iter().find(|variant| variant.default).unwrap();
                    self.choices.push((variants.iter().map(|variant| key(&variant.key)).collect(), key(&default.key)));
                    variants.iter().for_each(|variant| self.read(&variant.value));
                }
                PatternElement::Placeable { expression: Expression::Inline(inline) } => self.inline(inline),
            }
        }
    }

    fn inline(&mut self, inline: &InlineExpression<&'static str>) {
        let is_known =
            matches!(inline, InlineExpression::VariableReference { .. } | InlineExpression::StringLiteral { .. });
        assert!(is_known, "messages use variables, choices and texts in quotes, not {inline:?}");
        match inline {
            InlineExpression::VariableReference { id } => drop(self.variables.insert(id.name)),
            InlineExpression::StringLiteral { value } => self.texts.push(value),
            _ => {}
        }
    }
}

fn messages(file: &'static str) -> BTreeMap<&'static str, Parts> {
    let resource = fluent_syntax::parser::parse(file).map_err(|(_, errors)| errors).unwrap();
    let entries = resource.body.into_iter().filter_map(|entry| {
        assert!(!matches!(entry, Entry::Term(_) | Entry::Junk { .. }), "{entry:?}");
        match entry {
            Entry::Message(message) => Some((message.id.name, Parts::of(&message.value.unwrap()))),
            _ => None,
        }
    });
    let entries: Vec<_> = entries.collect();
    let messages: BTreeMap<_, _> = entries.into_iter().fold(BTreeMap::new(), |mut all, (id, parts)| {
        assert!(all.insert(id, parts).is_none(), "{id} stands in a file twice");
        all
    });
    messages
}

#[test]
fn every_file_has_the_same_messages_with_the_same_variables() {
    let english = messages(FILES[0].1);
    for (language, file) in FILES {
        let other = messages(file);
        let ids = |all: &BTreeMap<&'static str, Parts>| all.keys().copied().collect::<BTreeSet<_>>();
        assert_eq!(ids(&other), ids(&english), "{language:?}");
        for (id, parts) in &other {
            assert_eq!(parts.variables, english[id].variables, "{id} in {language:?}");
        }
    }
}

#[test]
fn every_plural_has_all_of_its_languages_forms_and_every_weekday_and_month_a_name() {
    for (language, file) in FILES {
        for (id, parts) in messages(file) {
            for (keys, default) in &parts.choices {
                let (numbers, forms): (Vec<&str>, Vec<&str>) =
                    keys.iter().copied().partition(|key| key.parse::<u8>().is_ok());
                match id {
                    "day" => assert_eq!(*keys, ["1", "other"], "{language:?}"),
                    _ if forms.is_empty() => {
                        let last = if id.starts_with("month") { 12 } else { 7 };
                        assert_eq!(numbers, (1..=last).map(|number| number.to_string()).collect::<Vec<_>>(), "{id}");
                    }
                    _ => assert_eq!((&*forms, *default), (language.plurals(), "other"), "{id} in {language:?}"),
                }
            }
        }
    }
}

#[test]
fn every_message_is_used_and_every_one_that_is_used_exists() {
    let code = sources(std::path::Path::new(concat!(env!("CARGO_MANIFEST_DIR"), "/src")));
    let english = messages(FILES[0].1);
    // Heads and labels of the same figure share the rest of their name.
    let columns = ["head", "figure"].map(|kind| format!("{kind}-"));
    let is_used = |id: &str| {
        let figure = columns.iter().find_map(|kind| id.strip_prefix(kind.as_str()));
        code.contains(&format!("\"{id}\"")) || figure.is_some_and(|figure| code.contains(&format!("\"{figure}\"")))
    };
    let unused: Vec<_> = english.keys().filter(|id| !is_used(id)).collect();
    assert!(unused.is_empty(), "take them out of all files, or use them: {unused:?}");
    for call in [".text(\"", ".fill(\"", ".pieces(\"", ".counted(\""] {
        let named = code.split(call).skip(1).filter_map(|rest| rest.split_once('"')).map(|(id, _)| id);
        let lacking: Vec<_> = named.filter(|id| !english.contains_key(id)).collect();
        assert!(lacking.is_empty(), "{lacking:?}");
    }
}

fn sources(folder: &std::path::Path) -> String {
    let entries = std::fs::read_dir(folder).unwrap().map(|entry| entry.unwrap().path());
    let text = entries.map(|path| match path.is_dir() {
        true => sources(&path),
        false => std::fs::read_to_string(path).unwrap(),
    });
    text.collect()
}

#[test]
fn french_has_spaces_that_do_not_break_and_its_own_apostrophe() {
    for (id, parts) in messages(FILES[3].1) {
        for text in parts.texts {
            assert!(!text.contains('\''), "{id}: ’ for '");
            let text = text.replace("\\u00A0", "\u{a0}");
            let before = text.split(':').rev().skip(1).filter(|before| !before.ends_with('\u{a0}'));
            assert_eq!(before.count(), 0, "{id}: a no-break space before each colon");
            assert!(
                ![" ;", " !", " ?"].iter().any(|mark| text.contains(mark)),
                "{id}: no space before these in Canada"
            );
        }
    }
}

const NUMBERS: [&str; 12] =
    ["0", "1", "2", "21", "1000000", "1000001", "2000000", "0.5", "1.0", "1.5", "2.0", "1000000.0"];

/// Checked against the Unicode CLDR, as Babel 2.19 carries it out: every form that is not `other`.
#[test]
fn plurals_are_those_of_the_cldr() {
    let shown = |text: &str| {
        let (whole, tenth) = text.split_once('.').map_or((text, None), |(whole, tenth)| (whole, Some(tenth)));
        Shown { whole: whole.parse().unwrap(), tenth: tenth.map(|tenth| tenth.parse().unwrap()) }
    };
    let forms = |language: Language| {
        let forms = NUMBERS.map(|number| (language.plural(shown(number)), number));
        let others =
            forms.into_iter().filter(|(form, _)| *form != "other").map(|(form, number)| format!("{form} {number}"));
        others.collect::<Vec<_>>()
    };
    assert_eq!(forms(Language::En), ["one 1"]);
    assert_eq!(forms(Language::Es), ["one 1", "many 1000000", "many 2000000", "one 1.0"]);
    let latin = ["one 0", "one 1", "many 1000000", "many 2000000", "one 0.5", "one 1.0", "one 1.5"];
    assert_eq!(
        (forms(Language::PtBr), forms(Language::FrCa)),
        (latin.map(str::to_owned).to_vec(), latin.map(str::to_owned).to_vec())
    );
}

/// What each language makes of something, with a visible mark for a space that does not break.
fn each<const N: usize>(make: impl Fn(&Words) -> [String; N]) -> [[String; N]; 4] {
    Language::ALL.map(|language| make(Words::of(language)).map(|text| text.replace('\u{a0}', "~")))
}

#[test]
fn numbers_have_the_separators_of_the_cldr() {
    let counts = each(|words| [999, 5_432, 54_321, 1_234_567].map(|number| words.count(number)));
    assert_eq!(counts[0], ["999", "5,432", "54,321", "1,234,567"]);
    assert_eq!(counts[1], ["999", "5.432", "54.321", "1.234.567"]);
    assert_eq!(counts[2], ["999", "5432", "54.321", "1.234.567"]);
    assert_eq!(counts[3], ["999", "5~432", "54~321", "1~234~567"]);
    let share = |part, whole| Share { part, whole };
    let shares = each(|words| {
        [words.percent(share(349, 400)), words.percent(share(1, 1)), words.percent_of(0.8), words.percent_of(0.825)]
    });
    assert_eq!(shares[0], ["87.3%", "100.0%", "80%", "82.5%"]);
    assert_eq!(shares[1], ["87,3%", "100,0%", "80%", "82,5%"]);
    assert_eq!(shares[2], ["87,3~%", "100,0~%", "80~%", "82,5~%"]);
    assert_eq!(shares[3], shares[2]);
    assert_eq!(Words::of(Language::En).count(u64::MAX), "18,446,744,073,709,551,615");
}

#[test]
fn a_figure_looks_like_its_target_only_where_it_is_the_target() {
    let share = |part, whole| Share { part, whole };
    let shares = each(|words| {
        [share(80, 100), share(7_996, 10_000), share(8_004, 10_000), share(799_999, 1_000_000), share(77, 100)]
            .map(|share| words.percent_beside(share, 0.8))
    });
    assert_eq!(shares[0], ["80.0%", "79.96%", "80.04%", "79.9999%", "77.0%"]);
    assert_eq!(shares[1], ["80,0%", "79,96%", "80,04%", "79,9999%", "77,0%"]);
    assert_eq!(shares[3], ["80,0~%", "79,96~%", "80,04~%", "79,9999~%", "77,0~%"]);
    let mean = |sum_ms, count| Mean { sum_ms, count };
    let times = each(|words| {
        [mean(1_200_000, 2), mean(1_200_600, 2), mean(599_600, 1), mean(60_000_001, 100), mean(601_000, 1)]
            .map(|mean| words.duration_beside(mean, 600))
    });
    assert_eq!(times[0], ["10:00", "10:00.3", "9:59.6", "10:00.00001", "10:01"]);
    assert_eq!(times[2], ["10:00", "10:00,3", "9:59,6", "10:00,00001", "10:01"]);
    assert_eq!(Words::of(Language::En).percent_of(0.8333), "83.33%", "a target is shown as it was configured");
    assert_eq!(Words::of(Language::En).percent_beside(share(83_325, 100_000), 0.8333), "83.325%");
}

#[test]
fn a_day_that_just_misses_reads_as_missed_and_one_queue_agrees_with_its_verb() {
    let mut report = thursday().report();
    report.alerts.clear();
    report.total.figures.service_level = Some(Share { part: 7_996, whole: 10_000 });
    report.total.figures.handle_time = Some(Mean { sum_ms: 6_003_000, count: 10 });
    report.total.verdicts = report.target.judge(&report.total.figures);
    report.hours[10].figures = Some(report.total.figures);
    for (at, line) in report.queues.iter_mut().enumerate() {
        let verdict = if at == 0 { Verdict::Missed } else { Verdict::Met };
        line.verdicts = Verdicts { service_level: Some(verdict), ..Verdicts::default() };
    }
    let summaries = Language::ALL.map(|language| {
        let text = render::text(&report, language, &[]).unwrap().replace('\u{a0}', "~");
        text.lines().find(|line| line.contains("79")).unwrap().to_owned()
    });
    let hour = render::text(&report, Language::En, &[]).unwrap();
    assert!(hour.contains("\n10:00  offered 4,746, in time 79.96% (missed)"), "{hour}");
    for (summary, parts) in summaries.iter().zip([
        ["79.96% were answered in time, short of the target of 80%", "took 10:00.3", "1 of 12 queues missed a target."],
        ["foi de 79,96%, abaixo da meta de 80%", "média 10:00,3", "1 de 12 filas deixou de atingir alguma meta."],
        ["fue del 79,96~%, por debajo del objetivo del 80~%", "10:00,3", "1 de 12 colas incumplió algún objetivo."],
        ["été de 79,96~%, sous la cible de 80~%", "10:00,3", "Sur 12 files, 1 a manqué au moins une cible."],
    ]) {
        parts.iter().for_each(|part| assert!(summary.contains(part), "{part}: {summary}"));
    }
}

#[test]
fn no_article_before_an_hour_depends_on_which_hour_it_is() {
    for (language, file) in &FILES[1..3] {
        for article in ["a las", "de las", "las", "la", "às", "à", "das", "da", "as"] {
            for hour in ["hour", "from", "to"] {
                assert!(
                    !file.contains(&format!(" {article} {{ ${hour} }}")),
                    "{article} before {hour} in {language:?}"
                );
            }
        }
    }
}

#[test]
fn changes_carry_their_sign_and_times_their_seconds() {
    let changes = each(|words| {
        [
            words.change_percent(21),
            words.change_percent(-12_345),
            words.change_points(-14),
            words.change_points(0),
            words.change_points(20),
        ]
    });
    assert_eq!(changes[0], ["+2.1%", "−1,234.5%", "−1.4 pts", "±0.0 pts", "+2.0 pts"]);
    assert_eq!(changes[1], ["+2,1%", "−1.234,5%", "−1,4~p.p.", "±0,0~p.p.", "+2,0~p.p."]);
    assert_eq!(changes[2], ["+2,1~%", "−1234,5~%", "−1,4~p.~p.", "±0,0~p.~p.", "+2,0~p.~p."]);
    assert_eq!(changes[3], ["+2,1~%", "−1~234,5~%", "−1,4~pt", "±0,0~pt", "+2,0~pts"]);
    let times = each(|words| [words.seconds(9), words.seconds(512), words.seconds(3_723), words.change_seconds(-75)]);
    assert_eq!(times, std::array::from_fn(|_| ["0:09", "8:32", "1:02:03", "−1:15"].map(str::to_owned)));
    assert_eq!(Words::of(Language::FrCa).seconds(36_000_000), "10\u{a0}000:00:00");
    let agents = each(|words| {
        [1.0, 1.5, 2.04].map(|agents| words.fill("agents-busy", &[("agents", Arg::decimal(agents, words))]))
    });
    assert_eq!(agents[0], ["1.0 agents", "1.5 agents", "2.0 agents"]);
    assert_eq!(agents[2], ["1,0 agente", "1,5 agentes", "2,0 agentes"]);
    assert_eq!(agents[3], ["1,0 agent", "1,5 agent", "2,0 agents"]);
}

#[test]
fn dates_are_those_of_the_cldr_but_for_the_first_of_a_month() {
    let dates = |day: Date| {
        each(move |words| {
            [words.long_date(day), words.short_date(day), words.day_month_year(day), words.day_month(day)]
        })
    };
    let [en, pt, es, fr] = dates(date(2026, 11, 26));
    // Day before month in English too: readers in several countries take 26 Nov in one way only.
    assert_eq!(en, ["Thursday, 26 November 2026", "Thu 26 Nov", "26 Nov 2026", "26 Nov"]);
    assert_eq!(pt, ["quinta-feira, 26 de novembro de 2026", "qui., 26 de nov.", "26 de nov. de 2026", "26 de nov."]);
    assert_eq!(es, ["jueves, 26 de noviembre de 2026", "jue, 26 nov", "26 nov 2026", "26 nov"]);
    assert_eq!(fr, ["jeudi 26 novembre 2026", "jeu. 26 nov.", "26 nov. 2026", "26 nov."]);
    let [en, pt, es, fr] = dates(date(2026, 3, 1));
    assert_eq!(en[0..2], ["Sunday, 1 March 2026", "Sun 1 Mar"]);
    assert_eq!(pt[0..2], ["domingo, 1º de março de 2026", "dom., 1º de mar."]);
    assert_eq!(es[0..2], ["domingo, 1 de marzo de 2026", "dom, 1 mar"]);
    assert_eq!(fr[0..2], ["dimanche 1er mars 2026", "dim. 1er mars"]);
    let moments = each(|words| [words.moment(date(2026, 3, 1).at(0, 5, 0, 0)), words.clock("24:00")]);
    assert_eq!(moments[0], ["Sun 1 Mar 00:05", "24:00"]);
    assert_eq!(moments[1], ["dom., 1º de mar., 00:05", "24:00"]);
    assert_eq!(moments[2], ["dom, 1 mar, 00:05", "24:00"]);
    assert_eq!(moments[3], ["dim. 1er mars, 00~h~05", "24~h~00"]);
}

#[test]
fn every_name_of_a_month_and_a_weekday_is_the_cldrs() {
    let months = |language: Language, message: &str| {
        let names = (1..=12).map(|month: u64| Words::of(language).fill(message, &[("month", month.into())]));
        names.collect::<Vec<_>>().join(" ")
    };
    let months = Language::ALL.map(|language| [months(language, "month"), months(language, "month-short")]);
    assert_eq!(months[0][1], "Jan Feb Mar Apr May Jun Jul Aug Sep Oct Nov Dec");
    assert_eq!(months[1][1], "jan. fev. mar. abr. mai. jun. jul. ago. set. out. nov. dez.");
    assert_eq!(months[2][1], "ene feb mar abr may jun jul ago sept oct nov dic");
    assert_eq!(months[3][1], "janv. févr. mars avr. mai juin juill. août sept. oct. nov. déc.");
    assert_eq!(months[0][0], "January February March April May June July August September October November December");
    assert_eq!(
        months[1][0],
        "janeiro fevereiro março abril maio junho julho agosto setembro outubro novembro dezembro"
    );
    assert_eq!(
        months[2][0],
        "enero febrero marzo abril mayo junio julio agosto septiembre octubre noviembre diciembre"
    );
    assert_eq!(months[3][0], "janvier février mars avril mai juin juillet août septembre octobre novembre décembre");
    let week = |words: &Words| {
        let days = (23..30).map(|day| words.weekday_short(date(2026, 11, day)));
        [days.collect::<Vec<_>>().join(" ")]
    };
    let [[en], [pt], [es], [fr]] = each(week);
    assert_eq!((&*en, &*pt), ("Mon Tue Wed Thu Fri Sat Sun", "seg. ter. qua. qui. sex. sáb. dom."));
    assert_eq!((&*es, &*fr), ("lun mar mié jue vie sáb dom", "lun. mar. mer. jeu. ven. sam. dim."));
}

#[test]
fn days_are_put_together_as_people_do() {
    use jiff::ToSpan;
    let days = |first: Date, many: usize| first.series(1.day()).take(many).collect::<Vec<_>>();
    let (one, five) = (days(date(2026, 3, 3), 1), days(date(2026, 3, 1), 5));
    let (months, years) = (days(date(2026, 3, 30), 5), days(date(2025, 12, 30), 5));
    let scattered: Vec<Date> = (0..6).map(|number| date(2026, 3, 1 + 2 * number)).collect();
    let [en, pt, es, fr] = each(|words| [&one, &five, &months, &years, &scattered].map(|days| words.days(days)));
    let expected = "3 Mar 2026; 1 to 5 Mar 2026; 30 Mar to 3 Apr 2026; 30 Dec 2025 to 3 Jan 2026; \
                    1 Mar 2026, 3 Mar 2026, 5 Mar 2026, 7 Mar 2026 and more";
    assert_eq!(en.join("; "), expected);
    assert_eq!(pt[1..3], ["1º a 5 de mar. de 2026", "30 de mar. a 3 de abr. de 2026"]);
    assert_eq!(es[1..3], ["1 a 5 mar 2026", "30 mar a 3 abr 2026"]);
    assert_eq!(fr[1..3], ["1er au 5 mars 2026", "30 mars au 3 avr. 2026"]);
}

#[test]
fn lists_read_as_people_say_them() {
    let list = |text: &str| text.split_whitespace().map(str::to_owned).collect::<Vec<_>>();
    let lists = each(|words| ["", "a", "a b", "a b c"].map(|text| words.list(&list(text))));
    assert_eq!(lists[0], ["", "a", "a and b", "a, b and c"]);
    assert_eq!(lists[1], ["", "a", "a e b", "a, b e c"]);
    assert_eq!(lists[2], ["", "a", "a y b", "a, b y c"]);
    assert_eq!(lists[3], ["", "a", "a et b", "a, b et c"]);
    let spanish = Words::of(Language::Es);
    let joined = ["padres hijos", "agujas hilo", "Francia Italia", "agua hielo", "oxígeno ion", "a iotas"]
        .map(|text| spanish.list(&list(text)));
    assert_eq!(
        joined,
        ["padres e hijos", "agujas e hilo", "Francia e Italia", "agua y hielo", "oxígeno y ion", "a y iotas"]
    );
    assert_eq!(["", "took long", "é"].map(capitalised), ["", "Took long", "É"]);
    assert_eq!([stopped("qui., 26 de nov."), stopped("jue, 26 nov")], ["qui., 26 de nov.", "jue, 26 nov."]);
}

#[test]
fn a_name_from_outside_is_never_read_as_a_message() {
    let words = Words::of(Language::FrCa);
    let name = "{ $says } { all-queues } *[other] { \"x\" }";
    let pieces = words.pieces("lend-agents", &[("queue", Arg::Name(name.to_owned()))]);
    assert_eq!(pieces[1], Piece::Name(name.to_owned()));
    assert_eq!(words.fill("silent", &[("names", name.into())]), format!("Sans aucune conversation\u{a0}: {name}."));
    assert_eq!(words.text("no-such-message"), "⟨no-such-message⟩");
    assert_eq!(words.text("queues"), "⟨count⟩ files", "a variable that is not there is shown to be missing");
}
