//! What one line of a sheet says, before anybody asks whether it is so. **Invariant: every cell is
//! either understood or has its problem.**

use std::str::FromStr;

use openapi::{
    access::Role,
    problem::{FieldCode, Language, Said},
    roster::RowProblem,
    text::fold,
    units::UnitKind,
    value::{Name, NotAValue, Note, Phone, Phrase, UserName},
};

use super::sheet::{Column, Line};
use crate::people;

/// The most other names a unit may have, as the contract says.
const ALIASES_AT_MOST: usize = 30;

/// What is wrong in a row.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Problem {
    pub column: Column,
    pub code: FieldCode,
    pub why: Said,
}

impl Problem {
    pub(super) fn new(column: Column, code: FieldCode, vi: impl Into<String>, en: impl Into<String>) -> Self {
        Self { column, code, why: Said::new(vi.into(), en.into()) }
    }
    pub(super) fn told(&self, language: Language) -> RowProblem {
        let words: String = self.why.in_language(language).chars().take(Note::MAX).collect();
        RowProblem {
            column: Phrase::try_from(self.column.code())
                .unwrap_or_else(|_| openapi::endpoint::Dto::example()),
            code: self.code,
            detail: Note::try_from(words).unwrap_or_else(|_| openapi::endpoint::Dto::example()),
        }
    }
}

/// A row, understood as far as it can be alone.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Row {
    pub number: u32,
    pub is_empty: bool,
    pub kind: Option<UnitKind>,
    pub unit: Option<Name>,
    pub aliases: Vec<Name>,
    pub parent: Option<Name>,
    pub person: Option<Name>,
    pub phone: Option<Phone>,
    pub user_name: Option<UserName>,
    pub roles: Vec<Role>,
    pub problems: Vec<Problem>,
}

impl Row {
    pub(super) fn of(line: Line) -> Self {
        let is_empty = line.cells.is_empty() && !line.spills_over;
        let mut reading = Reading { line, problems: Vec::new() };
        let mut row = Self {
            number: reading.line.number,
            is_empty,
            kind: reading.kind(),
            unit: reading.value(Column::Unit),
            aliases: reading.aliases(),
            parent: reading.value(Column::Parent),
            person: reading.value(Column::Person),
            phone: reading.phone(),
            user_name: reading.user_name(),
            roles: reading.roles(),
            problems: Vec::new(),
        };
        if !is_empty {
            reading.check_whole(&row);
        }
        row.problems = reading.problems;
        row
    }

    /// Whether it names a person, or says something only of one.
    pub(super) fn speaks_of_a_person(&self) -> bool {
        self.person.is_some()
    }
}

struct Reading {
    line: Line,
    problems: Vec<Problem>,
}

impl Reading {
    fn refuse(&mut self, column: Column, code: FieldCode, vi: &str, en: &str) {
        self.problems.push(Problem::new(column, code, vi, en));
    }
    /// A cell on one line, with single spaces: cells are full of line breaks and double spaces.
    fn cell(&self, column: Column) -> Option<String> {
        let cell = self.line.cells.get(&column)?;
        Some(cell.split_whitespace().collect::<Vec<_>>().join(" "))
    }
    fn value<T: FromStr<Err = NotAValue>>(&mut self, column: Column) -> Option<T> {
        let cell = self.cell(column)?;
        self.parsed(column, &cell)
    }
    fn parsed<T: FromStr<Err = NotAValue>>(&mut self, column: Column, text: &str) -> Option<T> {
        match text.parse() {
            Ok(value) => Some(value),
            Err(why) => {
                self.problems.push(Problem { column, code: FieldCode::BadValue, why });
                None
            }
        }
    }
    /// The parts of a cell that holds several.
    fn parts(&self, column: Column, between: &[char]) -> Vec<String> {
        let cell = self.line.cells.get(&column).map(String::as_str).unwrap_or_default();
        let parts = cell.split(between).map(|part| part.split_whitespace().collect::<Vec<_>>().join(" "));
        parts.filter(|part| !part.is_empty()).collect()
    }

    fn kind(&mut self) -> Option<UnitKind> {
        let cell = self.cell(Column::Kind)?;
        let kind = kind_named(&cell);
        if kind.is_none() {
            self.refuse(
                Column::Kind,
                FieldCode::NotKnown,
                &format!("Không có loại đơn vị «{cell}»."),
                &format!("There is no kind of unit “{cell}”."),
            );
        }
        kind
    }

    fn aliases(&mut self) -> Vec<Name> {
        let parts = self.parts(Column::Aliases, &[';', '|', '\n', '\r']);
        if parts.len() > ALIASES_AT_MOST {
            self.refuse(
                Column::Aliases,
                FieldCode::TooMany,
                "Nhiều nhất 30 tên khác.",
                "At most 30 other names.",
            );
            return Vec::new();
        }
        parts.iter().filter_map(|part| self.parsed(Column::Aliases, part)).collect()
    }

