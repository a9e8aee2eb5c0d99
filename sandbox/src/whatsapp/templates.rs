//! Message templates: the demo account's, and checking of definitions. `hydrate` fills them in.

use std::collections::HashSet;

use serde::{Deserialize, Serialize};
use serde_json::{Value, json};

use super::errors::Refusal;
use super::limits;

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
            "OTP" | "URL" => json!({"type": "URL", "text": b.label, "url": b.target}),
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

    pub(crate) fn fixed_code(&self) -> bool {
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
pub(crate) fn parameters(text: &str) -> Vec<String> {
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

impl Template {
    /// Takes one component of a creation request.
    pub(crate) fn take_component(&mut self, component: &Value) {
        let text = component["text"].as_str().unwrap_or_default().to_owned();
        match component["type"].as_str().unwrap_or_default() {
            "HEADER" => {
                let format = component["format"].as_str().unwrap_or("TEXT");
                format.clone_into(&mut self.header_format);
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
