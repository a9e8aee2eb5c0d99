//! SQL of what waits to be sent.

use std::collections::{HashMap, HashSet};

use super::{Channel, FromRow, Millis, Tx, db, dialect};

/// Whoever has more than this part of what is read at once has a crowd of rows waiting.
const CROWD: usize = 16;

/// A row that waits, as the sender's memory holds it.
#[derive(Clone, Debug, PartialEq, Eq, FromRow)]
pub struct Waiting {
    /// Its place in the order.
    pub seq: i64,
    /// Its id.
    pub id: String,
    /// To whom.
    pub recipient: String,
    /// [`super::Class`] as a number.
    pub class: i64,
    /// The content's kind.
    pub kind: String,
    /// Not before (for a doubtful row: since when it is in doubt).
    pub due_at: Millis,
    /// It was refused before, and is not overtaken.
    pub refused: bool,
}

/// Rows that wait for their turn, in the order of classes: `limit` of them, and as many of others than those for whom a crowd of rows waits,
/// which would hide everybody else's.
pub async fn ready(tx: &mut Tx, channel: &Channel, limit: i64) -> db::Result<Vec<Waiting>> {
    let most = usize::try_from(limit).unwrap_or(usize::MAX);
    let (mut rows, mut crowded) = (Vec::<Waiting>::new(), HashSet::<String>::new());
    loop {
        let names: Vec<_> = crowded.iter().map(String::as_str).collect();
        let others = dialect::many::ready_besides(tx, &names, channel, limit).await?;
        let read = others.len();
        rows.retain(|row| crowded.contains(&row.recipient));
        rows.extend(others);
        if read < most {
            break;
        }
        let mut waiting: HashMap<&str, usize> = HashMap::new();
        for row in &rows {
            *waiting.entry(&row.recipient).or_default() += 1;
        }
        let before = crowded.len();
        let crowds = waiting.iter().filter(|(_, rows)| **rows > most / CROWD);
        crowded.extend(crowds.map(|(recipient, _)| (*recipient).to_owned()));
        if crowded.len() == before {
            break;
        }
    }
    rows.sort_by_key(|row| (row.class, row.seq));
    Ok(rows)
}
