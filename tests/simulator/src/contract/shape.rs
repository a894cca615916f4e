//! A JSON object whose members have names.

use std::collections::BTreeMap;

use super::spec::{self, Spec};

/// The members of an object.
#[derive(Clone, Debug, Default, PartialEq)]
pub(super) struct Shape {
    pub(super) members: BTreeMap<String, Spec>,
    /// What members of any other name hold; absent: there are none.
    pub(super) others: Option<Spec>,
    /// A shape whose members it has too.
    pub(super) base: Option<String>,
}

impl Shape {
    /// From a table of names and descriptions; `"*"` stands for any other name, `"<"` names the shape it extends.
    ///
    /// # Errors
    /// A sentence when a description cannot be read.
    pub(super) fn read(mut described: BTreeMap<String, String>) -> Result<Self, String> {
        let base = described.remove("<");
        let others = described.remove("*").map(|text| spec::parse(&text)).transpose()?;
        let read = |(name, text): (String, String)| Ok::<_, String>((name, spec::parse(&text)?));
        let members = described.into_iter().map(read).collect::<Result<_, _>>()?;
        Ok(Self { members, others, base })
    }

    /// What the base has and this one does not say otherwise.
    pub(super) fn extend(&mut self, base: &Self) {
        for (name, spec) in &base.members {
            self.members.entry(name.clone()).or_insert_with(|| spec.clone());
        }
        self.others = self.others.take().or_else(|| base.others.clone());
    }
}
