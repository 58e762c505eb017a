//! Reading in the browser: the contract's rules, asked again for one stretch. **Invariant: nothing is asked
//! of the server, so that a split is read at once, and without a network.**

use openapi::{
    imports::{Import, Proposal, Span},
    reading,
    value::Note,
};

pub use openapi::reading::Commune;

use super::source::Source;

/// Reads a whole document.
#[must_use]
pub fn document(raw: &str, commune: &Commune) -> Import {
    reading::read(raw, commune)
}

/// Reads one stretch as one task, with what it inherits; nothing when there are no words in it. The clerk
/// said where it begins and ends: its words are all that stand there.
#[must_use]
pub fn stretch(source: &Source, span: Span, commune: &Commune) -> Option<Proposal> {
    let content = Note::try_from(source.line(span)).ok()?;
    let read = reading::read_clause(&source.text(), commune, span)?;
    Some(Proposal { span, quote: Some(content.clone()), content, ..read })
}
