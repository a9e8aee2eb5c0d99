//! Choices as an inline keyboard.

use sapa_core::outbox::{Choice, SendError};
use teloxide::types::{InlineKeyboardButton, InlineKeyboardMarkup};

use super::render::units;

/// Bot API: `InlineKeyboardButton`, `callback_data`, in bytes.
const DATA: usize = 64;
/// `TDLib` takes no more buttons under one message.
const BUTTONS: usize = 100;
/// Labels of one row together, so that none is shortened on a narrow phone.
const ROW: usize = 34;
/// A label and its description on one button.
const DESCRIBED: usize = 48;

/// The keyboard of these choices; none when there are none. Choices that are described are a list, one a row; short labels stand up to three in a row.
pub fn keyboard(choices: &[Choice]) -> Result<Option<InlineKeyboardMarkup>, SendError> {
    if choices.is_empty() {
        return Ok(None);
    }
    let too_long = choices
        .iter()
        .find(|choice| choice.id.is_empty() || choice.id.len() > DATA);
    if let Some(choice) = too_long {
        return Err(SendError::Permanent {
            code: "callback_data".into(),
            detail: format!("a choice's id has {} bytes", choice.id.len()),
        });
    }
    let choices = &choices[..choices.len().min(BUTTONS)];
    let rows = choices
        .chunks(per_row(choices))
        .map(|row| row.iter().map(button));
    Ok(Some(InlineKeyboardMarkup::new(rows)))
}

/// The most per row that leaves every label whole, rows as even as they can be: four are two and two.
fn per_row(choices: &[Choice]) -> usize {
    if choices.iter().any(|choice| choice.description.is_some()) {
        return 1;
    }
    let even = |most: usize| choices.len().div_ceil(choices.len().div_ceil(most));
    let fits = |per: &usize| {
        choices
            .chunks(*per)
            .all(|row| row.iter().map(|choice| units(&choice.label)).sum::<usize>() <= ROW)
    };
    [even(3), even(2)].into_iter().find(fits).unwrap_or(1)
}

fn button(choice: &Choice) -> InlineKeyboardButton {
    let described = choice
        .description
        .as_ref()
        .map(|more| format!("{} · {more}", choice.label))
        .filter(|both| units(both) <= DESCRIBED);
    let label = described.unwrap_or_else(|| choice.label.clone());
    // Telegram refuses a button without words.
    let label = if label.trim().is_empty() {
        "…".to_owned()
    } else {
        label
    };
    InlineKeyboardButton::callback(label, choice.id.clone())
}
