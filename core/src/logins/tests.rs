//! Sessions and the door on both databases.

use super::{password::Shown, *};
use crate::{
    otp::NotVerified,
    staff::Role,
    testing::{
        both,
        people::{acting, reading},
        with_keys,
    },
};

async fn somebody(desk: &Desk, role: Role) -> Staff {
    acting!(desk, |act| {
        let invite = staff::invite(act, "Budi", role, None).await.unwrap();
        let id = invite.staff_id.clone();
        staff::redeem(act, &invite.token, &id, &id, None)
            .await
            .unwrap()
    })
}

#[tokio::test]
async fn after_the_key_was_changed_staff_stay_logged_in_and_links_open() {
    for (desk, _, _fresh) in both().await {
        let before = with_keys(&desk, 'a', &[]);
        let boss = somebody(&before, Role::SuperAdmin).await;
        let place = ("1.2.3.4", "x");
        let (token, _) = acting!(before, |act| {
            begin(act, Kind::Pages, Some(&boss.id), place, LASTS)
                .await
                .unwrap()
        });
        let link = acting!(before, |act| link_to_door(act, None).await.unwrap());
        let link = link.url.rsplit('/').next().unwrap();
        for (after, known) in [
            (with_keys(&desk, 'b', &[]), false),
            (with_keys(&desk, 'b', &['a']), true),
            (with_keys(&desk, 'c', &['b', 'a']), true),
        ] {
            let here = reading!(after, |tx| visitor(&after, tx, &token).await.unwrap());
            assert_eq!(here.is_some(), known);
            let good = reading!(after, |tx| is_good_link(&after, tx, link).await.unwrap());
            assert_eq!(good, known);
        }
        let forgotten = with_keys(&desk, 'b', &[]);
        let door = async |desk: &Desk| {
            let opened = acting!(desk, |act| open_door(act, link, "1.2.3.4", "x").await);
            opened.unwrap().map(|(secret, _)| secret)
        };
        assert!(door(&forgotten).await.is_none());
        let rotated = with_keys(&desk, 'c', &['b', 'a']);
        let secret = door(&rotated).await.expect("it opens");
        assert!(door(&rotated).await.is_none(), "once");
        let inside = reading!(rotated, |tx| opener(&rotated, tx, &secret).await.unwrap());
        assert!(inside.is_some());
    }
}

#[tokio::test]
async fn two_of_one_name_have_two_user_names() {
    for (desk, _, _fresh) in both().await {
        let (one, other) = (
            somebody(&desk, Role::Agent).await,
            somebody(&desk, Role::Agent).await,
        );
        let names = acting!(desk, |act| {
            let first = user_name(act, &one).await.unwrap();
            let second = user_name(act, &other).await.unwrap();
            assert_eq!(user_name(act, &one).await.unwrap(), first);
            [first, second]
        });
        assert_eq!(names, ["budi", "budi2"]);
    }
}

#[tokio::test]
async fn a_wrong_code_lets_nobody_in_and_is_written_down_whosever_it_was() {
    for (desk, _, _fresh) in both().await {
        let budi = somebody(&desk, Role::Agent).await;
        assert_eq!(budi.name, "Budi", "his name is his from the first day");
        let (his, nobodys) = acting!(desk, |act| {
            let mut asked = Vec::new();
            for name in ["@Budi", "nobody"] {
                let challenge =
                    request_code(act, name, &Shown::nothing(), "1.2.3.4", "curl/8").await;
                asked.push(challenge.unwrap().id);
            }
            (asked[0].clone(), asked[1].clone())
        });
        // Seven: five that could be right, and two at a challenge that is over.
        for challenge in [&his, &nobodys, "no challenge"] {
            for n in 0..7 {
                acting!(desk, |act| {
                    let shown = Shown::nothing();
                    let refused = enter(act, challenge, "no code", &shown, "1.2.3.4", "x").await;
                    assert!(matches!(refused, Err(NotVerified::Rejected)), "{n}");
                });
            }
        }
        let trail = reading!(desk, |tx| staff::trail(tx, None, 50).await.unwrap());
        let refused = trail.iter().filter(|line| line.action == "login.refused");
        let whose: Vec<_> = refused.map(|line| line.subject.as_str()).collect();
        assert_eq!(whose.iter().filter(|one| **one == budi.id).count(), 7);
        assert_eq!(whose.iter().filter(|one| one.is_empty()).count(), 14);
    }
}

#[tokio::test]
async fn the_door_opens_once_and_closes_with_the_role() {
    for (desk, clock, _fresh) in both().await {
        let boss = somebody(&desk, Role::SuperAdmin).await;
        let link = acting!(desk, |act| link_to_door(act, Some(&boss)).await.unwrap());
        let token = link.url.rsplit('/').next().unwrap();
        let good = reading!(desk, |tx| is_good_link(&desk, tx, token).await.unwrap());
        assert!(good, "to look uses nothing up");
        let (secret, _) = acting!(desk, |act| open_door(act, token, "1.2.3.4", "x")
            .await
            .unwrap())
        .expect("it opens");
        let again = acting!(desk, |act| open_door(act, token, "1.2.3.4", "x")
            .await
            .unwrap());
        assert!(again.is_none(), "once");
        let inside = async || {
            let opener = reading!(desk, |tx| opener(&desk, tx, &secret).await.unwrap());
            opener.is_some()
        };
        assert!(inside().await);
        let pages = reading!(desk, |tx| visitor(&desk, tx, &secret).await.unwrap());
        assert!(pages.is_none(), "the door is not the pages");
        acting!(desk, |act| staff::change_role(
            act,
            &Actor::System,
            &boss.id,
            Role::Admin
        )
        .await
        .unwrap());
        assert!(
            !inside().await,
            "whoever is no super admin any more is out at once"
        );
        let late = acting!(desk, |act| link_to_door(act, None).await.unwrap());
        clock.advance(Duration::from_mins(11));
        let token = late.url.rsplit('/').next().unwrap();
        assert!(acting!(desk, |act| open_door(act, token, "x", "x").await.unwrap()).is_none());
    }
}

#[tokio::test]
async fn strangers_do_not_keep_him_out_of_a_network_that_he_was_logged_in_from() {
    for (desk, clock, _fresh) in both().await {
        let budi = somebody(&desk, Role::Agent).await;
        acting!(desk, |act| {
            user_name(act, &budi).await.unwrap();
            let place = ("2001:db8:1:2::1", "curl/8");
            begin(act, Kind::Pages, Some(&budi.id), place, LASTS)
                .await
                .unwrap();
        });
        let ask = async |address: String| {
            clock.advance(Duration::from_secs(61));
            acting!(desk, |act| request_code(
                act,
                "budi",
                &Shown::nothing(),
                &address,
                "x"
            )
            .await
            .is_ok())
        };
        let mut strangers = 0;
        for n in 0..10 {
            strangers += u32::from(ask(format!("203.0.113.{n}")).await);
        }
        assert_eq!(strangers, 5);
        assert!(!ask("2001:db8:1:3::1".into()).await, "another network");
        assert!(
            ask("2001:db8:1:2:3:4:5:6".into()).await,
            "his, by another address"
        );
    }
}
