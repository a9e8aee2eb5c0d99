//! SQL of posts: what the platforms call our messages, and the way back from there.

use super::{CardSubject, Channel, Content, Millis, Post, Tx, db, decode, run, statements};

statements! {
    POST = "insert into outbox_posts (channel, chat, external_id, outbox_id, posted_at) values ($1, $2, $3, $4, $5)
        on conflict (channel, chat, external_id) do nothing";
    OF_POST = "select outbox.id, outbox.customer_id, outbox.ticket_id, outbox.message_id, outbox.content
        from outbox_posts join outbox on outbox.id = outbox_posts.outbox_id
        where outbox_posts.channel = $1 and outbox_posts.chat = $2 and outbox_posts.external_id = $3";
    CARD_OF_TICKET = "select outbox_posts.external_id from outbox join outbox_posts on outbox_posts.outbox_id = outbox.id
        where outbox.channel = $1 and outbox.recipient = $2 and outbox.ticket_id = $3 and outbox.kind in ('card', 'card_edit')
        order by outbox_posts.posted_at desc, outbox.seq desc limit 1";
    CARDS_TO = "select outbox_posts.external_id, outbox.content from outbox join outbox_posts on outbox_posts.outbox_id = outbox.id
        where outbox.channel = $1 and outbox.recipient = $2 and outbox.customer_id = $3 and outbox.ticket_id is null
            and outbox.kind in ('card', 'card_edit')
        order by outbox_posts.posted_at desc, outbox.seq desc limit 20";
    POSTS_OF_MESSAGE = "select outbox_posts.chat, outbox_posts.external_id from outbox join outbox_posts on outbox_posts.outbox_id = outbox.id
        where outbox.message_id = $1 and outbox.channel = $2 order by outbox.seq, outbox_posts.posted_at";
    ID_OF_EXTERNAL = "select outbox_id from outbox_posts where channel = $1 and external_id = $2 limit 1";
}

/// What one of our posts in a chat was about.
#[derive(Clone, Debug, PartialEq)]
pub struct PostTarget {
    /// The outbox row.
    pub outbox_id: String,
    /// The customer it was about.
    pub customer_id: Option<String>,
    /// The ticket it was about.
    pub ticket_id: Option<String>,
    /// The message of ours that it carried.
    pub message_id: Option<String>,
    /// What it said.
    pub content: Content,
}

/// Remembers what the platform called a message of ours.
pub async fn post(
    tx: &mut Tx,
    channel: &Channel,
    id: &str,
    post: &Post,
    now: Millis,
) -> db::Result<()> {
    run!(tx, |c| sqlx::query(POST)
        .bind(channel)
        .bind(&post.chat)
        .bind(&post.external_id)
        .bind(id)
        .bind(now)
        .execute(c)
        .await
        .map(drop))
}

/// What one of our posts in a chat was about (`chat` is empty on WhatsApp).
pub async fn post_target(
    tx: &mut Tx,
    channel: &Channel,
    chat: &str,
    external_id: &str,
) -> db::Result<Option<PostTarget>> {
    type Found = (
        String,
        Option<String>,
        Option<String>,
        Option<String>,
        String,
    );
    let found: Option<Found> = run!(tx, |c| sqlx::query_as(OF_POST)
        .bind(channel)
        .bind(chat)
        .bind(external_id)
        .fetch_optional(c)
        .await)?;
    found
        .map(|(outbox_id, customer_id, ticket_id, message_id, content)| {
            Ok(PostTarget {
                outbox_id,
                customer_id,
                ticket_id,
                message_id,
                content: decode(&content)?,
            })
        })
        .transpose()
}

/// The platform's id of the newest card about a subject in a chat. For a conversation's card the customer is needed too.
pub async fn card_post(
    tx: &mut Tx,
    channel: &Channel,
    chat: &str,
    subject: &CardSubject,
    customer_id: Option<&str>,
) -> db::Result<Option<String>> {
    match subject {
        CardSubject::Ticket(ticket) => {
            run!(tx, |c| sqlx::query_scalar(CARD_OF_TICKET)
                .bind(channel)
                .bind(chat)
                .bind(ticket)
                .fetch_optional(c)
                .await)
        }
        CardSubject::Conversation(_) => {
            let cards: Vec<(String, String)> = run!(tx, |c| sqlx::query_as(CARDS_TO)
                .bind(channel)
                .bind(chat)
                .bind(customer_id)
                .fetch_all(c)
                .await)?;
            Ok(cards.into_iter().find_map(|(external_id, content)| {
                match decode(&content).ok()? {
                    Content::Card(of) | Content::CardEdit(of) => {
                        (of == *subject).then_some(external_id)
                    }
                    _ => None,
                }
            }))
        }
    }
}

/// What the platform called the posts that carried a message of ours on a channel, oldest first.
pub async fn posts_of_message(
    tx: &mut Tx,
    message_id: &str,
    channel: &Channel,
) -> db::Result<Vec<Post>> {
    let posts: Vec<(String, String)> = run!(tx, |c| sqlx::query_as(POSTS_OF_MESSAGE)
        .bind(message_id)
        .bind(channel)
        .fetch_all(c)
        .await)?;
    Ok(posts
        .into_iter()
        .map(|(chat, external_id)| Post { chat, external_id })
        .collect())
}

/// The row that a platform's message id belongs to, where ids are unique by themselves (WhatsApp).
pub async fn id_of_external(
    tx: &mut Tx,
    channel: &Channel,
    external_id: &str,
) -> db::Result<Option<String>> {
    run!(tx, |c| sqlx::query_scalar(ID_OF_EXTERNAL)
        .bind(channel)
        .bind(external_id)
        .fetch_optional(c)
        .await)
}
