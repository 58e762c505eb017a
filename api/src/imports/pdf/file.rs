//! The objects of a file and their streams. **Invariant: all streams together unpack into no more than
//! can be held.**

use std::{collections::HashMap, io::Read, ops::Range};

use super::object::{Dict, Lexer, Object};

/// The most that all streams together may unpack into.
const UNPACKED_AT_MOST: u64 = 64 << 20;
/// The most objects a file may have.
const OBJECTS_AT_MOST: usize = 300_000;

/// An object, and where its stream lies.
struct Entry {
    object: Object,
    stream: Option<Range<usize>>,
}

/// A file.
pub(super) struct File<'a> {
    bytes: &'a [u8],
    objects: HashMap<i64, Entry>,
    left: u64,
}

/// Where some bytes first stand.
pub(super) fn find(bytes: &[u8], what: &[u8], from: usize) -> Option<usize> {
    let first = *what.first()?;
    let mut at = from;
    loop {
        let rest = bytes.get(at..)?;
        at += rest.iter().position(|byte| *byte == first)?;
        if bytes.get(at..).is_some_and(|rest| rest.starts_with(what)) {
            return Some(at);
        }
        at += 1;
    }
}

impl<'a> File<'a> {
    /// Finds every object; the table that says where they are is often wrong. Nothing when there is too
    /// much of it.
    pub(super) fn read(bytes: &'a [u8]) -> Option<Self> {
        let mut file = Self { bytes, objects: HashMap::new(), left: UNPACKED_AT_MOST };
        let mut at = 0;
        let mut read = 0;
        while let Some(found) = find(bytes, b" obj", at) {
            at = found + 4;
            let Some(number) = number_before(bytes, found) else { continue };
            let mut lexer = Lexer::new(bytes, at);
            let Some(object) = lexer.next() else { break };
            at = lexer.at.max(at);
            let is_stream = lexer.takes_word(b"stream");
            let stream = match (&object, is_stream) {
                (Object::Dict(dict), true) => Some(data(bytes, lexer.at, dict)),
                _ => None,
            };
            at = stream.as_ref().map_or(at, |stream| stream.end.max(at));
            file.objects.insert(number, Entry { object, stream });
            read += 1;
            if read > OBJECTS_AT_MOST {
                return None;
            }
        }
        file.unpack_objects()?;
        Some(file)
    }

    /// Objects that stand in streams.
    fn unpack_objects(&mut self) -> Option<()> {
        let packed = |entry: &Entry| matches!(&entry.object, Object::Dict(dict) if dict.get("Type").is_some_and(|t| t.is_name("ObjStm")));
        let mut numbers: Vec<i64> =
            self.objects.iter().filter(|(_, entry)| packed(entry)).map(|(n, _)| *n).collect();
        numbers.sort_unstable();
        for number in numbers {
            let Some(Object::Dict(dict)) = self.objects.get(&number).map(|entry| entry.object.clone()) else {
                continue;
            };
            let content = self.stream(number)?;
            let (Some(many), Some(first)) = (self.whole(&dict, "N"), self.whole(&dict, "First")) else {
                continue;
            };
            let first = usize::try_from(first).unwrap_or(usize::MAX);
            let mut heads = Lexer::new(&content, 0);
            for _ in 0..many.min(100_000) {
                let (Some(Object::Whole(number)), Some(Object::Whole(offset))) = (heads.next(), heads.next())
                else {
                    break;
                };
                let at = usize::try_from(offset).ok().and_then(|offset| first.checked_add(offset));
                let object = at.and_then(|at| Lexer::new(&content, at).next());
                if let Some(object) = object {
                    self.objects.entry(number).or_insert(Entry { object, stream: None });
                }
            }
            if self.objects.len() > OBJECTS_AT_MOST {
                return None;
            }
        }
        Some(())
    }

    /// What a reference means; a few steps, for references may go in circles.
    pub(super) fn resolve<'s>(&'s self, object: &'s Object) -> &'s Object {
        let mut object = object;
        for _ in 0..8 {
            match object {
                Object::Reference(number) => match self.objects.get(number) {
                    Some(entry) => object = &entry.object,
                    None => return &Object::Null,
                },
                other => return other,
            }
        }
        &Object::Null
    }
    /// A value of a dictionary, resolved.
    pub(super) fn get<'s>(&'s self, dict: &'s Dict, key: &str) -> Option<&'s Object> {
        dict.get(key).map(|value| self.resolve(value))
    }
    pub(super) fn whole(&self, dict: &Dict, key: &str) -> Option<i64> {
        self.get(dict, key)?.whole()
    }

    /// The root of the tree of pages.
    pub(super) fn root(&self) -> Object {
        let of_type = |name: &str| {
            let mut all: Vec<(&i64, &Dict)> = self
                .objects
                .iter()
                .filter_map(|(number, entry)| match &entry.object {
                    Object::Dict(dict) if dict.get("Type").is_some_and(|kind| kind.is_name(name)) => {
                        Some((number, dict))
                    }
                    _ => None,
                })
                .collect();
            all.sort_by_key(|(number, _)| **number);
            all
        };
        let catalogs = of_type("Catalog");
        let root = catalogs.iter().rev().find_map(|(_, catalog)| catalog.get("Pages"));
        // Without a catalogue the pages follow each other by number.
        let loose = || {
            let kids = of_type("Page").into_iter().map(|(number, _)| Object::Reference(*number)).collect();
            Object::Dict(Dict::from([("Kids".to_owned(), Object::Array(kids))]))
        };
        root.cloned().unwrap_or_else(loose)
    }

