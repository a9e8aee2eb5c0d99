//! How the miniature platforms are started: ports, clock, seed, and those of their rules that can be chosen.

use std::net::SocketAddr;
use std::path::PathBuf;

use crate::clock::Clock;

/// How to start the platforms. `Options::default()` suits tests.
#[derive(Clone, Debug)]
pub struct Options {
    /// The clock both platforms live by.
    pub clock: Clock,
    /// Makes all identifiers; the same seed gives the same ids.
    pub seed: u64,
    /// Where the Telegram Bot API listens; a random port of 127.0.0.1 by default.
    pub telegram_addr: SocketAddr,
    /// Where the `WhatsApp` Cloud API listens; a random port of 127.0.0.1 by default.
    pub whatsapp_addr: SocketAddr,
    /// Where webhooks go from the start, without the verification of `connect_webhook`.
    pub whatsapp_webhook: Option<String>,
    /// Read at start, written a moment after changes (chats, ids, offsets, files). If the clock was moved in an
    /// earlier run, it is moved as far again.
    pub data: Option<PathBuf>,
    /// Rules that can be chosen.
    pub rules: Rules,
}

impl Default for Options {
    fn default() -> Self {
        let any = SocketAddr::from(([127, 0, 0, 1], 0));
        Self {
            clock: Clock::real(),
            seed: 1,
            telegram_addr: any,
            whatsapp_addr: any,
            whatsapp_webhook: None,
            data: None,
            rules: Rules::default(),
        }
    }
}

/// Which statuses a sent `WhatsApp` message gets by itself.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Statuses {
    /// `sent` and `delivered` at once; `read` when the customer reads.
    #[default]
    Auto,
    /// None; a test calls `status`, `delivers` and `reads`.
    Explicit,
}

/// When `131047` (window closed) is told.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum WindowRefusal {
    /// In the answer to the call.
    #[default]
    Answer,
    /// The call is accepted and a `failed` status follows.
    Status,
}

/// How webhooks are posted.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Posting {
    /// Each on its own, as Meta does: they may overtake each other.
    #[default]
    Concurrent,
    /// One after the other, for transcripts that must not depend on luck.
    InOrder,
}

/// Rules of the platforms that can be chosen; the defaults are the documented ones.
#[derive(Clone, Debug)]
pub struct Rules {
    /// Statuses that come by themselves.
    pub statuses: Statuses,
    /// How a closed window is told.
    pub window_refusal: WindowRefusal,
    /// How `WhatsApp` webhooks are posted.
    pub posting: Posting,
    /// `WhatsApp` messages per second and number, in and out together (Meta: throughput, 80).
    pub throughput: usize,
    /// `WhatsApp` messages to one customer before the pair limit bites (Meta: 45).
    pub pair_burst: u32,
    /// Seconds per message to one customer after that (Meta: 6).
    pub pair_seconds: u32,
    /// Telegram messages per second over all chats (Bots FAQ: 30).
    pub telegram_per_second: usize,
    /// Telegram messages to one chat before one a second holds ("short bursts" of the Bots FAQ).
    pub telegram_chat_burst: u32,
    /// Telegram messages a minute to one group (Bots FAQ: 20).
    pub telegram_group_per_minute: usize,
}

impl Default for Rules {
    fn default() -> Self {
        Self {
            statuses: Statuses::Auto,
            window_refusal: WindowRefusal::Answer,
            posting: Posting::Concurrent,
            throughput: 80,
            pair_burst: 45,
            pair_seconds: 6,
            telegram_per_second: 30,
            telegram_chat_burst: 8,
            telegram_group_per_minute: 20,
        }
    }
}

impl Rules {
    /// No rate limits, for load tests and walks through tables.
    #[must_use]
    pub fn unlimited(mut self) -> Self {
        self.throughput = usize::MAX;
        self.pair_burst = u32::MAX;
        self.telegram_per_second = usize::MAX;
        self.telegram_chat_burst = u32::MAX;
        self.telegram_group_per_minute = usize::MAX;
        self
    }
}
