//! What people do on the miniature Telegram: write, reply, press keys, send files, edit, block.

use serde_json::{Map, Value, json};

use super::content::{Content, quote_of};
use super::media::{self, sort_of};
use super::state::{Answer, Stored};
use super::{Telegram, limits};
use crate::Missing;
use crate::files::File;
use crate::locked;
use crate::shown::{Kind, Media, Place, Quote, Shown, Side, summary};
use crate::wire::{Hop, Platform};

impl Telegram {
    /// The person writes a text to the bot (a command too); gives the message's id.
    pub fn says(&self, user: i64, text: &str) -> i64 {
        self.write(user, user, text_content(text), None)
    }

    /// The person opens the bot through a deep link: `/start PAYLOAD`. Telegram passes on 64 letters, digits,
    /// `_` and `-`; a longer or other payload never arrives, so it is refused here.
    pub fn starts(&self, user: i64, payload: &str) -> Result<i64, Missing> {
        let good = |c: char| c.is_ascii_alphanumeric() || c == '_' || c == '-';
        let short = limits::text("start_payload", payload).is_ok();
        if !short || !payload.chars().all(good) {
            return Err(Missing(format!("no deep link can carry \"{payload}\"")));
        }
        Ok(self.says(user, format!("/start {payload}").trim_end()))
    }

    /// The person pressed start some time ago: the bot may write, and no update tells of it.
    pub fn started(&self, user: i64) {
        super::ensure(&mut locked(&self.0.telegram), user).started = true;
    }

    /// The person replies to a message of the chat.
    pub fn replies(&self, user: i64, to: i64, text: &str) -> Result<i64, Missing> {
        let quote = self.quote(user, to)?;
        Ok(self.write(user, user, text_content(text), Some(quote)))
    }

    /// A person writes in a group.
    pub fn says_in(&self, group: i64, user: i64, text: &str) -> i64 {
        self.write(group, user, text_content(text), None)
    }

    /// The person sends a file, perhaps as a reply.
    pub fn sends(
        &self,
        user: i64,
        file: Media,
        caption: Option<&str>,
        reply_to: Option<i64>,
    ) -> Result<i64, Missing> {
        let quote = reply_to.map(|to| self.quote(user, to)).transpose()?;
        let content = self.file_content(file, caption);
        Ok(self.write(user, user, content, quote))
    }

    /// The person sends several files as one album: separate updates with one `media_group_id`.
    pub fn sends_album(&self, user: i64, files: Vec<Media>, caption: Option<&str>) -> Vec<i64> {
        let group = self.0.ids.number("album").to_string();
        let mut caption = caption;
        let send = |file| {
            let mut content = self.file_content(file, caption.take());
            content.shown.album = Some(group.clone());
            content
                .fields
                .insert("media_group_id".to_owned(), json!(group));
            self.write(user, user, content, None)
        };
        files.into_iter().map(send).collect()
    }

    /// The person shares a place.
    pub fn sends_location(&self, user: i64, place: Place) -> i64 {
        let mut fields = Map::new();
        let node = json!({"latitude": place.latitude, "longitude": place.longitude});
        fields.insert("location".to_owned(), node);
        let shown = Shown {
            kind: Kind::Location,
            location: Some(place),
            ..Shown::default()
        };
        self.write(user, user, Content { shown, fields }, None)
    }

    /// The person shares a contact; their own when `own` (then it carries their user id).
    pub fn sends_contact(&self, user: i64, name: &str, phone: &str, own: bool) -> i64 {
        let mut card = json!({"phone_number": phone, "first_name": name});
        if own {
            card["user_id"] = json!(user);
        }
        let mut fields = Map::new();
        fields.insert("contact".to_owned(), card);
        let shown = Shown {
            kind: Kind::Contacts,
            text: format!("{name}\n{phone}"),
            ..Shown::default()
        };
        self.write(user, user, Content { shown, fields }, None)
    }

    /// The person presses a key, by its text or data; gives the callback query's id.
    pub fn presses(&self, user: i64, message: i64, key: &str) -> Result<String, Missing> {
        self.presses_in(user, user, message, key)
    }

