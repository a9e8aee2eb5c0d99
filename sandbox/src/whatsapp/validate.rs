//! Reads the body of `POST /messages` into a draft, refusing what Meta refuses.

use serde_json::{Map, Value};

use super::errors::Refusal;
use super::limits;
use super::media;
use super::shape::{Node, invalid};
use super::templates::Template;
use super::{hydrate, interactive, media::Class};
use crate::files::Files;
use crate::shown::{Kind, Place, Shown, ShownMedia};

/// A checked message on its way to a customer.
#[derive(Debug, Default)]
pub(crate) struct Draft {
    pub shown: Shown,
    /// `context.message_id`.
    pub quotes: Option<String>,
    /// Not a template: needs an open window.
    pub freeform: bool,
    /// `service`, `utility`, `authentication` or `marketing`.
    pub category: String,
    /// Message and emoji of a reaction.
    pub reaction: Option<(String, String)>,
    /// A file that Meta fetches itself.
    pub link: Option<String>,
    /// `biz_opaque_callback_data`.
    pub note: Option<String>,
}

/// Checks everything that does not depend on the recipient.
pub(crate) fn message(
    body: &Map<String, Value>,
    templates: &[Template],
    files: &Files,
) -> Result<Draft, Refusal> {
    let top = Node {
        path: "message",
        map: body,
    };
    let kind = top.text_or_none("type")?.unwrap_or("text");
    top.only(&[
        "messaging_product",
        "recipient_type",
        "to",
        "recipient",
        "type",
        "context",
        "biz_opaque_callback_data",
        kind,
    ])?;
    let mut draft = Draft {
        freeform: true,
        category: "service".to_owned(),
        ..Draft::default()
    };
    if let Some(note) = top.text_or_none("biz_opaque_callback_data")? {
        limits::text("biz_opaque_callback_data", note)?;
        draft.note = Some(note.to_owned());
    }
    if body.contains_key("context") {
        let context = top.object("context")?;
        context.only(&["message_id"])?;
        draft.quotes = Some(context.text("message_id")?.to_owned());
    }
    match kind {
        "text" => text(top.object(kind)?, &mut draft.shown)?,
        "image" | "video" | "audio" | "document" | "sticker" => {
            draft.link = media(top.object(kind)?, kind, files, &mut draft.shown)?;
        }
        "location" => location(top.object(kind)?, &mut draft.shown)?,
        "contacts" => contacts(top.array(kind)?, &mut draft.shown)?,
        "interactive" => interactive::read(top.object(kind)?, files, &mut draft.shown)?,
        "reaction" => {
            let node = top.object(kind)?;
            node.only(&["message_id", "emoji"])?;
            let emoji = node.text_or_none("emoji")?.unwrap_or_default();
            draft.reaction = Some((node.text("message_id")?.to_owned(), emoji.to_owned()));
        }
        "template" => {
            let template = hydrate::template(top.object(kind)?, templates, files, &mut draft)?;
            draft.category = template.category.to_ascii_lowercase();
            draft.freeform = false;
        }
        other => {
            return Err(Refusal::new(
                100,
                format!("Param type must be one of the known types, got {other}."),
            ));
        }
    }
    Ok(draft)
}

fn text(node: Node<'_>, shown: &mut Shown) -> Result<(), Refusal> {
    node.only(&["body", "preview_url"])?;
    let body = node.text("body")?;
    limits::text("text.body", body)?;
    if body.trim().is_empty() {
        return Err(Refusal::new(100, "Param text['body'] cannot be blank."));
    }
    body.clone_into(&mut shown.text);
    Ok(())
}

/// Reads a media node; returns the link that is still to be fetched.
pub(crate) fn media(
    node: Node<'_>,
    kind: &str,
    files: &Files,
    shown: &mut Shown,
) -> Result<Option<String>, Refusal> {
    let class = Class::named(kind).ok_or_else(|| invalid(format!("{kind} is no media type")))?;
    match class {
        Class::Document => node.only(&["id", "link", "caption", "filename"])?,
        Class::Audio => node.only(&["id", "link", "voice"])?,
        Class::Sticker => node.only(&["id", "link"])?,
        Class::Image | Class::Video => node.only(&["id", "link", "caption"])?,
    }
    let caption = node.text_or_none("caption")?;
    limits::text("media.caption", caption.unwrap_or_default())?;
    let mut held = ShownMedia {
        caption: caption.filter(|c| !c.is_empty()).map(str::to_owned),
        filename: node.text_or_none("filename")?.map(str::to_owned),
        ..ShownMedia::default()
    };
    let link = match (node.text_or_none("id")?, node.text_or_none("link")?) {
        (Some(id), None) => {
            let file = files
                .get(id)
                .ok_or_else(|| invalid(format!("Media ID {id} is not known or has expired")))?;
            media::check(
                class,
                &file.mime,
                file.bytes.len(),
                media::animated(&file.bytes),
            )?;
            id.clone_into(&mut held.id);
            held.mime = file.mime;
            held.filename = held.filename.or(file.filename);
            None
        }
        (None, Some(link)) => {
            let url = reqwest::Url::parse(link)
                .map_err(|_| invalid(format!("{kind}['link'] is not a URL")))?;
            if !matches!(url.scheme(), "http" | "https") {
                return Err(invalid(format!("{kind}['link'] must be http or https")));
            }
            Some(link.to_owned())
        }
        _ => return Err(invalid(format!("{kind} needs either id or link"))),
    };
    shown.kind = match class {
        Class::Image => Kind::Image,
        Class::Video => Kind::Video,
        Class::Document => Kind::Document,
        Class::Sticker => Kind::Sticker,
        Class::Audio if node.map.get("voice") == Some(&Value::Bool(true)) => Kind::Voice,
        Class::Audio => Kind::Audio,
    };
    shown.media = Some(held);
    Ok(link)
}

fn location(node: Node<'_>, shown: &mut Shown) -> Result<(), Refusal> {
    node.only(&["latitude", "longitude", "name", "address"])?;
    let (latitude, longitude) = (node.number("latitude")?, node.number("longitude")?);
    if !(-90.0..=90.0).contains(&latitude) || !(-180.0..=180.0).contains(&longitude) {
        return Err(invalid("location is not on earth"));
    }
    let name = node.text_or_none("name")?.map(str::to_owned);
    let address = node.text_or_none("address")?.map(str::to_owned);
    shown.kind = Kind::Location;
    shown.location = Some(Place {
        latitude,
        longitude,
        name,
        address,
    });
    Ok(())
}

fn contacts(cards: &[Value], shown: &mut Shown) -> Result<(), Refusal> {
    if cards.is_empty() {
        return Err(invalid("contacts cannot be empty"));
    }
    let mut names = Vec::new();
    for card in cards {
        let card = Node::new("contacts", card)?;
        names.push(card.object("name")?.text("formatted_name")?.to_owned());
    }
    shown.kind = Kind::Contacts;
    shown.text = names.join("\n");
    Ok(())
}
