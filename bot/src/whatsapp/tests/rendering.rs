//! Prompts on the wire: buttons, lists, numbers; long texts, files, templates.

use sapa_core::{
    markup::Markup,
    outbox::{Choice, Prompt, Template},
};
use serde_json::{Value, json};

use crate::whatsapp::{
    attach::{Attached, Form},
    render::{self, Address, File, Part, Phrases},
    text::units,
};

fn phrases() -> Phrases {
    Phrases {
        choose: "Pilih".into(),
        by_number: "Balas dengan nomor.".into(),
        no_file: "(Tanpa berkas.)".into(),
    }
}

fn file(form: Form) -> Attached {
    Attached {
        id: "77".into(),
        form,
        filename: Some("nota.pdf".into()),
    }
}

fn show(prompt: &Prompt, file: File<'_>) -> Vec<Part> {
    render::prompt(prompt, file, &phrases())
}

fn choices(count: usize, label: &str) -> Vec<Choice> {
    (1..=count)
        .map(|n| Choice::new(format!("menu:{n}"), format!("{label} {n}")))
        .collect()
}

fn choose(text: &str, choices: Vec<Choice>) -> Prompt {
    Prompt::choose(Markup::plain(text), choices)
}

/// One word for each part: its type, and for an interactive one its sort.
fn shape(parts: &[Part]) -> Vec<String> {
    let sort = |part: &Part| match part.node["type"].as_str() {
        Some(sort) => format!("{}/{sort}", part.kind),
        None => part.kind.to_owned(),
    };
    parts.iter().map(sort).collect()
}

#[test]
fn choices_take_the_form_that_holds_them() {
    let labelled = |mut prompt: Prompt| {
        prompt.list_label = Some("Lihat".into());
        prompt
    };
    let twice = |n: usize| Choice::new(format!("a:{n}"), "Sama");
    let cases = [
        (choose("x", vec![]), "text"),
        (choose("x", choices(1, "Ya")), "interactive/button"),
        (choose("x", choices(3, "Ya")), "interactive/button"),
        (choose("x", choices(4, "Ya")), "interactive/list"),
        (choose("x", choices(10, "Ya")), "interactive/list"),
        (choose("x", choices(11, "Ya")), "text"),
        (
            choose("x", choices(2, &"a".repeat(18))),
            "interactive/button",
        ),
        (choose("x", choices(2, &"a".repeat(19))), "interactive/list"),
        (choose("x", choices(2, &"a".repeat(22))), "interactive/list"),
        (choose("x", choices(2, &"a".repeat(23))), "text"),
        (
            choose("x", choices(2, &"😀".repeat(9))),
            "interactive/button",
        ),
        (
            choose("x", choices(2, &"😀".repeat(10))),
            "interactive/list",
        ),
        (
            choose("x", vec![Choice::new("a:1", "Ya").described("benar")]),
            "interactive/list",
        ),
        (
            choose("x", vec![Choice::new("a:1", "Ya").described(" ")]),
            "interactive/button",
        ),
        (
            choose(
                "x",
                vec![Choice::new("a:1", "Ya").described("a".repeat(73))],
            ),
            "text",
        ),
        (labelled(choose("x", choices(2, "Ya"))), "interactive/list"),
        (choose("x", vec![twice(1), twice(2)]), "interactive/list"),
        (choose("x", vec![twice(1), twice(1)]), "text"),
        (choose("x", vec![Choice::new(" a:1", "Ya")]), "text"),
        (choose("x", vec![Choice::new("a:1", " ")]), "text"),
        (
            choose("x", vec![Choice::new("a".repeat(256), "Ya")]),
            "interactive/button",
        ),
        (
            choose("x", vec![Choice::new("a".repeat(257), "Ya")]),
            "text",
        ),
    ];
    for (prompt, expected) in cases {
        assert_eq!(shape(&show(&prompt, File::None)), [expected], "{prompt:?}");
    }
}

