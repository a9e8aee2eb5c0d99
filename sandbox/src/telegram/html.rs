//! `parse_mode` HTML as the Bot API reads it (Bot API: formatting options; texts of refusals as in `TDLib`).

use crate::shown::{ShownEntity, utf16};

/// An open tag and where its text began.
struct Open {
    tag: String,
    kind: String,
    url: Option<String>,
    offset: usize,
}

/// The plain text and its entities; the error is what stands behind "can't parse entities: ".
pub(crate) fn parse(input: &str) -> Result<(String, Vec<ShownEntity>), String> {
    let mut text = String::new();
    let mut length = 0;
    let mut open: Vec<Open> = Vec::new();
    let mut entities = Vec::new();
    let mut at = 0;
    while let Some(c) = input[at..].chars().next() {
        match c {
            '&' => {
                let (decoded, used) = character(&input[at..]);
                text.push(decoded);
                length += decoded.len_utf16();
                at += used;
            }
            '<' => {
                let end = tag_end(input, at)?;
                let inner = &input[at + 1..end];
                if let Some(name) = inner.strip_prefix('/') {
                    let closed = close(&mut open, name.trim(), at)?;
                    if length > closed.offset {
                        entities.push(ShownEntity {
                            kind: closed.kind,
                            offset: closed.offset,
                            length: length - closed.offset,
                            url: closed.url,
                        });
                    }
                } else {
                    open.push(start(inner, at, length)?);
                }
                at = end + 1;
            }
            c => {
                text.push(c);
                length += c.len_utf16();
                at += c.len_utf8();
            }
        }
    }
    if let Some(tag) = open.pop() {
        return Err(format!(
            "Can't find end tag corresponding to start tag \"{}\"",
            tag.tag
        ));
    }
    entities.retain(|entity| !entity.kind.is_empty());
    entities.sort_by_key(|entity| (entity.offset, std::cmp::Reverse(entity.length)));
    Ok(trimmed(&text, entities))
}

fn tag_end(input: &str, at: usize) -> Result<usize, String> {
    let mut quoted = None;
    for (i, c) in input[at..].char_indices() {
        match (quoted, c) {
            (None, '"' | '\'') => quoted = Some(c),
            (Some(quote), c) if c == quote => quoted = None,
            (None, '>') => return Ok(at + i),
            _ => {}
        }
    }
    Err(format!("Unclosed start tag at byte offset {at}"))
}

fn start(inner: &str, at: usize, offset: usize) -> Result<Open, String> {
    let name: String = inner.chars().take_while(|c| !c.is_whitespace()).collect();
    let name = name.to_ascii_lowercase();
    let rest = &inner[name.len()..];
    let kind = match name.as_str() {
        "b" | "strong" => "bold",
        "i" | "em" => "italic",
        "u" | "ins" => "underline",
        "s" | "strike" | "del" => "strikethrough",
        "code" => "code",
        "pre" => "pre",
        "tg-spoiler" => "spoiler",
        "blockquote" if rest.contains("expandable") => "expandable_blockquote",
        "blockquote" => "blockquote",
        "tg-emoji" => "custom_emoji",
        "a" => "text_link",
        "span" if attribute(rest, "class").as_deref() == Some("tg-spoiler") => "spoiler",
        "span" => {
            return Err(format!(
                "Tag \"span\" must have class \"tg-spoiler\" at byte offset {at}"
            ));
        }
        _ => {
            return Err(format!(
                "Unsupported start tag \"{name}\" at byte offset {at}"
            ));
        }
    };
    let url = (name == "a").then(|| attribute(rest, "href")).flatten();
    // A link without an address stays plain text.
    let plain = kind == "text_link" && url.as_deref().is_none_or(str::is_empty);
    let kind = if plain { "" } else { kind };
    Ok(Open {
        tag: name,
        kind: kind.to_owned(),
        url,
        offset,
    })
}

