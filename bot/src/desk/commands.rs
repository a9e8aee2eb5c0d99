//! Commands: the one list of them, who may give them, and where each goes.

use sapa_core::{
    args,
    i18n::Locale,
    inbox::Broken,
    markup::Markup,
    outbox::Prompt,
    staff::{self, Permission, Role},
};

use super::{
    availability,
    buttons::{self, Press},
    dead, lists, pages, people, settings, status,
    talk::Talk,
    trace, work,
};

/// A command.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Command {
    /// What is typed after the slash.
    pub name: &'static str,
    /// Who may give it; `None` for everybody who works here.
    pub permission: Option<Permission>,
    /// The Fluent key of what it does, for menus and `/help`.
    pub description_key: &'static str,
}

const fn command(
    name: &'static str,
    permission: Option<Permission>,
    description_key: &'static str,
) -> Command {
    Command {
        name,
        permission,
        description_key,
    }
}

const WORK: Option<Permission> = Some(Permission::TicketsWork);

/// Every command, in the order of menus and `/help`.
pub const ALL: &[Command] = &[
    command("online", WORK, "desk-command-online"),
    command("away", WORK, "desk-command-away"),
    command("offline", WORK, "desk-command-offline"),
    command("tickets", WORK, "desk-command-tickets"),
    command("ticket", None, "desk-command-ticket"),
    command("next", WORK, "desk-command-next"),
    command("find", Some(Permission::CustomersFind), "desk-command-find"),
    command("trace", Some(Permission::Trace), "desk-command-trace"),
    command("dead", Some(Permission::DeadLetters), "desk-command-dead"),
    command(
        "status",
        Some(Permission::StatusRead),
        "desk-command-status",
    ),
    command(
        "export",
        Some(Permission::PeopleData),
        "desk-command-export",
    ),
    command("erase", Some(Permission::PeopleData), "desk-command-erase"),
    command("staff", Some(Permission::StaffInvite), "desk-command-staff"),
    command("audit", Some(Permission::AuditRead), "desk-command-audit"),
    command(
        "settings",
        Some(Permission::SettingsEdit),
        "desk-command-settings",
    ),
    command("login", None, "desk-command-login"),
    command(
        "superadmin",
        Some(Permission::SuperAdminDoor),
        "desk-command-superadmin",
    ),
    command("language", None, "desk-command-language"),
    command("cancel", None, "desk-command-cancel"),
    command("help", None, "desk-command-help"),
    command("start", None, "desk-command-start"),
];

/// Whether this role may give that command.
pub fn permits(role: Role, command: &Command) -> bool {
    command
        .permission
        .is_none_or(|permission| role.permits(permission))
}

/// What was typed after a slash: the name in lower case, without the bot's own name, and the rest.
pub fn parse(text: &str) -> Option<(String, String)> {
    let typed = text.trim().strip_prefix('/')?;
    let (name, rest) = typed.split_once(char::is_whitespace).unwrap_or((typed, ""));
    let name = name.split('@').next().unwrap_or(name).to_lowercase();
    Some((name, rest.trim().to_owned()))
}

/// Does what a command says, if whoever gives it may. An unknown one gets a hint; none ever reaches a customer.
pub async fn obey(talk: &mut Talk<'_, '_>, name: &str, rest: &str) -> Result<(), Broken> {
    let Some(command) = ALL.iter().find(|known| known.name == name) else {
        let near = nearest(name, talk.me.role);
        match near {
            Some(near) => {
                talk.tell("desk-unknown-near", args!["near" => format!("/{near}")])
                    .await?;
            }
            None => talk.tell("desk-unknown", &[]).await?,
        }
        return Ok(());
    };
    if !permits(talk.me.role, command) {
        let role = talk.l.label(talk.me.role.key(), &[]);
        talk.tell("desk-not-permitted", args!["role" => role])
            .await?;
        return Ok(());
    }
    match command.name {
        "online" => availability::online(talk).await,
        "away" => availability::away(talk).await,
        "offline" => availability::offline(talk).await,
        "tickets" => work::list(talk).await,
        "ticket" => work::show(talk, rest).await,
        "next" => work::next(talk).await,
        "find" => work::find(talk, rest).await,
        "trace" => trace::show(talk, rest).await,
        "dead" => dead::list(talk).await,
        "status" => status::show(talk).await,
        "staff" => lists::staff(talk).await,
        "audit" => lists::audit(talk).await,
        "settings" => settings::obey(talk, rest).await,
        "export" => people::export(talk, rest).await,
        "erase" => people::ask(talk, rest).await,
        "login" => pages::login(talk).await,
        "superadmin" => pages::door(talk).await,
        "language" => language(talk, rest).await,
        "cancel" => cancel(talk).await,
        "start" => welcome_back(talk).await,
        _ => help(talk).await,
    }
}

/// The closest command that he may give, when one is close enough to have been meant.
fn nearest(name: &str, role: Role) -> Option<&'static str> {
    let close = |known: &Command| {
        let distance = distance(name, known.name);
        (distance <= 1 + known.name.len() / 5).then_some((distance, known.name))
    };
    let permitted = ALL.iter().filter(|known| permits(role, known));
    permitted.filter_map(close).min().map(|(_, name)| name)
}

