//! Escalations, on both databases.

use super::*;
use crate::{
    casework,
    contacts::Customer,
    conversations::Owner,
    desk::Desk,
    people, routing,
    staff::{Availability, Role},
    testing::{
        both,
        people::{
            acting, agent, contents, conversation, customer, outbox, reading, staff_member, ticket,
        },
    },
    tickets::{self, EventKind},
};

/// A customer, and a ticket of hers with this agent.
async fn hers(desk: &Desk, agent: &Staff) -> (Customer, Ticket) {
    let sari = customer(desk, "62811", "Sari").await;
    let seen = ticket(desk, &sari).await;
    (sari, given(desk, &seen, agent).await)
}

async fn given(desk: &Desk, seen: &Ticket, to: &Staff) -> Ticket {
    acting!(desk, |act| casework::give(act, to, seen, to).await.unwrap())
}

async fn escalated(desk: &Desk, by: &Staff, ticket: &Ticket, why: &str) -> Result<usize, Unfit> {
    acting!(desk, |act| escalate(act, by, ticket, why).await).map(|told| told.len())
}

async fn now(desk: &Desk, ticket: &Ticket) -> Ticket {
    reading!(desk, |tx| tickets::by_id(tx, &ticket.id).await)
        .unwrap()
        .unwrap()
}

async fn open(desk: &Desk, ticket: &Ticket) -> Option<Escalation> {
    let ticket = now(desk, ticket).await;
    reading!(desk, |tx| open_of(tx, &ticket).await.unwrap())
}

/// Who ended the escalations of the desk, in their order; nothing for one that is open.
async fn ends(desk: &Desk) -> Vec<(Option<String>, Option<String>)> {
    let sql = "select ended_actor, ended_actor_id from escalations order by opened_at, id";
    reading!(desk, |tx| db::run!(tx, |c| sqlx::query_as(sql)
        .fetch_all(c)
        .await)
    .unwrap())
}

#[tokio::test]
async fn whoever_runs_the_desk_is_told_and_the_customer_is_not() {
    for (desk, _, _fresh) in both().await {
        let budi = agent(&desk, "Budi", "71").await;
        agent(&desk, "Citra", "72").await;
        staff_member(&desk, "Eka", "73", Role::Editor, None).await;
        let dewi = staff_member(&desk, "Dewi", "74", Role::Admin, None).await;
        staff_member(&desk, "Bos", "75", Role::SuperAdmin, None).await;
        acting!(desk, |act| {
            let gone = staff::invite(act, "Fajar", Role::Admin, None).await;
            gone.unwrap();
            // Whether he takes work or not: nobody else can help.
            staff::set_availability(act, &dewi, Availability::Offline)
                .await
                .unwrap();
        });
        let (sari, ticket) = hers(&desk, &budi).await;
        let before = (outbox(&desk).await.len(), contents(&desk, &sari.id).await);
        let told = escalated(&desk, &budi, &ticket, "  perlu akses router inti ").await;
        assert_eq!(told.unwrap(), 2);
        let mut cards: Vec<_> = outbox(&desk).await.split_off(before.0);
        cards.retain(|(_, kind, _)| kind == "card");
        let mut chats: Vec<_> = cards.into_iter().map(|(chat, ..)| chat).collect();
        chats.sort();
        assert_eq!(chats, ["74", "75"]);
        assert_eq!(contents(&desk, &sari.id).await, before.1);
        let after = now(&desk, &ticket).await;
        assert_eq!(
            (after.status, &after.staff_id),
            (Status::Escalated, &Some(budi.id.clone()))
        );
        let asked = open(&desk, &ticket).await.unwrap();
        assert_eq!(
            (asked.staff_name.as_str(), asked.reason.as_str()),
            ("Budi", "perlu akses router inti")
        );
        let history = reading!(desk, |tx| tickets::history(tx, &ticket.id).await.unwrap());
        let last = history.last().unwrap();
        assert_eq!(
            (last.kind, last.to_value.as_deref(), last.note.as_deref()),
            (
                EventKind::Status,
                Some("escalated"),
                Some("perlu akses router inti")
            )
        );
    }
}

#[tokio::test]
async fn nothing_is_escalated_without_a_reason_or_twice_or_by_its_status_alone() {
    for (desk, _, _fresh) in both().await {
        let dewi = staff_member(&desk, "Dewi", "74", Role::Admin, None).await;
        let (_, ticket) = hers(&desk, &dewi).await;
        let blank = escalated(&desk, &dewi, &ticket, " \n ").await;
        assert!(matches!(blank, Err(Unfit::NoReason)));
        let long = escalated(&desk, &dewi, &ticket, &"é".repeat(LONGEST + 1)).await;
        assert!(matches!(long, Err(Unfit::TooLong(n)) if n == LONGEST + 1));
        let by = Actor::Staff(dewi.id.clone());
        let plain = acting!(desk, |act| tickets::change_status(
            act,
            &ticket,
            Status::Escalated,
            &by,
            None
        )
        .await);
        assert!(matches!(plain, Err(Refusal::NotAllowed { .. })));
        assert_eq!(now(&desk, &ticket).await.status, Status::Assigned);
        let told = escalated(&desk, &dewi, &ticket, &"é".repeat(LONGEST)).await;
        assert_eq!(told.unwrap(), 0, "there is nobody but herself");
        let again = escalated(&desk, &dewi, &ticket, "lagi").await;
        assert!(matches!(again, Err(Unfit::NotAllowed(Status::Escalated))));
        assert_eq!(ends(&desk).await.len(), 1);
    }
}

