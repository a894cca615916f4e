//! HTML gateway: something between client and vendor answers with a page for people instead of JSON.

use serde::{Deserialize, Serialize};

use super::verdict::Effect;
use crate::wire::{Answer, Body};

/// Settings of the fault.
#[derive(Clone, Debug, Deserialize, Serialize)]
#[serde(deny_unknown_fields, default)]
pub(super) struct HtmlGateway {
    status: u16,
}

impl Default for HtmlGateway {
    fn default() -> Self {
        Self { status: 502 }
    }
}

impl HtmlGateway {
    pub(super) fn effect(&self) -> Effect {
        let page = "<html><head><title>Bad gateway</title></head><body><h1>Bad gateway</h1></body></html>";
        Effect::Answer(Answer { status: self.status, headers: Vec::new(), body: Body::Html(page.to_owned()), items: 0 })
    }
}
