//! What is wrong with the settings, each with the fix. All mistakes are told at once.

use std::fmt;

/// A setting that cannot be used.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Mistake {
    /// Which setting, or which file.
    pub key: String,
    /// Where it came from, if it was given at all.
    pub source: Option<String>,
    /// What is wrong.
    pub problem: String,
    /// How to put it right.
    pub fix: String,
}

impl fmt::Display for Mistake {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}: {}", self.key, self.problem)?;
        if let Some(source) = &self.source {
            write!(f, " (from {source})")?;
        }
        write!(f, "\n    fix: {}", self.fix)
    }
}

/// Every mistake in the settings.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Mistakes(pub Vec<Mistake>);

impl fmt::Display for Mistakes {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let count = self.0.len();
        let word = if count == 1 { "mistake" } else { "mistakes" };
        write!(f, "{count} {word} in the settings")?;
        for mistake in &self.0 {
            write!(f, "\n  {mistake}")?;
        }
        Ok(())
    }
}

impl std::error::Error for Mistakes {}

/// What is wrong with a value, and how to put it right.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Wrong {
    /// What is wrong.
    pub problem: String,
    /// How to put it right.
    pub fix: String,
}

impl Wrong {
    /// A value with this fault.
    pub fn new(problem: impl Into<String>, fix: impl Into<String>) -> Self {
        Self {
            problem: problem.into(),
            fix: fix.into(),
        }
    }
}