#[tokio::test]
async fn it_ends_however_the_ticket_goes_on() {
    for (desk, clock, _fresh) in both().await {
        let budi = agent(&desk, "Budi", "71").await;
        let dewi = staff_member(&desk, "Dewi", "74", Role::Admin, None).await;
        let (_, mut ticket) = hers(&desk, &budi).await;
        let steps = [
            Status::Assigned,
            Status::InProgress,
            Status::OnHold,
            Status::Open,
            Status::Resolved,
        ];
        let ended = (Some("staff".to_owned()), Some(dewi.id.clone()));
        for (count, to) in steps.into_iter().enumerate() {
            escalated(&desk, &budi, &ticket, "tolong").await.unwrap();
            assert!(open(&desk, &ticket).await.is_some());
            clock.advance(std::time::Duration::from_mins(1));
            let heard = contents(&desk, "71").await.len();
            acting!(desk, |act| casework::set_status(
                act, &dewi, &ticket, to, None, false
            )
            .await
            .unwrap());
            assert_eq!(open(&desk, &ticket).await, None, "{to:?}");
            let ends = ends(&desk).await;
            assert_eq!(ends, vec![ended.clone(); count + 1], "{to:?}");
            let told = contents(&desk, "71").await.split_off(heard);
            let of_it = told.iter().filter(|words| words.contains("Eskalasi Anda"));
            assert_eq!(of_it.count(), 1, "{to:?}: {told:?}");
            ticket = given(&desk, &now(&desk, &ticket).await, &budi).await;
        }
    }
}

#[tokio::test]
async fn who_goes_home_ends_his_own_and_hears_nothing_of_it() {
    for (desk, _, _fresh) in both().await {
        let budi = agent(&desk, "Budi", "71").await;
        let (_, ticket) = hers(&desk, &budi).await;
        escalated(&desk, &budi, &ticket, "tolong").await.unwrap();
        let heard = contents(&desk, "71").await.len();
        acting!(desk, |act| {
            staff::set_availability(act, &budi, Availability::Offline)
                .await
                .unwrap();
            let rota = routing::lock(act).await.unwrap();
            routing::hand_over(act, &rota, &budi).await.unwrap();
        });
        assert_eq!(now(&desk, &ticket).await.status, Status::Open);
        assert_eq!(
            ends(&desk).await,
            [(Some("staff".to_owned()), Some(budi.id.clone()))]
        );
        let told = contents(&desk, "71").await.split_off(heard);
        assert!(!told.iter().any(|words| words.contains("Eskalasi Anda")));
    }
}

#[tokio::test]
async fn the_first_takes_over_with_the_customer_and_who_asked_hears_it_once() {
    for (desk, _, _fresh) in both().await {
        let budi = agent(&desk, "Budi", "71").await;
        let (sari, ticket) = hers(&desk, &budi).await;
        let dewi = staff_member(&desk, "Dewi", "74", Role::Admin, None).await;
        let bos = staff_member(&desk, "Bos", "75", Role::SuperAdmin, None).await;
        let citra = agent(&desk, "Citra", "72").await;
        escalated(&desk, &budi, &ticket, "tolong").await.unwrap();
        let heard = contents(&desk, "71").await.len();
        let taken = async |by: &Staff| {
            acting!(desk, |act| casework::take_over(act, by, &ticket.id).await)
                .unwrap()
                .unwrap()
                .staff_id
                .unwrap()
        };
        assert_eq!(taken(&citra).await, budi.id, "it is not an agent's to take");
        assert_eq!(taken(&dewi).await, dewi.id);
        assert_eq!(taken(&bos).await, dewi.id, "somebody was quicker");
        let talk = conversation(&desk, &sari).await;
        assert_eq!(
            (talk.owner, talk.staff_id.as_ref()),
            (Owner::Agent, Some(&dewi.id))
        );
        assert_eq!(
            ends(&desk).await,
            [(Some("staff".to_owned()), Some(dewi.id.clone()))]
        );
        let mut told = contents(&desk, "71").await.split_off(heard);
        told.retain(|words| words.contains("\"prompt\""));
        assert_eq!(told.len(), 1, "{told:?}");
        assert!(told[0].contains("Eskalasi Anda") && told[0].contains("Dewi"));
    }
}

#[tokio::test]
async fn the_reason_is_told_to_and_erased_with_the_customer() {
    for (desk, _, _fresh) in both().await {
        let budi = agent(&desk, "Budi", "71").await;
        let (sari, ticket) = hers(&desk, &budi).await;
        escalated(&desk, &budi, &ticket, "rumahnya di Melati")
            .await
            .unwrap();
        let settings = desk.settings.clone();
        let told = reading!(desk, |tx| people::tell(
            tx,
            &settings,
            &sari.id,
            desk.clock.now()
        )
        .await
        .unwrap()
        .unwrap());
        let mut document = Vec::new();
        told.write(&mut document).unwrap();
        let document = String::from_utf8(document).unwrap();
        assert!(document.contains("rumahnya di Melati"));
        let request = acting!(desk, |act| people::ask_erasure(
            act,
            &Actor::System,
            &sari.id
        )
        .await
        .unwrap());
        people::erase(&desk, &request).await.unwrap();
        let sql = "select reason from escalations";
        let left: Vec<String> = reading!(desk, |tx| db::run!(tx, |c| sqlx::query_scalar(sql)
            .fetch_all(c)
            .await)
        .unwrap());
        assert_eq!(left, [""]);
        let history = reading!(desk, |tx| tickets::history(tx, &ticket.id).await.unwrap());
        assert!(history.iter().all(|event| event.note.is_none()));
        assert_eq!(ends(&desk).await, [(Some("system".to_owned()), None)]);
    }
}
