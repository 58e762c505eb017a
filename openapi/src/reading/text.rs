//! Undoing what scans, pages and Markdown do to a text. **Invariant: nothing that was said is lost:
//! only marks, page numbers and line breaks inside a paragraph go.**

use unicode_normalization::{IsNormalized, UnicodeNormalization, is_nfc_quick};

use super::label::Label;
use crate::imports::Span;

/// Positions are marked once in so many bytes.
const STRIDE: usize = 256;
/// A line at least so long that breaks off was broken by the width of a page.
const FULL_LINE: usize = 55;

/// A text with one paragraph on each line, and where its lines stood before.
#[derive(Debug, Clone, Default)]
pub struct Clean {
    text: String,
    /// Where a line of the original begins: here, and there. In bytes.
    origins: Vec<(usize, usize)>,
    /// How many characters stand before every [`STRIDE`]th byte.
    marks: Vec<u32>,
}

impl Clean {
    /// Undoes it.
    #[must_use]
    pub fn of(raw: &str) -> Self {
        let mut clean = Self::default();
        let mut before = Before::default();
        let mut at = 0;
        for line in raw.split_inclusive(['\n', '\r', '\u{b}', '\u{c}', '\u{2028}', '\u{2029}', '\u{85}']) {
            let tidy = tidy(line);
            if tidy.is_empty() || is_page_number(&tidy) || is_rule(&tidy) {
                // A line end of two characters is no blank line.
                before.blank |= !matches!(line, "\n") || !raw.get(..at).is_some_and(|b| b.ends_with('\r'));
            } else {
                clean.take(&tidy, &before, at);
                before = Before { blank: false, ..Before::of(tidy) };
            }
            at += line.len();
        }
        clean.mark();
        clean
    }

    /// A text that was cleaned before, as it is.
    #[must_use]
    pub fn kept(text: &str) -> Self {
        let mut clean = Self { text: text.to_owned(), ..Self::default() };
        clean.mark();
        clean
    }

    fn take(&mut self, line: &str, before: &Before, origin: usize) {
        if !self.text.is_empty() {
            self.text.push(if continues(before, line) { ' ' } else { '\n' });
        }
        self.origins.push((self.text.len(), origin));
        self.text.push_str(line);
    }

    fn mark(&mut self) {
        let mut characters = 0;
        for (at, byte) in self.text.bytes().enumerate() {
            if at % STRIDE == 0 {
                self.marks.push(characters);
            }
            characters += u32::from(!is_inside(byte));
        }
    }

    /// The text.
    #[must_use]
    pub fn text(&self) -> &str {
        &self.text
    }
    /// The text, when nothing else is needed any more.
    #[must_use]
    pub fn into_text(self) -> String {
        self.text
    }
    /// Where in the original the line of a byte began, and how far into it the byte lies.
    #[must_use]
    pub fn origin(&self, byte: usize) -> usize {
        let at = self.origins.partition_point(|(here, _)| *here <= byte);
        let line = at.checked_sub(1).and_then(|at| self.origins.get(at));
        line.map_or(0, |(here, there)| there + (byte - here))
    }
    /// A stretch in bytes, counted in characters.
    #[must_use]
    pub fn span(&self, from: usize, to: usize) -> Span {
        Span { from: self.characters(from), to: self.characters(to) }
    }
    /// How many characters stand before a byte.
    fn characters(&self, byte: usize) -> u32 {
        let block = byte / STRIDE;
        let marked = self.marks.get(block).or(self.marks.last()).copied().unwrap_or(0);
        let block = block.min(self.marks.len().saturating_sub(1));
        let rest = self.text.as_bytes().get(block * STRIDE..byte.min(self.text.len())).unwrap_or_default();
        let rest = rest.iter().filter(|byte| !is_inside(**byte)).count();
        marked.saturating_add(u32::try_from(rest).unwrap_or(u32::MAX))
    }
    /// The byte before which so many characters stand; the end when there are fewer.
    #[must_use]
    pub fn byte(&self, character: u32) -> usize {
        let block = self.marks.partition_point(|mark| *mark <= character).saturating_sub(1);
        let mut left = character.saturating_sub(self.marks.get(block).copied().unwrap_or(0));
        let from = block * STRIDE;
        let bytes = self.text.as_bytes().get(from..).unwrap_or_default();
        for (at, byte) in bytes.iter().enumerate() {
            if !is_inside(*byte) {
                if left == 0 {
                    return from + at;
                }
                left -= 1;
            }
        }
        self.text.len()
    }
}

