//! Where a member of staff is in a dialogue with the desk: what was asked, and what is kept until it is answered.

use sapa_core::{clock::Millis, messages::Kind};
use serde::{Deserialize, Serialize};

/// The version of [`State`] as it is stored.
pub const VERSION: i64 = 1;

/// What an agent wrote and nobody has got yet.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Kept {
    /// Telegram's id of the message.
    pub external_id: String,
    /// When it was written.
    pub at: Millis,
    /// What sort of message.
    pub kind: Kind,
    /// The words or the caption.
    pub body: String,
    /// JSON: a place, the lines of contact cards.
    pub details: Option<String>,
    /// Our id of the file.
    pub media_id: Option<String>,
    /// Telegram's id of the message that it answers.
    pub quotes: Option<String>,
    /// Items of one album share this.
    pub album: Option<String>,
}

/// What is kept, and what has to be answered before it goes out.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Waiting {
    /// In the order in which they were written.
    pub kept: Vec<Kept>,
    /// The customer is not his: take over and send? Without it the question is to whom.
    pub take_over: Option<TakeOver>,
}

/// Whom to take over.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct TakeOver {
    /// The customer.
    pub customer_id: String,
    /// The ticket that the answer was about.
    pub ticket_id: Option<String>,
}

/// A question that is answered with words.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(tag = "asked", rename_all = "snake_case")]
pub enum Asked {
    /// Why does the ticket wait?
    HoldReason {
        /// Which.
        ticket_id: String,
    },
    /// Why does somebody have to help with the ticket?
    Escalation {
        /// Which.
        ticket_id: String,
    },
    /// With what words is the customer told that the ticket is done?
    ClosingWords {
        /// Which.
        ticket_id: String,
    },
}

/// Where he is. The two are apart: a question about a ticket must not lose what he wrote to somebody else.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct State {
    /// What waits to be sent.
    #[serde(default)]
    pub waiting: Option<Waiting>,
    /// What was asked last.
    #[serde(default)]
    pub asked: Option<Asked>,
}

impl State {
    /// Whether nothing waits and nothing was asked.
    pub fn is_idle(&self) -> bool {
        self.waiting.is_none() && self.asked.is_none()
    }

    /// How many messages wait to be sent.
    pub fn kept(&self) -> usize {
        self.waiting
            .as_ref()
            .map_or(0, |waiting| waiting.kept.len())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_state_comes_back_as_it_was_saved() {
        let kept = Kept {
            external_id: "17".into(),
            at: Millis(5),
            kind: Kind::Image,
            body: "lampunya".into(),
            details: None,
            media_id: Some("m".into()),
            quotes: None,
            album: Some("a".into()),
        };
        let take_over = TakeOver {
            customer_id: "c".into(),
            ticket_id: None,
        };
        let state = State {
            waiting: Some(Waiting {
                kept: vec![kept],
                take_over: Some(take_over),
            }),
            asked: Some(Asked::HoldReason {
                ticket_id: "t".into(),
            }),
        };
        let stored = serde_json::to_string(&state).unwrap();
        assert_eq!(serde_json::from_str::<State>(&stored).unwrap(), state);
        assert!(serde_json::from_str::<State>("{}").unwrap().is_idle());
        assert!(serde_json::from_str::<State>(r#"{"asked":{"asked":"riddle"}}"#).is_err());
    }
}
