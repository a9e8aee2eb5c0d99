//! An invitation as it is shown, once: a link, and the same as a picture for a phone.

use askama::Template;
use qrcode::{EcLevel, QrCode, render::svg};
use sapa_core::staff::{Invite, InviteError};

use super::{Refusal, shell::Shell};

#[derive(Template)]
#[template(path = "invitation.html")]
pub(super) struct Invitation {
    s: Shell,
    name: String,
    role: String,
    until: String,
    token: String,
    /// The link and its picture; none while nobody knows the bot's name.
    link: Option<(String, String)>,
    back: &'static str,
}

impl Invitation {
    pub(super) fn new(
        s: Shell,
        name: &str,
        invite: &Invite,
        bot: Option<&str>,
        back: &'static str,
    ) -> Self {
        let link = bot.map(|bot| format!("https://t.me/{bot}?start={}", invite.token));
        Self {
            name: name.to_owned(),
            role: s.t(invite.role.key()),
            until: s.when(&invite.expires_at),
            token: invite.token.clone(),
            link: link.and_then(|link| picture(&link).map(|picture| (link, picture))),
            back,
            s,
        }
    }
}

/// A QR code; dark on white whatever the page's colours are, for cameras.
fn picture(link: &str) -> Option<String> {
    let code = QrCode::with_error_correction_level(link, EcLevel::M).ok()?;
    let mut drawing = code.render::<svg::Color<'_>>();
    let svg = drawing.min_dimensions(240, 240).build();
    // Within a page it needs no head.
    svg.find("<svg").map(|at| svg[at..].to_owned())
}

/// A name as customers will read it: 1 to 64 characters.
pub(super) fn name(typed: &str) -> Option<String> {
    let name = typed.trim();
    let fits = (1..=64).contains(&name.chars().count()) && !name.chars().any(char::is_control);
    fits.then(|| name.to_owned())
}

pub(super) fn refused(error: InviteError) -> Refusal {
    match error {
        InviteError::UnknownTeam { .. } => Refusal::BadForm,
        InviteError::Db(error) => error.into(),
    }
}
