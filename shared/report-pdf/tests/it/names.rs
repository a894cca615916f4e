//! Names come from outside. Whatever Unicode has, the report is typeset, keeps the standards, and says how much of it
//! could not be shown.

use report_pdf::sheet::{Name, Notice, Row, Span};
use report_pdf::{Order, layout, typeset};

use crate::{name, order, sample, templated, words};

/// A name, and how many different characters of it no font has.
const STRANGE: [(&str, usize); 40] = [
    ("", 0),
    (" ", 0),
    ("São Paulo — Suporte Técnico", 0),
    ("Łódź · Gdańsk · Żółć", 0),
    ("Größe & Straße", 0),
    ("Αθήνα Υποστήριξη", 0),
    ("Поддержка Київ", 0),
    ("Hỗ trợ Việt Nam", 0),
    ("الدعم الفني", 0),
    ("پشتیبانی فنی ۱۲۳", 0),
    ("תמיכה (VIP) 24", 0),
    ("🚀 Launch Desk ✅", 0),
    ("👩\u{200d}💻 👨\u{200d}👩\u{200d}👧 👍🏽 🇧🇷 1️⃣", 0),
    ("\u{1f3f4}\u{e0067}\u{e0062}\u{e0065}\u{e006e}\u{e0067}\u{e007f}", 0),
    ("日本語サポート", 7),
    ("ฝ่ายสนับสนุน", 9),
    ("सहायता", 5),
    ("한국어 지원", 5),
    ("𝔉𝔯𝔞𝔨𝔱𝔲𝔯", 6),
    ("\u{fffd}\u{fffd}", 1),
    ("\u{0}\u{1}\u{7f}\u{9f}", 0),
    ("a\nb\tc\rd\u{2028}e", 0),
    ("\u{feff}bom", 0),
    ("zero\u{200b}width\u{2060}join\u{200d}er\u{200c}", 0),
    ("\u{202e}turned\u{202c}", 0),
    ("\u{2067}open", 0),
    ("\u{2069}closed", 0),
    ("soft\u{ad}hyphen", 0),
    ("e\u{301}\u{323}\u{302}\u{330}", 0),
    ("\u{301}\u{302}", 1),
    ("\u{e000}\u{f8ff}\u{f0000}\u{10fffd}", 4),
    ("\u{fdd0}\u{ffff}\u{10ffff}", 3),
    ("₹ € − ≤ → □ \u{202f} \u{a0}", 0),
    ("x\u{fe0f}\u{fe0e}\u{e0100}\u{180b}", 0),
    ("\u{378}\u{e01ef}", 1),
    ("😹\u{327}\u{30a}", 1),
    ("東\u{30a} 京\u{6e4}", 3),
    ("a\u{651} م\u{651}", 1),
    ("\u{64b}م", 1),
    ("a/b\\c_d-e.f:g;h,i&j|k@l#m$n%o^p*q(r)s[t]u{v}w<x>y\"z'", 0),
];

/// A template that has a name wherever a report can have one.
const PLACES: &str = r#"
#let data = json("data.json")
#let name = data.company
#set document(title: "Title", author: name.text)
#set text(font: json("look.json").fonts, lang: "en")
= Heading #name.text
Our words, #("\u{2068}" + name.text + "\u{2069}") and *#name.text*, #text(dir: rtl, name.text), #name.text.clusters().join(h(0pt)).
#table(columns: 2, table.header([Head], name.text), name.text, [1])
#figure(alt: name.text + ".", rect())
"#;

/// The sample day with all of them at once.
fn strange_day(is_rtl: bool) -> Order {
    let mut sheet = sample("en");
    let row = sheet.tables[0].rows[0].clone();
    let names = STRANGE.map(|(text, _)| Name { is_rtl, ..name(text) });
    sheet.tables[0].rows = names.iter().map(|name| Row { name: name.clone(), ..row.clone() }).collect();
    for (finding, name) in sheet.alerts.items.iter_mut().chain(&mut sheet.recommendations.items).zip(&names) {
        finding.about = name.clone();
    }
    sheet.summary = names.map(Span::Name).chunks(3).map(<[Span]>::to_vec).collect();
    order(sheet)
}

#[test]
fn every_strange_name_is_typeset_within_the_standards() {
    for (text, unknown) in STRANGE {
        let mut order = templated(PLACES);
        let before = typeset(&order).expect("a report").replaced;
        order.sheet.company = name(text);
        let set = typeset(&order).expect(text);
        assert!(set.is_accessible, "{text:?}: {:?}", set.warnings);
        assert_eq!((set.warnings, set.replaced), (Vec::new(), before + unknown), "{text:?}");
    }
}

