//! Faults on demand: what the platforms answer wrongly, and how their webhooks misbehave. Rules are taken in
//! the order they were set; a rule lasts for a number of calls or until it is cleared.

use std::sync::{Arc, Mutex};
use std::time::Duration;

use serde::{Deserialize, Serialize};

use crate::hub::Hub;
use crate::locked;
use crate::wire::Platform;

/// Calls that a desk makes by itself, whenever it likes: a fault that is counted is meant for what somebody does.
const QUESTIONS: [&str; 6] = [
    "getUpdates",
    "getWebhookInfo",
    "phone_number",
    "subscribed_apps",
    "debug_token",
    "message_templates",
];

/// What an API call meets instead of an honest answer.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(tag = "kind", rename_all = "snake_case")]
pub enum Fault {
    /// 429. Telegram sends `retry_after` (left out when `None`); `WhatsApp` sends `code` (130429 when `None`).
    TooMany {
        /// Seconds to wait, Telegram only.
        retry_after: Option<u64>,
        /// 130429, 131056, 80007, 131048 …, `WhatsApp` only.
        code: Option<i64>,
    },
    /// 500 in the platform's own JSON.
    ServerError,
    /// 502 with a page of HTML, as a proxy in front would send.
    BadGateway,
    /// Nothing for so many milliseconds of the sandbox's clock, then the connection closes; nothing was done.
    Hang {
        /// How long.
        ms: u64,
    },
    /// The call is carried out and the connection closed without an answer.
    LoseResponse,
    /// The call is carried out and answered with 200 and broken JSON.
    InvalidJson,
    /// Refused with the given code (HTTP status for Telegram, error code for `WhatsApp`) and text.
    Refuse {
        /// The code.
        code: i64,
        /// The description.
        message: String,
    },
}

/// A fault, how often it still strikes, and which method it strikes.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Rule {
    /// What happens.
    pub fault: Fault,
    /// How many calls it still strikes; `None` stands until cleared.
    pub left: Option<u32>,
    /// Only this method (`sendMessage`, `messages`, `media`); `None` strikes all but polling for updates, and, when it is counted, all
    /// but questions about the account.
    pub method: Option<String>,
}

/// How a platform's webhooks misbehave.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct WebhookFaults {
    /// Every delivery is posted twice.
    pub duplicate: bool,
    /// Order is disturbed.
    pub shuffle: bool,
    /// So many events in one POST (0 and 1: each alone). Fewer wait a moment for company.
    pub batch: usize,
    /// Nothing is posted until released.
    pub hold: bool,
}

/// All faults of one platform.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct PlatformFaults {
    /// Wrong answers of the API.
    pub api: Vec<Rule>,
    /// Misbehaving webhooks.
    pub webhooks: WebhookFaults,
}

/// All faults, as set now.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct FaultSet {
    /// Those of the `WhatsApp` Cloud API.
    pub whatsapp: PlatformFaults,
    /// Those of the Telegram Bot API.
    pub telegram: PlatformFaults,
}

impl FaultSet {
    pub(crate) fn of(&mut self, platform: Platform) -> &mut PlatformFaults {
        match platform {
            Platform::WhatsApp => &mut self.whatsapp,
            Platform::Telegram => &mut self.telegram,
        }
    }
}

#[derive(Default)]
pub(crate) struct FaultBox(Mutex<FaultSet>);

impl FaultBox {
    /// The fault that strikes this call, if any; counts it down.
    pub fn strike(&self, platform: Platform, method: &str) -> Option<Fault> {
        let mut set = locked(&self.0);
        let rules = &mut set.of(platform).api;
        let at = rules.iter().position(|rule| match &rule.method {
            Some(only) => only.eq_ignore_ascii_case(method),
            None if rule.left.is_some() => !QUESTIONS.contains(&method),
            None => method != "getUpdates",
        })?;
        let fault = rules[at].fault.clone();
        if let Some(left) = &mut rules[at].left {
            *left = left.saturating_sub(1);
            if *left == 0 {
                rules.remove(at);
            }
        }
        Some(fault)
    }

    pub fn webhooks(&self, platform: Platform) -> WebhookFaults {
        locked(&self.0).of(platform).webhooks.clone()
    }
}

/// Sets and clears faults.
#[derive(Clone)]
pub struct Faults(pub(crate) Arc<Hub>);

impl Faults {
    /// The next `count` calls (polling for updates and questions about the account aside) meet this fault.
    pub fn next(&self, platform: Platform, count: u32, fault: Fault) {
        self.rule(
            platform,
            Rule {
                fault,
                left: Some(count.max(1)),
                method: None,
            },
        );
    }

    /// The next `count` calls of one method meet this fault.
    pub fn next_of(&self, platform: Platform, method: &str, count: u32, fault: Fault) {
        let method = Some(method.to_owned());
        self.rule(
            platform,
            Rule {
                fault,
                left: Some(count.max(1)),
                method,
            },
        );
    }

    /// Every call meets this fault until faults are cleared.
    pub fn always(&self, platform: Platform, fault: Fault) {
        self.rule(
            platform,
            Rule {
                fault,
                left: None,
                method: None,
            },
        );
    }

    /// Adds a rule behind those already set.
    pub fn rule(&self, platform: Platform, rule: Rule) {
        locked(&self.0.faults.0).of(platform).api.push(rule);
    }

    /// Takes back every rule with this fault.
    pub fn lift(&self, platform: Platform, fault: &Fault) {
        locked(&self.0.faults.0)
            .of(platform)
            .api
            .retain(|rule| rule.fault != *fault);
    }

    /// Changes how webhooks misbehave; what was held back and no longer is goes out.
    pub fn webhooks(&self, platform: Platform, change: impl FnOnce(&mut WebhookFaults)) {
        change(&mut locked(&self.0.faults.0).of(platform).webhooks);
        self.release(platform);
    }

    /// Posts what batching or an ended hold has kept waiting.
    pub fn release(&self, platform: Platform) {
        match platform {
            Platform::WhatsApp => crate::whatsapp::webhooks::release(&self.0),
            Platform::Telegram => self.0.telegram_changed.notify_waiters(),
        }
    }

    /// No faults any more on either platform.
    pub fn clear(&self) {
        *locked(&self.0.faults.0) = FaultSet::default();
        self.release(Platform::WhatsApp);
        self.release(Platform::Telegram);
    }

    /// The faults as set now.
    pub fn current(&self) -> FaultSet {
        locked(&self.0.faults.0).clone()
    }

    /// How long the page's `hang` lasts.
    pub(crate) const HANG: Duration = Duration::from_secs(20);
}
