//! One of the customer's tickets with its history in plain words, and what we say when something was done to it.

use sapa_core::{
    args,
    clock::Millis,
    markup::Markup,
    outbox::Prompt,
    tickets::{Priority, Status},
};

use super::{
    dialogue::{TicketFact, View},
    my_tickets::{detail_choices, writing_choices},
    speech, ticket, ticket_words,
};

/// A status in words for customers.
pub fn status_name(status: Status, view: &View) -> String {
    let key = match status {
        Status::Open => "mine-status-open",
        Status::Assigned => "mine-status-assigned",
        Status::InProgress => "mine-status-in-progress",
        Status::OnHold => "mine-status-on-hold",
        Status::Escalated => "mine-status-escalated",
        Status::Resolved => "mine-status-resolved",
        Status::Closed => "mine-status-closed",
        Status::Cancelled => "mine-status-cancelled",
    };
    view.l().label(key, &[])
}

/// Something that happened to a ticket, as far as customers are told.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Happened {
    /// It was opened.
    Opened,
    /// It stands at this status now.
    Became(Status),
    /// It was opened again.
    Reopened,
    /// It is this urgent now.
    Urgency(Priority),
}

/// A ticket with its history, ready to be shown.
#[derive(Clone, Debug)]
pub struct Detail {
    /// The ticket.
    pub ticket: TicketFact,
    /// In the customer's words.
    pub description: String,
    /// When it is to be resolved.
    pub due_at: Millis,
    /// Who has it.
    pub agent: Option<String>,
    /// What happened to it, oldest first; the name where somebody of the staff did it.
    pub history: Vec<(Millis, Happened, Option<String>)>,
}

/// The most lines of history that are shown: the bubble has buttons, and so holds 1,024 characters.
const LINES: usize = 6;

/// A ticket with its history in plain words.
pub fn detail(detail: &Detail, view: &View) -> Prompt {
    let (l, ticket) = (view.l(), &detail.ticket);
    let kind = view
        .type_named(&ticket.type_id)
        .map_or("", |known| known.name(view.locale));
    let mut text = l
        .text(
            "mine-detail",
            args!["number" => &ticket.number, "type" => kind],
        )
        .line(&Markup::plain(&speech::cut(&detail.description, 200)));
    let status = status_name(ticket.status, view);
    text = text.line(&match &detail.agent {
        Some(agent) if ticket.is_open() => l.text(
            "mine-detail-status-with",
            args!["status" => status, "agent" => agent],
        ),
        _ => l.text("mine-detail-status", args!["status" => status]),
    });
    if ticket.is_open() {
        let key = if detail.due_at >= view.now {
            "mine-detail-due"
        } else {
            "mine-detail-overdue"
        };
        text = text.line(&l.text(key, args!["when" => l.when(detail.due_at, view.now)]));
    }
    text = text.line(&Markup::plain(" "));
    let skipped = detail.history.len().saturating_sub(LINES);
    for (at, happened, who) in &detail.history[skipped..] {
        let what = happened_in_words(happened, who.as_deref(), view);
        text = text.line(&l.text(
            "mine-history-line",
            args!["when" => l.when(*at, view.now), "what" => what],
        ));
    }
    Prompt::choose(text, detail_choices(ticket, view))
}

fn happened_in_words(happened: &Happened, who: Option<&str>, view: &View) -> String {
    let l = view.l();
    let key = match happened {
        Happened::Opened => "mine-history-opened",
        Happened::Reopened | Happened::Became(Status::Open) => "mine-history-reopened",
        Happened::Urgency(priority) => {
            let name = ticket_words::priority_name(&l, *priority).to_lowercase();
            return l.label("mine-history-priority", args!["priority" => name]);
        }
        Happened::Became(Status::Assigned) => match who {
            Some(name) => return l.label("mine-history-assigned-to", args!["name" => name]),
            None => "mine-history-assigned",
        },
        Happened::Became(Status::InProgress) => "mine-history-started",
        Happened::Became(Status::OnHold) => "mine-history-held",
        Happened::Became(Status::Escalated) => "mine-history-escalated",
        Happened::Became(Status::Resolved) => "mine-history-resolved",
        Happened::Became(Status::Closed) => "mine-history-closed",
        Happened::Became(Status::Cancelled) => "mine-history-cancelled",
    };
    l.label(key, &[])
}

/// A message went into a ticket.
pub fn added(ticket: &TicketFact, agent: Option<&str>, view: &View) -> Prompt {
    let (l, number) = (view.l(), &ticket.number);
    let text = match agent {
        Some(agent) => l.text(
            "mine-added-for",
            args!["number" => number, "agent" => agent],
        ),
        None => l.text("mine-added", args!["number" => number]),
    };
    Prompt::choose(text, writing_choices(ticket, view))
}

/// A ticket was closed by its customer.
pub fn closed(number: &str, view: &View) -> Prompt {
    let l = view.l();
    Prompt::choose(
        l.text("mine-closed", args!["number" => number]),
        vec![speech::button(&l, "menu:open", "button-menu")],
    )
}

/// A ticket was opened again by its customer.
pub fn reopened(opened: &ticket::Opened<'_>, view: &View) -> Prompt {
    let (l, number) = (view.l(), opened.number);
    Prompt::text(match opened.agent {
        Some(agent) => {
            let when = l.when(opened.due_at, view.now);
            l.text(
                "mine-reopened",
                args!["number" => number, "agent" => agent, "when" => when],
            )
        }
        None => l.text("mine-reopened-waiting", args!["number" => number]),
    })
}

/// The desk's rules did not allow it any more: somebody was quicker.
pub fn refused(number: &str, status: Status, view: &View) -> Prompt {
    let l = view.l();
    let status = status_name(status, view);
    let text = l.text(
        "mine-refused",
        args!["number" => number, "status" => status],
    );
    Prompt::choose(
        text,
        vec![
            speech::button(&l, "menu:mine", "button-my-tickets"),
            speech::button(&l, "menu:open", "button-menu"),
        ],
    )
}
