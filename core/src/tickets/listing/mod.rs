//! Tickets as a list: filtered, searched, a page at a time, with the names that stand beside them.

use super::{Priority, Status};
use crate::{
    clock::Millis,
    db::{self, FromRow, Tx},
    ids::parse_ticket_number,
};

pub(crate) mod store;

/// As many as a page holds.
pub const PAGE: usize = 50;

/// Which tickets, by how they stand.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Group {
    /// Every one.
    All,
    /// Those that somebody has to see to.
    Open,
    /// Those that nobody sees to yet.
    Waiting,
    /// Those that should be resolved by now.
    Overdue,
    /// Those that are over.
    Done,
    /// Those that stand just so.
    Status(Status),
}

impl Group {
    /// The groups, in the order of a menu; single statuses come after them.
    pub const ALL: [Self; 5] = [
        Self::Open,
        Self::Waiting,
        Self::Overdue,
        Self::Done,
        Self::All,
    ];

    /// As it stands in an address.
    pub fn as_str(self) -> &'static str {
        match self {
            Self::All => "all",
            Self::Open => "active",
            Self::Waiting => "waiting",
            Self::Overdue => "overdue",
            Self::Done => "done",
            Self::Status(status) => status.as_str(),
        }
    }

    /// From an address.
    pub fn parse(written: &str) -> Option<Self> {
        let group = Self::ALL
            .into_iter()
            .find(|group| group.as_str() == written);
        group.or_else(|| Status::parse(written).map(Self::Status))
    }
}

/// Which tickets are wanted.
#[derive(Clone, Debug)]
pub struct Wanted<'a> {
    /// How they stand.
    pub group: Group,
    /// How urgent they are.
    pub priority: Option<Priority>,
    /// What they are about.
    pub type_id: Option<&'a str>,
    /// Who sees to them.
    pub staff_id: Option<&'a str>,
    /// Whose they are.
    pub customer_id: Option<&'a str>,
    /// A ticket's number, or words of its title or of the customer's name.
    pub words: &'a str,
    /// Only what this member of staff may see: his own, and what waits.
    pub seen_by: Option<&'a str>,
    /// Older than this one (opened then, of this id).
    pub after: Option<(Millis, &'a str)>,
}

/// A ticket in a list.
#[derive(Clone, Debug, PartialEq, Eq, FromRow)]
pub struct Row {
    /// Our id.
    pub id: String,
    /// Its number.
    pub number: String,
    /// In one line.
    pub title: String,
    /// Where it stands.
    pub status: Status,
    /// How urgent it is.
    pub priority: Priority,
    /// What it is about.
    pub type_id: String,
    /// The customer's name.
    pub customer_name: String,
    /// Who sees to it.
    pub staff_name: Option<String>,
    /// When it was opened.
    pub opened_at: Millis,
    /// By when it is to be resolved.
    pub due_at: Millis,
}

/// A page of tickets, the newest first, and whether there are more.
pub async fn list(tx: &mut Tx, wanted: &Wanted<'_>, now: Millis) -> db::Result<(Vec<Row>, bool)> {
    let mut rows = match parse_ticket_number(wanted.words) {
        Some(number) => store::numbered(tx, &number, wanted.seen_by).await?,
        None => store::list(tx, wanted, now, PAGE + 1).await?,
    };
    let more = rows.len() > PAGE;
    rows.truncate(PAGE);
    Ok((rows, more))
}
