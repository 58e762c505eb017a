//! The things a PDF is made of. **Invariant: reading goes forwards and no deeper than it may.**

use std::collections::BTreeMap;

/// A dictionary.
pub(super) type Dict = BTreeMap<String, Object>;

/// One thing.
#[derive(Debug, Clone, PartialEq)]
pub(super) enum Object {
    Null,
    Whole(i64),
    Real(f64),
    Name(String),
    Text(Vec<u8>),
    Array(Vec<Object>),
    Dict(Dict),
    Reference(i64),
    /// A bare word: an operator of a page, `obj`, `stream`.
    Word(String),
}

impl Object {
    pub(super) fn number(&self) -> Option<f64> {
        match self {
            // What is beyond an i32 is no measure on a page.
            Self::Whole(whole) => i32::try_from(*whole).ok().map(f64::from),
            Self::Real(real) => Some(*real),
            _ => None,
        }
    }
    pub(super) fn whole(&self) -> Option<i64> {
        match self {
            Self::Whole(whole) => Some(*whole),
            _ => None,
        }
    }
    pub(super) fn is_name(&self, name: &str) -> bool {
        matches!(self, Self::Name(own) if own == name)
    }
}

/// Reads things from bytes.
pub(super) struct Lexer<'a> {
    bytes: &'a [u8],
    pub at: usize,
}

/// How deep arrays and dictionaries may stand in each other.
const DEEPEST: usize = 40;

impl<'a> Lexer<'a> {
    pub(super) const fn new(bytes: &'a [u8], at: usize) -> Self {
        Self { bytes, at }
    }
    fn peek(&self) -> Option<u8> {
        self.bytes.get(self.at).copied()
    }
    fn space(&mut self) {
        while let Some(byte) = self.peek() {
            match byte {
                b'%' => {
                    while self.peek().is_some_and(|byte| byte != b'\n' && byte != b'\r') {
                        self.at += 1;
                    }
                }
                byte if is_space(byte) => self.at += 1,
                _ => return,
            }
        }
    }
    fn takes(&mut self, sign: &[u8]) -> bool {
        let fits = self.bytes.get(self.at..).is_some_and(|rest| rest.starts_with(sign));
        if fits {
            self.at += sign.len();
        }
        fits
    }

    /// Whether this word comes next; it is taken if so.
    pub(super) fn takes_word(&mut self, word: &[u8]) -> bool {
        self.space();
        self.takes(word)
    }

    /// The next thing; nothing at the end.
    pub(super) fn next(&mut self) -> Option<Object> {
        self.thing(0)
    }

    fn thing(&mut self, depth: usize) -> Option<Object> {
        self.space();
        if depth > DEEPEST {
            self.at = self.bytes.len();
            return None;
        }
        match self.peek()? {
            b'/' => {
                self.at += 1;
                Some(Object::Name(self.name()))
            }
            b'(' => Some(Object::Text(self.text())),
            b'<' if self.takes(b"<<") => Some(Object::Dict(self.dict(depth))),
            b'<' => Some(Object::Text(self.hex())),
            b'[' => {
                self.at += 1;
                Some(Object::Array(self.array(depth)))
            }
            b']' | b'}' | b'{' | b')' => {
                self.at += 1;
                Some(Object::Word("]".to_owned()))
            }
            b'>' => {
                self.at += if self.takes(b">>") { 0 } else { 1 };
                Some(Object::Word(">>".to_owned()))
            }
            b'0'..=b'9' | b'+' | b'-' | b'.' => Some(self.number()),
            _ => Some(self.word()),
        }
    }

