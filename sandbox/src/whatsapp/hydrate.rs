//! Fills a template in: the right one, the right number of parameters, codes twice.

use serde_json::Value;

use super::errors::Refusal;
use super::limits;
use super::shape::Node;
use super::templates::{Template, parameters};
use super::validate::Draft;
use crate::files::Files;
use crate::shown::{Kind, ShownButton, ShownTemplate};

/// Finds the template, checks its parameters and writes the text the customer sees into the draft.
pub(crate) fn template<'t>(
    node: Node<'_>,
    templates: &'t [Template],
    files: &Files,
    draft: &mut Draft,
) -> Result<&'t Template, Refusal> {
    node.only(&["name", "language", "components", "namespace"])?;
    let (name, language) = (node.text("name")?, node.object("language")?.text("code")?);
    let template = approved(templates, name, language)?;
    let without: Vec<Value> = Vec::new();
    let components = match node.map.get("components") {
        Some(_) => node.array("components")?,
        None => &without,
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
