//! The sandbox's people. Agents come in as real ones do: invited, linked by their link, and online by their own word.

use std::time::Duration;

use anyhow::Context as _;
use sapa_core::{
    clock::{Clock as _, SystemClock},
    desk::Desk,
    staff::{self, Availability, Role},
};
use sapa_sandbox::Platforms;

/// Agents: their Telegram accounts, names, user names.
const AGENTS: [(i64, &str, &str); 3] = [
    (7_100_001, "Budi", "budi_sapa"),
    (7_100_002, "Citra", "citra_sapa"),
    (7_100_003, "Dewi", "dewi_sapa"),
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
    for (id, name, username) in AGENTS {
        platforms.telegram().person(id, name, Some(username));
        if availability(desk, id).await?.is_some() {
            continue;
        }
        let token = invite(desk, name).await?;
        platforms.telegram().starts(id, &token);
        until(desk, id, |found| found.is_some()).await?;
        platforms.telegram().says(id, "/online");
        until(desk, id, |found| found == Some(Availability::Online)).await?;
    }
    // What they read while they came in is not news.
    platforms.telegram().settled().await;
    for (id, ..) in AGENTS {
        platforms.telegram().reads(id);
    }
    Ok(())
}

async fn invite(desk: &Desk, name: &str) -> anyhow::Result<String> {
    let mut tx = desk.db.write().await?;
    let mut act = desk.act(&mut tx);
    let invite = staff::invite(&mut act, name, Role::Agent, None).await?;
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

async fn until(
    desk: &Desk,
    id: i64,
    there: impl Fn(Option<Availability>) -> bool,
) -> anyhow::Result<()> {
    let clock = SystemClock::new();
    let coming = async {
        while !there(availability(desk, id).await?) {
            clock.sleep(Duration::from_millis(10)).await;
        }
        anyhow::Ok(())
    };
    let came = tokio::time::timeout(PATIENCE, coming).await;
    came.context("a demo agent does not come online; --fresh begins anew")?
}
