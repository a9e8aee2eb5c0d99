//! The password that somebody of the staff may set besides the codes, kept as Argon2id says (RFC 9106) with the library's defaults, which
//! are what OWASP's password storage cheat sheet asks for: 19 MiB, two passes, one lane.
//!
//! Hashing is slow on purpose: it is done outside transactions, on threads of its own, two at a time for the whole process. Whoever has
//! no password is hashed for as well, so that the time tells nothing.

use std::time::Duration;

use argon2::{Argon2, PasswordHash, PasswordHasher as _, PasswordVerifier as _};
use tokio::sync::Semaphore;

use super::{Visitor, store};
use crate::{
    db::{self, Tx},
    desk::{Act, Desk},
    staff,
    tickets::Actor,
};

/// The fewest characters (OWASP ASVS 5.0, 6.2.1 asks for 8 and recommends 15; there is always a code besides).
pub const SHORTEST: usize = 12;
/// The most characters (6.2.9: at least 64).
pub const LONGEST: usize = 128;

/// Hashes at a time: each takes 19 MiB and a core.
static TURNS: Semaphore = Semaphore::const_new(2);
/// Whoever waits for a turn; beyond them nobody does.
static WAITING: Semaphore = Semaphore::const_new(32);

/// So many wrong ones within this time, and no more are looked at: whoever sits at somebody's open page guesses no password.
const WRONG: i64 = 5;
const WITHIN: Duration = Duration::from_mins(10);

/// Too many want a password looked at just now.
#[derive(Debug, thiserror::Error)]
#[error("too many passwords are looked at just now")]
pub struct Busy;

/// Why a password is not taken.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Unfit {
    /// Fewer than [`SHORTEST`] characters.
    TooShort,
    /// More than [`LONGEST`] characters.
    TooLong,
    /// The one that is set was typed wrongly.
    WrongOld,
    /// It was typed wrongly too often of late.
    TooOften,
}

/// What somebody typed, looked at against what is set.
pub struct Shown {
    /// What is set; empty when nothing is.
    set: String,
    right: bool,
}

impl Shown {
    /// Nothing was asked for.
    pub fn nothing() -> Self {
        Self {
            set: String::new(),
            right: true,
        }
    }

    /// Looks at what was typed, against what is set. As long when nothing is.
    pub async fn of(desk: &Desk, set: Option<String>, typed: &str) -> Result<Self, Busy> {
        let salt: [u8; 16] = desk.ids.bytes();
        let (typed, known) = (typed.to_owned(), set.clone());
        let right = slowly(move || match known.map(|set| PasswordHash::new(&set)) {
            Some(Ok(set)) => Argon2::default()
                .verify_password(typed.as_bytes(), &set)
                .is_ok(),
            Some(Err(_)) => false,
            None => Argon2::default()
                .hash_password_with_salt(typed.as_bytes(), &salt)
                .is_ok(),
        });
        Ok(Self {
            set: set.unwrap_or_default(),
            right: right.await?,
        })
    }

    /// Whether it is right.
    pub fn is_right(&self) -> bool {
        self.right
    }

    /// What is set, if it was shown.
    pub(super) fn proof(&self) -> Option<&str> {
        self.right.then_some(self.set.as_str())
    }
}

/// Whether it may be anybody's password. Any characters will do.
pub fn fits(password: &str) -> Result<(), Unfit> {
    match password.chars().count() {
        ..SHORTEST => Err(Unfit::TooShort),
        SHORTEST..=LONGEST => Ok(()),
        _ => Err(Unfit::TooLong),
    }
}

/// A password as it is stored.
pub async fn hash(desk: &Desk, password: &str) -> Result<String, Busy> {
    let salt: [u8; 16] = desk.ids.bytes();
    let password = password.to_owned();
    let hashed = slowly(move || {
        let hashed = Argon2::default().hash_password_with_salt(password.as_bytes(), &salt);
        hashed.map(|hashed| hashed.to_string())
    });
    // Nothing but a lack of memory is left to go wrong.
    hashed.await?.map_err(|_| Busy)
}

async fn slowly<T: Send + 'static>(work: impl FnOnce() -> T + Send + 'static) -> Result<T, Busy> {
    let waits = WAITING.try_acquire().map_err(|_| Busy)?;
    let turn = TURNS.acquire().await.map_err(|_| Busy)?;
    drop(waits);
    let done = tokio::task::spawn_blocking(move || {
        // Held by the work itself: it goes on also when nobody waits for it any more.
        let _turn = turn;
        work()
    });
    done.await.map_err(|_| Busy)
}

/// What is set by whoever has this user name.
pub async fn set_by_name(tx: &mut Tx, name: &str) -> db::Result<Option<String>> {
    store::password_by_name(tx, &super::coming::typed(name)).await
}

