//! `/settings`: what admins may set while the desk runs, and setting it: `/settings name Kopi Senja`.

use sapa_core::{
    args,
    inbox::{Broken, Ephemeral},
    outbox::Prompt,
    settings::{self, Key, Refused},
    tickets::Actor,
};

use super::talk::Talk;

/// Shows the settings, or changes one.
pub async fn obey(talk: &mut Talk<'_, '_>, rest: &str) -> Result<(), Broken> {
    let (name, value) = rest
        .split_once(char::is_whitespace)
        .map_or((rest, ""), |(name, value)| (name, value.trim()));
    if name.is_empty() {
        return show(talk).await;
    }
    let Some(key) = Key::parse(name) else {
        let known = Key::ALL.map(Key::as_str).join(", ");
        talk.tell("setting-unknown", args!["typed" => name, "known" => known])
            .await?;
        return Ok(());
    };
    let what = talk.l.label(key.label_key(), &[]);
    let hint = talk.l.label(key.hint_key(), &[]);
    if value.is_empty() {
        let values = args!["what" => what, "hint" => hint, "key" => key.as_str()];
        talk.tell("setting-how", values).await?;
        return Ok(());
    }
    let by = Actor::Staff(talk.me.id.clone());
    match settings::set(talk.act, &by, key, value).await {
        Ok((before, after)) => {
            talk.afterwards(Ephemeral::LookAtSettings);
            let values = args!["what" => what, "before" => before, "after" => after];
            talk.tell("setting-changed", values).await?;
            Ok(())
        }
        Err(Refused::Invalid(_)) => {
            let values = args!["what" => what, "typed" => value, "hint" => hint];
            talk.tell("setting-refused", values).await?;
            Ok(())
        }
        Err(Refused::Db(error)) => Err(error.into()),
    }
}

async fn show(talk: &mut Talk<'_, '_>) -> Result<(), Broken> {
    let desk = talk.act.desk.clone();
    let mut text = talk.text("setting-head", &[]);
    for line in settings::list(&desk, talk.act.tx).await? {
        let what = talk.l.label(line.key.label_key(), &[]);
        let values = args!["what" => what, "value" => line.value, "key" => line.key.as_str()];
        text = text.line(&talk.text("setting-line", values));
    }
    let text = text.line(&talk.text("setting-foot", &[]));
    talk.say(Prompt::text(text)).await?;
    Ok(())
}
