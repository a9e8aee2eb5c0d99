//! What a person sees in their chat: the same words for both platforms, and the JSON of the page.

use bytes::Bytes;
use serde::{Deserialize, Serialize};

/// Who wrote a message, seen from the person whose chat it is.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum Side {
    /// The person whose chat it is.
    Me,
    /// The desk.
    #[default]
    Them,
}

/// What kind of message it is.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
#[expect(missing_docs, reason = "the names say it")]
pub enum Kind {
    #[default]
    Text,
    Image,
    Video,
    Audio,
    Voice,
    Document,
    Sticker,
    Location,
    Contacts,
    Template,
    System,
}

/// How far a message has come; only ever forward, `Failed` aside.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum Ticks {
    /// The platform took it.
    Accepted,
    /// On its way.
    Sent,
    /// On the person's device.
    Delivered,
    /// Seen.
    Read,
    /// Did not arrive.
    Failed,
}

impl Ticks {
    pub(crate) fn word(self) -> &'static str {
        match self {
            Self::Accepted => "accepted",
            Self::Sent => "sent",
            Self::Delivered => "delivered",
            Self::Read => "read",
            Self::Failed => "failed",
        }
    }
}

/// A quoted message.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Quote {
    /// Its id.
    pub id: String,
    /// Its text, as shown above the answer.
    pub text: String,
}

/// A file in a message.
#[derive(Clone, Debug, Default, Serialize, Deserialize)]
pub struct ShownMedia {
    /// The id under which the platform keeps it.
    pub id: String,
    /// Where the page fetches it.
    pub url: String,
    /// Its type.
    pub mime: String,
    /// Its name, when it has one.
    pub filename: Option<String>,
    /// What is written under it.
    pub caption: Option<String>,
    /// The file itself (filled by `chat`, not in the page's JSON).
    #[serde(skip)]
    pub bytes: Bytes,
}

/// A reply button of `WhatsApp` (or a link button, with its address as the id).
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct ShownButton {
    /// What the desk gets back.
    pub id: String,
    /// What the person reads.
    pub title: String,
}

/// A row of a `WhatsApp` list.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct ShownRow {
    /// What the desk gets back.
    pub id: String,
    /// What the person reads.
    pub title: String,
    /// The smaller line under it.
    pub description: Option<String>,
    /// The heading above it.
    pub section: Option<String>,
}

/// A `WhatsApp` list.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct ShownList {
    /// The button that opens it.
    pub button: String,
    /// All rows in order.
    pub rows: Vec<ShownRow>,
}

/// A key of a Telegram inline keyboard.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct ShownKey {
    /// What the person reads.
    pub text: String,
    /// What the bot gets back; empty for link keys.
    pub data: String,
    /// Where a link key leads.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub url: Option<String>,
}

/// A formatted part of a Telegram text; offsets count UTF-16 units.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct ShownEntity {
    /// `bold`, `italic`, `code`, `text_link` …
    #[serde(rename = "type")]
    pub kind: String,
    /// Where it starts.
    pub offset: usize,
    /// How long it is.
    pub length: usize,
    /// Where a `text_link` leads.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub url: Option<String>,
}

/// A place on the map.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
pub struct Place {
    /// Degrees north.
    pub latitude: f64,
    /// Degrees east.
    pub longitude: f64,
    /// Its name.
    pub name: Option<String>,
    /// Its address.
    pub address: Option<String>,
}

/// The template a message was made from.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct ShownTemplate {
    /// Its name.
    pub name: String,
    /// Its language code.
    pub language: String,
    /// `UTILITY`, `AUTHENTICATION` or `MARKETING`.
    pub category: String,
    /// The body's parameters in order.
    pub params: Vec<String>,
}

