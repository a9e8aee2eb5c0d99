//! Accounts that are nobody's here: an invitation is taken up, or one polite line is said once in a while.

use std::time::Duration;

use sapa_core::{
    args,
    desk::Act,
    i18n::{Locale, Localizer},
    inbox::{Broken, Ephemeral},
    logins,
    markup::Markup,
    outbox::{self, Class, Content, NewRow, Prompt},
    sessions::{self, Loaded},
    staff::{self, RedeemError},
};

use super::commands;
use crate::inbound::{FromStaff, Said};

/// A stranger gets his line again after so long.
const AGAIN: Duration = Duration::from_hours(6);

/// Somebody who does not work here, or not yet.
pub async fn meet(act: &mut Act<'_>, from: &FromStaff) -> Result<Vec<Ephemeral>, Broken> {
    let l = act.localizer(language(act, from));
    match &from.said {
        Said::Text(text) => match commands::parse(text) {
            Some((name, token)) if name == "start" && !token.is_empty() => {
                redeem(act, from, &token, &l).await?;
            }
            _ => decline(act, from, &l).await?,
        },
        Said::Choice { press, .. } => {
            let answer = press.clone().map(|press| Ephemeral::AnswerPress {
                press,
                text: Some(l.label("desk-toast-not-permitted", &[])),
            });
            return Ok(answer.into_iter().collect());
        }
        Said::Media { .. }
        | Said::Location { .. }
        | Said::Contacts(_)
        | Said::Order(_)
        | Said::Unsupported(_) => decline(act, from, &l).await?,
        Said::Reaction { .. }
        | Said::Edited { .. }
        | Said::Revoked { .. }
        | Said::NewIdentity { .. }
        | Said::Reachable(_)
        | Said::Silent(_) => {}
    }
    Ok(Vec::new())
}

async fn redeem(
    act: &mut Act<'_>,
    from: &FromStaff,
    token: &str,
    l: &Localizer,
) -> Result<(), Broken> {
    let account = &from.account;
    let locale = account.language.as_deref().and_then(Locale::parse);
    let redeemed = staff::redeem(act, token, &account.telegram_id, &account.chat, locale).await;
    let key = match redeemed {
        Ok(me) => {
            let l = act.localizer(me.locale);
            let role = l.label(me.role.key(), &[]);
            let text = l.text("desk-welcome", args!["name" => &me.name, "role" => role]);
            let mut prompt = Prompt::text(text);
            if me.role.permits(staff::Permission::TicketsWork) {
                prompt.text = prompt.text.line(&l.text("desk-welcome-online", &[]));
                prompt.choices = commands::first_steps(&l);
            } else {
                prompt.text = prompt.text.line(&l.text("desk-welcome-viewer", &[]));
            }
            let name = logins::user_name(act, &me).await?;
            let pages = l.text("desk-welcome-pages", args!["name" => name]);
            prompt.text = prompt.text.line(&pages);
            return say(act, from, prompt).await;
        }
        Err(RedeemError::Unknown) => "desk-invite-unknown",
        Err(RedeemError::Used) => "desk-invite-used",
        Err(RedeemError::Expired) => "desk-invite-expired",
        Err(RedeemError::AccountTaken) => "desk-invite-taken",
        Err(RedeemError::Db(error)) => return Err(error.into()),
    };
    let text = l.text(key, &[]);
    say(act, from, Prompt::text(text)).await
}

/// One polite line, once in a while: this is the staff's entrance.
async fn decline(act: &mut Act<'_>, from: &FromStaff, l: &Localizer) -> Result<(), Broken> {
    let mark = format!("stranger:{}", from.account.telegram_id);
    if let Loaded::State(_, at) = sessions::load::<bool>(act.tx, &mark, 1).await?
        && act.now.since(at) < AGAIN
    {
        return Ok(());
    }
    sessions::save(act, &mark, 1, &true).await?;
    let name = act.desk.settings.name.clone();
    let text: Markup = l.text("desk-stranger", args!["desk" => name]);
    say(act, from, Prompt::text(text)).await
}

async fn say(act: &mut Act<'_>, from: &FromStaff, prompt: Prompt) -> Result<(), Broken> {
    let channel = act.desk.settings.telegram.clone();
    let content = Content::Prompt(prompt);
    let row = NewRow::new(&channel, &from.account.chat, Class::Conversation, content);
    outbox::enqueue(act, row).await?;
    Ok(())
}

fn language(act: &Act<'_>, from: &FromStaff) -> Locale {
    let theirs = from.account.language.as_deref().and_then(Locale::parse);
    theirs.unwrap_or(act.desk.settings.locale)
}
