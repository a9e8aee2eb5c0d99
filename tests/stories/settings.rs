//! What admins set in the chat holds for the next customer, and after a restart.

use sapa_core::staff::Role;

use crate::world::{Base, World, play};

#[test]
fn a_new_name_greets_the_next_customer_and_outlives_the_process() {
    for base in [Base::Sqlite, Base::Postgres] {
        play(async {
            let mut world = World::new(base).await;
            let dewi = world.invited("Dewi", Role::Admin, None).await;
            let sari = world.customer("Sari", "6281234567890");
            sari.says("halo").await;
            assert!(sari.last().contains("Sapa"), "{}", sari.last());
            dewi.says("/settings name Kopi Senja").await;
            assert!(dewi.last().contains("Kopi Senja"), "{}", dewi.last());
            let tono = world.customer("Tono", "6281234567891");
            world
                .until(|| world.desk.set_up().name == "Kopi Senja")
                .await;
            tono.says("halo").await;
            assert!(tono.last().contains("Kopi Senja"), "{}", tono.last());
            world.crash_and_restart().await;
            let umar = world.customer("Umar", "6281234567892");
            umar.says("halo").await;
            assert!(umar.last().contains("Kopi Senja"), "{}", umar.last());
            world.close().await;
        });
    }
}
