//! Home: the numbers of the moment, live.

use std::{convert::Infallible, sync::Arc, time::Duration};

use askama::Template;
use axum::{
    extract::State,
    response::{
        Response,
        sse::{Event, KeepAlive, Sse},
    },
};
use futures_util::{Stream, stream};
use sapa_core::{
    db,
    desk::{Act, Ear},
    logins,
    staff::{self, Availability, Member, Permission},
    today::{self, Numbers},
};

use super::{
    Refusal,
    access::Visit,
    reading,
    shell::{Shell, html},
};
use crate::surface::Shared;

/// Between two looks at what changed: whatever happens in between is one piece of news.
const PAUSE: Duration = Duration::from_secs(2);
/// Without any bell it is looked all the same: time alone makes tickets late, and another process may have written.
const AT_LEAST: Duration = Duration::from_secs(15);

struct Board {
    numbers: Numbers,
    /// How long the oldest of what waits has.
    oldest: Option<String>,
    online: usize,
    /// Everybody who works on tickets.
    agents: Vec<Member>,
}

#[derive(Template)]
#[template(path = "home.html")]
struct Page {
    s: Shell,
    b: Board,
}

#[derive(Template)]
#[template(path = "numbers.html")]
struct Part {
    s: Shell,
    b: Board,
}

async fn board(act: &mut Act<'_>, visit: &Visit) -> db::Result<Board> {
    let midnight = visit.l.midnight(act.now);
    let numbers = today::numbers(act.tx, act.now, midnight).await?;
    let mut agents = staff::members(act.tx).await?;
    agents.retain(|one| one.linked && one.role.permits(Permission::TicketsWork));
    let online = agents
        .iter()
        .filter(|one| one.availability == Availability::Online)
        .count();
    let oldest = numbers.oldest.map(|at| visit.l.duration(act.now.since(at)));
    Ok(Board {
        numbers,
        oldest,
        online,
        agents,
    })
}

/// Home.
pub(super) async fn show(
    State(shared): State<Arc<Shared>>,
    visit: Visit,
) -> Result<Response, Refusal> {
    let b = reading!(shared, |act| Ok(board(act, &visit).await?))?;
    let s = Shell::of(&shared.surface.desk, &visit, "pages-home");
    Ok(html(&Page { s, b }))
}

/// The numbers alone, for a page that shows them already.
pub(super) async fn numbers(
    State(shared): State<Arc<Shared>>,
    visit: Visit,
) -> Result<Response, Refusal> {
    let b = reading!(shared, |act| Ok(board(act, &visit).await?))?;
    let s = Shell::of(&shared.surface.desk, &visit, "pages-home");
    Ok(html(&Part { s, b }))
}

/// Says whenever something may have changed, for as long as the session lasts.
pub(super) async fn live(
    State(shared): State<Arc<Shared>>,
    visit: Visit,
) -> Sse<impl Stream<Item = Result<Event, Infallible>>> {
    let ears = [
        shared.surface.desk.bell.outbox(),
        shared.surface.desk.bell.afar(),
    ];
    let listening = Listening {
        shared,
        visit,
        ears,
    };
    let news = stream::unfold(listening, |mut listening| async move {
        listening.hears().await.then(|| {
            // Browsers drop an event without data (HTML, "dispatch the event": an empty data buffer).
            let news = Event::default().event("changed").data("now");
            (Ok(news), listening)
        })
    });
    Sse::new(news).keep_alive(KeepAlive::new().interval(AT_LEAST))
}

struct Listening {
    shared: Arc<Shared>,
    visit: Visit,
    ears: [Ear; 2],
}

impl Listening {
    /// Waits for news. False: the session is over, or the desk is.
    async fn hears(&mut self) -> bool {
        let desk = &self.shared.surface.desk;
        let [outbox, afar] = &mut self.ears;
        let rung = async {
            desk.clock.sleep(PAUSE).await;
            tokio::select! {
                _ = outbox.changed() => {}
                _ = afar.changed() => {}
                () = desk.clock.sleep(AT_LEAST) => {}
            }
        };
        tokio::select! {
            () = self.shared.surface.stop.cancelled() => return false,
            () = rung => {}
        }
        self.goes_on().await.unwrap_or(true)
    }

    async fn goes_on(&self) -> db::Result<bool> {
        let desk = &self.shared.surface.desk;
        let mut tx = desk.db.read().await?;
        let me = &self.visit.visitor;
        let live = logins::goes_on(desk, &mut tx, me).await?;
        tx.rollback().await?;
        Ok(live)
    }
}
