//! Sample data: as many customers, tickets and invoices as somebody wants to see or to measure with. The same number gives the same data,
//! and what is there already stays as it is.

use std::{
    sync::{Arc, Mutex, PoisonError},
    time::Duration,
};

use serde_json::{Value, json};

use crate::{
    clock::Millis,
    contacts::finding,
    db::{
        self,
        dialect::bulk::{self, Rows},
    },
    desk::Desk,
    ids::{Entropy, Ids, ticket_number_of},
};

pub(crate) mod store;
mod words;

pub use store::numbers;

/// As many rows go in with one statement.
const BATCH: u64 = 20_000;
/// How far back customers and tickets go.
const PAST: Duration = Duration::from_hours(2 * 365 * 24);
/// A day.
const DAY: Duration = Duration::from_hours(24);

/// What is wanted.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Plan {
    /// So many customers, each with an account and two invoices.
    pub customers: u64,
    /// So many tickets, spread over the customers.
    pub tickets: u64,
    /// Another number gives other data.
    pub seed: u64,
}

/// What was new.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Sown {
    /// Customers.
    pub customers: u64,
    /// Tickets.
    pub tickets: u64,
    /// Invoices.
    pub invoices: u64,
}

/// Random numbers that are always the same (`SplitMix64`, as Steele, Lea and Flood published it).
struct Repeatable(Mutex<u64>);

impl Entropy for Repeatable {
    fn fill(&self, bytes: &mut [u8]) {
        let mut state = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        for chunk in bytes.chunks_mut(8) {
            *state = state.wrapping_add(0x9E37_79B9_7F4A_7C15);
            let mut mixed = *state;
            mixed = (mixed ^ (mixed >> 30)).wrapping_mul(0xBF58_476D_1CE4_E5B9);
            mixed = (mixed ^ (mixed >> 27)).wrapping_mul(0x94D0_49BB_1331_11EB);
            mixed ^= mixed >> 31;
            chunk.copy_from_slice(&mixed.to_le_bytes()[..chunk.len()]);
        }
    }
}

/// Whoever makes the data.
struct Sower {
    ids: Ids,
    seed: u64,
    /// Times are told back from here: midnight, so that a day's runs are the same.
    today: Millis,
    currency: String,
}

