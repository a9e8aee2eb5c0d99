//! What people type, in tables.

use super::*;
use crate::flows::{
    spelling,
    understand::{self, Picked, Wish},
};

#[test]
fn numbers() {
    for (text, number) in [
        ("2", Some(2)),
        (" 2. ", Some(2)),
        ("2️⃣", Some(2)),
        ("２", Some(2)),
        ("#2", Some(2)),
        ("no 2", Some(2)),
        ("Nomor 2", Some(2)),
        ("pilihan dua", Some(2)),
        ("dua", Some(2)),
        ("yang kedua", Some(2)),
        ("yg ke 2", Some(2)),
        ("ke-2", Some(2)),
        ("two", Some(2)),
        ("the second", Some(2)),
        ("option 2!", Some(2)),
        ("10", Some(10)),
        ("no", None),
        ("2 orang", None),
        ("0812", None),
        ("", None),
        ("internet", None),
    ] {
        assert_eq!(spelling::number(text), number, "{text:?}");
    }
}

#[test]
fn yes_and_no() {
    let view = view(Locale::Id);
    for (text, answer) in [
        ("ya", Some(true)),
        ("Iya", Some(true)),
        ("iyaa", Some(true)),
        ("YAAA", Some(true)),
        ("y", Some(true)),
        ("ok", Some(true)),
        ("Oke!", Some(true)),
        ("okee 👍", Some(true)),
        ("sip", Some(true)),
        ("boleh", Some(true)),
        ("mau dong", Some(true)),
        ("yes please", Some(true)),
        ("sure", Some(true)),
        ("gak", Some(false)),
        ("nggak", Some(false)),
        ("ga usah", Some(false)),
        ("tidak", Some(false)),
        ("Tdk", Some(false)),
        ("jangan dulu", Some(false)),
        ("no", Some(false)),
        ("No, thanks", Some(false)),
        ("tidak ya", Some(false)),
        ("ya tidak", None),
        ("boleh tidak?", None),
        ("internet mati", None),
        ("ya internetnya mati", None),
        ("👍", None),
        ("", None),
    ] {
        assert_eq!(understand::yes_or_no(text, &view), answer, "{text:?}");
    }
}

#[test]
fn wishes() {
    let view = view(Locale::Id);
    for (text, wish) in [
        ("MENU", Some(Wish::Menu)),
        (" menu. ", Some(Wish::Menu)),
        ("batal", Some(Wish::Cancel)),
        ("gak jadi deh", Some(Wish::Cancel)),
        ("cancel", Some(Wish::Cancel)),
        ("orang", Some(Wish::Person)),
        ("mau bicara dgn petugas", Some(Wish::Person)),
        ("CS dong", Some(Wish::Person)),
        ("I want to talk to a human", Some(Wish::Person)),
        ("agent", Some(Wish::Person)),
        ("ada orang memotong kabel saya", None),
        ("apakah ini bot?", Some(Wish::IsItABot)),
        ("kamu robot ya", Some(Wish::IsItABot)),
        ("are you a bot", Some(Wish::IsItABot)),
        ("bot telegram saya rusak", None),
        ("English", Some(Wish::Speak(Locale::En))),
        ("bahasa indonesia", Some(Wish::Speak(Locale::Id))),
        ("ganti bahasa", Some(Wish::Language)),
        ("tiket saya", Some(Wish::Mine)),
        ("cek tiket saya dong", Some(Wish::Mine)),
        ("buat tiket", Some(Wish::Ticket)),
        ("mau lapor kak", Some(Wish::Ticket)),
        ("makasih ya kak", Some(Wish::Thanks)),
        ("Halo", Some(Wish::Greeting)),
        ("Selamat pagi", Some(Wish::Greeting)),
        ("haloooo kak", Some(Wish::Greeting)),
        ("p", Some(Wish::Greeting)),
        ("Good morning", Some(Wish::Greeting)),
        ("halo internet saya mati", None),
        ("selamat pagi internet mati", None),
        ("👍", Some(Wish::Nod)),
        ("internet mati dari pagi", None),
    ] {
        assert_eq!(understand::wish(text, &view), wish, "{text:?}");
    }
}

#[test]
fn choices_are_picked_by_number_label_name_and_id_and_never_by_likeness() {
    let view = view(Locale::Id);
    let choices = [
        Choice::new("ticket:prio:low#A", "Rendah - 48 jam"),
        Choice::new("ticket:prio:normal#A", "Normal - 24 jam"),
        Choice::new("ticket:prio:high#A", "Tinggi - 4 jam"),
    ];
    let names = ["Rendah", "Normal", "Tinggi"].map(str::to_owned);
    for (text, picked) in [
        ("3", Picked::Exactly(2)),
        ("tiga", Picked::Exactly(2)),
        ("tinggi", Picked::Exactly(2)),
        ("  TINGGI!! ", Picked::Exactly(2)),
        ("tínggi", Picked::Exactly(2)),
        ("tinggi - 4 jam", Picked::Exactly(2)),
        ("yang tinggi aja ya kak", Picked::Exactly(2)),
        ("ticket:prio:high#A", Picked::Exactly(2)),
        ("prioritas rendah", Picked::Exactly(0)),
        ("tingi", Picked::Exactly(2)),
        ("tingggi", Picked::Exactly(2)),
        ("tunggi", Picked::Perhaps(2)),
        ("kayaknya tinggi", Picked::Perhaps(2)),
        ("tinggi atau rendah", Picked::Nothing),
        ("4", Picked::Nothing),
        ("cepat", Picked::Nothing),
        ("", Picked::Nothing),
        ("🙂", Picked::Nothing),
    ] {
        assert_eq!(
            understand::pick(text, &choices, &names, &view),
            picked,
            "{text:?}"
        );
    }
}

#[test]
fn urgency_that_is_only_heard_is_asked_back() {
    for (text, button) in [
        ("yg cepet dong", "Ya, tinggi"),
        ("urgent!!", "Ya, tinggi"),
        ("secepatnya", "Ya, tinggi"),
        ("ga buru2 kok, gak buru buru", "Ya, rendah"),
        ("santai aja", "Ya, rendah"),
        ("biasa aja", "Ya, normal"),
    ] {
        let mut talk = Talk::new(Locale::Id);
        talk.says("internet mati")
            .taps("Buat tiket")
            .taps("Perbaikan")
            .says(text);
        assert_eq!(
            talk.labels().first(),
            Some(&button),
            "{text:?} -> {}",
            talk.last()
        );
        assert!(
            talk.state
                .draft()
                .is_some_and(|draft| draft.priority.is_none()),
            "nothing is decided by {text:?}"
        );
    }
}

#[test]
fn the_last_question_understands_words() {
    for (text, sends) in [
        ("ok kirim", true),
        ("kirim", true),
        ("Kirim tiketnya sekarang", true),
        ("ya", true),
        ("sip kak", true),
        ("1", true),
        ("send it", true),
        ("kirim teknisi besok bisa?", false),
        ("tiket", false),
        ("ubah", false),
        ("tidak", false),
        ("modemnya merk ZTE", false),
    ] {
        let mut talk = Talk::new(Locale::Id);
        talk.says("internet mati")
            .taps("Buat tiket")
            .taps("Perbaikan")
            .taps("Normal")
            .says(text);
        assert_eq!(talk.opened(), sends, "{text:?} -> {}", talk.last());
    }
}
