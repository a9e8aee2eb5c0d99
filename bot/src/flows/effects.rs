//! Doing what follows from a step, inside the customer's transaction, and saying what came of it.

use sapa_core::{
    args,
    contacts::{self, Customer, Refs},
    conversations::{self, Owner},
    db,
    desk::Act,
    messages::{self, Handed},
    outbox::{CardSubject, Class, Content, Prompt},
    portal::NewContact,
    routing, sessions,
    staff::{self, Staff, cards},
    tickets::{self, Actor, EventKind, NewTicket, Priority, Refusal, Status, Ticket, TicketEvent},
};

use super::{
    account_acts,
    dialogue::{Draft, Sent, State, VERSION, View, With},
    person, relay, speech,
    step::{Effect, Step},
    ticket::{self, Opened},
    ticket_detail::{self, Detail, Happened},
    visit::{self, Visit},
};
use crate::desk::handing;

/// A dialogue's effects, being done.
struct Doing<'v> {
    visit: &'v mut Visit,
    view: View,
    state: State,
    said: bool,
    codes: bool,
}

/// What was done.
#[derive(Clone, Copy, Debug)]
pub struct Done {
    /// Something was said to the customer.
    pub said: bool,
    /// A one-time code is to be sent.
    pub codes: bool,
}

/// Does what follows and remembers where the dialogue stands.
pub async fn execute(
    act: &mut Act<'_>,
    visit: &mut Visit,
    step: Step,
    view: View,
) -> db::Result<Done> {
    let mut doing = Doing {
        visit,
        view,
        state: step.state,
        said: false,
        codes: false,
    };
    let mut for_agent = false;
    for effect in step.effects {
        for_agent |= matches!(
            effect,
            Effect::PassOn | Effect::AddMessageToTicket { .. } | Effect::OpenTicket { .. }
        );
        doing.one(act, effect).await?;
    }
    if doing.visit.agent.is_some() && !for_agent {
        messages::detach(act, &doing.visit.message).await?;
    }
    // Word after word that is passed on to an agent leaves the dialogue where it stood.
    if doing.view.with == With::Bot || doing.visit.stood.as_ref() != Some(&doing.state) {
        let person = visit::person(&doing.visit.customer.id);
        sessions::save(act, &person, VERSION, &doing.state).await?;
    }
    Ok(Done {
        said: doing.said,
        codes: doing.codes,
    })
}

/// Says sorry for a message that could not be handled.
pub async fn sorry(act: &mut Act<'_>, customer_id: &str) -> db::Result<()> {
    let Some(customer) = contacts::by_id(act.tx, customer_id).await? else {
        return Ok(());
    };
    let identity = contacts::identity(act.tx, customer_id).await?;
    let l = act.localizer(contacts::speaks(&customer, &identity, &act.desk.settings));
    let open = conversations::open_of(act.tx, customer_id).await?;
    let staff_id = open
        .filter(|open| open.owner == Owner::Agent)
        .and_then(|open| open.staff_id);
    let agent = match staff_id {
        Some(id) => staff::by_id(act.tx, &id).await?,
        None => None,
    };
    let prompt = if let Some(agent) = agent {
        Prompt::text(l.text("crooked-sorry-agent", args!["agent" => &agent.name]))
    } else {
        let person = speech::button(&l, "menu:person", "button-person");
        Prompt::choose(
            l.text("crooked-sorry", &[]),
            vec![person, speech::button(&l, "menu:open", "button-menu")],
        )
    };
    say(act, &customer, prompt, None).await
}

async fn say(
    act: &mut Act<'_>,
    customer: &Customer,
    prompt: Prompt,
    ticket_id: Option<&str>,
) -> db::Result<()> {
    let refs = Refs {
        ticket_id: ticket_id.map(str::to_owned),
        message_id: None,
    };
    contacts::tell(
        act,
        customer,
        Class::Conversation,
        Content::Prompt(prompt),
        refs,
    )
    .await
    .map(drop)
}

