//! The sandbox's people. Agents come in as real ones do: invited, linked by their link, and online by their own word.

use std::time::Duration;

use anyhow::Context as _;
use sapa_core::{
    clock::{Clock as _, SystemClock},
    desk::Desk,
    inbox, outbox,
    staff::{self, Availability, Role},
};
use sapa_sandbox::Platforms;

/// Agents: their Telegram accounts, names, user names, roles.
const AGENTS: [(i64, &str, &str, Role); 3] = [
    (7_100_001, "Budi", "budi_sapa", Role::Agent),
    (7_100_002, "Citra", "citra_sapa", Role::Agent),
    (7_100_003, "Dewi", "dewi_sapa", Role::SuperAdmin),
];
/// Customers: their phones and names. Rina's number is from Singapore: she is greeted in English.
const CUSTOMERS: [(&str, &str); 3] = [
    ("6281234567890", "Sari Wulandari"),
    ("6285712345678", "Andi Pratama"),
    ("6591234567", "Rina Tan"),
];
/// How long an agent may take to be there.
const PATIENCE: Duration = Duration::from_secs(10);

/// Brings in everybody who is not there from an earlier run.
pub(super) async fn settle_in(platforms: &Platforms, desk: &Desk) -> anyhow::Result<()> {
    for (phone, name) in CUSTOMERS {
        platforms.whatsapp().customer(phone, name);
    }
    for (id, name, username, role) in AGENTS {
        platforms.telegram().person(id, name, Some(username));
        if availability(desk, id).await?.is_some() {
            continue;
        }
        let token = invite(desk, name, role).await?;
        platforms.telegram().starts(id, &token)?;
        until("a demo agent is not let in", async || {
            Ok(availability(desk, id).await?.is_some())
        })
        .await?;
        platforms.telegram().says(id, "/online");
        until("a demo agent does not come online", async || {
            Ok(availability(desk, id).await? == Some(Availability::Online))
        })
        .await?;
    }
    // What they read while they came in is not news.
    until("the desk does not come to rest", async || {
        is_quiet(desk).await
    })
    .await?;
    for (id, ..) in AGENTS {
        platforms.telegram().reads(id);
    }
    Ok(())
}

async fn invite(desk: &Desk, name: &str, role: Role) -> anyhow::Result<String> {
    let mut tx = desk.db.write().await?;
    let mut act = desk.act(&mut tx);
    let invite = staff::invite(&mut act, name, role, None).await?;
    drop(act);
    tx.commit().await?;
    Ok(invite.token)
}

async fn availability(desk: &Desk, id: i64) -> anyhow::Result<Option<Availability>> {
    let mut tx = desk.db.read().await?;
    let staff = staff::by_telegram_id(&mut tx, &id.to_string()).await?;
    tx.rollback().await?;
    Ok(staff.map(|staff| staff.availability))
}

async fn is_quiet(desk: &Desk) -> anyhow::Result<bool> {
    let mut tx = desk.db.read().await?;
    let events = inbox::store::pending(&mut tx).await?;
    let messages = outbox::store::moving(&mut tx, desk.clock.now()).await?;
    tx.rollback().await?;
    Ok(events + messages == 0)
}

async fn until(
    otherwise: &str,
    done: impl AsyncFn() -> anyhow::Result<bool>,
) -> anyhow::Result<()> {
    let clock = SystemClock::new();
    let waiting = async {
        while !done().await? {
            clock.sleep(Duration::from_millis(10)).await;
        }
        anyhow::Ok(())
    };
    let waited = tokio::time::timeout(PATIENCE, waiting).await;
    waited.with_context(|| format!("{otherwise}; --fresh begins anew"))?
}
