//! The customers' side: what a customer says becomes a step of a dialogue, or goes to the agent who has the conversation.
//!
//! `step` and what it calls is pure: words in, words and effects out. This file and `visit`, `effects` and `relay` are what
//! surrounds it: they load what it has to know, do what follows, and own no rule of the desk. No wire format is known here.

use std::sync::{Arc, OnceLock};

use sapa_core::{
    contacts,
    desk::Act,
    inbox::{Broken, Ephemeral},
};

use crate::inbound::{FromCustomer, Said};

mod account;
mod account_acts;
mod dialogue;
mod effects;
mod hearing;
mod language;
mod my_tickets;
mod person;
mod relay;
mod speech;
pub(crate) mod spelling;
mod step;
mod ticket;
mod ticket_answers;
mod ticket_detail;
mod ticket_return;
mod ticket_words;
mod understand;
mod visit;
mod vocabulary;
mod welcome;

use visit::Visit;
use vocabulary::Vocabulary;

/// Talks with customers.
#[derive(Clone, Debug, Default)]
pub struct Customers {
    words: OnceLock<Arc<Vocabulary>>,
}

impl Customers {
    /// Whoever talks with customers.
    pub fn new() -> Self {
        Self::default()
    }

    /// Handles one message or event of a customer, inside the transaction of its event.
    pub async fn handle(
        &self,
        act: &mut Act<'_>,
        from: FromCustomer,
    ) -> Result<Vec<Ephemeral>, Broken> {
        if matches!(from.said, Said::Silent(_) | Said::Reachable(_)) {
            return Ok(Vec::new());
        }
        let customer = visit::meet(act, &from).await?;
        match &from.said {
            Said::NewIdentity { wa_id, user_id } => {
                let identity = contacts::Identity {
                    wa_id: wa_id.clone(),
                    user_id: user_id.clone(),
                };
                visit::moved(act, &customer, &identity).await?;
                Ok(Vec::new())
            }
            Said::Edited { original, text } => {
                relay::edited(act, &customer, original, text).await?;
                Ok(Vec::new())
            }
            Said::Revoked { original } => {
                relay::revoked(act, &customer, original).await?;
                Ok(Vec::new())
            }
            Said::Reaction { to, emoji } => {
                relay::reacted(act, &customer, to, emoji.as_deref()).await?;
                Ok(Vec::new())
            }
            _ => self.converse(act, customer, from).await,
        }
    }

    /// Says sorry when a message of a customer's could not be handled, so that nobody waits for an answer that will not come.
    pub async fn sorry(&self, act: &mut Act<'_>, from: &FromCustomer) -> Result<(), Broken> {
        if matches!(
            from.said,
            Said::Silent(_) | Said::Reachable(_) | Said::NewIdentity { .. } | Said::Reaction { .. }
        ) {
            return Ok(());
        }
        let mut customer = visit::meet(act, from).await?;
        contacts::opened_window(act, &mut customer, from.at).await?;
        effects::sorry(act, &customer.id).await?;
        Ok(())
    }

    async fn converse(
        &self,
        act: &mut Act<'_>,
        mut customer: contacts::Customer,
        from: FromCustomer,
    ) -> Result<Vec<Ephemeral>, Broken> {
        contacts::opened_window(act, &mut customer, from.at).await?;
        let read = Ephemeral::MarkRead {
            external_id: from.external_id.clone(),
            typing: true,
        };
        let Some(mut visit) = Visit::begin(act, customer, from).await? else {
            return Ok(Vec::new());
        };
        let settings = &act.desk.settings;
        let read_words = || Arc::new(Vocabulary::read(&act.desk.texts, settings.time_zone));
        let words = Arc::clone(self.words.get_or_init(read_words));
        if let Some((ticket, agent)) = visit.quoted.take() {
            relay::to_agent(act, &visit.message, &ticket.id, &agent).await?;
            return Ok(Vec::new());
        }
        let (state, view) = visit.load(act, words).await?;
        let done = match state {
            Some(state) => step::step(state, &visit.input, &view),
            None => step::lost(&view),
        };
        let done = effects::execute(act, &mut visit, done, view).await?;
        let mut after = Vec::new();
        if done.said {
            after.push(read);
        }
        if done.codes {
            after.push(Ephemeral::SendCodes);
        }
        Ok(after)
    }
}

#[cfg(test)]
mod tests;
