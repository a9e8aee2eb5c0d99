//! Every limit of the Bot API that the sandbox enforces, one row each. Checks ask this table and nothing
//! else; a test walks it and proves each row.

use super::errors::Refusal;
use crate::shown::utf16;

/// What a row counts.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Unit {
    Utf16,
    Items,
    Bytes,
    Pixels,
}

/// One limit.
#[derive(Debug)]
pub(crate) struct Limit {
    pub path: &'static str,
    pub min: usize,
    pub max: usize,
    pub unit: Unit,
    /// What the server says when there is too little, and when there is too much.
    pub refusal: (&'static str, &'static str),
    pub source: &'static str,
}

const fn row(
    path: &'static str,
    (min, max): (usize, usize),
    unit: Unit,
    refusal: (&'static str, &'static str),
    source: &'static str,
) -> Limit {
    Limit {
        path,
        min,
        max,
        unit,
        refusal,
        source,
    }
}

const MB: usize = 1024 * 1024;

use Unit::{Bytes, Items, Pixels, Utf16};

const EMPTY_TEXT: &str = "message text is empty";
const LONG_TEXT: &str = "message is too long";
const LONG_CAPTION: &str = "message caption is too long";
const BUTTON_DATA: &str = "BUTTON_DATA_INVALID";
const COMMAND: &str = "BOT_COMMAND_INVALID";
const COMMAND_TEXT: &str = "BOT_COMMAND_DESCRIPTION_INVALID";
const ALBUM: &str = "group send failed: an album has 2-10 items";
const FILE_EMPTY: &str = "file must be non-empty";
const PHOTO_SIDES: &str = "PHOTO_INVALID_DIMENSIONS";
/// Answered with HTTP 413.
pub(crate) const TOO_LARGE: &str = "Request Entity Too Large";

/// The table.
pub(crate) const LIMITS: &[Limit] = &[
    row(
        "text",
        (1, 4096),
        Utf16,
        (EMPTY_TEXT, LONG_TEXT),
        "Bot API: sendMessage",
    ),
    row(
        "caption",
        (0, 1024),
        Utf16,
        ("", LONG_CAPTION),
        "Bot API: sendPhoto",
    ),
    row(
        "callback_data",
        (1, 64),
        Bytes,
        (BUTTON_DATA, BUTTON_DATA),
        "Bot API: InlineKeyboardButton",
    ),
    row(
        "callback_answer",
        (0, 200),
        Utf16,
        ("", "MESSAGE_TOO_LONG"),
        "Bot API: answerCallbackQuery",
    ),
    row(
        "keyboard.text",
        (1, 4096),
        Utf16,
        ("inline keyboard button text is empty", LONG_TEXT),
        "Bot API: InlineKeyboardButton; the upper end is the message's",
    ),
    row(
        "keyboard.buttons",
        (0, 100),
        Items,
        ("", "REPLY_MARKUP_TOO_LONG"),
        "TDLib: get_inline_keyboard",
    ),
    row(
        "commands",
        (0, 100),
        Items,
        ("", "BOT_COMMANDS_TOO_MUCH"),
        "Bot API: setMyCommands",
    ),
    row(
        "command.name",
        (1, 32),
        Utf16,
        (COMMAND, COMMAND),
        "Bot API: BotCommand",
    ),
    row(
        "command.description",
        (1, 256),
        Utf16,
        (COMMAND_TEXT, COMMAND_TEXT),
        "Bot API: BotCommand",
    ),
    row(
        "album",
        (2, 10),
        Items,
        (ALBUM, ALBUM),
        "Bot API: sendMediaGroup",
    ),
    row(
        "secret_token",
        (1, 256),
        Utf16,
        ("secret token is empty", "secret token is too long"),
        "Bot API: setWebhook",
    ),
    row(
        "upload.photo",
        (1, 10 * MB),
        Bytes,
        (FILE_EMPTY, TOO_LARGE),
        "Bot API: sendPhoto",
    ),
    row(
        "upload.file",
        (1, 50 * MB),
        Bytes,
        (FILE_EMPTY, TOO_LARGE),
        "Bot API: sendDocument",
    ),
    row(
        "download",
        (0, 20 * MB),
        Bytes,
        ("", "file is too big"),
        "Bot API: getFile",
    ),
    row(
        "photo.sides",
        (2, 10_000),
        Pixels,
        (PHOTO_SIDES, PHOTO_SIDES),
        "Bot API: sendPhoto, width and height together",
    ),
    row(
        "photo.ratio",
        (1, 20),
        Items,
        (PHOTO_SIDES, PHOTO_SIDES),
        "Bot API: sendPhoto",
    ),
    row(
        "start_payload",
        (0, 64),
        Utf16,
        ("", "payload too long"),
        "Telegram: deep links, start parameter",
    ),
    row(
        "delete.age_hours",
        (0, 48),
        Items,
        ("", "message can't be deleted for everyone"),
        "Bot API: deleteMessage",
    ),
];

/// Checks a count against its row.
pub(crate) fn check(path: &str, measured: usize) -> Result<(), Refusal> {
    let limit = LIMITS
        .iter()
        .find(|limit| limit.path == path)
        .expect("every limit that is checked is a row of the table");
    let told = if measured < limit.min {
        limit.refusal.0
    } else if measured > limit.max {
        limit.refusal.1
    } else {
        return Ok(());
    };
    tracing::debug!(path, measured, unit = ?limit.unit, source = limit.source, "over the limit");
    Err(if told == TOO_LARGE {
        Refusal::too_large()
    } else {
        Refusal::bad(told)
    })
}

/// Checks a text against its row.
pub(crate) fn text(path: &str, value: &str) -> Result<(), Refusal> {
    check(path, utf16(value))
}
