//! Who gets what: fair over whoever is there, never more than there is room for.

use sapa_core::staff::Role;

use crate::world::{Base, World, play};

fn counts(world: &World, ids: &[i64]) -> Vec<usize> {
    let telegram = world.platforms.telegram();
    let cards = |id: &i64| {
        let numbers: std::collections::BTreeSet<_> = telegram
            .chat(*id)
            .iter()
            .filter_map(|m| crate::world::number_in(&m.words()))
            .collect();
        numbers.len()
    };
    ids.iter().map(cards).collect()
}

fn on_both(story: impl AsyncFn(Base)) {
    for base in [Base::Sqlite, Base::Postgres] {
        play(story(base));
    }
}

#[test]
fn thirty_tickets_over_three_agents_and_one_who_is_not_there() {
    on_both(async |base| {
        let world = World::new(base).await;
        let agents = [
            world.agent("Budi").await,
            world.agent("Citra").await,
            world.agent("Dewi").await,
        ];
        let eko = world.invited("Eko", Role::Agent, None).await;
        let customers: Vec<_> = (0..30)
            .map(|n| (format!("Pelanggan {n}"), format!("62813000001{n:02}")))
            .collect();
        for (name, phone) in &customers {
            world.customer(name, phone);
        }
        let whatsapp = world.platforms.whatsapp();
        for (_, phone) in &customers {
            whatsapp.says(phone, &format!("internet mati di rumah {phone}"));
        }
        world.settle().await;
        for tap in ["Buat tiket", "Perbaikan", "Tinggi - 4 jam", "Kirim tiket"] {
            for (_, phone) in &customers {
                whatsapp.taps(phone, tap).expect("it is offered");
            }
            world.pass(15).await;
        }
        let ids: Vec<_> = agents
            .iter()
            .map(|agent| agent.id)
            .chain([eko.id])
            .collect();
        assert_eq!(counts(&world, &ids), [10, 10, 10, 0]);

        // Everybody's next word reaches exactly one agent, exactly once, verbatim.
        for (n, (_, phone)) in customers.iter().enumerate() {
            whatsapp.says(phone, &format!("kata kedua nomor {n} <b>&amp;"));
        }
        world.pass(15).await;
        for n in 0..customers.len() {
            let words = format!("kata kedua nomor {n} <b>&amp;");
            let seen = ids
                .iter()
                .flat_map(|id| world.platforms.telegram().chat(*id));
            assert_eq!(
                seen.filter(|m| m.words().contains(&words)).count(),
                1,
                "{words}"
            );
        }
        world.close().await;
    });
}

#[test]
fn nobody_gets_more_than_he_has_room_for_and_the_oldest_is_served_first() {
    on_both(async |base| {
        let world = World::new(base).await;
        let budi = world.agent("Budi").await;
        let mut customers = Vec::new();
        for n in 0..22 {
            let customer =
                world.customer(&format!("Pelanggan {n:02}"), &format!("62813000002{n:02}"));
            customers.push(customer);
        }
        for customer in &customers {
            customer
                .opens_a_ticket(&format!("internet mati di rumah {}", customer.name))
                .await;
        }
        assert_eq!(
            counts(&world, &[budi.id]),
            [20],
            "twenty is an agent's capacity"
        );
        assert!(
            customers[20].last().contains("belum ada petugas"),
            "{}",
            customers[20].last()
        );
        budi.presses("Selesai").await;
        assert_eq!(counts(&world, &[budi.id]), [21]);
        let cards = budi.heard();
        assert!(
            cards.iter().any(|m| m.words().contains("Pelanggan 20")),
            "the one who has waited longest is next"
        );
        assert!(!cards.iter().any(|m| m.words().contains("Pelanggan 21")));
        world.close().await;
    });
}

#[test]
fn a_teams_tickets_go_to_the_team() {
    on_both(async |base| {
        let world = World::new(base).await;
        let budi = world.agent("Budi").await;
        let team = world.team("Lapangan", &budi).await;
        let citra = world.agent("Citra").await;
        world.type_belongs_to("repair", &team).await;
        for n in 0..4 {
            world
                .customer(&format!("Pelanggan {n}"), &format!("6281300000{n:03}"))
                .opens_a_ticket("internet mati")
                .await;
        }
        assert_eq!(counts(&world, &[budi.id, citra.id]), [4, 0]);
        world.close().await;
    });
}
