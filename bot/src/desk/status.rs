//! `/status`: how the desk is connected with both platforms, what waits, and since when.

use sapa_core::{
    args,
    clock::Millis,
    connection::{self, Fact, Flow, Level, Overview, words},
    i18n::Localizer,
    inbox::Broken,
    markup::Markup,
    outbox::Prompt,
};

use super::talk::Talk;

/// What is told of a WhatsApp number, in this order, whether it is known or not.
const OF_WHATSAPP: [&str; 8] = [
    "access",
    "token",
    "webhook",
    "quality",
    "sending",
    "limit",
    "throughput",
    "name",
];
/// The same of a bot.
const OF_TELEGRAM: [&str; 2] = ["access", "webhook"];
/// What is told only when there is something to tell.
const PERHAPS: [&str; 3] = ["number", "account", "polling"];
/// As many templates as are named one by one.
const TEMPLATES: usize = 8;

/// Shows it.
pub async fn show(talk: &mut Talk<'_, '_>) -> Result<(), Broken> {
    let settings = talk.act.desk.settings.clone();
    let mut overview = connection::overview(talk.act.tx, &settings).await?;
    // The question itself waits until it is answered.
    let [_, telegram] = &mut overview.channels;
    telegram.incoming -= 1;
    if telegram.incoming <= 0 {
        telegram.oldest_incoming = None;
    }
    let text = screen(&talk.l, &overview, talk.act.now);
    talk.say(Prompt::text(text)).await?;
    Ok(())
}

/// The whole screen.
pub fn screen(l: &Localizer, overview: &Overview, now: Millis) -> Markup {
    let mut text = l.text("desk-status-head", args!["when" => l.when(now, now)]);
    for flow in &overview.channels {
        text = text.line(&Markup::plain("")).line(&channel(l, flow, now));
    }
    if overview.dead > 0 {
        let dead = l.text("desk-status-dead", args!["count" => overview.dead]);
        text = text.line(&Markup::plain("")).line(&dead);
    }
    text
}

fn channel(l: &Localizer, flow: &Flow, now: Millis) -> Markup {
    let is_whatsapp = flow.channel.is_whatsapp();
    let worst = flow.facts.iter().map(|fact| fact.level).max();
    let mut name = words::channel(l, &flow.channel);
    if let Some(phone) = flow.fact("phone") {
        name = format!("{name} {}", phone.value);
    }
    let mut text = l.text(
        "desk-status-channel",
        args!["mark" => mark(worst), "channel" => name],
    );
    let always: &[&str] = if is_whatsapp {
        &OF_WHATSAPP
    } else {
        &OF_TELEGRAM
    };
    for subject in always {
        text = text.line(&line(l, subject, flow.fact(subject), now));
    }
    for subject in PERHAPS {
        let fact = flow.fact(subject).filter(|fact| fact.level > Level::Good);
        if fact.is_some() {
            text = text.line(&line(l, subject, fact, now));
        }
    }
    if is_whatsapp {
        text = templates(l, flow, now, text);
    } else if let Some(fact) = flow.fact("backlog") {
        text = text.line(&backlog(l, fact));
    }
    text = text.line(&queue(l, flow, now));
    match flow.facts.iter().map(|fact| fact.seen_at).max() {
        Some(seen) => text.line(&l.text("desk-status-seen", args!["when" => l.when(seen, now)])),
        None => text,
    }
}

fn line(l: &Localizer, subject: &str, fact: Option<&Fact>, now: Millis) -> Markup {
    let mark = mark(fact.map(|fact| fact.level));
    let subject = words::subject(l, subject);
    let Some(fact) = fact else {
        let value = l.label("desk-status-unknown", &[]);
        return l.text(
            "desk-status-line",
            args!["mark" => mark, "subject" => subject, "value" => value],
        );
    };
    let value = words::value(l, fact, now);
    if fact.level == Level::Good {
        return l.text(
            "desk-status-line",
            args!["mark" => mark, "subject" => subject, "value" => value],
        );
    }
    l.text(
        "desk-status-line-since",
        args!["mark" => mark, "subject" => subject, "value" => value, "when" => l.when(fact.since, now)],
    )
}

fn templates(l: &Localizer, flow: &Flow, now: Millis, text: Markup) -> Markup {
    let all: Vec<_> = flow
        .facts
        .iter()
        .filter(|fact| fact.subject.starts_with("template:"))
        .collect();
    if all.is_empty() {
        return text.line(&l.text("desk-status-no-templates", &[]));
    }
    let count = |number: usize| i64::try_from(number).unwrap_or(i64::MAX);
    let good = all.iter().filter(|fact| fact.value == "APPROVED").count();
    let worst = all.iter().map(|fact| fact.level).max();
    let mut text = text.line(&l.text(
        "desk-status-templates",
        args!["mark" => mark(worst), "good" => count(good), "all" => count(all.len())],
    ));
    let ill = all.iter().filter(|fact| fact.level > Level::Good);
    for fact in ill.take(TEMPLATES) {
        let subject = words::subject(l, &fact.subject);
        let value = words::value(l, fact, now);
        text = text.line(&l.text(
            "desk-status-template",
            args!["mark" => mark(Some(fact.level)), "subject" => subject, "value" => value],
        ));
    }
    text
}

fn backlog(l: &Localizer, fact: &Fact) -> Markup {
    let (count, failing) = words::backlog(fact);
    let mark = mark(Some(fact.level));
    match failing {
        Some(why) => l.text(
            "desk-status-backlog-failing",
            args!["mark" => mark, "count" => count, "detail" => why],
        ),
        None => l.text(
            "desk-status-backlog",
            args!["mark" => mark, "count" => count],
        ),
    }
}

fn queue(l: &Localizer, flow: &Flow, now: Millis) -> Markup {
    let oldest = [flow.oldest_outgoing, flow.oldest_incoming]
        .into_iter()
        .flatten()
        .min();
    match oldest {
        None => l.text("desk-status-nothing-waits", &[]),
        Some(oldest) => l.text(
            "desk-status-waits",
            args![
                "outgoing" => flow.outgoing,
                "incoming" => flow.incoming,
                "age" => l.duration(now.since(oldest)),
            ],
        ),
    }
}

fn mark(level: Option<Level>) -> &'static str {
    match level {
        None => "⚪",
        Some(Level::Good) => "🟢",
        Some(Level::Watch) => "🟡",
        Some(Level::Bad) => "🔴",
    }
}