impl Sower {
    fn pick<'t, T>(&self, among: &'t [T]) -> &'t T {
        let place = self.ids.below(among.len() as u64);
        &among[usize::try_from(place).unwrap_or_default()]
    }

    /// So long ago at most, not in the future.
    fn ago(&self, most: Duration) -> Millis {
        let by = self.ids.below(u64::try_from(most.as_millis()).unwrap_or(1));
        self.today.minus(Duration::from_millis(by))
    }

    /// An id that the same seed gives again, whatever else is made.
    fn customer_id(&self, n: u64) -> String {
        let sower = seeded(self.seed ^ (n + 1).wrapping_mul(0xA24B_AED4_963E_E407));
        sower.id(self.today.minus(PAST))
    }

    fn customer(&self, n: u64) -> [Value; 2] {
        let id = self.customer_id(n);
        let name = format!("{} {}", self.pick(&words::GIVEN), self.pick(&words::FAMILY));
        let (package, bandwidth, rupiah) = self.pick(&words::PACKAGES);
        let (city, province) = self.pick(&words::TOWNS);
        let since = self.ago(PAST);
        let status = match self.ids.below(20) {
            0 => "terminated",
            1 | 2 => "suspended",
            _ => "active",
        };
        let mail = format!("{}{n}@contoh.id", name.to_lowercase().replace(' ', "."));
        let street = format!("{} {}", self.pick(&words::STREETS), 1 + self.ids.below(200));
        let account = format!("PLG-{}-{n:07}", self.seed);
        let prefix = self.pick(&["11", "12", "13", "21", "52", "57", "77", "78", "81", "95"]);
        let phone = format!(
            "628{prefix}{:08}",
            scrambled(n + self.seed * 7_919, 100_000_000)
        );
        let customer = json!([
            id,
            name,
            since,
            account,
            package,
            bandwidth,
            rupiah * 100,
            self.currency,
            status,
            mail,
            street,
            city,
            province,
            finding::terms(&name, Some(&name), Some(&account))
        ]);
        [customer, json!([phone, id, since])]
    }

    fn invoices(&self, n: u64) -> [Value; 2] {
        let customer = self.customer_id(n);
        let (_, _, rupiah) = self.pick(&words::PACKAGES);
        [1_u32, 0].map(|months_ago| {
            let issued = self.today.minus(DAY * (months_ago * 30 + 12));
            let due = issued.plus(DAY * 14);
            let paid = months_ago == 1 && self.ids.below(10) > 0;
            let status = if paid { "paid" } else { "pending" };
            let paid_at = paid.then(|| due.minus(DAY * 3));
            let number = format!("INV-{}-{n:07}-{months_ago}", self.seed);
            json!([
                self.ids.id(issued),
                number,
                customer,
                rupiah * 100,
                self.currency,
                status,
                issued,
                due,
                paid_at
            ])
        })
    }

    /// The `n`th ticket of so many, in the order of time: rows that follow each other lie beside each other.
    fn ticket(&self, n: u64, plan: Plan) -> (Value, Vec<Value>) {
        let customer = self.customer_id(self.ids.below(plan.customers));
        let (kind, title, text) = self.pick(&words::COMPLAINTS);
        let (priority, hours) =
            *self.pick(&[("low", 48), ("normal", 24), ("normal", 24), ("high", 4)]);
        let past = u64::try_from(PAST.as_millis()).unwrap_or(u64::MAX);
        let step = past / plan.tickets.max(1);
        let ago = step * (plan.tickets - n) - self.ids.below(step.max(1));
        let opened = self.today.minus(Duration::from_millis(ago));
        let id = self.ids.id(opened);
        let due = opened.plus(Duration::from_hours(hours));
        let resolved = opened.plus(Duration::from_mins(20 + self.ids.below(hours * 60)));
        // What is older than two weeks is over; of the rest some wait.
        let old = self.today.since(opened) > DAY * 14;
        let status = match self.ids.below(10) {
            _ if old => "closed",
            0 | 1 => "open",
            2 => "cancelled",
            3 | 4 => "resolved",
            _ => "closed",
        };
        let resolved_at = matches!(status, "resolved" | "closed").then_some(resolved);
        let closed_at = matches!(status, "closed" | "cancelled").then(|| resolved.plus(DAY / 4));
        let updated = closed_at.or(resolved_at).unwrap_or(opened);
        let number = ticket_number_of(n ^ (self.seed << 24));
        let mut events = vec![json!([
            id, opened, "opened", "customer", customer, null, priority
        ])];
        if status != "open" {
            events.push(json!([
                id, updated, "status", "system", null, "open", status
            ]));
        }
        let ticket = json!([
            id,
            number,
            customer,
            kind,
            priority,
            status,
            title,
            text,
            opened,
            due,
            resolved_at,
            closed_at,
            updated
        ]);
        (ticket, events)
    }
}

fn seeded(seed: u64) -> Ids {
    Ids::new(Arc::new(Repeatable(Mutex::new(seed))))
}

/// A number below `limit` for each `n`, and no two for the same (a prime far from the limit keeps them apart).
fn scrambled(n: u64, limit: u64) -> u64 {
    n.wrapping_mul(48_271) % limit
}

