//! A customer comes by: who it is, what was said is stored, and what a step of the dialogue has to know is loaded.

use std::{sync::Arc, time::Duration};

use sapa_core::{
    clock::Millis,
    contacts::{self, Customer, Identity},
    conversations::{self, Conversation, Owner},
    db,
    desk::Act,
    ids::ticket_number_in,
    media,
    messages::{self, Author, Message, NewMessage},
    outbox::{self, Content},
    routing,
    sessions::{self, Loaded},
    staff::{self, Permission, Staff},
    tickets::{self, Filter, Status, Ticket},
};

use super::{
    dialogue::{At, Input, State, TicketFact, VERSION, View, With},
    hearing, relay,
    vocabulary::Vocabulary,
};
use crate::inbound::{FromCustomer, Said};

/// As many of a customer's tickets as the list goes through.
const TICKETS: i64 = 200;

/// So long after it ended a ticket is offered to be opened again; whether it may be is decided when it is done.
const REOPENABLE: Duration = Duration::from_hours(7 * 24);

/// One message of a customer, stored, with whom it is for.
pub struct Visit {
    /// The customer.
    pub customer: Customer,
    /// Their open conversation.
    pub conversation: Conversation,
    /// The agent who has it.
    pub agent: Option<Staff>,
    /// The message.
    pub message: Message,
    /// As the dialogue hears it.
    pub input: Input,
    /// A quoted ticket with an agent who has not got the conversation anyway: the message is for him.
    pub quoted: Option<(Ticket, Staff)>,
    /// Where the dialogue stood, once that was read.
    pub stood: Option<State>,
    /// How the platform names the customer, as far as this message tells.
    identity: Identity,
    /// When the message came in.
    received_at: Millis,
}

/// Who it is. When the number was somebody else's before, staff are told.
pub async fn meet(act: &mut Act<'_>, from: &FromCustomer) -> db::Result<Customer> {
    let who = &from.customer;
    let identity = Identity {
        wa_id: who.wa_id.clone(),
        user_id: who.user_id.clone(),
    };
    let met = contacts::meet(act, &identity, who.profile_name.as_deref()).await?;
    if let Some(former) = &met.recycled {
        tell_of_recycled_number(act, former, &met.customer).await?;
    }
    Ok(met.customer)
}

/// The person has another number or user id from now on; an agent in the middle of a conversation is told.
pub async fn moved(act: &mut Act<'_>, customer: &Customer, identity: &Identity) -> db::Result<()> {
    let id = contacts::change_identity(act, &customer.id, identity).await?;
    let Some(open) = conversations::open_of(act.tx, &id).await? else {
        return Ok(());
    };
    if let Some(agent) = agent_of(act, &open).await? {
        let text = act.localizer(agent.locale).text(
            "agent-note-new-number",
            sapa_core::args!["name" => &customer.name],
        );
        relay::note(act, &agent, &id, open.ticket_id.as_deref(), text, None).await?;
    }
    Ok(())
}

async fn tell_of_recycled_number(
    act: &mut Act<'_>,
    former: &str,
    now: &Customer,
) -> db::Result<()> {
    let Some(former) = contacts::by_id(act.tx, former).await? else {
        return Ok(());
    };
    let with = match conversations::open_of(act.tx, &former.id).await? {
        Some(open) => open.staff_id,
        None => None,
    };
    for colleague in staff::colleagues(act.tx).await? {
        if with.as_ref() == Some(&colleague.id)
            || colleague.role.permits(Permission::TicketsReadAll)
        {
            let names = sapa_core::args!["former" => &former.name, "name" => &now.name];
            let text = act
                .localizer(colleague.locale)
                .text("agent-note-recycled", names);
            relay::note(act, &colleague, &former.id, None, text, None).await?;
        }
    }
    Ok(())
}

async fn agent_of(act: &mut Act<'_>, conversation: &Conversation) -> db::Result<Option<Staff>> {
    let Some(id) = conversation
        .staff_id
        .as_ref()
        .filter(|_| conversation.owner == Owner::Agent)
    else {
        return Ok(None);
    };
    let agent = staff::by_id(act.tx, id).await?;
    Ok(agent.filter(|agent| agent.active && agent.telegram_chat_id.is_some()))
}

