//! Reads single values: from a file typed or as text, from the environment always as text.

use std::{net::SocketAddr, time::Duration};

use toml::Value;
use url::Url;

use super::mistakes::Wrong;

type Read<T> = Result<T, Wrong>;

/// Words, without spaces around them.
pub fn text(value: &Value) -> Read<String> {
    match value {
        Value::String(text) if !text.trim().is_empty() => Ok(text.trim().to_owned()),
        Value::String(_) => Err(Wrong::new("is empty", "give a value, or remove the line")),
        _ => Err(Wrong::new("is not a text", "write it in quotes")),
    }
}

/// A list: in the file an array, in the environment separated by commas.
pub fn list(value: &Value) -> Read<Vec<String>> {
    if let Value::Array(items) = value {
        return items.iter().map(text).collect();
    }
    let text = text(value)?;
    let items = text.split(',').map(str::trim);
    let items = items.filter(|item| !item.is_empty());
    Ok(items.map(str::to_owned).collect())
}

/// A whole number within bounds.
pub fn whole(value: &Value, least: u64, most: u64) -> Read<u64> {
    let number = match value {
        Value::Integer(number) => u64::try_from(*number).ok(),
        Value::String(text) => text.trim().replace('_', "").parse().ok(),
        _ => None,
    };
    let fits = number.filter(|number| (least..=most).contains(number));
    fits.ok_or_else(|| {
        Wrong::new(
            "is not a whole number that fits",
            format!("give a number from {least} to {most}"),
        )
    })
}

/// A rate: more than nothing.
pub fn rate(value: &Value) -> Read<f64> {
    let number = match value {
        #[expect(clippy::cast_precision_loss, reason = "rates are far below 2^52")]
        Value::Integer(number) => Some(*number as f64),
        Value::Float(number) => Some(*number),
        Value::String(text) => text.trim().parse().ok(),
        _ => None,
    };
    let fits = number.filter(|rate| rate.is_finite() && *rate >= 0.01 && *rate <= 100_000.0);
    fits.ok_or_else(|| Wrong::new("is not a rate", "give a number above 0, such as 80 or 0.5"))
}

/// A duration: `500ms`, `5s`, `10m`, `24h`, `30d`.
pub fn duration(value: &Value) -> Read<Duration> {
    let wrong = || {
        Wrong::new(
            "is not a duration",
            "write it as 500ms, 5s, 10m, 24h or 30d",
        )
    };
    let Value::String(text) = value else {
        return Err(wrong());
    };
    let text = text.trim();
    let digits = text.find(|c: char| !c.is_ascii_digit()).ok_or_else(wrong)?;
    let (number, unit) = text.split_at(digits);
    let number: u64 = number.parse().map_err(|_| wrong())?;
    let milliseconds = match unit {
        "ms" => 1,
        "s" => 1_000,
        "m" => 60_000,
        "h" => 3_600_000,
        "d" => 86_400_000,
        _ => return Err(wrong()),
    };
    let milliseconds = number
        .checked_mul(milliseconds)
        .filter(|ms| *ms <= 10 * 366 * 86_400_000);
    milliseconds
        .map(Duration::from_millis)
        .ok_or_else(|| Wrong::new("is longer than ten years", "give a shorter duration"))
}

/// How long something is kept: a duration of at least `least`, or `0` for ever.
pub fn kept(value: &Value, least: Duration, why: &'static str) -> Read<Option<Duration>> {
    let nothing = match value {
        Value::Integer(number) => *number == 0,
        Value::String(text) => text.trim() == "0",
        _ => false,
    };
    if nothing {
        return Ok(None);
    }
    let kept = duration(value)?;
    if kept < least {
        return Err(Wrong::new("is too short", why));
    }
    Ok(Some(kept))
}

/// Several durations.
pub fn durations(value: &Value) -> Read<Vec<Duration>> {
    list(value)?
        .into_iter()
        .map(|item| duration(&Value::String(item)))
        .collect()
}

/// An address to listen on.
pub fn listen(value: &Value) -> Read<SocketAddr> {
    let text = text(value)?;
    let text = text
        .strip_prefix("localhost:")
        .map_or(text.clone(), |port| format!("127.0.0.1:{port}"));
    text.parse().map_err(|_| {
        Wrong::new(
            "is not an address with a port",
            "write it as 127.0.0.1:8080, 0.0.0.0:8080 or [::]:8080",
        )
    })
}

