//! The staff's SQL.

use super::{Availability, Role, Staff};
use crate::{
    clock::Millis,
    db::{self, FromRow, Tx, run, statements},
    i18n::Locale,
    tickets::Actor,
};

statements! {
    BY_ID = "select id, name, role, telegram_id, telegram_chat_id, locale, availability, capacity, active, last_assigned,
            focus_customer_id, focus_until
        from staff where id = $1";
    BY_TELEGRAM_ID = "select id, name, role, telegram_id, telegram_chat_id, locale, availability, capacity, active, last_assigned,
            focus_customer_id, focus_until
        from staff where telegram_id = $1 and active";
    BY_CHAT = "select id, name, role, telegram_id, telegram_chat_id, locale, availability, capacity, active, last_assigned,
            focus_customer_id, focus_until
        from staff where telegram_chat_id = $1 order by active desc limit 1";
    COLLEAGUES = "select id, name, role, telegram_id, telegram_chat_id, locale, availability, capacity, active, last_assigned,
            focus_customer_id, focus_until
        from staff where active and telegram_chat_id is not null order by name, id";
    INSERT = "insert into staff (id, name, role, locale, availability, capacity, active, last_assigned, created_at)
        values ($1, $2, $3, $4, 'offline', $5, true, 0, $6)";
    LINK = "update staff set telegram_id = $2, telegram_chat_id = $3, locale = coalesce($4, locale), availability = 'offline' where id = $1";
    FREE_ACCOUNT = "update staff set telegram_id = null, telegram_chat_id = null where telegram_id = $1 and not active";
    SET_AVAILABILITY = "update staff set availability = $2 where id = $1";
    SET_LOCALE = "update staff set locale = $2 where id = $1";
    FOCUS = "update staff set focus_customer_id = $2, focus_until = $3 where id = $1";
    TEAMS = "select id, name from teams order by name";
    TEAM = "select id from teams where name = $1";
    INSERT_TEAM = "insert into teams (id, name, created_at) values ($1, $2, $3) on conflict (name) do nothing";
    JOIN_TEAM = "insert into team_members (team_id, staff_id) values ($1, $2) on conflict (team_id, staff_id) do nothing";
    INSERT_INVITE = "insert into staff_invites (id, staff_id, token_hash, expires_at, created_at) values ($1, $2, $3, $4, $5)";
    INVITE = "select expires_at, used_at from staff_invites where token_hash = $1";
    USE_INVITE = "update staff_invites set used_at = $2 where token_hash = $1 and used_at is null and expires_at > $2 returning staff_id";
    AUDIT = "insert into audit (id, at, actor, actor_id, action, subject, before_value, after_value)
        values ($1, $2, $3, $4, $5, $6, $7, $8)";
    WAS_AUDITED = "select exists (select 1 from audit
        where subject = $1 and action = $2 and (cast($3 as text) is null or after_value = $3) and at > $4)";
}

/// Somebody who is invited.
pub(super) struct NewStaff<'a> {
    pub(super) id: &'a str,
    pub(super) name: &'a str,
    pub(super) role: Role,
    pub(super) locale: Locale,
    pub(super) capacity: i64,
}

/// What a stored invitation tells.
#[derive(FromRow)]
pub(super) struct Invited {
    pub(super) expires_at: Millis,
    pub(super) used_at: Option<Millis>,
}

/// A change worth remembering.
pub(super) struct Audited<'a> {
    pub(super) action: &'a str,
    pub(super) subject: &'a str,
    pub(super) before: Option<&'a str>,
    pub(super) after: Option<&'a str>,
}

pub(super) async fn by_id(tx: &mut Tx, id: &str) -> db::Result<Option<Staff>> {
    run!(tx, |c| sqlx::query_as(BY_ID)
        .bind(id)
        .fetch_optional(c)
        .await)
}

pub(super) async fn by_telegram_id(tx: &mut Tx, telegram_id: &str) -> db::Result<Option<Staff>> {
    run!(tx, |c| sqlx::query_as(BY_TELEGRAM_ID)
        .bind(telegram_id)
        .fetch_optional(c)
        .await)
}

pub(super) async fn by_chat(tx: &mut Tx, chat: &str) -> db::Result<Option<Staff>> {
    run!(tx, |c| sqlx::query_as(BY_CHAT)
        .bind(chat)
        .fetch_optional(c)
        .await)
}

pub(super) async fn colleagues(tx: &mut Tx) -> db::Result<Vec<Staff>> {
    run!(tx, |c| sqlx::query_as(COLLEAGUES).fetch_all(c).await)
}

pub(super) async fn insert(tx: &mut Tx, new: &NewStaff<'_>, now: Millis) -> db::Result<()> {
    run!(tx, |c| sqlx::query(INSERT)
        .bind(new.id)
        .bind(new.name)
        .bind(new.role)
        .bind(new.locale)
        .bind(new.capacity)
        .bind(now)
        .execute(c)
        .await
        .map(drop))
}

