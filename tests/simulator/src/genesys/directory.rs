//! The contacts, or the organizations, of one organisation, and who owns which identifier.
//!
//! The first entry that brings an identifier owns it; another one may carry the same value in its fields (two people,
//! one switchboard) without being found by it. When the owner goes or changes, the next in line owns it. Contacts that
//! were merged stay as they were, point to what became of them, and are found by their old ids only.
//!
//! A hundred thousand contacts have to fit: fields are kept as JSON text, and identifiers and ids as 128-bit digests of
//! themselves. Two different ones with the same digest will not be met.

use std::collections::{BTreeMap, HashMap};
use std::hash::{DefaultHasher, Hash, Hasher};

use jiff::Timestamp;
use serde_json::{Value, json};

use super::contacts::{Fields, Identifier};
use crate::world::iso;

/// What a directory lists.
#[derive(Clone, Copy, Debug, Default, PartialEq)]
pub(crate) enum Kind {
    #[default]
    Contact,
    Organization,
}

impl Kind {
    /// Where one entry is addressed.
    pub(crate) fn path(self, id: &str) -> String {
        let name = match self {
            Self::Contact => "contacts",
            Self::Organization => "organizations",
        };
        format!("/api/v2/externalcontacts/{name}/{id}")
    }

    fn reference(self, id: &str) -> Value {
        json!({"id": id, "selfUri": self.path(id)})
    }
}

/// One stored contact or organization.
#[derive(Clone, Debug)]
pub(crate) struct Entry {
    pub(crate) id: String,
    kind: Kind,
    /// The fields as the text of a JSON object.
    text: Box<str>,
    pub(crate) created: Timestamp,
    pub(crate) modified: Timestamp,
    tree: Option<Box<Tree>>,
}

/// The merges that a contact took part in.
#[derive(Clone, Debug)]
struct Tree {
    /// What it was merged from.
    from: Vec<String>,
    /// What it was merged into.
    to: Option<String>,
    /// Everybody in the tree, and who stands at its head.
    set: Vec<String>,
    canonical: String,
}

impl Entry {
    /// The fields without those that the server adds.
    pub(crate) fn fields(&self) -> Fields {
        serde_json::from_str(&self.text).unwrap_or_default()
    }

    /// The entry as the vendor returns it.
    pub(crate) fn render(&self) -> Value {
        let mut body = self.fields();
        body.extend(self.server_fields());
        Value::Object(body)
    }

    fn server_fields(&self) -> Fields {
        let mut body = Fields::new();
        body.insert("id".to_owned(), json!(self.id));
        if self.kind == Kind::Contact {
            body.insert("type".to_owned(), json!("Curated"));
        }
        body.insert("createDate".to_owned(), json!(iso(self.created)));
        body.insert("modifyDate".to_owned(), json!(iso(self.modified)));
        body.insert("selfUri".to_owned(), json!(self.kind.path(&self.id)));
        let Some(tree) = &self.tree else {
            return body;
        };
        let references = |ids: &[String]| ids.iter().map(|id| self.kind.reference(id)).collect::<Vec<_>>();
        body.insert("canonicalContact".to_owned(), self.kind.reference(&tree.canonical));
        body.insert("mergeSet".to_owned(), json!(references(&tree.set)));
        if !tree.from.is_empty() {
            body.insert("mergedFrom".to_owned(), json!(references(&tree.from)));
        }
        if let Some(to) = &tree.to {
            body.insert("mergedTo".to_owned(), self.kind.reference(to));
        }
        body
    }

    fn is_merged_away(&self) -> bool {
        self.tree.as_ref().is_some_and(|tree| tree.to.is_some())
    }

    /// Everybody who was merged with this one, itself included.
    pub(crate) fn merge_set(&self) -> Vec<String> {
        self.tree.as_ref().map_or_else(|| vec![self.id.clone()], |tree| tree.set.clone())
    }
}

type Digest = [u64; 2];

fn digest(value: &impl Hash) -> Digest {
    [1_u8, 2].map(|round| {
        let mut hasher = DefaultHasher::new();
        (round, value).hash(&mut hasher);
        hasher.finish()
    })
}

