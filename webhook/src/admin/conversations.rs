//! The conversations: on the left who talks, in the middle what is said, on the right whose it is and what was before.

use std::sync::Arc;

use askama::Template;
use axum::{
    Router,
    extract::State,
    response::{IntoResponse as _, Redirect, Response},
    routing::{get, post},
};
use sapa_core::{
    accounts::{self, Account},
    answers,
    casework::{
        self,
        talks::{self, Which},
    },
    contacts::{self, Customer},
    desk::Act,
    ids::parse_ticket_number,
    staff::{Permission, Staff},
    tickets::{
        self, Ticket,
        listing::{self, Group, Row, Wanted},
    },
};
use serde::Deserialize;

use super::{
    Refusal,
    access::{Key, Params, Posted, Visit},
    reading,
    shell::{Shell, Wrong, html, then},
    thread::{self, Line},
    ticket::Part,
    tickets::place,
    words::{Answer, CONVERSATIONS, Typed, View, became, window, words},
    writing,
};
use crate::surface::Shared;

const HOME: &str = "/admin/conversations";

pub(super) fn routes() -> Router<Arc<Shared>> {
    Router::new()
        .route("/conversations", get(list))
        .route("/conversations/{key}", get(show))
        .route("/conversations/{key}/thread", get(part))
        .route("/conversations/{key}/answer", post(answer))
        .route("/conversations/{key}/take", post(take))
}

#[derive(Default, Deserialize)]
#[serde(deny_unknown_fields, default)]
struct Asked {
    /// A name, a number of WhatsApp or a ticket's.
    q: String,
    /// Only one's own, for who sees everybody's.
    mine: Option<String>,
    /// Only what waits for somebody.
    waiting: Option<String>,
    after: String,
    done: Option<String>,
    /// What was said before this message.
    before: Option<String>,
}

impl Asked {
    /// What the addresses of the list go on with.
    fn kept(&self, after: Option<&str>) -> String {
        let given = |value: &Option<String>| value.as_ref().map(|_| "1".to_owned());
        let all = [
            ("q", Some(self.q.clone()).filter(|q| !q.is_empty())),
            ("mine", given(&self.mine)),
            ("waiting", given(&self.waiting)),
            ("after", after.map(str::to_owned)),
        ];
        let all: Vec<_> = all
            .into_iter()
            .filter_map(|(name, value)| Some((name, value?)))
            .collect();
        let query = serde_urlencoded::to_string(&all).unwrap_or_default();
        if query.is_empty() {
            query
        } else {
            format!("?{query}")
        }
    }
}

/// The conversation that is open.
struct Open {
    /// What leads to it.
    key: String,
    /// Where the thread is asked for again.
    live: String,
    customer: Option<Customer>,
    ticket: Option<Ticket>,
    agent: Option<String>,
    phone: String,
    /// What the business knows of the customer, for who may look into the book.
    account: Option<Account>,
    /// The customer's other tickets.
    others: Vec<Row>,
}

#[derive(Template)]
#[template(path = "conversations.html")]
#[expect(
    clippy::struct_excessive_bools,
    reason = "each shows or hides a part of the page by itself"
)]
struct Page {
    s: Shell,
    q: String,
    talks: Vec<talks::Line>,
    /// The address of the page after this one.
    next: Option<String>,
    /// Whether it may be switched to one's own: for who could see everybody's.
    sees_all: bool,
    is_mine: bool,
    is_waiting: bool,
    /// What addresses need to stay with the list as it is.
    kept: String,
    open: Option<Open>,
    lines: Vec<Line>,
    older: Option<String>,
    /// Not the newest of the thread is shown.
    is_past: bool,
    window: String,
    his: bool,
    may_take: bool,
    nonce: String,
    /// Where forms lead back to.
    view: &'static str,
    /// What answers go below.
    home: String,
    typed: Typed,
    wrong: Wrong,
}

impl Page {
    /// Whether this one is open.
    fn is_open(&self, talk: &talks::Line) -> bool {
        let open = self.open.as_ref();
        open.is_some_and(|open| open.key == talk.key())
    }

    fn agent_name(&self) -> Option<String> {
        self.open.as_ref()?.agent.clone()
    }
}

/// Everybody who talks.
async fn list(
    State(shared): State<Arc<Shared>>,
    visit: Visit,
    Params(asked): Params<Asked>,
) -> Result<Response, Refusal> {
    if let Some(number) = parse_ticket_number(&asked.q) {
        return Ok(Redirect::to(&format!("{HOME}/{number}")).into_response());
    }
    page(&shared, &visit, &asked).await.map(|page| html(&page))
}

