//! What customers go through: the menu, both languages, their tickets, a person to talk to, and the crooked ways.

use std::time::Duration;

use sapa_sandbox::Media;

use crate::world::{World, story};

story!(
    /// The short way with a photo on the way, and "ok kirim" typed instead of tapped.
    a_photo_on_the_way_to_a_ticket, |base| {
        let world = World::new(base).await;
        let budi = world.agent("Budi").await;
        let sari = world.customer("Sari Wulandari", "6281234567890");
        sari.says("internet mati dari pagi").await;
        sari.taps("Buat tiket").await;
        sari.taps("Perbaikan").await;
        sari.taps("Tinggi - 4 jam").await;
        sari.sends("photo", Media::photo(), Some("lampu modem merah")).await;
        sari.says("ok kirim").await;
        budi.presses("Kerjakan").await;
        world.close().await
    }
);

story!(
    /// A greeting brings the menu; the long way asks for the words last.
    the_long_way_from_the_menu, |base| {
        let world = World::new(base).await;
        let _budi = world.agent("Budi").await;
        let sari = world.customer("Sari Wulandari", "6281234567890");
        sari.says("Selamat pagi").await;
        sari.taps("Buat tiket").await;
        sari.says("4").await;
        sari.says("  NORMAL ").await;
        sari.says("Tagihan bulan ini dua kali lipat. Padahal paketnya tetap.").await;
        sari.taps("Kirim tiket").await;
        world.close().await
    }
);

story!(
    /// The language is chosen once and kept; a foreign number starts in English.
    in_english, |base| {
        let world = World::new(base).await;
        let _budi = world.agent("Budi").await;
        let john = world.customer("John Miller", "447700900123");
        john.says("Hello").await;
        john.taps("Open a ticket").await;
        john.taps("Repair").await;
        john.says("high").await;
        john.says("The router has been blinking red since last night.").await;
        john.taps("Send ticket").await;
        john.says("menu").await;
        let sari = world.customer("Sari", "6281234567890");
        sari.says("english").await;
        sari.says("menu").await;
        world.close().await
    }
);

story!(
    /// Answers that are not quite what was asked for.
    crooked_answers, |base| {
        let world = World::new(base).await;
        let _budi = world.agent("Budi").await;
        let sari = world.customer("Sari", "6281234567890");
        sari.says("internet mati dari pagi").await;
        sari.taps("Buat tiket").await;
        sari.taps("Perbaikan").await;
        sari.sends("sticker", Media::sticker(), None).await;
        sari.says("yg cepet dong").await;
        sari.says("iya").await;
        sari.says("batal").await;
        world.note("the old button is tapped");
        sari.taps("Kirim tiket").await;
        sari.says("apakah ini bot?").await;
        world.close().await
    }
);

story!(
    /// A flow left alone sends nothing; the next word is met with a question. The process dies meanwhile, and nobody notices.
    silence_and_a_restart_in_the_middle, |base| {
        let mut world = World::new(base).await;
        {
            let _budi = world.agent("Budi").await;
            let sari = world.customer("Sari", "6281234567890");
            sari.says("internet mati dari pagi").await;
            sari.taps("Buat tiket").await;
            sari.taps("Perbaikan").await;
        }
        world.advance(Duration::from_mins(45)).await;
        world.note("the process is killed and started again");
        world.crash_and_restart().await;
        let sari = world.known_customer("Sari", "6281234567890");
        sari.says("halo").await;
        sari.taps("Lanjutkan").await;
        sari.taps("Tinggi - 4 jam").await;
        sari.taps("Kirim tiket").await;
        world.close().await
    }
);

story!(
    /// Looking at a ticket, adding to it, closing it oneself, opening it again.
    my_tickets, |base| {
        let world = World::new(base).await;
        let _budi = world.agent("Budi").await;
        let sari = world.customer("Sari", "6281234567890");
        sari.says("tiket saya").await;
        sari.opens_a_ticket("internet mati dari pagi").await;
        sari.says("menu").await;
        sari.taps("Akhiri").await;
        sari.says("tiket saya").await;
        sari.taps("TKT-").await;
        sari.taps("Tambah pesan").await;
        sari.says("Lampunya sekarang merah.").await;
        sari.says("menu").await;
        sari.taps("Tiket saya").await;
        sari.taps("TKT-").await;
        sari.taps("Tutup tiket").await;
        sari.taps("Ya, tutup").await;
        world.advance(Duration::from_hours(20)).await;
        sari.says("tiket saya").await;
        sari.taps("TKT-").await;
        sari.taps("Buka lagi").await;
        world.close().await
    }
);

story!(
    /// Nobody is there: the customer is told so, and is served first when somebody comes.
    a_person_when_nobody_is_there, |base| {
        let world = World::new(base).await;
        let budi = world.agent("Budi").await;
        budi.says("/offline").await;
        let sari = world.customer("Sari", "6281234567890");
        sari.says("mau bicara dengan orang").await;
        sari.says("Saya mau tanya soal paket 50 Mbps").await;
        let andi = world.customer("Andi", "6281300000001");
        andi.opens_a_ticket("wifi lemot sekali").await;
        budi.says("/online").await;
        budi.replies("paket 50 Mbps", "Halo Bu Sari, paket 50 Mbps Rp 350 ribu per bulan.").await;
        sari.says("Baik, terima kasih").await;
        world.close().await
    }
);

story!(
    /// With two tickets at two agents a quoted ticket's agent gets the message, else the newest ticket's.
    a_quoted_ticket,
    |base| {
        let world = World::new(base).await;
        let budi = world.agent("Budi").await;
        let citra = world.agent("Citra").await;
        let sari = world.customer("Sari", "6281234567890");
        let first = sari.opens_a_ticket("internet mati dari pagi").await;
        sari.says("menu").await;
        sari.taps("Akhiri").await;
        let second = sari.opens_a_ticket("tagihan bulan ini salah").await;
        sari.says("Sudah dua kali bayar").await;
        sari.says_quoting(&first, "Sekarang sudah menyala lagi").await;
        assert!(citra.last().contains("dua kali bayar"), "{}", world.transcript_text());
        assert!(budi.last().contains("menyala lagi"), "the quoted ticket's agent");
        assert_ne!(first, second);
        world.close().await
    }
);
