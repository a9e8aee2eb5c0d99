//! A customer's message in an agent's chat: one message for one message, the words verbatim in it, as an answer to the ticket's card.

use std::{path::Path, time::Duration};

use sapa_core::{
    args,
    contacts::{self, Customer},
    db,
    i18n::Localizer,
    markup::Markup,
    media::{self, Media, MediaState},
    messages::{self, Kind, Message},
    outbox::{self, CardSubject, Class, Content, Job, NewRow, Post, Prompt, SendError},
    staff,
};
use serde_json::Value;

use super::{
    files::Parcel,
    render::{TEXT, bubbles},
    sender::{Part, TelegramSender, broken, caption, words},
    twice::marked,
};

/// So long words wait for the file that belongs to them.
const PATIENCE: Duration = Duration::from_secs(20);
/// How often it is looked for meanwhile.
const LOOK: Duration = Duration::from_millis(500);
/// How often a file is looked for that follows later, and how many times.
const LOOK_LATER: Duration = Duration::from_secs(15);
const LOOKS: usize = 40;
/// Marks the ids of rows that bring such a file.
const FOLLOWING: &str = ".file";

/// What is known about a message that is handed over.
struct Facts {
    message: Message,
    customer: Option<Customer>,
    media: Option<Media>,
    card: Option<String>,
    l: Localizer,
}

/// Where the file is that belongs to words.
enum Attached {
    Ready(Parcel),
    /// The words go first.
    Later,
    Never,
}

impl TelegramSender {
    /// Hands a customer's message over.
    pub(super) async fn relay(
        &self,
        job: &Job,
        message_id: &str,
        heading: bool,
    ) -> Result<Vec<Post>, SendError> {
        let facts = self.facts(job, message_id).await.map_err(|e| broken(&e))?;
        let facts = facts.ok_or(SendError::Cancelled)?;
        let head = facts.customer.as_ref().filter(|_| heading).map(|customer| {
            facts
                .l
                .text("relay-heading", args!["name" => &customer.name])
        });
        let said = headed(head.as_ref(), &body(&facts));
        let said = marked(job, &facts.l, said, is_file(facts.message.kind));
        if is_file(facts.message.kind) {
            let parts = self
                .file_parts(job, &facts.l, &said, facts.media.as_ref())
                .await?;
            let posts = self
                .deliver(job, &parts.0, facts.card.as_deref(), &[])
                .await?;
            if parts.1 {
                self.follow(job, facts.message.media_id.as_deref(), posts.first())
                    .await;
            }
            return Ok(posts);
        }
        let parts = match place(&facts, heading) {
            Some(place) => vec![place],
            None => match words(&said) {
                // One message for one message: where the name does not fit as well, the card that it answers tells whose words they are.
                parts if parts.len() > 1 && facts.card.is_some() => words(&body(&facts)),
                parts => parts,
            },
        };
        self.deliver(job, &parts, facts.card.as_deref(), &[]).await
    }

    /// The parts of a prompt that brings a file.
    pub(super) async fn with_file(
        &self,
        job: &Job,
        text: &Markup,
        media_id: &str,
    ) -> Result<Vec<Part>, SendError> {
        let (media, l) = async {
            let mut tx = self.desk.db.read().await?;
            let media = media::by_id(&mut tx, media_id).await?;
            let l = self.speaks_to(&mut tx, &job.recipient).await?;
            tx.rollback().await?;
            Ok((media, l))
        }
        .await
        .map_err(|e: db::Error| broken(&e))?;
        let waits = media
            .as_ref()
            .is_some_and(|media| media.state == MediaState::Wanted);
        if text.is_empty() && waits {
            if job.id.matches(FOLLOWING).count() >= LOOKS {
                return Ok(words(&l.text("relay-file-failed", &[])));
            }
            // It follows words that went first, or has none: it waits without holding up anybody.
            self.follow(job, Some(media_id), None).await;
            return Err(SendError::Cancelled);
        }
        let (parts, later) = self.file_parts(job, &l, text, media.as_ref()).await?;
        if later {
            self.follow(job, Some(media_id), None).await;
        }
        Ok(parts)
    }

    async fn facts(&self, job: &Job, message_id: &str) -> db::Result<Option<Facts>> {
        let mut tx = self.desk.db.glance().await?;
        let Some(message) = messages::by_id(&mut tx, message_id).await? else {
            return Ok(None);
        };
        let customer = contacts::by_id(&mut tx, &message.customer_id).await?;
        let media = match &message.media_id {
            Some(id) => media::by_id(&mut tx, id).await?,
            None => None,
        };
        let subject = match job.ticket_id.as_ref().or(message.ticket_id.as_ref()) {
            Some(ticket) => CardSubject::Ticket(ticket.clone()),
            None => CardSubject::Conversation(message.conversation_id.clone()),
        };
        let (channel, about) = (&self.desk.settings.telegram, Some(&*message.customer_id));
        let card = outbox::store::card_post(&mut tx, channel, &job.recipient, &subject, about);
        let card = card.await?;
        let l = self.speaks_to(&mut tx, &job.recipient).await?;
        tx.rollback().await?;
        Ok(Some(Facts {
            message,
            customer,
            media,
            card,
            l,
        }))
    }

    /// The texts in the language of whoever reads this chat. A private chat's id is its person's.
    pub(super) async fn speaks_to(&self, tx: &mut db::Tx, chat: &str) -> db::Result<Localizer> {
        let reader = staff::by_telegram_id(tx, chat).await?;
        let locale = reader.map_or(self.desk.settings.locale, |reader| reader.locale);
        Ok(self.desk.localizer(locale))
    }

