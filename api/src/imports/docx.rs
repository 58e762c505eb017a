//! The text of a Word document: paragraphs with the numbers Word would print, tables in reading order.
//! **Invariant: no more is unpacked than can be held, whatever the file says of its size.**

use std::{
    collections::HashMap,
    io::{Cursor, Read},
};

use quick_xml::{
    Reader,
    events::{BytesStart, Event},
};

use super::numbering::{Counters, Numbering};
use crate::error::{Error, Result};

/// The most that one part of the file may unpack into.
const PART_AT_MOST: u64 = 24 << 20;

/// Reads the text.
pub(super) fn text(content: &[u8]) -> Result<String> {
    let mut archive = zip::ZipArchive::new(Cursor::new(content)).map_err(|_bad| super::unreadable())?;
    let document = part(&mut archive, "word/document.xml")?.ok_or_else(super::unreadable)?;
    let numbering = part(&mut archive, "word/numbering.xml")?.unwrap_or_default();
    let styles = part(&mut archive, "word/styles.xml")?.unwrap_or_default();
    let numbering = Numbering::of(&numbering, &styles);
    Walk::new(&numbering).read(&document)
}

type Archive<'a> = zip::ZipArchive<Cursor<&'a [u8]>>;

fn part(archive: &mut Archive<'_>, name: &str) -> Result<Option<String>> {
    let Ok(file) = archive.by_name(name) else { return Ok(None) };
    let mut text = String::new();
    let read = file.take(PART_AT_MOST + 1).read_to_string(&mut text).map_err(|_bad| super::unreadable())?;
    if u64::try_from(read).unwrap_or(u64::MAX) > PART_AT_MOST {
        return Err(super::too_much());
    }
    Ok(Some(text))
}

/// The value of an attribute, by its local name.
pub(super) fn attribute(tag: &BytesStart<'_>, name: &str) -> Option<String> {
    let found = tag.attributes().flatten().find(|attribute| attribute.key.local_name().as_ref() == name)?;
    Some(found.value.to_string())
}

/// A paragraph that is being read.
#[derive(Default)]
struct Open {
    text: String,
    list: Option<String>,
    level: usize,
    style: Option<String>,
}

/// A row of a table: its cells, each with its paragraphs.
type Row = Vec<Vec<String>>;

/// One way through the document.
struct Walk<'a> {
    numbering: &'a Numbering,
    counters: Counters,
    out: String,
    /// Paragraphs within paragraphs: the text of a box stands in one.
    open: Vec<Open>,
    /// Rows within rows: a table may stand in a cell.
    rows: Vec<Row>,
    in_text: bool,
    /// How deep in what is not to be read.
    skipped: usize,
}

impl<'a> Walk<'a> {
    fn new(numbering: &'a Numbering) -> Self {
        Self {
            numbering,
            counters: HashMap::new(),
            out: String::new(),
            open: Vec::new(),
            rows: Vec::new(),
            in_text: false,
            skipped: 0,
        }
    }

    fn read(mut self, document: &str) -> Result<String> {
        let mut reader = Reader::from_str(document);
        loop {
            match reader.read_event().map_err(|_bad| super::unreadable())? {
                Event::Start(tag) => self.begin(&tag),
                Event::Empty(tag) => {
                    self.begin(&tag);
                    self.end(tag.local_name().as_ref());
                }
                Event::End(tag) => self.end(tag.local_name().as_ref()),
                Event::Text(text) if self.in_text && self.skipped == 0 => self.say(&text.xml10_content()),
                Event::GeneralRef(name) if self.in_text && self.skipped == 0 => {
                    if let Ok(Some(c)) = name.resolve_char_ref() {
                        self.say(c.encode_utf8(&mut [0; 4]));
                    } else {
                        self.say(match name.xml10_content().as_ref() {
                            "amp" => "&",
                            "lt" => "<",
                            "gt" => ">",
                            "quot" => "\"",
                            "apos" => "'",
                            _ => "",
                        });
                    }
                }
                Event::Eof => return Ok(self.out),
                _ => {}
            }
        }
    }

