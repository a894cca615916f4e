//! The field map: which Salesforce field goes into which Genesys field. It is configuration, checked once when a
//! function starts; a wrong row stops the start with a sentence that says what to change.

pub(crate) mod apply;
pub(crate) mod fault;
pub(crate) mod row;

use crate::account::PREFIX;
use crate::field::Kind;
use crate::{Conflict, Country, Direction, Field, FieldRow, MapFault, OrganizationField};

/// Where the country of a record's phone numbers is looked for, before the configured default.
pub(crate) const COUNTRY_COLUMNS: [&str; 2] = ["MailingCountry", "Account.BillingCountry"];
/// The Salesforce id, which becomes the external id; the job that writes contacts sees to it.
const ID_ROW: (&str, &str) = ("Id", "externalIds");
/// The account, which becomes the contact's organization.
const ACCOUNT_ROW: (&str, &str) = ("AccountId", "externalOrganization");
/// Before the columns of the account.
const OF_ACCOUNT: &str = "Account.";
/// The one column without which there is no organization: read also where no row names it.
const ACCOUNT_NAME: &str = "Account.Name";
/// Raised when the same map gives other values, so that each linked contact is looked at again.
const RULES_VERSION: u8 = 1;

/// A checked field map.
#[derive(Clone, Debug)]
pub struct FieldMap {
    rows: Vec<FieldRow>,
    targets: Vec<Target>,
    /// What is read of the account; empty where accounts are left alone.
    account_targets: Vec<AccountTarget>,
    default_country: Country,
}

/// A row that brings a value from Salesforce to Genesys.
#[derive(Clone, Debug)]
pub(crate) struct Target {
    pub(crate) salesforce: String,
    pub(crate) field: Field,
}

/// A row that brings a value of the account to its organization.
#[derive(Clone, Debug)]
pub(crate) struct AccountTarget {
    pub(crate) salesforce: String,
    pub(crate) field: OrganizationField,
}

impl FieldMap {
    /// Checks the rows. `default_country` is the one of numbers whose record names none.
    ///
    /// # Errors
    /// [`MapFault`] names the row and what to change in it.
    pub fn new(rows: Vec<FieldRow>, default_country: Country) -> Result<Self, MapFault> {
        let mut targets: Vec<Target> = Vec::new();
        let mut account_targets: Vec<AccountTarget> = Vec::new();
        for (index, row) in rows.iter().enumerate() {
            if let Some(field) = check_of_organization(index + 1, row)? {
                take_of_organization(index + 1, row, field, &mut account_targets)?;
                continue;
            }
            let field = check(index + 1, row)?;
            let Some(field) = field.filter(|_| row.enabled && row.direction != Direction::ToSalesforce) else {
                continue;
            };
            if targets.iter().any(|target| target.field == field) {
                return Err(MapFault::DuplicateTarget { row: index + 1, genesys: row.genesys.clone() });
            }
            targets.push(Target { salesforce: row.salesforce.clone(), field });
        }
        if targets.is_empty() {
            return Err(MapFault::Empty);
        }
        let has_accounts = targets.iter().any(|target| target.field == Field::ExternalOrganization);
        Ok(Self { rows, targets, account_targets: complete(account_targets, has_accounts), default_country })
    }

    /// The Salesforce columns that the map reads, each once, in the order of the map: what a query must select beside
    /// `Id`. Where phone numbers are mapped, the country columns come last.
    pub fn salesforce_columns(&self) -> Vec<String> {
        let has_phone = self.targets.iter().any(|target| target.field.kind() == Kind::Phone)
            || self.account_targets.iter().any(|target| target.field.kind() == Kind::Phone);
        let country = COUNTRY_COLUMNS.into_iter().filter(|_| has_phone);
        let of_account = self.account_targets.iter().map(|target| target.salesforce.as_str());
        let mapped = self.targets.iter().map(|target| target.salesforce.as_str()).chain(of_account);
        let mut columns: Vec<String> = Vec::new();
        for column in mapped.chain(country) {
            if !columns.iter().any(|known| known.eq_ignore_ascii_case(column)) {
                columns.push(column.to_owned());
            }
        }
        columns
    }

    /// The Genesys fields that the map fills, in field order: a field of this list that a contact lacks is empty in
    /// Salesforce.
    pub fn fields(&self) -> Vec<Field> {
        let mut fields: Vec<Field> = self.targets.iter().map(|target| target.field.clone()).collect();
        fields.sort();
        fields
    }

    /// Whose value of `field` stays when both sides changed. A field that the map does not fill is Genesys' own.
    pub fn conflict(&self, field: &Field) -> Conflict {
        let fills = |row: &&FieldRow| row.enabled && row.direction != Direction::ToSalesforce;
        let row = self.rows.iter().filter(fills).find(|row| row.genesys == field.as_str());
        row.map_or(Conflict::Genesys, |row| row.conflict)
    }

