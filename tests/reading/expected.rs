//! What a document asks, as somebody wrote it down who read it.

use std::path::{Path, PathBuf};

use openapi::{
    calendar::NamedEventDraft,
    id::Id,
    reading::{Commune, units::Units},
    value::Date,
};
use serde_json::Value;

/// One document and what it asks.
pub struct Expected {
    pub name: String,
    pub text: String,
    pub today: Date,
    /// First and last words of stretches that ask nothing.
    pub context: Vec<(String, String)>,
    pub duties: Vec<Duty>,
}

/// One obligation.
#[derive(Debug, Clone, Default)]
pub struct Duty {
    pub text: String,
    pub who: Vec<Who>,
    /// Words of time, and the day they give.
    pub due: Option<Option<Date>>,
    pub recurs: Option<(String, Option<i64>)>,
    /// Comparator and figure.
    pub targets: Vec<(String, String)>,
    pub stages: Vec<Date>,
}

/// Somebody who is to do it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Who {
    pub kind: String,
    pub role: String,
    pub basis: String,
    pub name: String,
}

/// The first day of Tết in the years that the documents speak of.
pub const TET: [(&str, &str); 3] = [
    ("Tết Nguyên đán 2025", "2025-01-29"),
    ("Tết Nguyên đán 2026", "2026-02-17"),
    ("Tết Nguyên đán 2027", "2027-02-06"),
];

impl Expected {
    /// What is known of its commune: Tết. Nobody's name is given away.
    pub fn commune(&self) -> Commune {
        let events = TET.iter().zip(1_u128..).map(|((name, from), id)| {
            let draft =
                NamedEventDraft { name: (*name).try_into().unwrap(), from: from.parse().ok(), to: None };
            (format!("01980000-0000-7000-8000-{id:012x}").parse::<Id<_>>().unwrap(), draft)
        });
        Commune { units: Units::default(), events: events.collect(), today: self.today }
    }
}

/// The documents of real communes; none, said loudly, where they are not at hand.
pub fn seeds() -> Vec<Expected> {
    let beside = || Path::new(env!("CARGO_MANIFEST_DIR")).join("../../shared/seeds");
    let folder = std::env::var_os("DONDOC_SEEDS").map_or_else(beside, PathBuf::from);
    let Ok(files) = std::fs::read_dir(folder.join("gold")) else {
        eprintln!("SKIPPED: the gold files are not at {}; DONDOC_SEEDS tells where", folder.display());
        return Vec::new();
    };
    let mut files: Vec<PathBuf> = files.map(|file| file.unwrap().path()).collect();
    files.retain(|path| path.extension().is_some_and(|e| e == "json"));
    files.sort();
    files.iter().map(|path| seed(&folder, path)).collect()
}

/// The invented documents.
pub fn invented() -> Vec<Expected> {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("reading/documents");
    let mut files: Vec<PathBuf> =
        std::fs::read_dir(folder).unwrap().map(|file| file.unwrap().path()).collect();
    files.retain(|path| path.extension().is_some_and(|e| e == "json"));
    files.sort();
    files.iter().map(|path| document(path)).collect()
}

fn json(path: &Path) -> Value {
    serde_json::from_slice(&std::fs::read(path).unwrap()).unwrap()
}
fn text(value: &Value) -> String {
    value.as_str().unwrap_or_default().to_owned()
}
fn list(value: &Value) -> &[Value] {
    value.as_array().map_or(&[], Vec::as_slice)
}

fn seed(folder: &Path, path: &Path) -> Expected {
    let gold = json(path);
    let document = &gold["document"];
    let day = [&document["meeting_on"], &document["period"]["from"]].into_iter().find_map(Value::as_str);
    let directives = list(&gold["directives"]);
    let spans = list(&gold["context_spans"]).iter().map(|span| (text(&span["from"]), text(&span["to"])));
    Expected {
        name: text(&gold["seed"]).chars().take(3).collect(),
        text: std::fs::read_to_string(folder.join(text(&gold["seed"]))).unwrap(),
        today: day.unwrap().parse().unwrap(),
        context: spans.collect(),
        duties: directives.iter().map(gold_duty).collect(),
    }
}

fn gold_duty(directive: &Value) -> Duty {
    let who = list(&directive["assignees"]).iter().map(|who| Who {
        kind: text(&who["kind"]),
        role: text(&who["role"]),
        basis: text(&who["basis"]),
        name: text(&who["name"]),
    });
    let deadline = &directive["deadline"];
    let recurrence = &directive["recurrence"];
    let targets = list(&directive["targets"]).iter().map(|target| {
        let value =
            if target["value"].is_null() { text(&target["level"]) } else { target["value"].to_string() };
        (text(&target["comparator"]), value)
    });
    Duty {
        text: text(&directive["text"]),
        who: who.collect(),
        due: (!deadline.is_null()).then(|| deadline["due_on"].as_str().map(|on| on.parse().unwrap())),
        recurs: (!recurrence.is_null()).then(|| (text(&recurrence["per"]), recurrence["times"].as_i64())),
        targets: targets.collect(),
        stages: list(&directive["milestones"])
            .iter()
            .map(|stage| stage["due_on"].as_str().unwrap().parse().unwrap())
            .collect(),
    }
}

/// `"who": ["thon chu_tri explicit Các thôn"], "due": "2026-11-30", "recurs": "month 2", "targets": ["gte 60"]`
fn document(path: &Path) -> Expected {
    let expected = json(path);
    let pairs = list(&expected["context"]).iter().map(|pair| (text(&pair[0]), text(&pair[1])));
    Expected {
        name: path.file_stem().unwrap().to_string_lossy().into_owned(),
        text: std::fs::read_to_string(path.with_extension("txt")).unwrap(),
        today: "2026-10-05".parse().unwrap(),
        context: pairs.collect(),
        duties: list(&expected["directives"]).iter().map(duty).collect(),
    }
}

fn duty(value: &Value) -> Duty {
    let who = list(&value["who"]).iter().map(|line| {
        let line = text(line);
        let mut parts = line.splitn(4, ' ').map(str::to_owned);
        let mut next = || parts.next().unwrap();
        Who { kind: next(), role: next(), basis: next(), name: next() }
    });
    let recurs = value["recurs"].as_str().map(|recurs| {
        let (per, times) =
            recurs.split_once(' ').map_or((recurs, None), |(per, times)| (per, times.parse().ok()));
        (per.to_owned(), times)
    });
    let pair = |target: &Value| {
        let target = text(target);
        let (comparator, figure) = target.split_once(' ').unwrap();
        (comparator.to_owned(), figure.to_owned())
    };
    Duty {
        text: text(&value["text"]),
        who: who.collect(),
        due: value["due"].as_str().map(|due| due.parse().ok()),
        recurs,
        targets: list(&value["targets"]).iter().map(pair).collect(),
        stages: list(&value["stages"]).iter().map(|day| text(day).parse().unwrap()).collect(),
    }
}