/// Who has an identifier, in the order in which they got it.
#[derive(Debug)]
enum Line {
    One(u32),
    More(Vec<u32>),
}

impl Line {
    fn first(&self) -> Option<u32> {
        match self {
            Self::One(only) => Some(*only),
            Self::More(line) => line.first().copied(),
        }
    }

    fn join(&mut self, number: u32) {
        match self {
            Self::One(only) if *only == number => {}
            Self::One(only) => *self = Self::More(vec![*only, number]),
            Self::More(line) if line.contains(&number) => {}
            Self::More(line) => line.push(number),
        }
    }

    /// Whether somebody is left.
    fn leave(&mut self, number: u32) -> bool {
        match self {
            Self::One(only) => *only != number,
            Self::More(line) => {
                line.retain(|other| *other != number);
                !line.is_empty()
            }
        }
    }
}

/// All entries of one kind.
#[derive(Default)]
pub(crate) struct Directory {
    kind: Kind,
    by_number: BTreeMap<u32, Entry>,
    numbers: HashMap<Digest, u32>,
    owners: HashMap<Digest, Line>,
    last: u32,
}

impl Directory {
    pub(crate) fn of_organizations() -> Self {
        Self { kind: Kind::Organization, ..Self::default() }
    }

    /// The entry of an id; after a merge, what became of it.
    pub(crate) fn get(&self, id: &str) -> Option<&Entry> {
        let mut entry = self.unresolved(id)?;
        while let Some(to) = entry.tree.as_ref().and_then(|tree| tree.to.as_deref()) {
            entry = self.unresolved(to)?;
        }
        Some(entry)
    }

    /// The entry that was stored under an id, merged or not.
    pub(crate) fn unresolved(&self, id: &str) -> Option<&Entry> {
        self.by_number.get(self.numbers.get(&digest(&id))?)
    }

    /// In the order of their making, without those that were merged into another.
    pub(crate) fn all(&self) -> impl Iterator<Item = &Entry> {
        self.after(0).map(|(_, entry)| entry)
    }

    /// From a place in the order of making on; the place of the last one made is the largest.
    pub(crate) fn after(&self, number: u32) -> impl Iterator<Item = (u32, &Entry)> {
        self.with_merged(number).filter(|(_, entry)| !entry.is_merged_away())
    }

    /// The same with those that were merged into another.
    pub(crate) fn with_merged(&self, number: u32) -> impl Iterator<Item = (u32, &Entry)> {
        self.by_number.range(number.saturating_add(1)..).map(|(number, entry)| (*number, entry))
    }

    /// The entry that owns an identifier.
    pub(crate) fn owner(&self, identifier: &Identifier) -> Option<&Entry> {
        self.by_number.get(&self.owners.get(&digest(identifier))?.first()?)
    }

    /// Another entry than `id` that owns an identifier.
    pub(crate) fn conflict(&self, id: Option<&str>, wanted: &Identifier) -> Option<&Entry> {
        self.owner(wanted).filter(|owner| Some(owner.id.as_str()) != id)
    }

    pub(crate) fn insert(&mut self, id: String, fields: &Fields, now: Timestamp) -> &Entry {
        self.last += 1;
        let number = self.last;
        self.claim(number, &Identifier::of_fields(fields));
        self.numbers.insert(digest(&id.as_str()), number);
        let (kind, text) = (self.kind, text_of(fields));
        self.by_number.entry(number).or_insert(Entry { id, kind, text, created: now, modified: now, tree: None })
    }

    /// Puts new fields in place of the old ones; nothing happens when there is no such entry.
    pub(crate) fn replace(&mut self, id: &str, fields: &Fields, now: Timestamp) {
        let Some(&number) = self.numbers.get(&digest(&id)) else {
            return;
        };
        if let Some(entry) = self.by_number.get_mut(&number) {
            entry.modified = now;
            let kept = Identifier::of_fields(fields);
            let old = entry.fields();
            entry.text = text_of(fields);
            self.release(number, &old, &kept);
            self.claim(number, &kept);
        }
    }

