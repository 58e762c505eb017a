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
    let read = reading::read(raw, commune);
    if read.proposals.is_empty() { super::plain::document(raw, commune) } else { read }
}

/// Reads one stretch as one task; nothing when there are no words in it.
#[must_use]
pub fn stretch(source: &Source, span: Span, commune: &Commune) -> Option<Proposal> {
    let words = source.line(span);
    let content = Note::try_from(words.as_str()).ok()?;
    let mut read = super::plain::clause(&words, commune, content)?;
    read.span = span;
    Some(read)
}
