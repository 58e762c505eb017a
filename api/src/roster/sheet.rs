//! From the bytes of a sheet to lines of text under known columns. **Invariant: a line has the number
//! the spreadsheet shows; a column we do not know is refused, not skipped; no sheet, however made,
//! unpacks into more than we can hold.**

use std::{
    collections::BTreeMap,
    io::{Cursor, Read},
};

use calamine::{Data, DataRef, Reader, Xlsx};
use openapi::{problem::FieldCode, text::fold};

use crate::error::{Error, Faults, Result};

/// The most lines a sheet may have under its heading, as the contract says.
const LINES_AT_MOST: u32 = 5000;
/// The most columns that are looked at.
const COLUMNS_AT_MOST: usize = 50;
/// A cell is cut here: whatever it is meant for, it is too long.
const CELL_AT_MOST: usize = 4000;
/// The most text a sheet may hold, and the most an XLSX may unpack into.
const TEXT_AT_MOST: usize = 8 << 20;
const UNPACKED_AT_MOST: u64 = 64 << 20;

/// What a column says.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub(super) enum Column {
    Kind,
    Unit,
    Aliases,
    Parent,
    Person,
    Phone,
    UserName,
    Roles,
}

impl Column {
    const ALL: [Self; 8] = [
        Self::Kind,
        Self::Unit,
        Self::Aliases,
        Self::Parent,
        Self::Person,
        Self::Phone,
        Self::UserName,
        Self::Roles,
    ];
    /// Its name in the heading.
    pub(super) const fn code(self) -> &'static str {
        match self {
            Self::Kind => "loai",
            Self::Unit => "don_vi",
            Self::Aliases => "ten_khac",
            Self::Parent => "truc_thuoc",
            Self::Person => "ho_ten",
            Self::Phone => "dien_thoai",
            Self::UserName => "ten_dang_nhap",
            Self::Roles => "vai_tro",
        }
    }
    /// By its name, also as people write it: `Đơn vị`, `Số điện thoại`.
    fn named(heading: &str) -> Option<Self> {
        let plain = fold(heading).replace('_', " ");
        match plain.as_str() {
            "ho va ten" => Some(Self::Person),
            "so dien thoai" => Some(Self::Phone),
            other => Self::ALL.into_iter().find(|column| column.code().replace('_', " ") == other),
        }
    }
}

/// One line under the heading.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Line {
    /// Its number as the spreadsheet shows it.
    pub number: u32,
    /// Its cells that are not blank, trimmed.
    pub cells: BTreeMap<Column, String>,
    /// Whether something stands where the heading names no column.
    pub spills_over: bool,
}

/// Cells by line, each line by its number from 1.
type Grid = BTreeMap<u32, Vec<String>>;

/// The lines of a sheet, blank ones in between included.
pub(super) fn lines(media: &str, content: &[u8]) -> Result<Vec<Line>> {
    let mut grid = if media == "text/csv" { csv(content)? } else { xlsx(content)? };
    grid.retain(|_, cells| cells.iter().any(|cell| !cell.is_empty()));
    let heading = grid.remove(&1).ok_or_else(|| {
        Error::field(
            "",
            FieldCode::Required,
            "Dòng đầu phải là tên các cột: loai, don_vi, ten_khac, truc_thuoc, ho_ten, dien_thoai, \
             ten_dang_nhap, vai_tro.",
            "The first row must name the columns: loai, don_vi, ten_khac, truc_thuoc, ho_ten, \
             dien_thoai, ten_dang_nhap, vai_tro.",
        )
    })?;
    let columns = columns(&heading)?;
    let last = grid.keys().next_back().copied().unwrap_or(1);
    if last > LINES_AT_MOST + 1 {
        return Err(too_many_lines());
    }
    let line = |number| {
        let cells = grid.remove(&number).unwrap_or_default();
        line(number, &columns, cells)
    };
    Ok((2..=last).map(line).collect())
}

fn line(number: u32, columns: &[Option<Column>], cells: Vec<String>) -> Line {
    let mut line = Line { number, cells: BTreeMap::new(), spills_over: false };
    for (at, cell) in cells.into_iter().enumerate().filter(|(_, cell)| !cell.is_empty()) {
        match columns.get(at).copied().flatten() {
            Some(column) => drop(line.cells.insert(column, cell)),
            None => line.spills_over = true,
        }
    }
    line
}

