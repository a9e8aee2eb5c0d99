//! What commands print: the only place that writes to the terminal. Results go to stdout, everything else to stderr.

use std::{
    fmt::Write as _,
    io::{self, Write as _},
};

use serde_json::{Value, json};

/// How a command tells its result.
#[derive(Clone, Copy, Debug)]
pub struct Output {
    /// One JSON object instead of words.
    pub json: bool,
}

impl Output {
    /// The result: an object for scripts, or words for people.
    pub fn result(self, object: &Value, words: &str) {
        if self.json {
            print(&object.to_string());
        } else {
            print(words);
        }
    }

    /// Why there is no result. Scripts get it as `error` on stdout; `details` are merged into it.
    pub fn failure(self, error: &anyhow::Error, details: Value) {
        // Causes after the message, as one sentence a line.
        let mut words = format!("error: {error}");
        for cause in error.chain().skip(1) {
            let _ = write!(words, "\n  because: {cause}");
        }
        complain(&words);
        if self.json {
            let mut object = json!({"message": error.to_string()});
            if let (Value::Object(object), Value::Object(details)) = (&mut object, details) {
                object.extend(details);
            }
            print(&json!({"error": object}).to_string());
        }
    }
}

/// Something to know, besides the result.
pub fn complain(words: &str) {
    // Nobody may be listening any more; that is no reason to fail.
    let _ = writeln!(io::stderr(), "{words}");
}

fn print(words: &str) {
    let mut out = io::stdout().lock();
    let _ = writeln!(out, "{words}");
    let _ = out.flush();
}

/// Rows in columns as wide as they need.
pub fn table(head: &[&str], rows: &[Vec<String>]) -> String {
    let mut widths: Vec<usize> = head.iter().map(|cell| cell.chars().count()).collect();
    for row in rows {
        for (width, cell) in widths.iter_mut().zip(row) {
            *width = (*width).max(cell.chars().count());
        }
    }
    let line = |cells: Vec<&str>| {
        let padded = cells
            .iter()
            .zip(&widths)
            .map(|(cell, width)| format!("{cell:<width$}"));
        padded.collect::<Vec<_>>().join("  ").trim_end().to_owned()
    };
    let body = rows
        .iter()
        .map(|row| line(row.iter().map(String::as_str).collect()));
    std::iter::once(line(head.to_vec()))
        .chain(body)
        .collect::<Vec<_>>()
        .join("\n")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn columns_are_as_wide_as_they_need() {
        let rows = vec![
            vec!["a".into(), "••••".into(), "x".into()],
            vec!["long".into(), String::new(), "y".into()],
        ];
        let told = table(&["k", "v", "s"], &rows);
        assert_eq!(told, "k     v     s\na     ••••  x\nlong        y");
    }
}
