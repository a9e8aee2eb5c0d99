//! One person's data: taken out whole, and erased so that nothing is left of it in the database, its files or the media folder.

use std::{path::Path, time::Duration};

use sapa_core::{
    accounts::{self, Changes, Contract},
    clock::Millis,
    contacts,
    invoices::{self, Invoice, Stored},
    people,
    staff::Role,
    tickets::{self, Actor},
};
use sapa_sandbox::Media;
use serde_json::{Value, json};
use sqlx::{Column as _, Row as _};

use super::ingress::on_both;
use crate::world::{Agent, Customer, World};

const SARI: &str = "6281234567890";
const TONO: &str = "6281234567891";

/// What Sari is known by, and what only she and the agent said to each other.
const HERS: [&str; 15] = [
    "Sari Wulandari",
    "6281234567890",
    "internet mati dari pagi",
    "lampu modemnya merah",
    "lampu modem saya",
    "teknisi berangkat jam tiga",
    "teknisi berangkat jam dua",
    "catatan: anjing galak",
    "sari@contoh.id",
    "Jalan Melati 7",
    "Sari W. Kusuma",
    "PLG-0001",
    "Peramban Sari",
    "masih menunggu kabar",
    "halo dari nomor lama",
];
/// What stays: it is Tono's.
const HIS: [&str; 3] = ["Tono Sudrajat", "6281234567891", "tagihan saya dobel"];

/// A customer with something of everything.
async fn known(world: &World, budi: &Agent<'_>) -> String {
    let sari = world.customer("Sari Wulandari", SARI);
    sari.says("halo dari nomor lama").await;
    let number = sari.opens_a_ticket("internet mati dari pagi").await;
    sari.says("lampu modemnya merah").await;
    sari.sends("photo", Media::photo(), Some("lampu modem saya"))
        .await;
    let answer = budi
        .replies("lampu modemnya merah", "teknisi berangkat jam dua")
        .await;
    budi.edits(answer, "teknisi berangkat jam tiga").await;
    budi.presses("Kirim koreksi").await;
    sari.reads();
    world.settle().await;
    on_account(world, &number).await;
    logs_in(world, &sari).await;
    number
}

/// What the business writes down, and a login.
async fn on_account(world: &World, number: &str) {
    let mut tx = world.desk.db.write().await.expect("a transaction");
    let mut act = world.desk.act(&mut tx);
    let sari = contacts::by_number(act.tx, SARI).await.expect("a look-up");
    let sari = sari.expect("a customer").id;
    let contract = Contract {
        account_number: Some("PLG-0001".into()),
        full_name: Some("Sari W. Kusuma".into()),
        monthly_price: Some(25_000_000),
        currency: Some("IDR".into()),
        ..Contract::default()
    };
    accounts::set_contract(&mut act, &sari, &contract)
        .await
        .expect("it is written");
    let changes = Changes {
        email: Some("sari@contoh.id".into()),
        address: Some("Jalan Melati 7".into()),
        ..Changes::default()
    };
    accounts::change(&mut act, &sari, &changes)
        .await
        .expect("it is written");
    let invoice = Invoice {
        id: act.id(),
        number: "INV-1".into(),
        customer_id: sari.clone(),
        amount: 25_000_000,
        currency: "IDR".into(),
        status: Stored::Pending,
        issued_at: Millis(act.now.0 - 864_000_000),
        due_at: act.now,
        paid_at: None,
    };
    invoices::add(&mut act, &invoice).await.expect("an invoice");
    let ticket = tickets::by_number(act.tx, number).await.expect("a look-up");
    let ticket = ticket.expect("a ticket");
    tickets::note(&mut act, &ticket, &Actor::System, "catatan: anjing galak")
        .await
        .expect("a note");
    drop(act);
    tx.commit().await.expect("a commit");
}

/// She has come into the portal with this browser.
async fn logs_in(world: &World, sari: &Customer<'_>) {
    let client = reqwest::Client::builder()
        .user_agent("Peramban Sari")
        .build();
    let client = client.expect("a client");
    let post = async |path: &str, body: Value| {
        let url = format!("{}/api/customer-portal/{path}", world.address);
        let answer = client
            .post(url)
            .json(&body)
            .send()
            .await
            .expect("an answer");
        answer.json::<Value>().await.expect("JSON")
    };
    let challenge = post("request-otp", json!({ "phone": SARI })).await;
    world.settle().await;
    let words = sari.last();
    let mut groups = words.split(|c: char| !c.is_ascii_digit());
    let code = groups.find(|group| group.len() == 6).expect("a code");
    let id = &challenge["challenge_id"];
    let entered = post("verify-otp", json!({ "challenge_id": id, "code": code })).await;
    assert!(entered["token"].is_string(), "{entered}");
}

