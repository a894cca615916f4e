//! A company's paper, colours, logo, font and template.

use base64::Engine as _;
use base64::prelude::BASE64_STANDARD;
use report_pdf::{Colour, Image, ImageKind, Kind, Look, Order, Paper, layout, typeset};

use crate::{order, sample, templated, words};

const SVG: &str =
    r##"<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 40 20"><rect width="40" height="20" fill="#a00"/></svg>"##;
/// One pixel.
const PNG: &str = "iVBORw0KGgoAAAANSUhEUgAAAAEAAAABCAYAAAAfFcSJAAAADUlEQVR42mNk+M9QDwADhgGAWjR9awAAAABJRU5ErkJggg==";

fn with_logo(kind: ImageKind, base64: String) -> Order {
    Order { logo: Some(Image { kind, base64 }), ..order(sample("empty")) }
}

#[test]
fn paper_is_a4_or_letter() {
    for (paper, w, h) in [(Paper::A4, 595.28, 841.89), (Paper::Letter, 612.0, 792.0)] {
        let order = Order { look: Look { paper, ..Look::default() }, ..order(sample("empty")) };
        let pages = layout(&order).expect("a layout");
        assert!(pages.iter().all(|page| (page.w, page.h) == (w, h)), "{paper:?}");
    }
}

#[test]
fn a_logo_is_an_svg_or_a_png_with_the_name_of_the_company() {
    for (kind, base64) in [(ImageKind::Svg, BASE64_STANDARD.encode(SVG)), (ImageKind::Png, PNG.to_owned())] {
        let order = with_logo(kind, base64);
        let set = typeset(&order).expect("a report");
        assert!(set.is_accessible && set.warnings.is_empty(), "{kind:?}: {:?}", set.warnings);
        let pages = layout(&order).expect("a layout");
        assert!(pages[0].boxes.iter().any(|placed| placed.kind == Kind::Image), "{kind:?}");
    }
}

#[test]
fn a_template_reads_colours_paper_and_fonts() {
    let mut order = templated(
        r#"#let look = json("look.json"); #look.brand #look.accent #look.paper #look.fonts.join("+") #look.logo"#,
    );
    order.look = Look {
        paper: Paper::Letter,
        brand: Colour([1, 2, 3]),
        accent: Colour([255, 0, 16]),
        font: Some("Own Sans".to_owned()),
    };
    assert_eq!(words(&order), "#010203 #ff0010 us-letter Own Sans+Inter+Noto Sans Arabic+Noto Sans Hebrew+Noto Emoji");
}

#[test]
fn a_colour_is_six_digits() {
    let read = |text: &str| serde_json::from_value::<Colour>(text.into());
    assert_eq!(read("#0F4c81").expect("a colour"), Colour([0x0f, 0x4c, 0x81]));
    for wrong in ["", "#", "0f4c81", "#0f4c8", "#0f4c811", "#0f4c8x", "#+f4c81", "red", "#éé"] {
        assert!(read(wrong).is_err(), "{wrong}");
    }
}

#[test]
fn a_font_of_the_company_comes_first() {
    let file = std::fs::read(concat!(env!("CARGO_MANIFEST_DIR"), "/fonts/NotoSansHebrew-Bold.ttf")).expect("a font");
    let mut order = order(sample("empty"));
    order.fonts = vec![BASE64_STANDARD.encode(file)];
    order.look.font = Some("Noto Sans Hebrew".to_owned());
    let set = typeset(&order).expect("a report");
    assert!(set.is_accessible && set.warnings.is_empty(), "{:?}", set.warnings);
    assert_ne!(set.pdf, typeset(&order.built_in()).expect("a report").pdf);
}

#[test]
fn a_font_that_cannot_be_read_is_remarked_and_the_built_in_ones_are_used() {
    let mut order = order(sample("empty"));
    order.fonts = vec!["AAAA".to_owned(), "no base64".to_owned()];
    let set = typeset(&order).expect("a report");
    assert!(set.is_accessible);
    assert_eq!(set.warnings.len(), 2, "{:?}", set.warnings);
}

#[test]
fn a_family_that_nobody_has_is_remarked() {
    let mut order = order(sample("empty"));
    order.look.font = Some("No Such Sans".to_owned());
    // What the engine says of it is not told where it could quote a name.
    for company in ["Example", "Such"] {
        order.sheet.company.text = company.to_owned();
        let set = typeset(&order).expect("a report");
        assert!(set.is_accessible);
        assert!(
            set.warnings.iter().any(|warning| warning.contains("the font \"No Such Sans\" is in no file")),
            "{:?}",
            set.warnings
        );
    }
    order.look.font = Some("inter".to_owned());
    assert_eq!(typeset(&order).expect("a report").warnings, Vec::<String>::new());
}

#[test]
fn the_built_in_order_has_nothing_of_the_company_but_paper_and_colours() {
    let mut own = with_logo(ImageKind::Svg, "?".to_owned());
    own.look = Look { paper: Paper::Letter, font: Some("Own Sans".to_owned()), ..Look::default() };
    own.template = Some("#panic()".to_owned());
    own.fonts = vec!["?".to_owned()];
    assert!(own.is_customised());
    let plain = own.built_in();
    assert!(!plain.is_customised());
    assert_eq!(plain.look.paper, Paper::Letter);
    assert!(typeset(&own).is_err() && typeset(&plain).is_ok());
}
