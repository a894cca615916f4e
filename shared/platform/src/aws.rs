//! What an AWS refusal is called, without its text.
//!
//! The SDK's error texts may repeat what was sent. Errors and logs of the bundle carry the code only, which is what
//! one looks up anyway.

use aws_sdk_ssm::error::{ProvideErrorMetadata, SdkError};

/// The service's code, such as `AccessDeniedException`, or a word for what kept the request from an answer.
pub fn code<E: ProvideErrorMetadata, R>(error: &SdkError<E, R>) -> &str {
    match error {
        SdkError::ServiceError(service) => service.err().code().unwrap_or("unnamed"),
        SdkError::TimeoutError(_) => "timeout",
        SdkError::DispatchFailure(_) => "no_connection",
        SdkError::ResponseError(_) => "unreadable_answer",
        _ => "request_not_built",
    }
}

/// Whether the role may not do this.
pub fn is_denied(code: &str) -> bool {
    code.starts_with("AccessDenied") || code == "UnrecognizedClientException" || code == "AuthorizationErrorException"
}
