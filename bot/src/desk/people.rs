//! `/export` and `/erase`: one customer's data, taken out or erased for good. What goes is told before it goes; the work itself is
//! `sapa_core::people`'s.

use sapa_core::{
    args, contacts, db,
    inbox::{Broken, Ephemeral},
    outbox::Prompt,
    people::{self, Person, Refused},
    staff::Permission,
    tickets::Actor,
};

use super::{
    buttons::{self, Press},
    talk::Talk,
};

/// `/export WHO`: everything about a customer comes as a file.
pub async fn export(talk: &mut Talk<'_, '_>, typed: &str) -> Result<(), Broken> {
    let Some(person) = meant(talk, typed, "people-export-which").await? else {
        return Ok(());
    };
    let by = Actor::Staff(talk.me.id.clone());
    match people::ask_export(talk.act, &by, &person.id).await {
        Ok(()) => {
            talk.afterwards(Ephemeral::LookAtPeople);
            talk.tell("people-exporting", &[]).await?;
        }
        Err(refused) => refuse(talk, refused, typed).await?,
    }
    Ok(())
}

/// `/erase WHO`: says what would go, and asks.
pub async fn ask(talk: &mut Talk<'_, '_>, typed: &str) -> Result<(), Broken> {
    let Some(person) = meant(talk, typed, "people-erase-which").await? else {
        return Ok(());
    };
    if let Some(at) = person.erased_at {
        refuse(talk, Refused::Erased(at), typed).await?;
        return Ok(());
    }
    let extent = people::extent(talk.act.tx, &person.id).await?;
    let who = called(talk, &person).await?;
    let goes = args!["messages" => extent.messages, "files" => extent.files];
    let stays = args!["tickets" => extent.tickets, "invoices" => extent.invoices];
    let mut text = talk
        .text("people-erase-ask", args!["name" => who])
        .line(&talk.text("people-erase-goes", goes))
        .line(&talk.text("people-erase-stays", stays));
    if extent.open_tickets > 0 {
        let open = args!["count" => extent.open_tickets];
        text = text.line(&talk.text("people-erase-open", open));
    }
    let choices = buttons::choices(&talk.l, &[Press::Erase(person.id), Press::Never]);
    talk.ask(Prompt::choose(text, choices), "erase").await?;
    Ok(())
}

/// He has seen what goes, and wants it.
pub async fn erase(talk: &mut Talk<'_, '_>, customer_id: &str) -> Result<(), Broken> {
    if !talk.may(Permission::PeopleData) {
        talk.toast("desk-toast-not-permitted", &[]);
        return Ok(());
    }
    let by = Actor::Staff(talk.me.id.clone());
    let key = match people::ask_erasure(talk.act, &by, customer_id).await {
        Ok(_) => {
            talk.afterwards(Ephemeral::LookAtPeople);
            "people-erasing"
        }
        Err(Refused::Db(error)) => return Err(error.into()),
        Err(Refused::Unknown | Refused::Erased(_)) => "people-toast-gone",
    };
    let text = talk.text(key, &[]);
    talk.settle(text).await?;
    Ok(())
}

/// Whom he means; says so when it is nobody.
async fn meant(talk: &mut Talk<'_, '_>, typed: &str, which: &str) -> db::Result<Option<Person>> {
    if typed.is_empty() {
        talk.tell(which, &[]).await?;
        return Ok(None);
    }
    let found = people::find(talk.act, typed).await?;
    if found.is_none() {
        talk.tell("people-unknown", args!["typed" => typed]).await?;
    }
    Ok(found)
}

async fn refuse(talk: &mut Talk<'_, '_>, refused: Refused, typed: &str) -> db::Result<()> {
    match refused {
        Refused::Unknown => talk.tell("people-unknown", args!["typed" => typed]).await,
        Refused::Erased(at) => {
            let when = talk.l.when(at, talk.act.now);
            talk.tell("people-gone", args!["when" => when]).await
        }
        Refused::Db(error) => Err(error),
    }
}

/// The name with the number: two customers may have one name.
async fn called(talk: &mut Talk<'_, '_>, person: &Person) -> db::Result<String> {
    let identity = contacts::identity(talk.act.tx, &person.id).await?;
    let phone = identity.wa_id.as_deref().map(contacts::format_phone);
    Ok(match phone {
        Some(phone) if phone != person.name => format!("{} ({phone})", person.name),
        _ => person.name.clone(),
    })
}
