//! What is written in a chart, and where.

use report_pdf::{Kind, Placed, Sheet, layout};

use crate::{order, sample};

/// The texts of all pages that say this, from the first chart to the last.
fn saying(sheet: &Sheet, text: &str) -> Vec<Placed> {
    let pages = layout(&order(sheet.clone())).expect("a layout");
    let boxes = pages.into_iter().flat_map(|page| page.boxes);
    boxes.filter(|placed| placed.kind == Kind::Text && placed.text == text).collect()
}

/// Today's figure may be anywhere near the target: its label stays where it is, and the target's keeps clear of it.
#[test]
fn the_target_stands_at_the_end_of_its_line_and_clear_of_todays_figure() {
    let mut sheet = sample("en");
    for shift in [-0.4, -0.1, -0.02, 0.0, 0.02, 0.1, 0.4] {
        for chart in &mut sheet.charts {
            let target = chart.target.as_mut().expect("a target");
            (target.at, target.text) = (0.5, "at least this".to_owned());
            let today = chart.points.last_mut().expect("a day");
            (today.level, today.level_text) = (Some(0.5 + shift), "today here".to_owned());
        }
        let (targets, todays) = (saying(&sheet, "at least this"), saying(&sheet, "today here"));
        assert_eq!((targets.len(), todays.len()), (3, 3), "each chart has both");
        for (target, today) in targets.iter().zip(&todays) {
            assert!((target.x - today.x).abs() < 1.0, "both at the right of the lines: {target:?} {today:?}");
            let gap = (target.y - today.y).abs() - target.h.max(today.h);
            assert!(gap > 0.0, "{shift}: {target:?} on {today:?}");
            assert!(gap < 20.0, "{shift}: far from its line: {target:?}, {today:?}");
            assert_eq!(target.y > today.y, shift > 0.0, "{shift}: on its own side of it");
        }
    }
}

#[test]
fn a_chart_without_a_target_has_none_written() {
    let mut sheet = sample("en");
    let text = "at least this".to_owned();
    sheet.charts.iter_mut().flat_map(|chart| &mut chart.target).for_each(|target| target.text.clone_from(&text));
    sheet.charts[0].target = None;
    assert_eq!(saying(&sheet, &text).len(), 2);
}
