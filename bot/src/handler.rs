//! From an event to whoever talks: customers' events to the flows, staff's to the desk. What may be lost is done after the commit.

use async_trait::async_trait;
use sapa_core::{
    connection,
    desk::{Act, Desk},
    inbox::{self, Broken, Ephemeral, Event, Handler},
};
use tokio::sync::{Semaphore, SemaphorePermit};

use crate::{
    desk::{StaffDesk, commands},
    flows::Customers,
    inbound::{FromStaff, Said},
    telegram, whatsapp,
};

/// Courtesies that may be under way at once on each platform: when it is slow they are left out, before they take the connections and
/// file descriptors that messages and webhooks need.
const COURTESIES: usize = 64;

/// Handles the events of both platforms.
pub struct Conversations {
    desk: Desk,
    customers: Customers,
    staff: StaffDesk,
    whatsapp: whatsapp::Client,
    telegram: telegram::Client,
    courtesies: [Semaphore; 2],
}

impl Conversations {
    /// Handlers that may do small courtesies through these clients.
    pub fn new(desk: &Desk, whatsapp: whatsapp::Client, telegram: telegram::Client) -> Self {
        let (customers, staff) = (Customers::new(), StaffDesk::new());
        Self {
            desk: desk.clone(),
            customers,
            staff,
            whatsapp,
            telegram,
            courtesies: [COURTESIES, COURTESIES].map(Semaphore::new),
        }
    }

    async fn whatsapp_event(
        &self,
        act: &mut Act<'_>,
        event: &Event,
    ) -> Result<Vec<Ephemeral>, Broken> {
        match whatsapp::read(event) {
            whatsapp::Read::Message(from) => self.customers.handle(act, from).await,
            whatsapp::Read::Account(told) => {
                let number = told.number.as_deref();
                connection::heard(act, &event.channel, number, &told.news).await?;
                Ok(Vec::new())
            }
            other => {
                note_unheard(event, other.kind());
                Ok(Vec::new())
            }
        }
    }

    async fn telegram_event(
        &self,
        act: &mut Act<'_>,
        event: &Event,
    ) -> Result<Vec<Ephemeral>, Broken> {
        match telegram::read(event) {
            telegram::Read::FromStaff(from) => {
                let invitation = is_invitation(&from);
                let effects = self.staff.handle(act, from).await?;
                if invitation {
                    // A one-time secret stays nowhere once it has been used.
                    inbox::store::redact(act.tx, event.seq).await?;
                }
                Ok(effects)
            }
            telegram::Read::PressElsewhere { press } => {
                Ok(vec![Ephemeral::AnswerPress { press, text: None }])
            }
            telegram::Read::Ignored(kind) => {
                note_unheard(event, &kind);
                Ok(Vec::new())
            }
        }
    }
}

#[async_trait]
impl Handler for Conversations {
    async fn handle(&self, act: &mut Act<'_>, event: &Event) -> Result<Vec<Ephemeral>, Broken> {
        if event.channel == self.desk.settings.whatsapp {
            self.whatsapp_event(act, event).await
        } else if event.channel == self.desk.settings.telegram {
            self.telegram_event(act, event).await
        } else {
            // An account that this desk had before: kept, answered to nobody.
            note_unheard(event, "another account");
            Ok(Vec::new())
        }
    }

    async fn afterwards(&self, _: &Event, effects: Vec<Ephemeral>) {
        let [customers, staff] = &self.courtesies;
        for effect in effects {
            match &effect {
                // A customer's message is marked as seen also when an agent's button caused it.
                Ephemeral::MarkRead { .. } => {
                    if let Some(_place) = place(customers) {
                        whatsapp::perform(&self.whatsapp, &effect).await;
                    }
                }
                Ephemeral::AnswerPress { press, text } => {
                    if let Some(_place) = place(staff) {
                        let text = text.as_deref();
                        telegram::ephemeral::answer_press(&self.telegram, press, text).await;
                    }
                }
                Ephemeral::LookAtPeople => self.desk.bell.ring_people(),
                Ephemeral::LookAtSettings => self.desk.bell.ring_settings(),
                Ephemeral::SendCodes => self.desk.bell.ring_codes(),
                Ephemeral::LookAgain => self.desk.bell.ring_from_afar(),
            }
        }
    }

    async fn gave_up(&self, act: &mut Act<'_>, event: &Event) -> Result<(), Broken> {
        if event.channel == self.desk.settings.whatsapp
            && let whatsapp::Read::Message(from) = whatsapp::read(event)
        {
            return self.customers.sorry(act, &from).await;
        }
        if event.channel == self.desk.settings.telegram
            && let telegram::Read::FromStaff(from) = telegram::read(event)
        {
            return self.staff.sorry(act, &from).await;
        }
        Ok(())
    }
}

/// A place for one more courtesy; without one it is left out.
fn place(places: &Semaphore) -> Option<SemaphorePermit<'_>> {
    let place = places.try_acquire().ok();
    if place.is_none() {
        metrics::counter!("sapa_courtesies_left_out_total").increment(1);
    }
    place
}

fn is_invitation(from: &FromStaff) -> bool {
    let Said::Text(text) = &from.said else {
        return false;
    };
    commands::parse(text).is_some_and(|(name, rest)| name == "start" && !rest.is_empty())
}

fn note_unheard(event: &Event, kind: &str) {
    metrics::counter!("sapa_inbox_unheard_total", "channel" => event.channel.0.clone(), "kind" => kind.to_owned()).increment(1);
    tracing::debug!(seq = event.seq, kind, "an event that needs no answer");
}
