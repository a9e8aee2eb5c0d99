//! The Bot API at its leanest: every call succeeds, updates wait for the poller and are forgotten when its offset confirms them.

use std::collections::{HashMap, VecDeque};
use std::sync::atomic::{AtomicI64, AtomicU32, AtomicU64, Ordering};
use std::sync::{Arc, Mutex};
use std::time::Duration;

use serde_json::{Value, json};
use tokio::sync::{Notify, mpsc};

use super::ledger::{Arrival, Ledger};
use super::{Dice, Watch};
use crate::clock::{Clock, pause};
use crate::locked;
use crate::platforms::credentials::{BOT_ID, BOT_NAME, BOT_USERNAME};

/// The first agent's Telegram id.
const AGENTS: i64 = 7_100_000;

/// A customer's words in an agent's chat.
#[derive(Clone, Copy, Debug)]
pub struct Relayed {
    /// The agent's chat.
    pub chat: i64,
    /// The message that carried them.
    pub message: i64,
    /// Their mark.
    pub mark: u64,
}

/// What the Bot API saw.
pub struct Bot {
    clock: Watch,
    times: Clock,
    dice: Dice,
    next: AtomicI64,
    updates: Mutex<Updates>,
    changed: Notify,
    /// Words of customers that reached agents.
    pub words: Arc<Ledger>,
    relayed: Mutex<Option<mpsc::UnboundedSender<Relayed>>>,
    calls: AtomicU64,
    /// How many messages a second are taken; zero: any number.
    takes: AtomicU32,
    /// When the messages of the last second were taken.
    taken: Mutex<VecDeque<Duration>>,
    refusals: AtomicU64,
    heard: Mutex<HashMap<i64, u64>>,
    doubled: AtomicU64,
}

#[derive(Default)]
struct Updates {
    last: i64,
    polls: u64,
    waiting: VecDeque<(i64, Value)>,
}

impl Bot {
    pub(super) fn new(clock: Watch, dice: Dice) -> Self {
        Self {
            clock,
            times: Clock::real(),
            dice,
            next: AtomicI64::new(1),
            updates: Mutex::default(),
            changed: Notify::new(),
            words: Arc::new(Ledger::new('q')),
            relayed: Mutex::default(),
            calls: AtomicU64::new(0),
            takes: AtomicU32::new(0),
            taken: Mutex::default(),
            refusals: AtomicU64::new(0),
            heard: Mutex::default(),
            doubled: AtomicU64::new(0),
        }
    }

    /// The chat of an agent.
    pub fn chat(agent: u64) -> i64 {
        AGENTS + i64::try_from(agent).unwrap_or(0)
    }

    /// Hears of every word of a customer that reaches an agent.
    pub fn listen(&self) -> mpsc::UnboundedReceiver<Relayed> {
        let (sender, receiver) = mpsc::unbounded_channel();
        *locked(&self.relayed) = Some(sender);
        receiver
    }

    /// How many messages the desk has sent.
    pub fn calls(&self) -> u64 {
        self.calls.load(Ordering::Relaxed)
    }

    /// From now on only so many messages within any second are taken, and what is more is refused.
    pub fn takes(&self, per_second: u32) {
        self.takes.store(per_second, Ordering::Relaxed);
    }

    /// How many messages were refused.
    pub fn refusals(&self) -> u64 {
        self.refusals.load(Ordering::Relaxed)
    }

    /// Whether one more message is too many for this second.
    fn is_too_fast(&self) -> bool {
        let most = self.takes.load(Ordering::Relaxed);
        if most == 0 {
            return false;
        }
        let (now, mut taken) = (self.clock.at(), locked(&self.taken));
        let second = Duration::from_secs(1);
        while taken
            .front()
            .is_some_and(|at| now.saturating_sub(*at) >= second)
        {
            taken.pop_front();
        }
        if taken.len() >= usize::try_from(most).unwrap_or(usize::MAX) {
            self.refusals.fetch_add(1, Ordering::Relaxed);
            return true;
        }
        taken.push_back(now);
        false
    }

    /// How many messages the desk has sent into this chat.
    pub fn heard(&self, chat: i64) -> u64 {
        locked(&self.heard).get(&chat).copied().unwrap_or(0)
    }

    /// So many of a hundred updates come twice.
    pub fn double_updates(&self, percent: u64) {
        self.doubled.store(percent, Ordering::Relaxed);
    }

    /// How many updates nobody has confirmed yet.
    pub fn waiting(&self) -> usize {
        locked(&self.updates).waiting.len()
    }

    /// An agent writes.
    pub fn says(&self, chat: i64, text: &str) {
        self.push(chat, text, None);
    }

    /// An agent replies to a message of the desk.
    pub fn replies(&self, chat: i64, to: i64, text: &str) {
        self.push(chat, text, Some(to));
    }

    fn push(&self, chat: i64, text: &str, to: Option<i64>) {
        let (date, mine) = (
            self.times.now_s(),
            json!({"id": chat, "type": "private", "first_name": "Agent"}),
        );
        let mut message = json!({
            "message_id": self.next.fetch_add(1, Ordering::Relaxed),
            "from": {"id": chat, "is_bot": false, "first_name": "Agent", "language_code": "id"},
            "chat": mine, "date": date, "text": text,
        });
        if text.starts_with('/') {
            let length = text.split(' ').next().unwrap_or_default().len();
            message["entities"] = json!([{"type": "bot_command", "offset": 0, "length": length}]);
        }
        if let Some(to) = to {
            message["reply_to_message"] = json!({
                "message_id": to, "from": me(), "chat": message["chat"], "date": date, "text": "…",
            });
        }
        {
            let mut updates = locked(&self.updates);
            updates.last += 1;
            let id = updates.last;
            updates
                .waiting
                .push_back((id, json!({"update_id": id, "message": message})));
        }
        self.changed.notify_waiters();
    }

