//! Mail to people, handed over once, and what became of it.
//!
//! No mail service takes a mail twice and delivers it once. So each mail carries a key of its sender's, the service's
//! events bring the key back ([`event`]), and what they say is kept by key ([`fate`]). Whoever does not know whether a
//! mail was taken looks there before handing it over again.

pub mod event;
pub mod fate;
pub mod tag;