/// Everything that the database and its files hold, as one text.
async fn everything(world: &World) -> String {
    let mut all = String::new();
    for entry in std::fs::read_dir(world.folder.path()).expect("the folder") {
        let path = entry.expect("an entry").path();
        if path.is_file() {
            all.push_str(&printable(&std::fs::read(path).expect("a file")));
        }
    }
    if world.url.starts_with("postgres") {
        all.push_str(&dump(&world.url).await);
    }
    all
}

fn printable(bytes: &[u8]) -> String {
    String::from_utf8_lossy(bytes).into_owned()
}

/// Every column of every row of every table on PostgreSQL.
async fn dump(url: &str) -> String {
    let server = sqlx::PgPool::connect(url).await.expect("the server");
    let tables: Vec<String> = sqlx::query_scalar(
        "select table_name::text from information_schema.tables where table_schema = 'public'",
    )
    .fetch_all(&server)
    .await
    .expect("the tables");
    assert!(tables.len() > 20, "{tables:?}");
    let mut all = String::new();
    for table in tables {
        // Bytes as letters: what is in a payload is looked for too.
        let columns = sqlx::query(sqlx::AssertSqlSafe(format!(
            "select * from {table} limit 1"
        )))
        .fetch_optional(&server)
        .await
        .expect("a row");
        let Some(columns) = columns else { continue };
        let told: Vec<String> = columns
            .columns()
            .iter()
            .map(|column| match column.type_info().to_string().as_str() {
                "BYTEA" => format!("encode({}, 'escape')", column.name()),
                _ => format!("{}::text", column.name()),
            })
            .collect();
        let rows = sqlx::query(sqlx::AssertSqlSafe(format!(
            "select concat_ws(' ', {}) from {table}",
            told.join(", ")
        )))
        .fetch_all(&server)
        .await
        .expect("the rows");
        for row in rows {
            all.push_str(&row.get::<String, _>(0));
            all.push('\n');
        }
    }
    server.close().await;
    all
}

fn files_in(folder: &Path) -> usize {
    std::fs::read_dir(folder).map_or(0, Iterator::count)
}

#[test]
fn nothing_is_left_of_who_was_erased() {
    on_both(async |world| {
        let budi = world.agent("Budi").await;
        let dewi = world.invited("Dewi", Role::Admin, None).await;
        let tono = world.customer("Tono Sudrajat", TONO);
        tono.says("tagihan saya dobel").await;
        tono.taps("Bicara").await;
        let number = known(world, &budi).await;
        budi.says("/tickets").await;
        world.advance(Duration::from_hours(30)).await;
        budi.replies("lampu modemnya merah", "masih menunggu kabar")
            .await;
        let before = everything(world).await;
        for mark in HERS.iter().chain(&HIS) {
            assert!(before.contains(mark), "{mark} is to be found before");
        }
        let media = world.folder.path().join("media");
        assert_eq!(files_in(&media), 1);

        dewi.says("/erase 0812-3456-7890").await;
        let asked = dewi.last();
        assert!(
            asked.contains("Sari Wulandari (+62 812-3456-7890)"),
            "{asked}"
        );
        assert!(asked.contains("1 nomor tiket dan 1 tagihan"), "{asked}");
        assert!(
            asked.contains("Tiket yang masih terbuka akan dibatalkan: 1"),
            "{asked}"
        );
        dewi.presses("Hapus selamanya").await;
        world.advance(Duration::from_mins(1)).await;
        assert!(dewi.last().starts_with("Selesai"), "{}", dewi.last());

        let after = everything(world).await;
        for mark in HERS.into_iter().chain(["812-3456-7890"]) {
            assert!(
                !after.contains(mark),
                "{mark} is left: {}",
                around(&after, mark)
            );
        }
        for mark in HIS {
            assert!(after.contains(mark), "{mark} is Tono's");
        }
        assert_eq!(files_in(&media), 0);
        ledger(world, &number).await;
        let card = card_of(&budi, &number);
        assert!(card.contains("Pelanggan yang datanya dihapus"), "{card}");
        afterwards(world, &dewi, &number).await;
    });
}

fn around(text: &str, mark: &str) -> String {
    let at = text.find(mark).unwrap_or_default();
    let from = text.floor_char_boundary(at.saturating_sub(300));
    let to = text.ceil_char_boundary((at + 200).min(text.len()));
    text[from..to].to_owned()
}

/// A ticket's card in an agent's chat, as it reads now.
fn card_of(budi: &Agent<'_>, number: &str) -> String {
    let chat = budi.heard();
    let card = chat.iter().find(|m| m.words().starts_with(number));
    card.expect("a card").words()
}

