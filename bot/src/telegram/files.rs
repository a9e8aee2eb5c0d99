//! Files on their way out: which method carries which file.

use sapa_core::{
    desk::Settings,
    media::{self, Media},
    outbox::MediaKind,
};

use super::client::Upload;

/// The largest picture that `sendPhoto` takes (Bot API: sendPhoto).
const PHOTO: i64 = 10 * 1024 * 1024;
/// So much of a name is kept.
const NAME: usize = 100;

/// A method that sends a file.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Way {
    /// Its name.
    pub method: &'static str,
    /// The parameter that is the file.
    pub field: &'static str,
    /// Whether words go with it.
    pub captioned: bool,
}

const fn way(method: &'static str, field: &'static str) -> Way {
    Way {
        method,
        field,
        captioned: true,
    }
}

/// What carries any file.
pub const DOCUMENT: Way = way("sendDocument", "document");

/// A stored file, ready to go.
#[derive(Clone, Debug)]
pub struct Parcel {
    /// What sort of file.
    pub kind: MediaKind,
    /// The file.
    pub upload: Upload,
    /// Its size in bytes.
    pub size: i64,
}

impl Parcel {
    /// A stored file.
    pub fn new(settings: &Settings, media: &Media) -> Self {
        let path = media::path(settings, media);
        let ending = path
            .extension()
            .map(|ending| ending.to_string_lossy().into_owned())
            .unwrap_or_default();
        let mime = media.mime.clone();
        Self {
            kind: media.kind,
            upload: Upload {
                name: name(media.filename.as_deref(), media.kind, &ending),
                path,
                mime: mime.unwrap_or_else(|| "application/octet-stream".into()),
            },
            size: media.size.unwrap_or(0),
        }
    }

    /// The method that shows this file best (Bot API: sendPhoto, sendVideo, sendAudio, sendVoice, sendSticker). A sticker with words
    /// becomes a picture: stickers have no captions.
    pub fn way(&self, captioned: bool) -> Way {
        let mime = self
            .upload
            .mime
            .split(';')
            .next()
            .unwrap_or_default()
            .trim();
        let picture = matches!(mime, "image/jpeg" | "image/png" | "image/webp");
        match (self.kind, mime) {
            (MediaKind::Sticker, "image/webp") if !captioned => Way {
                captioned: false,
                ..way("sendSticker", "sticker")
            },
            (MediaKind::Sticker | MediaKind::Image, _) if picture && self.size <= PHOTO => {
                way("sendPhoto", "photo")
            }
            (MediaKind::Video, "video/mp4") => way("sendVideo", "video"),
            (MediaKind::Voice | MediaKind::Audio, "audio/ogg")
            | (MediaKind::Voice, "audio/mpeg" | "audio/mp4") => way("sendVoice", "voice"),
            (MediaKind::Audio, "audio/mpeg" | "audio/mp4") => way("sendAudio", "audio"),
            _ => DOCUMENT,
        }
    }
}

/// What people see as the file's name: the sender's, without what could be taken for a path, and never longer than a line.
fn name(sent: Option<&str>, kind: MediaKind, ending: &str) -> String {
    let usual = match kind {
        MediaKind::Image => "photo",
        MediaKind::Video => "video",
        MediaKind::Audio => "audio",
        MediaKind::Voice => "voice",
        MediaKind::Document => "document",
        MediaKind::Sticker => "sticker",
    };
    let clean: String = sent
        .unwrap_or_default()
        .chars()
        .filter(|c| !c.is_control() && !matches!(c, '/' | '\\' | '"'))
        .take(NAME)
        .collect();
    let clean = clean.trim().trim_matches('.');
    if clean.is_empty() {
        format!("{usual}.{ending}")
    } else {
        clean.to_owned()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn parcel(kind: MediaKind, mime: &str, size: i64) -> Parcel {
        let upload = Upload {
            path: "x".into(),
            name: "x".into(),
            mime: mime.into(),
        };
        Parcel { kind, upload, size }
    }

    #[test]
    fn every_file_has_its_way() {
        let cases = [
            (MediaKind::Image, "image/jpeg", 1, false, "sendPhoto"),
            (
                MediaKind::Image,
                "image/jpeg",
                PHOTO + 1,
                false,
                "sendDocument",
            ),
            (MediaKind::Image, "image/tiff", 1, false, "sendDocument"),
            (MediaKind::Video, "video/mp4", 1, true, "sendVideo"),
            (MediaKind::Video, "video/3gpp", 1, true, "sendDocument"),
            (
                MediaKind::Voice,
                "audio/ogg; codecs=opus",
                1,
                true,
                "sendVoice",
            ),
            (MediaKind::Audio, "audio/mpeg", 1, true, "sendAudio"),
            (MediaKind::Audio, "audio/amr", 1, true, "sendDocument"),
            (MediaKind::Sticker, "image/webp", 1, false, "sendSticker"),
            (MediaKind::Sticker, "image/webp", 1, true, "sendPhoto"),
            (
                MediaKind::Sticker,
                "application/x-tgsticker",
                1,
                false,
                "sendDocument",
            ),
            (MediaKind::Document, "image/jpeg", 1, true, "sendDocument"),
        ];
        for (kind, mime, size, captioned, method) in cases {
            assert_eq!(
                parcel(kind, mime, size).way(captioned).method,
                method,
                "{kind:?} {mime} {size}"
            );
        }
    }

    #[test]
    fn names_are_no_paths() {
        let cases = [
            (Some("../../etc/passwd"), "etcpasswd"),
            (Some(".htaccess\u{0}\n"), "htaccess"),
            (Some("  "), "document.pdf"),
            (None, "document.pdf"),
            (Some("Faktur Oktober.pdf"), "Faktur Oktober.pdf"),
        ];
        for (sent, seen) in cases {
            assert_eq!(name(sent, MediaKind::Document, "pdf"), seen);
        }
    }
}
