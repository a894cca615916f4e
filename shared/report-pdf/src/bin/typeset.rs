//! The process that typesets, as a program of its own: `typeset < order.json > answer`. A function is this process itself
//! when it is started for it; this one is for tests and for whoever tries a template.

fn main() -> std::io::Result<()> {
    report_pdf::child::run(std::io::stdin().lock(), std::io::stdout().lock())
}
