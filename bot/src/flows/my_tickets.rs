//! A customer's own tickets: the list, one with its history, a message for it, closing it, opening it again.

use sapa_core::{
    args,
    markup::Markup,
    outbox::{Choice, Prompt},
    tickets::Filter,
};
use serde::{Deserialize, Serialize};

use super::{
    dialogue::{At, Draft, FileKind, Input, State, TicketFact, View},
    speech::{self, ChoiceId},
    step::{self, Effect, Step},
    ticket, ticket_detail,
    understand::{self, Picked, Wish},
    welcome,
};

/// Tickets on one page: with two filters, "more" and the menu they make ten rows.
const PAGE: usize = 6;

/// Where among the tickets.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(tag = "mine", rename_all = "snake_case")]
pub enum Place {
    /// The list.
    List {
        /// Which of them.
        filter: Filter,
        /// Which page.
        page: usize,
    },
    /// One ticket.
    Detail {
        /// Which.
        ticket_id: String,
    },
    /// What is written now goes into a ticket.
    Writing {
        /// Which.
        ticket_id: String,
    },
    /// Whether what was written belongs to a ticket.
    Sure {
        /// Which.
        ticket_id: String,
        /// What was written.
        kept: Draft,
    },
    /// Whether a ticket shall be closed.
    Closing {
        /// Which.
        ticket_id: String,
    },
}

/// The filters, as choice ids name them, with the keys of their rows.
const FILTERS: [(Filter, &str, &str); 3] = [
    (Filter::All, "all", "row-all-tickets"),
    (Filter::Open, "open", "row-open-tickets"),
    (Filter::Done, "done", "row-done-tickets"),
];

fn takes(filter: Filter, ticket: &TicketFact) -> bool {
    match filter {
        Filter::All => true,
        Filter::Open => ticket.is_open(),
        Filter::Done => !ticket.is_open(),
    }
}

impl Place {
    fn ticket_id(&self) -> Option<&str> {
        match self {
            Self::List { .. } => None,
            Self::Detail { ticket_id }
            | Self::Writing { ticket_id }
            | Self::Sure { ticket_id, .. }
            | Self::Closing { ticket_id } => Some(ticket_id),
        }
    }
}

/// What a place asks, after a line about something else.
pub fn present(place: &Place, view: &View, lead: &Markup) -> Prompt {
    let l = view.l();
    let Some(ticket) = place.ticket_id().and_then(|id| view.ticket(id)) else {
        let (filter, page) = if let Place::List { filter, page } = place {
            (*filter, *page)
        } else {
            (Filter::All, 0)
        };
        return list(filter, page, view, lead);
    };
    let number = args!["number" => &ticket.number];
    let (key, choices) = match place {
        Place::Writing { .. } => ("mine-write", writing_choices(ticket, view)),
        Place::Sure { kept, .. } => (
            "mine-sure-add",
            vec![
                speech::button(
                    &l,
                    format!("mine:put:{}#{}", ticket.id, kept.tag),
                    "button-add-to-ticket",
                ),
                speech::button(
                    &l,
                    format!("mine:new:{}#{}", ticket.id, kept.tag),
                    "button-new-ticket",
                ),
                speech::button(&l, "menu:open", "button-menu"),
            ],
        ),
        Place::Closing { .. } => (
            "mine-sure-close",
            vec![
                speech::button(&l, format!("mine:shut:{}", ticket.id), "button-close-sure"),
                speech::button(&l, format!("mine:show:{}", ticket.id), "button-close-not"),
            ],
        ),
        Place::List { .. } | Place::Detail { .. } => {
            ("mine-what-now", detail_choices(ticket, view))
        }
    };
    Prompt::choose(speech::beside(lead, &l.text(key, number)), choices)
}

fn list(filter: Filter, page: usize, view: &View, lead: &Markup) -> Prompt {
    let l = view.l();
    if view.tickets.is_empty() {
        let choices = vec![
            speech::button(&l, "menu:ticket", "button-make-ticket"),
            speech::button(&l, "menu:open", "button-menu"),
        ];
        return Prompt::choose(speech::beside(lead, &l.text("mine-none", &[])), choices);
    }
    let name = FILTERS
        .into_iter()
        .find(|(known, ..)| *known == filter)
        .map_or("all", |(_, name, _)| name);
    let shown: Vec<&TicketFact> = view
        .tickets
        .iter()
        .filter(|ticket| takes(filter, ticket))
        .collect();
    let pages = shown.len().div_ceil(PAGE).max(1);
    let page = page % pages;
    let mut rows: Vec<Choice> = shown
        .iter()
        .skip(page * PAGE)
        .take(PAGE)
        .map(|ticket| ticket_row(ticket, view))
        .collect();
    if pages > 1 {
        let next = (page + 1) % pages;
        rows.push(speech::row(
            format!("mine:list:{name}.{next}"),
            &l.label("row-more-tickets", &[]),
            None,
        ));
    }
    let open = view
        .tickets
        .iter()
        .filter(|ticket| ticket.is_open())
        .count();
    let done = view.tickets.len() - open;
    if open > 0 && done > 0 {
        let others = FILTERS.into_iter().filter(|(known, ..)| *known != filter);
        rows.extend(others.map(|(_, id, key)| {
            speech::row(format!("mine:list:{id}.0"), &l.label(key, &[]), None)
        }));
    }
    rows.push(speech::row("menu:open", &l.label("row-menu", &[]), None));
    let count = |n: usize| i64::try_from(n).unwrap_or(i64::MAX);
    let text = l.text(
        "mine-list",
        args!["open" => count(open), "done" => count(done)],
    );
    speech::list(
        speech::beside(lead, &text),
        &l.label("list-tickets", &[]),
        rows,
    )
}

