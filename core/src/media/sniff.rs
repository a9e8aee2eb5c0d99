//! What a file is, by its bytes: neither its name nor what the sender says about it is believed.

use infer::MatcherType;

/// What nobody runs or shows: the type of everything that is not known to be harmless.
const UNKNOWN: (&str, &str) = ("application/octet-stream", "bin");

/// A file's media type and ending. Pages, drawings with scripts and programs are never called what they are: a browser or a shell that
/// gets one must not run it.
pub fn sniff(bytes: &[u8]) -> (&'static str, &'static str) {
    match infer::get(bytes) {
        Some(found) => match found.matcher_type() {
            MatcherType::App | MatcherType::Text | MatcherType::Font | MatcherType::Custom => {
                UNKNOWN
            }
            _ => known(found.mime_type(), found.extension()),
        },
        None if is_plain_text(bytes) => ("text/plain", "txt"),
        None => UNKNOWN,
    }
}

/// The ending of a stored file of this type.
pub(super) fn ending(mime: &str) -> &'static str {
    let mime = mime.split(';').next().unwrap_or_default().trim();
    match mime {
        "image/jpeg" => "jpg",
        "image/png" => "png",
        "image/webp" => "webp",
        "image/gif" => "gif",
        "video/mp4" => "mp4",
        "video/3gpp" => "3gp",
        "audio/ogg" => "ogg",
        "audio/mpeg" => "mp3",
        "audio/mp4" => "m4a",
        "audio/aac" => "aac",
        "audio/amr" => "amr",
        "application/pdf" => "pdf",
        "text/plain" => "txt",
        "application/zip" => "zip",
        "application/msword" => "doc",
        "application/vnd.ms-excel" => "xls",
        "application/vnd.ms-powerpoint" => "ppt",
        "application/vnd.openxmlformats-officedocument.wordprocessingml.document" => "docx",
        "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet" => "xlsx",
        "application/vnd.openxmlformats-officedocument.presentationml.presentation" => "pptx",
        _ => UNKNOWN.1,
    }
}

/// The names that WhatsApp and Telegram use (Meta: business-phone-numbers/media), where `infer` has others.
fn known(mime: &'static str, extension: &'static str) -> (&'static str, &'static str) {
    let mime = match mime {
        "audio/m4a" => "audio/mp4",
        "audio/opus" => "audio/ogg",
        "video/x-m4v" => "video/mp4",
        other => other,
    };
    match ending(mime) {
        ending if ending == UNKNOWN.1 => (mime, extension),
        ending => (mime, ending),
    }
}

/// Readable text that does not begin like a page or a drawing.
fn is_plain_text(bytes: &[u8]) -> bool {
    let Ok(text) = std::str::from_utf8(bytes) else {
        return false;
    };
    let text = text.trim_start_matches('\u{feff}').trim_start();
    let readable = text
        .chars()
        .all(|c| !c.is_control() || matches!(c, '\n' | '\r' | '\t'));
    !text.is_empty() && readable && !text.starts_with('<') && !text.starts_with("#!")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn types_come_from_bytes() {
        let cases: [(&[u8], (&str, &str)); 12] = [
            (b"\xff\xd8\xff\xe0\0\x10JFIF\0", ("image/jpeg", "jpg")),
            (b"\x89PNG\r\n\x1a\n\0\0\0\rIHDR", ("image/png", "png")),
            (
                b"OggS\0\x02\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0OpusHead",
                ("audio/ogg", "ogg"),
            ),
            (b"%PDF-1.7\n", ("application/pdf", "pdf")),
            (b"\0\0\0\x18ftypM4A \0\0\0\0", ("audio/mp4", "m4a")),
            (b"nama;jumlah\nSari;3\n", ("text/plain", "txt")),
            (b"<!DOCTYPE html><script>alert(1)</script>", UNKNOWN),
            (
                b"  <svg xmlns='http://www.w3.org/2000/svg' onload='x()'/>",
                UNKNOWN,
            ),
            (b"<?xml version='1.0'?><a/>", UNKNOWN),
            (b"#!/bin/sh\nrm -rf /\n", UNKNOWN),
            (b"\x7fELF\x02\x01\x01\0", UNKNOWN),
            (b"", UNKNOWN),
        ];
        for (bytes, expected) in cases {
            assert_eq!(
                sniff(bytes),
                expected,
                "{:?}",
                String::from_utf8_lossy(bytes)
            );
        }
    }

    #[test]
    fn a_stored_type_gives_the_same_ending_again() {
        assert_eq!(ending("image/jpeg"), "jpg");
        assert_eq!(ending("audio/ogg; codecs=opus"), "ogg");
        assert_eq!(ending("image/svg+xml"), "bin");
        assert_eq!(ending("text/html"), "bin");
    }
}
