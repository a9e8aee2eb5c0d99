//! Approved message templates: the demo ones, checking of definitions, and filling in parameters.

use std::collections::HashSet;

use serde::{Deserialize, Serialize};
use serde_json::{Value, json};

use super::errors::Refusal;
use super::limits;
use super::shape::Node;
use super::validate::Draft;
use crate::files::Files;
use crate::shown::{Kind, ShownButton, ShownTemplate};

/// A button of a template.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct TemplateButton {
    /// `QUICK_REPLY`, `URL`, `PHONE_NUMBER`, `COPY_CODE` or `OTP`.
    pub kind: String,
    /// What the customer reads.
    pub label: String,
    /// The address (with `{{1}}` at its end when it takes a parameter) or phone number.
    pub target: String,
}

/// A message template.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Template {
    /// Its name.
    pub name: String,
    /// Its language code.
    pub language: String,
    /// `UTILITY`, `AUTHENTICATION` or `MARKETING`.
    pub category: String,
    /// `APPROVED`, `PENDING`, `REJECTED`, `PAUSED`, `DISABLED`.
    pub status: String,
    /// `TEXT`, `IMAGE`, `VIDEO`, `DOCUMENT` or empty.
    pub header_format: String,
    /// Text of a `TEXT` header, `{{1}}` for its parameter.
    pub header: String,
    /// The body with `{{1}}`, `{{2}}` … or named parameters `{{name}}`.
    pub body: String,
    /// The footer, or empty.
    pub footer: String,
    /// The buttons in order.
    pub buttons: Vec<TemplateButton>,
    /// Minutes until an authentication code expires; 0 for none.
    pub code_expiration_minutes: usize,
}

impl Template {
    /// A plain approved utility template.
    pub fn utility(name: &str, language: &str, body: &str) -> Self {
        Self {
            name: name.to_owned(),
            language: language.to_owned(),
            category: "UTILITY".to_owned(),
            status: "APPROVED".to_owned(),
            body: body.to_owned(),
            ..Self::default()
        }
    }

    /// An authentication template with a copy-code button, whose body Meta writes itself.
    pub fn otp(name: &str, language: &str, body: &str, label: &str) -> Self {
        Self {
            category: "AUTHENTICATION".to_owned(),
            buttons: vec![TemplateButton {
                kind: "OTP".to_owned(),
                label: label.to_owned(),
                target: "https://www.whatsapp.com/otp/code/?otp_type=COPY_CODE&code=otp{{1}}"
                    .to_owned(),
            }],
            code_expiration_minutes: 10,
            ..Self::utility(name, language, body)
        }
    }

    /// Checks a definition as Meta does when it is created.
    pub(crate) fn check(&self) -> Result<(), Refusal> {
        limits::text("template.definition.body", &self.body)?;
        limits::text("template.definition.header", &self.header)?;
        limits::check(
            "template.definition.header.parameters",
            parameters(&self.header).len(),
        )?;
        limits::text("template.definition.footer", &self.footer)?;
        limits::check("template.definition.buttons", self.buttons.len())?;
        let count = |kind: &str| self.buttons.iter().filter(|b| b.kind == kind).count();
        limits::check("template.definition.buttons.url", count("URL"))?;
        limits::check("template.definition.buttons.phone", count("PHONE_NUMBER"))?;
        limits::check("template.definition.buttons.copy_code", count("COPY_CODE"))?;
        for button in &self.buttons {
            limits::text("template.definition.button.label", &button.label)?;
        }
        if self.code_expiration_minutes > 0 || self.category == "AUTHENTICATION" {
            let minutes = self.code_expiration_minutes;
            limits::check("template.definition.code_expiration_minutes", minutes)?;
        }
        let mut groups: Vec<bool> = self
            .buttons
            .iter()
            .map(|b| b.kind == "QUICK_REPLY")
            .collect();
        groups.dedup();
        if groups.len() > 2 {
            return Err(Refusal::new(
                100,
                "Quick reply buttons must be grouped together.",
            ));
        }
        Ok(())
    }