impl Visit {
    /// Stores the message. `None`: it is known already, and there is nothing to do.
    pub async fn begin(
        act: &mut Act<'_>,
        customer: Customer,
        from: FromCustomer,
    ) -> db::Result<Option<Self>> {
        let channel = act.desk.settings.whatsapp.clone();
        // Held: whoever gives it to an agent meanwhile waits for these words, or these words for him.
        let mut conversation = conversations::held(act, &customer.id, &channel).await?;
        let mut agent = agent_of(act, &conversation).await?;
        if conversation.owner == Owner::Agent && agent.is_none() {
            // Whoever had it does not work here any more.
            conversation = conversations::to_queue(act, &conversation).await?;
            let rota = routing::lock(act).await?;
            agent = routing::assign_conversation(act, &rota, &conversation).await?;
            conversation = conversations::current(act, &customer.id, &channel).await?;
        }
        let quoted = quoted(act, &customer, &from).await?;
        let about = match &quoted {
            Some((ticket, _)) => Some(ticket.id.clone()),
            // A tap on a button of ours says nothing to an agent.
            None if matches!(from.said, Said::Choice { .. }) => None,
            None => conversation
                .ticket_id
                .clone()
                .filter(|_| conversation.owner != Owner::Bot),
        };
        // The agent who has the conversation anyway gets it there, about the ticket that was quoted.
        let quoted =
            quoted.filter(|(_, other)| agent.as_ref().is_none_or(|agent| agent.id != other.id));
        let Some(message) = store(act, &customer, &conversation, about, &from).await? else {
            return Ok(None);
        };
        let identity = Identity {
            wa_id: from.customer.wa_id,
            user_id: from.customer.user_id,
        };
        let input = Input {
            message_id: message.id.clone(),
            heard: hearing::heard(from.said),
        };
        Ok(Some(Self {
            customer,
            conversation,
            agent,
            message,
            input,
            quoted,
            stood: None,
            identity,
            received_at: from.received_at,
        }))
    }

    /// What a step has to know. `None` for the state: there is one that nobody can read any more.
    pub async fn load(
        &mut self,
        act: &mut Act<'_>,
        words: Arc<Vocabulary>,
    ) -> db::Result<(Option<State>, View)> {
        let loaded = sessions::load::<State>(act.tx, &person(&self.customer.id), VERSION).await?;
        let (state, idle) = match loaded {
            Loaded::None => (Some(State::default()), None),
            Loaded::State(state, at) => (Some(state), Some(self.received_at.since(at))),
            Loaded::Unreadable => (
                (self.conversation.owner != Owner::Bot).then(State::default),
                None,
            ),
        };
        self.stood.clone_from(&state);
        let with_staff = self.conversation.owner != Owner::Bot;
        let leaves = matches!(
            &state,
            Some(State {
                at: At::Leave { .. },
                ..
            })
        );
        // What is passed on to an agent needs none of the customer's tickets.
        let (types, tickets) = if with_staff && !leaves {
            (Vec::new(), Vec::new())
        } else {
            let tickets = tickets_of(act, &self.customer.id).await?;
            (tickets::types(act.tx).await?, tickets)
        };
        if self.identity.wa_id.is_none() {
            self.identity = contacts::identity(act.tx, &self.customer.id).await?;
        }
        let settings = &act.desk.settings;
        let view = View {
            texts: act.desk.texts.clone(),
            words,
            zone: settings.time_zone,
            locale: contacts::speaks(&self.customer, &self.identity, settings),
            now: act.now,
            idle,
            desk: settings.name.clone(),
            name: self.customer.name.clone(),
            with: self.with(act, leaves).await?,
            types,
            tickets,
        };
        Ok((state, view))
    }

    /// Who has the conversation. The number of its ticket is said to who waits, and to who leaves his agent.
    async fn with(&self, act: &mut Act<'_>, leaves: bool) -> db::Result<With> {
        let ticket = match &self.conversation.ticket_id {
            Some(id) if leaves || self.agent.is_none() => tickets::by_id(act.tx, id)
                .await?
                .map(|ticket| ticket.number),
            _ => None,
        };
        Ok(match (&self.conversation.owner, &self.agent) {
            (Owner::Bot, _) => With::Bot,
            (_, Some(agent)) => With::Agent {
                name: agent.name.clone(),
                ticket,
            },
            (_, None) => With::Queue {
                since: self.conversation.queued_at.unwrap_or(act.now),
                ticket,
            },
        })
    }
}

