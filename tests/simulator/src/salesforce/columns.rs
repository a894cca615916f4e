//! The objects that exist here and their columns.

use super::ids;

/// An object that has rows.
#[derive(Clone, Copy, Debug, PartialEq)]
pub(crate) enum Object {
    Contact,
    Account,
}

impl Object {
    /// The object of this name, in any case.
    pub(crate) fn named(name: &str) -> Option<Self> {
        [Self::Contact, Self::Account].into_iter().find(|object| object.name().eq_ignore_ascii_case(name))
    }

    pub(crate) fn name(self) -> &'static str {
        match self {
            Self::Contact => "Contact",
            Self::Account => "Account",
        }
    }

    pub(crate) fn columns(self) -> &'static [Column] {
        match self {
            Self::Contact => CONTACT,
            Self::Account => ACCOUNT,
        }
    }

    pub(crate) fn id_prefix(self) -> [u8; 3] {
        match self {
            Self::Contact => ids::CONTACT,
            Self::Account => ids::ACCOUNT,
        }
    }
}

/// What a column holds.
#[derive(Clone, Copy, Debug, PartialEq)]
pub(crate) enum Kind {
    Id,
    Text,
    Flag,
    Number,
    /// A day without a time.
    Day,
    Moment,
}

/// A column.
#[derive(Debug, PartialEq)]
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

const CONTACT: &[Column] = &[
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
    column("Birthdate", Kind::Day),
    column("AccountId", Kind::Id),
    column("ReportsToId", Kind::Id),
    column("IsPersonAccount", Kind::Flag),
    derived("IsDeleted", Kind::Flag),
    derived("MasterRecordId", Kind::Id),
    derived("SystemModstamp", Kind::Moment),
    derived("LastModifiedDate", Kind::Moment),
    derived("CreatedDate", Kind::Moment),
    column("Lead_Score__c", Kind::Number),
    column("Tags__c", Kind::Text),
];

const ACCOUNT: &[Column] = &[
    derived("Id", Kind::Id),
    column("Name", Kind::Text),
    column("AccountNumber", Kind::Text),
    column("Type", Kind::Text),
    column("Industry", Kind::Text),
    column("Phone", Kind::Text),
    column("Fax", Kind::Text),
    column("Website", Kind::Text),
    column("NumberOfEmployees", Kind::Number),
    column("AnnualRevenue", Kind::Number),
    column("BillingStreet", Kind::Text),
    column("BillingCity", Kind::Text),
    column("BillingState", Kind::Text),
    column("BillingPostalCode", Kind::Text),
    column("BillingCountry", Kind::Text),
    derived("IsDeleted", Kind::Flag),
    derived("MasterRecordId", Kind::Id),
    derived("SystemModstamp", Kind::Moment),
    derived("LastModifiedDate", Kind::Moment),
    derived("CreatedDate", Kind::Moment),
];

/// The place of a column by its name, in any case.
pub(crate) fn find(object: Object, name: &str) -> Option<usize> {
    object.columns().iter().position(|column| column.name.eq_ignore_ascii_case(name))
}
