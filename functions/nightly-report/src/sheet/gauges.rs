//! How far figures are from their targets, as lengths.
//!
//! A share that should be high stands on a scale from nothing to all. What should be low, a time or a share of losses,
//! stands on one from nothing to twice its target, so that the target is in the middle.

use report_pdf::sheet::Gauge;

use crate::rate::Share;
use crate::report::{Line, Report};
use crate::targets::Target;

/// Those of the large figures, in their order: conversations have no target.
pub(super) fn cards(report: &Report) -> [Option<Gauge>; 4] {
    let (Line { figures, .. }, Target { handle_seconds, abandon_rate, .. }) = (&report.total, report.target);
    let handle_time = figures.handle_time.and_then(|mean| low(mean.seconds(), handle_seconds.into()));
    let lost = figures.abandon_rate.and_then(|share| low(share.value(), abandon_rate));
    [None, service_level(&report.total), handle_time, lost]
}

/// That of a line's service level.
pub(super) fn service_level(line: &Line) -> Option<Gauge> {
    let share = line.figures.service_level.map(Share::value)?;
    Some(Gauge { at: share.min(1.0), target: line.target.service_level })
}

fn low(figure: f64, target: f64) -> Option<Gauge> {
    (target > 0.0).then(|| Gauge { at: (figure / (2.0 * target)).min(1.0), target: 0.5 })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_should_be_low_has_its_target_in_the_middle() {
        let at = |figure, target| low(figure, target).map(|gauge| (gauge.at * 100.0).round());
        assert_eq!((at(300.0, 600.0), at(600.0, 600.0), at(9_000.0, 600.0)), (Some(25.0), Some(50.0), Some(100.0)));
        assert_eq!(low(0.1, 0.0), None, "a target of nothing has no scale");
    }
}
