//! Coming in: a user name, a code that comes to its owner's Telegram, a session. Or, from the chat itself, a link and a code.

use super::{FAMILIAR, Kind, LASTS, Session, begin, password::Shown, store};
use crate::{
    args, db,
    desk::Act,
    otp::{self, Challenge, NotVerified, Purpose, Refused, Request, Target},
    outbox::{self, Class, Content, NewRow, Prompt},
    staff::{self, Staff},
    tickets::Actor,
};

/// The longest user name that is looked for.
const LONGEST: usize = 64;

/// Somebody who came in.
pub struct Entered {
    /// What the browser shows from now on.
    pub token: String,
    /// The session behind it.
    pub session: Session,
    /// Who it is.
    pub staff: Staff,
}

/// The name that somebody comes to the pages with; made from his own when he has none.
pub async fn user_name(act: &mut Act<'_>, staff: &Staff) -> db::Result<String> {
    if let Some(known) = store::user_name(act.tx, &staff.id).await? {
        return Ok(known);
    }
    // Two of one name at a time are rare; the key refuses the second, and the transaction's owner tries again.
    let base = plain(&staff.name);
    let mut name = base.clone();
    for next in 2..100 {
        if store::by_user_name(act.tx, &name).await?.is_none() {
            break;
        }
        name = format!("{base}{next}");
    }
    store::set_user_name(act.tx, &staff.id, &name).await?;
    Ok(name)
}

/// Letters and digits of a name, in small letters: "Ibu Sari" is `ibu.sari`.
fn plain(name: &str) -> String {
    let words = name.split(|c: char| !c.is_ascii_alphanumeric());
    let words: Vec<_> = words.filter(|word| !word.is_empty()).collect();
    match words.join(".").to_ascii_lowercase() {
        empty if empty.is_empty() => "staff".to_owned(),
        name => name.chars().take(LONGEST / 2).collect(),
    }
}

/// A user name as people type it.
pub(super) fn typed(name: &str) -> String {
    let name = name.trim().trim_start_matches('@');
    name.chars()
        .take(LONGEST)
        .collect::<String>()
        .to_lowercase()
}

/// Who comes by a user name.
struct Comer {
    name: String,
    subject: Option<String>,
    familiar: bool,
}

impl Comer {
    async fn of(act: &mut Act<'_>, name: &str, address: &str) -> db::Result<Self> {
        let name = typed(name);
        let id = store::by_user_name(act.tx, &name).await?;
        let known = staff::by_id(act.tx, id.as_deref().unwrap_or_default()).await?;
        let subject = known.filter(|staff| staff.active && staff.telegram_chat_id.is_some());
        let subject = subject.map(|staff| staff.id);
        let since = act.now.minus(FAMILIAR);
        let whose = subject.as_deref().unwrap_or_default();
        let known = store::addresses(act.tx, whose, since).await?;
        let here = otp::source(address);
        let familiar = known.iter().any(|known| otp::source(known) == here);
        Ok(Self {
            name,
            subject,
            familiar,
        })
    }

    fn asks<'a>(&'a self, address: &'a str, agent: &'a str) -> Request<'a> {
        Request {
            purpose: Purpose::StaffLogin,
            handle: &self.name,
            subject: self.subject.as_deref(),
            target: Target::Staff,
            detail: None,
            address,
            agent,
            familiar: self.familiar,
        }
    }
}

/// Whether a code for a user name may be asked for from there by now: asked before a password is looked at, which keeps a core busy.
pub async fn may_ask(act: &mut Act<'_>, name: &str, address: &str) -> Result<(), Refused> {
    let comer = Comer::of(act, name, address).await?;
    let wait = otp::wait(act, &comer.asks(address, "")).await?;
    wait.map_or(Ok(()), |wait| Err(Refused::TooSoon(wait)))
}