/// Levenshtein's distance; command names are short.
fn distance(a: &str, b: &str) -> usize {
    let b: Vec<char> = b.chars().collect();
    let mut row: Vec<usize> = (0..=b.len()).collect();
    for (i, letter) in a.chars().enumerate() {
        let mut before = row[0];
        row[0] = i + 1;
        for (j, other) in b.iter().enumerate() {
            let change = before + usize::from(letter != *other);
            before = row[j + 1];
            row[j + 1] = change.min(before + 1).min(row[j] + 1);
        }
    }
    row[b.len()]
}

async fn help(talk: &mut Talk<'_, '_>) -> Result<(), Broken> {
    let text = help_text(&talk.l, talk.me.role);
    talk.say(Prompt::text(text)).await?;
    Ok(())
}

/// What a role can do here, and with which commands.
pub fn help_text(l: &sapa_core::i18n::Localizer, role: Role) -> Markup {
    let works = role.permits(Permission::TicketsWork);
    let intro = if works {
        "desk-help-intro"
    } else {
        "desk-help-intro-viewer"
    };
    let mut text = l.text(intro, &[]);
    for command in ALL.iter().filter(|c| c.name != "start" && permits(role, c)) {
        let what = l.label(command.description_key, &[]);
        let line = l.text(
            "desk-help-line",
            args!["command" => format!("/{}", command.name), "what" => what],
        );
        text = text.line(&line);
    }
    text
}

async fn welcome_back(talk: &mut Talk<'_, '_>) -> Result<(), Broken> {
    let name = talk.me.name.clone();
    let availability = talk.l.label(talk.me.availability.key(), &[]);
    talk.tell(
        "desk-welcome-back",
        args!["name" => name, "availability" => availability],
    )
    .await?;
    help(talk).await
}

async fn language(talk: &mut Talk<'_, '_>, rest: &str) -> Result<(), Broken> {
    if let Some(locale) = Locale::parse(rest).filter(|_| !rest.is_empty()) {
        return speak(talk, locale).await;
    }
    let choices = Locale::ALL.map(|locale| Press::Speak(locale).choice(&talk.l));
    let text = talk.text("desk-language-ask", &[]);
    talk.ask(Prompt::choose(text, choices.to_vec()), "language")
        .await?;
    Ok(())
}

/// Speaks another language from now on.
pub async fn speak(talk: &mut Talk<'_, '_>, locale: Locale) -> Result<(), Broken> {
    let me = talk.me.clone();
    staff::set_locale(talk.act, &me, locale).await?;
    talk.me.locale = locale;
    talk.l = talk.act.localizer(locale);
    let text = talk.text(
        "desk-language-set",
        args!["language" => locale.native_name()],
    );
    talk.settle(text).await?;
    Ok(())
}

async fn cancel(talk: &mut Talk<'_, '_>) -> Result<(), Broken> {
    let state = talk.state().await?;
    talk.clear().await?;
    let focused = talk.me.focus_customer_id.is_some();
    let me = talk.me.clone();
    let now = talk.act.now;
    staff::focus(talk.act, &me, None, now).await?;
    let key = match (&state, focused) {
        (state, _) if state.kept() > 0 => "desk-cancelled-kept",
        (state, _) if state.asked.is_some() => "desk-cancelled",
        (_, true) => "desk-cancelled-focus",
        _ => "desk-cancelled-nothing",
    };
    talk.tell(key, &[]).await?;
    Ok(())
}

/// The buttons that a newcomer needs first.
pub fn first_steps(l: &sapa_core::i18n::Localizer) -> Vec<sapa_core::outbox::Choice> {
    buttons::choices(l, &[Press::Online])
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn commands_are_read_however_they_are_typed() {
        let cases = [
            ("/tickets", Some(("tickets", ""))),
            ("  /Ticket  TKT-1 ", Some(("ticket", "TKT-1"))),
            ("/next@SapaBot", Some(("next", ""))),
            ("/find ibu sari", Some(("find", "ibu sari"))),
            ("/", Some(("", ""))),
            ("halo /online", None),
        ];
        for (typed, read) in cases {
            let read = read.map(|(name, rest)| (name.to_owned(), rest.to_owned()));
            assert_eq!(parse(typed), read, "{typed}");
        }
    }

    #[test]
    fn a_slip_of_the_finger_is_guessed_among_what_is_permitted() {
        assert_eq!(nearest("tiket", Role::Agent), Some("ticket"));
        assert_eq!(nearest("onlin", Role::Agent), Some("online"));
        assert_eq!(nearest("onlin", Role::Viewer), None);
        assert_eq!(nearest("broadcast", Role::Agent), None);
    }

    #[test]
    fn every_command_has_one_name_and_may_be_registered() {
        for (place, command) in ALL.iter().enumerate() {
            let lower = |c: char| c.is_ascii_lowercase();
            assert!(
                command.name.len() <= 32 && command.name.chars().all(lower),
                "{}",
                command.name
            );
            assert!(
                ALL[..place].iter().all(|other| other.name != command.name),
                "{} twice",
                command.name
            );
        }
    }
}
