//! Phone numbers as people read and type them.

use phonenumber::{Mode, country};

/// Nobody writes a number longer than this, however they group it.
const LONGEST: usize = 40;

/// Reads the table of all countries' numbers, which otherwise the first number does: it takes some 70 ms, for which everybody who writes to
/// an SQLite database would wait.
pub fn learn_phone_numbers() {
    let _ = format_phone("62");
}

/// A wa_id as people read it: "+62 812-3456-7890". What is no valid number is shown as digits after a plus.
pub fn format_phone(wa_id: &str) -> String {
    let dialled = format!("+{}", wa_id.trim_start_matches('+'));
    match phonenumber::parse(None, &dialled) {
        Ok(number) if number.is_valid() => number.format().mode(Mode::International).to_string(),
        _ => dialled,
    }
}

/// What somebody typed, as WhatsApp names it: digits with the country's code. A number without one is one of `region` (ISO 3166).
pub fn parse_phone(typed: &str, region: &str) -> Option<String> {
    let typed = typed.trim();
    let digits = |text: &str| {
        text.chars()
            .filter(char::is_ascii_digit)
            .collect::<String>()
    };
    let known = |c: char| c.is_ascii_digit() || " +-().\u{a0}/".contains(c);
    if typed.len() > LONGEST || !typed.chars().all(known) {
        return None;
    }
    let region: Option<country::Id> = region.parse().ok();
    let number = phonenumber::parse(region, typed)
        .ok()
        .filter(phonenumber::PhoneNumber::is_valid);
    // A whole number without its plus ("62812…"), as WhatsApp itself writes them.
    let number = number.or_else(|| {
        let whole = format!("+{}", digits(typed));
        phonenumber::parse(None, whole)
            .ok()
            .filter(phonenumber::PhoneNumber::is_valid)
    })?;
    Some(digits(&number.format().mode(Mode::E164).to_string()))
}

/// The country's code that is meant where a number is typed without one.
pub(crate) fn calling_code(region: &str) -> Option<u16> {
    let region: country::Id = region.parse().ok()?;
    let known = phonenumber::metadata::DATABASE.by_id(region.as_ref())?;
    Some(known.country_code())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn numbers_are_understood_however_they_are_written() {
        for typed in [
            "081234567890",
            "0812-3456-7890",
            "+62 812 3456 7890",
            "62 812-3456-7890",
            "6281234567890",
            "(0812) 3456.7890",
            "81234567890",
        ] {
            assert_eq!(
                parse_phone(typed, "ID").as_deref(),
                Some("6281234567890"),
                "{typed}"
            );
        }
        assert_eq!(
            parse_phone("+1 415 555 2671", "ID").as_deref(),
            Some("14155552671")
        );
        for typed in [
            "",
            "12",
            "halo",
            "+",
            "0812345678x0",
            "++62812",
            &"1".repeat(1_000),
        ] {
            assert_eq!(parse_phone(typed, "ID"), None, "{typed}");
        }
    }
}
