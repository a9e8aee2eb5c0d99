//! What agents go through: cards, answers and how far they came, holds, transfers, the closed window.

use std::time::Duration;

use sapa_core::desk::Settings;
use sapa_core::staff::Role;
use sapa_sandbox::Media;

use crate::world::{Plan, World, story};

story!(
    /// From the card to the closing words, with everything the customer hears on the way.
    a_ticket_worked_to_its_end, |base| {
        let world = World::new(base).await;
        let budi = world.agent("Budi").await;
        let sari = world.customer("Sari Wulandari", "6281234567890");
        sari.opens_a_ticket("internet mati dari pagi").await;
        budi.presses("Kerjakan").await;
        budi.replies("TKT-", "Selamat siang Bu Sari, boleh kirim foto lampu modemnya?").await;
        sari.sends("photo", Media::photo(), Some("ini pak")).await;
        world.advance(Duration::from_mins(42)).await;
        budi.presses("Selesai").await;
        budi.presses("Kirim pesan standar").await;
        world.close().await
    }
);

story!(
    /// Ticks on the agent's own message; a failure comes as words with the reason.
    how_far_an_answer_came, |base| {
        let world = World::new(base).await;
        let budi = world.agent("Budi").await;
        let sari = world.customer("Sari", "6281234567890");
        sari.opens_a_ticket("internet mati").await;
        let first = budi.replies("TKT-", "Kami cek dulu ya").await;
        world.advance(Duration::from_secs(2)).await;
        assert_eq!(budi.reactions(first), ["🕊"]);
        sari.reads();
        world.settle().await;
        world.advance(Duration::from_secs(2)).await;
        assert_eq!(budi.reactions(first), ["👀"]);
        budi.replies("TKT-", "Sudah normal?").await;
        let last = sari.heard().last().expect("a message").id.clone();
        world.platforms.whatsapp().fails(&last, 131_026, "Message undeliverable");
        world.advance(Duration::from_secs(2)).await;
        world.close().await
    }
);

story!(
    /// Outside the window an answer is kept, and goes out by itself when the customer writes.
    the_closed_window, |base| {
        let world = World::new(base).await;
        let budi = world.agent("Budi").await;
        let sari = world.customer("Sari", "6281234567890");
        sari.opens_a_ticket("internet mati").await;
        world.advance(Duration::from_hours(25)).await;
        budi.replies("TKT-", "Bu Sari, teknisi bisa datang besok pagi?").await;
        assert!(!sari.last().contains("teknisi"), "nothing goes out while the window is closed");
        sari.says("Halo, bagaimana kabarnya?").await;
        assert!(sari.last().contains("teknisi"), "the kept answer has arrived");
        world.close().await
    }
);

story!(
    /// With a template configured the customer can be asked to write again.
    the_closed_window_with_a_template, |base| {
        let settings = |s: &mut Settings| s.reopen_template = Some(("reopen".into(), "id".into()));
        let world = World::planned(Plan { settings, ..Plan::on(base) }).await;
        let budi = world.agent("Budi").await;
        let sari = world.customer("Sari", "6281234567890");
        sari.opens_a_ticket("internet mati").await;
        world.advance(Duration::from_hours(25)).await;
        budi.replies("TKT-", "Bu Sari, teknisi bisa datang besok pagi?").await;
        budi.presses("Templat").await;
        sari.says("Bisa").await;
        world.close().await
    }
);

story!(
    /// Text without a reply is never sent to somebody by guess.
    words_without_a_reply, |base| {
        let world = World::new(base).await;
        let budi = world.agent("Budi").await;
        let sari = world.customer("Sari", "6281234567890");
        sari.opens_a_ticket("internet mati").await;
        let andi = world.customer("Andi", "6281300000001");
        andi.opens_a_ticket("tagihan salah").await;
        budi.says("Sebentar saya cek").await;
        budi.presses("Sari").await;
        budi.presses("Balas").await;
        budi.says("Halo, ini Budi").await;
        // The platform's times are seconds; who wrote last must not depend on luck.
        world.advance(Duration::from_secs(3)).await;
        sari.says("halo pak").await;
        budi.says("Ini untuk siapa?").await;
        budi.says("/cancel").await;
        world.close().await
    }
);