/// The page with nothing open.
async fn page(shared: &Shared, visit: &Visit, asked: &Asked) -> Result<Page, Refusal> {
    let sees_all = visit.may(Permission::TicketsReadAll);
    if !sees_all {
        visit.permit(Permission::TicketsWork)?;
    }
    let me = visit.visitor.staff.id.as_str();
    let own = (asked.mine.is_some() || !sees_all).then_some(me);
    let words = asked.q.trim();
    let which = if !words.is_empty() {
        Which::Named(words, own)
    } else if asked.waiting.is_some() {
        Which::Waiting
    } else {
        Which::All(own)
    };
    let after = place(&asked.after)?;
    let (talks, more) = reading!(shared, |act| Ok(talks::list(act, which, after).await?))?;
    let last = talks.last().filter(|_| more);
    let next = last.map(|last| asked.kept(Some(&format!("{}-{}", last.at.0, last.id))));
    let s = Shell::of(&shared.surface.desk, visit, "pages-conversations");
    Ok(Page {
        s: s.done(asked.done.as_deref()),
        q: asked.q.clone(),
        next: next.map(|next| format!("{HOME}{next}")),
        sees_all,
        is_mine: asked.mine.is_some(),
        is_waiting: asked.waiting.is_some(),
        kept: asked.kept(None),
        talks,
        open: None,
        lines: Vec::new(),
        older: None,
        is_past: asked.before.is_some(),
        window: String::new(),
        his: false,
        may_take: false,
        nonce: shared.surface.desk.ids.token(),
        view: CONVERSATIONS,
        home: String::new(),
        typed: Typed::default(),
        wrong: Wrong::default(),
    })
}

/// One of them: a ticket's by its number, else by the conversation's id.
async fn show(
    State(shared): State<Arc<Shared>>,
    visit: Visit,
    Key(key): Key,
    Params(asked): Params<Asked>,
) -> Result<Response, Refusal> {
    let page = page(&shared, &visit, &asked).await?;
    let page = if parse_ticket_number(&key).is_some() {
        with_ticket(&shared, &visit, &key, &asked, page).await?
    } else {
        match with_talk(&shared, &visit, &key, &asked, page).await? {
            Ok(page) => page,
            Err(number) => {
                let kept = asked.kept(None);
                return Ok(Redirect::to(&format!("{HOME}/{number}{kept}")).into_response());
            }
        }
    };
    Ok(html(&page))
}

async fn with_ticket(
    shared: &Shared,
    visit: &Visit,
    number: &str,
    asked: &Asked,
    page: Page,
) -> Result<Page, Refusal> {
    let me = &visit.visitor.staff;
    let before = asked.before.as_deref();
    let (case, account, others) = reading!(shared, |act| {
        let case = casework::case(act, me, number, before).await?;
        let case = case.ok_or(Refusal::NotFound)?;
        let (account, others) = known(act, visit, &case.ticket.customer_id).await?;
        Ok((case, account, others))
    })?;
    let mut others = others;
    others.retain(|other| other.id != case.ticket.id);
    let title = case.customer.as_ref().map(|one| one.name.clone());
    let title = title.unwrap_or_else(|| case.ticket.title.clone());
    let home = format!("/admin/tickets/{}", case.ticket.number);
    Ok(Page {
        lines: thread::lines(&page.s, &case),
        older: case.thread.older.clone(),
        window: window(&page.s, case.customer.as_ref()),
        his: casework::is_his(me, &case.ticket) && !case.ticket.status.is_done(),
        may_take: casework::may_take(me, &case.ticket),
        s: page.s.titled(title),
        open: Some(Open {
            key: case.ticket.number.clone(),
            live: format!("{home}/thread"),
            customer: case.customer,
            agent: case.agent.map(|agent| agent.name),
            phone: phone(&case.identity),
            ticket: Some(case.ticket),
            account,
            others,
        }),
        home,
        ..page
    })
}

/// A conversation about no ticket; the ticket's number when it has become one.
async fn with_talk(
    shared: &Shared,
    visit: &Visit,
    id: &str,
    asked: &Asked,
    page: Page,
) -> Result<Result<Page, String>, Refusal> {
    let me = &visit.visitor.staff;
    let before = asked.before.as_deref();
    let (talk, number, account, others) = reading!(shared, |act| {
        let talk = casework::talk(act, me, id, before).await?;
        let talk = talk.ok_or(Refusal::NotFound)?;
        let ticket = match &talk.conversation.ticket_id {
            Some(id) => tickets::by_id(act.tx, id).await?,
            None => None,
        };
        let number = ticket.map(|ticket| ticket.number);
        let (account, others) = known(act, visit, &talk.conversation.customer_id).await?;
        Ok((talk, number, account, others))
    })?;
    if let Some(number) = number {
        return Ok(Err(number));
    }
    let title = talk.customer.as_ref().map(|one| one.name.clone());
    let home = format!("{HOME}/{}", talk.conversation.id);
    Ok(Ok(Page {
        lines: thread::talk_lines(&page.s, &talk),
        older: talk.thread.older.clone(),
        window: window(&page.s, talk.customer.as_ref()),
        his: casework::is_his_talk(me, &talk.conversation),
        may_take: casework::may_take_talk(me, &talk.conversation),
        s: page.s.titled(title.unwrap_or_default()),
        open: Some(Open {
            key: talk.conversation.id,
            live: format!("{home}/thread"),
            customer: talk.customer,
            agent: talk.agent.map(|agent| agent.name),
            phone: phone(&talk.identity),
            ticket: None,
            account,
            others,
        }),
        home,
        ..page
    }))
}

