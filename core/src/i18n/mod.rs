//! Every sentence that a person reads: Fluent messages from `locales/`, built in, single ones overridden by a folder of the deployment.
//!
//! Values are escaped when they enter a message, so a [`Markup`] is safe wherever it is rendered.

use std::{borrow::Cow, collections::HashMap, fmt::Write as _, path::Path, sync::Arc};

use chrono_tz::Tz;
use fluent_bundle::{FluentArgs, FluentResource, FluentValue, concurrent::FluentBundle};
use include_dir::{Dir, include_dir};
use serde::{Deserialize, Serialize};

use crate::{
    db::Type,
    markup::{Markup, escape},
};

mod times;

static BUILT_IN: Dir<'_> = include_dir!("$CARGO_MANIFEST_DIR/../locales");

/// A language that Sapa speaks; the name of its folder in `locales/`.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize, Deserialize, Type)]
#[serde(rename_all = "snake_case")]
#[sqlx(type_name = "text", rename_all = "snake_case")]
pub enum Locale {
    /// Indonesian.
    Id,
    /// English.
    En,
}

impl Locale {
    /// Every language.
    pub const ALL: [Self; 2] = [Self::Id, Self::En];

    /// The language's code and the name of its folder.
    pub fn code(self) -> &'static str {
        match self {
            Self::Id => "id",
            Self::En => "en",
        }
    }

    /// The language's own name for itself.
    pub fn native_name(self) -> &'static str {
        match self {
            Self::Id => "Bahasa Indonesia",
            Self::En => "English",
        }
    }

    /// The language of a code such as `id`, `id-ID` or `en_US`.
    pub fn parse(code: &str) -> Option<Self> {
        let language = code.split(['-', '_']).next()?;
        Self::ALL
            .into_iter()
            .find(|locale| locale.code().eq_ignore_ascii_case(language))
    }
}

/// A value inside a message.
#[derive(Clone, Debug, PartialEq)]
pub enum Value {
    /// Words, exactly as somebody wrote them.
    Text(String),
    /// A number, written as the language writes numbers and with its plural forms.
    Number(f64),
}

impl From<&str> for Value {
    fn from(text: &str) -> Self {
        Self::Text(text.to_owned())
    }
}

impl From<String> for Value {
    fn from(text: String) -> Self {
        Self::Text(text)
    }
}

impl From<&String> for Value {
    fn from(text: &String) -> Self {
        Self::Text(text.clone())
    }
}

impl From<i64> for Value {
    #[expect(
        clippy::cast_precision_loss,
        reason = "Fluent counts in floats; counts told to people are far below 2^52"
    )]
    fn from(number: i64) -> Self {
        Self::Number(number as f64)
    }
}

/// The named values of a message: `args!["name" => &customer.name, "count" => 3_i64]`.
#[macro_export]
macro_rules! args {
    ($($name:literal => $value:expr),* $(,)?) => {
        &[$(($name, $crate::i18n::Value::from($value))),*] as &[(&str, $crate::i18n::Value)]
    };
}

/// Why the texts cannot be used; told at start with the file and the line.
#[derive(Debug, thiserror::Error)]
pub enum TextsError {
    /// A folder or file cannot be read.
    #[error("cannot read {path}: {source}")]
    Unreadable {
        /// Which.
        path: String,
        /// Why.
        source: std::io::Error,
    },
    /// A file is not Fluent.
    #[error("{path} is not a valid Fluent file: {detail}")]
    Invalid {
        /// Which.
        path: String,
        /// Where and why.
        detail: String,
    },
}

type Bundle = FluentBundle<FluentResource>;

/// All languages' messages.
pub struct Texts {
    bundles: HashMap<Locale, Bundle>,
}

impl Texts {
    /// The built-in messages, with single ones replaced by `overrides/<locale>/*.ftl` when a folder is given.
    ///
    /// # Panics
    /// When the code of one of our own languages is no language code.
    pub fn load(overrides: Option<&Path>) -> Result<Self, TextsError> {
        let mut bundles = HashMap::new();
        for locale in Locale::ALL {
            let language = locale
                .code()
                .parse()
                .expect("a language code of ours is valid");
            let mut bundle = Bundle::new_concurrent(vec![language]);
            bundle.set_use_isolating(false);
            for file in BUILT_IN
                .get_dir(locale.code())
                .into_iter()
                .flat_map(Dir::files)
            {
                let source = file.contents_utf8().unwrap_or_default();
                bundle.add_resource_overriding(parse(&file.path().display().to_string(), source)?);
            }
            if let Some(folder) = overrides {
                add_folder(&mut bundle, &folder.join(locale.code()))?;
            }
            bundles.insert(locale, bundle);
        }
        Ok(Self { bundles })
    }

