//! The customer portal: customers who look after their own affairs by themselves, proved by a code that came to their WhatsApp.
//!
//! Everything here takes the customer's id from a session that was looked up, never from what was asked; what is somebody else's is not
//! found. What staff do about somebody's number and sessions says who they are. How it travels is `webhook`'s.

mod changing;
mod chat;
mod login;
mod sessions;
pub(crate) mod store;
mod tickets;

pub use changing::{ChangeRefused, Changed, change_profile, confirm_number, correct_number};
pub use chat::{ChatRefused, NewContact, ask_in_chat, confirm_in_chat};
pub use login::{Entered, NotANumber, enter, request_code};
pub use sessions::{Session, Visitor, end, end_all, leave, revoke, sessions, touch, visitor};
pub use tickets::{Dashboard, TicketFilter};
pub use tickets::{
    Opened, OpeningRefused, Wanted, dashboard, open_ticket, ticket_by_number, tickets,
};

#[cfg(test)]
mod tests;