    /// Removes an entry; false when there is none.
    pub(crate) fn remove(&mut self, id: &str) -> bool {
        let Some(number) = self.numbers.remove(&digest(&id)) else {
            return false;
        };
        if let Some(entry) = self.by_number.remove(&number) {
            self.release(number, &entry.fields(), &[]);
        }
        true
    }

    /// Makes one new contact of several, which from now on lead to it.
    pub(crate) fn merge(&mut self, id: &str, merged: &[String], fields: &Fields, now: Timestamp) -> Option<&Entry> {
        let mut set: Vec<String> = Vec::new();
        for old in merged {
            set.extend(self.unresolved(old)?.merge_set());
        }
        set.push(id.to_owned());
        set.dedup();
        for old in merged {
            let number = *self.numbers.get(&digest(&old.as_str()))?;
            let fields = self.by_number.get(&number)?.fields();
            self.release(number, &fields, &[]);
        }
        self.insert(id.to_owned(), fields, now);
        for member in &set {
            let number = *self.numbers.get(&digest(&member.as_str()))?;
            let entry = self.by_number.get_mut(&number)?;
            let mut tree = entry.tree.take().map_or_else(Tree::new, |tree| *tree);
            tree.set.clone_from(&set);
            id.clone_into(&mut tree.canonical);
            if member == id {
                tree.from = merged.to_vec();
            } else if merged.contains(member) {
                tree.to = Some(id.to_owned());
            }
            entry.tree = Some(Box::new(tree));
        }
        self.unresolved(id)
    }

    fn claim(&mut self, number: u32, identifiers: &[Identifier]) {
        for identifier in identifiers {
            let line = self.owners.entry(digest(identifier)).or_insert(Line::One(number));
            line.join(number);
        }
    }

    fn release(&mut self, number: u32, old: &Fields, kept: &[Identifier]) {
        for identifier in Identifier::of_fields(old) {
            if kept.contains(&identifier) {
                continue;
            }
            let digest = digest(&identifier);
            if self.owners.get_mut(&digest).is_some_and(|line| !line.leave(number)) {
                self.owners.remove(&digest);
            }
        }
    }
}

impl Tree {
    fn new() -> Self {
        Self { from: Vec::new(), to: None, set: Vec::new(), canonical: String::new() }
    }
}

fn text_of(fields: &Fields) -> Box<str> {
    serde_json::to_string(fields).unwrap_or_else(|_| "{}".to_owned()).into_boxed_str()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn fields(value: &Value) -> Fields {
        value.as_object().unwrap().clone()
    }

    #[test]
    fn merged_contacts_lead_to_the_head_of_their_tree() {
        let mut directory = Directory::default();
        let now = Timestamp::UNIX_EPOCH;
        for (id, email) in [("a", "a@x.co"), ("b", "b@x.co"), ("c", "c@x.co")] {
            directory.insert(id.to_owned(), &fields(&json!({"workEmail": email})), now);
        }
        let merge = |directory: &mut Directory, id: &str, of: [&str; 2]| {
            directory.merge(id, &of.map(str::to_owned), &fields(&json!({"workEmail": "a@x.co"})), now);
        };
        merge(&mut directory, "ab", ["a", "b"]);
        merge(&mut directory, "abc", ["ab", "c"]);
        assert_eq!(directory.get("a").unwrap().id, "abc");
        assert_eq!(directory.owner(&Identifier::Email("a@x.co".to_owned())).unwrap().id, "abc");
        assert!(directory.owner(&Identifier::Email("b@x.co".to_owned())).is_none());
        assert_eq!(directory.all().map(|entry| entry.id.as_str()).collect::<Vec<_>>(), ["abc"]);
        let old = directory.unresolved("a").unwrap().render();
        assert_eq!((&old["mergedTo"]["id"], &old["canonicalContact"]["id"]), (&json!("ab"), &json!("abc")));
        assert_eq!(old["mergeSet"].as_array().unwrap().len(), 5);
        directory.remove("abc");
        assert!(directory.get("a").is_none());
    }
}