/// What has to be shown besides the code of a challenge: where it was asked for in the chat, nobody has been asked for it yet.
pub async fn set_for(act: &mut Act<'_>, challenge: &str) -> db::Result<Option<String>> {
    store::password_for(act.tx, challenge, act.now).await
}

/// What somebody has set.
pub async fn set_by(tx: &mut Tx, staff_id: &str) -> db::Result<Option<String>> {
    store::password(tx, staff_id).await
}

/// Whether somebody has typed his old one wrongly too often of late.
pub async fn is_worn_out(act: &mut Act<'_>, staff_id: &str) -> db::Result<bool> {
    let since = act.now.minus(WITHIN);
    Ok(store::wrong_passwords(act.tx, staff_id, since).await? >= WRONG)
}

/// Somebody typed his old one wrongly.
pub async fn was_wrong(act: &mut Act<'_>, visitor: &Visitor) -> db::Result<()> {
    let (by, id) = (visitor.actor(), &visitor.staff.id);
    let address = Some(visitor.session.address.as_str());
    staff::audit(act, &by, "password.refused", id, None, address).await
}

/// Sets somebody's password, or takes it away, after he has shown the old one. His other sessions end. False: it was changed meanwhile.
pub async fn change(
    act: &mut Act<'_>,
    visitor: &Visitor,
    old: &Shown,
    new: Option<&str>,
) -> db::Result<bool> {
    let (by, id) = (visitor.actor(), &visitor.staff.id);
    let Some(proof) = old.proof() else {
        return Ok(false);
    };
    if !store::set_password(act.tx, id, new, proof).await? {
        return Ok(false);
    }
    store::revoke_others(act.tx, id, &visitor.session.id, act.now).await?;
    let deed = if new.is_some() {
        "password.set"
    } else {
        "password.cleared"
    };
    staff::audit(act, &by, deed, id, None, None).await?;
    Ok(true)
}

/// Takes somebody's password away for him, who has forgotten it. False: he has none.
pub async fn clear(act: &mut Act<'_>, by: &Actor, staff_id: &str) -> db::Result<bool> {
    let Some(set) = store::password(act.tx, staff_id).await? else {
        return Ok(false);
    };
    if !store::set_password(act.tx, staff_id, None, &set).await? {
        return Ok(false);
    }
    staff::audit(act, by, "password.cleared", staff_id, None, None).await?;
    Ok(true)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::testing::both;

    #[test]
    fn any_twelve_characters_are_a_password() {
        assert_eq!(fits(&"x".repeat(11)), Err(Unfit::TooShort));
        assert_eq!(fits("kopi tubruk "), Ok(()));
        assert_eq!(fits(&"茶".repeat(12)), Ok(()));
        assert_eq!(fits(&"茶".repeat(128)), Ok(()));
        assert_eq!(fits(&"x".repeat(129)), Err(Unfit::TooLong));
    }

    #[tokio::test]
    async fn only_the_right_one_is_right_and_nothing_of_it_is_kept() {
        for (desk, ..) in both().await {
            let set = hash(&desk, "kopi tubruk panas").await.unwrap();
            assert!(set.starts_with("$argon2id$v=19$m=19456,t=2,p=1$"), "{set}");
            assert_ne!(set, hash(&desk, "kopi tubruk panas").await.unwrap());
            let shown = async |set: Option<&str>, typed| {
                let shown = Shown::of(&desk, set.map(str::to_owned), typed).await;
                shown.unwrap().is_right()
            };
            assert!(shown(Some(&set), "kopi tubruk panas").await);
            for wrong in ["", "Kopi tubruk panas", "kopi tubruk panas "] {
                assert!(!shown(Some(&set), wrong).await, "{wrong}");
            }
            assert!(!shown(Some("no hash"), "kopi").await);
            assert!(shown(None, "").await && shown(None, "whatever").await);
        }
    }

    #[tokio::test]
    async fn whoever_waits_waits_in_a_queue_that_ends() {
        let (go, wait) = std::sync::mpsc::channel::<()>();
        let wait = std::sync::Arc::new(std::sync::Mutex::new(wait));
        let one = || {
            let wait = std::sync::Arc::clone(&wait);
            slowly(move || {
                let wait = wait.lock().unwrap();
                wait.recv().ok();
            })
        };
        let mut all: Vec<_> = (0..40).map(|_| Box::pin(one())).collect();
        let mut refused = 0;
        for one in &mut all {
            if let std::task::Poll::Ready(Err(Busy)) = futures_util::poll!(one) {
                refused += 1;
            }
        }
        drop(go);
        assert!(
            refused >= 40 - 2 - 32,
            "two at work, 32 in the queue: {refused}"
        );
    }
}
