//! The sources of one organisation.

use serde_json::{Value, json};

/// One source.
#[derive(Clone, Debug)]
pub(crate) struct ExternalSource {
    pub(crate) id: String,
    pub(crate) name: String,
    pub(crate) active: bool,
    pub(crate) link: Option<Value>,
}

impl ExternalSource {
    pub(crate) fn render(&self) -> Value {
        let mut body = json!({
            "id": self.id,
            "name": self.name,
            "active": self.active,
            "selfUri": format!("/api/v2/externalcontacts/externalsources/{}", self.id),
        });
        if let Some(link) = &self.link {
            body["linkConfiguration"] = link.clone();
        }
        body
    }
}

/// All sources, in the order of their making.
#[derive(Default)]
pub(crate) struct ExternalSources(pub(crate) Vec<ExternalSource>);

impl ExternalSources {
    pub(crate) fn has(&self, id: &str) -> bool {
        self.0.iter().any(|source| source.id == id)
    }

    pub(crate) fn named(&self, name: &str) -> Option<&ExternalSource> {
        self.0.iter().find(|source| source.name.eq_ignore_ascii_case(name))
    }
}