/// An address on the web. `http` is for this machine only; the second value then warns.
pub fn address(value: &Value) -> Read<(Url, Option<&'static str>)> {
    let text = text(value)?;
    let url = Url::parse(&text).ok().filter(Url::has_host);
    let url =
        url.ok_or_else(|| Wrong::new("is not a web address", "write it as https://example.com"))?;
    if url.query().is_some()
        || url.fragment().is_some()
        || !url.username().is_empty()
        || url.password().is_some()
    {
        return Err(Wrong::new(
            "holds more than a host and a path",
            "write it as https://example.com",
        ));
    }
    match url.scheme() {
        "https" => Ok((url, None)),
        "http" if is_loopback(&url) => Ok((
            url,
            Some("unencrypted http, which is for tests on this machine only"),
        )),
        _ => Err(Wrong::new(
            "is not https",
            "write https://; plain http is accepted for this machine only (127.0.0.1, localhost)",
        )),
    }
}

fn is_loopback(url: &Url) -> bool {
    match url.host() {
        Some(url::Host::Ipv4(ip)) => ip.is_loopback(),
        Some(url::Host::Ipv6(ip)) => ip.is_loopback(),
        Some(url::Host::Domain(name)) => name == "localhost",
        None => false,
    }
}

/// One of several words.
pub fn one_of<T: Copy>(value: &Value, words: &[(&str, T)]) -> Read<T> {
    let text = text(value)?.to_lowercase();
    let found = words.iter().find(|(word, _)| *word == text);
    found.map(|(_, meaning)| *meaning).ok_or_else(|| {
        let words: Vec<_> = words.iter().map(|(word, _)| *word).collect();
        Wrong::new(
            format!("\"{text}\" is none of its values"),
            format!("choose {}", words.join(" or ")),
        )
    })
}

/// An approved template: `"name:language"`, or a table of `name` and `language`.
pub fn template(value: &Value) -> Read<(String, String)> {
    let wrong = || {
        Wrong::new(
            "is not a template",
            "write it as \"name:language\", such as \"ticket_news:id\", or { name = \"ticket_news\", language = \"id\" }",
        )
    };
    let (name, language) = match value {
        Value::Table(table) if table.len() == 2 => {
            let part = |key| table.get(key).and_then(Value::as_str).ok_or_else(wrong);
            (part("name")?, part("language")?)
        }
        Value::String(text) => text.split_once(':').ok_or_else(wrong)?,
        _ => return Err(wrong()),
    };
    let (name, language) = (name.trim(), language.trim());
    // Meta: message templates, names of lower-case letters, digits and underscores; languages like `id` and `en_US`.
    let plain = |text: &str| {
        !text.is_empty() && text.bytes().all(|b| b.is_ascii_alphanumeric() || b == b'_')
    };
    if plain(name) && plain(language) {
        Ok((name.into(), language.into()))
    } else {
        Err(wrong())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn given(text: &str) -> Value {
        Value::String(text.into())
    }

    #[test]
    fn durations_are_a_number_and_a_unit() {
        for (text, seconds) in [
            ("500ms", 0.5),
            ("5s", 5.0),
            ("10m", 600.0),
            ("24h", 86_400.0),
            ("30d", 30.0 * 86_400.0),
            ("0s", 0.0),
        ] {
            assert_eq!(
                duration(&given(text)),
                Ok(Duration::from_secs_f64(seconds)),
                "{text}"
            );
        }
        for text in [
            "",
            "5",
            "5 s",
            "s",
            "-5s",
            "5w",
            "1.5s",
            "99999999999999999999s",
            "9999999999h",
        ] {
            assert!(duration(&given(text)).is_err(), "{text}");
        }
        assert!(
            duration(&Value::Integer(5)).is_err(),
            "a number without a unit says nothing"
        );
    }

    #[test]
    fn templates_come_in_two_spellings() {
        let wanted = Ok(("ticket_news".to_owned(), "en_US".to_owned()));
        assert_eq!(template(&given("ticket_news:en_US")), wanted);
        let table: toml::Table = "name = 'ticket_news'\nlanguage = 'en_US'"
            .parse()
            .expect("TOML");
        assert_eq!(template(&Value::Table(table)), wanted);
        for text in ["ticket_news", "ticket news:id", ":id", "x:"] {
            assert!(template(&given(text)).is_err(), "{text}");
        }
    }

    #[test]
    fn plain_http_stays_on_this_machine() {
        for text in [
            "http://127.0.0.1:8081",
            "http://localhost:1",
            "http://[::1]:1",
        ] {
            assert!(matches!(address(&given(text)), Ok((_, Some(_)))), "{text}");
        }
        assert!(matches!(
            address(&given("https://graph.facebook.com")),
            Ok((_, None))
        ));
        for text in [
            "http://10.0.0.1",
            "http://127.0.0.1.example.com",
            "ftp://127.0.0.1",
            "graph.facebook.com",
            "https://u:p@h/",
        ] {
            assert!(address(&given(text)).is_err(), "{text}");
        }
    }

    #[test]
    fn lists_are_arrays_or_separated_by_commas() {
        assert_eq!(list(&given("a, b,")), Ok(vec!["a".into(), "b".into()]));
        assert_eq!(list(&Value::Array(vec![given("a")])), Ok(vec!["a".into()]));
    }
}
