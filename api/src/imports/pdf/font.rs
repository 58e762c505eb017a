//! Which characters a font's codes mean, and how wide they are. **Invariant: a code without a meaning
//! says nothing; no more meanings are kept than there are codes.**

use std::collections::HashMap;

use super::{
    file::File,
    object::{Dict, Lexer, Object},
};

/// A font.
#[derive(Debug, Default)]
pub(super) struct Font {
    two_bytes: bool,
    /// Meanings by code; without any, a code of one byte means itself.
    meanings: HashMap<u32, String>,
    /// Widths by code, in thousandths of the size.
    widths: HashMap<u32, f64>,
    usual: f64,
}

impl Font {
    /// A font as its dictionary describes it. Nothing when unpacking it is too much.
    pub(super) fn of(file: &mut File<'_>, dict: &Dict) -> Option<Self> {
        let two_bytes = dict.get("Subtype").is_some_and(|kind| kind.is_name("Type0"));
        let mut font = Self { two_bytes, usual: if two_bytes { 1000.0 } else { 500.0 }, ..Self::default() };
        font.read_widths(file, dict);
        if let Some(Object::Reference(number)) = dict.get("ToUnicode") {
            let cmap = file.stream(*number)?;
            font.read_meanings(&cmap);
        }
        Some(font)
    }

    fn read_widths(&mut self, file: &File<'_>, dict: &Dict) {
        if !self.two_bytes {
            let first =
                file.whole(dict, "FirstChar").and_then(|first| u32::try_from(first).ok()).unwrap_or(0);
            if let Some(Object::Array(widths)) = file.get(dict, "Widths") {
                let known = (first..).zip(widths).take(256);
                self.widths =
                    known.filter_map(|(code, width)| Some((code, file.resolve(width).number()?))).collect();
            }
            return;
        }
        let Some(Object::Array(below)) = file.get(dict, "DescendantFonts") else { return };
        let Some(Object::Dict(below)) = below.first().map(|font| file.resolve(font)) else { return };
        self.usual = file.get(below, "DW").and_then(Object::number).unwrap_or(1000.0);
        let Some(Object::Array(widths)) = file.get(below, "W") else { return };
        let mut rest = widths.iter().map(|width| file.resolve(width));
        // "first [w w w]" or "first last w".
        while let Some(first) = rest.next().and_then(code_of) {
            match rest.next() {
                Some(Object::Array(each)) => {
                    let each = (first..).zip(each).take(65_536);
                    self.widths
                        .extend(each.filter_map(|(code, width)| Some((code, file.resolve(width).number()?))));
                }
                Some(last) => {
                    let (Some(last), Some(width)) = (code_of(last), rest.next().and_then(Object::number))
                    else {
                        return;
                    };
                    self.widths.extend((first..=last).take(65_536).map(|code| (code, width)));
                }
                None => return,
            }
            if self.widths.len() > 70_000 {
                return;
            }
        }
    }

    fn read_meanings(&mut self, cmap: &[u8]) {
        let mut lexer = Lexer::new(cmap, 0);
        let mut last: Vec<Object> = Vec::new();
        while let Some(thing) = lexer.next() {
            match thing {
                Object::Word(word) => {
                    match word.as_str() {
                        "endbfchar" => self.characters(&last),
                        "endbfrange" => self.ranges(&last),
                        _ => {}
                    }
                    last.clear();
                }
                thing => last.push(thing),
            }
            if self.meanings.len() > 70_000 || last.len() > 100_000 {
                return;
            }
        }
    }
    fn characters(&mut self, pairs: &[Object]) {
        for pair in pairs.chunks_exact(2) {
            if let [Object::Text(code), Object::Text(meaning)] = pair {
                self.meanings.insert(number(code), said(meaning, 0));
            }
        }
    }
    fn ranges(&mut self, triples: &[Object]) {
        for triple in triples.chunks_exact(3) {
            let [Object::Text(first), Object::Text(last), meaning] = triple else { continue };
            let codes = (number(first)..=number(last)).take(65_536);
            match meaning {
                Object::Text(meaning) => {
                    self.meanings.extend(codes.zip(0..).map(|(code, more)| (code, said(meaning, more))));
                }
                Object::Array(each) => {
                    let each = codes.zip(each);
                    self.meanings.extend(each.filter_map(|(code, meaning)| match meaning {
                        Object::Text(meaning) => Some((code, said(meaning, 0))),
                        _ => None,
                    }));
                }
                _ => {}
            }
            if self.meanings.len() > 70_000 {
                return;
            }
        }
    }

    /// What a string says, and how wide it is: each character's width, in thousandths.
    pub(super) fn read(&self, bytes: &[u8]) -> Vec<(String, f64)> {
        let size = if self.two_bytes { 2 } else { 1 };
        let one = |code: &[u8]| {
            let code = number(code);
            let width = self.widths.get(&code).copied().unwrap_or(self.usual);
            let itself =
                || if self.two_bytes || !self.meanings.is_empty() { String::new() } else { latin(code) };
            (self.meanings.get(&code).cloned().unwrap_or_else(itself), width)
        };
        bytes.chunks(size).map(one).collect()
    }
}

fn code_of(object: &Object) -> Option<u32> {
    object.whole().and_then(|code| u32::try_from(code).ok())
}
fn number(bytes: &[u8]) -> u32 {
    bytes.iter().take(4).fold(0, |number, byte| number << 8 | u32::from(*byte))
}
/// UTF-16, with its last unit moved on.
fn said(meaning: &[u8], more: u16) -> String {
    let mut units: Vec<u16> = meaning
        .chunks(2)
        .take(64)
        .map(|pair| match pair {
            [high, low] => u16::from(*high) << 8 | u16::from(*low),
            [one] => u16::from(*one),
            _ => 0,
        })
        .collect();
    if let Some(last) = units.last_mut() {
        *last = last.wrapping_add(more);
    }
    String::from_utf16_lossy(&units)
}
/// The character of a Western code.
fn latin(code: u32) -> String {
    match code {
        0x91 | 0x92 => "'".to_owned(),
        0x93 => "“".to_owned(),
        0x94 => "”".to_owned(),
        0x96 | 0x97 => "–".to_owned(),
        0x85 => "…".to_owned(),
        0x95 => "•".to_owned(),
        code => char::from_u32(code).filter(|c| !c.is_control()).map(String::from).unwrap_or_default(),
    }
}
