//! `/trace`: the life of each message of a ticket, readable on a phone. Tells times and reasons, never words; whoever may not see the
//! ticket does not see its trace.

use std::time::Duration;

use sapa_core::{
    args,
    clock::Millis,
    contacts, db,
    i18n::Localizer,
    inbox::Broken,
    markup::Markup,
    messages::Author,
    outbox::{Prompt, State, lost},
    staff::{self, Staff},
    tickets::{self, Ticket},
    trace::{self, Life},
};

use super::{history::kind_key, talk::Talk, work};

/// One bubble, with room to spare (Telegram Bot API: 4096 after entities).
const BUBBLE: usize = 3_200;
/// A time that is further from its message than this is told with its day.
const SAME_DAY: Duration = Duration::from_hours(12);

/// Who is who in a trace.
struct People {
    customer: String,
    staff: Vec<Staff>,
    desk: String,
}

/// `/trace NO`: what became of every message of a ticket.
pub async fn show(talk: &mut Talk<'_, '_>, typed: &str) -> Result<(), Broken> {
    let Some(number) = work::number(typed) else {
        let key = if typed.is_empty() {
            "trace-which"
        } else {
            "desk-ticket-unreadable"
        };
        talk.tell(key, args!["typed" => typed]).await?;
        return Ok(());
    };
    let Some(ticket) = tickets::by_number(talk.act.tx, &number).await? else {
        talk.tell("desk-ticket-unknown", args!["number" => number])
            .await?;
        return Ok(());
    };
    if let Some(refusal) = work::closed_to(talk, &ticket).await? {
        talk.say(refusal).await?;
        return Ok(());
    }
    let lives = trace::of_ticket(talk.act.tx, &ticket).await?;
    let people = people(talk, &ticket).await?;
    let text = drawn(&talk.l, &ticket, &lives, &people, talk.act.now);
    let prompt = Prompt::text(text);
    talk.say_about(prompt, &ticket.customer_id, Some(&ticket.id))
        .await?;
    Ok(())
}

async fn people(talk: &mut Talk<'_, '_>, ticket: &Ticket) -> db::Result<People> {
    let customer = contacts::by_id(talk.act.tx, &ticket.customer_id).await?;
    Ok(People {
        customer: customer.map(|customer| customer.name).unwrap_or_default(),
        staff: staff::colleagues(talk.act.tx).await?,
        desk: talk.act.desk.settings.name.clone(),
    })
}

/// The newest messages that fit, oldest first, with a word about the others.
fn drawn(l: &Localizer, ticket: &Ticket, lives: &[Life], people: &People, now: Millis) -> Markup {
    let status = l.label(ticket.status.key(), &[]);
    let head = l.text(
        "trace-head",
        args!["number" => &ticket.number, "status" => status],
    );
    if lives.is_empty() {
        return head.line(&l.text("trace-nothing", &[]));
    }
    let mut left = BUBBLE.saturating_sub(units(&head));
    let mut shown = Vec::new();
    for life in lives.iter().rev() {
        let block = block(l, ticket, life, people, now);
        let Some(rest) = left.checked_sub(units(&block) + 2) else {
            break;
        };
        left = rest;
        shown.push(block);
    }
    let mut text = head;
    if shown.len() < lives.len() {
        let count = i64::try_from(shown.len()).unwrap_or(i64::MAX);
        let cut = l.text(
            "trace-cut",
            args!["count" => count, "number" => &ticket.number],
        );
        text = text.line(&cut);
    }
    shown.iter().rev().fold(text, |text, block| {
        text.line(&Markup::default()).line(block)
    })
}

fn units(text: &Markup) -> usize {
    text.to_plain().encode_utf16().count()
}

