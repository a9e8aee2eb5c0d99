//! Nobody is hidden behind somebody for whom a crowd of messages waits.

use super::{say, store};
use crate::testing::both;

#[tokio::test(flavor = "multi_thread")]
async fn whoever_has_a_crowd_of_messages_waiting_hides_nobody() {
    for (desk, _, _fresh) in both().await {
        let channel = desk.settings.telegram.clone();
        for (cause, to) in [("e1", "busy"), ("e2", "busier")] {
            let crowd = vec![(to, "halo"); 100];
            say(&desk, &channel, cause, &crowd).await;
        }
        say(&desk, &channel, "e3", &[("ani", "1"), ("budi", "2")]).await;
        let mut tx = desk.db.read().await.unwrap();
        let ready = store::ready(&mut tx, &channel, 32).await.unwrap();
        let of = |to: &str| ready.iter().filter(|row| row.recipient == to).count();
        assert_eq!([of("ani"), of("budi")], [1, 1]);
        assert!(of("busy") >= 32 && of("busier") >= 32, "{}", ready.len());
        assert!(ready.is_sorted_by_key(|row| (row.class, row.seq)));
        let few = store::ready(&mut tx, &channel, 1_000).await.unwrap();
        assert_eq!(few.len(), 202, "each once");
    }
}
