//! What is said in the clear, and what only behind TLS.

use std::io::{Read, Write};
use std::sync::Arc;

use lettre::transport::smtp::client::Certificate;
use tokio::io::{AsyncBufReadExt, AsyncRead, AsyncWrite, AsyncWriteExt, BufReader};
use tokio_rustls::TlsAcceptor;
use tokio_rustls::rustls::crypto::aws_lc_rs;
use tokio_rustls::rustls::pki_types::PrivateKeyDer;
use tokio_rustls::rustls::{ALL_VERSIONS, ServerConfig};

use super::*;
use crate::mail;
use crate::next::Next;

const HOST: &str = "127.0.0.1";

fn server_at(port: u16) -> Server {
    let password = Some(SecretString::from("hunter2"));
    Server { host: HOST.to_owned(), port, user: Some("relay".to_owned()), password }
}

/// A server with these answers, one for each piece that it hears; then it goes away and says what it heard.
fn in_the_clear(answers: &'static [&'static str]) -> (Server, std::thread::JoinHandle<String>) {
    let listener = std::net::TcpListener::bind((HOST, 0)).unwrap();
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
    (server_at(port), heard)
}

/// A server with a certificate, and the trust in it. `hears` gets each line with whether it came encrypted.
struct WithTls {
    server: Server,
    trust: TlsParameters,
    heard: tokio::task::JoinHandle<Vec<(bool, String)>>,
}

async fn with_tls(from_the_first_byte: bool) -> WithTls {
    let certified = rcgen::generate_simple_self_signed(vec![HOST.to_owned()]).unwrap();
    let certificate = certified.cert.der().clone();
    let key = PrivateKeyDer::try_from(certified.signing_key.serialize_der()).unwrap();
    let config = ServerConfig::builder_with_provider(Arc::new(aws_lc_rs::default_provider()));
    let config = config.with_protocol_versions(ALL_VERSIONS).unwrap().with_no_client_auth();
    let config = config.with_single_cert(vec![certificate.clone()], key).unwrap();
    let acceptor = TlsAcceptor::from(Arc::new(config));
    let listener = tokio::net::TcpListener::bind((HOST, 0)).await.unwrap();
    let server = server_at(listener.local_addr().unwrap().port());
    let heard = tokio::spawn(async move {
        let (mut stream, _) = listener.accept().await.unwrap();
        let mut heard = Vec::new();
        if !from_the_first_byte {
            converse(&mut stream, false, &mut heard).await;
        }
        // A client that does not trust us goes away here.
        if let Ok(mut stream) = acceptor.accept(stream).await {
            converse(&mut stream, true, &mut heard).await;
        }
        heard
    });
    let root = Certificate::from_der(certificate.to_vec()).unwrap();
    let trust = TlsParameters::builder(HOST.to_owned()).add_root_certificate(root).build().unwrap();
    WithTls { server, trust, heard }
}

/// Takes everything until the client leaves, or asks for TLS.
async fn converse<S: AsyncRead + AsyncWrite + Unpin>(stream: &mut S, encrypted: bool, heard: &mut Vec<(bool, String)>) {
    let mut lines = BufReader::new(stream);
    let after_starttls = encrypted && heard.iter().any(|(_, line)| line == "STARTTLS");
    if !after_starttls {
        lines.write_all(b"220 hi\r\n").await.unwrap();
    }
    let mut line = String::new();
    while lines.read_line(&mut line).await.unwrap_or_default() > 0 {
        let command = std::mem::take(&mut line).trim_end().to_owned();
        let answer = match command.as_str() {
            "DATA" => "354 go on",
            "STARTTLS" => "220 go on",
            "QUIT" => "221 bye",
            _ if command.starts_with("EHLO") => "250-hi\r\n250-STARTTLS\r\n250 AUTH PLAIN",
            _ if command.starts_with("AUTH") => "235 welcome",
            _ => "250 ok",
        };
        // Of the message only the end has an answer.
        if command != "t" {
            lines.write_all(format!("{answer}\r\n").as_bytes()).await.unwrap();
            lines.flush().await.unwrap();
        }
        let is_over = command == "STARTTLS";
        heard.push((encrypted, command));
        if is_over {
            return;
        }
    }
}