impl Doing<'_> {
    async fn one(&mut self, act: &mut Act<'_>, effect: Effect) -> db::Result<()> {
        match effect {
            Effect::Say(prompt) => self.say(act, prompt, None).await,
            Effect::OpenTicket { draft } => self.open_ticket(act, draft).await,
            Effect::AskForPerson { messages } => self.ask_for_person(act, messages).await,
            Effect::ShowAccount => {
                let id = &self.visit.customer.id;
                let prompt = account_acts::show(act, id, &self.view).await?;
                self.say(act, prompt, None).await
            }
            Effect::AskCode { wanted } => self.ask_code(act, &wanted).await,
            Effect::TryCode {
                challenge,
                wanted,
                code,
            } => self.try_code(act, (&wanted, &challenge, &code)).await,
            Effect::SetLocale(locale) => {
                contacts::set_locale(act, &self.visit.customer.id, locale).await
            }
            Effect::ShowTicket { ticket_id } => self.show_ticket(act, &ticket_id).await,
            Effect::AddMessageToTicket {
                ticket_id,
                message_id,
            } => self.add_message(act, &ticket_id, &message_id).await,
            Effect::CloseTicket { ticket_id } => self.close_ticket(act, &ticket_id).await,
            Effect::ReopenTicket { ticket_id } => self.reopen_ticket(act, &ticket_id).await,
            Effect::EndConversation => self.end_conversation(act).await,
            Effect::PassOn => match &self.visit.agent {
                Some(agent) => messages::relay_to_staff(act, &self.visit.message, agent).await,
                None => Ok(()),
            },
        }
    }

    async fn say(
        &mut self,
        act: &mut Act<'_>,
        prompt: Prompt,
        ticket_id: Option<&str>,
    ) -> db::Result<()> {
        self.said = true;
        say(act, &self.visit.customer, prompt, ticket_id).await
    }

    async fn ask_code(&mut self, act: &mut Act<'_>, wanted: &NewContact) -> db::Result<()> {
        let id = &self.visit.customer.id;
        let at = (self.state.clone(), &self.view);
        let (state, prompt, codes) = account_acts::ask_code(act, id, wanted, at).await?;
        self.state = state;
        self.codes |= codes;
        self.say(act, prompt, None).await
    }

    async fn try_code(
        &mut self,
        act: &mut Act<'_>,
        answer: (&NewContact, &str, &str),
    ) -> db::Result<()> {
        let id = &self.visit.customer.id;
        let at = (self.state.clone(), &self.view);
        let (state, prompt) = account_acts::try_code(act, id, answer, at).await?;
        self.state = state;
        match prompt {
            Some(prompt) => self.say(act, prompt, None).await,
            None => Ok(()),
        }
    }

    async fn open_ticket(&mut self, act: &mut Act<'_>, draft: Draft) -> db::Result<()> {
        let (Some(type_id), Some(priority)) = (draft.type_id, draft.priority) else {
            return Ok(());
        };
        let new = NewTicket {
            customer_id: self.visit.customer.id.clone(),
            conversation_id: Some(self.visit.conversation.id.clone()),
            type_id,
            priority,
            title: tickets::title_of(&draft.text),
            description: draft.text,
            message_ids: draft.messages,
        };
        let ticket = tickets::open(act, new).await?;
        self.state.sent = Some(Sent {
            tag: draft.tag,
            number: ticket.number.clone(),
        });
        let agent = self.assign(act, &ticket).await?;
        let name = agent.as_ref().map(|agent| agent.name.as_str());
        let opened = Opened {
            number: &ticket.number,
            due_at: ticket.due_at,
            agent: name,
        };
        let prompt = ticket::opened(&opened, &self.view);
        self.say(act, prompt, Some(&ticket.id)).await
    }

    async fn assign(&mut self, act: &mut Act<'_>, ticket: &Ticket) -> db::Result<Option<Staff>> {
        let rota = routing::lock(act).await?;
        routing::assign_ticket(act, &rota, ticket).await
    }

    async fn ask_for_person(&mut self, act: &mut Act<'_>, messages: Vec<String>) -> db::Result<()> {
        let rota = routing::lock(act).await?;
        let agent = routing::assign_conversation(act, &rota, &self.visit.conversation).await?;
        if let Some(agent) = &agent {
            for id in &messages {
                let Some(message) = messages::by_id(act.tx, id).await? else {
                    continue;
                };
                if messages::handed(act, &message, agent).await? != Handed::Done {
                    messages::relay_to_staff(act, &message, agent).await?;
                }
            }
        }
        let prompt = person::found(
            agent.as_ref().map(|agent| agent.name.as_str()),
            !messages.is_empty(),
            &self.view,
        );
        if agent.is_none() {
            routing::keep_words(act, &self.visit.customer.id, &messages).await?;
        }
        self.say(act, prompt, None).await
    }

    async fn show_ticket(&mut self, act: &mut Act<'_>, ticket_id: &str) -> db::Result<()> {
        let Some(ticket) = tickets::owned(act.tx, &self.visit.customer.id, ticket_id).await? else {
            return Ok(());
        };
        let history = tickets::history(act.tx, ticket_id).await?;
        let agent = agent_of(act, &ticket).await?;
        let detail = Detail {
            ticket: visit::fact(act, &ticket),
            description: ticket.description,
            due_at: ticket.due_at,
            agent: agent.map(|agent| agent.name),
            history: history.into_iter().filter_map(told).collect(),
        };
        let prompt = ticket_detail::detail(&detail, &self.view);
        self.say(act, prompt, Some(ticket_id)).await
    }

    async fn add_message(
        &mut self,
        act: &mut Act<'_>,
        ticket_id: &str,
        message_id: &str,
    ) -> db::Result<()> {
        let Some(ticket) = tickets::owned(act.tx, &self.visit.customer.id, ticket_id).await? else {
            return Ok(());
        };
        let Some(message) = messages::by_id(act.tx, message_id).await? else {
            return Ok(());
        };
        messages::attach(act, &message, ticket_id).await?;
        let agent = agent_of(act, &ticket).await?;
        if let Some(agent) = &agent {
            relay::to_agent(act, &message, ticket_id, agent).await?;
        }
        let fact = visit::fact(act, &ticket);
        let prompt = ticket_detail::added(
            &fact,
            agent.as_ref().map(|agent| agent.name.as_str()),
            &self.view,
        );
        self.say(act, prompt, Some(ticket_id)).await
    }

    async fn close_ticket(&mut self, act: &mut Act<'_>, ticket_id: &str) -> db::Result<()> {
        let customer = self.visit.customer.clone();
        let Some(ticket) = tickets::owned(act.tx, &customer.id, ticket_id).await? else {
            return Ok(());
        };
        let agent = agent_of(act, &ticket).await?;
        match tickets::change_status(
            act,
            &ticket,
            Status::Closed,
            &Actor::Customer(customer.id.clone()),
            None,
        )
        .await
        {
            Ok(_) => {}
            Err(refusal) => return self.refused(act, &ticket, refusal).await,
        }
        if let Some(agent) = &agent {
            let names = args!["name" => &customer.name, "number" => &ticket.number];
            let text = act.localizer(agent.locale).text("agent-note-closed", names);
            relay::note(act, agent, &customer.id, Some(ticket_id), text, None).await?;
            handing::drain(act).await?;
        }
        let prompt = ticket_detail::closed(&ticket.number, &self.view);
        self.say(act, prompt, Some(ticket_id)).await
    }

    async fn reopen_ticket(&mut self, act: &mut Act<'_>, ticket_id: &str) -> db::Result<()> {
        let customer_id = self.visit.customer.id.clone();
        let Some(ticket) = tickets::owned(act.tx, &customer_id, ticket_id).await? else {
            return Ok(());
        };
        let ticket = match tickets::reopen(act, &ticket, &Actor::Customer(customer_id)).await {
            Ok(reopened) => reopened,
            Err(refusal) => return self.refused(act, &ticket, refusal).await,
        };
        let agent = self.assign(act, &ticket).await?;
        let name = agent.as_ref().map(|agent| agent.name.as_str());
        let opened = Opened {
            number: &ticket.number,
            due_at: ticket.due_at,
            agent: name,
        };
        let prompt = ticket_detail::reopened(&opened, &self.view);
        self.say(act, prompt, Some(ticket_id)).await
    }

    async fn refused(
        &mut self,
        act: &mut Act<'_>,
        ticket: &Ticket,
        refusal: Refusal,
    ) -> db::Result<()> {
        match refusal {
            Refusal::Db(error) => Err(error),
            Refusal::NotAllowed { from, .. } => {
                let prompt = ticket_detail::refused(&ticket.number, from, &self.view);
                self.say(act, prompt, None).await
            }
        }
    }

    async fn end_conversation(&mut self, act: &mut Act<'_>) -> db::Result<()> {
        let before = self.visit.conversation.clone();
        self.visit.conversation = conversations::to_bot(act, &before).await?;
        let Some(agent) = self.visit.agent.take() else {
            return Ok(());
        };
        let customer = &self.visit.customer;
        let text = act
            .localizer(agent.locale)
            .text("agent-note-ended", args!["name" => &customer.name]);
        relay::note(
            act,
            &agent,
            &customer.id,
            before.ticket_id.as_deref(),
            text,
            None,
        )
        .await?;
        if before.ticket_id.is_none() {
            if let Some(chat) = &agent.telegram_chat_id {
                let subject = CardSubject::Conversation(before.id.clone());
                cards::redraw(act, chat, subject, &customer.id).await?;
            }
            handing::drain(act).await?;
        }
        Ok(())
    }
}

async fn agent_of(act: &mut Act<'_>, ticket: &Ticket) -> db::Result<Option<Staff>> {
    match &ticket.staff_id {
        Some(id) => staff::by_id(act.tx, id).await,
        None => Ok(None),
    }
}

/// A line of the history as customers are told it. What staff note among themselves is none of them.
fn told(event: TicketEvent) -> Option<(sapa_core::clock::Millis, Happened, Option<String>)> {
    let value = event.to_value.as_deref().unwrap_or_default();
    let happened = match event.kind {
        EventKind::Opened => Happened::Opened,
        EventKind::Reopened => Happened::Reopened,
        EventKind::Assigned => {
            return Some((event.at, Happened::Became(Status::Assigned), event.to_value));
        }
        EventKind::Status => Happened::Became(Status::parse(value)?),
        EventKind::Priority => Happened::Urgency(Priority::parse(value)?),
        EventKind::Note => return None,
    };
    Some((event.at, happened, event.actor_name))
}