fn phone(identity: &contacts::Identity) -> String {
    let phone = identity.wa_id.as_deref().map(contacts::format_phone);
    phone.unwrap_or_default()
}

/// What is known of a customer, and their last tickets, as far as he may see them.
async fn known(
    act: &mut Act<'_>,
    visit: &Visit,
    customer_id: &str,
) -> Result<(Option<Account>, Vec<Row>), Refusal> {
    let account = if visit.may(Permission::CustomersFind) {
        accounts::of(act.tx, customer_id).await?
    } else {
        None
    };
    let me = visit.visitor.staff.id.as_str();
    let wanted = Wanted {
        group: Group::All,
        priority: None,
        type_id: None,
        staff_id: None,
        customer_id: Some(customer_id),
        words: "",
        seen_by: (!visit.may(Permission::TicketsReadAll)).then_some(me),
        after: None,
    };
    let (mut others, _) = listing::list(act.tx, &wanted, act.now).await?;
    others.truncate(10);
    Ok((account, others))
}

/// The page again, with an answer that was refused.
pub(super) async fn again(
    shared: &Shared,
    visit: &Visit,
    key: &str,
    typed: Typed,
) -> Result<Response, Refusal> {
    let asked = Asked::default();
    let page = page(shared, visit, &asked).await?;
    let page = if parse_ticket_number(key).is_some() {
        with_ticket(shared, visit, key, &asked, page).await?
    } else {
        let opened = with_talk(shared, visit, key, &asked, page).await?;
        opened.map_err(|_| Refusal::NotFound)?
    };
    if !page.his {
        return Err(Refusal::Forbidden);
    }
    let wrong = typed.wrong(&page.s);
    let page = Page {
        typed,
        wrong,
        ..page
    };
    Ok(page.typed.on(&page))
}

/// The thread alone, for a page that shows it already.
async fn part(
    State(shared): State<Arc<Shared>>,
    visit: Visit,
    Key(id): Key,
) -> Result<Response, Refusal> {
    let me = &visit.visitor.staff;
    let talk = reading!(shared, |act| {
        Ok(casework::talk(act, me, &id, None).await?)
    })?;
    let talk = talk.ok_or(Refusal::NotFound)?;
    let s = Shell::of(&shared.surface.desk, &visit, "pages-conversations");
    let lines = thread::talk_lines(&s, &talk);
    let older = talk.thread.older;
    Ok(html(&Part { s, lines, older }))
}

/// The conversation, if he may see it.
async fn seen(act: &mut Act<'_>, me: &Staff, id: &str) -> Result<casework::Talk, Refusal> {
    let talk = casework::talk(act, me, id, None).await?;
    talk.ok_or(Refusal::NotFound)
}

/// Answers the customer, by the same way as an answer in the chat.
async fn answer(
    State(shared): State<Arc<Shared>>,
    Key(id): Key,
    Posted(who, form): Posted<Visit, Answer>,
) -> Result<Response, Refusal> {
    let text = match words(&form.text) {
        Ok(text) => text,
        Err(key) => return again(&shared, &who, &id, form.refused(key)).await,
    };
    if form.nonce.len() > 40 {
        return Err(Refusal::BadForm);
    }
    let me = &who.visitor.staff;
    let told = writing!(shared, |act| {
        let talk = seen(act, me, &id).await?;
        let whom = (talk.conversation.customer_id.as_str(), None);
        Ok(answers::from_page(act, me, whom, &text, &form.nonce).await?)
    });
    Ok(match told {
        Ok(told) => then(&format!("{HOME}/{id}"), became(told.as_ref())),
        Err(refusal) => refusal.keeping(&text),
    })
}

/// Takes one that waits, or, for who runs the desk, a colleague's.
async fn take(
    State(shared): State<Arc<Shared>>,
    Key(id): Key,
    Posted(who, _): Posted<Visit, View>,
) -> Result<Response, Refusal> {
    let me = &who.visitor.staff;
    let his = writing!(shared, |act| {
        let talk = seen(act, me, &id).await?.conversation;
        if !casework::may_take_talk(me, &talk) {
            return Err(Refusal::Forbidden);
        }
        let after = casework::give_talk(act, me, &talk, me).await?;
        Ok(casework::is_his_talk(me, &after))
    })?;
    let done = if his { "took-talk" } else { "too-late" };
    Ok(then(&format!("{HOME}/{id}"), done))
}
