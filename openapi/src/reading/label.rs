//! The labels of an outline: "III.", "2.1.", "a)", "Một là,", bullets. **Invariant: a label is read
//! from the beginning of a paragraph and nothing of the words after it.**

/// How an item is labelled. The order is how deep such labels lie when nothing else says so.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub(super) enum Style {
    /// "Phần thứ nhất", "Chương II", "Mục 1".
    Part,
    /// "A.", "B.".
    Capital,
    /// "I.", "II-".
    Roman,
    /// "Điều 1.".
    Article,
    /// "Một là,", "Thứ hai,".
    Ordinal,
    /// "1.", "2)".
    Number,
    /// "1.2.", "1.2.3": so many numbers.
    Numbers(u8),
    /// "a)", "b.".
    Letter,
    /// "-", "•".
    Dash,
    /// "+".
    Plus,
}

impl Style {
    /// Whether it is printed as a bullet, so that items are counted and not named.
    pub(super) const fn is_bullet(self) -> bool {
        matches!(self, Self::Dash | Self::Plus)
    }
    /// How deep: a number to compare.
    pub(super) fn rank(self) -> u32 {
        match self {
            Self::Part => 0,
            Self::Capital => 1,
            Self::Roman => 2,
            Self::Article => 3,
            Self::Ordinal => 4,
            Self::Number => 5,
            Self::Numbers(many) => 5 + u32::from(many).min(10),
            Self::Letter => 16,
            Self::Dash => 17,
            Self::Plus => 18,
        }
    }
}

/// A label at the beginning of a paragraph.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct Label<'t> {
    pub style: Style,
    /// As printed, without what closes it.
    pub text: &'t str,
    /// How many bytes it takes, with what closes it and the space after.
    pub len: usize,
}

const ORDINALS: [&str; 11] =
    ["một", "hai", "ba", "bốn", "năm", "sáu", "bảy", "tám", "chín", "mười", "mười một"];
const RANKED: [&str; 10] = ["nhất", "hai", "ba", "tư", "năm", "sáu", "bảy", "tám", "chín", "mười"];

impl<'t> Label<'t> {
    /// The label a paragraph begins with.
    pub(super) fn at(line: &'t str) -> Option<Self> {
        let first = line.chars().next()?;
        match first {
            '-' | '–' | '—' | '•' | '●' | '▪' | '◦' | '*' | '·' | '\u{f0b7}' | '\u{f02d}' => {
                Self::bullet(line, first, Style::Dash)
            }
            '+' => Self::bullet(line, first, Style::Plus),
            '0'..='9' => Self::numbers(line),
            '(' => Self::in_parentheses(line),
            _ => Self::roman(line)
                .or_else(|| Self::letter(line))
                .or_else(|| Self::ordinal(line))
                .or_else(|| Self::named(line)),
        }
    }

    /// A label of so many bytes, when something closes it.
    fn closed(line: &'t str, style: Style, len: usize, closers: &[char]) -> Option<Self> {
        let (text, rest) = line.split_at_checked(len)?;
        let opened = rest.trim_start_matches(closers);
        // "I- KHÁI QUÁT", "1 - Giao": a dash may stand apart.
        let apart = rest.strip_prefix(" - ").or_else(|| rest.strip_prefix(" – "));
        let words = match apart {
            Some(words) => words,
            None if opened.len() < rest.len() => opened,
            None => return None,
        };
        let spaced = words.starts_with(char::is_whitespace) || apart.is_some() || words.is_empty();
        let tight = words.chars().next().is_some_and(char::is_uppercase) && !rest.starts_with('/');
        let words = words.trim_start();
        (spaced || tight).then_some(Self { style, text, len: line.len() - words.len() })
    }

    fn bullet(line: &'t str, mark: char, style: Style) -> Option<Self> {
        let rest = line.strip_prefix(mark)?;
        let words = rest.trim_start();
        // "-12 độ" is no item.
        let begins = words.chars().next()?;
        let fits = words.len() < rest.len() || begins.is_alphabetic();
        (fits && begins != mark).then_some(Self {
            style,
            text: line.get(..mark.len_utf8())?,
            len: line.len() - words.len(),
        })
    }

    /// "1.", "1.2.", "3.3 ". A year or a date is no label.
    fn numbers(line: &'t str) -> Option<Self> {
        let len = line.find(|c: char| !c.is_ascii_digit() && c != '.').unwrap_or(line.len());
        let text = line.get(..len)?.trim_end_matches('.');
        let parts = text.split('.');
        let small = |part: &str| (1..=2).contains(&part.len());
        let many = parts.clone().count();
        if !parts.clone().all(small) || many > 6 {
            return None;
        }
        if many == 1 {
            return Self::closed(line, Style::Number, text.len(), &['.', ')', '-', '/', ':']).filter(
                |label| !line.get(label.len..).is_some_and(|w| w.starts_with(|c: char| c.is_ascii_digit())),
            );
        }
        let style = Style::Numbers(u8::try_from(many).unwrap_or(6));
        let rest = line.get(text.len()..)?;
        let words = rest.trim_start_matches(['.', ')', '-', ':']).trim_start();
        // "1.5 triệu" and "2.5%" are figures: a label without its dot is followed by a capital.
        let dotted = rest.starts_with(['.', ')']) && rest.len() > words.len();
        let begins = words.chars().next()?;
        let fits =
            begins.is_alphabetic() && (dotted || begins.is_uppercase()) || dotted && !begins.is_ascii_digit();
        (fits && rest.len() > words.len()).then_some(Self { style, text, len: line.len() - words.len() })
    }

