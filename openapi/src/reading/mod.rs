//! Reading a document into proposals: rules, not a model. **Invariant: pure and linear in the length
//! of the text; each proposal says which words led to it; nobody is bound below certainty.**
//!
//! A text goes through the rooms in this order: [`text`] undoes what scans do, `words` cuts it into
//! words, `outline` finds headings and items, `document` reads head and foot, `clauses` finds where
//! obligations begin and end, `assignees`, [`due`] and `measures` read each of them, `inherit` says
//! what a clause has from its heading or the clause before, `proposals` writes it down.

mod assignees;
mod bodies;
mod cites;
mod clauses;
mod cover;
mod dates;
mod document;
pub mod due;
mod inherit;
mod label;
mod lexicon;
mod measures;
mod outline;
mod proposals;
mod sections;
mod tables;
pub mod text;
mod topics;
pub mod units;
mod words;

use crate::{
    calendar::{NamedEventDraft, NamedEventId},
    endpoint::Dto,
    imports::{Import, Proposal, Span},
    value::{Date, Percent},
};

/// What is known of the commune whose document it is.
#[derive(Debug, Clone)]
pub struct Commune {
    /// The units that exist.
    pub units: units::Units,
    /// The named events: Tết, a session of the council.
    pub events: Vec<(NamedEventId, NamedEventDraft)>,
    /// Today. Dates without a year are near it.
    pub today: Date,
}
impl Commune {
    /// A commune of which nothing is known.
    #[must_use]
    pub fn nobody(today: Date) -> Self {
        Self { units: units::Units::default(), events: Vec::new(), today }
    }
}

/// Reads a document.
#[must_use]
pub fn read(raw: &str, commune: &Commune) -> Import {
    let clean = text::Clean::of(raw);
    let words = words::Words::of(clean.text());
    let paragraphs = outline::of(clean.text());
    let document = document::Reader { clean: &clean, words: &words, paragraphs: &paragraphs, commune }.read();
    let near = document::near(&document, commune.today);
    let whole = inherit::Whole { words: &words, paragraphs: &paragraphs, commune, near };
    let (drafts, left) = whole.drafts();
    let writer = proposals::Writer { clean: &clean, whole: &whole };
    let proposals: Vec<Proposal> = drafts.iter().zip(1..).map(|(draft, at)| writer.proposal(draft, at)).collect();
    let stretches: Vec<(usize, usize)> = drafts.iter().map(|draft| writer.bytes(draft)).collect();
    Import {
        outline: writer.outline(),
        left_out: cover::left_out(&clean, &paragraphs, &words, &stretches, left),
        document,
        proposals,
        text: clean.into_text(),
    }
}

/// Reads one stretch of the text of an [`Import`] again, as one obligation: after it was split, merged
/// or moved by hand. What it inherits is found anew.
#[must_use]
pub fn read_clause(text: &str, commune: &Commune, span: Span) -> Option<Proposal> {
    let clean = text::Clean::kept(text);
    let words = words::Words::of(clean.text());
    let paragraphs = outline::of(clean.text());
    let document = document::Reader { clean: &clean, words: &words, paragraphs: &paragraphs, commune }.read();
    let near = document::near(&document, commune.today);
    let whole = inherit::Whole { words: &words, paragraphs: &paragraphs, commune, near };
    let draft = whole.again(clean.byte(span.from), clean.byte(span.to))?;
    let writer = proposals::Writer { clean: &clean, whole: &whole };
    Some(writer.proposal(&draft, 1))
}

/// A text in one line, cut between words where it is longer than so many characters.
fn cut(text: &str, most: usize) -> String {
    let line = text.replace('\n', " ");
    let line = line.trim();
    if line.chars().count() <= most {
        return line.to_owned();
    }
    let short: String = line.chars().take(most.saturating_sub(1)).collect();
    let kept = short.rfind(' ').and_then(|at| short.get(..at)).filter(|kept| kept.len() * 2 > short.len());
    format!("{}…", kept.unwrap_or(&short).trim_end())
}
/// A certainty of which nothing is known.
fn unsure() -> Percent {
    Percent::try_from(50).unwrap_or_else(|_| Percent::example())
}
fn percent(certainty: i64) -> Percent {
    Percent::try_from(certainty.clamp(0, 100)).unwrap_or_else(|_| unsure())
}