    /// A call by its method; `unanswered`: the desk will not hear of it.
    pub(super) async fn call(&self, method: &str, raw: &[u8], unanswered: bool) -> Value {
        let body: Value = serde_json::from_slice(raw).unwrap_or(Value::Null);
        let result = match method {
            "getMe" => me(),
            "getUpdates" => self.poll(&body).await,
            "getWebhookInfo" => {
                json!({"url": "", "has_custom_certificate": false, "pending_update_count": 0})
            }
            method if method.starts_with("send") && method != "sendChatAction" => {
                if self.is_too_fast() {
                    return json!({"ok": false, "error_code": 429, "description": "Too Many Requests: retry after 1", "parameters": {"retry_after": 1}});
                }
                self.message(&body, raw, unanswered)
            }
            method if method.starts_with("edit") => {
                json!({"message_id": body["message_id"], "date": self.times.now_s(), "chat": {"id": body["chat_id"], "type": "private"}})
            }
            _ => json!(true),
        };
        json!({"ok": true, "result": result})
    }

    fn message(&self, body: &Value, raw: &[u8], unanswered: bool) -> Value {
        self.calls.fetch_add(1, Ordering::Relaxed);
        let id = self.next.fetch_add(1, Ordering::Relaxed);
        let chat = body["chat_id"]
            .as_i64()
            .or_else(|| body["chat_id"].as_str()?.parse().ok())
            .unwrap_or_default();
        *locked(&self.heard).entry(chat).or_default() += 1;
        if let Some(mark) = self.words.find(raw) {
            let arrival = Arrival {
                at: self.clock.at(),
                unanswered,
                flagged: self.words.is_flagged(raw),
            };
            self.words.arrived(mark, arrival);
            if let Some(listener) = locked(&self.relayed).as_ref() {
                // Nobody listens after a run.
                let _ = listener.send(Relayed {
                    chat,
                    message: id,
                    mark,
                });
            }
        }
        json!({"message_id": id, "from": me(), "date": self.times.now_s(), "chat": {"id": chat, "type": "private", "first_name": "Agent"}, "text": body["text"]})
    }

    /// Bot API: getUpdates. An offset confirms what is older; a newer poll ends an older one.
    async fn poll(&self, body: &Value) -> Value {
        let offset = body["offset"].as_i64().unwrap_or(0);
        let most = Duration::from_secs(body["timeout"].as_u64().unwrap_or(0).min(50));
        let mine = {
            let mut updates = locked(&self.updates);
            updates.polls += 1;
            updates.waiting.retain(|(id, _)| *id >= offset);
            updates.polls
        };
        self.changed.notify_waiters();
        let over = pause(most);
        tokio::pin!(over);
        loop {
            let changed = self.changed.notified();
            tokio::pin!(changed);
            changed.as_mut().enable();
            if let Some(batch) = self.batch(mine) {
                return batch;
            }
            tokio::select! {
                () = changed => {}
                () = &mut over => return json!([]),
            }
        }
    }

    fn batch(&self, mine: u64) -> Option<Value> {
        let updates = locked(&self.updates);
        if updates.polls != mine {
            return Some(json!([]));
        }
        let doubled = self.doubled.load(Ordering::Relaxed);
        let mut batch = Vec::new();
        for (_, update) in updates.waiting.iter().take(100) {
            batch.push(update.clone());
            if self.dice.percent(doubled) {
                batch.push(update.clone());
            }
        }
        (!batch.is_empty()).then_some(Value::Array(batch))
    }
}

fn me() -> Value {
    json!({"id": BOT_ID, "is_bot": true, "first_name": BOT_NAME, "username": BOT_USERNAME})
}

#[cfg(test)]
mod tests {
    use super::*;

    #[tokio::test]
    async fn an_offset_confirms() {
        let bot = Bot::new(Watch::start(), Dice::new(1));
        bot.says(Bot::chat(1), "/online");
        let first = bot.call("getUpdates", b"{\"timeout\":0}", false).await;
        assert_eq!(first["result"][0]["message"]["text"], "/online");
        assert_eq!(bot.waiting(), 1, "nothing is confirmed yet");
        let then = br#"{"timeout":0,"offset":2}"#;
        assert_eq!(
            bot.call("getUpdates", then, false).await["result"],
            json!([])
        );
        assert_eq!(bot.waiting(), 0);
    }

    #[tokio::test]
    async fn words_are_counted_where_they_arrive() {
        let bot = Bot::new(Watch::start(), Dice::new(1));
        let mut heard = bot.listen();
        let text = format!("Sari\n{}", bot.words.token(7));
        let body = json!({"chat_id": 5, "text": text}).to_string();
        let answer = bot.call("sendMessage", body.as_bytes(), false).await;
        let relayed = heard.recv().await.expect("it is told");
        assert_eq!((relayed.chat, relayed.mark), (5, 7));
        assert_eq!(answer["result"]["message_id"], relayed.message);
        bot.call("editMessageText", body.as_bytes(), false).await;
        assert_eq!(bot.words.marks()[0].1.arrivals.len(), 1);
    }
}