/// Whether a byte goes on with a character that began before it.
const fn is_inside(byte: u8) -> bool {
    byte & 0b1100_0000 == 0b1000_0000
}

/// The line before.
#[derive(Default)]
struct Before {
    line: String,
    length: usize,
    loud: bool,
    /// Whether something stood between it and the next.
    blank: bool,
}
impl Before {
    fn of(line: String) -> Self {
        Self { length: line.chars().count(), loud: is_loud(&line), line, blank: false }
    }
}

/// One line: composed, without marks and odd spaces.
fn tidy(line: &str) -> String {
    let composed = match is_nfc_quick(line.chars()) {
        IsNormalized::Yes => line.into(),
        _ => std::borrow::Cow::Owned(line.nfc().collect::<String>()),
    };
    let mut tidy = String::with_capacity(composed.len());
    for c in composed.chars() {
        match c {
            '\u{ad}' | '\u{200b}'..='\u{200f}' | '\u{feff}' | '\u{2060}' => {}
            c if c.is_whitespace() || c.is_control() => {
                if !tidy.is_empty() && !tidy.ends_with(' ') {
                    tidy.push(' ');
                }
            }
            c if u32::from(c) > 0xFFFF => tidy.push('\u{fffd}'),
            c => tidy.push(c),
        }
    }
    without_marks(tidy.trim())
}

/// Without the marks of Markdown: headings, quotes, emphasis, tables, escapes.
fn without_marks(line: &str) -> String {
    let line = line.trim_start_matches('>').trim_start();
    let heading = line.trim_start_matches('#');
    let line =
        if heading.len() < line.len() && heading.starts_with(' ') { heading.trim_start() } else { line };
    if !line.contains(['*', '_', '\\', '|', '`', '~']) {
        return line.to_owned();
    }
    let is_row = line.starts_with('|') && line.len() > 1;
    let bullet = line.starts_with("* ");
    let mut out = String::with_capacity(line.len());
    let mut rest = line.chars().peekable();
    if bullet {
        out.push_str("- ");
        rest.by_ref().take(2).for_each(drop);
    }
    while let Some(c) = rest.next() {
        match c {
            '*' | '`' => {}
            '_' | '~' if rest.peek() == Some(&c) => drop(rest.next()),
            '\\' if rest.peek().is_some_and(|c| c.is_ascii_punctuation()) => out.extend(rest.next()),
            '|' if is_row => {
                out.truncate(out.trim_end().len());
                out.push_str(if out.is_empty() { "" } else { " |" });
            }
            c => out.push(c),
        }
    }
    out.trim().trim_end_matches('|').trim_end().to_owned()
}

/// The number of a page, alone on its line.
fn is_page_number(line: &str) -> bool {
    let bare = line.trim_matches(|c: char| matches!(c, '-' | '–' | '—' | ' ' | '.' | '[' | ']'));
    let bare = bare.strip_prefix("Trang ").or_else(|| bare.strip_prefix("trang ")).unwrap_or(bare);
    let mut parts = bare.splitn(2, '/');
    parts.all(|part| (1..=4).contains(&part.len()) && part.bytes().all(|b| b.is_ascii_digit()))
}
/// A line drawn across the page.
fn is_rule(line: &str) -> bool {
    line.chars().all(|c| matches!(c, '-' | '_' | '=' | '*' | '–' | '—' | '|' | ':' | ' ' | '.' | '~'))
}

/// Whether a line goes on with the one above it.
fn continues(before: &Before, line: &str) -> bool {
    let row = |line: &str| line.contains(" |");
    if before.loud || is_loud(line) || starts_block(line) || row(line) || row(&before.line) {
        return false;
    }
    let Some(last) = before.line.chars().next_back() else { return false };
    let first = line.chars().next().unwrap_or(' ');
    let ended = matches!(last, '.' | '!' | '?' | '…' | ':');
    if Label::at(line).is_some() {
        // A dash between two words, at which the line was broken.
        let inside = line.strip_prefix(['-', '–']).map(str::trim_start).and_then(|rest| rest.chars().next());
        let broken = !before.blank && before.length >= FULL_LINE && last.is_alphabetic();
        return broken && inside.is_some_and(char::is_lowercase);
    }
    if first.is_lowercase() || matches!(first, ')' | ',' | ';' | ']' | '”') {
        return !matches!(last, '.' | '!' | '?') || before.line.ends_with("...");
    }
    if ended || last == ';' {
        return false;
    }
    hangs(&before.line) || (!before.blank && before.length >= FULL_LINE)
}

