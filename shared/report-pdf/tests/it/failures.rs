//! What goes wrong, and what is told of it: a template's author gets the line, and a log gets no name.

use report_pdf::sheet::Span;
use report_pdf::{Fault, Order, Sheet, TypesetError, layout, typeset};

use crate::{name, order, sample, templated};

fn faults(template: &str) -> Vec<Fault> {
    match typeset(&templated(template)) {
        Err(TypesetError::Template(faults)) => faults,
        other => panic!("{template}: {other:?}"),
    }
}

fn first(template: &str) -> String {
    faults(template)[0].to_string()
}

#[test]
fn a_mistake_in_a_template_is_told_with_its_line_and_reason() {
    assert_eq!(first("= Title\n\n#missing"), "line 3: unknown variable: missing");
    assert_eq!(first("a\n#let x = (1,\n"), "line 2: unclosed delimiter");
    assert!(first("#set page(\n  paper: \"a99\")").starts_with("line 2: expected"));
}

#[test]
fn a_field_that_a_sheet_has_not_is_told() {
    let told = first("#let data = json(\"data.json\")\n#data.no-such-field");
    assert!(told.starts_with("line 2: dictionary does not contain key \"no-such-field\""), "{told}");
}

#[test]
fn at_most_five_mistakes_are_told() {
    let faults = faults(&"#(1 +)\n".repeat(40));
    assert_eq!(faults.len(), 5);
    assert_eq!(faults[4].line, Some(5));
}

#[test]
fn a_reason_that_quotes_a_name_is_held_back() {
    for template in [
        "#let data = json(\"data.json\")\n#panic(data.company.text)",
        "#let data = json(\"data.json\")\n#assert(false, message: upper(data.company.text))",
        "#let data = json(\"data.json\")\n#float(data.company.text.split(\" \").at(1))",
        "#let data = json(\"data.json\")\n#data.at(data.company.text)",
    ] {
        let mut order = templated(template);
        order.sheet.company = name("Zürich Quxley");
        let told = typeset(&order).expect_err(template).to_string();
        assert!(told.contains("line 2") && told.contains("quotes a name"), "{told}");
        assert!(!told.to_lowercase().contains("quxley") && !told.to_lowercase().contains("zürich"), "{told}");
    }
}

/// Puts a name into a place of a sheet.
type Put = fn(&mut Sheet, &str);

/// Each place of a sheet in which a text from outside stands: a name given there, and how a template comes to it.
#[test]
fn a_name_is_held_back_wherever_in_a_sheet_it_stands() {
    let places: [(&str, Put); 9] = [
        ("data.company.text", |sheet, text| sheet.company = name(text)),
        ("data.document_title", |sheet, text| {
            sheet.company = name(text);
            sheet.document_title = format!("{text}: nightly report");
        }),
        ("data.summary.first().first().text", |sheet, text| sheet.summary[0][0] = Span::Name(name(text))),
        ("data.alerts.items.first().about.text", |sheet, text| sheet.alerts.items[0].about = name(text)),
        ("data.recommendations.items.first().points.first().says.first().text", |sheet, text| {
            sheet.recommendations.items[0].points[0].says[0] = Span::Name(name(text));
        }),
        ("data.tables.first().rows.first().name.text", |sheet, text| sheet.tables[0].rows[0].name = name(text)),
        ("data.tables.first().rows.first().group", |sheet, text| sheet.tables[0].rows[0].group = text.to_owned()),
        ("data.tables.last().rows.first().name.text", |sheet, text| {
            sheet.tables.last_mut().expect("a table").rows[0].name = name(text);
        }),
        ("data.completeness.first().first().text", |sheet, text| sheet.completeness[0][0] = Span::Name(name(text))),
    ];
    for (place, put) in places {
        for text in ["Zürich Straße", "Quxley", "Qx", "7", "★ ★"] {
            for said in ["panic(NAME)", "assert(false, message: upper(NAME))", "float(NAME)"] {
                let mut order =
                    templated(&format!("#let data = json(\"data.json\")\n#{}", said.replace("NAME", place)));
                put(&mut order.sheet, text);
                let Err(told) = typeset(&order) else { continue }; // "7" is a number
                assert!(told.to_string().contains("line 2: the reason quotes a name"), "{place}, {text}: {told}");
            }
        }
    }
}