pub(super) async fn link(
    tx: &mut Tx,
    id: &str,
    telegram_id: &str,
    chat: &str,
    locale: Option<Locale>,
) -> db::Result<()> {
    run!(tx, |c| sqlx::query(LINK)
        .bind(id)
        .bind(telegram_id)
        .bind(chat)
        .bind(locale)
        .execute(c)
        .await
        .map(drop))
}

/// An account of somebody who left is free again.
pub(super) async fn free_account(tx: &mut Tx, telegram_id: &str) -> db::Result<()> {
    run!(tx, |c| sqlx::query(FREE_ACCOUNT)
        .bind(telegram_id)
        .execute(c)
        .await
        .map(drop))
}

pub(super) async fn set_availability(tx: &mut Tx, id: &str, to: Availability) -> db::Result<()> {
    run!(tx, |c| sqlx::query(SET_AVAILABILITY)
        .bind(id)
        .bind(to)
        .execute(c)
        .await
        .map(drop))
}

pub(super) async fn set_locale(tx: &mut Tx, id: &str, to: Locale) -> db::Result<()> {
    run!(tx, |c| sqlx::query(SET_LOCALE)
        .bind(id)
        .bind(to)
        .execute(c)
        .await
        .map(drop))
}

pub(super) async fn focus(
    tx: &mut Tx,
    id: &str,
    customer_id: Option<&str>,
    until: Option<Millis>,
) -> db::Result<()> {
    run!(tx, |c| sqlx::query(FOCUS)
        .bind(id)
        .bind(customer_id)
        .bind(until)
        .execute(c)
        .await
        .map(drop))
}

/// Every team: id and name.
pub(crate) async fn teams(tx: &mut Tx) -> db::Result<Vec<(String, String)>> {
    run!(tx, |c| sqlx::query_as(TEAMS).fetch_all(c).await)
}

pub(super) async fn team(tx: &mut Tx, name: &str) -> db::Result<Option<String>> {
    run!(tx, |c| sqlx::query_scalar(TEAM)
        .bind(name)
        .fetch_optional(c)
        .await)
}

pub(super) async fn insert_team(tx: &mut Tx, id: &str, name: &str, now: Millis) -> db::Result<()> {
    run!(tx, |c| sqlx::query(INSERT_TEAM)
        .bind(id)
        .bind(name)
        .bind(now)
        .execute(c)
        .await
        .map(drop))
}

pub(super) async fn join_team(tx: &mut Tx, staff_id: &str, team_id: &str) -> db::Result<()> {
    run!(tx, |c| sqlx::query(JOIN_TEAM)
        .bind(team_id)
        .bind(staff_id)
        .execute(c)
        .await
        .map(drop))
}

pub(super) async fn insert_invite(
    tx: &mut Tx,
    id: &str,
    staff_id: &str,
    token_hash: &str,
    expires_at: Millis,
    now: Millis,
) -> db::Result<()> {
    run!(tx, |c| sqlx::query(INSERT_INVITE)
        .bind(id)
        .bind(staff_id)
        .bind(token_hash)
        .bind(expires_at)
        .bind(now)
        .execute(c)
        .await
        .map(drop))
}

pub(super) async fn invite(tx: &mut Tx, token_hash: &str) -> db::Result<Option<Invited>> {
    run!(tx, |c| sqlx::query_as(INVITE)
        .bind(token_hash)
        .fetch_optional(c)
        .await)
}

/// Uses an invitation up. `None`: somebody else did, or it is too old.
pub(super) async fn use_invite(
    tx: &mut Tx,
    token_hash: &str,
    now: Millis,
) -> db::Result<Option<String>> {
    run!(tx, |c| sqlx::query_scalar(USE_INVITE)
        .bind(token_hash)
        .bind(now)
        .fetch_optional(c)
        .await)
}

pub(super) async fn audit(
    tx: &mut Tx,
    id: &str,
    now: Millis,
    by: &Actor,
    change: &Audited<'_>,
) -> db::Result<()> {
    run!(tx, |c| sqlx::query(AUDIT)
        .bind(id)
        .bind(now)
        .bind(by.kind())
        .bind(by.id())
        .bind(change.action)
        .bind(change.subject)
        .bind(change.before)
        .bind(change.after)
        .execute(c)
        .await
        .map(drop))
}

/// Whether this was written down after that instant already.
pub(super) async fn was_audited(
    tx: &mut Tx,
    action: &str,
    subject: &str,
    after: Option<&str>,
    since: Millis,
) -> db::Result<bool> {
    run!(tx, |c| sqlx::query_scalar(WAS_AUDITED)
        .bind(subject)
        .bind(action)
        .bind(after)
        .bind(since)
        .fetch_one(c)
        .await)
}
