//! Long lists on the pages: tickets found by filters and words, customers by name and number, each list a page at a time; and one customer
//! from the first line in the book to the last.

use std::collections::BTreeSet;

use reqwest::StatusCode;
use sapa_core::{
    contacts::{self, Identity},
    staff::Role,
    tickets::{self, NewTicket, Priority},
};

use super::{
    Browser,
    forms::{details, page_of},
    logged_in,
};
use crate::{stories::ingress::on_both, world::World};

/// A customer's numbers begin with this.
const NUMBERS: &str = "62812000";
const TICKETS: &str = "/admin/tickets";

/// So many customers, each with a ticket, the later the newer; the tickets' numbers.
async fn many(world: &World, count: usize) -> Vec<String> {
    let mut numbers = Vec::new();
    for n in 0..count {
        let mut tx = world.desk.db.write().await.expect("a transaction");
        let mut act = world.desk.act(&mut tx);
        let identity = Identity {
            wa_id: Some(format!("{NUMBERS}{n:05}")),
            user_id: None,
        };
        let name = format!("Pelanggan {n:03}");
        let met = contacts::meet(&mut act, &identity, Some(&name)).await;
        let urgent = n % 10 == 0;
        let new = NewTicket {
            customer_id: met.expect("a customer").customer.id,
            conversation_id: None,
            type_id: if n % 2 == 0 { "repair" } else { "upgrade" }.to_owned(),
            priority: if urgent {
                Priority::Urgent
            } else {
                Priority::Normal
            },
            title: format!("lampu merah {n:03}"),
            description: "sejak pagi".to_owned(),
            message_ids: Vec::new(),
        };
        let ticket = tickets::open(&mut act, new).await.expect("a ticket");
        numbers.push(ticket.number);
        drop(act);
        tx.commit().await.expect("a commit");
    }
    numbers
}

/// What a page of a list leads to.
fn led_to(text: &str, below: &str) -> BTreeSet<String> {
    let mark = format!("<td><a href=\"{below}/");
    let links = text.split(&mark).skip(1);
    let links = links.filter_map(|rest| rest.split('"').next());
    links.map(str::to_owned).collect()
}

/// All pages of a list, one after the other.
async fn through(browser: &Browser<'_>, list: &str, below: &str) -> Vec<BTreeSet<String>> {
    let (mut pages, mut address) = (Vec::new(), list.to_owned());
    loop {
        let page = browser.get(&address).await;
        assert_eq!(page.status, StatusCode::OK, "{address}: {}", page.text);
        pages.push(led_to(&page.text, below));
        let older = page.text.split(">Yang lebih lama</a>").next();
        let older = older.filter(|before| before.len() < page.text.len());
        let Some(next) = older.and_then(|before| before.rsplit("href=\"").next()) else {
            return pages;
        };
        let next = next.split('"').next().expect("an address");
        address = next.replace("&#38;", "&");
        assert!(pages.len() < 9, "it does not end");
    }
}

/// Everything that a list of tickets leads to.
async fn found(browser: &Browser<'_>, query: &str) -> BTreeSet<String> {
    let list = format!("{TICKETS}?{query}");
    let pages = through(browser, &list, TICKETS).await;
    pages.into_iter().flatten().collect()
}

#[test]
fn tickets_are_listed_a_page_at_a_time() {
    on_both(async |world| {
        let dewi = world.invited("Dewi", Role::Admin, None).await;
        let numbers = many(world, 120).await;
        let browser = logged_in(world, &dewi).await;
        let pages = through(&browser, "/admin/tickets?group=all", TICKETS).await;
        let sizes: Vec<_> = pages.iter().map(BTreeSet::len).collect();
        assert_eq!(sizes, [50, 50, 20]);
        let (newest, oldest) = (&numbers[119], &numbers[0]);
        assert!(
            pages[0].contains(newest) && pages[2].contains(oldest),
            "newest first"
        );
        let seen: BTreeSet<_> = pages.into_iter().flatten().collect();
        let all: BTreeSet<_> = numbers.iter().cloned().collect();
        assert_eq!(seen, all, "each once");
        // The filters go along to the next page.
        let filtered = "/admin/tickets?group=open&type=repair&q=lampu+merah";
        let pages = through(&browser, filtered, TICKETS).await;
        let sizes: Vec<_> = pages.iter().map(BTreeSet::len).collect();
        assert_eq!(sizes, [50, 10]);
    });
}