/// What the business must be able to account for is there, without a word.
async fn ledger(world: &World, number: &str) {
    let mut tx = world.desk.db.read().await.expect("a transaction");
    let ticket = tickets::by_number(&mut tx, number)
        .await
        .expect("a look-up");
    let ticket = ticket.expect("the ticket is still there");
    assert_eq!(ticket.status, tickets::Status::Cancelled);
    assert_eq!((&*ticket.title, &*ticket.description), ("", ""));
    let person = people::by_id(&mut tx, &ticket.customer_id).await;
    let person = person.expect("a look-up").expect("the row");
    assert_eq!(person.name, "–");
    assert!(person.erased_at.is_some());
    let left = people::extent(&mut tx, &person.id).await.expect("a count");
    assert!(left.messages > 5, "{left:?}");
    assert_eq!((left.files, left.sessions, left.invoices), (0, 0, 1));
    assert!(
        contacts::by_id(&mut tx, &person.id)
            .await
            .expect("a look-up")
            .is_none()
    );
}

/// Who was erased is found no more, and is somebody new when they write again.
async fn afterwards(world: &World, dewi: &Agent<'_>, number: &str) {
    dewi.says("/erase 0812-3456-7890").await;
    assert!(
        dewi.last().starts_with("Tidak ada pelanggan"),
        "{}",
        dewi.last()
    );
    for command in ["/erase", "/export"] {
        dewi.says(&format!("{command} {number}")).await;
        assert!(
            dewi.last().starts_with("Data pelanggan itu sudah dihapus"),
            "{}",
            dewi.last()
        );
    }
    let sari = world.known_customer("Sari Wulandari", SARI);
    sari.says("halo").await;
    assert!(sari.last().contains("Halo"), "{}", sari.last());
    let mut tx = world.desk.db.read().await.expect("a transaction");
    let new = contacts::by_number(&mut tx, SARI).await.expect("a look-up");
    let new = new.expect("a new customer");
    let (_, count) = tickets::of_customer(&mut tx, &new.id, tickets::Filter::All, 0, 9)
        .await
        .expect("a look-up");
    assert_eq!(count, 0);
}

#[test]
fn everything_about_a_person_is_told_to_who_may_ask() {
    on_both(async |world| {
        let budi = world.agent("Budi").await;
        let dewi = world.invited("Dewi", Role::Admin, None).await;
        let number = known(world, &budi).await;
        dewi.says(&format!("/export {number}")).await;
        let sent = dewi.heard().into_iter().rev().find_map(|m| m.media);
        let sent = sent.expect("a document");
        let name = sent.filename.expect("a name");
        let ending = Path::new(&name).extension();
        assert!(
            name.starts_with("data-") && ending == Some("json".as_ref()),
            "{name}"
        );
        let told: Value = serde_json::from_slice(&sent.bytes).expect("JSON");
        assert_eq!(told["format"], "sapa.person.1");
        assert_eq!(told["customer"]["email"], "sari@contoh.id");
        assert_eq!(told["identities"][0]["value"], SARI);
        assert_eq!(told["tickets"][0]["number"], number.as_str());
        assert_eq!(told["invoices"][0]["number"], "INV-1");
        assert_eq!(told["portal_sessions"][0]["agent"], "Peramban Sari");
        let words = told.to_string();
        for hers in [
            "lampu modemnya merah",
            "teknisi berangkat jam tiga",
            "catatan: anjing galak",
        ] {
            assert!(words.contains(hers), "{hers}");
        }
        let photo = told["files"][0]["data"]
            .as_str()
            .expect("the photo's bytes");
        assert!(
            photo.len() > 60 && told["files"][0]["mime"] == "image/png",
            "{photo:.40}"
        );
        assert!(
            !words.contains("Budi"),
            "colleagues are not hers to be told of"
        );

        let media = world.folder.path().join("media");
        assert_eq!(files_in(&media), 2, "the photo and the document");
        world.advance(Duration::from_hours(25)).await;
        assert_eq!(files_in(&media), 1, "the document is kept for a day");
    });
}

#[test]
fn only_who_may_and_only_when_asked_twice() {
    on_both(async |world| {
        let budi = world.agent("Budi").await;
        let dewi = world.invited("Dewi", Role::Admin, None).await;
        let number = known(world, &budi).await;
        for command in ["/erase 081234567890", "/export 081234567890"] {
            budi.says(command).await;
            assert!(budi.last().contains("bukan untuk"), "{}", budi.last());
        }
        for (command, told) in [
            ("/erase", "Data siapa yang dihapus?"),
            ("/export", "Data siapa yang diambil?"),
            ("/erase 0811 1111 1111", "Tidak ada pelanggan"),
            ("/erase TKT-00000000", "Tidak ada pelanggan"),
            ("/export nobody", "Tidak ada pelanggan"),
        ] {
            dewi.says(command).await;
            assert!(dewi.last().starts_with(told), "{command}: {}", dewi.last());
        }
        dewi.says(&format!("/erase {number}")).await;
        dewi.presses("Batal").await;
        world.advance(Duration::from_mins(1)).await;
        let mut tx = world.desk.db.read().await.expect("a transaction");
        let sari = contacts::by_number(&mut tx, SARI).await.expect("a look-up");
        assert_eq!(sari.expect("she is still here").name, "Sari Wulandari");
    });
}
