//! The main job: a customer's words reach an agent, and the answer comes back.

use crate::world::{World, story};

story!(
    /// Four taps and one text to a ticket; words both ways, each exactly once.
    a_ticket_by_the_short_way, |base| {
        let world = World::new(base).await;
        let budi = world.agent("Budi").await;
        let sari = world.customer("Sari Wulandari", "6281234567890");
        sari.opens_a_ticket("internet mati dari pagi").await;
        budi.replies("TKT-", "Selamat siang Bu Sari, boleh kirim foto lampu modemnya?").await;
        sari.says("Sebentar ya").await;
        world.close().await
    }
);
