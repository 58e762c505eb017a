//! The texts of the invented commune, as they stand in the files of `texts/`, where a clerk may edit
//! them. **Invariant: everything people read in the demo stands in those files; a word or key that
//! is not known is an error, not silence.**

use std::{collections::HashMap, str::FromStr};

use openapi::{
    access::Role,
    directives::DirectiveKind,
    tasks::{Comparator, Cycle, Nature, TaskKind, Times},
    units::UnitKind,
    value::{Position, Quantity},
};
use serde::{Deserialize, de::DeserializeOwned};

use super::lives::Outcome;
use crate::error::{Error, Result};

/// A unit: one line of `units.csv`.
#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct UnitText {
    pub kind: UnitKind,
    pub name: String,
    pub parent: String,
    pub aliases: String,
}

/// A role of a person: one line of `people.csv`.
#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct RoleText {
    pub user_name: String,
    pub name: String,
    pub role: Role,
    pub unit: String,
}

/// A unit in somebody's charge: one line of `oversights.csv`.
#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct OversightText {
    pub user_name: String,
    pub unit: String,
    pub from: i64,
    pub to: Option<i64>,
}

/// A named event: one line of `events.csv`.
#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct EventText {
    pub key: String,
    pub name: String,
    pub from: String,
    pub to: Option<i64>,
    pub dated: Option<i64>,
}

/// A day off: one line of `holidays.csv`.
#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct HolidayText {
    pub year: String,
    pub day: String,
    pub name: String,
}

/// A document: one file.
#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct DocumentText {
    pub key: String,
    pub kind: DirectiveKind,
    pub issuer: String,
    pub issuer_unit: String,
    pub number: Option<String>,
    pub symbol: Option<String>,
    /// The number is added so many days after issue.
    pub number_days_later: Option<i64>,
    pub title: String,
    pub signer: Option<String>,
    pub signing_authority: Option<String>,
    pub signing_position: Option<String>,
    pub concluded_by: Option<String>,
    pub meeting: i64,
    pub issued: Option<i64>,
    pub closed: Option<i64>,
    pub closure: Option<String>,
    /// The day it is entered, for one that is not issued yet.
    pub entered: Option<i64>,
    #[serde(default)]
    pub draft: bool,
    pub notes: Option<String>,
    pub period: Option<PeriodText>,
    pub recipients: Vec<String>,
    pub opening: String,
    pub closing: String,
    #[serde(rename = "task")]
    pub tasks: Vec<TaskText>,
}

/// The time a document is about: in years from this one, or in days from today.
#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct PeriodText {
    pub text: String,
    pub years: Option<(i32, i32)>,
    pub days: Option<(i64, i64)>,
}

/// A task: one `[[task]]`.
#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct TaskText {
    pub key: String,
    pub place: String,
    pub heading: Option<String>,
    pub quote: String,
    pub content: Option<String>,
    pub kind: Option<TaskKind>,
    pub nature: Option<Nature>,
    #[serde(default)]
    pub urgent: bool,
    pub due: Option<String>,
    /// The office moves the due date after issue.
    pub moved: Option<MovedText>,
    pub product: Option<String>,
    #[serde(default)]
    pub targets: Vec<TargetText>,
    pub every: Option<EveryText>,
    pub parent: Option<String>,
    pub carried: Option<String>,
    #[serde(default)]
    pub related: Vec<String>,
    pub via: Option<String>,
    #[serde(default)]
    pub lead: Vec<String>,
    #[serde(default)]
    pub with: Vec<String>,
    #[serde(default)]
    pub follow: Vec<String>,
    #[serde(default)]
    pub named: Vec<String>,
    #[serde(default)]
    pub suggestions: Vec<String>,
    pub notes: Option<String>,
    pub private: Option<String>,
    pub life: Option<Life>,
    #[serde(default)]
    pub pin: HashMap<String, Life>,
    /// How much the newest progress report says, or the finishing one where the target does not.
    pub amount: Option<u32>,
    #[serde(default)]
    pub progress: Vec<String>,
    #[serde(default)]
    pub finish: Vec<String>,
}

/// A due date that the office moves.
#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct MovedText {
    pub day: i64,
    pub due: String,
}

/// A figure or grade to reach.
#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct TargetText {
    pub text: String,
    pub comparator: Comparator,
    pub value: Option<Quantity>,
    pub value_to: Option<Quantity>,
    pub unit: Option<String>,
    pub level: Option<String>,
}

/// How often work comes again; its last day counted from today.
#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct EveryText {
    pub text: String,
    pub per: Cycle,
    pub times: Option<Times>,
    pub until: Option<i64>,
}

/// What becomes of a task's assignments, one after the other: `done 14, late 2, silent`.
#[derive(Debug, Clone, Default, PartialEq, Eq, Deserialize)]
#[serde(try_from = "String")]
pub(super) struct Life(pub Vec<Outcome>);

impl TryFrom<String> for Life {
    type Error = String;
    fn try_from(text: String) -> Result<Self, String> {
        let mut outcomes = Vec::new();
        for part in text.split(',').map(str::trim) {
            let (word, rest) = part.split_once(' ').unwrap_or((part, ""));
            let times: Option<usize> = rest.parse().ok();
            let outcome = match (word, times) {
                ("moved", None) if !rest.is_empty() => Outcome::Moved(rest.to_owned()),
                (_, None) if !rest.is_empty() => return Err(format!("`{rest}` is not a number")),
                _ => word.parse()?,
            };
            outcomes.extend(std::iter::repeat_n(outcome, times.unwrap_or(1)));
        }
        Ok(Self(outcomes))
    }
}