async fn send(server: &Server, protection: &Protection) -> Result<usize, MailError> {
    let mail = mail::Mail {
        from: "reports@example.com".to_owned(),
        to: vec!["ana@example.com".to_owned()],
        subject: "s".to_owned(),
        text: "t".to_owned(),
        html: None,
        attachments: Vec::new(),
        key: "k".to_owned(),
    };
    let checked = Checked::of(&mail).unwrap();
    deliver(server, protection, &checked, b"t", Duration::from_secs(10)).await
}

fn trust() -> TlsParameters {
    TlsParameters::new(HOST.to_owned()).unwrap()
}

#[test]
fn only_this_machine_is_spoken_to_in_the_clear() {
    let cases = [
        ("127.0.0.1", 25, "clear"),
        ("localhost", 2525, "clear"),
        ("::1", 465, "clear"),
        ("mail.example.com", 25, "starttls"),
        ("mail.example.com", 587, "starttls"),
        ("mail.example.com", 465, "tls"),
        ("10.0.0.5", 25, "starttls"),
        ("localhost.example.com", 25, "starttls"),
        ("127.0.0.1.example.com", 465, "tls"),
    ];
    for (host, port, protection) in cases {
        let found = match Protection::of(host, port).unwrap() {
            Protection::Loopback => "clear",
            Protection::Tls(_) => "tls",
            Protection::StartTls(_) => "starttls",
        };
        assert_eq!(found, protection, "{host}:{port}");
    }
}

#[tokio::test]
async fn a_server_without_tls_hears_neither_password_nor_addresses() {
    let (server, heard) = in_the_clear(&["220 hi\r\n", "250-hi\r\n250 AUTH PLAIN\r\n"]);
    let error = send(&server, &Protection::StartTls(trust())).await.unwrap_err();
    assert!(error.to_string().contains("does not speak TLS with us"), "{error}");
    assert_eq!(error.next(), Next::StopAndAlert);
    assert_eq!(heard.join().unwrap(), "EHLO example.com\r\n");
}

#[tokio::test]
async fn a_handshake_that_fails_ends_the_conversation() {
    let (offers, heard) = in_the_clear(&["220 hi\r\n", "250-hi\r\n250 STARTTLS\r\n", "220 go\r\n", "no TLS\r\n"]);
    let error = send(&offers, &Protection::StartTls(trust())).await.unwrap_err();
    assert_ne!(error.next(), Next::ReadBack, "{error}");
    let heard = heard.join().unwrap();
    assert!(heard.contains("STARTTLS") && !heard.contains("AUTH") && !heard.contains("MAIL"), "{heard}");

    let (speaks_first, heard) = in_the_clear(&["220 hi\r\n"]);
    let error = send(&speaks_first, &Protection::Tls(trust())).await.unwrap_err();
    assert_ne!(error.next(), Next::ReadBack, "{error}");
    assert!(!heard.join().unwrap().contains("EHLO"));
}

#[tokio::test]
async fn a_mail_goes_through_tls_from_the_first_byte_or_from_starttls_on() {
    for from_the_first_byte in [true, false] {
        let WithTls { server, trust, heard } = with_tls(from_the_first_byte).await;
        let protection = if from_the_first_byte { Protection::Tls(trust) } else { Protection::StartTls(trust) };
        assert_eq!(send(&server, &protection).await.unwrap(), 0);
        let heard = heard.await.unwrap();
        let clear: Vec<_> = heard.iter().filter(|(encrypted, _)| !encrypted).map(|(_, line)| line.as_str()).collect();
        let expected: &[&str] = if from_the_first_byte { &[] } else { &["EHLO example.com", "STARTTLS"] };
        assert_eq!(clear, expected);
        assert!(heard.contains(&(true, "RCPT TO:<ana@example.com>".to_owned())), "{heard:?}");
    }
}

#[tokio::test]
async fn a_certificate_that_nobody_vouches_for_is_refused() {
    for from_the_first_byte in [true, false] {
        let WithTls { server, heard, .. } = with_tls(from_the_first_byte).await;
        let protection = if from_the_first_byte { Protection::Tls(trust()) } else { Protection::StartTls(trust()) };
        let error = send(&server, &protection).await.unwrap_err();
        assert_ne!(error.next(), Next::ReadBack, "{error}");
        assert!(heard.await.unwrap().iter().all(|(encrypted, _)| !encrypted), "nothing is said behind it");
    }
}