    /// As `GET /{waba}/message_templates` tells it.
    pub(crate) fn described(&self, id: usize) -> Value {
        let mut components = Vec::new();
        if !self.header_format.is_empty() {
            components
                .push(json!({"type": "HEADER", "format": self.header_format, "text": self.header}));
        }
        components.push(json!({"type": "BODY", "text": self.body}));
        if !self.footer.is_empty() {
            components.push(json!({"type": "FOOTER", "text": self.footer}));
        }
        let button = |b: &TemplateButton| match b.kind.as_str() {
            "OTP" => json!({"type": "URL", "text": b.label, "url": b.target}),
            "URL" => json!({"type": "URL", "text": b.label, "url": b.target}),
            "PHONE_NUMBER" => {
                json!({"type": "PHONE_NUMBER", "text": b.label, "phone_number": b.target})
            }
            kind => json!({"type": kind, "text": b.label}),
        };
        if !self.buttons.is_empty() {
            let buttons: Vec<Value> = self.buttons.iter().map(button).collect();
            components.push(json!({"type": "BUTTONS", "buttons": buttons}));
        }
        json!({
            "name": self.name, "language": self.language, "status": self.status,
            "category": self.category, "parameter_format": "POSITIONAL",
            "components": components, "id": (1_000_000_000_000_000 + id).to_string(),
        })
    }

    fn fixed_code(&self) -> bool {
        self.category == "AUTHENTICATION"
    }
}

/// The templates of the demo account.
pub(crate) fn demo() -> Vec<Template> {
    vec![
        Template::utility("hello_world", "en_US", "Welcome and congratulations!!"),
        Template::otp(
            "login_code",
            "id",
            "*{{1}}* adalah kode verifikasi Anda. Demi keamanan, jangan bagikan kode ini.",
            "Salin kode",
        ),
        Template::otp(
            "login_code",
            "en",
            "*{{1}}* is your verification code. For your security, do not share this code.",
            "Copy code",
        ),
        Template::utility(
            "ticket_update",
            "id",
            "Halo {{1}}, ada kabar untuk Anda: {{2}}",
        ),
        Template::utility(
            "ticket_update",
            "en",
            "Hello {{1}}, there is news for you: {{2}}",
        ),
        Template::utility(
            "reopen",
            "id",
            "Halo {{1}}, kami punya jawaban untuk Anda. Balas pesan ini untuk membacanya.",
        ),
        Template::utility(
            "reopen",
            "en",
            "Hello {{1}}, we have an answer for you. Reply to this message to read it.",
        ),
        Template {
            category: "MARKETING".to_owned(),
            ..Template::utility(
                "promo",
                "id",
                "Halo {{1}}, paket baru kami sudah tersedia. Balas BERHENTI bila tidak ingin kabar seperti ini.",
            )
        },
    ]
}

/// The distinct parameters of a text in order: `{{1}}` gives "1".
fn parameters(text: &str) -> Vec<String> {
    let mut found: Vec<String> = Vec::new();
    let mut seen = HashSet::new();
    for part in text.split("{{").skip(1) {
        if let Some((name, _)) = part.split_once("}}")
            && seen.insert(name.trim().to_owned())
        {
            found.push(name.trim().to_owned());
        }
    }
    found.sort();
    found
}

