//! What becomes of a row after it was sent, refused or lost, and who is told.

use std::time::Duration;

use super::{
    Class, Content, Job, NewRow, Post, Prompt, Reach, SendError, State, UNREACHABLE, doubts,
    enqueue, lost,
    sender::Answer,
    store::{self, Settled, Waiting},
    track,
};
use crate::{
    args,
    connection::{self, News},
    contacts,
    db::{
        self,
        dialect::many::{self, Named},
    },
    desk::{Act, Ticks},
    inbox::Channel,
    messages, routing, staff,
};

/// How long an agent's tick waits for a newer one.
const TICK_PAUSE: Duration = Duration::from_millis(1_500);
/// The longest pause that a platform may ask for.
const LONGEST_PAUSE: Duration = Duration::from_hours(1);
/// Meta: outside the customer service window (error-codes). It may come after the message was taken.
const WINDOW_CLOSED: &str = "131047";
/// The platforms' words for a channel that is too fast as a whole: WhatsApp's throughput and account limits, and HTTP's own.
pub(super) const TOO_FAST: [&str; 4] = ["130429", "80007", "429", "http_429"];
/// Too much to one recipient.
const PAIR_TOO_FAST: &str = "131056";
/// The code of what went wrong on our side of the call.
const OURS: &str = "database";
/// How long a channel rests whose account is refused.
const ACCOUNT_PAUSE: Duration = Duration::from_secs(30);

/// Which sender's claims a record is about.
#[derive(Clone, Copy)]
pub(super) struct Fence<'a> {
    pub owner: &'a str,
    pub epoch: i64,
}

/// What the sender's memory has to do after the commit.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Next {
    Free,
    Doubt,
    HoldLine(Duration),
    HoldRecipient(Duration),
    HoldChannel(Duration),
    /// The same, and slower from then on.
    SlowDown(Duration),
}

/// Records a platform's answers: what it took all together, what it refused one by one. What the sender's memory has to do, in the same
/// order.
pub(super) async fn record(
    act: &mut Act<'_>,
    fence: Fence<'_>,
    answered: &[(Waiting, Job, Answer)],
) -> db::Result<Vec<Next>> {
    let taken: Vec<(&Job, &[Post])> = answered
        .iter()
        .filter_map(|(_, job, answer)| Some((job, answer.as_deref().ok()?)))
        .collect();
    if let [(job, _), ..] = taken[..] {
        accepted(act, fence, &job.channel, &taken).await?;
    }
    let mut nexts = Vec::with_capacity(answered.len());
    for (row, job, answer) in answered {
        nexts.push(match answer {
            Ok(_) => Next::Free,
            Err(error) => refused(act, fence, row, job, error).await?,
        });
    }
    Ok(nexts)
}

/// Records what the platform of a channel took.
async fn accepted(
    act: &mut Act<'_>,
    fence: Fence<'_>,
    channel: &Channel,
    taken: &[(&Job, &[Post])],
) -> db::Result<()> {
    for (job, _) in taken {
        if let Content::Relay { .. } = job.content {
            let took = act.now.since(job.created_at).as_secs_f64();
            metrics::histogram!("sapa_relay_seconds", "channel" => channel.0.clone()).record(took);
        }
    }
    metrics::counter!("sapa_outbox_sent_total", "channel" => channel.0.clone())
        .increment(u64::try_from(taken.len()).unwrap_or(u64::MAX));
    if act.desk.health.went_out(channel) {
        connection::note(act, channel, &News::Accepted).await?;
    }
    let posts: Vec<_> = taken
        .iter()
        .flat_map(|(job, posts)| posts.iter().map(|post| (&job.id, post)))
        .map(|(id, post)| Named {
            outbox_id: id,
            chat: &post.chat,
            external_id: &post.external_id,
        })
        .collect();
    many::name(act.tx, channel, &posts, act.now).await?;
    if channel.is_whatsapp() {
        let lanes: Vec<_> = posts.iter().map(|post| post.external_id).collect();
        if many::revive_orphans(act.tx, channel, &lanes).await? {
            act.desk.bell.ring_statuses();
        }
    }
    let ids: Vec<_> = taken.iter().map(|(job, _)| job.id.as_str()).collect();
    let sent = many::sent(act.tx, &ids, fence.owner, fence.epoch, act.now).await?;
    for (job, _) in taken {
        if !sent.contains(&job.id) {
            tracing::warn!(%channel, row = job.id, "a message was sent by a sender that had been replaced meanwhile");
        }
        if let Content::Sealed { .. } = job.content {
            store::secrets::erase(act.tx, &job.id).await?;
        }
    }
    // Of what goes to staff, and of our own words, nobody is told that it went out.
    let told: Vec<_> = taken
        .iter()
        .filter(|(job, _)| channel.is_whatsapp() && matches!(job.content, Content::Relay { .. }))
        .map(|(job, _)| job.id.clone())
        .filter(|id| sent.contains(id))
        .collect();
    delivery_changed(act, &told).await
}

