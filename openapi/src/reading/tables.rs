//! Rows of a table: what, who, by when. **Invariant: a table is read by its heading; without one its
//! rows are sentences like any others.**

use crate::text::fold;

/// What a column says.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Column {
    Number,
    Content,
    Lead,
    Partner,
    Due,
    Other,
}

/// The columns of a table, when a line is its heading.
pub(super) fn heading(line: &str) -> Option<Vec<Column>> {
    if !line.contains(" | ") {
        return None;
    }
    let columns: Vec<Column> = line.split(" | ").map(column).collect();
    let has = |column| columns.contains(&column);
    (has(Column::Content) && (has(Column::Lead) || has(Column::Due))).then_some(columns)
}

fn column(name: &str) -> Column {
    let folded = fold(name);
    let has = |words: &[&str]| words.iter().any(|word| folded.contains(word));
    if folded.chars().count() > 60 {
        Column::Other
    } else if matches!(folded.trim_matches('.'), "stt" | "tt" | "so tt" | "so thu tu") {
        Column::Number
    } else if has(&["phoi hop"]) {
        Column::Partner
    } else if has(&["thoi han", "thoi gian", "tien do", "han hoan thanh", "hoan thanh"]) {
        Column::Due
    } else if has(&["chu tri", "don vi", "co quan", "thuc hien", "phu trach", "trach nhiem"])
        && !has(&["noi dung"])
    {
        Column::Lead
    } else if has(&["noi dung", "nhiem vu", "cong viec", "viec"]) {
        Column::Content
    } else {
        Column::Other
    }
}

/// The cells of a row, with where each begins and ends in bytes of the line.
pub(super) fn cells(line: &str) -> Vec<(usize, usize)> {
    let mut all = Vec::new();
    let mut from = 0;
    for cell in line.split(" | ") {
        all.push((from, from + cell.len()));
        from += cell.len() + 3;
    }
    all
}

#[cfg(test)]
mod tests {
    use super::{Column, heading};

    #[test]
    fn a_heading_is_known_by_its_columns() {
        let columns =
            heading("STT | Nội dung công việc | Đơn vị chủ trì | Đơn vị phối hợp | Thời hạn").unwrap();
        assert_eq!(columns, [Column::Number, Column::Content, Column::Lead, Column::Partner, Column::Due]);
        assert_eq!(heading("1 | Rà soát hộ nghèo | UBND xã | 30/11/2026"), None);
        assert_eq!(heading("Nội dung, đơn vị, thời hạn"), None);
    }
}
