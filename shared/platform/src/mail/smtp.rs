//! A mail server, by SMTP.
//!
//! ```text
//!  connect ─ TLS ─ AUTH ─ MAIL ─ RCPT … ─ DATA ─│─ message, "." ─ answer ─ QUIT
//!  whatever fails here: nothing was sent         │  no answer here: it may have been
//! ```
//!
//! Each step is taken here and not by the library's own `send`, because only the step tells whether a failure leaves
//! something behind. A recipient who is refused for good does not keep the mail from the others; one who is put off does,
//! for a later try can reach all of them. The connection is encrypted before anything is said on it, unless the server is
//! this machine. Servers send no events: whether a mail without an answer was taken stays unknown.

mod message;

use std::time::{Duration, Instant};

use lettre::transport::smtp::Error;
use lettre::transport::smtp::authentication::{Credentials, DEFAULT_MECHANISMS};
use lettre::transport::smtp::client::{AsyncSmtpConnection, TlsParameters};
use lettre::transport::smtp::commands::{Data, Mail, Rcpt};
use lettre::transport::smtp::extension::ClientId;
use secrecy::{ExposeSecret, SecretString};
use serde::{Deserialize, Deserializer};

use super::check::Checked;
use super::{MailError, Sent};
use crate::clock::Clock;
use crate::secret::Secrets;

const SERVICE: &str = "the mail server";
/// The port of servers that expect TLS from the first byte (RFC 8314); the others are asked for it by STARTTLS.
const PORT_OF_TLS: u16 = 465;
/// For the good manners at the end, when everything is done.
const QUIT_TIMEOUT: Duration = Duration::from_secs(1);
const REMEDY: &str = "check `user` and `password` in its secret";

/// Sends through the mail server that a secret names.
#[derive(Clone, Debug)]
pub struct Smtp {
    secrets: Secrets,
    secret_id: String,
    clock: Clock,
}

/// What the secret holds.
#[derive(Deserialize)]
struct Server {
    host: String,
    port: u16,
    user: Option<String>,
    #[serde(default, deserialize_with = "secret")]
    password: Option<SecretString>,
}

fn secret<'de, D: Deserializer<'de>>(deserializer: D) -> Result<Option<SecretString>, D::Error> {
    Ok(Option::<String>::deserialize(deserializer)?.map(SecretString::from))
}

/// How the connection is protected.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Protection {
    /// Not: the server is this machine.
    Loopback,
    /// TLS from the first byte.
    Tls,
    /// TLS before anything else is said, or nothing is said.
    StartTls,
}

impl Smtp {
    pub(crate) fn new(secrets: Secrets, secret_id: &str, clock: Clock) -> Self {
        Self { secrets, secret_id: secret_id.to_owned(), clock }
    }

    pub(super) async fn send(&self, mail: &Checked<'_>, timeout: Duration) -> Result<Sent, MailError> {
        let message_id = message::id(mail);
        let message = message::made(mail, &message_id, self.clock.now())?;
        let server = self.secrets.get::<Server>(&self.secret_id).await?;
        let protection = Protection::of(&server.host, server.port);
        let recipients_refused = deliver(&server, protection, mail, &message, timeout).await.inspect_err(|error| {
            // The next try reads the secret again: somebody may have put it right.
            if matches!(error, MailError::Denied { .. } | MailError::Misconfigured { .. }) {
                self.secrets.forget(&self.secret_id);
            }
        })?;
        Ok(Sent { message_id, recipients_refused })
    }
}

impl Protection {
    fn of(host: &str, port: u16) -> Self {
        let address = host.trim_matches(['[', ']']).parse::<std::net::IpAddr>();
        match port {
            _ if host == "localhost" || address.is_ok_and(|address| address.is_loopback()) => Self::Loopback,
            PORT_OF_TLS => Self::Tls,
            _ => Self::StartTls,
        }
    }
}

