//! Letters and words as people type them in chats: case, accents, emoji, held letters, short spellings, numbers in words.
//!
//! Knows nothing of dialogues, and no list of words that a deployment could want to change: those are messages (`vocabulary`).

/// The spellings of chats, and the word that is meant.
const SPELLINGS: &[(&str, &str)] = &[
    ("yg", "yang"),
    ("dgn", "dengan"),
    ("dg", "dengan"),
    ("sm", "sama"),
    ("gak", "tidak"),
    ("ga", "tidak"),
    ("gk", "tidak"),
    ("g", "tidak"),
    ("nggak", "tidak"),
    ("ngga", "tidak"),
    ("ngak", "tidak"),
    ("enggak", "tidak"),
    ("engga", "tidak"),
    ("kagak", "tidak"),
    ("tdk", "tidak"),
    ("tak", "tidak"),
    ("ndak", "tidak"),
    ("sy", "saya"),
    ("tlg", "tolong"),
    ("utk", "untuk"),
    ("aja", "saja"),
    ("aj", "saja"),
    ("cepet", "cepat"),
    ("cpt", "cepat"),
    ("cpet", "cepat"),
    ("skrg", "sekarang"),
    ("skg", "sekarang"),
    ("bgt", "banget"),
    ("udh", "sudah"),
    ("udah", "sudah"),
    ("sdh", "sudah"),
    ("blm", "belum"),
    ("krm", "kirim"),
    ("kk", "kak"),
    ("pls", "please"),
    ("plz", "please"),
    ("u", "you"),
    ("ur", "your"),
    ("thx", "thanks"),
    ("okay", "oke"),
    ("okey", "oke"),
    ("ok", "oke"),
    ("k", "oke"),
    ("y", "ya"),
    ("iy", "ya"),
    ("iya", "ya"),
    ("iyah", "ya"),
    ("iye", "ya"),
    ("yah", "ya"),
    ("yoi", "ya"),
    ("yup", "yes"),
    ("yep", "yes"),
    ("yeah", "yes"),
    ("nope", "no"),
    ("nah", "no"),
    ("n", "no"),
];

/// The numbers from one to ten in words.
const NUMBERS: &[[&str; 4]] = &[
    ["satu", "pertama", "one", "first"],
    ["dua", "kedua", "two", "second"],
    ["tiga", "ketiga", "three", "third"],
    ["empat", "keempat", "four", "fourth"],
    ["lima", "kelima", "five", "fifth"],
    ["enam", "keenam", "six", "sixth"],
    ["tujuh", "ketujuh", "seven", "seventh"],
    ["delapan", "kedelapan", "eight", "eighth"],
    ["sembilan", "kesembilan", "nine", "ninth"],
    ["sepuluh", "kesepuluh", "ten", "tenth"],
];

/// What stands before a number that answers a question.
const BEFORE_NUMBERS: &[&str] = &[
    "nomor", "nomer", "no", "pilihan", "pilih", "opsi", "angka", "yang", "ke", "the", "number",
    "option", "choice", "choose", "pick",
];

/// The words of a text in lower case, without punctuation, emoji and diacritics, in the spelling that is meant.
pub fn tokens(text: &str) -> Vec<String> {
    let mut plain = String::with_capacity(text.len());
    for c in text.chars() {
        match c {
            '\'' | '’' | '`' => {}
            c if c.is_alphanumeric() => plain.extend(c.to_lowercase().map(bare)),
            // Combining accents and the keycap around "2️⃣" belong to the letter before them.
            '\u{300}'..='\u{36f}' | '\u{fe0f}' | '\u{20e3}' | '\u{200d}' => {}
            _ => plain.push(' '),
        }
    }
    plain
        .split_whitespace()
        .map(|word| meant(&calm(word)))
        .collect()
}

/// A text as its words, one space between them.
pub fn normal(text: &str) -> String {
    tokens(text).join(" ")
}