/// A message as it stands in somebody's chat now.
#[derive(Clone, Debug, Default, Serialize, Deserialize)]
#[serde(default)]
pub struct Shown {
    /// wamid or Telegram message id.
    pub id: String,
    /// Who wrote it.
    pub from: Side,
    /// When, by the sandbox's clock.
    pub at_ms: i64,
    /// Its kind.
    pub kind: Kind,
    /// The text (body, caption aside), as a person reads it.
    pub text: String,
    /// Formatting (Telegram).
    pub entities: Vec<ShownEntity>,
    /// Header of an interactive message or template.
    pub header: Option<String>,
    /// Footer of an interactive message or template.
    pub footer: Option<String>,
    /// What it answers.
    pub quote: Option<Quote>,
    /// The file in it.
    pub media: Option<ShownMedia>,
    /// The place in it.
    pub location: Option<Place>,
    /// Reply buttons (`WhatsApp`).
    pub buttons: Vec<ShownButton>,
    /// The list (`WhatsApp`).
    pub list: Option<ShownList>,
    /// The inline keyboard (Telegram).
    pub keyboard: Vec<Vec<ShownKey>>,
    /// Reactions on it.
    pub reactions: Vec<String>,
    /// How far it has come; null where a platform does not tell.
    pub status: Option<Ticks>,
    /// Why it failed.
    pub error: Option<String>,
    /// Its text was changed after it was sent.
    pub edited: bool,
    /// It was taken back; it stays in the list so that tests can see that.
    pub deleted: bool,
    /// The choice the person took from it.
    pub used_choice: Option<String>,
    /// The template it was made from.
    pub template: Option<ShownTemplate>,
    /// Telegram's album id.
    pub album: Option<String>,
}

impl Shown {
    /// Text and caption together, for searching in tests.
    pub fn words(&self) -> String {
        let caption = self.media.as_ref().and_then(|m| m.caption.as_deref());
        match caption {
            Some(caption) if self.text.is_empty() => caption.to_owned(),
            Some(caption) => format!("{}\n{caption}", self.text),
            None => self.text.clone(),
        }
    }
}

/// A file that a person sends.
#[derive(Clone, Debug)]
pub struct Media {
    /// Image, video, audio, voice, document or sticker.
    pub kind: Kind,
    /// The file.
    pub bytes: Bytes,
    /// Its type.
    pub mime: String,
    /// Its name (documents).
    pub filename: Option<String>,
}

impl Media {
    /// A file of a kind, with its type.
    pub fn new(kind: Kind, mime: &str, bytes: impl Into<Bytes>) -> Self {
        Self {
            kind,
            bytes: bytes.into(),
            mime: mime.to_owned(),
            filename: None,
        }
    }

    /// A small real PNG picture.
    pub fn photo() -> Self {
        Self::new(Kind::Image, "image/png", TINY_PNG)
    }

    /// A voice note (the first bytes of an Ogg file).
    pub fn voice() -> Self {
        let ogg: &[u8] = b"OggS\x00\x02\0\0\0\0\0\0\0\0\x01\0\0\0OpusHead";
        Self::new(Kind::Voice, "audio/ogg; codecs=opus", ogg)
    }

    /// A small PDF with a name.
    pub fn document(filename: &str) -> Self {
        let pdf: &[u8] =
            b"%PDF-1.4\n1 0 obj<</Type/Catalog>>endobj\ntrailer<</Root 1 0 R>>\n%%EOF\n";
        Self {
            filename: Some(filename.to_owned()),
            ..Self::new(Kind::Document, "application/pdf", pdf)
        }
    }

    /// A sticker (the first bytes of a WebP file).
    pub fn sticker() -> Self {
        let webp: &[u8] =
            b"RIFF\x1a\0\0\0WEBPVP8L\x0d\0\0\0\x2f\0\0\0\x10\x07\x10\x11\x11\x88\x88\xfe\x07\0";
        Self::new(Kind::Sticker, "image/webp", webp)
    }

    /// A video (the first bytes of an MP4 file).
    pub fn video() -> Self {
        let mp4: &[u8] = b"\0\0\0\x18ftypmp42\0\0\0\0mp42isom";
        Self::new(Kind::Video, "video/mp4", mp4)
    }
}

/// One pixel of PNG.
const TINY_PNG: &[u8] = b"\x89PNG\r\n\x1a\n\0\0\0\rIHDR\0\0\0\x01\0\0\0\x01\x08\x06\0\0\0\x1f\x15\xc4\x89\0\0\0\rIDATx\x9cc\xf8\xff\xff\xff\x7f\0\x09\xfb\x03\xfd*\x86\xe3\x8a\0\0\0\0IEND\xaeB`\x82";

/// Length in UTF-16 units, the stricter reading of both platforms' "characters".
pub(crate) fn utf16(text: &str) -> usize {
    text.encode_utf16().count()
}

/// The first words of a text, for the wire.
pub(crate) fn summary(text: &str) -> String {
    let line = text.lines().next().unwrap_or_default();
    if line.chars().count() <= 60 {
        line.to_owned()
    } else {
        line.chars().take(59).chain(['…']).collect()
    }
}