    /// The person presses a key of the newest message that has it.
    pub fn presses_newest(&self, user: i64, key: &str) -> Result<String, Missing> {
        let found = {
            let state = locked(&self.0.telegram);
            let messages = state
                .chats
                .get(&user)
                .map(|chat| chat.messages.iter().rev());
            let offers = |s: &&Stored| !s.shown.deleted && find_key(&s.shown, key).is_some();
            messages
                .into_iter()
                .flatten()
                .find(offers)
                .map(|stored| stored.id)
        };
        let missing = || Missing(format!("no message in chat {user} has a key \"{key}\""));
        self.presses(user, found.ok_or_else(missing)?, key)
    }

    /// A person presses a key of a message in any chat (a group).
    pub fn presses_in(
        &self,
        chat: i64,
        user: i64,
        message: i64,
        key: &str,
    ) -> Result<String, Missing> {
        let now_ms = self.0.clock.now_ms();
        let query = self.0.ids.number("query").to_string();
        let name = {
            let mut state = locked(&self.0.telegram);
            let who = state
                .chats
                .get(&user)
                .and_then(|c| c.person.clone())
                .unwrap_or_default();
            let missing = || Missing(format!("message {message} has no key \"{key}\""));
            let known = state.chats.get_mut(&chat).ok_or_else(missing)?;
            let stored = known.message(message).ok_or_else(missing)?;
            let data = find_key(&stored.shown, key).ok_or_else(missing)?;
            stored.shown.used_choice = Some(data.clone());
            let content = json!({
                "id": query, "from": who.user(), "message": stored.wire.clone(),
                "chat_instance": (chat.unsigned_abs() * 7919).to_string(), "data": data,
            });
            let query = query.clone();
            state.queries.push(Answer {
                query,
                user,
                data,
                at_ms: now_ms,
                ..Answer::default()
            });
            state.push_update("callback_query", chat, now_ms, &content);
            who.name
        };
        self.0.telegram_changed.notify_waiters();
        let chat = chat.to_string();
        self.0.tell(
            Hop::In,
            Platform::Telegram,
            &chat,
            (&name, "desk"),
            key,
            &query,
        );
        self.0
            .message_changed(Platform::Telegram, &chat, &message.to_string(), false);
        Ok(query)
    }

    /// The person changes one of their texts (or the caption of a file).
    pub fn edits(&self, user: i64, message: i64, text: &str) -> Result<(), Missing> {
        let now_ms = self.0.clock.now_ms();
        {
            let mut state = locked(&self.0.telegram);
            let missing = || Missing(format!("no message {message} in chat {user}"));
            let chat = state.chats.get_mut(&user).ok_or_else(missing)?;
            let stored = chat.message(message).ok_or_else(missing)?;
            if stored.shown.from != Side::Me {
                return Err(Missing(format!(
                    "message {message} is not the person's own"
                )));
            }
            let field = if let Some(media) = &mut stored.shown.media {
                media.caption = Some(text.to_owned());
                "caption"
            } else {
                let changed = text_content(text);
                if let Some(wire) = stored.wire.as_object_mut() {
                    wire.remove("entities");
                    wire.extend(changed.fields);
                }
                stored.shown.entities = changed.shown.entities;
                text.clone_into(&mut stored.shown.text);
                "text"
            };
            stored.shown.edited = true;
            stored.wire[field] = json!(text);
            stored.wire["edit_date"] = json!(now_ms / 1000);
            let wire = stored.wire.clone();
            state.push_update("edited_message", user, now_ms, &wire);
        }
        self.0.telegram_changed.notify_waiters();
        self.0.message_changed(
            Platform::Telegram,
            &user.to_string(),
            &message.to_string(),
            false,
        );
        Ok(())
    }

    /// The person deletes a message; Telegram tells bots nothing about it.
    pub fn deletes(&self, user: i64, message: i64) {
        let mut state = locked(&self.0.telegram);
        if let Some(stored) = state
            .chats
            .get_mut(&user)
            .and_then(|chat| chat.message(message))
        {
            stored.shown.deleted = true;
        }
        drop(state);
        self.0.message_changed(
            Platform::Telegram,
            &user.to_string(),
            &message.to_string(),
            false,
        );
    }

