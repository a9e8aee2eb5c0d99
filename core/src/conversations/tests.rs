//! Conversations, on both databases.

use super::*;
use crate::testing::{
    both,
    people::{acting, agent, conversation, customer, reading, ticket},
};

#[tokio::test]
async fn an_owner_at_a_time() {
    for (desk, clock, _fresh) in both().await {
        let sari = customer(&desk, "62811", "Sari").await;
        let budi = agent(&desk, "Budi", "71").await;
        let talk = conversation(&desk, &sari).await;
        assert_eq!((talk.owner, &talk.ticket_id), (Owner::Bot, &None));
        let ticket = ticket(&desk, &sari).await;
        let talk = conversation(&desk, &sari).await;
        assert_eq!(talk.ticket_id.as_ref(), Some(&ticket.id));

        let queued = acting!(desk, |act| to_queue(act, &talk).await.unwrap());
        clock.advance(std::time::Duration::from_mins(1));
        let again = acting!(desk, |act| to_queue(act, &queued).await.unwrap());
        assert_eq!(
            again.queued_at, queued.queued_at,
            "whoever waits keeps his place"
        );
        assert_eq!(
            conversation(&desk, &sari).await,
            again,
            "what is told is what is stored"
        );

        let with_budi = acting!(desk, |act| to_agent(
            act,
            &again,
            &budi.id,
            Some(&ticket.id)
        )
        .await
        .unwrap());
        assert_eq!(conversation(&desk, &sari).await, with_budi);
        assert_eq!((with_budi.owner, with_budi.queued_at), (Owner::Agent, None));
        let his = reading!(desk, |tx| of_staff(tx, &budi.id).await.unwrap());
        assert_eq!(his, std::slice::from_ref(&with_budi));

        let bots = acting!(desk, |act| to_bot(act, &with_budi).await.unwrap());
        assert_eq!(conversation(&desk, &sari).await, bots);
        assert_eq!(
            (bots.staff_id.as_ref(), bots.ticket_id.as_ref()),
            (None, None)
        );
        acting!(desk, |act| close(act, &bots).await.unwrap());
        assert_eq!(
            reading!(desk, |tx| open_of(tx, &sari.id).await.unwrap()),
            None
        );
        acting!(desk, |act| to_agent(act, &bots, &budi.id, None)
            .await
            .unwrap());
        let closed = reading!(desk, |tx| by_id(tx, &bots.id).await.unwrap().unwrap());
        assert_eq!(closed.owner, Owner::Bot, "what is over stays as it was");
        assert_ne!(conversation(&desk, &sari).await.id, talk.id);
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 4)]
async fn a_customer_has_one_open_conversation() {
    for (desk, _, _fresh) in both().await {
        let sari = customer(&desk, "62811", "Sari").await;
        let mut tasks = tokio::task::JoinSet::new();
        for _ in 0..20 {
            let (desk, sari) = (desk.clone(), sari.clone());
            tasks.spawn(async move { conversation(&desk, &sari).await.id });
        }
        let ids: std::collections::HashSet<_> = tasks.join_all().await.into_iter().collect();
        assert_eq!(ids.len(), 1);
        let sql = "select count(*) from conversations";
        let rows: i64 = reading!(desk, |tx| db::run!(tx, |c| sqlx::query_scalar(sql)
            .fetch_one(c)
            .await)
        .unwrap());
        assert_eq!(rows, 1);
    }
}
