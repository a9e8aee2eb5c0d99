//! The colours of the pages against each other (WCAG 2.2: 1.4.3 for words, 1.4.11 for the borders of fields), in light and in dark.

use std::collections::BTreeMap;

const SHEET: &str = include_str!("../../assets/pages.css");
/// What words stand on. Pico's own ground of a field is the last.
const LIGHT_GROUNDS: [&str; 1] = ["#fff"];
const DARK_GROUNDS: [&str; 1] = ["#1c212c"];

type Tokens = BTreeMap<&'static str, &'static str>;

/// The custom properties of the rule that begins so.
fn tokens(rule: &str) -> Tokens {
    let after = SHEET.split_once(rule).expect("the rule").1;
    let inside = after.split_once('}').expect("an end").0;
    let pairs = inside.split(';').filter_map(|line| line.split_once(':'));
    pairs
        .map(|(name, value)| (name.trim(), value.trim()))
        .collect()
}

/// Relative luminance (WCAG 2.2).
fn luminance(colour: &str) -> f64 {
    let digits = colour.strip_prefix('#').expect("a colour");
    let wide = match digits.len() {
        3 => digits.chars().flat_map(|c| [c, c]).collect(),
        _ => digits.to_owned(),
    };
    let part = |at: usize| {
        let byte = u8::from_str_radix(&wide[at..at + 2], 16).expect("two digits");
        let part = f64::from(byte) / 255.0;
        if part <= 0.040_45 {
            part / 12.92
        } else {
            ((part + 0.055) / 1.055).powf(2.4)
        }
    };
    0.2126 * part(0) + 0.7152 * part(2) + 0.0722 * part(4)
}

fn ratio(one: &str, other: &str) -> f64 {
    let (a, b) = (luminance(one), luminance(other));
    (a.max(b) + 0.05) / (a.min(b) + 0.05)
}

fn is_readable(tokens: &Tokens, fields: &[&'static str]) {
    let told = |name: &str, colour: &str, ground: &str, least: f64| {
        let ratio = ratio(colour, ground);
        assert!(ratio >= least, "{name} {colour} on {ground}: {ratio:.2}");
    };
    let grounds: Vec<_> = ["--surface", "--raised", "--own"]
        .iter()
        .map(|name| tokens[name])
        .collect();
    for name in [
        "--ink",
        "--muted",
        "--ok",
        "--wait",
        "--late",
        "--off",
        "--blue",
        "--violet",
        "--pico-primary",
    ] {
        for ground in &grounds {
            told(name, tokens[name], ground, 4.5);
        }
    }
    let button = tokens["--pico-primary-inverse"];
    for name in [
        "--pico-primary-background",
        "--pico-primary-hover-background",
    ] {
        told("a button's words", button, tokens[name], 4.5);
    }
    told("a dangerous button's words", "#fff", "#b42318", 4.5);
    for ground in grounds.iter().chain(fields) {
        let border = tokens["--pico-form-element-border-color"];
        told("a field's border", border, ground, 3.0);
    }
    for ground in fields {
        let hint = tokens["--pico-form-element-placeholder-color"];
        told("a placeholder", hint, ground, 4.5);
    }
}

#[test]
fn words_and_borders_stand_out_in_light_and_dark() {
    assert!((ratio("#000", "#ffffff") - 21.0).abs() < 0.01);
    is_readable(&tokens("[data-theme=light] {"), &LIGHT_GROUNDS);
    let dark = tokens("\n[data-theme=dark] {");
    is_readable(&dark, &DARK_GROUNDS);
    // By the system's wish and by the switch it is the same dark.
    assert_eq!(dark, tokens("  :root:not([data-theme=light]) {"));
}
