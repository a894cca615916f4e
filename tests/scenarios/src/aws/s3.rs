//! S3: `GetObject` and `PutObject` of the archive's bucket, in memory.
//!
//! The role may list the bucket, so S3 says of a missing object that it is missing.

use std::collections::BTreeMap;

use super::Drawers;

/// The bucket's name.
pub const ARCHIVE: &str = "cx-bridge-dev-reports";

/// A bucket with versioning.
#[derive(Clone, Debug, Default)]
pub struct Bucket {
    /// Objects by key.
    pub objects: BTreeMap<String, Object>,
}

/// An object.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Object {
    /// What it holds now.
    pub bytes: Vec<u8>,
    /// What it is.
    pub content_type: String,
    /// How often it was put.
    pub versions: usize,
}

/// An answer: status, content type and body.
pub(crate) type Answered = (u16, String, Vec<u8>);

/// Answers `operation`; `path` begins with the bucket's name, because the door is an IP address.
pub(crate) fn answer(drawers: &mut Drawers, operation: &str, path: &str, content_type: &str, body: &[u8]) -> Answered {
    let Some(key) = path.strip_prefix('/').and_then(|path| path.strip_prefix(ARCHIVE)?.strip_prefix('/')) else {
        return refusal(404, "NoSuchBucket");
    };
    let objects = &mut drawers.bucket.objects;
    match operation.split(' ').next() {
        Some("GetObject") => match objects.get(key) {
            Some(object) => (200, object.content_type.clone(), object.bytes.clone()),
            None => refusal(404, "NoSuchKey"),
        },
        Some("PutObject") => {
            let object = objects.entry(key.to_owned()).or_default();
            *object =
                Object { bytes: body.to_vec(), content_type: content_type.to_owned(), versions: object.versions + 1 };
            (200, String::new(), Vec::new())
        }
        _ => refusal(403, "AccessDenied"),
    }
}

/// A refusal, as S3 writes it.
pub fn refused(code: &str) -> String {
    format!("<Error><Code>{code}</Code><Message>refused</Message><RequestId>1</RequestId></Error>")
}

fn refusal(status: u16, code: &str) -> Answered {
    (status, "application/xml".to_owned(), refused(code).into_bytes())
}
