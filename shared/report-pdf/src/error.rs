//! Why there is no PDF. The messages are for the person who writes a template: line and reason. They also land in logs, so
//! a reason that repeats a name from the sheet is held back.

use serde::{Deserialize, Serialize};
use typst::WorldExt;
use typst::diag::SourceDiagnostic;

use crate::names::Names;
use crate::world::Engine;

/// An order could not be typeset. Every variant is final for this order; [`Order::built_in`](crate::Order::built_in) is
/// what to try next.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error, Serialize, Deserialize)]
#[serde(tag = "kind", content = "faults", rename_all = "snake_case")]
pub enum TypesetError {
    /// The template is wrong: mend these places.
    #[error("the template cannot be typeset: {}", told(.0))]
    Template(Vec<Fault>),
    /// No PDF could be written, not even one without a standard.
    #[error("the pages cannot be written as a PDF: {}", told(.0))]
    Export(Vec<Fault>),
    /// The logo is not base64.
    #[error("the logo cannot be read: send the bytes of an SVG or PNG file in base64")]
    Logo,
    /// The engine gave up on what it should have refused.
    #[error("the engine gave up; try the built-in template")]
    Panicked,
}

/// A place of a template, and what is wrong there.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Fault {
    /// Line of the template, from 1; `None` where no single line is to blame.
    pub line: Option<usize>,
    /// The engine's reason, and its advice.
    pub reason: String,
}

impl std::fmt::Display for Fault {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        match self.line {
            Some(line) => write!(f, "line {line}: {}", self.reason),
            None => f.write_str(&self.reason),
        }
    }
}

/// What is told where a message quotes what the template read from the sheet.
const WITHHELD: &str = "the reason quotes a name of the report and is not told; try the template with sample data";

/// How many faults are told: the later ones mostly follow from the first.
const FAULTS_MAX: usize = 5;

impl Fault {
    /// The faults behind what the engine says.
    pub(crate) fn list(engine: &Engine, said: &[SourceDiagnostic]) -> Vec<Self> {
        if said.is_empty() {
            return Vec::new();
        }
        let names = engine.names();
        said.iter().take(FAULTS_MAX).map(|one| Self::new(engine, &names, one)).collect()
    }

    fn new(engine: &Engine, names: &Names, said: &SourceDiagnostic) -> Self {
        let traced = said.trace.iter().map(|point| point.span.into());
        let line = std::iter::once(said.span).chain(traced).find_map(|span| {
            let start = engine.range(span)?.start;
            engine.line(span.id()?, start)
        });
        let hints = said.hints.iter().map(|hint| hint.v.as_str());
        if std::iter::once(said.message.as_str()).chain(hints.clone()).any(|message| names.are_quoted_by(message)) {
            return Self { line, reason: WITHHELD.to_owned() };
        }
        let hints = hints.map(|hint| format!(" ({hint})"));
        Self { line, reason: std::iter::once(said.message.to_string()).chain(hints).collect() }
    }
}

fn told(faults: &[Fault]) -> String {
    faults.iter().map(Fault::to_string).collect::<Vec<_>>().join("; ")
}