    /// The texts in one language, with times told in a zone.
    pub fn localizer(self: &Arc<Self>, locale: Locale, zone: Tz) -> Localizer {
        Localizer {
            texts: Arc::clone(self),
            locale,
            zone,
        }
    }

    fn format(&self, locale: Locale, key: &str, args: &[(&str, Value)], escaped: bool) -> String {
        let (id, attribute) = key
            .split_once('.')
            .map_or((key, None), |(id, attribute)| (id, Some(attribute)));
        let bundle = &self.bundles[&locale];
        let message = bundle.get_message(id);
        let pattern = message.and_then(|m| {
            attribute.map_or_else(|| m.value(), |a| m.get_attribute(a).map(|a| a.value()))
        });
        let Some(pattern) = pattern else {
            tracing::error!(key, locale = locale.code(), "a message is missing");
            return key.to_owned();
        };
        let mut values = FluentArgs::new();
        for (name, value) in args {
            values.set(*name, fluent(value, locale, escaped));
        }
        let mut problems = Vec::new();
        let text = bundle.format_pattern(pattern, Some(&values), &mut problems);
        if !problems.is_empty() {
            tracing::error!(
                key,
                locale = locale.code(),
                ?problems,
                "a message does not render"
            );
        }
        text.into_owned()
    }
}

/// The texts in one language and zone.
#[derive(Clone)]
pub struct Localizer {
    texts: Arc<Texts>,
    locale: Locale,
    zone: Tz,
}

impl Localizer {
    /// The language.
    pub fn locale(&self) -> Locale {
        self.locale
    }

    /// The zone.
    pub fn zone(&self) -> Tz {
        self.zone
    }

    /// A message for a bubble. Values are shown exactly as they are.
    pub fn text(&self, key: &str, args: &[(&str, Value)]) -> Markup {
        Markup::trusted(self.texts.format(self.locale, key, args, true))
    }

    /// A message without emphasis: a button's label, a row's description, a word that a person may type.
    pub fn label(&self, key: &str, args: &[(&str, Value)]) -> String {
        self.texts.format(self.locale, key, args, false)
    }

    /// The words that a message lists, separated by commas: what a person may type for a choice.
    pub fn words(&self, key: &str) -> Vec<String> {
        self.label(key, &[])
            .split(',')
            .map(|word| word.trim().to_lowercase())
            .filter(|word| !word.is_empty())
            .collect()
    }
}

fn fluent(value: &Value, locale: Locale, escaped: bool) -> FluentValue<'static> {
    match value {
        Value::Text(text) if escaped => FluentValue::String(Cow::Owned(escape(text))),
        Value::Text(text) => FluentValue::String(Cow::Owned(text.clone())),
        Value::Number(number) => {
            let _ = locale;
            FluentValue::from(*number)
        }
    }
}

fn parse(path: &str, source: &str) -> Result<FluentResource, TextsError> {
    FluentResource::try_new(source.to_owned()).map_err(|(_, errors)| {
        let mut detail = String::new();
        for error in errors {
            let line = source
                .get(..error.pos.start)
                .map_or(1, |before| before.matches('\n').count() + 1);
            let _ = write!(detail, "line {line}: {}; ", error.kind);
        }
        TextsError::Invalid {
            path: path.to_owned(),
            detail,
        }
    })
}

fn add_folder(bundle: &mut Bundle, folder: &Path) -> Result<(), TextsError> {
    let unreadable = |path: &Path| {
        let path = path.display().to_string();
        move |source| TextsError::Unreadable { path, source }
    };
    if !folder.exists() {
        return Ok(());
    }
    for entry in std::fs::read_dir(folder).map_err(unreadable(folder))? {
        let path = entry.map_err(unreadable(folder))?.path();
        if path.extension().is_some_and(|e| e == "ftl") {
            let source = std::fs::read_to_string(&path).map_err(unreadable(&path))?;
            bundle.add_resource_overriding(parse(&path.display().to_string(), &source)?);
        }
    }
    Ok(())
}
