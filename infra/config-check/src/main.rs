//! `config-check`: finds mistakes in `infra/config`, or prints what goes to Parameter Store.

#![expect(clippy::print_stdout, clippy::print_stderr, reason = "a tool talks to the terminal")]

use std::path::PathBuf;
use std::process::ExitCode;

use anyhow::Context;
use clap::{Parser, Subcommand};

/// Checks every file of infra/config: unknown keys, wrong types, values out of range, queues that the stack does not get.
#[derive(Parser)]
struct Arguments {
    /// Folder with one TOML file per stage.
    #[arg(long, default_value = "infra/config", global = true)]
    folder: PathBuf,
    /// The parameters of each stage's stack.
    #[arg(long, default_value = "infra/samconfig.toml")]
    samconfig: PathBuf,
    #[command(subcommand)]
    command: Option<Command>,
}

#[derive(Subcommand)]
enum Command {
    /// Prints the text of one function's parameter in Parameter Store.
    Print {
        /// The stage: name of the file without `.toml`.
        #[arg(long)]
        stage: String,
        /// The function.
        #[arg(long)]
        function: String,
    },
}

fn main() -> ExitCode {
    let arguments = Arguments::parse();
    let outcome = match &arguments.command {
        None => check(&arguments),
        Some(Command::Print { stage, function }) => print(&arguments, stage, function),
    };
    outcome.unwrap_or_else(|error| {
        eprintln!("{error:#}");
        ExitCode::FAILURE
    })
}

fn check(arguments: &Arguments) -> anyhow::Result<ExitCode> {
    let faults = config_check::check_folder(&arguments.folder, &arguments.samconfig)?;
    for fault in &faults {
        eprintln!("{fault}\n");
    }
    if faults.is_empty() {
        println!("{}: no mistakes", arguments.folder.display());
        return Ok(ExitCode::SUCCESS);
    }
    eprintln!("{} to correct in {}", mistakes(faults.len()), arguments.folder.display());
    Ok(ExitCode::FAILURE)
}

fn mistakes(count: usize) -> String {
    if count == 1 { "1 mistake".to_owned() } else { format!("{count} mistakes") }
}

fn print(arguments: &Arguments, stage: &str, function: &str) -> anyhow::Result<ExitCode> {
    let known: Vec<_> = config_check::FUNCTIONS.iter().map(|function| function.name).collect();
    anyhow::ensure!(known.contains(&function), "there is no function {function}; there is {}", known.join(", "));
    let path = arguments.folder.join(format!("{stage}.toml"));
    let text = std::fs::read_to_string(&path).with_context(|| format!("{} cannot be read", path.display()))?;
    print!("{}", config_check::parameter_text(stage, function, &text)?);
    Ok(ExitCode::SUCCESS)
}