fn columns(heading: &[String]) -> Result<Vec<Option<Column>>> {
    let mut faults = Faults::default();
    let mut columns: Vec<Option<Column>> = Vec::new();
    for name in heading {
        let column = Column::named(name);
        let pointer = format!("/{}", name.replace('~', "~0").replace('/', "~1"));
        if column.is_none() && !name.is_empty() {
            faults.add(
                pointer,
                FieldCode::UnknownField,
                format!("Không có cột «{name}»; hãy đổi tên hoặc bỏ cột này."),
                format!("There is no column “{name}”; rename it or take it out."),
            );
        } else if column.is_some() && columns.contains(&column) {
            faults.add(pointer, FieldCode::Duplicate, "Cột này có hai lần.", "This column is given twice.");
        }
        columns.push(column);
    }
    if faults.is_empty() && !columns.contains(&Some(Column::Unit)) {
        faults.add("/don_vi", FieldCode::Required, "Thiếu cột don_vi.", "The column don_vi is missing.");
    }
    faults.check()?;
    Ok(columns)
}

/// What cannot be read at all.
pub(super) fn unreadable() -> Error {
    Error::field(
        "",
        FieldCode::BadValue,
        "Không đọc được tệp này; hãy lưu lại dạng XLSX, hoặc CSV UTF-8.",
        "This file cannot be read; save it again as XLSX, or as CSV in UTF-8.",
    )
}
fn too_many_lines() -> Error {
    Error::field(
        "",
        FieldCode::TooMany,
        format!("Nhiều nhất {LINES_AT_MOST} dòng; hãy chia nhỏ."),
        format!("At most {LINES_AT_MOST} rows; split the sheet."),
    )
}
fn too_much() -> Error {
    Error::field("", FieldCode::TooMany, "Tệp này quá lớn.", "This file is too large.")
}

/// Takes cells in, and no more of them than there is room for.
#[derive(Default)]
struct Filling {
    grid: Grid,
    text: usize,
}

impl Filling {
    fn put(&mut self, row: u32, column: usize, cell: &str) -> Result<()> {
        let cell = cell.trim();
        if cell.is_empty() {
            return Ok(());
        }
        if row > LINES_AT_MOST + 1 {
            return Err(too_many_lines());
        }
        if column >= COLUMNS_AT_MOST {
            return Err(too_much());
        }
        let cell: String = cell.chars().take(CELL_AT_MOST).collect();
        self.text += cell.len();
        if self.text > TEXT_AT_MOST {
            return Err(too_much());
        }
        let cells = self.grid.entry(row).or_default();
        if cells.len() <= column {
            cells.resize(column + 1, String::new());
        }
        if let Some(place) = cells.get_mut(column) {
            *place = cell;
        }
        Ok(())
    }
}

fn csv(content: &[u8]) -> Result<Grid> {
    let content = content.strip_prefix(b"\xef\xbb\xbf").unwrap_or(content);
    let text = std::str::from_utf8(content).map_err(|_other| unreadable())?;
    if text.contains('\0') {
        return Err(unreadable());
    }
    let mut reader = csv::ReaderBuilder::new()
        .has_headers(false)
        .flexible(true)
        .delimiter(delimiter(text))
        .from_reader(text.as_bytes());
    let (mut filling, mut row, mut record) = (Filling::default(), 0_u32, csv::StringRecord::new());
    loop {
        // The reader steps over blank lines; a spreadsheet counts them.
        let begins = usize::try_from(reader.position().byte()).unwrap_or(usize::MAX);
        if !reader.read_record(&mut record).map_err(|_bad| unreadable())? {
            return Ok(filling.grid);
        }
        row = row.saturating_add(1).saturating_add(blank_lines(content, begins));
        for (column, cell) in record.iter().enumerate() {
            filling.put(row, column, cell)?;
        }
    }
}

/// How many line ends stand where a record is about to be read. The second half of a line end that
/// was read by half does not count.
fn blank_lines(content: &[u8], begins: usize) -> u32 {
    let mut at = begins;
    let byte = |at: usize| content.get(at).copied();
    if begins > 0 && byte(begins - 1) == Some(b'\r') && byte(begins) == Some(b'\n') {
        at += 1;
    }
    let mut lines = 0_u32;
    loop {
        match (byte(at), byte(at + 1)) {
            (Some(b'\r'), Some(b'\n')) => at += 2,
            (Some(b'\r' | b'\n'), _) => at += 1,
            _ => return lines,
        }
        lines = lines.saturating_add(1);
    }
}

