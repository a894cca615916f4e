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
    #[arg(long, default_value = "127.0.0.1:0", conflicts_with = "port")]
    listen: SocketAddr,
    /// The port on this machine alone: short for --listen 127.0.0.1:PORT.
    #[arg(long)]
    port: Option<u16>,
    /// A file with two numbers, seconds ahead and speed, read at each use.
    #[arg(long)]
    clock_file: Option<PathBuf>,
    /// Decides ids, tokens and the order of bulk results.
    #[arg(long, default_value_t = 1)]
    seed: u64,
    /// A fault from the start, may be repeated: a file with JSON rules, or `answer_lost:operation=contacts_bulk_add,calls=2`.
    #[arg(long = "faults", value_name = "FILE|NAME[:SETTING=VALUE,…]")]
    faults: Vec<String>,
}

impl Arguments {
    fn options(self) -> Options {
        let listen = self.port.map_or(self.listen, |port| SocketAddr::from(([127, 0, 0, 1], port)));
        Options { listen, clock_file: self.clock_file, seed: self.seed, faults: self.faults }
    }
}

#[tokio::main(flavor = "current_thread")]
#[expect(clippy::print_stdout, reason = "a launcher reads the address from this line")]
async fn main() -> anyhow::Result<()> {
    let simulator = simulator::start(Arguments::parse().options()).await?;
    println!("simulator listening on {}", simulator.url);
    tokio::signal::ctrl_c().await?;
    simulator.stop();
    Ok(())
}