async fn refused(
    act: &mut Act<'_>,
    fence: Fence<'_>,
    row: &Waiting,
    job: &Job,
    error: &SendError,
) -> db::Result<Next> {
    if let SendError::Moved(chat) = error {
        store::move_recipient(act.tx, &job.channel, &job.recipient, chat).await?;
    }
    track::refused(job, error);
    let (to, next) = verdict(act, row, job, error);
    if !store::settle(act.tx, &job.id, fence.owner, fence.epoch, &to).await? {
        // A status has told meanwhile what the lost answer could not, or another sender has the row.
        return Ok(Next::Free);
    }
    if let SendError::AccountRefused { code, detail } = error {
        tracing::error!(channel = %job.channel, code, detail, "the platform refuses the account; nothing goes out on this channel until that is mended");
        if act
            .desk
            .health
            .refused(&job.channel, code, act.desk.clock.mono())
        {
            let code = code.clone();
            connection::note(act, &job.channel, &News::Refused { code }).await?;
        }
    }
    if let SendError::Permanent { code, .. } = error
        && code == UNREACHABLE
        && job.channel == act.desk.settings.telegram
    {
        // Whoever cannot be reached gets nothing more, and what he never got goes to somebody who can.
        routing::unreachable(act, &job.recipient).await?;
    }
    if let SendError::Retry {
        code, after: None, ..
    } = error
        && code != OURS
    {
        act.desk
            .health
            .delayed(&job.channel, code, act.desk.clock.mono());
    }
    if let (Content::Sealed { .. }, State::Failed | State::Cancelled) = (&job.content, to.state) {
        store::secrets::erase(act.tx, &job.id).await?;
    }
    if to.state == State::Failed {
        metrics::counter!("sapa_outbox_failed_total", "channel" => job.channel.0.clone())
            .increment(1);
        tracing::warn!(channel = %job.channel, row = job.id, kind = row.kind, error = %error, "a message failed for good");
    }
    if matches!(to.state, State::Failed | State::Parked) {
        delivery_changed(act, std::slice::from_ref(&job.id)).await?;
    }
    Ok(next)
}

/// Where a refused row goes, and what the sender's memory has to know.
fn verdict<'e>(
    act: &Act<'_>,
    row: &Waiting,
    job: &Job,
    error: &'e SendError,
) -> (Settled<'e>, Next) {
    let now = act.now;
    let mut to = Settled {
        state: State::Queued,
        due_at: row.due_at,
        attempts: job.attempts,
        error: None,
        failed_at: None,
    };
    let next = match error {
        SendError::Retry {
            after,
            reach,
            code,
            detail,
        } => {
            to.error = Some((code, detail));
            match later(act, job, *after, *reach, &mut to) {
                Next::HoldChannel(pause) if TOO_FAST.contains(&code.as_str()) => {
                    Next::SlowDown(pause)
                }
                next => next,
            }
        }
        SendError::Permanent { code, detail } => {
            (to.state, to.error, to.failed_at) = (
                State::Failed,
                Some((code.as_str(), detail.as_str())),
                Some(now),
            );
            Next::Free
        }
        SendError::Uncertain { detail } => {
            (to.state, to.error) = (State::Uncertain, Some(("uncertain", detail.as_str())));
            to.due_at = now.plus(doubts::patience(&act.desk, &job.channel));
            Next::Doubt
        }
        SendError::WindowClosed => {
            to.error = Some((lost::WINDOW_CLOSED, "the customer service window is closed"));
            if row.kind == "relay" {
                to.state = State::Parked;
            } else {
                (to.state, to.failed_at) = (State::Failed, Some(now));
            }
            Next::Free
        }
        SendError::NotYet(pause) => Next::HoldLine(*pause),
        SendError::AccountRefused { code, detail } => {
            to.error = Some((code, detail));
            to.due_at = now.plus(ACCOUNT_PAUSE);
            Next::HoldChannel(ACCOUNT_PAUSE)
        }
        SendError::Moved(_) => Next::Free,
        SendError::Cancelled => {
            to.state = State::Cancelled;
            Next::Free
        }
    };
    (to, next)
}

