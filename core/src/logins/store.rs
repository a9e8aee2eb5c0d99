//! The logins' SQL.

use super::{Kind, Session};
use crate::{
    clock::Millis,
    db::{self, Tx, run, statements},
};

statements! {
    INSERT = "insert into staff_sessions (id, kind, token_hash, staff_id, address, agent, created_at, seen_at, expires_at)
        values ($1, $2, $3, $4, $5, $6, $7, $8, $9)";
    LIVE = "select id, staff_id, address, agent, created_at, seen_at, expires_at from staff_sessions
        where token_hash = $1 and kind = $2 and revoked_at is null and expires_at > $3";
    SEEN = "update staff_sessions set seen_at = $2 where id = $1 and seen_at < $2";
    OF_STAFF = "select id, staff_id, address, agent, created_at, seen_at, expires_at from staff_sessions
        where staff_id = $1 and revoked_at is null and expires_at > $2 order by created_at desc, id desc limit 100";
    REVOKE = "update staff_sessions set revoked_at = $3
        where staff_id = $1 and id = $2 and revoked_at is null and expires_at > $3";
    END = "update staff_sessions set revoked_at = $2 where id = $1 and revoked_at is null";
    REVOKE_ALL = "update staff_sessions set revoked_at = $2 where staff_id = $1 and revoked_at is null";
    ADDRESSES = "select address from staff_sessions where staff_id = $1 and seen_at > $2
        group by address order by max(created_at) desc limit 500";
    USER_NAME = "select user_name from staff where id = $1 and user_name is not null";
    SET_USER_NAME = "update staff set user_name = $2 where id = $1";
    BY_USER_NAME = "select id from staff where user_name = $1";
    WHOSE = "select subject from otp_challenges where id = $1 and purpose = 'staff_login' and subject is not null";
    PASSWORD = "select password_hash from staff where id = $1 and password_hash is not null";
    PASSWORD_BY_NAME = "select password_hash from staff where user_name = $1 and active and password_hash is not null";
    PASSWORD_FOR = "select s.password_hash from otp_challenges c join staff s on s.id = c.subject
        where c.id = $1 and c.purpose = 'staff_login' and c.detail is null and c.used_at is null and c.killed_at is null
            and c.tries < 5 and c.expires_at > $2 and s.password_hash is not null";
    SET_PASSWORD = "update staff set password_hash = $2 where id = $1 and active and coalesce(password_hash, '') = $3";
    WRONG_PASSWORDS = "select count(*) from audit where subject = $1 and action = 'password.refused' and at > $2";
    REVOKE_OTHERS = "update staff_sessions set revoked_at = $3
        where staff_id = $1 and id <> $2 and kind = 'pages' and revoked_at is null";
    INSERT_LINK = "insert into door_links (id, token_hash, staff_id, created_at, expires_at) values ($1, $2, $3, $4, $5)";
    GOOD_LINK = "select exists (select 1 from door_links where token_hash = $1 and used_at is null and expires_at > $2)";
    USE_LINK = "update door_links set used_at = $2 where token_hash = $1 and used_at is null and expires_at > $2
        returning id, staff_id";
}

pub(super) async fn insert(tx: &mut Tx, kind: Kind, hash: &str, new: &Session) -> db::Result<()> {
    run!(tx, |c| sqlx::query(INSERT)
        .bind(&new.id)
        .bind(kind)
        .bind(hash)
        .bind(&new.staff_id)
        .bind(&new.address)
        .bind(&new.agent)
        .bind(new.created_at)
        .bind(new.seen_at)
        .bind(new.expires_at)
        .execute(c)
        .await
        .map(drop))
}

/// The session of a secret, if it goes on.
pub(super) async fn live(
    tx: &mut Tx,
    kind: Kind,
    hash: &str,
    now: Millis,
) -> db::Result<Option<Session>> {
    run!(tx, |c| sqlx::query_as(LIVE)
        .bind(hash)
        .bind(kind)
        .bind(now)
        .fetch_optional(c)
        .await)
}

pub(super) async fn seen(tx: &mut Tx, id: &str, now: Millis) -> db::Result<()> {
    run!(tx, |c| sqlx::query(SEEN)
        .bind(id)
        .bind(now)
        .execute(c)
        .await
        .map(drop))
}

pub(super) async fn of_staff(tx: &mut Tx, id: &str, now: Millis) -> db::Result<Vec<Session>> {
    run!(tx, |c| sqlx::query_as(OF_STAFF)
        .bind(id)
        .bind(now)
        .fetch_all(c)
        .await)
}

pub(super) async fn revoke(tx: &mut Tx, staff: &str, id: &str, now: Millis) -> db::Result<bool> {
    run!(tx, |c| sqlx::query(REVOKE)
        .bind(staff)
        .bind(id)
        .bind(now)
        .execute(c)
        .await
        .map(|done| done.rows_affected() == 1))
}

pub(super) async fn end(tx: &mut Tx, id: &str, now: Millis) -> db::Result<()> {
    run!(tx, |c| sqlx::query(END)
        .bind(id)
        .bind(now)
        .execute(c)
        .await
        .map(drop))
}

