//! A mail server on this machine that says what a test tells it to say.
//!
//! One connection after another, each line of the client noted. Whatever a test does not speak about is taken.

use std::io::{BufRead, BufReader, Write};
use std::net::{TcpListener, TcpStream};
use std::sync::{Arc, Mutex};

/// Closes the connection in place of an answer.
pub(crate) const CLOSE: &str = "close";
/// Says nothing in place of an answer, until the client goes away.
pub(crate) const SILENCE: &str = "silence";

/// How the end of the message is called in the answers.
pub(crate) const MESSAGE: &str = ".";

/// What the client said: its commands, with the whole message as one of them.
type Heard = Arc<Mutex<Vec<String>>>;
/// What the server answers to commands that begin so.
pub(crate) type Answers = &'static [(&'static str, &'static str)];

/// One mail server.
pub(crate) struct SmtpDesk {
    pub(crate) port: u16,
    heard: Heard,
}

impl SmtpDesk {
    /// A server with these answers to commands that begin so.
    pub(crate) fn answering(answers: Answers) -> Self {
        let listener = TcpListener::bind("127.0.0.1:0").unwrap();
        let port = listener.local_addr().unwrap().port();
        let heard = Heard::default();
        let hears = heard.clone();
        std::thread::spawn(move || {
            for stream in listener.incoming() {
                // A client that goes away ends its connection and nothing else.
                serve(&stream.unwrap(), answers, &hears).ok();
            }
        });
        Self { port, heard }
    }

    /// Every command so far.
    pub(crate) fn heard(&self) -> Vec<String> {
        self.heard.lock().unwrap().clone()
    }

    /// The messages that the client ended with a dot, whether they were taken or not.
    pub(crate) fn messages(&self) -> Vec<String> {
        self.heard().into_iter().filter(|line| line.contains("\r\n")).collect()
    }
}

fn serve(stream: &TcpStream, answers: Answers, heard: &Heard) -> std::io::Result<()> {
    let mut lines = BufReader::new(stream);
    let mut command = "GREETING".to_owned();
    loop {
        let kind = if command.contains("\r\n") { MESSAGE } else { command.as_str() };
        let answer = answers.iter().find(|(begins, _)| kind.starts_with(begins)).map(|(_, answer)| *answer);
        match answer.unwrap_or_else(|| usual(kind)) {
            CLOSE => return Ok(()),
            SILENCE => {}
            answer => (&mut &*stream).write_all(format!("{answer}\r\n").as_bytes())?,
        }
        let message_follows = kind == "DATA" && answer.is_none();
        command = if message_follows { message(&mut lines)? } else { line(&mut lines)? };
        if command.is_empty() {
            return Ok(());
        }
        heard.lock().unwrap().push(command.clone());
    }
}

fn usual(command: &str) -> &'static str {
    match command {
        "GREETING" => "220 mail.example.com",
        "DATA" => "354 go on",
        "QUIT" => "221 bye",
        _ if command.starts_with("EHLO") => "250-mail.example.com\r\n250 AUTH PLAIN",
        _ if command.starts_with("AUTH") => "235 welcome",
        _ => "250 ok",
    }
}

fn line(lines: &mut impl BufRead) -> std::io::Result<String> {
    let mut line = String::new();
    lines.read_line(&mut line)?;
    Ok(line.trim_end().to_owned())
}

/// The message, without the stuffing of lines that begin with a dot; empty when it breaks off.
fn message(lines: &mut impl BufRead) -> std::io::Result<String> {
    let mut message = String::new();
    loop {
        let mut line = String::new();
        if lines.read_line(&mut line)? == 0 {
            return Ok(String::new());
        }
        if line == ".\r\n" {
            return Ok(message);
        }
        message.push_str(line.strip_prefix('.').unwrap_or(&line));
    }
}