#[test]
fn buttons_lists_and_numbers_on_the_wire() {
    let asked = Prompt::choose(
        Markup::plain("Jadi?"),
        vec![Choice::new("a:y", " Ya "), Choice::new("a:n", "Tidak")],
    );
    assert_eq!(
        show(&asked, File::None)[0].node,
        json!({ "type": "button", "body": { "text": "Jadi?" }, "action": { "buttons": [
            { "type": "reply", "reply": { "id": "a:y", "title": "Ya" } },
            { "type": "reply", "reply": { "id": "a:n", "title": "Tidak" } },
        ] } })
    );
    let mut listed = choose(
        "Pilih jenis",
        vec![
            Choice::new("t:1", "Internet").described("mati, lambat"),
            Choice::new("t:2", "Tagihan"),
        ],
    );
    assert_eq!(
        show(&listed, File::None)[0].node["action"]["button"],
        "Pilih"
    );
    listed.list_label = Some("Lihat".into());
    assert_eq!(
        show(&listed, File::None)[0].node,
        json!({ "type": "list", "body": { "text": "Pilih jenis" }, "action": { "button": "Lihat", "sections": [{ "rows": [
            { "id": "t:1", "title": "Internet", "description": "mati, lambat" },
            { "id": "t:2", "title": "Tagihan" },
        ] }] } })
    );
    let mut many = choices(11, "Baris");
    many[1] = Choice::new("x", "Dua").described("kedua");
    let body = show(&choose("Yang mana?", many), File::None)[0].node["body"].clone();
    let body = body.as_str().expect("a text").to_owned();
    assert!(
        body.starts_with("Yang mana?\n\n1. Baris 1\n2. Dua: kedua\n3. Baris 3\n"),
        "{body}"
    );
    assert!(
        body.ends_with("11. Baris 11\n\nBalas dengan nomor."),
        "{body}"
    );
}

#[test]
fn a_question_is_never_without_words() {
    let node = &show(&choose(" ", choices(2, "Ya")), File::None)[0].node;
    assert_eq!(node["body"]["text"].as_str().map(str::trim), Some("Pilih"));
    assert!(show(&choose(" ", vec![]), File::None).is_empty());
}

fn bodies(parts: &[Part]) -> Vec<usize> {
    let body = |part: &Part| match part.node["body"].as_str() {
        Some(body) => units(body),
        None => units(part.node["body"]["text"].as_str().unwrap_or_default()),
    };
    parts.iter().map(body).collect()
}

#[test]
fn what_is_too_long_goes_before() {
    let words = |letters: usize| "kata ".repeat(letters / 5 + 1)[..letters].trim().to_owned();
    let cases = [
        (1_024, 0, vec!["text"]),
        (4_095, 0, vec!["text"]),
        (4_099, 0, vec!["text", "text"]),
        (1_023, 2, vec!["interactive/button"]),
        (1_029, 2, vec!["text", "interactive/button"]),
        (9_999, 2, vec!["text", "text", "text", "interactive/button"]),
        (4_095, 5, vec!["interactive/list"]),
        (4_099, 5, vec!["text", "interactive/list"]),
    ];
    for (letters, count, expected) in cases {
        let text = words(letters);
        let parts = show(&choose(&text, choices(count, "Ya")), File::None);
        assert_eq!(shape(&parts), expected, "{letters} {count}");
        let limit = |part: &Part| {
            if part.node["type"] == "button" {
                1_024
            } else {
                4_096
            }
        };
        assert!(
            bodies(&parts)
                .iter()
                .zip(&parts)
                .all(|(long, part)| *long <= limit(part))
        );
    }
}

