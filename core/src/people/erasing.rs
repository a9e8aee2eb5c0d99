//! Erasing a person: first the rivers are walked through, a little at a time, for what speaks of them; then everything that hangs on their
//! id goes in one transaction; then their files. Until that transaction nothing is forgotten that is needed to find the rest, so an
//! erasure that was interrupted begins again.

use std::path::Path;

use super::{
    Kind, extent,
    mentions::Marks,
    store::{
        self, Request,
        erase::{self as rows, Event, Row},
        look,
    },
};
use crate::{
    args,
    clock::Millis,
    contacts, conversations,
    db::{self, Tx, dialect},
    desk::{Act, Desk},
    media,
    outbox::{self, Class, Content, NewRow, Prompt},
    staff,
    tickets::{self, Actor, Filter, Status},
};

/// As many rows of a river are looked at together.
const PAGE: i64 = 100;
/// Rows of two processes become visible in another order than that of their numbers; so many are looked at again in the end (PostgreSQL).
const AGAIN: i64 = 1_000;
/// A person has not more tickets than this that somebody still has to see to.
const TICKETS: i64 = 10_000;

/// Whom it is about, and what they are recognised by.
struct Person {
    id: String,
    /// Since when there can be anything about them.
    since: Millis,
    marks: Marks,
}

/// How far the rivers were walked through.
#[derive(Default)]
struct Walked {
    inbox: i64,
    outbox: i64,
    /// Events that were still to be handled.
    pending: Vec<i64>,
    /// The person's lanes, as they are called there.
    lanes: Vec<String>,
}

/// Erases what was asked to be erased, and returns when nothing is left. Whoever asked hears of it.
///
/// # Errors
/// When the database or the folder of files does not let us; it may be tried again.
pub async fn erase(desk: &Desk, request: &str) -> anyhow::Result<()> {
    let Some(asked) = look_up(desk, request).await? else {
        return Ok(());
    };
    if asked.kind == Kind::Erasure && asked.state == "asked" {
        empty(desk, &asked).await?;
    }
    let Some(emptied) = look_up(desk, request).await? else {
        return Ok(());
    };
    if emptied.kind == Kind::Erasure && emptied.state == "files" {
        remove_files(&desk.settings.media_dir, &emptied.files()).await?;
        finish(desk, &emptied).await?;
        desk.bell.ring_outbox();
    }
    if !desk.db.leave_no_traces().await? {
        tracing::warn!("the database's log could not be ended; it still holds what was erased");
    }
    Ok(())
}

async fn look_up(desk: &Desk, request: &str) -> db::Result<Option<Request>> {
    let mut tx = desk.db.read().await?;
    let found = store::request(&mut tx, request).await?;
    tx.rollback().await?;
    Ok(found)
}

async fn empty(desk: &Desk, asked: &Request) -> anyhow::Result<()> {
    let mut tx = desk.db.read().await?;
    let person = recognise(&mut tx, &asked.customer_id).await?;
    let tops = rows::tops(&mut tx).await?;
    tx.rollback().await?;
    let Some(person) = person else {
        return Ok(());
    };
    let walked = walk(desk, &person, tops).await?;
    let mut tx = desk.db.write().await?;
    let mut act = desk.act(&mut tx);
    let files = rows::take_files(act.tx, &person.id).await?;
    let names: Vec<String> = files.iter().map(file_name).collect();
    if !store::emptied(act.tx, &asked.id, &names).await? {
        return Ok(());
    }
    forget_lanes(&mut act, &person, &walked).await?;
    close_tickets(&mut act, &person.id, &asked.by()).await?;
    rows::by_id(act.tx, &person.id).await?;
    rows::customer(act.tx, &person.id, act.now).await?;
    empty_rest(&mut act, &person, &walked).await?;
    for file in &files {
        rows::delete_file(act.tx, &file.id).await?;
    }
    let by = asked.by();
    staff::audit(&mut act, &by, "person.erased", &person.id, None, None).await?;
    drop(act);
    tx.commit().await?;
    desk.bell.ring_outbox();
    Ok(())
}

