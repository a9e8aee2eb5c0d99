//! The main dialogues in both languages, so that their wording can be read in one place (`snapshots/`).

use super::*;

fn both(name: &str, talk: impl Fn(&mut Talk, Locale)) {
    for locale in Locale::ALL {
        let mut told = Talk::new(locale);
        talk(&mut told, locale);
        insta::assert_snapshot!(format!("{name}-{}", locale.code()), told.log);
    }
}

/// The Indonesian or the English of two texts.
fn either<'t>(locale: Locale, id: &'t str, en: &'t str) -> &'t str {
    if locale == Locale::Id { id } else { en }
}

#[test]
fn the_short_way() {
    both("short-way", |talk, locale| {
        talk.says(either(
            locale,
            "internet mati dari pagi",
            "the internet is down since this morning",
        ));
        talk.taps(either(locale, "Buat tiket", "Open a ticket"))
            .taps(either(locale, "Perbaikan", "Repair"));
        talk.taps(either(locale, "Tinggi", "High"))
            .sends(FileKind::Photo, "");
        talk.says(either(locale, "ok kirim", "ok send it"));
    });
}

#[test]
fn the_long_way() {
    both("long-way", |talk, locale| {
        talk.says(either(locale, "Selamat pagi kak", "Good morning"));
        talk.taps(either(locale, "Buat tiket", "Open a ticket"))
            .says("2")
            .says(either(locale, "normal aja", "normal please"));
        talk.says(either(
            locale,
            "Modem kedip merah. Sudah saya restart.",
            "The modem blinks red. I have restarted it.",
        ));
        talk.taps(either(locale, "Ubah", "Change")).taps(either(
            locale,
            "Ubah prioritas",
            "Change priority",
        ));
        talk.taps(either(locale, "Rendah", "Low"));
        talk.agent = None;
        talk.taps(either(locale, "Kirim tiket", "Send ticket"));
    });
}

#[test]
fn crooked_ways() {
    both("crooked", |talk, locale| {
        talk.says(either(locale, "internet mati", "internet down"));
        talk.taps(either(locale, "Buat tiket", "Open a ticket"))
            .says(either(locale, "perbaikn", "repiar"));
        talk.says(either(locale, "iyaa", "yup")).says(either(
            locale,
            "yg cepet dong",
            "as fast as you can",
        ));
        talk.sends_sticker()
            .says("???")
            .taps(either(locale, "Lanjutkan", "Go on"));
        talk.says(either(locale, "gak", "no"))
            .says(either(locale, "tinggi", "high"));
        talk.says(either(locale, "apakah ini bot?", "are you a bot?"))
            .waits(45);
        talk.says(either(locale, "lampunya merah", "the light is red"))
            .taps(either(locale, "Lanjutkan", "Go on"));
        talk.says(either(locale, "batal", "cancel"));
    });
}

#[test]
fn my_tickets() {
    both("my-tickets", |talk, locale| {
        talk.says(either(locale, "tiket saya", "my tickets"))
            .taps("Menu");
        talk.view.tickets = vec![
            a_ticket(
                "TKT-7K3M9QXA",
                Status::InProgress,
                "internet mati dari pagi",
            ),
            a_ticket("TKT-2B3C4D5E", Status::Closed, "tagihan dobel"),
        ];
        talk.says("2").taps("TKT-7K3M9QXA");
        talk.says(either(
            locale,
            "kapan selesai ya kira-kira?",
            "when will it be done?",
        ));
        talk.taps(either(locale, "Ya, tambahkan", "Yes, add it"))
            .sends(FileKind::Photo, "");
        talk.taps(either(locale, "Lihat tiket", "See the ticket"))
            .says(either(locale, "tutup tiket", "close ticket"));
        talk.taps(either(locale, "Ya, tutup", "Yes, close it"));
    });
}

#[test]
fn a_person() {
    both("person", |talk, locale| {
        talk.says(either(locale, "tagihan saya aneh", "my bill is odd"))
            .says(either(locale, "mau bicara dgn orang dong", "human please"));
        talk.view.with = With::Agent {
            name: "Budi Santoso".into(),
            ticket: None,
        };
        talk.says(either(locale, "halo pak", "hello sir"))
            .says("menu")
            .taps(either(locale, "Lanjut", "Stay"));
        talk.says("Menu").taps(either(locale, "Akhiri", "End it"));
        talk.view.with = With::Bot;
        talk.agent = None;
        talk.says("cs");
        talk.view.with = With::Queue {
            since: NOW,
            ticket: None,
        };
        talk.says(either(locale, "ini soal tagihan", "it is about my bill"))
            .says(either(locale, "halo?", "hello?"))
            .says("menu");
    });
}

#[test]
fn languages() {
    both("language", |talk, locale| {
        talk.says("halo").taps(either(locale, "Bahasa", "Language"));
        talk.taps(either(locale, "English", "Bahasa Indonesia"));
        talk.says(either(locale, "bahasa indonesia", "english"));
    });
}
