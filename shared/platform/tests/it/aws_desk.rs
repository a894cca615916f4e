//! The few AWS calls that are made without DynamoDB, answered from a list.
//!
//! One thread, one request per connection: enough for clients that are tested one call at a time.

use std::collections::VecDeque;
use std::io::{BufRead, BufReader, Write};
use std::net::TcpListener;
use std::sync::{Arc, Mutex};

use aws_config::retry::RetryConfig;
use aws_config::{BehaviorVersion, Region, SdkConfig};

/// One request as it arrived.
#[derive(Clone, Debug)]
pub(crate) struct Call {
    /// Method and path, for the protocols that say by them what is wanted.
    pub(crate) request: String,
    /// `X-Amz-Target`, or empty for the query protocol.
    pub(crate) target: String,
    /// The body.
    pub(crate) body: String,
}

/// No status: the answer is lost.
pub(crate) const LOST: u16 = 0;

/// A place that answers AWS calls.
pub(crate) struct Desk {
    /// A configuration whose clients talk to this desk.
    pub(crate) config: SdkConfig,
    calls: Arc<Mutex<Vec<Call>>>,
}

impl Desk {
    /// A desk that gives these answers (status, body), one call each, then ends. [`LOST`] in place of a status: the call
    /// is read, and the connection closed.
    pub(crate) fn answering(answers: &[(u16, &str)]) -> Self {
        let listener = TcpListener::bind("127.0.0.1:0").unwrap();
        let endpoint = format!("http://{}", listener.local_addr().unwrap());
        let calls = Arc::<Mutex<Vec<Call>>>::default();
        let mut answers: VecDeque<(u16, String)> =
            answers.iter().map(|(status, body)| (*status, (*body).to_owned())).collect();
        let seen = calls.clone();
        std::thread::spawn(move || {
            while let Some((status, body)) = answers.pop_front() {
                let (mut stream, _) = listener.accept().unwrap();
                let call = read(&mut BufReader::new(stream.try_clone().unwrap()));
                seen.lock().unwrap().push(call);
                if status == LOST {
                    continue;
                }
                let length = body.len();
                write!(stream, "HTTP/1.1 {status} X\r\ncontent-length: {length}\r\nconnection: close\r\n\r\n{body}")
                    .unwrap();
            }
        });
        let credentials = aws_sdk_ssm::config::Credentials::new("key", "secret", None, None, "test");
        let config = SdkConfig::builder()
            .behavior_version(BehaviorVersion::latest())
            .region(Region::from_static("us-east-1"))
            .endpoint_url(endpoint)
            .retry_config(RetryConfig::disabled())
            .credentials_provider(aws_sdk_ssm::config::SharedCredentialsProvider::new(credentials))
            .build();
        Self { config, calls }
    }

    /// Every call so far.
    pub(crate) fn calls(&self) -> Vec<Call> {
        self.calls.lock().unwrap().clone()
    }
}

fn read(stream: &mut impl BufRead) -> Call {
    let (mut target, mut length, mut request) = (String::new(), 0, String::new());
    stream.read_line(&mut request).unwrap();
    loop {
        let mut line = String::new();
        stream.read_line(&mut line).unwrap();
        match line.trim_end().split_once(": ") {
            Some((name, value)) if name.eq_ignore_ascii_case("x-amz-target") => value.clone_into(&mut target),
            Some((name, value)) if name.eq_ignore_ascii_case("content-length") => length = value.parse().unwrap(),
            Some(_) => {}
            None if line.trim_end().is_empty() => break,
            None => {}
        }
    }
    let mut body = vec![0; length];
    stream.read_exact(&mut body).unwrap();
    let request = request.trim_end().trim_end_matches(" HTTP/1.1").to_owned();
    Call { request, target, body: String::from_utf8(body).unwrap() }
}
