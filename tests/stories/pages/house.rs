//! Ticket types, settings and one customer's data, on the pages: seen, changed, refused.

use sapa_core::{contacts, people, staff::Role, tickets};
use serde_json::Value;

use super::super::ingress::on_both;
use super::*;

const SARI: &str = "6281234567890";

#[test]
fn settings_are_changed_where_they_are_seen() {
    on_both(async |world| {
        let dewi = world.invited("Dewi", Role::Admin, None).await;
        let browser = logged_in(world, &dewi).await;
        let page = "/admin/settings";
        let seen = browser.get(page).await.text;
        assert!(
            seen.contains("Asia/Jakarta") && seen.contains("Nama usaha"),
            "{seen}"
        );
        let zone = "/admin/settings/time-zone";
        let refused = browser.fills(page, zone, &[("value", "Mars/Base")]).await;
        assert_eq!(refused.status, StatusCode::UNPROCESSABLE_ENTITY);
        assert!(refused.text.contains("Mars/Base") && refused.text.contains("aria-invalid"));
        let name = "/admin/settings/name";
        let changed = browser
            .fills(page, name, &[("value", "Kopi <Senja>")])
            .await;
        assert_eq!(changed.place, "/admin/settings?done=changed");
        let seen = browser.get(&changed.place).await.text;
        assert!(
            seen.contains("Kopi &#60;Senja&#62;"),
            "on the very next page: {seen}"
        );
        let language = "/admin/settings/locale";
        let refused = browser.fills(page, language, &[("value", "fr")]).await;
        assert!(
            refused.text.contains("wrong-locale")
                && refused.text.contains("<option value=\"id\" selected>"),
            "{}",
            refused.text
        );
        let changed = browser.fills(page, language, &[("value", "en")]).await;
        let seen = browser.get(&changed.place).await.text;
        let chosen = "<option value=\"en\" selected>English</option>";
        assert!(seen.contains(chosen), "{seen}");
        let audit = browser.get("/admin/audit").await.text;
        assert!(
            audit.contains("setting.changed") || audit.contains("Kopi"),
            "{audit}"
        );
        let foreign = browser.post(name, &[("value".into(), "x".into())]).await;
        assert_eq!(
            foreign.status,
            StatusCode::FORBIDDEN,
            "without the form's token"
        );
        let unknown = browser
            .fills(page, name, &[("value", "x"), ("more", "y")])
            .await;
        assert_eq!(unknown.status, StatusCode::UNPROCESSABLE_ENTITY);
    });
}

/// A whole form for a type.
pub(super) fn form<'f>(id: &'f str, high: &'f str) -> [(&'f str, &'f str); 9] {
    [
        ("name_id", id),
        ("name_en", ""),
        ("keywords", "antar, kirim paket\nkurir"),
        ("team", ""),
        ("low", ""),
        ("normal", ""),
        ("high", high),
        ("urgent", ""),
        ("position", "9"),
    ]
}