#[test]
fn files_go_with_words_as_far_as_they_can() {
    let say = |text: &str, count: usize, form: Form| {
        shape(&show(
            &choose(text, choices(count, "Ya")),
            File::Ready(&file(form)),
        ))
    };
    let long = "a ".repeat(600);
    assert_eq!(say("", 0, Form::Image), ["image"]);
    assert_eq!(say("ini", 0, Form::Image), ["image"]);
    assert_eq!(say(&long, 0, Form::Image), ["image", "text"]);
    assert_eq!(say("ini", 0, Form::Voice), ["audio", "text"]);
    assert_eq!(say("ini", 0, Form::Sticker), ["sticker", "text"]);
    assert_eq!(say("ini", 2, Form::Document), ["interactive/button"]);
    assert_eq!(
        say(&long, 2, Form::Document),
        ["text", "interactive/button"]
    );
    assert_eq!(say("ini", 2, Form::Audio), ["audio", "interactive/button"]);
    assert_eq!(say("ini", 5, Form::Image), ["image", "interactive/list"]);
    assert_eq!(say("ini", 11, Form::Image), ["image"]);

    let node = |text: &str, count: usize, form: Form| {
        show(
            &choose(text, choices(count, "Ya")),
            File::Ready(&file(form)),
        )[0]
        .node
        .clone()
    };
    assert_eq!(
        node("ini", 0, Form::Document),
        json!({ "id": "77", "filename": "nota.pdf", "caption": "ini" })
    );
    assert_eq!(
        node("ini", 0, Form::Image),
        json!({ "id": "77", "caption": "ini" })
    );
    assert_eq!(
        node("", 0, Form::Voice),
        json!({ "id": "77", "voice": true })
    );
    assert_eq!(
        node("ini", 1, Form::Image)["header"],
        json!({ "type": "image", "image": { "id": "77" } })
    );
    let missing = show(&choose("ini", vec![]), File::Missing);
    assert_eq!(missing[0].node["body"], "ini\n\n(Tanpa berkas.)");
}

#[test]
fn an_agents_words_stay_as_they_are() {
    let text = "harga *2* < 3 & _ok_\n```x```\n";
    let parts = render::verbatim(text, File::None, &phrases());
    assert_eq!(
        parts,
        [Part {
            kind: "text",
            node: json!({ "body": text })
        }]
    );
    let missing = render::verbatim("lihat foto", File::Missing, &phrases());
    assert_eq!(missing[0].node["body"], "lihat foto\n\n(Tanpa berkas.)");
    assert_eq!(
        render::location(-6.2, 106.8, Some(" ")).node,
        json!({ "latitude": -6.2, "longitude": 106.8 })
    );
    assert_eq!(
        render::location(-6.2, 106.8, Some("Monas")).node["name"],
        "Monas"
    );
}

#[test]
fn templates_and_codes() {
    let template = |parameters: &[&str], code: Option<&str>| {
        let parameters = parameters.iter().map(|&p| p.to_owned()).collect();
        let template = Template {
            name: "kabar".into(),
            language: "id".into(),
            parameters,
            code: code.map(str::to_owned),
        };
        render::template(&template).node
    };
    assert_eq!(
        template(&[], None),
        json!({ "name": "kabar", "language": { "code": "id" } })
    );
    let text = |text: &str| json!({ "type": "text", "text": text });
    assert_eq!(
        template(&["TKT-1", "selesai"], None)["components"],
        json!([{ "type": "body", "parameters": [text("TKT-1"), text("selesai")] }])
    );
    assert_eq!(
        template(&[], Some("482913"))["components"],
        json!([
            { "type": "body", "parameters": [text("482913")] },
            { "type": "button", "sub_type": "url", "index": "0", "parameters": [text("482913")] },
        ])
    );
}

#[test]
fn an_envelope_names_its_recipient_and_its_row() {
    let part = Part {
        kind: "text",
        node: json!({ "body": "x" }),
    };
    let to =
        |to: Address, quotes: Option<&str>| render::message(&to, &part, Some("01ROW.1"), quotes);
    let mut expected: Value = json!({
        "messaging_product": "whatsapp", "recipient_type": "individual", "to": "+6281234567890", "type": "text",
        "text": { "body": "x" }, "biz_opaque_callback_data": "01ROW.1",
    });
    assert_eq!(to(Address::Number("6281234567890".into()), None), expected);
    expected["context"] = json!({ "message_id": "wamid.1" });
    assert_eq!(
        to(Address::Number("6281234567890".into()), Some("wamid.1")),
        expected
    );
    let by_id = to(Address::UserId("ID.1".into()), None);
    assert_eq!(
        (by_id["recipient"].as_str(), by_id.get("to")),
        (Some("ID.1"), None)
    );
}
