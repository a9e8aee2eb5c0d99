//! Several files as one album.

use sapa_core::outbox::MediaKind;

use teloxide::types::{
    FileId, InputFile, InputMedia, InputMediaAudio, InputMediaDocument, InputMediaPhoto,
    InputMediaVideo,
};

use super::{
    client::{Client, Upload, unwritable},
    errors::CallError,
    render::Bubble,
    sender::message_id,
};

impl Client {
    /// Sends two to ten files as an album, with words under the first (Bot API: sendMediaGroup; documents and audio only among their
    /// own kind). The ids of the messages, in order. It counts as so many messages.
    pub async fn album(
        &self,
        chat: i64,
        items: &[(MediaKind, Upload)],
        caption: Option<&Bubble>,
    ) -> Result<Vec<String>, CallError> {
        if !(2..=10).contains(&items.len()) {
            return Err(unwritable(&"an album has two to ten items"));
        }
        let media: Vec<InputMedia> = items
            .iter()
            .enumerate()
            .map(|(place, (kind, _))| item(*kind, place, caption.filter(|_| place == 0)))
            .collect();
        let media = serde_json::to_value(media).map_err(|error| unwritable(&error))?;
        let mut fields = serde_json::Map::new();
        fields.insert("chat_id".into(), chat.into());
        fields.insert("media".into(), media);
        let files: Vec<(String, Upload)> = items
            .iter()
            .enumerate()
            .map(|(place, (_, upload))| (part_name(place), upload.clone()))
            .collect();
        let sent = self
            .call_with_files("sendMediaGroup", &fields, &files)
            .await?;
        let sent = sent.as_array().map(Vec::as_slice).unwrap_or_default();
        let ids: Vec<String> = sent.iter().map(message_id).collect::<Result<_, _>>()?;
        if ids.len() == items.len() {
            Ok(ids)
        } else {
            Err(CallError::Lost("the answer names other messages".into()))
        }
    }
}

fn part_name(place: usize) -> String {
    format!("file{place}")
}

fn item(kind: MediaKind, place: usize, caption: Option<&Bubble>) -> InputMedia {
    let file = InputFile::file_id(FileId(format!("attach://{}", part_name(place))));
    let text = caption.map(|caption| caption.text.clone());
    let entities = caption.map(|caption| caption.entities.clone());
    macro_rules! with_words {
        ($of:ident) => {{
            let mut media = $of::new(file);
            media.caption = text;
            media.caption_entities = entities;
            media
        }};
    }
    match kind {
        MediaKind::Image | MediaKind::Sticker => InputMedia::Photo(with_words!(InputMediaPhoto)),
        MediaKind::Video => InputMedia::Video(with_words!(InputMediaVideo)),
        MediaKind::Audio | MediaKind::Voice => InputMedia::Audio(with_words!(InputMediaAudio)),
        MediaKind::Document => InputMedia::Document(with_words!(InputMediaDocument)),
    }
}
