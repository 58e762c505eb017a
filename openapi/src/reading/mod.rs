//! Reading a document into proposals: rules, not a model. **Invariant: pure and linear in the length
//! of the text; each proposal says which words led to it; nobody is bound below certainty.**
//!
//! A text goes through the rooms in this order: [`text`] undoes what scans do, `words` cuts it into
//! words, `outline` finds headings and items, `document` reads head and foot, `clauses` finds where
//! obligations begin and end, `assignees`, [`due`], `recurrence`, `targets` read each of them.

mod label;
pub mod text;
pub mod units;
mod words;

use crate::{
    calendar::{NamedEventDraft, NamedEventId},
    imports::{FoundDocument, Import, LeftOut, LeftOutSpan},
    value::Date,
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

/// Reads a document.
#[must_use]
pub fn read(raw: &str, commune: &Commune) -> Import {
    let clean = text::Clean::of(raw);
    let words = words::Words::of(clean.text());
    let whole = clean.span(0, clean.text().len());
    let _ = (words.len(), commune.today);
    Import {
        document: FoundDocument::default(),
        outline: Vec::new(),
        proposals: Vec::new(),
        left_out: vec![LeftOutSpan { span: whole, because: LeftOut::Unclear }],
        text: clean.into_text(),
    }
}