/// A temporary refusal: tried again after a pause, until the schedule is used up. A refusal of the whole channel is no fault of the row's.
fn later(
    act: &Act<'_>,
    job: &Job,
    after: Option<Duration>,
    reach: Reach,
    to: &mut Settled<'_>,
) -> Next {
    let pause = pause(act, after, job.attempts);
    to.due_at = act.now.plus(pause);
    if reach == Reach::Channel {
        return Next::HoldChannel(pause);
    }
    let tried = usize::try_from(job.attempts).unwrap_or(usize::MAX);
    if tried >= act.desk.river.send_retries.len() {
        (to.state, to.failed_at) = (State::Failed, Some(act.now));
        return Next::Free;
    }
    to.attempts += 1;
    if after.is_some() {
        Next::HoldRecipient(pause)
    } else {
        Next::Free
    }
}

/// The platform's own word, or the schedule with a jitter of a fifth.
fn pause(act: &Act<'_>, after: Option<Duration>, attempts: i64) -> Duration {
    if let Some(after) = after {
        return after.min(LONGEST_PAUSE);
    }
    let schedule = &act.desk.river.send_retries;
    let step = usize::try_from(attempts).unwrap_or(usize::MAX);
    let pause = schedule
        .get(step)
        .or(schedule.last())
        .copied()
        .unwrap_or(Duration::from_mins(1));
    let jitter = u32::try_from(act.desk.ids.below(400)).unwrap_or(200);
    pause * (800 + jitter) / 1_000
}

/// The grace of a row that may have gone out is over and no status came: it is sent once more and flagged, or given up.
pub(super) async fn resolve_doubt(
    act: &mut Act<'_>,
    fence: Fence<'_>,
    id: &str,
    never_twice: bool,
) -> db::Result<()> {
    let (owner, epoch, now) = (fence.owner, fence.epoch, act.now);
    let again = !never_twice && store::resend(act.tx, id, owner, epoch, now).await?;
    if again {
        tracing::warn!(
            row = id,
            "a message that may have gone out is sent once more; it may be a duplicate"
        );
        tell_of_resending(act, id).await?;
    } else if store::give_up_doubt(act.tx, id, owner, epoch, now).await? {
        delivery_changed(act, &[id.to_owned()]).await?;
    }
    Ok(())
}

/// Tells agents how far their messages have come: a tick on the message, or a text when it failed.
pub async fn delivery_changed(act: &mut Act<'_>, rows: &[String]) -> db::Result<()> {
    if rows.is_empty() {
        return Ok(());
    }
    let ids: Vec<_> = rows.iter().map(String::as_str).collect();
    for row in many::states(act.tx, &ids).await? {
        match (row.state, &row.message_id, row.author) {
            (State::Failed | State::Parked, _, _) => failed(act, &row.id).await?,
            (
                State::Sent | State::Delivered | State::Read,
                Some(message_id),
                Some(messages::Author::Agent),
            ) if act.desk.settings.ticks != Ticks::Off => tick(act, message_id).await?,
            _ => {}
        }
    }
    Ok(())
}

/// A message of an agent's has come further: the sign on it is put right in a moment.
async fn tick(act: &mut Act<'_>, message_id: &str) -> db::Result<()> {
    let message = messages::by_id(act.tx, message_id).await?;
    // What was written on a page has no message in Telegram that could carry a sign.
    let Some(message) = message.filter(|message| !message.is_from_page()) else {
        return Ok(());
    };
    let tick = Content::Tick {
        message_id: message.id.clone(),
    };
    let mut to = NewRow::new(&message.channel, &message.chat, Class::Card, tick);
    to.supersede_key = Some(format!("tick:{}", message.id));
    // A tick that is a line of its own is found again by these, and may be answered.
    to.message_id = Some(message.id.clone());
    to.customer_id = Some(message.customer_id.clone());
    to.ticket_id.clone_from(&message.ticket_id);
    to.due_at = Some(act.now.plus(TICK_PAUSE));
    enqueue(act, to).await.map(drop)
}

