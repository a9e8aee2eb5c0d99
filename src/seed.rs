//! `sapa seed`: sample data, to look around in or to measure with. Small unless somebody asks for more.

use std::path::Path;

use anyhow::{Context as _, bail};
use clap::Args;
use sapa_core::seed::{self, Plan};
use serde_json::json;

use crate::{
    app,
    config::{self, Need},
    output::{Output, complain},
};

/// How much of it.
#[derive(Debug, Args)]
pub struct Arguments {
    /// So many customers, each with an account and two invoices.
    #[arg(long, default_value_t = 200, value_parser = clap::value_parser!(u64).range(1..=10_000_000))]
    customers: u64,
    /// So many tickets.
    #[arg(long, default_value_t = 1_000, value_parser = clap::value_parser!(u64).range(0..=100_000_000))]
    tickets: u64,
    /// Another number gives other data; the same one the same.
    #[arg(long, default_value_t = 1, value_parser = clap::value_parser!(u64).range(0..=9_999))]
    seed: u64,
}

/// Puts it in; what is there already stays.
pub async fn run(file: Option<&Path>, arguments: Arguments, out: Output) -> anyhow::Result<()> {
    let (config, _) = config::load(file, Need::Database)?;
    let desk = app::desk(&config).await?;
    desk.db
        .migrate()
        .await
        .context("the database could not be brought up to date")?;
    let plan = Plan {
        customers: arguments.customers,
        tickets: arguments.tickets,
        seed: arguments.seed,
    };
    let began = desk.clock.mono();
    let percent = std::cell::Cell::new(0);
    let told = |done: f64| {
        #[expect(clippy::cast_possible_truncation, reason = "a percentage")]
        let now = (done * 10.0) as i32 * 10;
        if now > percent.replace(now) {
            complain(&format!("{now} %"));
        }
    };
    let sown = seed::sow(&desk, plan, told).await;
    let took = desk.clock.mono().saturating_sub(began);
    let sown = sown.context("the sample data could not be stored")?;
    desk.db.close().await;
    if sown.customers + sown.tickets == 0 {
        bail!("this sample data is there already; another --seed gives other data");
    }
    let object = json!({
        "customers": sown.customers, "tickets": sown.tickets, "invoices": sown.invoices,
        "seed": plan.seed, "seconds": took.as_secs_f64(),
    });
    let words = format!(
        "{} customers, {} tickets and {} invoices in {:.1} s",
        sown.customers,
        sown.tickets,
        sown.invoices,
        took.as_secs_f64()
    );
    out.result(&object, &words);
    Ok(())
}
