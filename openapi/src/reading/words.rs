//! The words of a text, once in lower case and once folded. **Invariant: a word is a run of letters
//! and digits; what stands between two is known without looking at the text again.**

use std::ops::Range;

use unicode_normalization::{UnicodeNormalization, char::is_combining_mark};

/// What stands before a word. The order is how strongly it parts.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub(super) enum Gap {
    /// Nothing but space.
    Space,
    /// A dash or slash within a name.
    Dash,
    /// A quotation mark.
    Quote,
    /// An opening or closing parenthesis.
    Parenthesis,
    Comma,
    Colon,
    Semicolon,
    /// The end of a sentence.
    Stop,
    /// The end of a paragraph, or the beginning of all.
    Line,
}

/// One word.
#[derive(Debug, Clone)]
pub(super) struct Word {
    /// Where it begins, in bytes.
    pub from: usize,
    /// Where it ends.
    pub to: usize,
    /// What stands before it.
    pub gap: Gap,
    lower: Range<usize>,
    folded: Range<usize>,
}

/// All words of a text.
#[derive(Debug)]
pub(super) struct Words<'t> {
    text: &'t str,
    all: Vec<Word>,
    lower: String,
    folded: String,
}

impl<'t> Words<'t> {
    /// The words of a text, in one pass.
    pub(super) fn of(text: &'t str) -> Self {
        let mut words = Self { text, all: Vec::new(), lower: String::new(), folded: String::new() };
        let mut began: Option<usize> = None;
        let mut ended = 0;
        for (at, c) in text.char_indices() {
            let inside = c.is_alphanumeric() || is_combining_mark(c);
            match (began, inside) {
                (None, true) => began = Some(at),
                (Some(from), false) => {
                    words.push(ended, from, at);
                    ended = at;
                    began = None;
                }
                _ => {}
            }
        }
        if let Some(from) = began {
            words.push(ended, from, text.len());
        }
        words
    }

    fn push(&mut self, ended: usize, from: usize, to: usize) {
        let gap = match self.text.get(ended..from) {
            Some(_) if self.all.is_empty() => Gap::Line,
            Some(between) => gap(between),
            None => Gap::Line,
        };
        let word = self.text.get(from..to).unwrap_or_default();
        let lower = self.lower.len();
        lower_into(word, &mut self.lower);
        let folded = self.folded.len();
        fold_into(word, &mut self.folded);
        self.all.push(Word {
            from,
            to,
            gap,
            lower: lower..self.lower.len(),
            folded: folded..self.folded.len(),
        });
    }

    /// The whole text.
    pub(super) const fn text(&self) -> &'t str {
        self.text
    }
    /// How many there are.
    pub(super) const fn len(&self) -> usize {
        self.all.len()
    }
    /// One of them.
    pub(super) fn get(&self, at: usize) -> Option<&Word> {
        self.all.get(at)
    }
    /// One in lower case, its tone where it is put today; empty past the end.
    pub(super) fn lower(&self, at: usize) -> &str {
        self.get(at).and_then(|word| self.lower.get(word.lower.clone())).unwrap_or_default()
    }
    /// One without marks; empty past the end.
    pub(super) fn folded(&self, at: usize) -> &str {
        self.get(at).and_then(|word| self.folded.get(word.folded.clone())).unwrap_or_default()
    }
    /// One as printed; empty past the end.
    pub(super) fn printed(&self, at: usize) -> &'t str {
        self.get(at).and_then(|word| self.text.get(word.from..word.to)).unwrap_or_default()
    }
    /// What stands before one; the end of all past the end.
    pub(super) fn gap(&self, at: usize) -> Gap {
        self.get(at).map_or(Gap::Line, |word| word.gap)
    }
    /// Where one begins; the end of the text past the end.
    pub(super) fn from(&self, at: usize) -> usize {
        self.get(at).map_or(self.text.len(), |word| word.from)
    }
    /// Where the one before ends.
    pub(super) fn to(&self, end: usize) -> usize {
        end.checked_sub(1).and_then(|at| self.get(at)).map_or(0, |word| word.to)
    }
    /// Whether one begins with a capital.
    pub(super) fn is_capital(&self, at: usize) -> bool {
        self.printed(at).chars().next().is_some_and(char::is_uppercase)
    }
    /// What stands before one, as printed.
    pub(super) fn between(&self, at: usize) -> &'t str {
        self.text.get(self.to(at)..self.from(at)).unwrap_or_default()
    }
    /// Whether one is made of digits.
    pub(super) fn is_number(&self, at: usize) -> bool {
        let word = self.printed(at);
        !word.is_empty() && word.bytes().all(|b| b.is_ascii_digit())
    }
    /// The words that begin within a stretch of bytes.
    pub(super) fn within(&self, from: usize, to: usize) -> Range<usize> {
        let first = self.all.partition_point(|word| word.from < from);
        let end = self.all.partition_point(|word| word.from < to);
        first..end.max(first)
    }
}

