//! Dialogue states, on both databases.

use super::*;
use crate::testing::{
    both,
    people::{acting, reading},
};

#[tokio::test]
async fn a_state_comes_back_or_is_called_unreadable() {
    for (desk, _, _fresh) in both().await {
        let person = "customer:1";
        let nothing = reading!(desk, |tx| load::<Vec<i64>>(tx, person, 1).await.unwrap());
        assert_eq!(nothing, Loaded::None);
        acting!(desk, |act| save(act, person, 1, &[1, 2]).await.unwrap());
        acting!(desk, |act| save(act, person, 1, &[3]).await.unwrap());
        reading!(desk, |tx| {
            let state = load::<Vec<i64>>(tx, person, 1).await.unwrap();
            assert!(
                matches!(state, Loaded::State(list, at) if list == [3] && at >= crate::testing::START)
            );
            let newer = load::<Vec<i64>>(tx, person, 2).await.unwrap();
            assert_eq!(newer, Loaded::Unreadable, "of another version");
            let other = load::<String>(tx, person, 1).await.unwrap();
            assert_eq!(other, Loaded::Unreadable, "of another shape");
        });
        acting!(desk, |act| clear(act, person).await.unwrap());
        let nothing = reading!(desk, |tx| load::<Vec<i64>>(tx, person, 1).await.unwrap());
        assert_eq!(nothing, Loaded::None);
    }
}