fn ticket_row(ticket: &TicketFact, view: &View) -> Choice {
    let l = view.l();
    let kind = view
        .type_named(&ticket.type_id)
        .map_or("", |known| known.name(view.locale));
    let parts = [
        ticket_detail::status_name(ticket.status, view),
        kind.to_owned(),
        ticket.title.clone(),
    ];
    let hint = parts
        .into_iter()
        .filter(|part| !part.is_empty())
        .collect::<Vec<_>>()
        .join(&l.label("mine-between", &[]));
    speech::row(
        format!("mine:show:{}", ticket.id),
        &ticket.number,
        Some(hint),
    )
}

/// What one can do about a ticket.
pub fn detail_choices(ticket: &TicketFact, view: &View) -> Vec<Choice> {
    let (l, id) = (view.l(), &ticket.id);
    let mut choices = Vec::new();
    if ticket.is_open() {
        choices.push(speech::button(
            &l,
            format!("mine:add:{id}"),
            "button-add-message",
        ));
        choices.push(speech::button(
            &l,
            format!("mine:close:{id}"),
            "button-close-ticket",
        ));
    } else if ticket.reopenable {
        choices.push(speech::button(
            &l,
            format!("mine:reopen:{id}"),
            "button-reopen-ticket",
        ));
    } else {
        choices.push(speech::button(&l, "menu:ticket", "button-make-ticket"));
    }
    choices.push(speech::button(&l, "menu:mine", "button-my-tickets"));
    choices
}

/// What one can do while writing for a ticket.
pub fn writing_choices(ticket: &TicketFact, view: &View) -> Vec<Choice> {
    let l = view.l();
    vec![
        speech::button(&l, format!("mine:show:{}", ticket.id), "button-show-ticket"),
        speech::button(&l, "menu:open", "button-menu"),
    ]
}

/// A first look at them.
pub fn open(state: State, view: &View) -> Step {
    stand(
        state.pause(),
        Place::List {
            filter: Filter::All,
            page: 0,
        },
        view,
    )
}

/// One ticket, as soon as its history is loaded.
pub fn show(state: State, ticket_id: &str) -> Step {
    let place = Place::Detail {
        ticket_id: ticket_id.to_owned(),
    };
    Step::act(
        state.go(At::Mine { place }),
        Effect::ShowTicket {
            ticket_id: ticket_id.to_owned(),
        },
    )
}

/// A row or a button among the tickets. Whose ticket it is was checked when the view was loaded; what may be done is checked again when it is done.
pub fn tapped(state: &State, id: &ChoiceId<'_>, input: &Input, view: &View) -> Option<Step> {
    let state = state.clone();
    if id.verb == "list" {
        let (filter, page) = id.arg.split_once('.')?;
        let (filter, ..) = FILTERS.into_iter().find(|(_, known, _)| *known == filter)?;
        return Some(stand(
            state,
            Place::List {
                filter,
                page: page.parse().unwrap_or(0),
            },
            view,
        ));
    }
    let ticket = view.ticket(id.arg)?;
    let ticket_id = ticket.id.clone();
    Some(match id.verb {
        "show" => show(state, &ticket_id),
        "add" if ticket.is_open() => stand(state, Place::Writing { ticket_id }, view),
        "close" if ticket.is_open() => stand(state, Place::Closing { ticket_id }, view),
        "shut" if ticket.is_open() => Step::act(state.home(), Effect::CloseTicket { ticket_id }),
        "reopen" if ticket.reopenable => {
            Step::act(state.home(), Effect::ReopenTicket { ticket_id })
        }
        "put" => add_kept(state.clone(), &kept_with(&state, id)?, &ticket_id),
        "new" => {
            let kept = kept_with(&state, id)?;
            if kept.text.is_empty() {
                ticket::proceed(state, kept, &Markup::default(), view)
            } else {
                let draft = Draft {
                    tag: Draft::begun_by(input).tag,
                    ..kept
                };
                ticket::proceed(state, draft, &Markup::default(), view)
            }
        }
        _ => return None,
    })
}