    /// The content of a stream, unpacked; empty where it is packed in a way text is not. Nothing when all
    /// together is too much.
    pub(super) fn stream(&mut self, number: i64) -> Option<Vec<u8>> {
        let Some(entry) = self.objects.get(&number) else { return Some(Vec::new()) };
        let (Object::Dict(dict), Some(range)) = (&entry.object, entry.stream.clone()) else {
            return Some(Vec::new());
        };
        let data = self.bytes.get(range).unwrap_or_default();
        let filters: Vec<&Object> = match self.get(dict, "Filter") {
            None | Some(Object::Null) => Vec::new(),
            Some(Object::Array(filters)) => filters.iter().map(|filter| self.resolve(filter)).collect(),
            Some(one) => vec![one],
        };
        // Nobody packs a text more often; each turn may unpack as much as there is room for.
        if filters.len() > 3 {
            return Some(Vec::new());
        }
        let mut content = data.to_vec();
        for filter in filters {
            let is = |name: &str, short: &str| filter.is_name(name) || filter.is_name(short);
            content = if is("FlateDecode", "Fl") {
                inflate(&content, self.left)?
            } else if is("ASCII85Decode", "A85") {
                from_ascii85(&content)
            } else if is("ASCIIHexDecode", "AHx") {
                from_hex(&content)
            } else {
                Vec::new()
            };
        }
        self.left = self.left.checked_sub(u64::try_from(content.len()).unwrap_or(u64::MAX))?;
        Some(content)
    }
}

/// Unpacks as far as it goes: a stream that breaks off has said something before.
fn inflate(data: &[u8], at_most: u64) -> Option<Vec<u8>> {
    let mut out = Vec::new();
    let _broken = flate2::read::ZlibDecoder::new(data).take(at_most + 1).read_to_end(&mut out);
    (u64::try_from(out.len()).unwrap_or(u64::MAX) <= at_most).then_some(out)
}

/// Five letters stand for four bytes (ISO 32000-1 §7.4.3); as far as it goes.
fn from_ascii85(data: &[u8]) -> Vec<u8> {
    let mut out = Vec::with_capacity(data.len() / 5 * 4);
    let mut group: Vec<u8> = Vec::with_capacity(5);
    for byte in data.iter().copied().filter(|byte| !byte.is_ascii_whitespace()) {
        match byte {
            b'z' if group.is_empty() => out.extend([0; 4]),
            b'!'..=b'u' => group.push(byte - b'!'),
            _ => break,
        }
        if group.len() == 5 {
            out.extend(four_bytes(&group));
            group.clear();
        }
    }
    if group.len() > 1 {
        let bytes = group.len() - 1;
        group.resize(5, 84);
        out.extend(four_bytes(&group).into_iter().take(bytes));
    }
    out
}

fn four_bytes(group: &[u8]) -> [u8; 4] {
    group.iter().fold(0_u32, |sum, digit| sum.wrapping_mul(85).wrapping_add(u32::from(*digit))).to_be_bytes()
}

/// Two digits stand for a byte (ISO 32000-1 §7.4.2); as far as it goes.
fn from_hex(data: &[u8]) -> Vec<u8> {
    let digit = |byte: &u8| char::from(*byte).to_digit(16).and_then(|digit| u8::try_from(digit).ok());
    let mut digits: Vec<u8> =
        data.iter().filter(|byte| !byte.is_ascii_whitespace()).map_while(digit).collect();
    digits.resize(digits.len().next_multiple_of(2), 0);
    digits.chunks_exact(2).map(|pair| pair.iter().fold(0, |byte, digit| byte << 4 | digit)).collect()
}

/// The number of the object whose " obj" stands here.
fn number_before(bytes: &[u8], at: usize) -> Option<i64> {
    let head = bytes.get(at.saturating_sub(20)..at)?;
    let mut parts = head.rsplit(|byte| !byte.is_ascii_digit());
    let generation = parts.next()?;
    let number = parts.next()?;
    if generation.is_empty() || number.is_empty() {
        return None;
    }
    std::str::from_utf8(number).ok()?.parse().ok()
}

/// Where the data of a stream lies.
fn data(bytes: &[u8], after_word: usize, dict: &Dict) -> Range<usize> {
    let rest = bytes.get(after_word..).unwrap_or_default();
    let skip = if rest.starts_with(b"\r\n") {
        2
    } else {
        usize::from(rest.starts_with(b"\n") || rest.starts_with(b"\r"))
    };
    let from = after_word + skip;
    let told = dict.get("Length").and_then(Object::whole).and_then(|length| usize::try_from(length).ok());
    let fits = |to: &usize| {
        let tail = bytes.get(*to..(*to + 20).min(bytes.len())).unwrap_or_default();
        find(tail, b"endstream", 0).is_some()
    };
    let to = told.and_then(|length| from.checked_add(length)).filter(fits);
    from..to.or_else(|| find(bytes, b"endstream", from)).unwrap_or(bytes.len())
}

#[cfg(test)]
mod tests {
    use super::{from_ascii85, from_hex};

    #[test]
    fn letters_and_digits_stand_for_bytes() {
        assert_eq!(from_ascii85(b"87cURD]i,\"Eb\no80~>"), b"Hello World!");
        assert_eq!(from_ascii85(b"z87cUR~>"), b"\0\0\0\0Hell");
        assert_eq!(from_ascii85(b"87cU"), b"Hel");
        assert_eq!(from_hex(b"48 65\n6C7>ff"), b"Help");
    }
}