pub(super) async fn revoke_all(tx: &mut Tx, staff: &str, now: Millis) -> db::Result<()> {
    run!(tx, |c| sqlx::query(REVOKE_ALL)
        .bind(staff)
        .bind(now)
        .execute(c)
        .await
        .map(drop))
}

/// Where somebody was logged in since then.
pub(super) async fn addresses(tx: &mut Tx, staff: &str, since: Millis) -> db::Result<Vec<String>> {
    run!(tx, |c| sqlx::query_scalar(ADDRESSES)
        .bind(staff)
        .bind(since)
        .fetch_all(c)
        .await)
}

pub(super) async fn user_name(tx: &mut Tx, staff: &str) -> db::Result<Option<String>> {
    run!(tx, |c| sqlx::query_scalar(USER_NAME)
        .bind(staff)
        .fetch_optional(c)
        .await)
}

pub(super) async fn set_user_name(tx: &mut Tx, staff: &str, name: &str) -> db::Result<()> {
    run!(tx, |c| sqlx::query(SET_USER_NAME)
        .bind(staff)
        .bind(name)
        .execute(c)
        .await
        .map(drop))
}

pub(super) async fn by_user_name(tx: &mut Tx, name: &str) -> db::Result<Option<String>> {
    run!(tx, |c| sqlx::query_scalar(BY_USER_NAME)
        .bind(name)
        .fetch_optional(c)
        .await)
}

/// Whose a challenge is or was. `None`: nobody's, or there is none.
pub(super) async fn whose(tx: &mut Tx, challenge: &str) -> db::Result<Option<String>> {
    run!(tx, |c| sqlx::query_scalar(WHOSE)
        .bind(challenge)
        .fetch_optional(c)
        .await)
}

pub(super) async fn insert_link(
    tx: &mut Tx,
    id: &str,
    hash: &str,
    staff: Option<&str>,
    now: Millis,
    expires_at: Millis,
) -> db::Result<()> {
    run!(tx, |c| sqlx::query(INSERT_LINK)
        .bind(id)
        .bind(hash)
        .bind(staff)
        .bind(now)
        .bind(expires_at)
        .execute(c)
        .await
        .map(drop))
}

pub(super) async fn is_good_link(tx: &mut Tx, hash: &str, now: Millis) -> db::Result<bool> {
    run!(tx, |c| sqlx::query_scalar(GOOD_LINK)
        .bind(hash)
        .bind(now)
        .fetch_one(c)
        .await)
}

/// Uses a link up: its id and whose it is. `None`: there is no such link (any more).
pub(super) async fn use_link(
    tx: &mut Tx,
    hash: &str,
    now: Millis,
) -> db::Result<Option<(String, Option<String>)>> {
    run!(tx, |c| sqlx::query_as(USE_LINK)
        .bind(hash)
        .bind(now)
        .fetch_optional(c)
        .await)
}

pub(super) async fn password(tx: &mut Tx, staff: &str) -> db::Result<Option<String>> {
    run!(tx, |c| sqlx::query_scalar(PASSWORD)
        .bind(staff)
        .fetch_optional(c)
        .await)
}

pub(super) async fn password_by_name(tx: &mut Tx, name: &str) -> db::Result<Option<String>> {
    run!(tx, |c| sqlx::query_scalar(PASSWORD_BY_NAME)
        .bind(name)
        .fetch_optional(c)
        .await)
}

/// What has to be shown for a challenge that came about without it, while the challenge may still be answered.
pub(super) async fn password_for(
    tx: &mut Tx,
    challenge: &str,
    now: Millis,
) -> db::Result<Option<String>> {
    run!(tx, |c| sqlx::query_scalar(PASSWORD_FOR)
        .bind(challenge)
        .bind(now)
        .fetch_optional(c)
        .await)
}

/// False: it is not what it was (`before`, empty when there was none).
pub(super) async fn set_password(
    tx: &mut Tx,
    staff: &str,
    new: Option<&str>,
    before: &str,
) -> db::Result<bool> {
    run!(tx, |c| sqlx::query(SET_PASSWORD)
        .bind(staff)
        .bind(new)
        .bind(before)
        .execute(c)
        .await
        .map(|done| done.rows_affected() == 1))
}

pub(super) async fn wrong_passwords(tx: &mut Tx, staff: &str, since: Millis) -> db::Result<i64> {
    run!(tx, |c| sqlx::query_scalar(WRONG_PASSWORDS)
        .bind(staff)
        .bind(since)
        .fetch_one(c)
        .await)
}

/// Ends every session of somebody on the pages but this one.
pub(super) async fn revoke_others(
    tx: &mut Tx,
    staff: &str,
    but: &str,
    now: Millis,
) -> db::Result<()> {
    run!(tx, |c| sqlx::query(REVOKE_OTHERS)
        .bind(staff)
        .bind(but)
        .bind(now)
        .execute(c)
        .await
        .map(drop))
}