/// Whichever separates most of the heading; spreadsheets choose by the country they are set to.
fn delimiter(text: &str) -> u8 {
    let heading = text.trim_start_matches(['\r', '\n']).lines().next().unwrap_or_default();
    let mut best = (0, b',');
    for delimiter in [b',', b';', b'\t'] {
        let count = heading.bytes().filter(|byte| *byte == delimiter).count();
        if count > best.0 {
            best = (count, delimiter);
        }
    }
    best.1
}

fn xlsx(content: &[u8]) -> Result<Grid> {
    check_unpacked(content)?;
    let mut book: Xlsx<_> = Xlsx::new(Cursor::new(content)).map_err(|_bad| unreadable())?;
    let sheet = book.sheet_names().into_iter().next().ok_or_else(unreadable)?;
    // Cell by cell: a range would hold every cell up to the last one, and that may be anywhere.
    let mut cells = book.worksheet_cells_reader(&sheet).map_err(|_bad| unreadable())?;
    let mut filling = Filling::default();
    while let Some(cell) = cells.next_cell().map_err(|_bad| unreadable())? {
        let (row, column) = cell.get_position();
        let column = usize::try_from(column).unwrap_or(usize::MAX);
        let row = row.saturating_add(1);
        match cell.get_value() {
            DataRef::Empty => {}
            DataRef::String(text) => filling.put(row, column, text)?,
            DataRef::SharedString(text) => filling.put(row, column, text)?,
            // A phone number typed as a number; whole ones are written without a point.
            other => filling.put(row, column, &Data::from(other.clone()).to_string())?,
        }
    }
    Ok(filling.grid)
}

/// Unpacks everything once into nothing: what a packed file says of its size need not be true.
fn check_unpacked(content: &[u8]) -> Result<()> {
    let mut archive = zip::ZipArchive::new(Cursor::new(content)).map_err(|_bad| unreadable())?;
    let mut left = UNPACKED_AT_MOST;
    for at in 0..archive.len() {
        let file = archive.by_index(at).map_err(|_bad| unreadable())?;
        let size =
            std::io::copy(&mut file.take(left + 1), &mut std::io::sink()).map_err(|_bad| unreadable())?;
        left = left.checked_sub(size).ok_or_else(too_much)?;
    }
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;

    fn read(text: &str) -> Vec<(u32, Vec<String>)> {
        let lines = lines("text/csv", text.as_bytes()).unwrap();
        lines.into_iter().map(|line| (line.number, line.cells.into_values().collect())).collect()
    }

    #[test]
    fn lines_have_the_numbers_a_spreadsheet_shows() {
        let expected = vec![
            (2, vec!["A".to_owned()]),
            (3, vec![]),
            (4, vec![]),
            (5, vec!["B\nb".to_owned()]),
            (6, vec!["C".to_owned()]),
        ];
        for end in ["\n", "\r\n", "\r"] {
            let text = ["don_vi,loai", "A", "", ",", "\"B\nb\"", "C", "", ""].join(end);
            assert_eq!(read(&text), expected, "{end:?}");
            assert_eq!(read(&format!("\u{feff}{text}")), expected, "{end:?}");
        }
    }

    #[test]
    fn any_of_three_delimiters_is_understood() {
        for delimiter in [",", ";", "\t"] {
            let text = ["Loại", "Đơn vị", "Số điện thoại"].join(delimiter)
                + "\n"
                + &["thon", "A", "1"].join(delimiter);
            assert_eq!(read(&text), vec![(2, vec!["thon".to_owned(), "A".to_owned(), "1".to_owned()])]);
        }
    }

    #[test]
    fn what_is_no_sheet_is_refused() {
        let long = format!("don_vi\n{}", "A\n".repeat(5001));
        let sheets: [&[u8]; 8] = [
            b"",
            b"\n\n",
            b"ho_ten\nA",
            b"don_vi,don_vi\nA,B",
            b"don_vi,gi_do\nA,B",
            b"don_vi\n\xff",
            b"don_vi\n\0",
            long.as_bytes(),
        ];
        for sheet in sheets {
            assert!(lines("text/csv", sheet).is_err(), "{:?}", String::from_utf8_lossy(sheet).get(..10));
        }
        for bytes in [&b""[..], b"PK", b"don_vi\nA"] {
            assert!(
                lines("application/vnd.openxmlformats-officedocument.spreadsheetml.sheet", bytes).is_err()
            );
        }
    }

    #[test]
    fn five_thousand_lines_are_taken() {
        assert_eq!(read(&format!("don_vi\n{}\n\n", "A\n".repeat(5000))).len(), 5000);
    }
}
