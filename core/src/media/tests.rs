//! Files, on both databases and a real folder.

use std::{
    collections::HashMap,
    sync::{Arc, Mutex},
    time::Duration,
};

use tokio_util::sync::CancellationToken;

use super::*;
use crate::{
    clock::MovableClock,
    desk::Desk,
    testing::{
        both, eventually,
        people::{acting, reading},
    },
};

const JPEG: &[u8] = b"\xff\xd8\xff\xe0\0\x10JFIF\0";

/// A platform that holds files, and refuses as it is told.
#[derive(Default)]
struct Platform {
    refusals: Mutex<HashMap<String, Vec<FetchError>>>,
    asked: Mutex<Vec<String>>,
}

#[async_trait]
impl Fetch for Platform {
    async fn fetch(&self, platform_id: &str, _: u64) -> Result<Vec<u8>, FetchError> {
        self.asked.lock().unwrap().push(platform_id.to_owned());
        match self
            .refusals
            .lock()
            .unwrap()
            .get_mut(platform_id)
            .and_then(Vec::pop)
        {
            Some(refusal) => Err(refusal),
            None if platform_id == "huge" => Ok(vec![0; 5_000]),
            None => Ok(JPEG.to_vec()),
        }
    }
}

async fn wanted(desk: &Desk, platform_id: &str) -> String {
    let id = acting!(desk, |act| {
        let channel = act.desk.settings.whatsapp.clone();
        let name = Some("../../etc/passwd");
        want(
            act,
            &channel,
            platform_id,
            MediaKind::Image,
            name,
            Some("text/html"),
        )
        .await
        .unwrap()
    });
    desk.bell.ring_outbox();
    id
}

async fn media(desk: &Desk, id: &str) -> Media {
    reading!(desk, |tx| by_id(tx, id).await.unwrap().unwrap())
}

/// A desk with a media folder of its own, and the job at work on it.
fn at_work(desk: &Desk, platform: &Arc<Platform>) -> (Desk, tempfile::TempDir, CancellationToken) {
    let folder = tempfile::tempdir().unwrap();
    let mut desk = desk.clone();
    let mut settings = (*desk.settings).clone();
    settings.media_dir = folder.path().join("media");
    settings.media_max_bytes = 1_000;
    desk.settings = Arc::new(settings);
    let stop = CancellationToken::new();
    let fetch: Arc<dyn Fetch> = platform.clone();
    let fetchers = vec![(desk.settings.whatsapp.clone(), fetch)];
    tokio::spawn(run(desk.clone(), fetchers, stop.clone()));
    (desk, folder, stop)
}

async fn settles(desk: &Desk, clock: &MovableClock, id: &str) -> Media {
    eventually("the file is stored or has failed", || async {
        clock.advance(Duration::from_secs(5));
        media(desk, id).await.state != MediaState::Wanted
    })
    .await;
    media(desk, id).await
}

#[tokio::test]
async fn a_file_is_fetched_and_stored_by_its_bytes() {
    for (desk, clock, _fresh) in both().await {
        let platform = Arc::new(Platform::default());
        let (desk, folder, stop) = at_work(&desk, &platform);
        let id = wanted(&desk, "p1").await;
        assert_eq!(
            wanted(&desk, "p1").await,
            id,
            "the same file is wanted once"
        );
        let stored = settles(&desk, &clock, &id).await;
        assert_eq!(stored.state, MediaState::Stored);
        assert_eq!(
            (stored.mime.as_deref(), stored.size),
            (Some("image/jpeg"), Some(11))
        );
        let file = path(&desk.settings, &stored);
        assert_eq!(file, folder.path().join("media").join(format!("{id}.jpg")));
        assert_eq!(std::fs::read(&file).unwrap(), JPEG);
        let files = std::fs::read_dir(folder.path().join("media"))
            .unwrap()
            .count();
        assert_eq!(files, 1, "nothing half-written stays");
        stop.cancel();
    }
}

#[tokio::test]
async fn what_cannot_be_had_is_tried_again_or_failed() {
    for (desk, clock, _fresh) in both().await {
        let platform = Arc::new(Platform::default());
        let refuse = |id: &str, with: Vec<FetchError>| {
            platform.refusals.lock().unwrap().insert(id.into(), with);
        };
        refuse("late", vec![FetchError::Retry, FetchError::Retry]);
        refuse("never", vec![FetchError::Retry; 9]);
        refuse("gone", vec![FetchError::Gone]);
        let (desk, _folder, stop) = at_work(&desk, &platform);
        let mut ids = HashMap::new();
        for name in ["late", "never", "gone", "huge"] {
            ids.insert(name, wanted(&desk, name).await);
        }
        let late = settles(&desk, &clock, &ids["late"]).await;
        assert_eq!((late.state, late.error), (MediaState::Stored, None));
        for (name, error) in [
            ("never", "unreachable"),
            ("gone", "gone"),
            ("huge", "too_large"),
        ] {
            let failed = settles(&desk, &clock, &ids[name]).await;
            assert_eq!(
                (failed.state, failed.error.as_deref()),
                (MediaState::Failed, Some(error)),
                "{name}"
            );
        }
        let asked = |name: &str| {
            platform
                .asked
                .lock()
                .unwrap()
                .iter()
                .filter(|id| *id == name)
                .count()
        };
        assert_eq!((asked("late"), asked("never"), asked("gone")), (3, 5, 1));
        // Sent again, it is wanted again.
        assert_eq!(wanted(&desk, "gone").await, ids["gone"]);
        assert_eq!(
            settles(&desk, &clock, &ids["gone"]).await.state,
            MediaState::Stored
        );
        stop.cancel();
    }
}

#[tokio::test]
async fn a_file_that_an_earlier_run_had_taken_is_fetched() {
    for (desk, clock, _fresh) in both().await {
        let id = wanted(&desk, "p1").await;
        acting!(desk, |act| {
            let until = act.now.plus(Duration::from_mins(2));
            let claimed = store::claim(act.tx, &id, act.now, until).await.unwrap();
            assert!(claimed.is_some());
            let again = store::claim(act.tx, &id, act.now, until).await.unwrap();
            assert!(again.is_none(), "it is taken");
        });
        let (desk, _folder, stop) = at_work(&desk, &Arc::default());
        assert_eq!(settles(&desk, &clock, &id).await.state, MediaState::Stored);
        stop.cancel();
    }
}

#[tokio::test]
async fn a_clock_that_is_set_back_holds_no_file_up() {
    for (desk, clock, _fresh) in both().await {
        let (desk, _folder, stop) = at_work(&desk, &Arc::default());
        let id = wanted(&desk, "late").await;
        clock.jump(-3 * 3_600_000);
        assert_eq!(settles(&desk, &clock, &id).await.state, MediaState::Stored);
        stop.cancel();
    }
}