/// The name of a customer's session.
pub fn person(customer_id: &str) -> String {
    format!("customer:{customer_id}")
}

/// A ticket as a dialogue sees it.
pub fn fact(act: &Act<'_>, ticket: &Ticket) -> TicketFact {
    let ended = ticket
        .closed_at
        .or(ticket.resolved_at)
        .unwrap_or(ticket.updated_at);
    let over = matches!(ticket.status, Status::Resolved | Status::Closed);
    TicketFact {
        id: ticket.id.clone(),
        number: ticket.number.clone(),
        type_id: ticket.type_id.clone(),
        status: ticket.status,
        title: ticket.title.clone(),
        reopenable: over && act.now.since(ended) <= REOPENABLE,
    }
}

async fn tickets_of(act: &mut Act<'_>, customer_id: &str) -> db::Result<Vec<TicketFact>> {
    let (tickets, _) = tickets::of_customer(act.tx, customer_id, Filter::All, 0, TICKETS).await?;
    let mut facts: Vec<TicketFact> = tickets.iter().map(|ticket| fact(act, ticket)).collect();
    facts.sort_by_key(|ticket| !ticket.is_open());
    Ok(facts)
}

/// The open ticket that a quoted message is about, with its agent. Taps quote the question they answer: they are not meant for an agent.
async fn quoted(
    act: &mut Act<'_>,
    customer: &Customer,
    from: &FromCustomer,
) -> db::Result<Option<(Ticket, Staff)>> {
    let Some(quoted) = from
        .quotes
        .as_ref()
        .filter(|_| !matches!(from.said, Said::Choice { .. }))
    else {
        return Ok(None);
    };
    let channel = act.desk.settings.whatsapp.clone();
    let ours = outbox::store::post_target(act.tx, &channel, "", quoted).await?;
    let ticket_id = match ours {
        Some(post) => match post.ticket_id {
            Some(id) => Some(id),
            None => named_in(act, &post.content).await?,
        },
        None => messages::find(act.tx, &channel, "", quoted)
            .await?
            .and_then(|message| message.ticket_id),
    };
    let Some(ticket_id) = ticket_id else {
        return Ok(None);
    };
    let Some(ticket) = tickets::owned(act.tx, &customer.id, &ticket_id).await? else {
        return Ok(None);
    };
    let Some(staff_id) = ticket
        .staff_id
        .as_ref()
        .filter(|_| !ticket.status.is_done())
    else {
        return Ok(None);
    };
    let agent = staff::by_id(act.tx, staff_id).await?;
    let agent = agent.filter(|agent| agent.active && agent.telegram_chat_id.is_some());
    Ok(agent.map(|agent| (ticket, agent)))
}

/// The ticket that a bubble of ours speaks of by its number.
async fn named_in(act: &mut Act<'_>, content: &Content) -> db::Result<Option<String>> {
    let Content::Prompt(prompt) = content else {
        return Ok(None);
    };
    let text = prompt.text.to_plain();
    let Some(number) = ticket_number_in(&text) else {
        return Ok(None);
    };
    let ticket = tickets::by_number(act.tx, number).await?;
    Ok(ticket.map(|ticket| ticket.id))
}

async fn store(
    act: &mut Act<'_>,
    customer: &Customer,
    conversation: &Conversation,
    ticket_id: Option<String>,
    from: &FromCustomer,
) -> db::Result<Option<Message>> {
    let channel = act.desk.settings.whatsapp.clone();
    let media_id = match &from.said {
        Said::Media {
            kind,
            platform_id,
            filename,
            mime,
            ..
        } => Some(
            media::want(
                act,
                &channel,
                platform_id,
                *kind,
                filename.as_deref(),
                mime.as_deref(),
            )
            .await?,
        ),
        _ => None,
    };
    let stored = hearing::stored(&from.said);
    let new = NewMessage {
        conversation_id: conversation.id.clone(),
        customer_id: customer.id.clone(),
        ticket_id,
        author: Author::Customer,
        staff_id: None,
        kind: stored.kind,
        body: stored.body,
        details: stored.details,
        media_id,
        channel,
        chat: String::new(),
        external_id: from.external_id.clone(),
        quotes: from.quotes.clone(),
        written_at: from.at,
    };
    messages::store(act, new).await
}
