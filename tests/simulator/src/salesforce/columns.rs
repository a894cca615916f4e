//! The columns of `Contact`, and of `Account` as its parent.

/// What a column holds.
#[derive(Clone, Copy, Debug, PartialEq)]
pub(crate) enum Kind {
    Id,
    Text,
    Flag,
    Number,
    Moment,
}

/// A column of a contact, or of its account.
#[derive(Clone, Copy, Debug, PartialEq)]
pub(crate) struct Column {
    pub(crate) name: &'static str,
    pub(crate) kind: Kind,
    /// Whether control requests may write it.
    pub(crate) writable: bool,
}

const fn column(name: &'static str, kind: Kind) -> Column {
    Column { name, kind, writable: true }
}

const fn derived(name: &'static str, kind: Kind) -> Column {
    Column { name, kind, writable: false }
}

/// Columns of `Contact`.
pub(crate) const CONTACT: &[Column] = &[
    derived("Id", Kind::Id),
    derived("Name", Kind::Text),
    column("FirstName", Kind::Text),
    column("MiddleName", Kind::Text),
    column("LastName", Kind::Text),
    column("Suffix", Kind::Text),
    column("Salutation", Kind::Text),
    column("Title", Kind::Text),
    column("Department", Kind::Text),
    column("Email", Kind::Text),
    column("Phone", Kind::Text),
    column("MobilePhone", Kind::Text),
    column("HomePhone", Kind::Text),
    column("OtherPhone", Kind::Text),
    column("AssistantPhone", Kind::Text),
    column("Fax", Kind::Text),
    column("MailingStreet", Kind::Text),
    column("MailingCity", Kind::Text),
    column("MailingState", Kind::Text),
    column("MailingPostalCode", Kind::Text),
    column("MailingCountry", Kind::Text),
    column("AccountId", Kind::Id),
    column("IsPersonAccount", Kind::Flag),
    derived("IsDeleted", Kind::Flag),
    derived("SystemModstamp", Kind::Moment),
    derived("LastModifiedDate", Kind::Moment),
    derived("CreatedDate", Kind::Moment),
    column("Lead_Score__c", Kind::Number),
    column("Tags__c", Kind::Text),
];

/// Columns of `Account`, reachable as `Account.…`.
pub(crate) const ACCOUNT: &[Column] =
    &[derived("Id", Kind::Id), column("Name", Kind::Text), column("BillingCountry", Kind::Text)];

/// A column by name, in any case.
pub(crate) fn find(columns: &'static [Column], name: &str) -> Option<&'static Column> {
    columns.iter().find(|column| column.name.eq_ignore_ascii_case(name))
}