    fn phone(&mut self) -> Option<Phone> {
        let cell = self.cell(Column::Phone)?;
        let phone = people::phone_of(&cell);
        if phone.is_none() {
            self.refuse(
                Column::Phone,
                FieldCode::BadValue,
                "Không phải số điện thoại Việt Nam.",
                "Not a Vietnamese phone number.",
            );
        }
        phone
    }

    fn user_name(&mut self) -> Option<UserName> {
        let cell = self.cell(Column::UserName)?;
        self.parsed(Column::UserName, &cell.to_lowercase())
    }

    fn roles(&mut self) -> Vec<Role> {
        let mut roles = Vec::new();
        for part in self.parts(Column::Roles, &[',', ';', '|', '\n', '\r']) {
            match role_named(&part) {
                None => self.refuse(
                    Column::Roles,
                    FieldCode::NotKnown,
                    &format!("Không có vai trò «{part}»."),
                    &format!("There is no role “{part}”."),
                ),
                Some(Role::Integration) => self.refuse(
                    Column::Roles,
                    FieldCode::NotAllowedHere,
                    "Vai trò này chỉ dành cho hệ thống khác, không giao cho người.",
                    "This role is for other systems, not for people.",
                ),
                Some(role) if roles.contains(&role) => {
                    self.refuse(
                        Column::Roles,
                        FieldCode::Duplicate,
                        "Vai trò này có hai lần.",
                        "A role is given twice.",
                    );
                }
                Some(role) => roles.push(role),
            }
        }
        roles
    }

    fn has(&self, column: Column) -> bool {
        self.line.cells.contains_key(&column)
    }

    /// What must be there because of what else is there.
    fn check_whole(&mut self, row: &Row) {
        if self.line.spills_over {
            self.refuse(
                Column::Unit,
                FieldCode::TooMany,
                "Có ô nằm ngoài các cột có tên; dấu phẩy trong ô phải để trong ngoặc kép.",
                "There is a cell outside the named columns; a comma within a cell must stand in quotes.",
            );
        }
        if !self.has(Column::Unit) {
            self.refuse(
                Column::Unit,
                FieldCode::Required,
                "Thiếu tên đơn vị.",
                "The unit's name is missing.",
            );
        }
        let about_a_person = [Column::Phone, Column::UserName, Column::Roles].map(|column| self.has(column));
        if !self.has(Column::Person) && about_a_person.contains(&true) {
            self.refuse(
                Column::Person,
                FieldCode::Required,
                "Thiếu họ tên.",
                "The person's name is missing.",
            );
        }
        if row.person.is_none() {
            return;
        }
        if !self.has(Column::Phone) && !self.has(Column::UserName) {
            self.refuse(
                Column::Phone,
                FieldCode::Required,
                "Cần số điện thoại hoặc tên đăng nhập.",
                "A phone number or a user name is needed.",
            );
        }
        if !self.has(Column::Roles) {
            self.refuse(Column::Roles, FieldCode::Required, "Thiếu vai trò.", "The role is missing.");
        }
    }
}

/// A kind by its code or as people say it: `thon`, `Thôn`, `Tổ dân phố`.
fn kind_named(text: &str) -> Option<UnitKind> {
    let said = fold(text);
    let is = |kind: &&UnitKind| {
        let label = fold(kind.vi());
        is_code(kind.as_str(), &said) || label == said || label.split(", ").any(|part| part == said)
    };
    UnitKind::ALL.iter().find(is).copied()
}

/// A role by its code or as people say it.
fn role_named(text: &str) -> Option<Role> {
    let said = fold(text);
    Role::ALL.iter().find(|role| is_code(role.as_str(), &said) || fold(role.vi()) == said).copied()
}

fn is_code(code: &str, said: &str) -> bool {
    code == said || code.replace('_', " ") == said
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn kinds_and_roles_are_known_by_code_and_by_label() {
        for text in ["thon", "Thôn", "XÓM", "Tổ dân phố", "Thôn, xóm, bản, tổ dân phố"] {
            assert_eq!(kind_named(text), Some(UnitKind::Thon), "{text}");
        }
        for kind in UnitKind::ALL {
            assert_eq!(kind_named(kind.as_str()), Some(*kind));
            assert_eq!(kind_named(kind.vi()), Some(*kind));
        }
        for role in Role::ALL {
            assert_eq!(role_named(role.as_str()), Some(*role));
            assert_eq!(role_named(role.vi()), Some(*role));
        }
        assert_eq!(kind_named("tỉnh"), None);
    }
}
