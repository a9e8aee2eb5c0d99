//! A ticket's thread as it is shown: what was said, by whom, how far it has come; and what happened in between.

use sapa_core::{
    casework::{Case, Said, Talk, What},
    media::{Media, MediaState},
    messages::{Author, Kind, Message},
    outbox::State,
    tickets::{EventKind, Priority, Status, TicketEvent},
};

use super::{moment::Moment, shell::Shell};

/// A line of a thread.
pub(super) struct Line {
    /// How it is drawn: `theirs`, `ours`, `note`, `event`.
    pub(super) side: &'static str,
    /// Who, where that is not the side already.
    pub(super) by: String,
    /// What.
    pub(super) text: String,
    /// The file that goes with it.
    pub(super) file: Option<File>,
    /// When.
    pub(super) when: Moment,
    /// How far it has come.
    pub(super) state: String,
}

/// A file in a thread.
pub(super) struct File {
    pub(super) address: String,
    /// It is shown as a picture, else as a link.
    pub(super) is_picture: bool,
    /// What it is, for whoever does not see it.
    pub(super) label: String,
}

/// The lines of a page of a ticket's thread, the oldest first.
pub(super) fn lines(s: &Shell, case: &Case) -> Vec<Line> {
    let name = case.customer.as_ref().map(|one| one.name.as_str());
    let name = name.unwrap_or_default();
    let first = Line {
        side: "theirs",
        by: name.to_owned(),
        text: case.ticket.description.clone(),
        file: None,
        when: s.moment(&case.ticket.opened_at),
        state: String::new(),
    };
    // The words that became the ticket are its description, which stands above.
    let is_first = |said: &Said| {
        let message = &said.message;
        message.author == Author::Customer
            && message.media_id.is_none()
            && message.body == case.ticket.description
    };
    let rest = case.thread.entries.iter();
    let rest = rest.filter_map(|entry| match &entry.what {
        What::Said(one) if is_first(one) => None,
        What::Said(one) => Some(said(s, one, name)),
        What::Happened(event) => happened(s, event),
    });
    let begins = case.thread.older.is_none();
    begins.then_some(first).into_iter().chain(rest).collect()
}

/// The lines of a page of a conversation, the oldest first.
pub(super) fn talk_lines(s: &Shell, talk: &Talk) -> Vec<Line> {
    let name = talk.customer.as_ref().map(|one| one.name.as_str());
    let name = name.unwrap_or_default();
    let entries = talk.thread.entries.iter();
    let lines = entries.filter_map(|entry| match &entry.what {
        What::Said(one) => Some(said(s, one, name)),
        What::Happened(event) => happened(s, event),
    });
    lines.collect()
}

fn said(s: &Shell, said: &Said, customer: &str) -> Line {
    let message = &said.message;
    let revoked = message.revoked_at.is_some();
    let stored = said
        .file
        .as_ref()
        .filter(|file| !revoked && file.state == MediaState::Stored);
    let file = stored.map(|media| file(s, message, media));
    let text = match (revoked, message.kind, &file) {
        (true, ..) => s.t("pages-said-revoked"),
        (_, Kind::Text, _) | (.., Some(_)) => message.body.clone(),
        (_, kind, None) => format!("[{}] {}", s.t(kind_key(kind)), message.body)
            .trim_end()
            .to_owned(),
    };
    let state = said.delivery.as_ref();
    let state = state.map(|delivery| s.t(state_key(delivery.state)));
    let (side, by) = match message.author {
        Author::Customer => ("theirs", customer),
        Author::Agent | Author::Bot => ("ours", said.writer.as_deref().unwrap_or_default()),
    };
    Line {
        side,
        by: by.to_owned(),
        text,
        file,
        when: s.moment(&message.written_at),
        state: state.unwrap_or_default(),
    }
}

fn file(s: &Shell, message: &Message, media: &Media) -> File {
    let mime = media.mime.as_deref().unwrap_or_default();
    let kind = s.t(kind_key(message.kind));
    let label = match (&media.filename, media.size) {
        (Some(name), Some(bytes)) => format!("{kind}: {name} ({})", size(bytes)),
        (None, Some(bytes)) => format!("{kind} ({})", size(bytes)),
        (Some(name), None) => format!("{kind}: {name}"),
        (None, None) => kind.clone(),
    };
    let is_picture = super::files::is_picture(mime);
    File {
        address: format!("/admin/files/{}", message.id),
        is_picture,
        label: if is_picture { kind } else { label },
    }
}

/// How large a file is, in the unit that people know it by.
fn size(bytes: i64) -> String {
    match bytes.unsigned_abs().div_ceil(1_024) {
        kilobytes @ ..1_024 => format!("{kilobytes} KB"),
        kilobytes => format!("{} MB", kilobytes.div_ceil(1_024)),
    }
}

fn kind_key(kind: Kind) -> &'static str {
    match kind {
        Kind::Image => "pages-kind-image",
        Kind::Video => "pages-kind-video",
        Kind::Audio | Kind::Voice => "pages-kind-audio",
        Kind::Sticker => "pages-kind-sticker",
        Kind::Location => "pages-kind-location",
        Kind::Contacts => "pages-kind-contacts",
        Kind::Text | Kind::Document | Kind::Order | Kind::Unsupported => "pages-kind-document",
    }
}

fn state_key(state: State) -> &'static str {
    match state {
        State::Queued | State::Claimed => "pages-state-queued",
        State::Parked => "pages-state-parked",
        State::Uncertain => "pages-state-uncertain",
        State::Sent => "pages-state-sent",
        State::Delivered => "pages-state-delivered",
        State::Read => "pages-state-read",
        State::Failed | State::Cancelled => "pages-state-failed",
    }
}

fn happened(s: &Shell, event: &TicketEvent) -> Option<Line> {
    let to = event.to_value.as_deref().unwrap_or_default();
    let status = Status::parse(to).map(|status| s.t(status.key()));
    let priority = Priority::parse(to).map(|priority| s.t(priority.key()));
    let text = match event.kind {
        // The first line says so.
        EventKind::Opened => return None,
        EventKind::Status => s.with("pages-event-status", "to", status.unwrap_or_default()),
        EventKind::Assigned => s.with("pages-event-assigned", "to", to),
        EventKind::Priority => s.with("pages-event-priority", "to", priority.unwrap_or_default()),
        EventKind::Reopened => s.t("pages-event-reopened"),
        EventKind::Note => event.note.clone().unwrap_or_default(),
    };
    let is_note = event.kind == EventKind::Note;
    let text = match &event.note {
        Some(note) if !is_note => format!("{text}: {note}"),
        _ => text,
    };
    let by = event.actor_name.clone().unwrap_or_default();
    Some(Line {
        side: if is_note { "note" } else { "event" },
        by: if is_note {
            s.with("pages-note-by", "who", by)
        } else {
            by
        },
        text,
        file: None,
        when: s.moment(&event.at),
        state: String::new(),
    })
}
