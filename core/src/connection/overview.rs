//! Both channels at a glance, for whoever asks how the desk is connected.

use super::{Fact, store};
use crate::{
    clock::Millis,
    db::{self, Tx},
    desk::Settings,
    inbox::Channel,
};

/// What flows on a channel, and what is known of its health.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Flow {
    /// The channel.
    pub channel: Channel,
    /// What is known, by subject.
    pub facts: Vec<Fact>,
    /// How many messages wait to go out.
    pub outgoing: i64,
    /// Since when the oldest of them waits.
    pub oldest_outgoing: Option<Millis>,
    /// How many events are not handled.
    pub incoming: i64,
    /// Since when the oldest of them waits.
    pub oldest_incoming: Option<Millis>,
}

/// Both channels.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Overview {
    /// WhatsApp, then Telegram.
    pub channels: [Flow; 2],
    /// How many events were given up.
    pub dead: i64,
}

impl Flow {
    /// What is known of one thing.
    pub fn fact(&self, subject: &str) -> Option<&Fact> {
        self.facts.iter().find(|fact| fact.subject == subject)
    }
}

/// Both channels as they stand now.
pub async fn overview(tx: &mut Tx, settings: &Settings) -> db::Result<Overview> {
    Ok(Overview {
        channels: [
            flow(tx, &settings.whatsapp).await?,
            flow(tx, &settings.telegram).await?,
        ],
        dead: store::dead(tx).await?,
    })
}

async fn flow(tx: &mut Tx, channel: &Channel) -> db::Result<Flow> {
    let (outgoing, oldest_outgoing) = store::flow(tx, channel).await?;
    let (incoming, oldest_incoming) = store::unhandled(tx, channel).await?;
    Ok(Flow {
        channel: channel.clone(),
        facts: store::facts(tx, channel).await?,
        outgoing,
        oldest_outgoing,
        incoming,
        oldest_incoming,
    })
}