/// Finds the template, checks its parameters and writes the text the customer sees into the draft.
pub(crate) fn hydrate<'t>(
    node: Node<'_>,
    templates: &'t [Template],
    files: &Files,
    draft: &mut Draft,
) -> Result<&'t Template, Refusal> {
    node.only(&["name", "language", "components", "namespace"])?;
    let (name, language) = (node.text("name")?, node.object("language")?.text("code")?);
    let template = approved(templates, name, language)?;
    let none = Vec::new();
    let components = match node.map.get("components") {
        Some(_) => node.array("components")?,
        None => &none,
    };
    let (mut body, mut code_in_button, mut header) = (None, None, None);
    for item in components {
        let item = Node::new("component", item)?;
        match item.text("type")?.to_ascii_lowercase().as_str() {
            "body" => body = Some(values(item)?),
            "button" => code_in_button = button_value(item, template)?.or(code_in_button),
            "header" if matches!(template.header_format.as_str(), "" | "TEXT") => {
                header = Some(values(item)?);
            }
            "header" => header_media(item, files, draft)?,
            other => {
                return Err(Refusal::new(
                    100,
                    format!("component type {other} is not known"),
                ));
            }
        }
    }
    let body_values = body.unwrap_or_default();
    let text = filled(&template.body, &body_values, "body")?;
    limits::text("template.body", &text)?;
    let head = filled(&template.header, &header.unwrap_or_default(), "header")?;
    if !head.is_empty() {
        limits::text("template.header", &head)?;
    }
    let params: Vec<String> = body_values.into_iter().map(|(_, value)| value).collect();
    if template.fixed_code() {
        code_twice(&params, code_in_button.as_deref())?;
    }
    draft.shown.kind = Kind::Template;
    draft.shown.text = text;
    draft.shown.header = Some(head).filter(|h| !h.is_empty());
    draft.shown.footer = Some(template.footer.clone()).filter(|f| !f.is_empty());
    draft.shown.buttons = template
        .buttons
        .iter()
        .map(|b| ShownButton {
            id: b.label.clone(),
            title: b.label.clone(),
        })
        .collect();
    draft.shown.template = Some(ShownTemplate {
        name: name.to_owned(),
        language: language.to_owned(),
        category: template.category.clone(),
        params,
    });
    Ok(template)
}

fn approved<'t>(
    templates: &'t [Template],
    name: &str,
    language: &str,
) -> Result<&'t Template, Refusal> {
    let found = templates
        .iter()
        .find(|t| t.name == name && t.language == language);
    match found.map(|t| (t, t.status.as_str())) {
        Some((template, "APPROVED")) => Ok(template),
        Some((_, "PAUSED")) => Err(Refusal::new(132_015, format!("{name} is paused"))),
        Some((_, "DISABLED")) => Err(Refusal::new(132_016, format!("{name} is disabled"))),
        _ => {
            let details = format!("template name ({name}) does not exist in {language}");
            Err(Refusal::new(132_001, details))
        }
    }
}

/// The parameters of a component: name (empty when positional) and value.
fn values(component: Node<'_>) -> Result<Vec<(String, String)>, Refusal> {
    let mut found = Vec::new();
    for parameter in component.array("parameters")? {
        let parameter = Node::new("parameter", parameter)?;
        let name = parameter
            .text_or_none("parameter_name")?
            .unwrap_or_default();
        let value = match parameter.text("type")?.to_ascii_lowercase().as_str() {
            "text" => parameter.text("text")?,
            kind @ ("currency" | "date_time") => {
                let key = if kind == "currency" {
                    "currency"
                } else {
                    "date_time"
                };
                parameter.object(key)?.text("fallback_value")?
            }
            other => {
                let details = format!("parameter type {other} is not expected here");
                return Err(Refusal::new(132_012, details));
            }
        };
        // Meta: 132018, parameters with new lines, tabs or more than four spaces are refused.
        if value.trim().is_empty() || value.contains(['\n', '\t']) || value.contains("     ") {
            let details = "Param text cannot be empty or have new-line/tab characters or more than 4 consecutive spaces";
            return Err(Refusal::new(132_018, details));
        }
        found.push((name.to_owned(), value.to_owned()));
    }
    Ok(found)
}

/// The text of a button's parameter, for the buttons that take one.
fn button_value(component: Node<'_>, template: &Template) -> Result<Option<String>, Refusal> {
    let index = component.number("index")?;
    let sub_type = component.text("sub_type")?.to_ascii_lowercase();
    let known = template.buttons.iter().enumerate().find(|(at, _)| {
        u32::try_from(*at).is_ok_and(|at| (f64::from(at) - index).abs() < f64::EPSILON)
    });
    let expected = match known.map(|(_, b)| b.kind.as_str()) {
        Some("OTP" | "URL") => "url",
        Some("QUICK_REPLY") => "quick_reply",
        Some("COPY_CODE") => "copy_code",
        _ => {
            return Err(Refusal::new(
                132_000,
                format!("the template has no button {index}"),
            ));
        }
    };
    if sub_type != expected {
        return Err(Refusal::new(
            132_012,
            format!("button {index} is {expected}, not {sub_type}"),
        ));
    }
    let parameters = component.array("parameters")?;
    let [parameter] = parameters.as_slice() else {
        return Err(Refusal::new(132_000, "a button takes one parameter"));
    };
    let parameter = Node::new("parameter", parameter)?;
    match expected {
        "url" => Ok(Some(parameter.text("text")?.to_owned())),
        "copy_code" => {
            limits::text("template.coupon_code", parameter.text("coupon_code")?)?;
            Ok(None)
        }
        _ => parameter.text("payload").map(|_| None),
    }
}

