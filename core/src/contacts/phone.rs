//! Phone numbers as people read them.

use phonenumber::Mode;

/// A wa_id as people read it: "+62 812-3456-7890". What is no valid number is shown as digits after a plus.
pub fn format_phone(wa_id: &str) -> String {
    let dialled = format!("+{}", wa_id.trim_start_matches('+'));
    match phonenumber::parse(None, &dialled) {
        Ok(number) if number.is_valid() => number.format().mode(Mode::International).to_string(),
        _ => dialled,
    }
}
