//! The desk itself: words of the business, rules, SQL and texts.
//!
//! Knows no HTTP framework and no wire format of a platform. One folder or file per thing that the business has a word for;
//! its SQL stands in a `store` module beside it. The plumbing is in `db`, `inbox`, `outbox`, `clock` and `i18n`.

pub mod accounts;
pub mod answers;
pub mod casework;
pub mod clock;
pub mod connection;
pub mod contacts;
pub mod conversations;
pub mod db;
pub mod desk;
pub mod failpoints;
pub mod hex;
pub mod i18n;
pub mod ids;
pub mod inbox;
pub mod invoices;
pub mod leases;
pub mod logins;
pub mod markup;
pub mod media;
pub mod messages;
pub mod meta;
pub mod otp;
pub mod outbox;
pub mod people;
pub mod portal;
pub mod retention;
pub mod routing;
pub mod schedule;
pub mod security;
pub mod seed;
pub mod sessions;
pub mod settings;
pub mod staff;
#[cfg(test)]
mod testing;
pub mod tickets;
pub mod today;
pub mod trace;