/// Hands the message over and says how many recipients were refused.
async fn deliver(
    server: &Server,
    protection: Protection,
    mail: &Checked<'_>,
    message: &[u8],
    timeout: Duration,
) -> Result<usize, MailError> {
    let begun = Instant::now();
    let (mut connection, refused) = tokio::time::timeout(timeout, prepare(server, protection, mail))
        .await
        .map_err(|_| MailError::busy(SERVICE, "time-out"))??;
    let answer = tokio::time::timeout(timeout.saturating_sub(begun.elapsed()), connection.message(message)).await;
    let answer = answer.map_err(|_| MailError::no_answer(SERVICE, "time-out"))?;
    answer.map_err(|error| match error.status() {
        Some(_) => refusal(&error),
        None => MailError::no_answer(SERVICE, "connection"),
    })?;
    tokio::time::timeout(QUIT_TIMEOUT, connection.quit()).await.ok();
    if refused > 0 {
        let recipients = mail.to.len();
        tracing::warn!(
            refused,
            recipients,
            "the mail server refused some of the recipients for good; correct the list"
        );
    }
    Ok(refused)
}

/// Everything up to the point where the server waits for the message.
async fn prepare(
    server: &Server,
    protection: Protection,
    mail: &Checked<'_>,
) -> Result<(AsyncSmtpConnection, usize), MailError> {
    let mut connection = connect(server, protection, mail.from.email.domain()).await?;
    match (&server.user, &server.password) {
        (Some(user), Some(password)) => {
            let credentials = Credentials::new(user.clone(), password.expose_secret().to_owned());
            connection.auth(DEFAULT_MECHANISMS, &credentials).await.map_err(|error| login_refusal(&error))?;
        }
        (None, None) => {}
        _ => return Err(MailError::misconfigured("the mail server's secret has only one of `user` and `password`")),
    }
    let from = Mail::new(Some(mail.from.email.clone()), Vec::new());
    connection.command(from).await.map_err(|error| refusal(&error))?;
    let mut refused = 0;
    for to in &mail.to {
        match connection.command(Rcpt::new(to.email.clone(), Vec::new())).await {
            Ok(_) => {}
            Err(error) if error.is_permanent() && refused + 1 < mail.to.len() => refused += 1,
            Err(error) => return Err(refusal(&error)),
        }
    }
    connection.command(Data).await.map_err(|error| refusal(&error))?;
    Ok((connection, refused))
}

async fn connect(server: &Server, protection: Protection, we: &str) -> Result<AsyncSmtpConnection, MailError> {
    let we = ClientId::Domain(we.to_owned());
    let host = server.host.trim_matches(['[', ']']);
    let tls = || TlsParameters::new(host.to_owned()).map_err(|_| no_tls(host));
    let at_once = if protection == Protection::Tls { Some(tls()?) } else { None };
    let mut connection = AsyncSmtpConnection::connect_tokio1((host, server.port), None, &we, at_once, None)
        .await
        .map_err(|error| if error.is_tls() { no_tls(host) } else { refusal(&error) })?;
    if protection == Protection::StartTls {
        if !connection.can_starttls() {
            return Err(no_tls(host));
        }
        connection
            .starttls(tls()?, &we)
            .await
            .map_err(|error| if error.is_tls() { no_tls(host) } else { refusal(&error) })?;
    }
    Ok(connection)
}

fn no_tls(host: &str) -> MailError {
    let what = format!("the mail server {host} does not speak TLS with us; check `host` and `port` in its secret");
    MailError::Misconfigured { what }
}

fn login_refusal(error: &Error) -> MailError {
    match error.status() {
        Some(code) if error.is_permanent() => {
            MailError::Denied { service: SERVICE, code: code.to_string(), remedy: REMEDY }
        }
        None if error.is_client() => {
            MailError::Denied { service: SERVICE, code: "no common way to log in".to_owned(), remedy: REMEDY }
        }
        _ => refusal(error),
    }
}