    fn in_parentheses(line: &'t str) -> Option<Self> {
        let (inside, rest) = line.strip_prefix('(')?.split_once(')')?;
        let style = match inside.len() {
            1 | 2 if inside.bytes().all(|b| b.is_ascii_digit()) => Style::Number,
            1 if inside.bytes().all(|b| b.is_ascii_lowercase()) => Style::Letter,
            _ => return None,
        };
        let words = rest.trim_start();
        (!words.is_empty()).then_some(Self { style, text: inside, len: line.len() - words.len() })
    }

    fn roman(line: &'t str) -> Option<Self> {
        let len = line.find(|c: char| !matches!(c, 'I' | 'V' | 'X')).unwrap_or(line.len());
        let digits = line.get(..len)?;
        let fits = (1..=5).contains(&len) && !digits.contains("IIII") && !digits.contains("VV");
        fits.then(|| Self::closed(line, Style::Roman, len, &['.', '-', '–', ')', '/', ':']))?
    }

    fn letter(line: &'t str) -> Option<Self> {
        let first = line.chars().next()?;
        if first.is_ascii_uppercase() {
            return Self::closed(line, Style::Capital, 1, &['.', ')', '-', '/']);
        }
        let fits = first.is_ascii_lowercase() || first == 'đ';
        fits.then(|| Self::closed(line, Style::Letter, first.len_utf8(), &[')', '.', '/']))?
    }

    /// "Một là,", "Thứ nhất,", "Thứ hai là".
    fn ordinal(line: &'t str) -> Option<Self> {
        let words: Vec<&str> = line.splitn(5, ' ').take(4).collect();
        let lower = |at: usize| {
            let word: &str = words.get(at).copied().unwrap_or_default();
            word.trim_end_matches([',', ':', '.', ';']).to_lowercase()
        };
        let (first, second, third) = (lower(0), lower(1), lower(2));
        let many = if ORDINALS.contains(&first.as_str()) && second == "là" {
            2
        } else if first == "mười" && ORDINALS.contains(&second.as_str()) && third == "là" {
            3
        } else if first == "thứ" && RANKED.contains(&second.as_str()) {
            let closed = words.get(1).is_some_and(|word| word.ends_with([',', ':', '.']));
            if closed {
                2
            } else if third == "là" {
                3
            } else {
                return None;
            }
        } else {
            return None;
        };
        let len = words.iter().take(many).map(|word| word.len() + 1).sum::<usize>().min(line.len());
        let printed = line.get(..len)?.trim_end().trim_end_matches([',', ':', '.', ';']);
        Some(Self { style: Style::Ordinal, text: printed, len })
    }

    /// "Phần thứ hai", "Chương II", "Điều 3.".
    fn named(line: &'t str) -> Option<Self> {
        let (word, rest) = line.split_once(' ')?;
        let style = match word {
            "Phần" | "PHẦN" | "Chương" | "CHƯƠNG" | "Mục" | "MỤC" => Style::Part,
            "Điều" | "ĐIỀU" => Style::Article,
            _ => return None,
        };
        let next = rest.split([' ', '.', ':', ',']).next()?;
        let ordinal = next.to_lowercase() == "thứ";
        let counted = next.bytes().all(|b| b.is_ascii_digit() || matches!(b, b'I' | b'V' | b'X'));
        if next.is_empty() || !(ordinal || counted) {
            return None;
        }
        let taken = if ordinal { rest.splitn(3, ' ').take(2).map(|w| w.len() + 1).sum() } else { next.len() };
        let len = (word.len() + 1 + taken).min(line.len());
        let text = line.get(..len)?.trim_end().trim_end_matches(['.', ':']);
        let words = line.get(text.len()..)?.trim_start_matches(['.', ':', '-', ')', ' ']);
        Some(Self { style, text, len: line.len() - words.len() })
    }
}

#[cfg(test)]
mod tests {
    use super::{Label, Style};

    #[test]
    fn labels_are_told_from_words() {
        let read = |line| Label::at(line).map(|label| (label.style, label.text));
        assert_eq!(read("III. Nhiệm vụ"), Some((Style::Roman, "III")));
        assert_eq!(read("II- QUAN ĐIỂM"), Some((Style::Roman, "II")));
        assert_eq!(read("1. Giao"), Some((Style::Number, "1")));
        assert_eq!(read("1.2. Tăng cường"), Some((Style::Numbers(2), "1.2")));
        assert_eq!(read("3.3 Tổ chức"), Some((Style::Numbers(2), "3.3")));
        assert_eq!(read("a) Giao"), Some((Style::Letter, "a")));
        assert_eq!(read("Một là, tiếp tục"), Some((Style::Ordinal, "Một là")));
        assert_eq!(read("Thứ nhất, giao"), Some((Style::Ordinal, "Thứ nhất")));
        assert_eq!(read("- Giao"), Some((Style::Dash, "-")));
        assert_eq!(read("Điều 2. Giao"), Some((Style::Article, "Điều 2")));
        assert_eq!(read("Phần thứ hai: Nhiệm vụ"), Some((Style::Part, "Phần thứ hai")));
        for line in
            ["2026. Trung tâm", "15/11/2024", "2.5% hộ", "1.5 triệu đồng", "Giao các thôn", "Xã", "03/TBKL"]
        {
            assert_eq!(read(line), None, "{line}");
        }
    }
}
