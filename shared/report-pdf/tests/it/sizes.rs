//! From no queue to a thousand, the same bytes each time, and never a remark of the engine.

use report_pdf::{layout, typeset};

use crate::{day_of_queues, in_a_process, order, outside, sample, words};

/// What a function of 512 MB leaves, see the function's settings.
const MEMORY_MIB: u64 = 320;

#[test]
fn no_queue_one_twelve_and_a_hundred_are_reports_without_remarks() {
    for (queues, least) in [(0, 1), (1, 1), (12, 2), (100, 4)] {
        let set = typeset(&order(day_of_queues(queues))).expect("a report");
        assert!(set.is_accessible && set.replaced == 0, "{queues} queues: {:?}", set.warnings);
        assert_eq!(set.warnings, Vec::<String>::new(), "{queues} queues");
        assert!(set.pages >= least, "{queues} queues: {} pages", set.pages);
    }
}

#[test]
fn a_thousand_queues_fit_into_the_memory_of_a_function() {
    let mut big = order(day_of_queues(1_000));
    big.memory_mib = Some(MEMORY_MIB);
    let set = in_a_process(&big).expect("a report");
    assert!(set.is_accessible && set.warnings.is_empty(), "{:?}", set.warnings);
    assert!(set.pages >= 15, "{} pages", set.pages);
}

#[test]
fn every_sample_is_a_report_without_remarks() {
    for name in ["en", "pt-BR", "es", "fr-CA", "empty", "rtl-names"] {
        let set = typeset(&order(sample(name))).expect(name);
        assert!(set.is_accessible && set.replaced == 0 && set.warnings.is_empty(), "{name}: {:?}", set.warnings);
    }
}

#[test]
fn the_same_order_gives_the_same_bytes() {
    let order = order(sample("en"));
    let here = typeset(&order).expect("a report");
    assert_eq!(typeset(&order).as_ref(), Ok(&here));
    assert_eq!(in_a_process(&order), Ok(here), "in another process");
}

#[test]
fn another_day_is_another_file_also_in_its_identity() {
    let identity = |title: &str| {
        let mut sheet = sample("empty");
        sheet.document_title = title.to_owned();
        let pdf = typeset(&order(sheet)).expect("a report").pdf;
        let file = lopdf::Document::load_mem(&pdf).expect("a PDF");
        format!("{:?}", file.trailer.get(b"ID").expect("an identity"))
    };
    assert_ne!(identity("Monday"), identity("Tuesday"));
    assert_eq!(identity("Monday"), identity("Monday"));
}

#[test]
fn every_queue_of_a_hundred_stands_on_a_page_and_nothing_beyond_its_edge() {
    let order = order(day_of_queues(100));
    let pages = layout(&order).expect("a layout");
    assert!(pages.iter().all(|page| outside(page).is_empty()));
    let words = words(&order).replace(' ', "");
    let rows = &order.sheet.tables[0].rows;
    let lacking: Vec<_> =
        rows.iter().map(|row| &row.name.text).filter(|name| !words.contains(&name.replace(' ', ""))).collect();
    assert_eq!(lacking, Vec::<&String>::new());
}

/// A minus sign has three bytes, and is one sign.
#[test]
fn a_column_has_room_for_its_widest_figure() {
    let mut sheet = sample("en");
    for (index, row) in sheet.tables[0].rows.iter_mut().enumerate() {
        let cell = row.cells.last_mut().expect("a change");
        cell.text = if index == 1 { "+1,000.0%" } else { "−999.9%" }.to_owned();
    }
    let pages = layout(&order(sheet)).expect("a layout");
    let wide = pages.iter().find_map(|page| {
        let wide = page.boxes.iter().find(|placed| placed.text == "+1,000.0%")?;
        let before =
            page.boxes.iter().filter(|placed| (placed.y - wide.y).abs() < 4.0 && placed.x + placed.w < wide.x + 2.0);
        before.map(|placed| wide.x - placed.x - placed.w).reduce(f64::min)
    });
    assert!(wide.expect("a row with it") >= 8.5, "points between it and the figure before: {wide:?}");
}

#[test]
fn a_row_of_a_table_that_is_set_smaller_is_as_high_as_its_name() {
    let mut sheet = sample("en");
    for cell in sheet.tables[0].rows[0].cells.iter_mut().take(4) {
        cell.text = u64::MAX.to_string();
    }
    let rows: Vec<_> = sheet.tables[0].rows.iter().map(|row| row.name.text.clone()).collect();
    let pages = layout(&order(sheet)).expect("a layout");
    let top =
        |name: &String| pages[1..].iter().flat_map(|page| &page.boxes).find(|placed| placed.text.trim_end() == name);
    let tops: Vec<f64> = rows.iter().filter_map(top).map(|placed| placed.y).collect();
    let heights: Vec<f64> = tops.windows(2).map(|pair| pair[1] - pair[0]).filter(|height| *height > 0.0).collect();
    assert!(heights.len() > 6 && heights.iter().all(|height| *height < 15.0), "{heights:?}");
}

#[test]
fn a_row_that_is_higher_than_a_page_goes_on_on_the_next_one() {
    let mut order = order(sample("en"));
    order.sheet.tables[0].rows[1].group = "word ".repeat(800);
    let pages = layout(&order).expect("a layout");
    assert!(pages.iter().all(|page| outside(page).is_empty()));
    assert!(words(&order).matches("word").count() >= 800);
}

#[test]
fn a_company_of_signs_that_are_put_together_has_room_in_the_head() {
    let company = |name: String| {
        let mut order = order(day_of_queues(40));
        order.sheet.company.text = name;
        words(&order).contains('…')
    };
    assert!(!company(format!("Contact Centre {}", "👨\u{200d}👩\u{200d}👧\u{200d}👦".repeat(4))));
    assert!(company("Contact Centre ".repeat(9)), "what has none is shortened");
}
