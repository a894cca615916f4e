//! Typesets a report in a process of its own: this same program, started once more with the word [`VERB`].
//!
//! A template may come from a company and may loop, eat memory or fail, and so may the engine with a report that nobody
//! thought of. What happens to the process does not happen to the run: it gets an order and nothing else, no environment
//! and so no credentials, bounds its own memory, and is killed when its time is up. The run without a PDF goes on.

use std::io;
use std::path::PathBuf;
use std::process::{ExitCode, Stdio};
use std::time::Duration;

use report_pdf::child::{self, ChildError};
use report_pdf::{Order, Typeset};
use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::process::{Child, Command};

/// The first argument of a program that is to typeset.
pub const VERB: &str = "typeset";

/// The longest that one report may take. A thousand queues take two seconds of a function with 512 MB.
pub const TIME_LIMIT: Duration = Duration::from_secs(20);

/// Bytes of an answer: as large an object as the archive reads. A thousand queues make a tenth of it.
const ANSWER_BYTES_MAX: u64 = 16 * 1024 * 1024;

/// Memory that the run keeps for itself. With what a thousand queues need in the run, half of it is left.
const KEPT_MIB: u64 = 192;

/// How the process is started.
#[derive(Clone, Debug)]
pub struct Typesetter {
    program: PathBuf,
    arguments: Vec<String>,
    time_limit: Duration,
    memory_mib: Option<u64>,
}

/// Why there is no PDF.
#[derive(Debug, thiserror::Error)]
pub enum TypesetterError {
    /// There is no process.
    #[error("the process that typesets could not be started or spoken to ({0}); look at the function's image")]
    NoProcess(io::ErrorKind),
    /// It was killed.
    #[error("typesetting took longer than {0:?} and was ended")]
    TooSlow(Duration),
    /// It was not started, or had less time than it may take and needed more.
    #[error("too little time of this invocation is left for a PDF")]
    NoTime,
    /// It wrote without end.
    #[error("the answer of the process that typesets has more than {ANSWER_BYTES_MAX} bytes")]
    TooLarge,
    /// It says so, or it ended early.
    #[error(transparent)]
    Failed(#[from] ChildError),
}

/// This process is the one that typesets: an order comes in by its standard input. Nothing else of the function starts.
pub fn be_the_child() -> ExitCode {
    match child::run(io::stdin().lock(), io::stdout().lock()) {
        Ok(()) => ExitCode::SUCCESS,
        Err(_) => ExitCode::FAILURE, // nobody reads why; whoever started it sees the answer that is not there
    }
}

impl Typesetter {
    /// `program`, started with [`VERB`]. `function_memory_mib` is what the function has in all; `None`: nobody bounds it.
    pub fn new(program: PathBuf, function_memory_mib: Option<u64>) -> Self {
        let memory_mib = function_memory_mib.map(|all| all.saturating_sub(KEPT_MIB));
        Self { program, arguments: vec![VERB.to_owned()], time_limit: TIME_LIMIT, memory_mib }
    }

    /// The same program with other arguments and another limit, so that a test need not wait for twenty seconds.
    #[must_use]
    pub fn started(self, arguments: &[&str], time_limit: Duration) -> Self {
        Self { arguments: arguments.iter().map(|one| (*one).to_owned()).collect(), time_limit, ..self }
    }

    /// The longest that a report may take here.
    pub fn time_limit(&self) -> Duration {
        self.time_limit
    }

    /// Typesets `order` within `time_limit`. Whatever comes of it, the process is gone afterwards.
    ///
    /// # Errors
    /// [`TypesetterError`]: the next to try is [`Order::built_in`], and after it a report without pages.
    pub async fn typeset(&self, mut order: Order, time_limit: Duration) -> Result<Typeset, TypesetterError> {
        order.memory_mib = self.memory_mib;
        let json = serde_json::to_vec(&order).map_err(|_| TypesetterError::NoProcess(io::ErrorKind::InvalidInput))?;
        drop(order); // a company's fonts are in it, and now in the JSON
        let mut process = self.start().map_err(|error| TypesetterError::NoProcess(error.kind()))?;
        let spoken = tokio::time::timeout(time_limit, speak(&mut process, &json)).await;
        let _ = process.kill().await; // It may have ended by itself, which is as good.
        let answer = spoken.map_err(|_| TypesetterError::TooSlow(time_limit))??;
        Ok(child::answer(&answer)?)
    }

    fn start(&self) -> io::Result<Child> {
        Command::new(&self.program)
            .args(&self.arguments)
            .env_clear()
            .envs(child::ENVIRONMENT)
            .stdin(Stdio::piped())
            .stdout(Stdio::piped())
            .stderr(Stdio::null()) // what it says there may quote the report
            .kill_on_drop(true)
            .spawn()
    }
}

/// Gives the process its order, and takes what it answers.
async fn speak(process: &mut Child, order: &[u8]) -> Result<Vec<u8>, TypesetterError> {
    let (Some(mut stdin), Some(stdout)) = (process.stdin.take(), process.stdout.take()) else {
        return Err(TypesetterError::NoProcess(io::ErrorKind::BrokenPipe));
    };
    let give = async {
        // A process that ends before it has read all of it says why by its answer.
        let _ = stdin.write_all(order).await;
        drop(stdin);
    };
    let mut answer = Vec::new();
    let mut bounded = stdout.take(ANSWER_BYTES_MAX + 1);
    let ((), taken) = tokio::join!(give, bounded.read_to_end(&mut answer));
    taken.map_err(|error| TypesetterError::NoProcess(error.kind()))?;
    if answer.len() as u64 > ANSWER_BYTES_MAX { Err(TypesetterError::TooLarge) } else { Ok(answer) }
}