fn gap(between: &str) -> Gap {
    let mut strongest = Gap::Space;
    let mut rest = between.chars().peekable();
    while let Some(c) = rest.next() {
        let this = match c {
            '\n' => Gap::Line,
            // "66.7/2025", "1.250": a point within a figure ends nothing.
            '.' | '!' | '?' | '…' if rest.peek().is_some() => Gap::Stop,
            ';' => Gap::Semicolon,
            // The cells of a table are no list.
            ':' | '|' => Gap::Colon,
            ',' if rest.peek().is_none() => Gap::Dash,
            ',' => Gap::Comma,
            '(' | ')' | '[' | ']' => Gap::Parenthesis,
            '"' | '“' | '”' | '«' | '»' | '‘' | '’' | '\'' => Gap::Quote,
            c if c.is_whitespace() => Gap::Space,
            _ => Gap::Dash,
        };
        strongest = strongest.max(this);
    }
    strongest
}

fn fold_into(word: &str, out: &mut String) {
    let lower = word.chars().flat_map(char::to_lowercase);
    out.extend(lower.nfd().filter(|c| !is_combining_mark(*c)).map(|c| if c == 'đ' { 'd' } else { c }));
}

/// Lower case, with `uỷ` as `ủy` and `hoá` as `hóa`.
pub(super) fn lower_into(word: &str, out: &mut String) {
    const NEW: [(&str, &str); 15] = [
        ("oà", "òa"),
        ("oá", "óa"),
        ("oả", "ỏa"),
        ("oã", "õa"),
        ("oạ", "ọa"),
        ("oè", "òe"),
        ("oé", "óe"),
        ("oẻ", "ỏe"),
        ("oẽ", "õe"),
        ("oẹ", "ọe"),
        ("uỳ", "ùy"),
        ("uý", "úy"),
        ("uỷ", "ủy"),
        ("uỹ", "ũy"),
        ("uỵ", "ụy"),
    ];
    let from = out.len();
    out.extend(word.chars().flat_map(char::to_lowercase));
    let lower = out.get(from..).unwrap_or_default();
    let moved = NEW.iter().find(|(old, _)| lower.ends_with(old));
    if let Some((old, new)) = moved {
        let stem = lower.len() - old.len();
        if !lower.get(..stem).is_some_and(|stem| stem.ends_with('q')) {
            out.truncate(from + stem);
            out.push_str(new);
        }
    }
}

#[cfg(test)]
mod tests {
    use super::{Gap, Words};

    #[test]
    fn words_know_what_stands_between_them() {
        let words = Words::of("Uỷ ban; hoá học, quý II (đợt 1)\nKT-XH.");
        let read: Vec<(&str, Gap)> = (0..words.len()).map(|at| (words.lower(at), words.gap(at))).collect();
        let expected = [
            ("ủy", Gap::Line),
            ("ban", Gap::Space),
            ("hóa", Gap::Semicolon),
            ("học", Gap::Space),
            ("quý", Gap::Comma),
            ("ii", Gap::Space),
            ("đợt", Gap::Parenthesis),
            ("1", Gap::Space),
            ("kt", Gap::Line),
            ("xh", Gap::Dash),
        ];
        assert_eq!(read, expected);
        assert_eq!(words.folded(0), "uy");
    }
}
