//! What goes out of the house: each row is shown, posted and noted, as a platform would.

use std::fmt::Write as _;

use sapa_core::{
    db::dialect::many,
    desk::Act,
    inbox::Channel,
    markup::Markup,
    messages,
    outbox::{self, Content, Job, Post, Prompt},
};

use super::{
    super::cards,
    house::{House, Posted, acting},
};

/// What went out.
struct Sent {
    job: Job,
    post: Post,
    /// What it shows, with a word about how; nothing for a tick, or for a card of nobody's.
    shown: Option<(Prompt, &'static str)>,
}

impl House {
    /// Everything that waits goes out and is posted.
    pub async fn pump(&mut self) {
        let channels = [
            self.desk.settings.whatsapp.clone(),
            self.desk.settings.telegram.clone(),
        ];
        for channel in channels {
            while let Some(sent) = self.one_out(&channel).await {
                self.stands(sent);
            }
        }
    }

    async fn one_out(&mut self, channel: &Channel) -> Option<Sent> {
        self.count += 1;
        let count = self.count;
        acting!(self, |act| {
            let ready = outbox::store::ready(act.tx, channel, 100)
                .await
                .expect("rows");
            match ready.iter().find(|row| row.due_at <= act.now) {
                None => None,
                Some(row) => Some(send(act, channel, &row.id, count).await),
            }
        })
    }

    fn stands(&mut self, sent: Sent) {
        let Some((prompt, how)) = sent.shown else {
            return;
        };
        let name = self.name(&sent.job.recipient);
        let mut line = format!("  → {name}{how}: {}", prompt.text.to_plain());
        let buttons: Vec<String> = prompt
            .choices
            .iter()
            .map(|choice| format!("[{}]", choice.label))
            .collect();
        if !buttons.is_empty() {
            let _ = write!(line, "\n    {}", buttons.join(" "));
        }
        self.note(&line.replace('\n', "\n    "));
        let posted = Posted {
            chat: sent.job.recipient,
            external_id: sent.post.external_id,
            text: prompt.text.to_plain(),
            choices: prompt.choices,
        };
        self.chats.retain(|other| {
            (&other.chat, &other.external_id) != (&posted.chat, &posted.external_id)
        });
        self.chats.push(posted);
    }
}

async fn send(act: &mut Act<'_>, channel: &Channel, id: &str, count: u32) -> Sent {
    let mut jobs = outbox::store::claim(act.tx, &[id], "test", 1, act.now)
        .await
        .expect("claimed");
    let job = jobs.remove(id).expect("wanted");
    let shown = show(act, &job).await;
    let place = shown
        .as_ref()
        .and_then(|(prompt, _)| prompt.replaces.clone());
    let chat = if channel.is_whatsapp() {
        String::new()
    } else {
        job.recipient.clone()
    };
    let post = Post {
        chat,
        external_id: place.unwrap_or_else(|| count.to_string()),
    };
    outbox::store::post(act.tx, channel, &job.id, &post, act.now)
        .await
        .expect("posted");
    many::sent(act.tx, &[&job.id], "test", 1, act.now)
        .await
        .expect("sent");
    Sent { job, post, shown }
}

/// What a row shows, with a word about how.
async fn show(act: &mut Act<'_>, job: &Job) -> Option<(Prompt, &'static str)> {
    match &job.content {
        Content::Prompt(prompt) => {
            let how = if prompt.replaces.is_some() {
                " (in place)"
            } else {
                ""
            };
            Some((prompt.clone(), how))
        }
        Content::Relay { message_id, .. } => {
            let message = messages::by_id(act.tx, message_id)
                .await
                .expect("a look")
                .expect("known");
            let text = Markup::plain(&message.body);
            Some((Prompt::text(text), " (relay)"))
        }
        Content::Card(subject) => {
            let desk = act.desk.clone();
            let card = cards::render(&desk, act.tx, subject, &job.recipient).await;
            card.expect("drawn").map(|card| (card, " (card)"))
        }
        Content::CardEdit(subject) => {
            let desk = act.desk.clone();
            let channel = &job.channel;
            let customer = job.customer_id.as_deref();
            let place =
                outbox::store::card_post(act.tx, channel, &job.recipient, subject, customer)
                    .await
                    .expect("a look");
            let card = cards::render(&desk, act.tx, subject, &job.recipient).await;
            let card = card.expect("drawn")?;
            Some((
                Prompt {
                    replaces: place,
                    ..card
                },
                " (card redrawn)",
            ))
        }
        Content::Tick { .. } | Content::Sealed { .. } | Content::Erased => None,
        Content::Template(template) => {
            let text = format!("template {} {:?}", template.name, template.parameters);
            let text = Markup::plain(&text);
            Some((Prompt::text(text), ""))
        }
    }
}