/// The number that a text is: "2", "dua", "nomor 2", "yang kedua", "2️⃣".
pub fn number(text: &str) -> Option<usize> {
    let words = tokens(text);
    let rest: Vec<&String> = words
        .iter()
        .skip_while(|word| BEFORE_NUMBERS.contains(&word.as_str()))
        .collect();
    let [word] = rest.as_slice() else { return None };
    let digits = word.strip_prefix("ke").unwrap_or(word);
    if !digits.is_empty() && digits.len() <= 2 && digits.bytes().all(|b| b.is_ascii_digit()) {
        return digits.parse().ok();
    }
    NUMBERS
        .iter()
        .position(|names| names.contains(&word.as_str()))
        .map(|at| at + 1)
}

/// The same word, however long its letters were held: "iyaa", "haloo".
pub fn same(one: &str, other: &str) -> bool {
    one == other || squeezed(one).eq(squeezed(other))
}

/// The letters of a word, each held one once. Letter by letter: most words differ in the first.
fn squeezed(word: &str) -> impl Iterator<Item = char> {
    let mut last = None;
    word.chars().filter(move |c| {
        let held = last == Some(*c) && !c.is_ascii_digit();
        last = Some(*c);
        !held
    })
}

/// A letter held for three or more is one: "tolooong".
fn calm(word: &str) -> String {
    let letters: Vec<char> = word.chars().collect();
    let mut out = String::with_capacity(word.len());
    let mut at = 0;
    while at < letters.len() {
        let run = letters[at..]
            .iter()
            .take_while(|c| **c == letters[at])
            .count();
        let kept = if run >= 3 && letters[at].is_alphabetic() {
            1
        } else {
            run
        };
        out.extend(std::iter::repeat_n(letters[at], kept));
        at += run;
    }
    out
}

/// The word that is meant, also when a letter of its spelling was held: "iyaa".
fn meant(word: &str) -> String {
    let by_spelling = |typed: &str| {
        SPELLINGS
            .iter()
            .find(|(known, _)| *known == typed)
            .map(|(_, meant)| (*meant).to_owned())
    };
    let held: String = squeezed(word).collect();
    by_spelling(word)
        .or_else(|| {
            if held.len() >= 2 && held != word {
                by_spelling(&held)
            } else {
                None
            }
        })
        .unwrap_or_else(|| word.to_owned())
}

/// A letter without its accent.
fn bare(c: char) -> char {
    match c {
        'à'..='å' | 'ā' | 'ă' => 'a',
        'ç' | 'ć' | 'č' => 'c',
        'è'..='ë' | 'ē' | 'ė' => 'e',
        'ì'..='ï' | 'ī' => 'i',
        'ñ' => 'n',
        'ò'..='ö' | 'ō' => 'o',
        'ù'..='ü' | 'ū' => 'u',
        'ý' | 'ÿ' => 'y',
        '０'..='９' => char::from(b'0' + u8::try_from(u32::from(c) - 0xff10).unwrap_or(0)),
        other => other,
    }
}

/// How many letters one has to change, add, drop or swap with their neighbour.
pub fn distance(one: &str, other: &str) -> usize {
    let (one, other): (Vec<char>, Vec<char>) = (one.chars().collect(), other.chars().collect());
    let mut before: Vec<usize> = Vec::new();
    let mut above: Vec<usize> = (0..=other.len()).collect();
    for (i, a) in one.iter().enumerate() {
        let mut row = vec![i + 1];
        for (j, b) in other.iter().enumerate() {
            let mut steps = (above[j] + usize::from(a != b))
                .min(above[j + 1] + 1)
                .min(row[j] + 1);
            if i > 0 && j > 0 && *a == other[j - 1] && one[i - 1] == *b {
                steps = steps.min(before[j - 1] + 1);
            }
            row.push(steps);
        }
        before = std::mem::replace(&mut above, row);
    }
    above[other.len()]
}