#[test]
fn ticket_types_are_looked_after() {
    on_both(async |world| {
        let dewi = world.invited("Dewi", Role::Admin, None).await;
        let sari = world.customer("Sari", SARI);
        sari.opens_a_ticket("internet mati").await;
        let browser = logged_in(world, &dewi).await;
        let (new, all) = ("/admin/types/new", "/admin/types");
        for (name, high, why) in [
            ("", "", "Isi namanya"),
            ("Perbaikan", "", "sudah dipakai"),
            ("Antar", "0", "Batas waktu"),
        ] {
            let refused = browser.fills(new, all, &form(name, high)).await;
            assert_eq!(refused.status, StatusCode::UNPROCESSABLE_ENTITY, "{name}");
            assert!(refused.text.contains(why), "{why}: {}", refused.text);
        }
        let added = browser.fills(new, all, &form("Antar Barang", "90")).await;
        assert_eq!(added.place, "/admin/types?done=changed");
        let list = browser.get(all).await.text;
        let link = list
            .split("href=\"")
            .find(|part| part.contains(">Antar Barang<"));
        let link = link
            .and_then(|part| part.split('"').next())
            .expect("a link")
            .to_owned();
        let changed = browser
            .fills(&link, &link, &form("Pengantaran", "60"))
            .await;
        assert_eq!(changed.place, format!("{link}?done=changed"));
        let one = browser.get(&link).await.text;
        assert!(
            one.contains("antar, kirim paket, kurir") && one.contains("value=\"60\""),
            "{one}"
        );
        let switch = format!("{link}/switch");
        browser.fills(&link, &switch, &[("active", "false")]).await;
        assert!(browser.get(&link).await.text.contains("Tawarkan lagi"));
        let removed = browser.fills(&link, &format!("{link}/remove"), &[]).await;
        assert_eq!(removed.place, "/admin/types?done=removed");
        assert_eq!(browser.get(&link).await.status, StatusCode::NOT_FOUND);
        let used = browser.get("/admin/types/repair").await.text;
        assert!(
            used.contains("tidak bisa dihapus") && !used.contains("/remove\""),
            "{used}"
        );
        let mut tx = world.desk.db.read().await.expect("a transaction");
        let kinds = tickets::types(&mut tx).await.expect("the types");
        assert!(kinds.iter().any(|kind| kind.id == "repair"));
    });
}

#[test]
fn one_customers_data_are_taken_out_and_erased() {
    on_both(async |world| {
        let dewi = world.invited("Dewi", Role::Admin, None).await;
        let sari = world.customer("Sari Wulandari", SARI);
        sari.opens_a_ticket("internet mati dari pagi").await;
        let browser = logged_in(world, &dewi).await;
        let id = {
            let mut tx = world.desk.db.read().await.expect("a transaction");
            let sari = contacts::by_number(&mut tx, SARI).await.expect("a look-up");
            sari.expect("a customer").id
        };
        let page = format!("/admin/customers/{id}");
        let told = browser.fills(&page, &format!("{page}/data"), &[]).await;
        assert_eq!(told.status, StatusCode::OK);
        let told: Value = serde_json::from_str(&told.text).expect("JSON");
        assert_eq!(told["customer"]["name"], "Sari Wulandari");
        let erase = format!("{page}/erase");
        let asked = browser.get(&erase).await.text;
        assert!(
            asked.contains("Hapus semua data Sari Wulandari?"),
            "{asked}"
        );
        assert!(asked.contains("1 nomor tiket"), "{asked}");
        let foreign = browser.post(&erase, &[]).await;
        assert_eq!(foreign.status, StatusCode::FORBIDDEN);
        let erased = browser.fills(&erase, &erase, &[]).await;
        assert_eq!(erased.place, "/admin/customers?done=erasing");
        world.settle().await;
        assert!(dewi.last().starts_with("Selesai"), "{}", dewi.last());
        for gone in [&page, &erase] {
            assert_eq!(browser.get(gone).await.status, StatusCode::NOT_FOUND);
        }
        let mut tx = world.desk.db.read().await.expect("a transaction");
        let person = people::by_id(&mut tx, &id).await.expect("a look-up");
        assert!(person.expect("the row").erased_at.is_some());
    });
}

#[test]
fn who_may_not_sees_none_of_it() {
    on_both(async |world| {
        let budi = world.agent("Budi").await;
        let sari = world.customer("Sari", SARI);
        sari.says("halo").await;
        let browser = logged_in(world, &budi).await;
        let id = {
            let mut tx = world.desk.db.read().await.expect("a transaction");
            let sari = contacts::by_number(&mut tx, SARI).await.expect("a look-up");
            sari.expect("a customer").id
        };
        for page in ["/admin/settings", "/admin/types", "/admin/types/repair"] {
            assert_eq!(
                browser.get(page).await.status,
                StatusCode::FORBIDDEN,
                "{page}"
            );
        }
        let erase = format!("/admin/customers/{id}/erase");
        assert_eq!(browser.get(&erase).await.status, StatusCode::FORBIDDEN);
        let page = browser.get(&format!("/admin/customers/{id}")).await.text;
        assert!(
            !page.contains("/erase") && !page.contains("/data"),
            "{page}"
        );
    });
}