story!(
    /// A ticket handed to a colleague takes the conversation with it; the customer hears who it is now.
    a_transfer, |base| {
        let world = World::new(base).await;
        let budi = world.agent("Budi").await;
        let citra = world.agent("Citra").await;
        let sari = world.customer("Sari", "6281234567890");
        sari.opens_a_ticket("internet mati").await;
        budi.presses("Serahkan").await;
        budi.presses("Citra").await;
        sari.says("masih mati pak").await;
        citra.replies("masih mati", "Saya Citra, saya bantu ya").await;
        budi.replies("ditangani Citra", "Tunggu sebentar Bu").await;
        world.close().await
    }
);

story!(
    /// Going offline with open work asks what becomes of it.
    going_home, |base| {
        let world = World::new(base).await;
        let budi = world.agent("Budi").await;
        let sari = world.customer("Sari", "6281234567890");
        sari.opens_a_ticket("internet mati").await;
        let citra = world.agent("Citra").await;
        budi.says("/offline").await;
        budi.presses("Serahkan").await;
        citra.says("/tickets").await;
        world.close().await
    }
);

story!(
    /// An agent's change to a sent answer is never ignored.
    a_changed_answer, |base| {
        let world = World::new(base).await;
        let budi = world.agent("Budi").await;
        let sari = world.customer("Sari", "6281234567890");
        sari.opens_a_ticket("internet mati").await;
        let answer = budi.replies("TKT-", "Teknisi datang hari Senin").await;
        budi.edits(answer, "Teknisi datang hari Selasa").await;
        budi.presses("Kirim koreksi").await;
        world.close().await
    }
);

story!(
    /// Files both ways.
    files_both_ways, |base| {
        let world = World::new(base).await;
        let budi = world.agent("Budi").await;
        let sari = world.customer("Sari", "6281234567890");
        sari.opens_a_ticket("internet mati").await;
        sari.sends("voice note", Media::voice(), None).await;
        sari.sends("document", Media::document("bukti transfer.pdf"), Some("bukti bayar")).await;
        budi.sends("bukti bayar", "photo", Media::photo(), Some("Ini letak tombol reset")).await;
        budi.sends("bukti bayar", "document", Media::document("panduan.pdf"), None).await;
        assert_eq!(sari.heard().last().and_then(|m| m.media.as_ref()?.filename.clone()).as_deref(), Some("panduan.pdf"));
        world.close().await
    }
);

story!(
    /// Strangers get one polite line; a link works once; the commands differ by role.
    strangers_and_newcomers, |base| {
        let world = World::new(base).await;
        let eve = world.telegram_person("Eve");
        eve.says("halo").await;
        eve.says("/online").await;
        eve.says("/start 01ARZ3NDEKTSV4RRFFQ69G5FAV").await;
        let dewi = world.invited("Dewi", Role::Viewer, None).await;
        dewi.says("/help").await;
        dewi.says("/online").await;
        let budi = world.invited("Budi", Role::Agent, None).await;
        budi.says("/help").await;
        budi.says("/apaini").await;
        budi.says("/tickets").await;
        world.close().await
    }
);

story!(
    /// The customer hears that it is done also when the agent never chooses how.
    closing_words_that_nobody_chose, |base| {
        let world = World::new(base).await;
        let budi = world.agent("Budi").await;
        let sari = world.customer("Sari", "6281234567890");
        sari.opens_a_ticket("internet mati").await;
        budi.presses("Selesai").await;
        assert!(!sari.last().contains("sudah selesai"));
        world.advance(Duration::from_mins(11)).await;
        assert!(sari.last().contains("sudah selesai"), "{}", sari.last());
        world.close().await
    }
);

story!(
    /// Passed on with a reason, over a restart, and taken over with the customer by one of those who run the desk.
    an_escalation, |base| {
        let settings = |s: &mut Settings| s.pages_url = "https://meja.example".into();
        let mut world = World::planned(Plan { settings, ..Plan::on(base) }).await;
        let (budi, dewi) = {
            let budi = world.agent("Budi").await;
            let dewi = world.invited("Dewi", Role::Admin, None).await;
            let bos = world.invited("Bos", Role::SuperAdmin, None).await;
            bos.says("/language en").await;
            let sari = world.customer("Sari", "6281234567890");
            sari.opens_a_ticket("internet mati").await;
            budi.presses("Eskalasi").await;
            (budi.id, dewi.id)
        };
        world.note("the process is killed and started again");
        world.crash_and_restart().await;
        let (budi, dewi) = (world.known_agent(budi), world.known_agent(dewi));
        budi.says("Router inti mati, saya tidak punya akses.").await;
        dewi.presses("Ambil alih").await;
        let sari = world.known_customer("Sari", "6281234567890");
        sari.says("masih mati").await;
        world.close().await
    }
);