/// What the person is recognised by, while that is still known.
async fn recognise(tx: &mut Tx, id: &str) -> db::Result<Option<Person>> {
    let Some(known) = store::person(tx, id).await? else {
        return Ok(None);
    };
    let mut marks = Marks::default();
    for identity in look::identities(tx, id).await? {
        marks.add_own(&identity.value);
        marks.add_own(&contacts::format_phone(&identity.value));
        marks.identities.insert(identity.value);
    }
    for called in look::marks(tx, id).await? {
        marks.add_name(&called.name);
        marks.add_name(called.full_name.as_deref().unwrap_or_default());
        let own = [called.email, called.address, called.account_number];
        for mark in own.into_iter().flatten() {
            marks.add_own(&mark);
        }
    }
    marks.messages = look::message_ids(tx, id).await?.into_iter().collect();
    Ok(Some(Person {
        id: id.to_owned(),
        since: known.created_at,
        marks,
    }))
}

impl Person {
    /// Whether an event is theirs: from them, or about a message of theirs.
    fn owns(&self, event: &Event) -> bool {
        let named = event.lane.split_once('|').map_or(&*event.lane, |(_, n)| n);
        event.channel.is_whatsapp()
            && (self.marks.identities.contains(named)
                || self.marks.messages.contains(named)
                || self.marks.messages.contains(&event.external_id))
    }

    /// Whether an event that is not waiting to be handled is to say nothing any more. What staff wrote since we know the person may quote
    /// them in any words; nobody reads such an event again once it was handled, so it goes whomever it speaks of.
    fn is_in(&self, event: &Event) -> bool {
        if event.payload == b"{}" {
            return false;
        }
        match (event.state.as_str(), event.channel.is_whatsapp()) {
            _ if self.owns(event) => true,
            // It waits for a person: only where it is surely about this one.
            ("dead", true) => false,
            ("dead", false) => self.marks.or_name_in_payload(&event.payload),
            (_, true) => self.marks.in_payload(&event.payload),
            (_, false) => event.received_at >= self.since,
        }
    }

    /// Whether a row that is not kept under their id speaks of them: what staff were told in lists. What customers are told is their own.
    fn is_told_in(&self, row: &Row) -> bool {
        if row.customer_id.as_deref() == Some(&*self.id) {
            return false;
        }
        if row.recipient == self.id {
            return row.kind != "erased";
        }
        let words = matches!(row.kind.as_str(), "prompt" | "template");
        if !words || row.channel.is_whatsapp() {
            return false;
        }
        let content = row.content.as_bytes();
        match row.state.as_str() {
            "queued" | "claimed" | "uncertain" => self.marks.in_payload(content),
            _ => self.marks.or_name_in_payload(content),
        }
    }
}

/// Walks through both rivers up to what is newest now. Nobody waits for more than a page.
async fn walk(desk: &Desk, person: &Person, tops: (i64, i64)) -> db::Result<Walked> {
    let mut walked = Walked::default();
    while walked.inbox < tops.0 {
        let mut tx = desk.db.glance().await?;
        let page = rows::events(&mut tx, walked.inbox, PAGE).await?;
        tx.rollback().await?;
        let Some(last) = page.last() else { break };
        walked.inbox = last.seq;
        let mut found = Vec::new();
        for event in &page {
            if person.owns(event) && !walked.lanes.contains(&event.lane) {
                walked.lanes.push(event.lane.clone());
            }
            if event.state == "pending" {
                walked.pending.push(event.seq);
            } else if person.is_in(event) {
                found.push(event.seq);
            }
        }
        if !found.is_empty() {
            let mut tx = desk.db.write().await?;
            for seq in found {
                rows::empty_event(&mut tx, seq, desk.clock.now()).await?;
            }
            tx.commit().await?;
        }
    }
    while walked.outbox < tops.1 {
        let mut tx = desk.db.glance().await?;
        let page = rows::rows(&mut tx, walked.outbox, PAGE).await?;
        tx.rollback().await?;
        let Some(last) = page.last() else { break };
        walked.outbox = last.seq;
        let told = page.iter().filter(|row| person.is_told_in(row));
        let found: Vec<i64> = told.map(|row| row.seq).collect();
        if !found.is_empty() {
            let mut tx = desk.db.write().await?;
            for seq in found {
                rows::empty_row(&mut tx, seq).await?;
            }
            tx.commit().await?;
        }
    }
    Ok(walked)
}