    /// A file with its words, or the words alone with what became of the file; whether it follows later.
    async fn file_parts(
        &self,
        job: &Job,
        l: &Localizer,
        said: &Markup,
        media: Option<&Media>,
    ) -> Result<(Vec<Part>, bool), SendError> {
        let failed = said.clone().line(&l.text("relay-file-failed", &[]));
        let parcel = match self.attached(job, media).await? {
            Attached::Ready(parcel) => parcel,
            Attached::Later => {
                return Ok((
                    words(&said.clone().line(&l.text("relay-file-later", &[]))),
                    true,
                ));
            }
            Attached::Never => return Ok((words(&failed), false)),
        };
        let caption = caption(said);
        let rest = if caption.is_some() || said.is_empty() {
            Vec::new()
        } else {
            words(said)
        };
        let alone = if rest.is_empty() {
            failed
        } else {
            l.text("relay-file-failed", &[])
        };
        let file = Part::File {
            parcel,
            caption,
            instead: bubbles(&alone, TEXT).into_iter().next(),
        };
        Ok((std::iter::once(file).chain(rest).collect(), false))
    }

    async fn attached(&self, job: &Job, media: Option<&Media>) -> Result<Attached, SendError> {
        let Some(media) = media else {
            return Ok(Attached::Never);
        };
        match media.state {
            MediaState::Stored => {
                let parcel = Parcel::new(&self.desk.settings, media);
                Ok(if is_there(&parcel.upload.path).await {
                    Attached::Ready(parcel)
                } else {
                    tracing::error!(media = media.id, "a stored file is not in the media folder");
                    Attached::Never
                })
            }
            MediaState::Wanted if self.desk.clock.now().is_within(job.created_at, PATIENCE) => {
                Err(SendError::NotYet(LOOK))
            }
            MediaState::Wanted => Ok(Attached::Later),
            MediaState::Failed => Ok(Attached::Never),
        }
    }

    /// Sends the file after its words, as soon as it is there. Made of the row's own id, so it happens once, whatever is repeated.
    async fn follow(&self, job: &Job, media_id: Option<&str>, words: Option<&Post>) {
        let before = match &job.content {
            Content::Prompt(before) => before.reply_to.clone(),
            _ => None,
        };
        let prompt = Prompt {
            media_id: media_id.map(str::to_owned),
            reply_to: words.map(|post| post.external_id.clone()).or(before),
            ..Prompt::default()
        };
        let mut row = NewRow::new(
            &job.channel,
            &job.recipient,
            Class::Conversation,
            Content::Prompt(prompt),
        );
        row.customer_id.clone_from(&job.customer_id);
        row.ticket_id.clone_from(&job.ticket_id);
        row.message_id.clone_from(&job.message_id);
        row.due_at = Some(self.desk.clock.now().plus(LOOK_LATER));
        let written = async {
            let mut tx = self.desk.db.write().await?;
            let mut act = self.desk.act_for(&mut tx, format!("{}{FOLLOWING}", job.id));
            outbox::enqueue(&mut act, row).await?;
            drop(act);
            tx.commit().await
        };
        match written.await {
            Ok(()) => self.desk.bell.ring_outbox(),
            Err(error) => {
                tracing::error!(row = job.id, %error, "a file that was to follow its words does not");
            }
        }
    }
}

async fn is_there(path: &Path) -> bool {
    tokio::fs::try_exists(path).await.unwrap_or(false)
}

fn is_file(kind: Kind) -> bool {
    matches!(
        kind,
        Kind::Image | Kind::Video | Kind::Audio | Kind::Voice | Kind::Document | Kind::Sticker
    )
}

fn headed(head: Option<&Markup>, body: &Markup) -> Markup {
    match head {
        Some(head) if body.is_empty() => head.clone(),
        Some(head) => head.clone().line(body),
        None => body.clone(),
    }
}

/// The words of a message.
fn body(facts: &Facts) -> Markup {
    let (message, l) = (&facts.message, &facts.l);
    let said = Markup::plain(&message.body);
    match message.kind {
        Kind::Contacts => l.text("relay-contacts", &[]).line(&said),
        Kind::Order => l.text("relay-order", &[]).line(&said),
        Kind::Unsupported if message.body.is_empty() => l.text("relay-unsupported", &[]),
        Kind::Location => match coordinates(message) {
            Some((latitude, longitude)) => {
                said.line(&Markup::plain(&format!("{latitude}, {longitude}")))
            }
            None => said,
        },
        _ => said,
    }
}

/// A place as a pin on the map. The customer's name is the pin's title when it is to be told: a place has no caption.
fn place(facts: &Facts, heading: bool) -> Option<Part> {
    let (latitude, longitude) = coordinates(&facts.message)?;
    let told = (-90.0..=90.0).contains(&latitude) && (-180.0..=180.0).contains(&longitude);
    let called = Some(facts.message.body.trim()).filter(|name| !name.is_empty());
    let customer = facts.customer.as_ref().filter(|_| heading);
    let numbers = format!("{latitude}, {longitude}");
    let title = match (customer, called) {
        (Some(customer), Some(called)) => Some((customer.name.clone(), called.to_owned())),
        (Some(customer), None) => Some((customer.name.clone(), numbers)),
        (None, Some(called)) => Some((called.to_owned(), numbers)),
        (None, None) => None,
    };
    told.then_some(Part::Place {
        latitude,
        longitude,
        title,
    })
}

fn coordinates(message: &Message) -> Option<(f64, f64)> {
    if message.kind != Kind::Location {
        return None;
    }
    let details: Value = serde_json::from_str(message.details.as_deref()?).ok()?;
    Some((
        details.get("latitude")?.as_f64()?,
        details.get("longitude")?.as_f64()?,
    ))
}