/// Asks for a code for a user name. The same answer, after the same work, whether it is anybody's or not, and whether the password that
/// was shown with it is the right one or not: only then is a code sent.
pub async fn request_code(
    act: &mut Act<'_>,
    name: &str,
    shown: &Shown,
    address: &str,
    agent: &str,
) -> Result<Challenge, Refused> {
    let comer = Comer::of(act, name, address).await?;
    let whose = comer.subject.as_deref().unwrap_or_default();
    let set = store::password(act.tx, whose).await?.unwrap_or_default();
    let right = shown.proof() == Some(set.as_str());
    let asked = Request {
        subject: comer.subject.as_deref().filter(|_| right),
        // What was shown, for when the code is: it must still be what is set then.
        detail: Some(&set),
        ..comer.asks(address, agent)
    };
    let challenge = otp::request(act, &asked).await?;
    if let (false, Some(whose)) = (right, &comer.subject) {
        let by = Actor::System;
        staff::audit(act, &by, "login.refused", whose, None, Some(address)).await?;
    }
    Ok(challenge)
}

/// Sends a link to the pages into somebody's chat; the code for it follows (ring [`crate::desk::Bell::ring_codes`] after the commit). The
/// link alone opens nothing.
pub async fn link_in_chat(act: &mut Act<'_>, staff: &Staff, chat: &str) -> Result<(), Refused> {
    let name = user_name(act, staff).await?;
    // Everybody is a place of his own: the chat is proof enough that it is he who asks.
    let address = format!("{}{name})", otp::IN_CHAT);
    let asked = Request {
        purpose: Purpose::StaffLogin,
        handle: &format!("chat:{}", staff.id),
        subject: Some(&staff.id),
        target: Target::Staff,
        detail: None,
        address: &address,
        agent: "Telegram",
        familiar: true,
    };
    let challenge = otp::request(act, &asked).await?;
    let link = format!(
        "{}/admin/login/{}",
        act.desk.settings.pages_url, challenge.id
    );
    let l = act.localizer(staff.locale);
    let text = l.text("pages-login-link", args!["link" => link, "name" => name]);
    let channel = act.desk.settings.telegram.clone();
    let row = NewRow::new(
        &channel,
        chat,
        Class::Conversation,
        Content::Prompt(Prompt::text(text)),
    );
    outbox::enqueue(act, row).await?;
    Ok(())
}

/// Takes a code, and the password where one is set and was not shown before ([`super::password::set_for`]), and begins a session. A wrong
/// password counts as a wrong code, and nobody is told which it was. Commit also when it is refused: a wrong try counts, and is written
/// down, only then; it is written down whosever it was, anybody's or nobody's, so that neither the work nor the log is another for a name
/// that nobody has.
pub async fn enter(
    act: &mut Act<'_>,
    challenge: &str,
    code: &str,
    shown: &Shown,
    address: &str,
    agent: &str,
) -> Result<Entered, NotVerified> {
    let target = store::whose(act.tx, challenge).await?.unwrap_or_default();
    match take(act, challenge, code, shown).await {
        Ok(staff) => {
            let place = (address, agent);
            let (token, session) = begin(act, Kind::Pages, Some(&staff.id), place, LASTS).await?;
            let by = Actor::Staff(staff.id.clone());
            staff::audit(act, &by, "login", &staff.id, None, Some(address)).await?;
            Ok(Entered {
                token,
                session,
                staff,
            })
        }
        Err(NotVerified::Rejected) => {
            let by = Actor::System;
            staff::audit(act, &by, "login.refused", &target, None, Some(address)).await?;
            Err(NotVerified::Rejected)
        }
        Err(error) => Err(error),
    }
}

async fn take(
    act: &mut Act<'_>,
    challenge: &str,
    code: &str,
    shown: &Shown,
) -> Result<Staff, NotVerified> {
    let code = if shown.is_right() { code } else { "" };
    let verified = otp::verify(act, Purpose::StaffLogin, challenge, code).await?;
    let staff = staff::by_id(act.tx, &verified.subject).await?;
    let staff = staff.filter(|staff| staff.active);
    let staff = staff.ok_or(NotVerified::Rejected)?;
    let set = store::password(act.tx, &staff.id)
        .await?
        .unwrap_or_default();
    let proofs = [verified.detail.as_deref(), shown.proof()];
    if proofs.contains(&Some(set.as_str())) {
        Ok(staff)
    } else {
        Err(NotVerified::Rejected)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_are_made_and_read() {
        assert_eq!(plain("Ibu Sari  W."), "ibu.sari.w");
        assert_eq!(plain("王"), "staff");
        assert_eq!(typed(" @Budi "), "budi");
    }
}
