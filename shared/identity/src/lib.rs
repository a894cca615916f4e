//! Who a contact is: phone numbers, e-mail addresses, the contact model, the field map and the keys that two
//! systems are matched by. Pure code: no clock, no network.
#![doc = include_str!("../README.md")]

mod account;
mod contact;
mod country;
mod email;
mod field;
mod map;
mod phone;
mod salesforce_id;
mod text;
mod value;

pub use account::{Account, OrganizationField};
pub use contact::{Contact, MatchKey};
pub use country::{Country, CountryFault};
pub use email::{Email, EmailFault};
pub use field::{Field, Kind};
pub use map::FieldMap;
pub use map::apply::{Mapped, Warning};
pub use map::fault::MapFault;
pub use map::row::{Conflict, Direction, FieldRow};
pub use phone::{E164, Phone, PhoneFault};
pub use salesforce_id::{IdFault, SalesforceId};
pub use text::{Fit, Text};
pub use value::Value;
