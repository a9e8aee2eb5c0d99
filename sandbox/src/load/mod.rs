//! Both platforms at their leanest, for measuring: they answer every call at once, keep no chats, and count. What they count (ids they
//! issued, calls they received) is the only truth of a load run; the desk's own counters are never asked.
//!
//! The full miniature platforms check every field and keep every message; under thousands of calls a second that would be measured too.

mod connection;
mod courier;
mod ledger;
mod miniature;
mod requests;
mod telegram;
mod watch;
mod whatsapp;

pub use connection::Connection;
pub use courier::{Courier, Parcel};
pub use ledger::{Arrival, Ledger, Mark};
pub use miniature::{Miniature, Mischief};
pub use requests::{call, foreign, get, reply, says, status, wamid};
pub use telegram::{Bot, Relayed};
pub use watch::{Dice, Watch};
pub use whatsapp::{Cloud, Offer};