/// One message: who, what, when; the steps that it has made; and how it stands, unless that is plain from the steps.
fn block(l: &Localizer, ticket: &Ticket, life: &Life, people: &People, now: Millis) -> Markup {
    let to = addressee(life, people);
    let key = if to.is_some() {
        "trace-message-to"
    } else {
        "trace-message"
    };
    let head = l.text(
        key,
        args![
            "who" => author(life, people),
            "what" => l.label(kind_key(life.kind).unwrap_or("trace-text"), &[]),
            "when" => l.when(life.written_at, now),
            "to" => to.unwrap_or_default(),
        ],
    );
    let mut text = head.line(&Markup::plain(&steps(l, life, now)));
    if let Some(line) = standing(l, ticket, life, now) {
        text = text.line(&line);
    }
    if life.flagged == Some(true) {
        text = text.line(&l.text("trace-twice", &[]));
    }
    text
}

fn author(life: &Life, people: &People) -> String {
    match life.author {
        Author::Customer => people.customer.clone(),
        Author::Agent => {
            let agent = life.staff_id.as_ref().and_then(|id| {
                let found = people.staff.iter().find(|one| &one.id == id);
                found.map(|agent| agent.name.clone())
            });
            agent.unwrap_or_else(|| people.desk.clone())
        }
        Author::Bot => people.desk.clone(),
    }
}

/// Which of the staff a customer's message was handed to; an agent's goes to the customer anyway.
fn addressee(life: &Life, people: &People) -> Option<String> {
    let chat = life.recipient.as_ref()?;
    let reader = |one: &&Staff| one.telegram_chat_id.as_ref() == Some(chat);
    let found = people.staff.iter().find(reader);
    found.map(|agent| agent.name.clone())
}

fn steps(l: &Localizer, life: &Life, now: Millis) -> String {
    let all = [
        ("trace-written", Some(life.written_at)),
        ("trace-stored", life.stored_at),
        ("trace-handled", Some(life.handled_at)),
        ("trace-queued", life.queued_at),
        ("trace-sent", life.sent_at),
        ("trace-delivered", life.delivered_at),
        ("trace-read", life.read_at),
    ];
    let told = all.into_iter().filter_map(|(key, at)| {
        let at = at?;
        let near = at.since(life.written_at).max(life.written_at.since(at)) < SAME_DAY;
        let time = if near { l.seconds(at) } else { l.when(at, now) };
        Some(l.label(key, args!["time" => time]))
    });
    told.collect::<Vec<_>>().join(" · ")
}

fn standing(l: &Localizer, ticket: &Ticket, life: &Life, now: Millis) -> Option<Markup> {
    let Some(state) = life.state else {
        let key = match life.author {
            Author::Bot => return None,
            Author::Customer if life.handled_at <= ticket.opened_at => "trace-on-card",
            _ => "trace-nobody",
        };
        return Some(l.text(key, &[]));
    };
    Some(match state {
        State::Queued => match (&life.error_code, life.due_at) {
            (Some(_), Some(due)) => l.text(
                "trace-again",
                args!["when" => l.when(due, now), "reason" => reason(l, life)],
            ),
            _ => l.text("trace-waiting", &[]),
        },
        State::Parked => l.text("trace-parked", &[]),
        State::Claimed => l.text("trace-claimed", &[]),
        State::Uncertain => l.text("trace-uncertain", &[]),
        State::Failed => {
            let at = life.failed_at.map(|at| l.when(at, now)).unwrap_or_default();
            l.text(
                "trace-failed",
                args!["when" => at, "reason" => reason(l, life)],
            )
        }
        State::Cancelled => l.text("trace-cancelled", &[]),
        State::Sent | State::Delivered | State::Read => return None,
    })
}

/// WhatsApp's reasons have sentences; of what goes to the staff the code is told.
fn reason(l: &Localizer, life: &Life) -> String {
    match (&life.error_code, life.author) {
        (Some(code), Author::Customer) => l.label("trace-code", args!["code" => code]),
        (code, _) => lost::reason(l, code.as_deref()),
    }
}

#[cfg(test)]
mod tests {
    use std::sync::Arc;

    use sapa_core::{
        i18n::{Locale, Texts},
        messages::Kind,
        tickets::{Priority, Status},
    };

    use super::*;

    const NOW: Millis = Millis(1_795_408_920_000);

    fn ago(seconds: u64) -> Millis {
        NOW.minus(Duration::from_secs(seconds))
    }