#[test]
fn a_day_of_strange_names_is_typeset_within_the_standards() {
    for is_rtl in [false, true] {
        let set = typeset(&strange_day(is_rtl)).expect("a report");
        assert!(set.is_accessible, "{:?}", set.warnings);
        assert_eq!(set.warnings, Vec::<String>::new());
    }
}

/// What a reader is told is how many signs there are that they cannot see, and not how often a name is mentioned.
#[test]
fn a_character_counts_once_wherever_it_stands() {
    let mut sheet = sample("en");
    let before = typeset(&order(sheet.clone())).expect("a report").replaced;
    sheet.company = name("東京 東京");
    sheet.document_title = "東京: nightly report".to_owned();
    sheet.tables[0].rows.iter_mut().for_each(|row| row.group = "京都".to_owned());
    assert_eq!((before, typeset(&order(sheet)).expect("a report").replaced), (0, 3));
}

#[test]
fn what_was_replaced_is_said_and_nothing_else_is() {
    let saying = |text: &str| {
        let mut order = templated(r#"#let data = json("data.json"); [#data.company.text] #data.replaced"#);
        order.sheet.company = name(text);
        order.sheet.replaced = "A box stands for a character.".to_owned();
        words(&order)
    };
    assert_eq!(saying("Łódź"), "[Łódź] ");
    assert_eq!(saying("東京 Desk"), "[□□ Desk] A box stands for a character.");
}

#[test]
fn a_name_is_never_read_as_markup() {
    const MARKUP: [&str; 5] =
        ["#panic() *b* _i_ $x^2$ <l> @r `c` // c", "= Heading", "- item", "#import \"x\"", "\\u{41} \\ ~ --- \"q\""];
    let mut sheet = sample("en");
    for (row, text) in sheet.tables[0].rows.iter_mut().zip(MARKUP) {
        row.name = name(text);
    }
    let order = order(sheet);
    let set = typeset(&order).expect("a report");
    assert!(set.is_accessible, "{:?}", set.warnings);
    let written = words(&order).replace(' ', "");
    for text in MARKUP {
        assert!(written.contains(&text.replace(' ', "")), "{text}");
    }
}

#[test]
fn a_name_turns_no_text_around_it() {
    let mut order = templated(r#"#json("data.json").company.text"#);
    order.sheet.company = name("a\u{202e}b\u{2067}c\u{2069}d\u{202c}\u{2066}e");
    assert_eq!(words(&order), "abcde");
}

#[test]
fn a_name_ends_after_400_characters() {
    let mut order = templated(r#"#json("data.json").company.text.clusters().len() #json("data.json").day.len()"#);
    order.sheet.company = name(&"ä".repeat(100_000));
    order.sheet.day = "x".repeat(100_000);
    assert_eq!(words(&order), "400 8000");
    let set = typeset(&Order { template: None, ..order }).expect("a report");
    assert!(set.is_accessible, "{:?}", set.warnings);
}

/// A name may begin from left to right and end from right to left. What comes after it stays after it, a number too.
#[test]
fn a_name_in_both_directions_does_not_take_in_the_number_after_it() {
    let mut sheet = sample("en");
    let row = &mut sheet.tables[0].rows[0];
    (row.name, row.group) = (name("Support תמיכה"), "24/7 Desk".to_owned());
    let pages = layout(&order(sheet)).expect("a layout");
    let boxes = || pages.iter().flat_map(|page| &page.boxes);
    let find = |part: &str| boxes().find(|placed| placed.text.contains(part)).expect(part);
    let (end, number) = (find("תמיכה"), find("24/7"));
    assert!(number.x >= end.x + end.w, "{number:?} after {end:?}");
}

/// Some languages shorten months and days with a full stop, which ends the title of a notice as well.
#[test]
fn a_title_that_ends_in_a_full_stop_gets_no_second_one() {
    let mut sheet = sample("empty");
    let notice = |title: &str| Notice { title: title.to_owned(), text: "conversations 5".to_owned() };
    sheet.notices = ["Corrigé : ven. 27 nov.", "Incomplet"].map(notice).to_vec();
    let written = words(&order(sheet)).replace([' ', '\u{a0}'], "");
    assert!(written.contains("27nov.conversations5") && written.contains("Incomplet.conversations5"), "{written}");
}

#[test]
fn a_language_that_is_none_is_english() {
    for language in ["", "p", "português", "12", "\u{0}\u{0}"] {
        let mut sheet = sample("empty");
        sheet.language = language.to_owned();
        sheet.region = Some("somewhere".to_owned());
        let set = typeset(&order(sheet)).expect(language);
        assert!(set.is_accessible, "{language:?}: {:?}", set.warnings);
    }
}
