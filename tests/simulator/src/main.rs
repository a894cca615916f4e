//! The simulator as a program: started, it prints its address and answers until Ctrl-C.

use std::net::SocketAddr;
use std::path::PathBuf;

use clap::Parser;
use simulator::Options;

/// Genesys Cloud and Salesforce on one machine. Control it under /_sim/, look at it under /.
#[derive(Parser)]
#[command(version)]
struct Arguments {
    /// The address to listen on; port 0 takes a free one.
    #[arg(long, default_value = "127.0.0.1:0")]
    listen: SocketAddr,
    /// A file with two numbers, seconds ahead and speed, read at each use.
    #[arg(long)]
    clock_file: Option<PathBuf>,
    /// Decides ids, tokens and the order of bulk results.
    #[arg(long, default_value_t = 1)]
    seed: u64,
}

#[tokio::main(flavor = "current_thread")]
#[expect(clippy::print_stdout, reason = "a launcher reads the address from this line")]
async fn main() -> anyhow::Result<()> {
    let arguments = Arguments::parse();
    let simulator =
        simulator::start(Options { listen: arguments.listen, clock_file: arguments.clock_file, seed: arguments.seed })
            .await?;
    println!("simulator listening on {}", simulator.url);
    tokio::signal::ctrl_c().await?;
    simulator.stop();
    Ok(())
}
