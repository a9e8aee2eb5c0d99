//! Every limit of the Cloud API that the sandbox enforces, one row each. Validation asks this table and
//! nothing else; a test walks it and proves each row.
//!
//! Meta does not say what a "character" is: UTF-16 units are the strictest reading in practice.

use super::errors::Refusal;
use crate::shown::utf16;

/// What a row counts.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Unit {
    Utf16,
    Items,
    Bytes,
    Seconds,
}

impl Unit {
    fn word(self) -> &'static str {
        match self {
            Self::Utf16 => "characters",
            Self::Items => "items",
            Self::Bytes => "bytes",
            Self::Seconds => "seconds",
        }
    }
}

/// One limit.
#[derive(Debug)]
pub(crate) struct Limit {
    pub path: &'static str,
    pub min: usize,
    pub max: usize,
    pub unit: Unit,
    pub code: i64,
    pub source: &'static str,
}

const fn row(
    path: &'static str,
    (min, max): (usize, usize),
    unit: Unit,
    code: i64,
    source: &'static str,
) -> Limit {
    Limit {
        path,
        min,
        max,
        unit,
        code,
        source,
    }
}

const KB: usize = 1024;
const MB: usize = 1024 * KB;
const DAY: usize = 86_400;

use Unit::{Bytes, Items, Seconds, Utf16};

const TEXT: &str = "Meta: text-messages";
const BUTTONS: &str = "Meta: interactive-reply-buttons-messages";
const LISTS: &str = "Meta: interactive-list-messages";
const CTA: &str = "Meta: interactive-cta-url-messages";
const OPENAPI: &str = "Meta: business-messaging-api_v23.0.yaml";
const TEMPLATES: &str = "Meta: template components";
const AUTH: &str = "Meta: authentication-templates";
const MEDIA: &str = "Meta: business-phone-numbers/media";

/// The table.
pub(crate) const LIMITS: &[Limit] = &[
    row("text.body", (1, 4096), Utf16, 100, TEXT),
    row("media.caption", (0, 1024), Utf16, 131_009, OPENAPI),
    row(
        "interactive.button.body",
        (1, 1024),
        Utf16,
        131_009,
        BUTTONS,
    ),
    row("interactive.list.body", (1, 4096), Utf16, 131_009, LISTS),
    row("interactive.cta_url.body", (1, 1024), Utf16, 131_009, CTA),
    row(
        "interactive.location_request.body",
        (1, 1024),
        Utf16,
        131_009,
        OPENAPI,
    ),
    row("interactive.header.text", (1, 60), Utf16, 131_009, BUTTONS),
    row("interactive.footer.text", (1, 60), Utf16, 131_009, BUTTONS),
    row(
        "interactive.button.buttons",
        (1, 3),
        Items,
        131_009,
        BUTTONS,
    ),
    row("interactive.button.title", (1, 20), Utf16, 131_009, BUTTONS),
    row("interactive.button.id", (1, 256), Utf16, 131_009, BUTTONS),
    row("interactive.list.button", (1, 20), Utf16, 131_009, LISTS),
    row("interactive.list.sections", (1, 10), Items, 131_009, LISTS),
    row("interactive.list.rows", (1, 10), Items, 131_009, LISTS),
    row(
        "interactive.list.section.title",
        (1, 24),
        Utf16,
        131_009,
        LISTS,
    ),
    row("interactive.list.row.id", (1, 200), Utf16, 131_009, LISTS),
    row("interactive.list.row.title", (1, 24), Utf16, 131_009, LISTS),
    row(
        "interactive.list.row.description",
        (0, 72),
        Utf16,
        131_009,
        LISTS,
    ),
    row(
        "interactive.cta_url.display_text",
        (1, 20),
        Utf16,
        131_009,
        CTA,
    ),
    row(
        "biz_opaque_callback_data",
        (1, 512),
        Utf16,
        100,
        "whaloc, from captured traffic",
    ),
    row("template.auth_code", (1, 15), Utf16, 132_018, AUTH),
    row("template.body", (1, 1024), Utf16, 132_005, TEMPLATES),
    row("template.header", (1, 60), Utf16, 132_005, TEMPLATES),
    row("template.coupon_code", (1, 20), Utf16, 132_018, TEMPLATES),
    row("template.definition.body", (1, 1024), Utf16, 100, TEMPLATES),
    row("template.definition.header", (0, 60), Utf16, 100, TEMPLATES),
    row(
        "template.definition.header.parameters",
        (0, 1),
        Items,
        100,
        TEMPLATES,
    ),
    row("template.definition.footer", (0, 60), Utf16, 100, TEMPLATES),
    row(
        "template.definition.buttons",
        (0, 10),
        Items,
        100,
        TEMPLATES,
    ),
    row(
        "template.definition.button.label",
        (1, 25),
        Utf16,
        100,
        TEMPLATES,
    ),
    row(
        "template.definition.buttons.url",
        (0, 2),
        Items,
        100,
        TEMPLATES,
    ),
    row(
        "template.definition.buttons.phone",
        (0, 1),
        Items,
        100,
        TEMPLATES,
    ),
    row(
        "template.definition.buttons.copy_code",
        (0, 1),
        Items,
        100,
        TEMPLATES,
    ),
    row(
        "template.definition.code_expiration_minutes",
        (1, 90),
        Items,
        100,
        AUTH,
    ),
    row(
        "templates",
        (0, 250),
        Items,
        2_388_019,
        "Meta: error-codes 2388019",
    ),
    row("media.image", (1, 5 * MB), Bytes, 131_053, MEDIA),
    row("media.audio", (1, 16 * MB), Bytes, 131_053, MEDIA),
    row("media.video", (1, 16 * MB), Bytes, 131_053, MEDIA),
    row("media.document", (1, 100 * MB), Bytes, 131_053, MEDIA),
    row("media.sticker", (1, 100 * KB), Bytes, 131_053, MEDIA),
    row(
        "media.sticker.animated",
        (1, 500 * KB),
        Bytes,
        131_053,
        MEDIA,
    ),
    row("media.url.age", (0, 300), Seconds, 100, MEDIA),
    row("media.uploaded.age", (0, 30 * DAY), Seconds, 100, MEDIA),
    row("media.received.age", (0, 7 * DAY), Seconds, 100, MEDIA),
];

/// Checks a count against its row.
pub(crate) fn check(path: &str, measured: usize) -> Result<(), Refusal> {
    let limit = LIMITS
        .iter()
        .find(|limit| limit.path == path)
        .expect("every limit that is checked is a row of the table");
    if (limit.min..=limit.max).contains(&measured) {
        return Ok(());
    }
    tracing::debug!(path, measured, source = limit.source, "over the limit");
    let details = format!(
        "{path}: length invalid. Min length: {}, Max length: {} ({}), got {measured}",
        limit.min,
        limit.max,
        limit.unit.word(),
    );
    Err(Refusal::new(limit.code, details))
}

/// Checks a text against its row.
pub(crate) fn text(path: &str, value: &str) -> Result<(), Refusal> {
    check(path, utf16(value))
}