    /// A short text that changes when the map or the default country does. Not for security.
    pub fn version(&self) -> String {
        let mut text = format!("{RULES_VERSION}|{}", self.default_country);
        for row in self.rows.iter().filter(|row| row.enabled) {
            let (direction, conflict) = (row.direction.as_str(), row.conflict.as_str());
            text += &format!("|{}>{}:{direction}:{conflict}", row.salesforce, row.genesys);
        }
        if self.has_accounts() {
            text += "|accounts"; // An earlier release read the same row and sent nothing.
        }
        format!("{:016x}", fnv1a(text.as_bytes()))
    }

    /// Whether accounts become organizations.
    pub fn has_accounts(&self) -> bool {
        !self.account_targets.is_empty()
    }

    /// The fields of organizations that the map fills.
    pub fn organization_fields(&self) -> impl Iterator<Item = OrganizationField> {
        self.account_targets.iter().map(|target| target.field)
    }

    pub(crate) fn account_targets(&self) -> &[AccountTarget] {
        &self.account_targets
    }

    pub(crate) fn targets(&self) -> &[Target] {
        &self.targets
    }

    /// The country of numbers that name none.
    pub fn default_country(&self) -> Country {
        self.default_country
    }
}

/// Checks one row by itself. `None` for the rows that other code takes care of and for custom rows that are off.
fn check(number: usize, row: &FieldRow) -> Result<Option<Field>, MapFault> {
    if !is_column(&row.salesforce) {
        return Err(MapFault::SalesforceName { row: number, salesforce: row.salesforce.clone() });
    }
    if row.genesys == ID_ROW.1 || row.salesforce == ID_ROW.0 {
        let right = row.genesys == ID_ROW.1 && row.salesforce == ID_ROW.0;
        let one_way = row.enabled && row.direction == Direction::ToGenesys;
        return if right && one_way { Ok(None) } else { Err(MapFault::IdRow { row: number }) };
    }
    if row.genesys == ACCOUNT_ROW.1 && row.salesforce != ACCOUNT_ROW.0 {
        return Err(MapFault::AccountRow { row: number });
    }
    let unknown = || MapFault::UnknownField { row: number, genesys: row.genesys.clone() };
    let field = Field::parse(&row.genesys).ok_or_else(unknown)?;
    match field.kind() {
        Kind::Custom if row.enabled => Err(MapFault::NeedsSchema { row: number, genesys: row.genesys.clone() }),
        Kind::Custom => Ok(None),
        Kind::Text | Kind::Phone | Kind::Email | Kind::Account => Ok(Some(field)),
    }
}

/// The organization's field that a row fills; `None` for a row about the contact itself.
fn check_of_organization(number: usize, row: &FieldRow) -> Result<Option<OrganizationField>, MapFault> {
    let Some(name) = row.genesys.strip_prefix(PREFIX) else { return Ok(None) };
    let unknown = || MapFault::UnknownOrganizationField { row: number, genesys: row.genesys.clone() };
    let field = OrganizationField::parse(name).ok_or_else(unknown)?;
    if !row.salesforce.starts_with(OF_ACCOUNT) || !is_column(&row.salesforce) {
        return Err(MapFault::OrganizationColumn { row: number, genesys: row.genesys.clone() });
    }
    Ok(Some(field))
}

fn take_of_organization(
    number: usize,
    row: &FieldRow,
    field: OrganizationField,
    targets: &mut Vec<AccountTarget>,
) -> Result<(), MapFault> {
    if !row.enabled || row.direction == Direction::ToSalesforce {
        return Ok(());
    }
    if targets.iter().any(|target| target.field == field) {
        return Err(MapFault::DuplicateTarget { row: number, genesys: row.genesys.clone() });
    }
    targets.push(AccountTarget { salesforce: row.salesforce.clone(), field });
    Ok(())
}

/// Nothing is read of accounts where they are left alone, and their name always where they are not.
fn complete(mut targets: Vec<AccountTarget>, has_accounts: bool) -> Vec<AccountTarget> {
    if !has_accounts {
        return Vec::new();
    }
    if !targets.iter().any(|target| target.field == OrganizationField::Name) {
        targets.push(AccountTarget { salesforce: ACCOUNT_NAME.to_owned(), field: OrganizationField::Name });
    }
    targets
}

/// Whether a text is a Salesforce column, over dots where it belongs to a parent: `Account.BillingCountry`.
fn is_column(name: &str) -> bool {
    name.split('.').all(|part| {
        part.starts_with(|c: char| c.is_ascii_alphabetic())
            && part.chars().all(|c| c.is_ascii_alphanumeric() || c == '_')
    })
}

/// FNV-1a, 64 bits.
fn fnv1a(bytes: &[u8]) -> u64 {
    bytes.iter().fold(0xcbf2_9ce4_8422_2325, |hash, byte| (hash ^ u64::from(*byte)).wrapping_mul(0x0100_0000_01b3))
}
