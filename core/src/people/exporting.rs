//! Everything that is known about a person, as one JSON document that a machine can read: their files are in it too, in base 64.

use std::{
    io::{self, Write},
    path::PathBuf,
};

use base64::{Engine as _, engine::general_purpose::STANDARD};
use serde::{Serialize, Serializer};

use super::store::look::{
    self, Audited, Conversation, Customer, Identity, Invoice, Message, Session, Ticket,
};
use crate::{
    clock::Millis,
    db::{self, Tx},
    desk::Settings,
    media,
};

/// What the document is, for whoever reads it by machine.
const FORMAT: &str = "sapa.person.1";

/// Everything about a person. Their files are read when it is written.
#[derive(Serialize)]
pub struct Told {
    format: &'static str,
    desk: String,
    #[serde(rename = "told_at")]
    at: String,
    customer: Customer,
    identities: Vec<Identity>,
    conversations: Vec<Conversation>,
    messages: Vec<Message>,
    tickets: Vec<Ticket>,
    invoices: Vec<Invoice>,
    portal_sessions: Vec<Session>,
    audit: Vec<Audited>,
    files: Vec<File>,
}

#[derive(Serialize)]
struct File {
    #[serde(flatten)]
    about: look::File,
    #[serde(serialize_with = "whole")]
    data: Option<PathBuf>,
}

/// Everything that is known about a customer. `None`: nothing is.
pub async fn tell(
    tx: &mut Tx,
    settings: &Settings,
    customer_id: &str,
    now: Millis,
) -> db::Result<Option<Told>> {
    let Some(customer) = look::customer(tx, customer_id).await?.pop() else {
        return Ok(None);
    };
    let mut tickets = look::tickets(tx, customer_id).await?;
    for happened in look::history(tx, customer_id).await? {
        if let Some(ticket) = tickets.iter_mut().find(|t| t.id == happened.ticket_id) {
            ticket.history.push(happened);
        }
    }
    let files = look::files(tx, customer_id).await?;
    let files = files.into_iter().map(|about| File {
        data: Some(
            settings
                .media_dir
                .join(media::name_on_disk(&about.id, about.mime.as_deref())),
        ),
        about,
    });
    Ok(Some(Told {
        format: FORMAT,
        desk: settings.name.clone(),
        at: now.rfc3339(),
        customer,
        identities: look::identities(tx, customer_id).await?,
        conversations: look::conversations(tx, customer_id).await?,
        messages: look::messages(tx, customer_id).await?,
        tickets,
        invoices: look::invoices(tx, customer_id).await?,
        portal_sessions: look::sessions(tx, customer_id).await?,
        audit: look::audit(tx, customer_id).await?,
        files: files.collect(),
    }))
}

impl Told {
    /// How many messages, tickets and files are told of.
    pub fn counts(&self) -> (usize, usize, usize) {
        (self.messages.len(), self.tickets.len(), self.files.len())
    }

    /// Leaves out the files that make more than so many bytes: what is known of them is told without what is in them.
    pub fn keep_below(&mut self, most: u64) {
        let mut room = most;
        for file in &mut self.files {
            let size = u64::try_from(file.about.size.unwrap_or(0)).unwrap_or(u64::MAX);
            match room.checked_sub(size) {
                Some(left) => room = left,
                None => file.data = None,
            }
        }
    }

    /// Writes it, one file in memory at a time. Blocks.
    ///
    /// # Errors
    /// When it cannot be written.
    pub fn write(&self, to: impl Write) -> io::Result<()> {
        let mut to = io::BufWriter::new(to);
        serde_json::to_writer_pretty(&mut to, self)?;
        to.write_all(b"\n")?;
        to.flush()
    }
}

/// A file's bytes; nothing when they are left out or not there.
#[expect(clippy::ref_option, reason = "serde hands a field over by reference")]
fn whole<S: Serializer>(path: &Option<PathBuf>, to: S) -> Result<S::Ok, S::Error> {
    let bytes = path.as_ref().and_then(|path| std::fs::read(path).ok());
    bytes.map(|bytes| STANDARD.encode(bytes)).serialize(to)
}