/// All capitals: a letterhead, a title, a signature.
pub(super) fn is_loud(line: &str) -> bool {
    let (mut loud, mut all) = (0, 0);
    for c in line.chars().filter(|c| c.is_alphabetic()) {
        all += 1;
        loud += i32::from(c.is_uppercase());
    }
    all >= 5 && all == loud
}

/// Lines that begin something new wherever they stand.
fn starts_block(line: &str) -> bool {
    ["Nơi nhận", "NƠI NHẬN", "T/M", "TM.", "T/L", "TL.", "K/T", "KT.", "¹", "²", "³"]
        .iter()
        .any(|start| line.starts_with(start))
}

/// Whether a line ends where nobody ends a sentence.
fn hangs(paragraph: &str) -> bool {
    const WORDS: [&str; 32] = [
        "và", "hoặc", "các", "những", "của", "cho", "về", "với", "tại", "trong", "để", "theo", "là", "từ",
        "đến", "số", "ngày", "tháng", "năm", "một", "ở", "do", "bằng", "trên", "dưới", "đối", "cùng", "nhằm",
        "gồm", "mỗi", "từng", "việc",
    ];
    let last = paragraph.chars().next_back().unwrap_or(' ');
    if matches!(last, ',' | '-' | '–' | '(' | '/' | '“') {
        return true;
    }
    let word = paragraph.rsplit([' ', '(']).next().unwrap_or_default();
    // A short line is a heading; it may well end with “xã”.
    let long = paragraph.chars().count() >= FULL_LINE;
    long && (WORDS.contains(&word) || paragraph.ends_with("thực hiện"))
}

#[cfg(test)]
mod tests {
    use super::Clean;
    use proptest::prelude::*;

    fn clean(raw: &str) -> String {
        Clean::of(raw).into_text()
    }

    #[test]
    fn a_sentence_broken_by_a_page_is_whole_again() {
        let raw = "Giao các thôn rà soát hộ nghèo, hộ cận nghèo,\n\n- 2 -\n\nngười có công trên địa bàn.\n\nGiao Công an xã tuần tra.";
        let whole = "Giao các thôn rà soát hộ nghèo, hộ cận nghèo, người có công trên địa bàn.\nGiao Công an xã tuần tra.";
        assert_eq!(clean(raw), whole);
    }

    #[test]
    fn items_headings_and_signatures_stay_apart() {
        let raw = "II. NHIỆM VỤ TRỌNG TÂM\n1. Giao các thôn.\n2. Giao Công an xã\n- Tuần tra;\n- Kiểm soát.\nT/M BAN THƯỜNG VỤ\nBÍ THƯ";
        assert_eq!(clean(raw), raw);
    }

    #[test]
    fn marks_go_and_words_stay() {
        assert_eq!(clean("## **I. Kết quả**\n* _Một_\n> hai\n\\- ba"), "I. Kết quả\n- _Một_ hai\n- ba");
        assert_eq!(clean("| Việc | Hạn |\n|---|---|\n| Rà soát | 30/11 |"), "Việc | Hạn\nRà soát | 30/11");
    }

    proptest! {
        #[test]
        fn positions_go_there_and_back(raw in "[ặa\\-1.\\n𝒳 ]{0,600}", at in 0_usize..600) {
            let clean = Clean::of(&raw);
            let text = clean.text();
            prop_assert!(text.chars().all(|c| u32::from(c) <= 0xFFFF));
            let byte = text.char_indices().map(|(byte, _)| byte).nth(at).unwrap_or(text.len());
            let span = clean.span(byte, text.len());
            prop_assert_eq!(clean.byte(span.from), byte);
            prop_assert_eq!(usize::try_from(span.to).unwrap(), text.chars().count());
            prop_assert!(clean.origin(byte) <= raw.len() + 600);
        }
        #[test]
        fn cleaning_never_panics_and_loses_no_letter(raw in "\\PC{0,300}") {
            let letters = |text: &str| text.chars().filter(|c| c.is_alphabetic() && u32::from(*c) < 0x300).count();
            prop_assert!(letters(&clean(&raw)) <= letters(&raw) + raw.len());
        }
    }
}
