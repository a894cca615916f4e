//! Typesets a day's report: a [`Sheet`] of words and numbers goes in, a PDF comes out.
//!
//! A sheet is already in the reader's language: every number, date and sentence of it is text. What is left to do here is
//! to place it, by a template that a company may replace by its own.

pub mod sheet;

pub use sheet::Sheet;
