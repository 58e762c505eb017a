//! What the gold files say. **Invariant: nothing of them is passed over in silence: a field that is
//! not known here fails the reading.**
//!
//! The files lie beside the workspace, not in it; none of their text may be copied here.

use std::path::{Path, PathBuf};

use chrono::NaiveDate;
use serde::Deserialize;

/// One document with its directives, and the text it was read from.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Seed {
    /// The breakdown.
    pub gold: Gold,
    /// The document word for word.
    pub text: String,
}

/// One file of the breakdown.
#[derive(Debug, Clone, PartialEq, Eq, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Gold {
    pub seed: String,
    pub document: Document,
    pub context_sections: Vec<String>,
    pub context_spans: Vec<Span>,
    pub directives: Vec<Directive>,
}

#[derive(Debug, Clone, PartialEq, Eq, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Document {
    pub kind: String,
    pub number: Option<String>,
    pub issuer: String,
    pub commune: String,
    pub commune_printed: bool,
    pub title: String,
    pub issued_on: Option<NaiveDate>,
    pub meeting_on: Option<NaiveDate>,
    pub signer: String,
    pub signing: Signing,
    pub concluded_by: Option<String>,
    pub recipients: Vec<String>,
    pub period: Period,
    pub notes: String,
}

#[derive(Debug, Clone, PartialEq, Eq, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Signing {
    pub authority: String,
    pub position: String,
}

#[derive(Debug, Clone, PartialEq, Eq, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Period {
    pub raw: String,
    pub from: NaiveDate,
    pub to: NaiveDate,
}

/// A stretch of the text that gives no work.
#[derive(Debug, Clone, PartialEq, Eq, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Span {
    pub why: String,
    pub from: String,
    pub to: String,
}

#[derive(Debug, Clone, PartialEq, Eq, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Directive {
    pub id: String,
    #[serde(rename = "ref")]
    pub place: String,
    pub heading: String,
    pub text: String,
    #[serde(rename = "type")]
    pub kind: String,
    pub nature: String,
    pub assignees: Vec<Assignee>,
    pub deadline: Option<Deadline>,
    pub milestones: Vec<Milestone>,
    pub recurrence: Option<Recurrence>,
    pub targets: Vec<Target>,
    pub suggested_assignees: Vec<Suggestion>,
    pub related: Vec<String>,
    pub notes: String,
}

#[derive(Debug, Clone, PartialEq, Eq, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Assignee {
    pub name: String,
    pub kind: String,
    pub role: String,
    pub basis: String,
    pub via: Option<String>,
    pub canonical: Option<String>,
}

#[derive(Debug, Clone, PartialEq, Eq, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Deadline {
    pub raw: String,
    #[serde(rename = "type")]
    pub kind: Precision,
    pub due_on: Option<NaiveDate>,
    pub basis: String,
    pub printed_in: Option<String>,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Precision {
    Date,
    Month,
    Year,
    Period,
    None,
}

#[derive(Debug, Clone, PartialEq, Eq, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Milestone {
    pub raw: String,
    pub what: String,
    #[serde(rename = "type")]
    pub kind: Precision,
    pub due_on: NaiveDate,
}

#[derive(Debug, Clone, PartialEq, Eq, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Recurrence {
    pub raw: String,
    pub per: String,
    pub times: Option<i64>,
    pub basis: String,
}

#[derive(Debug, Clone, PartialEq, Eq, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Target {
    pub raw: String,
    pub value: Option<u32>,
    pub value_to: Option<u32>,
    pub unit: String,
    pub comparator: String,
    pub level: Option<String>,
}

#[derive(Debug, Clone, PartialEq, Eq, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Suggestion {
    pub name: String,
    pub kind: String,
}

/// The document whose file begins so; nothing, said loudly, where the seeds are not at hand.
pub fn seed(number: &str) -> Option<Seed> {
    let folder = folder();
    let Ok(files) = std::fs::read_dir(folder.join("gold")) else {
        eprintln!("SKIPPED: the gold files are not at {}; DONDOC_SEEDS tells where", folder.display());
        return None;
    };
    let file = files
        .map(|file| file.unwrap().path())
        .find(|path| path.extension().is_some_and(|e| e == "json") && name_begins(path, number))
        .unwrap_or_else(|| panic!("no gold file {number} in {}", folder.display()));
    let gold: Gold = serde_json::from_slice(&std::fs::read(file).unwrap()).unwrap();
    let text = std::fs::read_to_string(folder.join(&gold.seed)).unwrap();
    Some(Seed { gold, text })
}

fn name_begins(path: &Path, with: &str) -> bool {
    path.file_name().and_then(|name| name.to_str()).is_some_and(|name| name.starts_with(with))
}

fn folder() -> PathBuf {
    let beside = || Path::new(env!("CARGO_MANIFEST_DIR")).join("../../shared/seeds");
    std::env::var_os("DONDOC_SEEDS").map_or_else(beside, PathBuf::from)
}
