//! How an event becomes one line of text.
//!
//! The fields of the surrounding spans come first, the event's own after them; a later field replaces an earlier one of
//! the same name, but none replaces the line's own: timestamp, level, message, function, stage. The field `report`
//! holds a run's result as JSON and is spread out, inner keys joined with dots.

use std::fmt::{Debug, Write as _};
use std::io::Write;
use std::sync::{Mutex, PoisonError};

use jiff::Timestamp;
use lambda_runtime::tracing::subscriber::registry::{LookupSpan, Scope};
use lambda_runtime::tracing::subscriber::{Layer, layer::Context};
use serde_json::Value;
use tracing::field::{Field, Visit};
use tracing::{Event, Subscriber, span};

use crate::clock::Clock;
use crate::settings::Stage;

/// Longest text in a field: enough for every sentence of ours; a line stays far below Lambda's 256 KiB.
const TEXT_CHARS_MAX: usize = 4_000;

/// Names that no field may take.
const RESERVED: [&str; 5] = ["timestamp", "level", "message", "function", "stage"];

/// The field that holds a run's result.
const REPORT: &str = "report";

/// For machines or for people.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Style {
    /// One JSON object.
    Json,
    /// Time, level, message, fields.
    Human,
}

/// Writes events as lines.
pub(super) struct Lines {
    function: &'static str,
    stage: Stage,
    clock: Clock,
    style: Style,
    out: Mutex<Box<dyn Write + Send>>,
}

impl Lines {
    pub(super) fn new(
        function: &'static str,
        stage: Stage,
        clock: Clock,
        style: Style,
        out: Box<dyn Write + Send>,
    ) -> Self {
        Self { function, stage, clock, style, out: Mutex::new(out) }
    }

    fn render(&self, level: &str, message: &str, fields: &Fields) -> String {
        let now = self.clock.now();
        match self.style {
            Style::Json => {
                let own = [("timestamp", time(now)), ("level", level.to_owned()), ("message", message.to_owned())];
                let place = [("function", self.function.to_owned()), ("stage", self.stage.as_str().to_owned())];
                json(own.into_iter().chain(place), fields)
            }
            Style::Human => human(now, level, message, fields),
        }
    }
}

impl<S: Subscriber + for<'a> LookupSpan<'a>> Layer<S> for Lines {
    fn on_new_span(&self, attributes: &span::Attributes<'_>, id: &span::Id, context: Context<'_, S>) {
        let mut fields = Fields::default();
        attributes.record(&mut fields);
        if let Some(span) = context.span(id) {
            span.extensions_mut().insert(fields);
        }
    }

    fn on_record(&self, id: &span::Id, values: &span::Record<'_>, context: Context<'_, S>) {
        let Some(span) = context.span(id) else { return };
        if let Some(fields) = span.extensions_mut().get_mut::<Fields>() {
            values.record(fields);
        }
    }

    fn on_event(&self, event: &Event<'_>, context: Context<'_, S>) {
        let mut fields = Fields::default();
        for span in context.event_scope(event).into_iter().flat_map(Scope::from_root) {
            if let Some(outer) = span.extensions().get::<Fields>() {
                outer.0.iter().for_each(|(name, value)| fields.set(name, value.clone()));
            }
        }
        event.record(&mut fields);
        let message = fields.take_message();
        let mut line = self.render(event.metadata().level().as_str(), &message, &fields);
        line.push('\n');
        // The text is complete before the lock is taken: nothing below can panic with it held.
        let mut out = self.out.lock().unwrap_or_else(PoisonError::into_inner);
        let _ = out.write_all(line.as_bytes()).and_then(|()| out.flush());
    }
}

/// The line of a function that does not start: there may be no subscriber and no known name yet (`function` empty).
pub(super) fn start_failed(function: &str, now: Timestamp, error: &str) -> Vec<u8> {
    let own = [("timestamp", time(now)), ("level", "ERROR".to_owned()), ("message", format!("cannot start: {error}"))];
    let place = (!function.is_empty()).then(|| ("function", function.to_owned()));
    let mut line = json(own.into_iter().chain(place), &Fields::default());
    line.push('\n');
    line.into_bytes()
}

/// Fields in the order in which they came, each name once.
#[derive(Default)]
struct Fields(Vec<(String, Value)>);

