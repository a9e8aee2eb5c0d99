//! What both miniature platforms share: clock, faults, wire, files, identifiers, the HTTP client.

use std::sync::Mutex;
use std::sync::atomic::{AtomicU64, Ordering};
use std::time::Duration;

use sha2::{Digest as _, Sha256};
use tokio::runtime::Handle;
use tokio::sync::Notify;
use tokio_util::sync::CancellationToken;

use crate::clock::Clock;
use crate::faults::FaultBox;
use crate::files::Files;
use crate::options::Rules;
use crate::wire::{Call, Change, Hop, Platform, Wire, WireEvent};
use crate::{telegram, whatsapp};

pub(crate) struct Hub {
    pub clock: Clock,
    pub rules: Rules,
    pub faults: FaultBox,
    pub wire: Wire,
    pub files: Files,
    pub ids: Ids,
    pub http: reqwest::Client,
    pub runtime: Handle,
    pub stop: CancellationToken,
    pub whatsapp_url: String,
    pub telegram_url: String,
    pub whatsapp: Mutex<whatsapp::state::State>,
    pub webhooks: whatsapp::webhooks::Queue,
    pub telegram: Mutex<telegram::state::State>,
    pub telegram_changed: Notify,
    pub saving: Mutex<()>,
}

impl Hub {
    pub fn call(&self, platform: Platform, call: Call) {
        self.wire.call(platform, call);
    }

    pub fn message_changed(&self, platform: Platform, chat: &str, id: &str, new: bool) {
        let (chat, id) = (chat.to_owned(), id.to_owned());
        self.wire.change(Change::Message {
            platform,
            chat,
            id,
            new,
        });
    }

    /// Tells the wire that something was refused, lost or delayed.
    pub fn trouble(&self, platform: Platform, why: &str) {
        let name = match platform {
            Platform::WhatsApp => "WhatsApp",
            Platform::Telegram => "Telegram",
        };
        self.tell(Hop::Fault, platform, "", (name, "desk"), why, "");
    }

    /// Tells the wire; `names` are from and to.
    pub fn tell(
        &self,
        hop: Hop,
        platform: Platform,
        chat: &str,
        names: (&str, &str),
        text: &str,
        id: &str,
    ) {
        self.wire.event(WireEvent {
            at_ms: self.clock.now_ms(),
            hop,
            platform,
            chat: chat.to_owned(),
            from: names.0.to_owned(),
            to: names.1.to_owned(),
            text: text.to_owned(),
            id: id.to_owned(),
        });
    }
}

/// Identifiers that look random and are the same for the same seed.
pub(crate) struct Ids {
    seed: u64,
    next: AtomicU64,
}

impl Ids {
    pub fn new(seed: u64) -> Self {
        Self {
            seed,
            next: AtomicU64::new(1),
        }
    }

    pub fn position(&self) -> u64 {
        self.next.load(Ordering::Relaxed)
    }

    pub fn resume(&self, position: u64) {
        self.next.fetch_max(position, Ordering::Relaxed);
    }

    /// 32 fresh bytes.
    pub fn bytes(&self, label: &str) -> [u8; 32] {
        let n = self.next.fetch_add(1, Ordering::Relaxed);
        let mut hash = Sha256::new();
        hash.update(self.seed.to_be_bytes());
        hash.update(n.to_be_bytes());
        hash.update(label.as_bytes());
        hash.finalize().into()
    }

    /// A fresh number below 2^62.
    pub fn number(&self, label: &str) -> u64 {
        let bytes = self.bytes(label);
        bytes[..8].iter().fold(0, |n, b| n << 8 | u64::from(*b)) >> 2
    }

    /// Fresh upper-case hexadecimal digits, up to 64.
    pub fn hex(&self, label: &str, digits: usize) -> String {
        let all = hex(&self.bytes(label)).to_ascii_uppercase();
        all.chars().take(digits).collect()
    }

    /// A fresh pause of up to `most`.
    pub fn jitter(&self, most: Duration) -> Duration {
        let most = u64::try_from(most.as_millis()).unwrap_or(u64::MAX).max(1);
        Duration::from_millis(self.number("jitter") % most)
    }
}

/// Lower-case hexadecimal.
pub(crate) fn hex(bytes: &[u8]) -> String {
    const DIGITS: &[u8; 16] = b"0123456789abcdef";
    bytes
        .iter()
        .flat_map(|b| [DIGITS[usize::from(b >> 4)], DIGITS[usize::from(b & 15)]])
        .map(char::from)
        .collect()
}
