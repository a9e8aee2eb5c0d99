//! Who talks with staff: the open conversations that are no longer the bot's, and the tickets that nobody talks about now, as one list.

use crate::{
    clock::Millis,
    contacts::finding::Sought,
    db::{self, FromRow},
    desk::Act,
    tickets::Status,
};

pub(crate) mod store;

/// As many as a page holds.
pub const PAGE: usize = 50;

/// Which of them.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Which<'a> {
    /// Everybody's, or one of the staff's own.
    All(Option<&'a str>),
    /// Those about no ticket that wait for somebody, the longest wait first.
    Waiting,
    /// Those of customers with such a name or number, of the bot too; for one of the staff only what he may see.
    Named(&'a str, Option<&'a str>),
}

/// A line of the list.
#[derive(Clone, Debug, PartialEq, Eq, FromRow)]
pub struct Line {
    /// The conversation's id, or the ticket's where nobody talks about it now.
    pub id: String,
    /// The ticket's number.
    pub number: Option<String>,
    /// The ticket in one line.
    pub title: Option<String>,
    /// Where the ticket stands.
    pub status: Option<Status>,
    /// It waits for somebody.
    pub waits: bool,
    /// The customer's name.
    pub customer_name: String,
    /// Who sees to it.
    pub staff_name: Option<String>,
    /// What was said last.
    pub words: Option<String>,
    /// Whether the customer said it.
    pub theirs: bool,
    /// When something was said last.
    pub said_at: Millis,
    /// Its place in the list: when the customer wrote last, or it was opened.
    pub at: Millis,
}

impl Line {
    /// What leads to it: the ticket's number, or the conversation's id.
    pub fn key(&self) -> &str {
        self.number.as_deref().unwrap_or(&self.id)
    }
}

/// A page of them, and whether there are more. What is found by name comes as one page.
pub async fn list(
    act: &mut Act<'_>,
    which: Which<'_>,
    after: Option<(Millis, &str)>,
) -> db::Result<(Vec<Line>, bool)> {
    let mut found = match which {
        Which::All(staff_id) => store::all(act.tx, staff_id, after, PAGE + 1).await?,
        Which::Waiting => store::waiting(act.tx, after, PAGE + 1).await?,
        Which::Named(words, seen_by) => {
            let found = match Sought::parse(words, &act.desk.settings.default_region) {
                Some(sought) => store::named(act.tx, &sought, seen_by, PAGE).await?,
                None => Vec::new(),
            };
            return Ok((found, false));
        }
    };
    let more = found.len() > PAGE;
    found.truncate(PAGE);
    Ok((found, more))
}