fn close(open: &mut Vec<Open>, name: &str, at: usize) -> Result<Open, String> {
    let Some(tag) = open.pop() else {
        return Err(format!("Unexpected end tag at byte offset {at}"));
    };
    if !name.is_empty() && !name.eq_ignore_ascii_case(&tag.tag) {
        return Err(format!(
            "Unmatched end tag at byte offset {at}, expected \"</{}>\", found \"</{name}>\"",
            tag.tag
        ));
    }
    Ok(tag)
}

fn attribute(rest: &str, name: &str) -> Option<String> {
    let after = rest.split_once(&format!("{name}="))?.1;
    let quote = after.chars().next()?;
    let value = if matches!(quote, '"' | '\'') {
        after[1..].split(quote).next()?
    } else {
        after.split_whitespace().next()?
    };
    let mut decoded = String::new();
    let mut at = 0;
    while let Some(c) = value[at..].chars().next() {
        let (c, used) = if c == '&' {
            character(&value[at..])
        } else {
            (c, c.len_utf8())
        };
        decoded.push(c);
        at += used;
    }
    Some(decoded)
}

/// A character reference, or the ampersand itself when it is none.
fn character(text: &str) -> (char, usize) {
    let reference = text[1..].split_once(';').map(|(name, _)| name);
    let decoded = match reference {
        Some("lt") => Some('<'),
        Some("gt") => Some('>'),
        Some("amp") => Some('&'),
        Some("quot") => Some('"'),
        Some(number) => number.strip_prefix('#').and_then(|digits| {
            let hex = digits.strip_prefix(['x', 'X']);
            let code = hex.map_or_else(
                || digits.parse().ok(),
                |hex| u32::from_str_radix(hex, 16).ok(),
            );
            code.filter(|code| *code != 0).and_then(char::from_u32)
        }),
        None => None,
    };
    match (decoded, reference) {
        (Some(c), Some(name)) => (c, name.len() + 2),
        _ => ('&', 1),
    }
}

/// Telegram cuts white space at both ends and moves the entities along.
pub(crate) fn trimmed(text: &str, entities: Vec<ShownEntity>) -> (String, Vec<ShownEntity>) {
    let kept = text.trim();
    let before = utf16(&text[..text.len() - text.trim_start().len()]);
    let end = before + utf16(kept);
    let cut = |entity: ShownEntity| {
        let from = entity.offset.max(before);
        let to = (entity.offset + entity.length).min(end);
        (to > from).then(|| ShownEntity {
            offset: from - before,
            length: to - from,
            ..entity
        })
    };
    (
        kept.to_owned(),
        entities.into_iter().filter_map(cut).collect(),
    )
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn entities_count_utf16_units() {
        let (text, entities) =
            parse("😀 <b>halo</b> &lt;<a href=\"https://a.b/?x=1&amp;y\">di sini</a>").unwrap();
        assert_eq!(text, "😀 halo <di sini");
        assert_eq!((entities[0].offset, entities[0].length), (3, 4));
        assert_eq!(entities[1].url.as_deref(), Some("https://a.b/?x=1&y"));
    }

    #[test]
    fn unbalanced_and_unknown_tags_are_refused() {
        assert_eq!(
            parse("<b>x").unwrap_err(),
            "Can't find end tag corresponding to start tag \"b\""
        );
        assert_eq!(
            parse("x</b>").unwrap_err(),
            "Unexpected end tag at byte offset 1"
        );
        assert!(
            parse("<b><i>x</b></i>")
                .unwrap_err()
                .starts_with("Unmatched end tag at byte offset 7")
        );
        assert!(
            parse("<div>x</div>")
                .unwrap_err()
                .starts_with("Unsupported start tag \"div\"")
        );
        assert!(
            parse("1 < 2")
                .unwrap_err()
                .starts_with("Unclosed start tag")
        );
    }

    #[test]
    fn white_space_at_the_ends_goes_and_entities_follow() {
        let (text, entities) = parse("  <i>a </i> ").unwrap();
        assert_eq!(text, "a");
        assert_eq!((entities[0].offset, entities[0].length), (0, 1));
    }
}
