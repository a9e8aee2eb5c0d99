//! By what words and digits customers are found: the beginnings of words of their names and of their customer number, in small letters
//! and without accents, and the first or last digits of their number. The row holds the list of its words (`customers.terms`); triggers
//! keep the table that is searched (`customer_words`) in step with it.

use serde_json::json;
use unicode_normalization::{UnicodeNormalization as _, char::is_combining_mark};

use super::{calling_code, parse_phone};
use crate::db::{self, Db, Tx, dialect};

pub(crate) mod store;

pub(crate) use store::{all_said, beginning, called, numbered};

/// So many words of what somebody looks for are looked at: the longest, which leave the fewest.
pub(crate) const WORDS: usize = 3;
/// Longer words are told apart by no more than this.
const LONGEST: usize = 40;
/// So many terms of one customer begin with the same sign. With them a page that is cut out of the words is known to hold enough people.
pub(crate) const ALIKE: usize = 8;
/// So many terms has one customer.
const MOST: usize = 40;
/// From so many signs on, a customer number is found by its end too.
const SHORTEST_END: usize = 3;
/// With so many customers a word is common: a tenth of a hundred thousand.
const COMMON: i64 = 10_000;
/// Of so many people the rows are read one by one.
const FEW: i64 = 4_000;
/// A number is found by so many last digits…
const LAST_DIGITS: usize = 4;
/// …or by so many first ones: fewer are everybody's.
const FIRST_DIGITS: usize = 6;
/// Rows that are given their words in one transaction.
const BATCH: usize = 1_000;

/// Small letters and digits without accents, apart at everything else.
fn folded(text: &str) -> Vec<String> {
    let plain: String = text.nfkd().filter(|c| !is_combining_mark(*c)).collect();
    let plain = plain.to_lowercase();
    let words = plain.split(|c: char| !c.is_alphanumeric());
    words
        .filter(|word| !word.is_empty())
        .map(|word| word.chars().take(LONGEST).collect())
        .collect()
}

/// The words that a customer is found by, as their row keeps them.
pub fn terms(name: &str, full_name: Option<&str>, account_number: Option<&str>) -> String {
    let mut all = folded(name);
    all.extend(folded(full_name.unwrap_or_default()));
    for word in folded(account_number.unwrap_or_default()) {
        if word.bytes().all(|b| b.is_ascii_digit()) {
            let ends = (1..word.len()).map(|from| &word[from..]);
            let ends = ends.filter(|end| end.len() >= SHORTEST_END && !end.starts_with('0'));
            all.extend(ends.map(str::to_owned).collect::<Vec<_>>());
        }
        all.push(word);
    }
    let mut kept: Vec<String> = Vec::new();
    for word in all {
        let first = word.chars().next();
        let alike = kept.iter().filter(|one| one.chars().next() == first);
        if alike.count() < ALIKE && kept.len() < MOST && !kept.contains(&word) {
            kept.push(word);
        }
    }
    json!(kept).to_string()
}

/// What somebody typed into a search.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(crate) struct Sought {
    /// The words a customer must be called by, the longest first.
    pub(crate) words: [Option<String>; WORDS],
    /// What must stand in a text, as patterns for `like … escape '\\'`: what was typed between spaces, the longest first.
    pub(crate) patterns: [Option<String>; WORDS],
    /// For each pattern the word that a customer may be called by instead.
    pub(crate) instead: [Option<String>; WORDS],
    /// A number in digits, or a part of one.
    pub(crate) digits: Digits,
}

/// What is known of a number. Empty where too little is.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(crate) struct Digits {
    /// It begins with these, or with more…
    pub(crate) from: Option<String>,
    /// …and comes before this.
    pub(crate) before: Option<String>,
    /// Its last four.
    pub(crate) last: Option<String>,
    /// A pattern of its end.
    pub(crate) end: Option<String>,
}

impl Sought {
    /// `None`: nothing is looked for. A phone number without a country's code is one of `region`.
    pub(crate) fn parse(typed: &str, region: &str) -> Option<Self> {
        let typed = typed.trim();
        let mut parts: Vec<_> = typed
            .to_lowercase()
            .split_whitespace()
            .map(str::to_owned)
            .collect();
        if parts.is_empty() {
            return None;
        }
        by_length(&mut parts);
        let mut words = folded(typed);
        by_length(&mut words);
        let longest = |part: &String| {
            let mut words = folded(part);
            by_length(&mut words);
            words.into_iter().next()
        };
        let parts = first(parts);
        Some(Self {
            instead: parts.each_ref().map(|part| part.as_ref().and_then(longest)),
            patterns: parts.map(|part| part.as_deref().and_then(dialect::containing)),
            words: first(words),
            digits: Digits::parse(typed, region),
        })
    }
}