#[test]
fn tickets_are_found_by_filters_and_words() {
    on_both(async |world| {
        let dewi = world.invited("Dewi", Role::Admin, None).await;
        let numbers = many(world, 20).await;
        let browser = logged_in(world, &dewi).await;
        let only = |n: usize| BTreeSet::from([numbers[n].clone()]);
        let urgent = BTreeSet::from([numbers[0].clone(), numbers[10].clone()]);
        assert_eq!(found(&browser, "priority=urgent").await, urgent);
        let none = "priority=urgent&type=upgrade";
        assert_eq!(found(&browser, none).await, BTreeSet::new());
        assert_eq!(found(&browser, "q=merah+007").await, only(7));
        assert_eq!(found(&browser, "q=Pelanggan+011").await, only(11));
        let by_number = format!("q={}", numbers[3]);
        assert_eq!(found(&browser, &by_number).await, only(3));
        // One is done: it goes from one group to the other.
        cancels(&browser, &numbers[5]).await;
        assert_eq!(found(&browser, "group=done").await, only(5));
        assert!(!found(&browser, "").await.contains(&numbers[5]));
        for odd in ["group=mine", "priority=most", "after=x", "page=2"] {
            let got = browser.get(&format!("{TICKETS}?{odd}")).await;
            assert_eq!(got.status, StatusCode::BAD_REQUEST, "{odd}");
        }
        let none = browser.get("/admin/tickets?q=tidak+ada+itu").await.text;
        assert!(
            none.contains("Tidak ada tiket yang cocok") && none.contains("Hapus saringan"),
            "{none}"
        );
    });
}

/// Takes a ticket and cancels it.
async fn cancels(browser: &Browser<'_>, number: &str) {
    let page = format!("{TICKETS}/{number}");
    browser.fills(&page, &format!("{page}/take"), &[]).await;
    let end = [("status", "cancelled"), ("note", "")];
    let ended = browser.fills(&page, &format!("{page}/status"), &end).await;
    assert_eq!(
        ended.place,
        format!("{page}?done=changed"),
        "{}",
        ended.text
    );
}

#[test]
fn customers_are_found_by_name_and_number_a_page_at_a_time() {
    on_both(async |world| {
        let dewi = world.invited("Dewi", Role::Admin, None).await;
        many(world, 55).await;
        let browser = logged_in(world, &dewi).await;
        let customers = "/admin/customers";
        let pages = through(&browser, customers, customers).await;
        let sizes: Vec<_> = pages.iter().map(BTreeSet::len).collect();
        assert_eq!(sizes, [50, 5]);
        for (words, found) in [
            ("pelanggan+01", 10),
            ("0812-000-00042", 1),
            ("tidak+ada", 0),
        ] {
            let list = format!("{customers}?q={words}");
            let pages = through(&browser, &list, customers).await;
            assert_eq!(
                pages.iter().map(BTreeSet::len).sum::<usize>(),
                found,
                "{words}"
            );
        }
    });
}

#[test]
fn a_customer_is_written_down_changed_and_taken_out() {
    on_both(async |world| {
        let dewi = world.invited("Dewi", Role::Admin, None).await;
        let browser = logged_in(world, &dewi).await;
        let (book, number) = ("/admin/customers", "6281234567890");
        let new = [("name", "Sari"), ("phone", "0812-3456-7890")];
        let added = browser.fills("/admin/customers/new", book, &new).await;
        let page = page_of(world, number).await;
        assert_eq!(added.place, format!("{page}?done=added"), "{}", added.text);
        let taken = browser.fills("/admin/customers/new", book, &new).await;
        assert!(
            taken.text.contains(&format!("href=\"{page}\"")),
            "to who has it: {}",
            taken.text
        );
        let done = browser
            .fills(&page, &page, &details("A-77", "250000", "Bandung"))
            .await;
        assert_eq!(done.place, format!("{page}?done=changed"), "{}", done.text);
        for words in ["A-77", "sari+wulandari"] {
            let found = browser.get(&format!("{book}?q={words}")).await.text;
            assert!(
                found.contains(&page) && found.contains("Bandung"),
                "{words}: {found}"
            );
        }
        // Not while somebody has to see to something of theirs.
        let sari = world.customer("Sari", number);
        let ticket = sari.opens_a_ticket("internet mati").await;
        let remove = format!("{page}/remove");
        let refused = browser.fills(&page, &remove, &[]).await;
        assert_eq!(refused.status, StatusCode::UNPROCESSABLE_ENTITY);
        assert!(
            refused.text.contains("Masih ada tiket terbuka"),
            "{}",
            refused.text
        );
        cancels(&browser, &ticket).await;
        let removed = browser.fills(&page, &remove, &[]).await;
        assert_eq!(
            removed.place, "/admin/customers?done=removed",
            "{}",
            removed.text
        );
        assert_eq!(browser.get(&page).await.status, StatusCode::NOT_FOUND);
        assert!(
            !browser
                .get(&format!("{book}?q=sari"))
                .await
                .text
                .contains(&page)
        );
        world.settle().await;
        sari.says("halo").await;
        assert_ne!(
            page_of(world, number).await,
            page,
            "whoever writes is somebody new"
        );
    });
}