    /// The person blocks the bot: `my_chat_member`, then 403 for everything.
    pub fn blocks(&self, user: i64) {
        self.membership(user, true);
    }

    /// The person lets the bot write again.
    pub fn unblocks(&self, user: i64) {
        self.membership(user, false);
    }

    fn membership(&self, user: i64, blocked: bool) {
        let now_ms = self.0.clock.now_ms();
        {
            let mut state = locked(&self.0.telegram);
            let Some(chat) = state.chats.get_mut(&user) else {
                return;
            };
            chat.blocked = blocked;
            let status = |kicked: bool| {
                let mut member = json!({"user": super::state::bot(), "status": "member"});
                if kicked {
                    member["status"] = json!("kicked");
                    member["until_date"] = json!(0);
                }
                member
            };
            let content = json!({
                "chat": chat.wire(), "from": chat.person.as_ref().map(super::Person::user),
                "date": now_ms / 1000,
                "old_chat_member": status(!blocked), "new_chat_member": status(blocked),
            });
            state.push_update("my_chat_member", user, now_ms, &content);
        }
        self.0.telegram_changed.notify_waiters();
    }

    fn quote(&self, chat: i64, to: i64) -> Result<(Quote, Value), Missing> {
        let state = locked(&self.0.telegram);
        let found = state.chats.get(&chat).and_then(|chat| quote_of(chat, to));
        found.ok_or_else(|| Missing(format!("no message {to} in chat {chat}")))
    }

    fn file_content(&self, file: Media, caption: Option<&str>) -> Content {
        let sort = sort_of(file.kind);
        let id = media::store(
            &self.0,
            sort,
            File {
                bytes: file.bytes,
                mime: file.mime,
                filename: file.filename,
                at_ms: self.0.clock.now_ms(),
                received: true,
            },
        );
        media::content(&self.0, sort, &id, caption.unwrap_or_default())
    }

    /// Puts a person's message into a chat and queues the update.
    fn write(
        &self,
        chat_id: i64,
        user: i64,
        content: Content,
        quote: Option<(Quote, Value)>,
    ) -> i64 {
        let now_ms = self.0.clock.now_ms();
        let (id, name, told) = {
            let mut state = locked(&self.0.telegram);
            let who = super::ensure(&mut state, user)
                .person
                .clone()
                .unwrap_or_default();
            let id = state.next_message();
            let chat = super::ensure(&mut state, chat_id);
            chat.started = true;
            let mut wire = json!({
                "message_id": id, "from": who.user(), "chat": chat.wire(), "date": now_ms / 1000,
            });
            for (name, value) in content.fields {
                wire[name] = value;
            }
            let quote = quote.map(|(quote, quoted)| {
                wire["reply_to_message"] = quoted;
                quote
            });
            let shown = Shown {
                id: id.to_string(),
                from: Side::Me,
                at_ms: now_ms,
                quote,
                ..content.shown
            };
            let told = summary(&shown.words());
            chat.add(Stored {
                id,
                shown,
                wire: wire.clone(),
            });
            state.push_update("message", chat_id, now_ms, &wire);
            (id, who.name, told)
        };
        self.0.telegram_changed.notify_waiters();
        let chat = chat_id.to_string();
        self.0.tell(
            Hop::In,
            Platform::Telegram,
            &chat,
            (&name, "desk"),
            &told,
            &id.to_string(),
        );
        self.0
            .message_changed(Platform::Telegram, &chat, &id.to_string(), true);
        id
    }
}

/// A person's text; Telegram marks commands itself.
fn text_content(text: &str) -> Content {
    let command = text
        .split_whitespace()
        .next()
        .filter(|word| word.starts_with('/') && word.len() > 1);
    let entity = |command: &str| crate::ShownEntity {
        kind: "bot_command".to_owned(),
        offset: 0,
        length: command.encode_utf16().count(),
        url: None,
    };
    Content::text(text.to_owned(), command.map(entity).into_iter().collect())
}

fn find_key(shown: &Shown, wanted: &str) -> Option<String> {
    let mut keys = shown
        .keyboard
        .iter()
        .flatten()
        .filter(|key| key.url.is_none());
    keys.find(|key| key.text == wanted || key.data == wanted)
        .map(|key| key.data.clone())
}