/// A row failed, or waits for the window: whoever wrote what it carries is told.
async fn failed(act: &mut Act<'_>, id: &str) -> db::Result<()> {
    let Some(mut row) = store::row(act.tx, id).await? else {
        return Ok(());
    };
    if passes(act, &row).await? {
        return Ok(());
    }
    if lost::is_notice(&row) {
        lost::tell_agent(act, &row).await?;
    }
    let (true, Some(message_id)) = (row.kind == "relay", &row.message_id) else {
        return Ok(());
    };
    let message = messages::by_id(act.tx, message_id).await?;
    let Some(message) = message.filter(|m| m.author == messages::Author::Agent) else {
        return Ok(());
    };
    if row.state == State::Failed && row.error_code.as_deref() == Some(WINDOW_CLOSED) {
        store::park(act.tx, id).await?;
        row.state = State::Parked;
    }
    tell_author(act, &row, &message).await
}

/// A refusal that passes may also be told in a status, after Meta took the message (facts 7): the row goes out again after the same
/// pause, as often as one that was refused at once. True when it does.
async fn passes(act: &mut Act<'_>, row: &store::Row) -> db::Result<bool> {
    let code = row.error_code.as_deref().unwrap_or_default();
    let tried = usize::try_from(row.attempts).unwrap_or(usize::MAX);
    let is_known = code == PAIR_TOO_FAST || TOO_FAST.contains(&code);
    if row.state != State::Failed || !is_known || tried >= act.desk.river.send_retries.len() {
        return Ok(false);
    }
    let told = (code == PAIR_TOO_FAST).then(|| pair_pause(row.attempts));
    let due_at = act.now.plus(pause(act, told, row.attempts));
    store::again(act.tx, &row.id, due_at).await
}

/// How long a pair of numbers rests after so many refusals of its own: 4^n seconds (Meta, error 131056).
pub fn pair_pause(attempts: i64) -> Duration {
    let power = u32::try_from(attempts.clamp(0, 6)).unwrap_or(6);
    Duration::from_secs(4_u64.pow(power))
}

/// The agent hears that his message may reach the customer twice.
async fn tell_of_resending(act: &mut Act<'_>, id: &str) -> db::Result<()> {
    let Some(row) = store::row(act.tx, id).await? else {
        return Ok(());
    };
    let message = match &row.message_id {
        Some(id) if row.kind == "relay" && row.channel.is_whatsapp() => {
            messages::by_id(act.tx, id).await?
        }
        _ => None,
    };
    match message {
        Some(message) => tell_author(act, &row, &message).await,
        None => Ok(()),
    }
}

async fn tell_author(
    act: &mut Act<'_>,
    row: &store::Row,
    message: &messages::Message,
) -> db::Result<()> {
    let author = match &message.staff_id {
        Some(id) => staff::by_id(act.tx, id).await?,
        None => None,
    };
    let locale = author.map_or(act.desk.settings.locale, |author| author.locale);
    let texts = act.localizer(locale);
    let name = contacts::by_id(act.tx, &message.customer_id)
        .await?
        .map(|customer| customer.name)
        .unwrap_or_default();
    let text = match row.state {
        State::Parked => texts.text("delivery-parked", args!["name" => name]),
        State::Queued => texts.text("delivery-again", args!["name" => name]),
        _ if row.error_code.as_deref() == Some("uncertain") => {
            texts.text("delivery-uncertain", args!["name" => name])
        }
        _ => texts.text(
            "delivery-failed",
            args!["name" => name, "reason" => lost::reason(&texts, row.error_code.as_deref())],
        ),
    };
    let prompt = Prompt {
        reply_to: (!message.is_from_page()).then(|| message.external_id.clone()),
        ..Prompt::text(text)
    };
    let mut to = NewRow::new(
        &message.channel,
        &message.chat,
        Class::Notice,
        Content::Prompt(prompt),
    );
    to.customer_id = Some(message.customer_id.clone());
    to.ticket_id.clone_from(&message.ticket_id);
    enqueue(act, to).await.map(drop)
}