/// A failure before the message, or an answer to it: nothing was sent. Of the answer only the code is kept.
fn refusal(error: &Error) -> MailError {
    match error.status() {
        Some(code) if error.is_permanent() => MailError::refused(SERVICE, code.to_string()),
        Some(code) => MailError::busy(SERVICE, code.to_string()),
        None => MailError::busy(SERVICE, "connection"),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::mail::Mail;
    use crate::next::Next;
    use std::io::{Read, Write};

    /// A server with these answers, one for each piece that it hears; then it goes away and says what it heard.
    fn server(answers: &'static [&'static str]) -> (Server, std::thread::JoinHandle<String>) {
        let listener = std::net::TcpListener::bind("127.0.0.1:0").unwrap();
        let port = listener.local_addr().unwrap().port();
        let heard = std::thread::spawn(move || {
            let (mut stream, _) = listener.accept().unwrap();
            let mut heard = String::new();
            for answer in answers {
                stream.write_all(answer.as_bytes()).unwrap();
                let mut piece = [0; 4096];
                let length = stream.read(&mut piece).unwrap_or_default();
                heard.push_str(&String::from_utf8_lossy(&piece[..length]));
            }
            heard
        });
        let host = "127.0.0.1".to_owned();
        let password = Some(SecretString::from("hunter2"));
        (Server { host, port, user: Some("relay".to_owned()), password }, heard)
    }

    async fn failure(server: &Server, protection: Protection) -> MailError {
        let mail = Mail {
            from: "reports@example.com".to_owned(),
            to: vec!["ana@example.com".to_owned()],
            subject: "s".to_owned(),
            text: "t".to_owned(),
            html: None,
            attachments: Vec::new(),
            key: "k".to_owned(),
        };
        let checked = Checked::of(&mail).unwrap();
        deliver(server, protection, &checked, b"t", Duration::from_secs(10)).await.unwrap_err()
    }

    #[test]
    fn only_this_machine_is_spoken_to_in_the_clear() {
        let cases = [
            ("127.0.0.1", 25, Protection::Loopback),
            ("localhost", 2525, Protection::Loopback),
            ("[::1]", 25, Protection::Loopback),
            ("mail.example.com", 25, Protection::StartTls),
            ("mail.example.com", 587, Protection::StartTls),
            ("mail.example.com", 465, Protection::Tls),
            ("10.0.0.5", 25, Protection::StartTls),
            ("localhost.example.com", 25, Protection::StartTls),
            ("127.0.0.1.example.com", 465, Protection::Tls),
        ];
        for (host, port, protection) in cases {
            assert_eq!(Protection::of(host, port), protection, "{host}:{port}");
        }
    }

    #[tokio::test]
    async fn a_server_without_tls_hears_neither_password_nor_addresses() {
        let (server, heard) = server(&["220 hi\r\n", "250-hi\r\n250 AUTH PLAIN\r\n"]);
        let error = failure(&server, Protection::StartTls).await;
        assert!(error.to_string().contains("does not speak TLS with us"), "{error}");
        assert_eq!(error.next(), Next::StopAndAlert);
        assert_eq!(heard.join().unwrap(), "EHLO example.com\r\n");
    }

    #[tokio::test]
    async fn a_handshake_that_fails_ends_the_conversation() {
        let (offers, heard) = server(&["220 hi\r\n", "250-hi\r\n250 STARTTLS\r\n", "220 go\r\n", "no TLS\r\n"]);
        let error = failure(&offers, Protection::StartTls).await;
        assert_ne!(error.next(), Next::ReadBack, "{error}");
        let heard = heard.join().unwrap();
        assert!(heard.contains("STARTTLS") && !heard.contains("AUTH") && !heard.contains("MAIL"), "{heard}");

        let (speaks_first, heard) = server(&["220 hi\r\n"]);
        let error = failure(&speaks_first, Protection::Tls).await;
        assert_ne!(error.next(), Next::ReadBack, "{error}");
        assert!(!heard.join().unwrap().contains("EHLO"));
    }
}
