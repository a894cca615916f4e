//! What can go wrong in a night, and what follows.

use platform::archive::ArchiveError;
use platform::next::Next;
use platform::table::StateError;
use platform::telemetry::Panicked;
use platform::vendor::CallError;

use crate::day::Stray;
use crate::history::HistoryError;
use crate::render::RenderError;
use crate::report::ReportError;

/// What can go wrong in a night.
#[derive(Debug, thiserror::Error)]
pub(crate) enum NightError {
    #[error(transparent)]
    Vendor(#[from] CallError),
    #[error(transparent)]
    Archive(#[from] ArchiveError),
    #[error(transparent)]
    State(#[from] StateError),
    #[error("{day}: {error}")]
    History { day: jiff::civil::Date, error: HistoryError },
    #[error(transparent)]
    Stray(#[from] Stray),
    #[error(transparent)]
    Render(#[from] RenderError),
    #[error(
        "the report of {day} is not in the archive; read the day again: invoke nightly-report with {{\"date\":\"{day}\"}}"
    )]
    NoReport { day: jiff::civil::Date },
    #[error("{day}: {error}; read the day again: invoke nightly-report with {{\"date\":\"{day}\"}}")]
    Report { day: jiff::civil::Date, error: ReportError },
    #[error("{day} is not over yet in the zone of the report")]
    NotOver { day: jiff::civil::Date },
    #[error(transparent)]
    Panicked(#[from] Panicked),
}

impl NightError {
    /// The one place where a failure becomes a decision.
    pub(crate) fn next(&self) -> Next {
        match self {
            Self::Vendor(error) => error.next(),
            Self::Archive(error) => error.next(),
            Self::State(error) => error.next(),
            Self::Stray(_) => Next::RetryAfter(platform::retry::RETRY_AFTER_DEFAULT),
            Self::History { .. }
            | Self::Render(_)
            | Self::NoReport { .. }
            | Self::Report { .. }
            | Self::NotOver { .. }
            | Self::Panicked(_) => Next::StopAndAlert,
        }
    }

    /// The reason in a word, for counts.
    pub(crate) fn name(&self) -> &'static str {
        match self {
            Self::Vendor(error) => error.reason(),
            Self::Archive(error) => error.name(),
            Self::State(StateError::Fenced) => "overtaken",
            Self::State(_) => "state",
            Self::History { .. } => "archived_day",
            Self::Stray(_) => "stray_answer",
            Self::Render(_) => "render",
            Self::NoReport { .. } => "no_report",
            Self::Report { .. } => "archived_report",
            Self::NotOver { .. } => "not_over",
            Self::Panicked(_) => "panicked",
        }
    }
}
