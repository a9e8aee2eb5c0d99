//! What a row needs before it can go out, read from the desk's present state: whom it is for, whether it may go, its words and its file.

use std::time::Duration;

use sapa_core::{
    clock::Millis,
    contacts::{self, Customer, Identity},
    db::{self, Tx},
    desk::Desk,
    media::{self, Media, MediaState},
    messages::{self, Author, Kind, Message},
    outbox::{self, Content, Job, Prompt, Reach, Secret, SendError, Template},
};
use serde_json::Value;

use super::render::{Address, Phrases};

/// How long a message waits for its file; then the words go alone.
const WAIT_FOR_FILE: Duration = Duration::from_secs(20);
/// How long a file without words is waited for.
const WAIT_FOR_LONE_FILE: Duration = Duration::from_mins(2);
/// When a message that waits is looked at again.
const LOOK_AGAIN: Duration = Duration::from_millis(500);

/// A row that may go out.
pub(super) struct Plan {
    pub to: Address,
    pub saying: Saying,
    pub file: PlannedFile,
    /// The platform's id of the customer's message that it answers.
    pub quotes: Option<String>,
    pub phrases: Phrases,
}

/// What is said.
pub(super) enum Saying {
    /// The desk's own words.
    Prompt(Prompt),
    /// An agent's, as they are.
    Verbatim(String),
    /// A place.
    Location {
        latitude: f64,
        longitude: f64,
        name: Option<String>,
    },
    /// An approved template.
    Template(Template),
}

/// What goes with it.
pub(super) enum PlannedFile {
    None,
    Stored(Box<Media>),
    Missing,
}

/// Looks at everything that the row is made of.
pub(super) async fn plan(desk: &Desk, job: &Job) -> Result<Plan, SendError> {
    let plan = async {
        let mut tx = desk.db.glance().await?;
        let planned = plan_in(desk, &mut tx, job).await;
        tx.rollback().await?;
        planned
    };
    plan.await.map_err(|Stop(error)| error)
}

/// Why a row does not go out now.
struct Stop(SendError);

impl From<SendError> for Stop {
    fn from(error: SendError) -> Self {
        Self(error)
    }
}

/// The database is not the row's fault.
impl From<db::Error> for Stop {
    fn from(error: db::Error) -> Self {
        tracing::warn!(%error, "the desk's state could not be read for a message to a customer");
        Self(SendError::Retry {
            after: None,
            reach: Reach::Channel,
            code: "database".to_owned(),
            detail: "the desk's state could not be read".to_owned(),
        })
    }
}

async fn plan_in(desk: &Desk, tx: &mut Tx, job: &Job) -> Result<Plan, Stop> {
    // Erased, or one with another customer now.
    let customer = contacts::by_id(tx, &job.recipient)
        .await?
        .ok_or(SendError::Cancelled)?;
    let identity = contacts::identity(tx, &customer.id).await?;
    let Secret { content, number } = outbox::opened(desk, job)?;
    // The window is the customer's; of another number of theirs only the platform knows.
    let free = matches!(content, Content::Template(_)) || number.is_some();
    if !free && !window_is_open(desk, &customer) {
        return Err(SendError::WindowClosed.into());
    }
    let texts = desk.localizer(contacts::speaks(&customer, &identity, &desk.settings));
    let (saying, file, quotes) = said_of(desk, tx, job, &content).await?;
    Ok(Plan {
        to: number.map_or_else(|| address(identity), |number| Ok(Address::Number(number)))?,
        saying,
        file,
        quotes,
        phrases: Phrases {
            choose: texts.label("whatsapp-choose", &[]),
            by_number: texts.label("whatsapp-by-number", &[]),
            no_file: texts.label("whatsapp-no-file", &[]),
        },
    })
}

/// The number where there is one: one-time codes go to numbers only (Meta: 131062).
fn address(identity: Identity) -> Result<Address, SendError> {
    let number = identity.wa_id.map(Address::Number);
    let address = number.or(identity.user_id.map(Address::UserId));
    address.ok_or_else(|| {
        permanent(
            "no_address",
            "the customer has neither a number nor a user id",
        )
    })
}