fn header_media(component: Node<'_>, files: &Files, draft: &mut Draft) -> Result<(), Refusal> {
    let parameters = component.array("parameters")?;
    let [parameter] = parameters.as_slice() else {
        return Err(Refusal::new(132_000, "a media header takes one parameter"));
    };
    let parameter = Node::new("parameter", parameter)?;
    let kind = parameter.text("type")?;
    draft.link = super::validate::media(parameter.object(kind)?, kind, files, &mut draft.shown)?;
    Ok(())
}

/// Puts the values into the text; their number must match.
fn filled(text: &str, values: &[(String, String)], what: &str) -> Result<String, Refusal> {
    let wanted = parameters(text);
    if wanted.len() != values.len() {
        let details = format!(
            "{what}: number of localizable_params ({}) does not match the expected number of params ({})",
            values.len(),
            wanted.len()
        );
        return Err(Refusal::new(132_000, details));
    }
    // One pass: a value that itself looks like a parameter stays as it is.
    let mut whole = String::new();
    let mut parts = text.split("{{");
    whole.push_str(parts.next().unwrap_or_default());
    for part in parts {
        let Some((name, rest)) = part.split_once("}}") else {
            whole.push_str("{{");
            whole.push_str(part);
            continue;
        };
        let at = name.trim().parse::<usize>().unwrap_or(0).wrapping_sub(1);
        let value = values
            .iter()
            .find(|(named, _)| named == name.trim())
            .or_else(|| values.get(at).filter(|(named, _)| named.is_empty()))
            .ok_or_else(|| Refusal::new(100, format!("Parameter {name} is missing")))?;
        whole.push_str(&value.1);
        whole.push_str(rest);
    }
    Ok(whole)
}

/// Meta: authentication-templates: the code stands in the body and again in the button.
fn code_twice(body: &[String], button: Option<&str>) -> Result<(), Refusal> {
    let [code] = body else {
        return Err(Refusal::new(
            132_000,
            "an authentication template takes one code",
        ));
    };
    limits::text("template.auth_code", code)?;
    match button {
        None => Err(Refusal::new(
            131_008,
            "buttons: Button at index 0 of type Url requires a parameter",
        )),
        Some(button) if button == code => Ok(()),
        Some(_) => Err(Refusal::new(
            132_018,
            "the code in the button differs from the code in the body",
        )),
    }
}

impl Template {
    /// Takes one component of a creation request.
    pub(crate) fn take_component(&mut self, component: &Value) {
        let text = component["text"].as_str().unwrap_or_default().to_owned();
        match component["type"].as_str().unwrap_or_default() {
            "HEADER" => {
                self.header_format = component["format"].as_str().unwrap_or("TEXT").to_owned();
                self.header = text;
            }
            // Meta writes the body of authentication templates itself.
            "BODY" if component.get("add_security_recommendation").is_some() => {
                "*{{1}}* is your verification code.".clone_into(&mut self.body);
            }
            "BODY" => self.body = text,
            "FOOTER" => {
                self.footer = text;
                let minutes = component["code_expiration_minutes"].as_u64().unwrap_or(0);
                self.code_expiration_minutes = usize::try_from(minutes).unwrap_or(usize::MAX);
            }
            "BUTTONS" => {
                let field =
                    |button: &Value, key: &str| button[key].as_str().unwrap_or_default().to_owned();
                for button in component["buttons"].as_array().into_iter().flatten() {
                    let target = field(button, "url") + &field(button, "phone_number");
                    let (kind, mut label) = (field(button, "type"), field(button, "text"));
                    if kind == "OTP" && label.is_empty() {
                        "Copy code".clone_into(&mut label);
                    }
                    self.buttons.push(TemplateButton {
                        kind,
                        label,
                        target,
                    });
                }
            }
            _ => {}
        }
    }
}
