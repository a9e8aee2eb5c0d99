//! Both miniature platforms and the page, driven as a stranger would drive them.
#![expect(clippy::unwrap_used, reason = "a test that cannot go on should stop")]

mod desk;
mod page;
mod telegram;
mod whatsapp;
