//! Checks interactive messages: reply buttons, lists, link buttons, requests for a location.

use std::collections::HashSet;

use super::errors::Refusal;
use super::limits;
use super::shape::{Node, invalid};
use crate::files::Files;
use crate::shown::{Shown, ShownButton, ShownList, ShownRow};

/// Reads the `interactive` node into what the customer will see.
pub(crate) fn read(node: Node<'_>, files: &Files, shown: &mut Shown) -> Result<(), Refusal> {
    node.only(&["type", "header", "body", "footer", "action"])?;
    let kind = node.text("type")?;
    let body_row = match kind {
        "button" => "interactive.button.body",
        "list" => "interactive.list.body",
        "cta_url" => "interactive.cta_url.body",
        "location_request_message" => "interactive.location_request.body",
        other => {
            return Err(invalid(format!(
                "interactive['type']: {other} is not known here"
            )));
        }
    };
    let body = node.object("body")?;
    body.only(&["text"])?;
    let text = body.text("text")?;
    limits::text(body_row, text)?;
    blank(text, "interactive['body']['text']")?;
    text.clone_into(&mut shown.text);
    if node.map.contains_key("header") {
        header(node.object("header")?, kind, files, shown)?;
    }
    if node.map.contains_key("footer") {
        let footer = node.object("footer")?;
        footer.only(&["text"])?;
        limits::text("interactive.footer.text", footer.text("text")?)?;
        shown.footer = Some(footer.text("text")?.to_owned());
    }
    let action = node.object("action")?;
    match kind {
        "button" => buttons(action, shown),
        "list" => list(action, shown),
        "cta_url" => link(action, shown),
        _ => match action.text("name")? {
            "send_location" => Ok(()),
            other => Err(invalid(format!("action['name']: {other}"))),
        },
    }
}

fn header(node: Node<'_>, kind: &str, files: &Files, shown: &mut Shown) -> Result<(), Refusal> {
    let form = node.text("type")?;
    node.only(&["type", form])?;
    if form == "text" {
        let text = node.text("text")?;
        limits::text("interactive.header.text", text)?;
        shown.header = Some(text.to_owned());
        return Ok(());
    }
    // Meta: list messages take a text header only.
    if kind == "list" || !matches!(form, "image" | "video" | "document") {
        return Err(invalid(format!(
            "header['type']: {form} is not allowed for {kind}"
        )));
    }
    super::validate::media(node.object(form)?, form, files, shown).map(|_| ())
}

fn buttons(action: Node<'_>, shown: &mut Shown) -> Result<(), Refusal> {
    action.only(&["buttons"])?;
    let buttons = action.array("buttons")?;
    limits::check("interactive.button.buttons", buttons.len())?;
    let (mut ids, mut titles) = (HashSet::new(), HashSet::new());
    for button in buttons {
        let button = Node::new("button", button)?;
        button.only(&["type", "reply"])?;
        if button.text("type")? != "reply" {
            return Err(invalid("button['type'] must be reply"));
        }
        let reply = button.object("reply")?;
        reply.only(&["id", "title"])?;
        let (id, title) = (reply.text("id")?, reply.text("title")?);
        limits::text("interactive.button.title", title)?;
        limits::text("interactive.button.id", id)?;
        blank(title, "button title")?;
        if id.trim() != id {
            return Err(invalid("Button ID cannot have leading or trailing spaces"));
        }
        if !ids.insert(id) || !titles.insert(title) {
            return Err(invalid(format!(
                "Duplicate button id or title: {id}, {title}"
            )));
        }
        shown.buttons.push(ShownButton {
            id: id.to_owned(),
            title: title.to_owned(),
        });
    }
    Ok(())
}

fn list(action: Node<'_>, shown: &mut Shown) -> Result<(), Refusal> {
    action.only(&["button", "sections"])?;
    let label = action.text("button")?;
    limits::text("interactive.list.button", label)?;
    blank(label, "list button")?;
    let sections = action.array("sections")?;
    limits::check("interactive.list.sections", sections.len())?;
    let mut rows = Vec::new();
    let mut ids = HashSet::new();
    for section in sections {
        let node = Node::new("section", section)?;
        node.only(&["title", "rows"])?;
        let title = node.text_or_none("title")?;
        match title {
            Some(title) => limits::text("interactive.list.section.title", title)?,
            None if sections.len() > 1 => {
                return Err(invalid(
                    "Section title is required when there is more than one section",
                ));
            }
            None => {}
        }
        if node.array("rows")?.is_empty() {
            return Err(invalid("a section needs at least one row"));
        }
        for item in node.array("rows")? {
            let shown_row = row(Node::new("row", item)?, title)?;
            if !ids.insert(shown_row.id.clone()) {
                return Err(invalid(format!("Duplicated row id: {}", shown_row.id)));
            }
            rows.push(shown_row);
        }
    }
    limits::check("interactive.list.rows", rows.len())?;
    shown.list = Some(ShownList {
        button: label.to_owned(),
        rows,
    });
    Ok(())
}

fn row(node: Node<'_>, section: Option<&str>) -> Result<ShownRow, Refusal> {
    node.only(&["id", "title", "description"])?;
    let (id, title) = (node.text("id")?, node.text("title")?);
    limits::text("interactive.list.row.id", id)?;
    limits::text("interactive.list.row.title", title)?;
    blank(title, "row title")?;
    let description = node.text_or_none("description")?;
    if let Some(description) = description {
        limits::text("interactive.list.row.description", description)?;
    }
    Ok(ShownRow {
        id: id.to_owned(),
        title: title.to_owned(),
        description: description.map(str::to_owned),
        section: section.map(str::to_owned),
    })
}

fn link(action: Node<'_>, shown: &mut Shown) -> Result<(), Refusal> {
    action.only(&["name", "parameters"])?;
    if action.text("name")? != "cta_url" {
        return Err(invalid("action['name'] must be cta_url"));
    }
    let parameters = action.object("parameters")?;
    parameters.only(&["display_text", "url"])?;
    let (title, url) = (parameters.text("display_text")?, parameters.text("url")?);
    limits::text("interactive.cta_url.display_text", title)?;
    if reqwest::Url::parse(url).is_err() {
        return Err(invalid("parameters['url'] is not a URL"));
    }
    shown.buttons.push(ShownButton {
        id: url.to_owned(),
        title: title.to_owned(),
    });
    Ok(())
}

fn blank(text: &str, what: &str) -> Result<(), Refusal> {
    if text.trim().is_empty() {
        return Err(invalid(format!("{what} cannot be blank")));
    }
    Ok(())
}