/// What is said, with which file, in answer to what.
async fn said_of(
    desk: &Desk,
    tx: &mut Tx,
    job: &Job,
    content: &Content,
) -> Result<(Saying, PlannedFile, Option<String>), Stop> {
    Ok(match content {
        Content::Prompt(prompt) => {
            let words = !prompt.text.is_empty() || !prompt.choices.is_empty();
            let file = file(desk, tx, prompt.media_id.as_deref(), job.created_at, words).await?;
            let saying = Saying::Prompt(prompt.clone());
            (saying, file, prompt.reply_to.clone())
        }
        Content::Template(template) => {
            (Saying::Template(template.clone()), PlannedFile::None, None)
        }
        Content::Relay { message_id, .. } => {
            let message = messages::by_id(tx, message_id).await?;
            let message = message.filter(|m| m.revoked_at.is_none());
            let message = message.ok_or(SendError::Cancelled)?;
            let words = !message.body.trim().is_empty();
            let media_id = message.media_id.as_deref();
            let file = file(desk, tx, media_id, message.created_at, words).await?;
            (said(&message), file, quoted(tx, &message).await?)
        }
        // Opened before; a secret within a secret is none of ours.
        Content::Sealed { .. } | Content::Erased => return Err(SendError::Cancelled.into()),
        Content::Card(_) | Content::CardEdit(_) | Content::Tick { .. } => {
            let why = "customers get neither cards nor ticks";
            return Err(permanent("not_for_customers", why).into());
        }
    })
}

fn window_is_open(desk: &Desk, customer: &Customer) -> bool {
    contacts::window_closes(customer).is_some_and(|closes| desk.clock.now() < closes)
}

/// The file that goes with words, or alone.
async fn file(
    desk: &Desk,
    tx: &mut Tx,
    id: Option<&str>,
    since: Millis,
    words: bool,
) -> Result<PlannedFile, Stop> {
    let Some(id) = id else {
        return Ok(PlannedFile::None);
    };
    let media = media::by_id(tx, id).await?;
    let patience = if words {
        WAIT_FOR_FILE
    } else {
        WAIT_FOR_LONE_FILE
    };
    match media {
        Some(media) if media.state == MediaState::Stored => {
            Ok(PlannedFile::Stored(Box::new(media)))
        }
        Some(media)
            if media.state == MediaState::Wanted && desk.clock.now().is_within(since, patience) =>
        {
            Err(SendError::NotYet(LOOK_AGAIN).into())
        }
        _ if words => Ok(PlannedFile::Missing),
        _ => Err(permanent("media", "the file cannot be had").into()),
    }
}

/// What an agent's message says. A place and lines of cards stand in its details.
fn said(message: &Message) -> Saying {
    let details: Option<Value> = message
        .details
        .as_deref()
        .and_then(|json| serde_json::from_str(json).ok());
    match (message.kind, details) {
        (Kind::Location, Some(place)) => {
            match (place["latitude"].as_f64(), place["longitude"].as_f64()) {
                (Some(latitude), Some(longitude)) => Saying::Location {
                    latitude,
                    longitude,
                    name: place["name"].as_str().map(str::to_owned),
                },
                _ => Saying::Verbatim(message.body.clone()),
            }
        }
        (Kind::Contacts, Some(Value::Array(lines))) if message.body.trim().is_empty() => {
            let lines: Vec<_> = lines.iter().filter_map(Value::as_str).collect();
            Saying::Verbatim(lines.join("\n"))
        }
        _ => Saying::Verbatim(message.body.clone()),
    }
}

/// The customer's message that an agent answered: the agent answered its copy in his own chat.
async fn quoted(tx: &mut Tx, message: &Message) -> db::Result<Option<String>> {
    let Some(quotes) = &message.quotes else {
        return Ok(None);
    };
    let post = outbox::store::post_target(tx, &message.channel, &message.chat, quotes).await?;
    let Some(copied) = post.and_then(|post| post.message_id) else {
        return Ok(None);
    };
    let original = messages::by_id(tx, &copied).await?;
    Ok(original
        .filter(|m| {
            m.author == Author::Customer
                && m.customer_id == message.customer_id
                && m.channel.is_whatsapp()
        })
        .map(|m| m.external_id))
}

fn permanent(code: &str, detail: &str) -> SendError {
    SendError::Permanent {
        code: code.to_owned(),
        detail: detail.to_owned(),
    }
}
