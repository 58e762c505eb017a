//! The text of the document, by characters. **Invariant: a stretch of it is always within it, and what is
//! cut out reads the same as what stands there.**

use std::sync::Arc;

use openapi::imports::Span;

/// The text of a document.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Source {
    chars: Arc<[char]>,
}

/// A position as it is written in a [`Span`].
fn at(place: usize) -> u32 {
    u32::try_from(place).unwrap_or(u32::MAX)
}
fn place(at: u32) -> usize {
    usize::try_from(at).unwrap_or(usize::MAX)
}

impl Source {
    /// Of a text.
    #[must_use]
    pub fn of(text: &str) -> Self {
        Self { chars: text.chars().collect() }
    }
    /// All of it.
    #[must_use]
    pub fn text(&self) -> String {
        self.chars.iter().collect()
    }
    /// How many characters it has.
    #[must_use]
    pub fn len(&self) -> u32 {
        at(self.chars.len())
    }
    /// Whether it has none.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        self.chars.is_empty()
    }
    fn chars(&self, span: Span) -> &[char] {
        let to = place(span.to).min(self.chars.len());
        self.chars.get(place(span.from).min(to)..to).unwrap_or_default()
    }
    /// The words of a stretch.
    #[must_use]
    pub fn slice(&self, span: Span) -> String {
        self.chars(span).iter().collect()
    }
    /// The words of a stretch in one line.
    #[must_use]
    pub fn line(&self, span: Span) -> String {
        let text = self.slice(self.trimmed(span));
        text.split_whitespace().collect::<Vec<_>>().join(" ")
    }
    /// A stretch without the space and separators at its ends.
    #[must_use]
    pub fn trimmed(&self, span: Span) -> Span {
        let outer = |c: &char| c.is_whitespace() || matches!(c, ';' | ',');
        let chars = self.chars(span);
        let before = chars.iter().take_while(|c| outer(c)).count();
        let after = chars.iter().rev().take_while(|c| outer(c) || **c == '.').count();
        if before + after >= chars.len() {
            return Span { from: span.from, to: span.from };
        }
        Span { from: span.from.saturating_add(at(before)), to: self.end(span).saturating_sub(at(after)) }
    }
    fn end(&self, span: Span) -> u32 {
        span.to.min(self.len())
    }
    /// The paragraphs, without their line ends; empty ones too.
    #[must_use]
    pub fn paragraphs(&self) -> Vec<Span> {
        let mut from = 0;
        let mut all = Vec::new();
        for (here, _) in self.chars.iter().enumerate().filter(|(_, c)| **c == '\n') {
            all.push(Span { from, to: at(here) });
            from = at(here).saturating_add(1);
        }
        all.push(Span { from, to: self.len() });
        all
    }
    /// Where these words stand first at or after a place; a line end is as good as a space.
    #[must_use]
    pub fn find(&self, words: &str, after: u32) -> Option<Span> {
        let words: Vec<char> = words.trim().chars().collect();
        let same = |one: &char, other: &char| one == other || (one.is_whitespace() && other.is_whitespace());
        if words.is_empty() {
            return None;
        }
        let begin = place(after).min(self.chars.len());
        let found = self
            .chars
            .get(begin..)?
            .windows(words.len())
            .position(|window| window.iter().zip(&words).all(|(one, other)| same(one, other)))?;
        let from = begin + found;
        Some(Span { from: at(from), to: at(from + words.len()) })
    }
    /// Where a stretch might be split: after a sentence, a semicolon, a comma, or before "và" and "giao".
    #[must_use]
    pub fn cuts(&self, span: Span) -> Vec<u32> {
        let chars = self.chars(span);
        let mut cuts = Vec::new();
        for (here, pair) in chars.windows(2).enumerate() {
            let &[mark, next] = pair else { continue };
            let rest: String = chars.iter().skip(here + 1).take(6).collect();
            let word = next.is_whitespace()
                && ["và ", "giao ", "Giao "].iter().any(|word| rest.trim_start().starts_with(word));
            let parts = matches!(mark, '.' | ';' | ',' | ':') && next.is_whitespace() || mark == '\n' || word;
            let cut = span.from.saturating_add(at(here + 1));
            let (one, other) = (Span { from: span.from, to: cut }, Span { from: cut, to: span.to });
            if parts && !self.trimmed(one).is_empty() && !self.trimmed(other).is_empty() {
                cuts.push(cut);
            }
        }
        cuts.dedup();
        cuts
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn words_are_found_over_a_line_end_and_cut_without_what_separates() {
        let source = Source::of("I. Việc\nGiao các thôn rà soát;\nbáo cáo ngay.\n");
        let found = source.find("rà soát; báo cáo", 0).unwrap();
        assert_eq!(source.line(found), "rà soát; báo cáo");
        assert_eq!(source.find("không có", 0), None);
        assert_eq!(source.paragraphs().len(), 4);
        let whole = Span { from: 8, to: source.len() };
        assert_eq!(source.line(whole), "Giao các thôn rà soát; báo cáo ngay");
        let cuts: Vec<String> =
            source.cuts(whole).iter().map(|cut| source.line(Span { from: *cut, to: whole.to })).collect();
        assert_eq!(cuts, ["báo cáo ngay", "báo cáo ngay"]);
    }
}
