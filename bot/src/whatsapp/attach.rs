//! A stored file on its way to a customer: which form WhatsApp takes it in, and handing it over.

use sapa_core::{
    desk::Settings,
    media::{self, Media, MediaKind},
    outbox::SendError,
};
use serde_json::{Value, json};

use super::client::Client;

const KB: i64 = 1_024;
const MB: i64 = 1_024 * KB;

/// How WhatsApp shows a file.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Form {
    Image,
    Video,
    Audio,
    Voice,
    Sticker,
    Document,
}

impl Form {
    /// The form for a file of this kind, type and size (Meta: business-phone-numbers/media). What does not fit goes as a document.
    pub fn of(kind: MediaKind, mime: &str, size: i64) -> Self {
        let form = match kind {
            MediaKind::Image if matches!(mime, "image/jpeg" | "image/png") && size <= 5 * MB => {
                Self::Image
            }
            MediaKind::Video if matches!(mime, "video/mp4" | "video/3gpp") && size <= 16 * MB => {
                Self::Video
            }
            // A voice message is Ogg with Opus; other sound is a file that plays.
            MediaKind::Voice if mime == "audio/ogg" => Self::Voice,
            MediaKind::Audio | MediaKind::Voice
                if matches!(
                    mime,
                    "audio/aac" | "audio/amr" | "audio/mpeg" | "audio/mp4" | "audio/ogg"
                ) =>
            {
                Self::Audio
            }
            // The limit of a sticker that does not move; one that moves may have more.
            MediaKind::Sticker if mime == "image/webp" && size <= 100 * KB => Self::Sticker,
            _ => Self::Document,
        };
        match form {
            Self::Audio | Self::Voice if size > 16 * MB => Self::Document,
            form => form,
        }
    }

    /// The name of the message's type.
    pub fn kind(self) -> &'static str {
        match self {
            Self::Image => "image",
            Self::Video => "video",
            Self::Audio | Self::Voice => "audio",
            Self::Sticker => "sticker",
            Self::Document => "document",
        }
    }

    /// Whether words can stand below it.
    pub fn has_caption(self) -> bool {
        matches!(self, Self::Image | Self::Video | Self::Document)
    }
}

/// A file that lies at Meta.
#[derive(Clone, Debug)]
pub(super) struct Attached {
    /// Meta's id of it.
    pub id: String,
    /// How it is shown.
    pub form: Form,
    /// What its sender called it.
    pub filename: Option<String>,
}

impl Attached {
    /// The node of a message that shows it.
    pub fn node(&self) -> Value {
        let mut node = json!({ "id": self.id });
        match (self.form, &self.filename) {
            (Form::Document, Some(name)) => node["filename"] = json!(name),
            (Form::Voice, _) => node["voice"] = json!(true),
            _ => {}
        }
        node
    }
}

/// Hands a stored file over.
pub(super) async fn attach(
    client: &Client,
    settings: &Settings,
    media: &Media,
) -> Result<Attached, SendError> {
    let path = media::path(settings, media);
    let bytes = tokio::fs::read(&path)
        .await
        .map_err(|_| SendError::Permanent {
            code: "media".to_owned(),
            detail: "the stored file cannot be read".to_owned(),
        })?;
    let mime = media.mime.as_deref().unwrap_or("application/octet-stream");
    let mime = mime.split(';').next().unwrap_or_default().trim();
    let form = Form::of(
        media.kind,
        mime,
        i64::try_from(bytes.len()).unwrap_or(i64::MAX),
    );
    let own_name = path
        .file_name()
        .map(|name| name.to_string_lossy().into_owned());
    let id = client
        .upload(bytes, mime, &own_name.unwrap_or_default())
        .await?;
    let filename = media
        .filename
        .as_ref()
        .map(|name| readable(name))
        .filter(|name| !name.is_empty());
    Ok(Attached { id, form, filename })
}

/// A file's name for people: without control characters, and not endless.
fn readable(name: &str) -> String {
    let letters = name.chars().filter(|letter| !letter.is_control());
    letters.take(240).collect::<String>().trim().to_owned()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_file_takes_the_form_that_whatsapp_shows() {
        let cases = [
            (MediaKind::Image, "image/jpeg", MB, Form::Image),
            (MediaKind::Image, "image/png", 5 * MB + 1, Form::Document),
            (MediaKind::Image, "image/webp", KB, Form::Document),
            (
                MediaKind::Image,
                "application/octet-stream",
                KB,
                Form::Document,
            ),
            (MediaKind::Video, "video/mp4", 16 * MB, Form::Video),
            (MediaKind::Video, "video/webm", KB, Form::Document),
            (MediaKind::Voice, "audio/ogg", KB, Form::Voice),
            (MediaKind::Voice, "audio/mp4", KB, Form::Audio),
            (MediaKind::Audio, "audio/mpeg", 17 * MB, Form::Document),
            (MediaKind::Audio, "audio/x-wav", KB, Form::Document),
            (MediaKind::Sticker, "image/webp", 100 * KB, Form::Sticker),
            (MediaKind::Sticker, "video/webm", KB, Form::Document),
            (MediaKind::Document, "image/jpeg", KB, Form::Document),
        ];
        for (kind, mime, size, form) in cases {
            assert_eq!(Form::of(kind, mime, size), form, "{kind:?} {mime} {size}");
        }
    }
}