/// Words that serve every task: `words.toml`.
#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct Words {
    pub progress: Vec<String>,
    pub finish: Vec<String>,
    pub praise: Vec<String>,
    #[serde(rename = "return")]
    pub returned: Vec<String>,
    pub extension: Vec<String>,
    pub no_extension: Vec<String>,
    pub excuse: Vec<String>,
    pub no_excuse: Vec<String>,
    pub trouble: Vec<String>,
    pub answer: Vec<String>,
    pub trouble_alone: Vec<String>,
    pub pause: Vec<String>,
    pub cancel: Vec<String>,
    #[serde(rename = "move")]
    pub moved: Vec<String>,
    pub told_by: Vec<String>,
    pub merger: String,
}

/// All the files.
pub(super) struct Texts {
    pub units: Vec<UnitText>,
    pub roles: Vec<RoleText>,
    pub oversights: Vec<OversightText>,
    pub events: Vec<EventText>,
    pub holidays: Vec<HolidayText>,
    pub documents: Vec<DocumentText>,
    pub words: Words,
}

/// The files as they were when the program was built.
const DOCUMENTS: [(&str, &str); 5] = [
    ("1-nghi-quyet.toml", include_str!("texts/1-nghi-quyet.toml")),
    ("2-thong-bao.toml", include_str!("texts/2-thong-bao.toml")),
    ("3-ke-hoach.toml", include_str!("texts/3-ke-hoach.toml")),
    ("4-ket-luan.toml", include_str!("texts/4-ket-luan.toml")),
    ("5-chi-thi.toml", include_str!("texts/5-chi-thi.toml")),
];

impl Texts {
    /// Reads them all.
    ///
    /// # Errors
    /// Which file cannot be read, and where.
    pub(super) fn read() -> Result<Self> {
        let mut documents: Vec<DocumentText> = Vec::new();
        for (file, text) in DOCUMENTS {
            documents.push(of_toml(file, text)?);
        }
        // A heading stands until the next one.
        for document in &mut documents {
            let mut above: Option<String> = None;
            for task in &mut document.tasks {
                match &task.heading {
                    Some(heading) => above = Some(heading.clone()),
                    None => task.heading.clone_from(&above),
                }
            }
        }
        Ok(Self {
            units: of_csv("units.csv", include_str!("texts/units.csv"))?,
            roles: of_csv("people.csv", include_str!("texts/people.csv"))?,
            oversights: of_csv("oversights.csv", include_str!("texts/oversights.csv"))?,
            events: of_csv("events.csv", include_str!("texts/events.csv"))?,
            holidays: of_csv("holidays.csv", include_str!("texts/holidays.csv"))?,
            documents,
            words: of_toml("words.toml", include_str!("texts/words.toml"))?,
        })
    }
}

/// A mistake in the texts.
pub(super) fn mistake(file: &str, what: impl std::fmt::Display) -> Error {
    Error::Broken(format!("the texts of the invented commune, {file}: {what}"))
}

fn of_toml<T: DeserializeOwned>(file: &str, text: &str) -> Result<T> {
    toml::from_str(text).map_err(|bad| mistake(file, bad))
}

fn of_csv<T: DeserializeOwned>(file: &str, text: &str) -> Result<Vec<T>> {
    let mut reader = csv::ReaderBuilder::new().comment(Some(b'#')).from_reader(text.as_bytes());
    let rows: Result<Vec<T>, csv::Error> = reader.deserialize().collect();
    rows.map_err(|bad| mistake(file, bad))
}

/// A text as the contract holds it.
///
/// # Errors
/// When it does not fit.
pub(super) fn fit<T: FromStr<Err = openapi::value::NotAValue>>(text: &str) -> Result<T> {
    let text = text.trim();
    text.parse().map_err(|bad: openapi::value::NotAValue| mistake(text, bad.en))
}

/// The same of a text that may be absent.
///
/// # Errors
/// When it does not fit.
pub(super) fn fit_some<T: FromStr<Err = openapi::value::NotAValue>>(
    text: Option<&String>,
) -> Result<Option<T>> {
    text.map(|text| fit(text)).transpose()
}

/// A place in an order, from 1.
pub(super) fn position(index: usize) -> Result<Position> {
    let number = i64::try_from(index + 1).unwrap_or(0);
    Position::try_from(number).map_err(|bad| mistake("order", bad.en))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_file_can_be_read() {
        let texts = Texts::read().unwrap();
        assert_eq!(texts.documents.len(), 5);
        assert!(texts.units.len() > 80);
    }

    #[test]
    fn a_life_is_counted_out() {
        let life = Life::try_from("done 2, silent, moved Phòng Kinh tế".to_owned()).unwrap();
        let moved = Outcome::Moved("Phòng Kinh tế".to_owned());
        assert_eq!(life.0, [Outcome::Done, Outcome::Done, Outcome::Silent, moved]);
        assert!(Life::try_from("dne 2".to_owned()).is_err());
        assert!(Life::try_from("done two".to_owned()).is_err());
    }

    #[test]
    fn keys_are_unique_and_refer_to_something() {
        let texts = Texts::read().unwrap();
        let tasks: Vec<&TaskText> = texts.documents.iter().flat_map(|d| &d.tasks).collect();
        let mut keys: Vec<&str> = tasks.iter().map(|task| task.key.as_str()).collect();
        let all = keys.len();
        keys.sort_unstable();
        keys.dedup();
        assert_eq!(keys.len(), all);
        for task in tasks {
            let named = task.parent.iter().chain(&task.carried).chain(&task.related);
            for key in named {
                assert!(keys.contains(&key.as_str()), "{key}");
            }
        }
    }
}