    fn life(author: Author, written: Millis, state: Option<State>) -> Life {
        let after = |millis| Some(written.plus(Duration::from_millis(millis)));
        Life {
            message_id: "m".into(),
            author,
            staff_id: None,
            kind: Kind::Text,
            written_at: written,
            inbox_seq: Some(1),
            stored_at: after(300).filter(|_| author == Author::Customer),
            handled_at: written.plus(Duration::from_secs(1)),
            outbox_id: Some("e1.1".into()),
            recipient: None,
            queued_at: after(1_000).filter(|_| state.is_some()),
            state,
            sent_at: None,
            delivered_at: None,
            read_at: None,
            failed_at: None,
            due_at: after(5_000),
            attempts: Some(0),
            flagged: Some(false),
            error_code: None,
        }
    }

    fn ticket() -> Ticket {
        Ticket {
            id: "t".into(),
            number: "TKT-7K3M9QXA".into(),
            customer_id: "c".into(),
            type_id: "repair".into(),
            priority: Priority::High,
            status: Status::InProgress,
            title: "internet mati".into(),
            description: "internet mati".into(),
            team_id: None,
            staff_id: None,
            opened_at: ago(500),
            due_at: NOW,
            assigned_at: None,
            resolved_at: None,
            closed_at: None,
            updated_at: NOW,
        }
    }

    fn told(locale: Locale, lives: &[Life]) -> String {
        let texts = Arc::new(Texts::load(None).expect("the texts load"));
        let people = People {
            customer: "Sari <b>".into(),
            staff: Vec::new(),
            desk: "Sapa".into(),
        };
        let l = texts.localizer(locale, chrono_tz::Asia::Jakarta);
        drawn(&l, &ticket(), lives, &people, NOW).to_plain()
    }

    /// One of each kind of life.
    fn lives() -> Vec<Life> {
        let read = Life {
            sent_at: Some(ago(90_000)),
            delivered_at: Some(ago(89_000)),
            read_at: Some(ago(600)),
            ..life(Author::Agent, ago(90_010), Some(State::Read))
        };
        let failed = |author, code: &str| Life {
            failed_at: Some(ago(60)),
            error_code: Some(code.into()),
            ..life(author, ago(70), Some(State::Failed))
        };
        let again = Life {
            error_code: Some("131000".into()),
            ..life(Author::Agent, ago(50), Some(State::Queued))
        };
        let twice = Life {
            flagged: Some(true),
            kind: Kind::Image,
            sent_at: Some(ago(2)),
            ..life(Author::Customer, ago(40), Some(State::Sent))
        };
        let mut all = vec![
            read,
            failed(Author::Agent, "131026"),
            failed(Author::Customer, "403"),
            again,
            twice,
        ];
        let states = [
            State::Queued,
            State::Parked,
            State::Claimed,
            State::Uncertain,
            State::Cancelled,
        ];
        all.extend(states.map(|state| life(Author::Agent, ago(30), Some(state))));
        all.push(life(Author::Customer, ago(20), None));
        all.push(life(Author::Customer, ago(501), None));
        all.push(life(Author::Bot, ago(10), None));
        all
    }

    #[test]
    fn a_life_is_told_with_its_times_and_how_it_stands() {
        for locale in Locale::ALL {
            let name = format!("trace_{}", locale.code());
            insta::assert_snapshot!(name, told(locale, &lives()));
        }
    }

    #[test]
    fn a_long_trace_is_cut_to_the_newest_and_says_so() {
        let lives: Vec<Life> = (0..100)
            .map(|n| life(Author::Customer, ago(1_000 - n), Some(State::Sent)))
            .collect();
        let text = told(Locale::Id, &lives);
        assert!(text.encode_utf16().count() < 3_600, "{}", text.len());
        let newest = told(Locale::Id, &lives[99..]);
        let newest = newest.lines().last().unwrap_or_default();
        assert!(text.ends_with(newest), "the newest is there: {text}");
        assert!(text.contains("sapa trace TKT-7K3M9QXA"), "{text}");
        assert!(!told(Locale::Id, &lives[95..]).contains("sapa trace"));
    }
}
