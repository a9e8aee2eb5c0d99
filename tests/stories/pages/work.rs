//! What is done with a ticket and with people through the pages, to its end: given, taken, made more urgent, invited again.

use reqwest::StatusCode;
use sapa_core::{
    staff::{self, Role},
    tickets,
};

use super::{logged_in, opened, token, value};
use crate::{
    stories::ingress::on_both,
    world::{Agent, World},
};

/// The id of somebody of the staff.
pub(super) async fn id_of(world: &World, agent: &Agent<'_>) -> String {
    let mut tx = world.desk.db.read().await.expect("a transaction");
    let staff = staff::by_telegram_id(&mut tx, &agent.id.to_string()).await;
    staff.expect("a look-up").expect("somebody").id
}

async fn ticket(world: &World, number: &str) -> tickets::Ticket {
    let mut tx = world.desk.db.read().await.expect("a transaction");
    let ticket = tickets::by_number(&mut tx, number).await;
    ticket.expect("a look-up").expect("a ticket")
}

/// Somebody who was invited and has not come yet; his id.
async fn pending(world: &World, role: Role) -> String {
    let mut tx = world.desk.db.write().await.expect("a transaction");
    let mut act = world.desk.act(&mut tx);
    let invited = staff::invite(&mut act, "Baru", role, None).await;
    drop(act);
    tx.commit().await.expect("a commit");
    invited.expect("an invitation").staff_id
}

#[test]
fn a_ticket_is_given_taken_and_made_urgent() {
    on_both(async |world| {
        let budi = world.agent("Budi").await;
        let sari = world.customer("Sari", "6281234567890");
        let number = sari.opens_a_ticket("internet mati").await;
        let citra = world.agent("Citra").await;
        let dewi = world.invited("Dewi", Role::Admin, None).await;
        let (budis, citras) = (id_of(world, &budi).await, id_of(world, &citra).await);
        let browser = logged_in(world, &budi).await;
        let page = format!("/admin/tickets/{number}");
        let given = browser
            .fills(&page, &format!("{page}/give"), &[("to", &citras)])
            .await;
        assert_eq!(given.status, StatusCode::SEE_OTHER, "{}", given.text);
        let list = browser.get(&given.place).await;
        assert_eq!(
            list.status,
            StatusCode::OK,
            "{}: {}",
            given.place,
            list.text
        );
        assert!(list.text.contains("Tiket dialihkan."), "{}", list.text);
        let whose = async || ticket(world, &number).await.staff_id;
        assert_eq!(whose().await.as_deref(), Some(citras.as_str()));
        let hers = logged_in(world, &citra).await;
        let urgent = [("priority", "urgent")];
        let changed = hers
            .fills(&page, &format!("{page}/priority"), &urgent)
            .await;
        let shown = hers.get(&changed.place).await.text;
        assert!(shown.contains("Perubahan disimpan."), "{shown}");
        assert_eq!(
            ticket(world, &number).await.priority,
            tickets::Priority::Urgent
        );
        let his = logged_in(world, &dewi).await;
        let taken = his.fills(&page, &format!("{page}/take"), &[]).await;
        let shown = his.get(&taken.place).await.text;
        assert!(
            shown.contains("Tiket ini sekarang Anda tangani."),
            "{shown}"
        );
        assert_ne!(whose().await.as_deref(), Some(budis.as_str()));
        assert_ne!(whose().await.as_deref(), Some(citras.as_str()));
    });
}

#[test]
fn capacity_and_teams_are_changed_where_they_are_seen() {
    on_both(async |world| {
        let budi = world.agent("Budi").await;
        let dewi = world.invited("Dewi", Role::Admin, None).await;
        let browser = logged_in(world, &dewi).await;
        let page = format!("/admin/staff/{}", id_of(world, &budi).await);
        let teams = [("name", "Lapangan")];
        let made = browser
            .fills("/admin/staff", "/admin/staff/teams", &teams)
            .await;
        assert!(browser.get(&made.place).await.text.contains("Lapangan"));
        let set = browser
            .fills(&page, &format!("{page}/capacity"), &[("capacity", "7")])
            .await;
        let shown = browser.get(&set.place).await.text;
        assert!(
            shown.contains("Perubahan disimpan.") && shown.contains("value=\"7\""),
            "{shown}"
        );
        let team = value(&shown, "team").expect("a team");
        for (joins, others) in [("yes", "no"), ("no", "yes")] {
            let form = [("team", team.as_str()), ("joins", joins)];
            let done = browser.fills(&page, &format!("{page}/team"), &form).await;
            let shown = browser.get(&done.place).await.text;
            let offered = format!("name=\"joins\" value=\"{others}\"");
            assert!(shown.contains(&offered), "{joins}: {shown}");
        }
    });
}

#[test]
fn whoever_is_to_run_the_desk_is_invited_again_behind_the_door_only() {
    on_both(async |world| {
        let dewi = world.invited("Dewi", Role::Admin, None).await;
        let boss = world.invited("Bos", Role::SuperAdmin, None).await;
        let budi = world.agent("Budi").await;
        let agent = pending(world, Role::Agent).await;
        let admins = [Role::Editor, Role::Admin, Role::SuperAdmin];
        for who in [&dewi, &boss] {
            let browser = logged_in(world, who).await;
            let page = format!("/admin/staff/{agent}");
            let again = format!("{page}/again");
            let invited = browser.fills(&page, &again, &[]).await;
            assert!(invited.text.contains("?start="), "{}", invited.text);
            let token = token(&browser.get(&page).await.text);
            let form = [("token".to_owned(), token)];
            for role in admins {
                let page = format!("/admin/staff/{}", pending(world, role).await);
                let again = format!("{page}/again");
                assert!(!browser.get(&page).await.text.contains(&again));
                let refused = browser.post(&again, &form).await;
                assert_eq!(refused.status, StatusCode::FORBIDDEN, "{}", role.as_str());
            }
        }
        let his = logged_in(world, &budi).await;
        let token = token(&his.get("/admin").await.text);
        let form = [("token".to_owned(), token)];
        for id in [agent.as_str(), "01ARZ3NDEKTSV4RRFFQ69G5FAV"] {
            let again = format!("/admin/staff/{id}/again");
            let refused = his.post(&again, &form).await;
            assert_eq!(refused.status, StatusCode::FORBIDDEN, "known or not");
        }
        let door = opened(world).await;
        for role in admins {
            let page = format!("/admin/super/staff/{}", pending(world, role).await);
            let invited = door.fills(&page, &format!("{page}/again"), &[]).await;
            assert!(invited.text.contains("?start="), "{}", invited.text);
        }
    });
}

#[test]
fn lines_are_counted_once_and_arrive_as_they_were_written() {
    on_both(async |world| {
        let budi = world.agent("Budi").await;
        let sari = world.customer("Sari", "6281234567890");
        let number = sari.opens_a_ticket("internet mati").await;
        let browser = logged_in(world, &budi).await;
        let page = format!("/admin/tickets/{number}");
        let answer = format!("{page}/answer");
        // As a browser sends it: 4,096 characters with every end of a line as one, more with CR LF.
        let lines = vec!["a"; 2_048].join("\r\n") + "b";
        let sent = browser.fills(&page, &answer, &[("text", &lines)]).await;
        assert_eq!(sent.place, format!("{page}?done=sent"), "{}", sent.text);
        world.settle().await;
        assert!(!sari.last().contains('\r'));
        assert!(sari.last().contains("a\na"), "{}", sari.last());
    });
}