    fn run(&mut self) -> &'a [u8] {
        let from = self.at;
        while self.peek().is_some_and(|byte| !is_space(byte) && !is_delimiter(byte)) {
            self.at += 1;
        }
        self.bytes.get(from..self.at).unwrap_or_default()
    }
    fn name(&mut self) -> String {
        String::from_utf8_lossy(self.run()).into_owned()
    }
    fn word(&mut self) -> Object {
        let word = String::from_utf8_lossy(self.run()).into_owned();
        match word.as_str() {
            "null" | "true" | "false" => Object::Null,
            // A byte that begins nothing.
            "" => {
                self.at += 1;
                Object::Null
            }
            _ => Object::Word(word),
        }
    }

    fn number(&mut self) -> Object {
        let text = String::from_utf8_lossy(self.run()).into_owned();
        let Ok(whole) = text.parse::<i64>() else {
            return text
                .parse::<f64>()
                .ok()
                .filter(|real| real.is_finite())
                .map_or(Object::Null, Object::Real);
        };
        // "12 0 R" is a reference.
        let back = self.at;
        self.space();
        let generation = self.run();
        if !generation.is_empty() && generation.len() <= 5 && generation.iter().all(u8::is_ascii_digit) {
            self.space();
            if self.run() == b"R" {
                return Object::Reference(whole);
            }
        }
        self.at = back;
        Object::Whole(whole)
    }

    fn array(&mut self, depth: usize) -> Vec<Object> {
        let mut all = Vec::new();
        while let Some(thing) = self.thing(depth + 1) {
            match thing {
                Object::Word(word) if word == "]" => break,
                // A word in an array: the file is broken, or the array was never closed.
                Object::Word(_) if all.len() > 100_000 => break,
                thing => all.push(thing),
            }
        }
        all
    }
    fn dict(&mut self, depth: usize) -> Dict {
        let mut all = Dict::new();
        while let Some(key) = self.thing(depth + 1) {
            match key {
                Object::Name(name) => match self.thing(depth + 1) {
                    Some(Object::Word(word)) if word == ">>" => break,
                    Some(value) => drop(all.insert(name, value)),
                    None => break,
                },
                Object::Word(word) if word == ">>" || word == "endobj" => break,
                _ => {}
            }
        }
        all
    }

    fn text(&mut self) -> Vec<u8> {
        let mut out = Vec::new();
        let mut depth = 0_usize;
        while let Some(byte) = self.peek() {
            self.at += 1;
            match byte {
                b'(' => {
                    depth += 1;
                    if depth > 1 {
                        out.push(byte);
                    }
                }
                b')' => {
                    depth = depth.saturating_sub(1);
                    if depth == 0 {
                        return out;
                    }
                    out.push(byte);
                }
                b'\\' => self.escape(&mut out),
                byte => out.push(byte),
            }
        }
        out
    }
    fn escape(&mut self, out: &mut Vec<u8>) {
        let Some(byte) = self.peek() else { return };
        self.at += 1;
        match byte {
            b'n' => out.push(b'\n'),
            b'r' => out.push(b'\r'),
            b't' => out.push(b'\t'),
            b'b' | b'f' | b'\n' => {}
            b'\r' => drop(self.takes(b"\n")),
            b'0'..=b'7' => {
                let mut code = u32::from(byte - b'0');
                for _ in 0..2 {
                    match self.peek() {
                        Some(digit @ b'0'..=b'7') => {
                            code = code * 8 + u32::from(digit - b'0');
                            self.at += 1;
                        }
                        _ => break,
                    }
                }
                out.push(u8::try_from(code & 0xFF).unwrap_or(0));
            }
            other => out.push(other),
        }
    }
    fn hex(&mut self) -> Vec<u8> {
        self.at += 1;
        let mut out = Vec::new();
        let mut half: Option<u8> = None;
        while let Some(byte) = self.peek() {
            self.at += 1;
            if byte == b'>' {
                break;
            }
            let digit = char::from(byte).to_digit(16).and_then(|digit| u8::try_from(digit).ok());
            match (half, digit) {
                (None, Some(digit)) => half = Some(digit),
                (Some(high), Some(low)) => {
                    out.push(high * 16 + low);
                    half = None;
                }
                _ => {}
            }
        }
        out.extend(half.map(|high| high * 16));
        out
    }
}

const fn is_space(byte: u8) -> bool {
    matches!(byte, b' ' | b'\n' | b'\r' | b'\t' | 0 | 12)
}
const fn is_delimiter(byte: u8) -> bool {
    matches!(byte, b'(' | b')' | b'<' | b'>' | b'[' | b']' | b'{' | b'}' | b'/' | b'%')
}
