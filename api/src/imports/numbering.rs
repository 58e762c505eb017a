//! The numbers that Word prints before paragraphs and does not store in them. **Invariant: a list
//! counts as Word does: each level for itself, begun anew below a higher one.**

use std::collections::HashMap;

use quick_xml::{Reader, events::Event};

use super::docx::attribute;

/// How far each list has counted, by list and level.
pub(super) type Counters = HashMap<String, [u32; 9]>;

/// How one level is printed.
#[derive(Debug, Clone, Default)]
struct Level {
    format: String,
    text: String,
    start: u32,
}

/// The lists of a document.
#[derive(Debug, Default)]
pub(super) struct Numbering {
    /// Levels by the number of the abstract list.
    lists: HashMap<String, Vec<Level>>,
    /// The abstract list of a list.
    of: HashMap<String, String>,
    /// The list and level of a style.
    styles: HashMap<String, (String, usize)>,
}

impl Numbering {
    /// From the two parts of the document that say it; what cannot be read numbers nothing.
    pub(super) fn of(numbering: &str, styles: &str) -> Self {
        let mut all = Self::default();
        all.read_lists(numbering);
        all.read_styles(styles);
        all
    }

    fn read_lists(&mut self, xml: &str) {
        let mut reader = Reader::from_str(xml);
        let (mut list, mut number) = (String::new(), String::new());
        while let Ok(event) = reader.read_event() {
            let tag = match event {
                Event::Start(tag) | Event::Empty(tag) => tag,
                Event::Eof => return,
                _ => continue,
            };
            let value = attribute(&tag, "val").unwrap_or_default();
            let levels = self.lists.get_mut(&list);
            match tag.local_name().as_ref() {
                "abstractNum" => {
                    list = attribute(&tag, "abstractNumId").unwrap_or_default();
                    self.lists.insert(list.clone(), Vec::new());
                }
                "lvl" => {
                    if let Some(levels) = levels.filter(|levels| levels.len() < 9) {
                        levels.push(Level { start: 1, ..Level::default() });
                    }
                }
                "start" => of_last(levels, |level| level.start = value.parse().unwrap_or(1)),
                "numFmt" => of_last(levels, |level| level.format = value),
                "lvlText" => of_last(levels, |level| level.text = value),
                "num" => {
                    number = attribute(&tag, "numId").unwrap_or_default();
                    // What a list overrides of its pattern is not followed.
                    list = String::new();
                }
                "abstractNumId" => drop(self.of.insert(number.clone(), value)),
                _ => {}
            }
        }
    }

    fn read_styles(&mut self, xml: &str) {
        let mut reader = Reader::from_str(xml);
        let (mut style, mut level) = (String::new(), 0);
        while let Ok(event) = reader.read_event() {
            let tag = match event {
                Event::Start(tag) | Event::Empty(tag) => tag,
                Event::Eof => return,
                _ => continue,
            };
            let value = || attribute(&tag, "val").unwrap_or_default();
            match tag.local_name().as_ref() {
                "style" => {
                    style = attribute(&tag, "styleId").unwrap_or_default();
                    level = 0;
                }
                "ilvl" => level = value().parse().unwrap_or(0),
                "numId" => drop(self.styles.insert(style.clone(), (value(), level))),
                _ => {}
            }
        }
    }

    /// The label of a paragraph, with a space after it; empty where it has none.
    pub(super) fn label(
        &self,
        list: Option<(&str, usize)>,
        style: Option<&str>,
        counters: &mut Counters,
    ) -> String {
        let styled =
            || style.and_then(|style| self.styles.get(style)).map(|(list, level)| (list.as_str(), *level));
        self.counted(list.or_else(styled), counters).unwrap_or_default()
    }

    fn counted(&self, list: Option<(&str, usize)>, counters: &mut Counters) -> Option<String> {
        let (list, level) = list?;
        let pattern = self.of.get(list)?;
        let levels = self.lists.get(pattern)?;
        let this = levels.get(level)?;
        let counts = counters.entry(pattern.clone()).or_insert([0; 9]);
        let count = counts.get_mut(level)?;
        *count = if *count == 0 { this.start.max(1) } else { count.saturating_add(1) };
        counts.iter_mut().skip(level + 1).for_each(|below| *below = 0);
        match this.format.as_str() {
            "bullet" => return Some("- ".to_owned()),
            "none" => return None,
            _ => {}
        }
        let mut label = String::new();
        let mut rest = this.text.chars();
        while let Some(c) = rest.next() {
            let which = (c == '%').then(|| rest.next()?.to_digit(10)).flatten();
            match which.and_then(|which| usize::try_from(which.checked_sub(1)?).ok()) {
                Some(which) => {
                    let format = levels.get(which).map_or("decimal", |level| level.format.as_str());
                    label.push_str(&printed(counts.get(which).copied().unwrap_or(1).max(1), format));
                }
                None => label.push(c),
            }
        }
        (!label.trim().is_empty()).then(|| format!("{} ", label.trim()))
    }
}

fn of_last(levels: Option<&mut Vec<Level>>, change: impl FnOnce(&mut Level)) {
    if let Some(level) = levels.and_then(|levels| levels.last_mut()) {
        change(level);
    }
}

/// A number as a list prints it.
fn printed(number: u32, format: &str) -> String {
    match format {
        "upperRoman" => roman(number),
        "lowerRoman" => roman(number).to_lowercase(),
        "lowerLetter" => letter(number).to_string(),
        "upperLetter" => letter(number).to_ascii_uppercase().to_string(),
        _ => number.to_string(),
    }
}
fn letter(number: u32) -> char {
    let at = u8::try_from(number.saturating_sub(1) % 26).unwrap_or(0);
    char::from(b'a' + at)
}
fn roman(number: u32) -> String {
    const DIGITS: [(u32, &str); 9] =
        [(100, "C"), (90, "XC"), (50, "L"), (40, "XL"), (10, "X"), (9, "IX"), (5, "V"), (4, "IV"), (1, "I")];
    let mut left = number.min(399);
    let mut out = String::new();
    for (value, digits) in DIGITS {
        while left >= value {
            out.push_str(digits);
            left -= value;
        }
    }
    out
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn lists_count_as_word_does() {
        let level = |at, format, text| {
            format!(
                r#"<w:lvl w:ilvl="{at}"><w:start w:val="1"/><w:numFmt w:val="{format}"/><w:lvlText w:val="{text}"/></w:lvl>"#
            )
        };
        let xml = format!(
            r#"<w:numbering><w:abstractNum w:abstractNumId="0">{}{}{}</w:abstractNum><w:num w:numId="7"><w:abstractNumId w:val="0"/></w:num></w:numbering>"#,
            level(0, "upperRoman", "%1."),
            level(1, "decimal", "%2."),
            level(2, "lowerLetter", "%3)")
        );
        let numbering = Numbering::of(&xml, "");
        let mut counters = Counters::new();
        let mut label = |level| numbering.label(Some(("7", level)), None, &mut counters);
        let labels: Vec<String> = [0, 1, 2, 2, 1, 0, 1].into_iter().map(&mut label).collect();
        assert_eq!(labels, ["I. ", "1. ", "a) ", "b) ", "2. ", "II. ", "1. "]);
        assert_eq!(numbering.label(Some(("9", 0)), None, &mut counters), "");
    }
}