impl Digits {
    fn parse(typed: &str, region: &str) -> Self {
        if let Some(number) = parse_phone(typed, region) {
            return Self {
                before: Some(format!("{number}0")),
                from: Some(number),
                ..Self::default()
            };
        }
        let known = |c: char| c.is_ascii_digit() || " +-().\u{a0}/".contains(c);
        let digits: String = typed.chars().filter(char::is_ascii_digit).collect();
        if !typed.chars().all(known) || digits.len() < LAST_DIGITS || digits.len() > LONGEST {
            return Self::default();
        }
        let whole = match (digits.strip_prefix('0'), calling_code(region)) {
            (Some(national), Some(code)) => format!("{code}{national}"),
            _ => digits.clone(),
        };
        let before = after_all(&whole).filter(|_| whole.len() >= FIRST_DIGITS);
        Self {
            from: before.is_some().then_some(whole),
            before,
            last: Some(digits[digits.len() - LAST_DIGITS..].to_owned()),
            end: Some(format!("%{digits}")),
        }
    }
}

/// The first digits that come after all that begin with these. Nines alone have none.
fn after_all(digits: &str) -> Option<String> {
    let kept = digits.trim_end_matches('9');
    let last = kept.bytes().last()?;
    let next = char::from(last + 1);
    Some(format!("{}{next}", &kept[..kept.len() - 1]))
}

fn by_length(words: &mut Vec<String>) {
    words.sort_by_key(|word| std::cmp::Reverse(word.chars().count()));
    let mut seen = std::collections::HashSet::new();
    words.retain(|word| seen.insert(word.clone()));
}

fn first(words: Vec<String>) -> [Option<String>; WORDS] {
    let mut words = words.into_iter();
    std::array::from_fn(|_| words.next())
}

/// By which of the words one looks.
#[derive(Debug, Default)]
pub(crate) struct Plan<'a> {
    /// Everybody is gone through who is called by this one, which few are.
    pub(crate) rare: Option<&'a str>,
    /// And by these.
    pub(crate) also: [Option<&'a str>; 2],
    /// These are so common that they are read beside whoever has the others.
    pub(crate) beside: [Option<&'a str>; 2],
    /// Of the words that may stand in a title instead, those that are not common.
    pub(crate) instead: [Option<&'a str>; WORDS],
}

impl<'a> Plan<'a> {
    /// The words as `called!` takes them.
    pub(crate) fn words(&self) -> Vec<Option<&'a str>> {
        let mut words = vec![self.rare];
        words.extend(self.also);
        words.extend(self.beside);
        words
    }
}

impl Sought {
    /// The words, the longest first.
    pub(crate) fn words(&self) -> Vec<Option<&str>> {
        self.words.iter().map(Option::as_deref).collect()
    }

    /// How to look for this. `None`: so many are called so that one had better look at whatever is listed, the newest first.
    pub(crate) async fn plan(&self, tx: &mut Tx) -> db::Result<Option<Plan<'_>>> {
        let mut plan = Plan::default();
        let (mut also, mut beside) = (plan.also.iter_mut(), plan.beside.iter_mut());
        let mut found = 0;
        for (place, word) in self.words.iter().flatten().enumerate() {
            let count = store::count(tx, word, COMMON).await?;
            if place == 0 {
                (plan.rare, found) = (Some(word.as_str()), count);
            } else if count < COMMON {
                also.next().into_iter().for_each(|next| *next = Some(word));
            } else if found < FEW {
                beside
                    .next()
                    .into_iter()
                    .for_each(|next| *next = Some(word));
            } else {
                found = COMMON;
            }
            if found == COMMON {
                return Ok(None);
            }
        }
        for (instead, word) in plan.instead.iter_mut().zip(&self.instead) {
            let word = word.as_deref();
            let common = plan.beside.iter().any(|one| one.is_some() && *one == word);
            *instead = word.filter(|_| !common);
        }
        Ok(Some(plan))
    }
}

/// What a customer is found by, made anew after a change of their names or their customer number.
pub(crate) async fn renew(tx: &mut Tx, customer_id: &str) -> db::Result<()> {
    if let Some(row) = store::names(tx, customer_id).await? {
        store::set(tx, customer_id, &row.terms()).await?;
    }
    Ok(())
}

/// Gives words to every customer who has none yet, from before there were any, a batch at a time: an interrupted one goes on where it was.
/// How many.
///
/// # Errors
/// When the database refuses.
pub async fn fill(db: &Db) -> db::Result<u64> {
    let mut filled = 0;
    loop {
        let mut tx = db.write().await?;
        // Of several processes that begin at once one does it.
        dialect::lock_name(&mut tx, "customer_words").await?;
        let rows = store::without(&mut tx, BATCH).await?;
        let done: Vec<_> = rows.iter().map(|row| (&row.id, row.terms())).collect();
        if done.is_empty() {
            tx.rollback().await?;
            return Ok(filled);
        }
        dialect::bulk::set_terms(&mut tx, &json!(done).to_string()).await?;
        tx.commit().await?;
        filled += u64::try_from(done.len()).unwrap_or_default();
    }
}

#[cfg(test)]
mod tests;
