//! Brings webhooks to the desk the way the platforms do: again and again until it says 200.

use std::net::SocketAddr;
use std::sync::Arc;
use std::time::Duration;

use tokio::sync::{Mutex, mpsc, watch};
use tokio_util::sync::CancellationToken;

use super::{Connection, Ledger, Watch};
use crate::clock::pause;

/// Before a delivery that failed is tried again. Meta waits longer; a run does not have seven days.
const AGAIN: Duration = Duration::from_millis(100);

/// A request on its way.
pub struct Parcel {
    /// The whole request.
    pub request: Vec<u8>,
    /// Whose acknowledgement is written down.
    pub mark: Option<(Arc<Ledger>, u64)>,
}

/// Some connections to the desk, wherever its processes listen just now, shared out evenly. Clones share them.
#[derive(Clone)]
pub struct Courier {
    parcels: mpsc::UnboundedSender<Parcel>,
    addresses: Arc<watch::Sender<Vec<SocketAddr>>>,
    open: Arc<watch::Sender<usize>>,
}

impl Courier {
    /// Starts so many connections; they end with `stop`.
    pub fn start(connections: usize, clock: Watch, stop: &CancellationToken) -> Self {
        let (parcels, waiting) = mpsc::unbounded_channel();
        let waiting = Arc::new(Mutex::new(waiting));
        let addresses = Arc::new(watch::Sender::new(Vec::new()));
        let open = Arc::new(watch::Sender::new(0));
        for turn in 0..connections {
            let run = deliver_all(
                Arc::clone(&waiting),
                (turn, addresses.subscribe()),
                Arc::clone(&open),
                clock,
            );
            let stop = stop.clone();
            tokio::spawn(async move { stop.run_until_cancelled(run).await });
        }
        Self {
            parcels,
            addresses,
            open,
        }
    }

    /// Where the desk's processes listen now; nothing while none does.
    pub fn points_to(&self, addresses: Vec<SocketAddr>) {
        self.addresses.send_replace(addresses);
    }

    /// Takes a parcel.
    pub fn bring(&self, parcel: Parcel) {
        self.open.send_modify(|open| *open += 1);
        // The connections outlive everybody who sends, but for the end of the run.
        let _ = self.parcels.send(parcel);
    }

    /// How many parcels have not been acknowledged yet.
    pub fn open(&self) -> usize {
        *self.open.borrow()
    }
}

async fn deliver_all(
    waiting: Arc<Mutex<mpsc::UnboundedReceiver<Parcel>>>,
    (turn, mut addresses): (usize, watch::Receiver<Vec<SocketAddr>>),
    open: Arc<watch::Sender<usize>>,
    clock: Watch,
) {
    let mut connection: Option<(SocketAddr, Connection)> = None;
    loop {
        let next = waiting.lock().await.recv().await;
        let Some(parcel) = next else { return };
        while !delivered(&parcel, turn, &mut addresses, &mut connection).await {
            connection = None;
            pause(AGAIN).await;
        }
        if let Some((ledger, mark)) = &parcel.mark {
            ledger.acked(*mark, clock.at());
        }
        open.send_modify(|open| *open -= 1);
    }
}

async fn delivered(
    parcel: &Parcel,
    turn: usize,
    addresses: &mut watch::Receiver<Vec<SocketAddr>>,
    connection: &mut Option<(SocketAddr, Connection)>,
) -> bool {
    let listening = addresses.wait_for(|addresses| !addresses.is_empty());
    let Ok(here) = listening
        .await
        .map(|addresses| addresses[turn % addresses.len()])
    else {
        return false;
    };
    if connection.as_ref().is_none_or(|(there, _)| *there != here) {
        *connection = Connection::open(here).await.ok().map(|new| (here, new));
    }
    let Some((_, connection)) = connection else {
        return false;
    };
    connection
        .exchange(&parcel.request)
        .await
        .is_ok_and(|status| status == 200)
}