/// Makes what is wanted, batch by batch, and tells how much is done after each (of all rows, as a fraction of 1).
pub async fn sow(desk: &Desk, plan: Plan, told: impl Fn(f64)) -> db::Result<Sown> {
    desk.db.expect_masses().await?;
    let now = desk.clock.now();
    let day = i64::try_from(DAY.as_millis()).unwrap_or(i64::MAX);
    let sower = Sower {
        ids: seeded(plan.seed),
        seed: plan.seed,
        today: Millis(now.0 - now.0.rem_euclid(day)),
        currency: desk.settings.currency.clone(),
    };
    let mut sown = Sown::default();
    let all = plan.customers + plan.tickets;
    for from in (0..plan.customers).step_by(usize::try_from(BATCH).unwrap_or(1)) {
        let (mut customers, mut identities, mut invoices) = (Vec::new(), Vec::new(), Vec::new());
        for n in from..plan.customers.min(from + BATCH) {
            let [customer, identity] = sower.customer(n);
            customers.push(customer);
            identities.push(identity);
            invoices.extend(sower.invoices(n));
        }
        let mut tx = desk.db.write().await?;
        sown.customers += put(&mut tx, Rows::Customers, &customers).await?;
        put(&mut tx, Rows::Identities, &identities).await?;
        sown.invoices += put(&mut tx, Rows::Invoices, &invoices).await?;
        tx.commit().await?;
        told(fraction(from, all));
    }
    for from in (0..plan.tickets).step_by(usize::try_from(BATCH).unwrap_or(1)) {
        let (mut tickets, mut events) = (Vec::new(), Vec::new());
        for n in from..plan.tickets.min(from + BATCH) {
            let (ticket, happened) = sower.ticket(n, plan);
            tickets.push(ticket);
            events.extend(happened);
        }
        let mut tx = desk.db.write().await?;
        let fresh = put(&mut tx, Rows::Tickets, &tickets).await?;
        // A batch that is there already has its history too.
        if fresh > 0 {
            put(&mut tx, Rows::Events, &events).await?;
        }
        tx.commit().await?;
        sown.tickets += fresh;
        told(fraction(plan.customers + from, all));
    }
    Ok(sown)
}

async fn put(tx: &mut db::Tx, rows: Rows, batch: &[Value]) -> db::Result<u64> {
    let json = serde_json::to_string(batch).map_err(|e| db::Error::Encode(e.into()))?;
    bulk::insert(tx, rows, &json).await
}

#[expect(
    clippy::cast_precision_loss,
    reason = "rows are counted in millions, a progress bar in percent"
)]
fn fraction(done: u64, all: u64) -> f64 {
    done as f64 / all.max(1) as f64
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::{
        contacts,
        testing::{both, people::reading},
        tickets::{self, Filter},
    };

    async fn everything(desk: &Desk) -> Vec<String> {
        let mut all = Vec::new();
        for sql in [
            "select id || name || account_number || email || city from customers order by id",
            "select value || customer_id from contact_identities order by value",
            "select id || number || customer_id || title || status from tickets order by id",
            "select number || customer_id || status from invoices order by number",
            "select ticket_id || kind || to_value from ticket_events order by 1",
        ] {
            let rows: Vec<String> = reading!(desk, |tx| db::run!(tx, |c| sqlx::query_scalar(sql)
                .fetch_all(c)
                .await)
            .unwrap());
            all.extend(rows);
        }
        all
    }

    #[tokio::test]
    async fn the_same_number_gives_the_same_data_once() {
        let plan = Plan {
            customers: 60,
            tickets: 300,
            seed: 7,
        };
        let mut seen = Vec::new();
        for (desk, _, _fresh) in both().await {
            let sown = sow(&desk, plan, |_| {}).await.unwrap();
            assert_eq!(
                (sown.customers, sown.tickets, sown.invoices),
                (60, 300, 120)
            );
            let data = everything(&desk).await;
            let again = sow(&desk, plan, |_| {}).await.unwrap();
            assert_eq!(again, Sown::default(), "nothing is new");
            assert_eq!(everything(&desk).await, data, "and nothing changed");
            let more = Plan { seed: 8, ..plan };
            assert_eq!(sow(&desk, more, |_| {}).await.unwrap().customers, 60);
            seen.push(data);
            let phone = "select value from contact_identities order by value limit 1";
            let phone: String = reading!(desk, |tx| db::run!(tx, |c| sqlx::query_scalar(phone)
                .fetch_one(c)
                .await)
            .unwrap());
            let parsed = contacts::parse_phone(&format!("+{phone}"), "ID");
            assert_eq!(parsed.as_ref(), Some(&phone), "numbers are valid ones");
            reading!(desk, |tx| {
                let customer = contacts::by_number(tx, &phone).await.unwrap().unwrap();
                let (_, total) = tickets::of_customer(tx, &customer.id, Filter::All, 0, 9)
                    .await
                    .unwrap();
                assert!(total > 0 || customer.name.contains(' '));
            });
        }
        assert!(seen[0] == seen[1], "on both databases");
    }
}
