//! The conversations: customer flows, the agents' desk, and all wire knowledge of WhatsApp and Telegram.
//!
//! `whatsapp` and `telegram` turn bytes into [`inbound`] words and outbox rows into requests; `flows` talks with customers,
//! `desk` with staff. Neither of the two knows a wire format.

pub mod desk;
#[cfg(test)]
mod expired;
pub mod flows;
pub mod handler;
pub mod inbound;
pub mod telegram;
pub mod whatsapp;