    fn say(&mut self, text: &str) {
        if let Some(open) = self.open.last_mut() {
            open.text.push_str(text);
        }
    }

    fn begin(&mut self, tag: &BytesStart<'_>) {
        let name = tag.local_name();
        // What was moved away or is only another form of the same is not read.
        if self.skipped > 0 || matches!(name.as_ref(), "Fallback" | "moveFrom" | "del") {
            self.skipped += 1;
            return;
        }
        let value = || attribute(tag, "val");
        match name.as_ref() {
            "p" => self.open.push(Open::default()),
            "pStyle" => self.of_open(|open| open.style = value()),
            "numId" => self.of_open(|open| open.list = value()),
            "ilvl" => {
                self.of_open(|open| open.level = value().and_then(|level| level.parse().ok()).unwrap_or(0))
            }
            "t" => self.in_text = true,
            "tab" => self.say("\t"),
            "br" | "cr" => self.say("\n"),
            "noBreakHyphen" => self.say("-"),
            "tr" => self.rows.push(Row::new()),
            "tc" => {
                if let Some(row) = self.rows.last_mut() {
                    row.push(Vec::new());
                }
            }
            _ => {}
        }
    }
    fn of_open(&mut self, change: impl FnOnce(&mut Open)) {
        if let Some(open) = self.open.last_mut() {
            change(open);
        }
    }

    fn end(&mut self, name: &str) {
        if self.skipped > 0 {
            self.skipped -= 1;
            return;
        }
        match name {
            "t" => self.in_text = false,
            "p" => {
                if let Some(open) = self.open.pop() {
                    self.paragraph(open);
                }
            }
            "tr" => {
                if let Some(row) = self.rows.pop() {
                    self.row(row);
                }
            }
            _ => {}
        }
    }

    fn paragraph(&mut self, open: Open) {
        let said = open.text.trim_matches([' ', '\t', '\n']);
        if said.is_empty() {
            return;
        }
        let list = open.list.as_deref().map(|list| (list, open.level));
        let label = self.numbering.label(list, open.style.as_deref(), &mut self.counters);
        self.put(format!("{label}{said}"));
    }
    /// A paragraph goes to the cell it stands in, or to the text.
    fn put(&mut self, paragraph: String) {
        match self.rows.last_mut().and_then(|row| row.last_mut()) {
            Some(cell) => cell.push(paragraph),
            None => {
                self.out.push_str(&paragraph);
                self.out.push_str("\n\n");
            }
        }
    }
    /// A row of three cells or more is one line; two columns are how a letterhead or the foot is laid
    /// out, and are read one after the other.
    fn row(&mut self, row: Row) {
        if row.len() >= 3 {
            let cells = row.iter().map(|cell| cell.join(" ").replace(['\n', '|'], " "));
            let line = cells.collect::<Vec<_>>().join(" | ");
            if line.chars().any(char::is_alphanumeric) {
                self.put(line);
            }
        } else {
            for paragraph in row.into_iter().flatten() {
                self.put(paragraph);
            }
        }
    }
}

/// Whether the bytes begin as a package of parts does.
pub(super) fn is_one(content: &[u8]) -> bool {
    content.starts_with(b"PK\x03\x04")
}

/// A workbook or a presentation is a package too.
pub(super) fn check(content: &[u8]) -> Result<()> {
    let mut archive = zip::ZipArchive::new(Cursor::new(content)).map_err(|_bad| super::unreadable())?;
    if archive.by_name("word/document.xml").is_ok() {
        return Ok(());
    }
    Err(Error::because(
        openapi::problem::Code::UnsupportedMedia,
        "Tệp này không phải văn bản Word (DOCX) hoặc PDF.",
        "This file is neither a Word document (DOCX) nor a PDF.",
    ))
}