fn kept_with(state: &State, id: &ChoiceId<'_>) -> Option<Draft> {
    match &state.at {
        At::Mine {
            place: Place::Sure { kept, .. },
        } if kept.tag == id.tag => Some(kept.clone()),
        _ => None,
    }
}

fn add_kept(state: State, kept: &Draft, ticket_id: &str) -> Step {
    let add = |message_id: &String| Effect::AddMessageToTicket {
        ticket_id: ticket_id.to_owned(),
        message_id: message_id.clone(),
    };
    let effects = kept.messages.iter().map(add).collect();
    Step {
        state: state.go(At::Mine {
            place: Place::Writing {
                ticket_id: ticket_id.to_owned(),
            },
        }),
        effects,
    }
}

fn stand(state: State, place: Place, view: &View) -> Step {
    let prompt = present(&place, view, &Markup::default());
    Step::say(state.go(At::Mine { place }), prompt)
}

/// Words came while the customer was among his tickets.
pub fn said(state: State, text: &str, wish: Option<Wish>, input: &Input, view: &View) -> Step {
    let At::Mine { place } = state.at.clone() else {
        return welcome::said(state, text, wish, input, view);
    };
    let choices = present(&place, view, &Markup::default()).choices;
    if let Picked::Exactly(at) = understand::pick(text, &choices, &[], view) {
        return step::taken(state, &choices[at], input, view);
    }
    if let Some(ticket) = view.numbered(text) {
        return show(state, &ticket.id);
    }
    match (&place, understand::yes_or_no(text, view)) {
        (Place::Sure { kept, ticket_id }, Some(true)) => add_kept(state.clone(), kept, ticket_id),
        (Place::Closing { ticket_id }, Some(true))
            if view.ticket(ticket_id).is_some_and(TicketFact::is_open) =>
        {
            Step::act(
                state.home(),
                Effect::CloseTicket {
                    ticket_id: ticket_id.clone(),
                },
            )
        }
        (Place::Closing { ticket_id }, Some(false)) => show(state, &ticket_id.clone()),
        (Place::Sure { .. }, Some(false)) => welcome::open_menu(state.home(), view),
        _ => spoken_about(state, &place, text, wish, input, view),
    }
}

/// Words that are no choice: a message for the ticket on the table, or the beginning of something else.
fn spoken_about(
    state: State,
    place: &Place,
    text: &str,
    wish: Option<Wish>,
    input: &Input,
    view: &View,
) -> Step {
    let ticket = place
        .ticket_id()
        .and_then(|id| view.ticket(id))
        .filter(|ticket| ticket.is_open());
    let Some(ticket) = ticket else {
        return welcome::said(state.home(), text, wish, input, view);
    };
    if matches!(place, Place::Writing { .. }) && !view.is_idle() {
        if wish == Some(Wish::Thanks) {
            return welcome::said(state.home(), text, wish, input, view);
        }
        return add(state, &ticket.id, &input.message_id);
    }
    if matches!(
        wish,
        Some(Wish::Greeting | Wish::Thanks | Wish::Ticket | Wish::Mine | Wish::Language)
    ) {
        return welcome::said(state.home(), text, wish, input, view);
    }
    let mut kept = match place {
        Place::Sure { kept, .. } => kept.clone(),
        _ => Draft::begun_by(input),
    };
    kept.hear(text, &input.message_id);
    stand(
        state,
        Place::Sure {
            ticket_id: ticket.id.clone(),
            kept,
        },
        view,
    )
}

/// A file came while the customer was among his tickets.
pub fn filed(state: State, kind: FileKind, caption: &str, input: &Input, view: &View) -> Step {
    let At::Mine { place } = state.at.clone() else {
        return welcome::filed(state, kind, caption, input, view);
    };
    let ticket = place
        .ticket_id()
        .and_then(|id| view.ticket(id))
        .filter(|ticket| ticket.is_open());
    let Some(ticket) = ticket else {
        return welcome::filed(state.home(), kind, caption, input, view);
    };
    if matches!(place, Place::Writing { .. }) && !view.is_idle() {
        return add(state, &ticket.id, &input.message_id);
    }
    let mut kept = match place {
        Place::Sure { kept, .. } => kept,
        _ => Draft::begun_by(input),
    };
    kept.attach(caption, &input.message_id);
    stand(
        state,
        Place::Sure {
            ticket_id: ticket.id.clone(),
            kept,
        },
        view,
    )
}

fn add(state: State, ticket_id: &str, message_id: &str) -> Step {
    let at = state.at.clone();
    Step::act(
        state.go(at),
        Effect::AddMessageToTicket {
            ticket_id: ticket_id.to_owned(),
            message_id: message_id.to_owned(),
        },
    )
}