/// Whatever is being handled for them now is lost to its handler, and what waits is not handled: it was said before. What they say from now
/// on is a new customer's.
async fn forget_lanes(act: &mut Act<'_>, person: &Person, walked: &Walked) -> db::Result<()> {
    let channel = &act.desk.settings.whatsapp;
    let identities = person.marks.identities.iter();
    let now: Vec<String> = identities
        .map(|named| format!("{channel}|{named}"))
        .collect();
    for name in walked.lanes.iter().chain(&person.marks.identities) {
        dialect::forget_lanes(act.tx, name).await?;
    }
    for lane in walked.lanes.iter().chain(&now) {
        for seq in rows::pending(act.tx, lane).await? {
            rows::empty_event(act.tx, seq, act.now).await?;
        }
    }
    Ok(())
}

/// Nobody waits for an answer any more. The agents' cards are drawn anew, without a word.
async fn close_tickets(act: &mut Act<'_>, id: &str, by: &Actor) -> anyhow::Result<()> {
    let (all, _) = tickets::of_customer(act.tx, id, Filter::All, 0, TICKETS).await?;
    for ticket in all {
        if ticket.status.is_done() {
            tickets::refresh_card(act, &ticket, ticket.staff_id.as_deref()).await?;
        } else {
            tickets::change_status(act, &ticket, Status::Cancelled, by, None).await?;
        }
    }
    if let Some(open) = conversations::hold_open(act.tx, id).await? {
        conversations::close(act, &open).await?;
    }
    Ok(())
}

/// What came since the rivers were walked through, and what was still to be handled then.
async fn empty_rest(act: &mut Act<'_>, person: &Person, walked: &Walked) -> db::Result<()> {
    for seq in &walked.pending {
        let event = rows::events(act.tx, seq - 1, 1).await?;
        empty_handled(act, person, &event).await?;
    }
    let back = if act.tx.is_postgres() { AGAIN } else { 0 };
    let mut after = (walked.inbox - back).max(0);
    loop {
        let page = rows::events(act.tx, after, PAGE).await?;
        empty_handled(act, person, &page).await?;
        match page.last() {
            Some(last) => after = last.seq,
            None => break,
        }
    }
    after = (walked.outbox - back).max(0);
    loop {
        let page = rows::rows(act.tx, after, PAGE).await?;
        for row in page.iter().filter(|row| person.is_told_in(row)) {
            rows::empty_row(act.tx, row.seq).await?;
        }
        match page.last() {
            Some(last) => after = last.seq,
            None => return Ok(()),
        }
    }
}

async fn empty_handled(act: &mut Act<'_>, person: &Person, events: &[Event]) -> db::Result<()> {
    for event in events {
        if event.state != "pending" && person.is_in(event) {
            rows::empty_event(act.tx, event.seq, act.now).await?;
        }
    }
    Ok(())
}

/// What a stored file is called in its folder.
pub(super) fn file_name(file: &rows::File) -> String {
    media::name_on_disk(&file.id, file.mime.as_deref())
}

/// Removes files; what is not there any more is removed.
pub(super) async fn remove_files(folder: &Path, names: &[String]) -> std::io::Result<()> {
    for name in names {
        match tokio::fs::remove_file(folder.join(name)).await {
            Err(error) if error.kind() != std::io::ErrorKind::NotFound => return Err(error),
            _ => {}
        }
    }
    Ok(())
}

/// What was about to be written when the person was erased goes too, and whoever asked is told.
async fn finish(desk: &Desk, asked: &Request) -> db::Result<()> {
    let mut tx = desk.db.write().await?;
    let mut act = desk.act(&mut tx);
    if store::done(act.tx, &asked.id, act.now).await? {
        rows::by_id(act.tx, &asked.customer_id).await?;
        tell(&mut act, asked).await?;
    }
    drop(act);
    tx.commit().await
}

async fn tell(act: &mut Act<'_>, asked: &Request) -> db::Result<()> {
    let Actor::Staff(id) = asked.by() else {
        return Ok(());
    };
    let Some(by) = staff::by_id(act.tx, &id).await?.filter(|by| by.active) else {
        return Ok(());
    };
    let Some(chat) = by.telegram_chat_id else {
        return Ok(());
    };
    let left = extent(act.tx, &asked.customer_id).await?;
    let text = act.localizer(by.locale).text(
        "people-erased",
        args!["tickets" => left.tickets, "invoices" => left.invoices],
    );
    let channel = act.desk.settings.telegram.clone();
    let content = Content::Prompt(Prompt::text(text));
    let row = NewRow::new(&channel, chat, Class::Notice, content);
    outbox::enqueue(act, row).await.map(drop)
}