/// Whoever is called by a word of the engine's still gets to know what is wrong.
#[test]
fn a_short_name_withholds_no_reason_that_does_not_quote_it() {
    for (own, template, reason) in [
        ("And", "#(1 + \"a\")", "cannot add integer and string"),
        ("be", "#let n = 0\n#while n >= 0 { n += 1 }", "loop seems to be infinite"),
        ("Not", "#json(\"data.json\").missing", "does not contain key \"missing\""),
        ("A", "#let f(x) = x; #f()", "missing argument: x"),
        ("-", "#missing", "unknown variable: missing"),
        ("All queues", "#json(\"data.json\").queues", "does not contain key \"queues\""),
    ] {
        let mut order = templated(template);
        order.sheet.company = name(own);
        let told = typeset(&order).expect_err(template).to_string();
        assert!(told.contains(reason), "{own}: {told}");
    }
}

#[test]
fn a_template_sees_no_other_file_no_package_and_no_clock() {
    assert!(first("#read(\"/etc/passwd\")").contains("file not found"));
    assert!(first("#read(\"report-2.typ\")").contains("file not found"));
    assert!(faults("\n#import \"@preview/cetz:0.3.0\"")[0].line == Some(2));
    assert!(first("#datetime.today()").contains("unable to get the current date"));
    assert!(faults("#include \"report.typ\"")[0].line == Some(1), "not even itself");
}

#[test]
fn a_loop_without_end_is_told_where_the_engine_can() {
    assert_eq!(first("#let n = 0\n#while n >= 0 { n += 1 }"), "line 2: loop seems to be infinite");
    assert!(first("#let f(x) = f(x + 1)\n#f(0)").contains("maximum function call depth exceeded"));
}

#[test]
fn what_the_standards_refuse_is_a_report_without_them() {
    for (template, reason) in [
        ("= One\n=== Three", "heading"),
        ("#set document(title: \"T\")\n#figure(rect())", "alt"),
        ("No title", "title"),
        ("#set document(title: \"T\")\n#set text(font: \"Inter\")\n日本", "displayed"),
    ] {
        let set = typeset(&templated(template)).expect(template);
        assert!(!set.is_accessible, "{template}");
        assert_eq!(set.pages, 1);
        lopdf::Document::load_mem(&set.pdf).expect("a PDF");
        assert!(
            set.warnings.iter().any(|warning| warning.contains("not PDF/UA-1") && warning.contains(reason)),
            "{:?}",
            set.warnings
        );
    }
}

#[test]
fn a_logo_that_is_no_picture_is_told_and_the_built_in_order_goes_without() {
    let logo = |base64: &str| Order {
        logo: Some(report_pdf::Image { kind: report_pdf::ImageKind::Png, base64: base64.to_owned() }),
        ..order(sample("empty"))
    };
    assert_eq!(typeset(&logo("?")), Err(TypesetError::Logo));
    assert!(matches!(typeset(&logo("AAAA")), Err(TypesetError::Template(_))));
    assert!(matches!(layout(&logo("AAAA")), Err(TypesetError::Template(_))));
    assert!(typeset(&logo("AAAA").built_in()).is_ok());
}

#[test]
fn a_moment_that_no_calendar_has_does_not_lose_the_report() {
    for (unix_s, offset_min) in
        [(i64::MAX, 0), (i64::MIN, 0), (0, i32::MAX), (0, 1_440), (-99_999_999_999, 0), (0, 765)]
    {
        let order = Order::new(sample("empty"), report_pdf::Moment { unix_s, offset_min });
        assert!(typeset(&order).is_ok_and(|set| set.is_accessible), "{unix_s} {offset_min}");
    }
}