impl Fields {
    fn set(&mut self, name: &str, value: Value) {
        match self.0.iter_mut().find(|(known, _)| known == name) {
            Some((_, old)) => *old = value,
            None => self.0.push((name.to_owned(), value)),
        }
    }

    fn visit(&mut self, field: &Field, value: Value) {
        match (field.name(), value) {
            (REPORT, Value::String(text)) => self.spread(&text),
            // The runtime's own names, in our spelling.
            ("requestId", value) => self.set("request_id", value),
            ("xrayTraceId", value) => self.set("xray_trace_id", value),
            (name, Value::String(text)) => self.set(name, Value::String(shortened(text))),
            (name, value) => self.set(name, value),
        }
    }

    /// Spreads a JSON object out, so that every number can be queried by its name.
    fn spread(&mut self, text: &str) {
        match serde_json::from_str(text) {
            Ok(Value::Object(object)) => object.into_iter().for_each(|(name, value)| self.spread_value(&name, value)),
            _ => self.set(REPORT, Value::String("unreadable".to_owned())),
        }
    }

    fn spread_value(&mut self, name: &str, value: Value) {
        match value {
            Value::Object(inner) => {
                inner.into_iter().for_each(|(key, value)| self.spread_value(&format!("{name}.{key}"), value));
            }
            Value::Array(items) => {
                let lines: Vec<_> =
                    items.iter().map(|item| item.as_str().map_or_else(|| item.to_string(), str::to_owned)).collect();
                self.set(name, Value::String(shortened(lines.join("; "))));
            }
            value => self.set(name, value),
        }
    }

    fn take_message(&mut self) -> String {
        let place = self.0.iter().position(|(name, _)| name == "message");
        match place.map(|place| self.0.remove(place).1) {
            Some(Value::String(text)) => text,
            _ => String::new(),
        }
    }
}

impl Visit for Fields {
    fn record_f64(&mut self, field: &Field, value: f64) {
        self.visit(field, value.into());
    }
    fn record_i64(&mut self, field: &Field, value: i64) {
        self.visit(field, value.into());
    }
    fn record_u64(&mut self, field: &Field, value: u64) {
        self.visit(field, value.into());
    }
    fn record_u128(&mut self, field: &Field, value: u128) {
        // Durations in milliseconds come as u128 and always fit.
        self.visit(field, u64::try_from(value).unwrap_or(u64::MAX).into());
    }
    fn record_bool(&mut self, field: &Field, value: bool) {
        self.visit(field, value.into());
    }
    fn record_str(&mut self, field: &Field, value: &str) {
        self.visit(field, value.into());
    }
    fn record_error(&mut self, field: &Field, value: &(dyn std::error::Error + 'static)) {
        self.visit(field, value.to_string().into());
    }
    fn record_debug(&mut self, field: &Field, value: &dyn Debug) {
        self.visit(field, format!("{value:?}").into());
    }
}

fn json(own: impl Iterator<Item = (&'static str, String)>, fields: &Fields) -> String {
    let mut line = String::from("{");
    let mut add = |name: &str, value: &Value| {
        let comma = if line.len() > 1 { "," } else { "" };
        // Writing to a String cannot fail.
        let _ = write!(line, "{comma}{}:{value}", Value::String(name.to_owned()));
    };
    own.for_each(|(name, text)| add(name, &Value::String(text)));
    fields.0.iter().filter(|(name, _)| !RESERVED.contains(&name.as_str())).for_each(|(name, value)| add(name, value));
    line.push('}');
    line
}

fn human(now: Timestamp, level: &str, message: &str, fields: &Fields) -> String {
    let time = now.strftime("%H:%M:%S");
    let mut line = format!("{time} {level:<5} {message}");
    for (name, value) in fields.0.iter().filter(|(name, _)| name != "request_id" && name != "xray_trace_id") {
        let _ = match value {
            Value::String(text) => write!(line, "  {name}={text}"),
            value => write!(line, "  {name}={value}"),
        };
    }
    line
}

fn time(now: Timestamp) -> String {
    format!("{now:.3}")
}

fn shortened(text: String) -> String {
    match text.char_indices().nth(TEXT_CHARS_MAX) {
        Some((end, _)) => format!("{}…", &text[..end]),
        None => text,
    }
}
