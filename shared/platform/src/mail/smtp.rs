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
#[cfg(test)]
mod tests;

use std::net::IpAddr;
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

/// How the connection is protected, and whom we trust.
enum Protection {
    /// Not: the server is this machine.
    Loopback,
    /// TLS from the first byte.
    Tls(TlsParameters),
    /// TLS before anything else is said, or nothing is said.
    StartTls(TlsParameters),
}

impl Smtp {
    pub(crate) fn new(secrets: Secrets, secret_id: &str, clock: Clock) -> Self {
        Self { secrets, secret_id: secret_id.to_owned(), clock }
    }

    pub(super) async fn send(&self, mail: &Checked<'_>, timeout: Duration) -> Result<Sent, MailError> {
        let message_id = message::id(mail);
        let message = message::made(mail, &message_id, self.clock.now())?;
        let server = self.secrets.get::<Server>(&self.secret_id).await?;
        let protection = Protection::of(server.host(), server.port)?;
        let recipients_refused = deliver(&server, &protection, mail, &message, timeout).await.inspect_err(|error| {
            // The next try reads the secret again: somebody may have put it right.
            if matches!(error, MailError::Denied { .. } | MailError::Misconfigured { .. }) {
                self.secrets.forget(&self.secret_id);
            }
        })?;
        Ok(Sent { message_id, recipients_refused })
    }
}

impl Server {
    /// The host, without the brackets that an address of version 6 may have.
    fn host(&self) -> &str {
        self.host.trim_matches(['[', ']'])
    }
}

impl Protection {
    fn of(host: &str, port: u16) -> Result<Self, MailError> {
        let is_this_machine = host.parse::<IpAddr>().map_or(host == "localhost", |address| address.is_loopback());
        if is_this_machine {
            return Ok(Self::Loopback);
        }
        let trust = TlsParameters::new(host.to_owned()).map_err(|_| no_tls(host))?;
        Ok(if port == PORT_OF_TLS { Self::Tls(trust) } else { Self::StartTls(trust) })
    }
}

/// Hands the message over and says how many recipients were refused.
async fn deliver(
    server: &Server,
    protection: &Protection,
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
    protection: &Protection,
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

async fn connect(server: &Server, protection: &Protection, we: &str) -> Result<AsyncSmtpConnection, MailError> {
    let we = ClientId::Domain(we.to_owned());
    let at_once = if let Protection::Tls(trust) = protection { Some(trust.clone()) } else { None };
    let connected = AsyncSmtpConnection::connect_tokio1((server.host(), server.port), None, &we, at_once, None).await;
    let mut connection = connected.map_err(|error| tls_refusal(server, &error))?;
    if let Protection::StartTls(trust) = protection {
        if !connection.can_starttls() {
            return Err(no_tls(server.host()));
        }
        connection.starttls(trust.clone(), &we).await.map_err(|error| tls_refusal(server, &error))?;
    }
    Ok(connection)
}

fn tls_refusal(server: &Server, error: &Error) -> MailError {
    if error.is_tls() { no_tls(server.host()) } else { refusal(error) }
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
