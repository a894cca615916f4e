//! The tables, with the mail's own rows: by queue, by group, by medium, and what the day is compared with.

use report_pdf::sheet::{Cell, Row, Table, Tone};

use super::{gauges, name, page_tone};
use crate::page::names::isolated;
use crate::page::{self, Columns, Page};
use crate::report::{Line, Report};
use crate::words::NOTHING;

/// Where the service level stands among the cells of a queue or group.
const LEVEL_OF_QUEUE: usize = 1;
/// The same of a medium, whose share comes before it.
const LEVEL_OF_MEDIUM: usize = 2;

/// By queue; by group, where there is more than one; by medium.
pub(super) fn tables(report: &Report, page: &Page) -> Vec<Table> {
    let queues = page.queues.iter().zip(&report.queues).map(|(row, line)| of_queue(row, line));
    let groups = page.groups.iter().zip(&report.groups).map(|(row, line)| of_line(row, line, LEVEL_OF_QUEUE));
    let media = page.media.iter().zip(&report.media).map(|(row, line)| of_line(row, line, LEVEL_OF_MEDIUM));
    let by_queue = Table {
        note: page.headings.queues_order.clone(),
        total: Some(of_queue(&page.total, &report.total)),
        ..table("queues", &page.headings.queues, &page.columns, queues)
    };
    let by_queue = Table { heads: [by_queue.heads, vec![page.columns.change.clone()]].concat(), ..by_queue };
    let by_group = table("groups", &page.headings.groups, &page.group_columns, groups);
    let by_medium = table("media", &page.headings.media, &page.media_columns, media);
    [by_queue, by_group, by_medium].into_iter().filter(|table| !table.rows.is_empty()).collect()
}

/// What the day is compared with.
pub(super) fn trends(page: &Page) -> Table {
    let rows = page.trends.iter().map(|trend| Row {
        name: name(&trend.label),
        group: String::new(),
        note: trend.lacking.clone(),
        cells: trend.cells.iter().map(cell).collect(),
    });
    table("trends", &page.headings.trends, &page.trend_columns, rows)
}

fn table(id: &str, title: &str, columns: &Columns, rows: impl Iterator<Item = Row>) -> Table {
    let heads = std::iter::once(&columns.names).chain(&columns.heads).cloned().collect();
    Table { id: id.to_owned(), title: title.to_owned(), note: String::new(), heads, rows: rows.collect(), total: None }
}

fn of_line(row: &page::Row, line: &Line, level: usize) -> Row {
    let mut cells: Vec<Cell> = row.cells.iter().map(cell).collect();
    if let Some(cell) = cells.get_mut(level) {
        cell.gauge = gauges::service_level(line);
    }
    Row { name: name(&row.title), group: isolated(&row.group), note: row.missed.clone(), cells }
}

/// The last column says how much more came than a week before.
fn of_queue(row: &page::Row, line: &Line) -> Row {
    let mut shown = of_line(row, line, LEVEL_OF_QUEUE);
    let text = if row.change.is_empty() { NOTHING.to_owned() } else { row.change.clone() };
    shown.cells.push(Cell { text, tone: Tone::Plain, gauge: None });
    shown
}

fn cell(cell: &page::Cell) -> Cell {
    Cell { text: cell.text.clone(), tone: page_tone(cell.tone), gauge: None }
}
