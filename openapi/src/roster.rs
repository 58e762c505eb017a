//! Bringing in units and people from a sheet. **Invariant: a sheet goes in whole or not at all, and
//! the dry run says what the real one would.**

use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

use crate::{
    access::{Access, Action},
    endpoint::{Dto, bytes_body, endpoints},
    id::Id,
    people::PersonId,
    problem::FieldCode,
    sessions::{example, example_id},
    units::UnitId,
    value::{Count, Name, Note, Phrase, codes},
};

bytes_body! {
    /// A sheet of units and people: CSV (UTF-8, comma or semicolon) or XLSX. The first row names
    /// the columns: `loai`, `don_vi`, `ten_khac`, `truc_thuoc`, `ho_ten`, `dien_thoai`,
    /// `ten_dang_nhap`, `vai_tro`.
    RosterSheet: "text/csv", "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"
}

codes! {
    /// What a row of the sheet does.
    RowOutcome {
        Created = "created", "Thêm mới", "Adds";
        Present = "present", "Đã có", "Is there already";
        Refused = "refused", "Không nhận", "Is refused";
        Empty = "empty", "Dòng trống", "Is empty";
    }
}

/// What is wrong in a row.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
pub struct RowProblem {
    /// The column.
    pub column: Phrase,
    /// What, for programs.
    pub code: FieldCode,
    /// What and what to do, for people.
    pub detail: Note,
}

/// One row of the sheet.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
pub struct RosterRow {
    /// The row's number as the sheet shows it; the heading is row 1.
    #[schema(minimum = 1, maximum = 100_000)]
    pub row: u32,
    /// What it does.
    pub outcome: RowOutcome,
    /// The unit it names.
    pub unit_name: Option<Name>,
    /// The unit, when it is there or was added.
    pub unit: Option<UnitId>,
    /// The person it names.
    pub person_name: Option<Name>,
    /// The person, when he is there or was added.
    pub person: Option<PersonId>,
    /// What is wrong with it.
    #[schema(max_items = 20)]
    pub problems: Vec<RowProblem>,
}

/// What a sheet does, or would do.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
pub struct RosterReport {
    /// Whether anything was stored.
    pub stored: bool,
    /// Every row, in order.
    #[schema(max_items = 5000)]
    pub rows: Vec<RosterRow>,
    /// Units added.
    pub units_created: Count,
    /// People added.
    pub people_created: Count,
    /// Rows refused; one is enough for nothing to be stored.
    pub refused: Count,
}
impl Dto for RosterReport {
    fn example() -> Self {
        Self {
            stored: false,
            rows: vec![RosterRow {
                row: 2,
                outcome: RowOutcome::Created,
                unit_name: Some(example("Thôn Đồng Sim")),
                unit: Some(example_id(0x31)),
                person_name: Some(example("Bàn Văn Mẫu")),
                person: Some(example_id(0x11)),
                problems: Vec::new(),
            }],
            units_created: Count::of(1),
            people_created: Count::of(1),
            refused: Count::of(0),
        }
    }
}

/// The id of a [`RosterImport`].
pub type RosterImportId = Id<RosterImport>;

/// A sheet that was brought in. A marker for [`Id`].
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct RosterImport;

endpoints! {
    tag "Organisation";

    /// Try a sheet of units and people
    ///
    /// Stores nothing; says for every row what bringing it in would do and what is wrong with it.
    TryRoster = Post "/v1/roster-imports" as "try_roster",
        access: Access::To(Action::ChangeOrganisation),
        body: RosterSheet,
        reply: RosterReport,
        answers: [200];

    /// Bring in a sheet of units and people
    ///
    /// All rows or none. Units and people that are there already stay as they are. The same id
    /// with the same sheet again answers the same.
    PutRoster = Put "/v1/roster-imports/{import}" as "put_roster",
        access: Access::To(Action::ChangeOrganisation),
        path: RosterImportId,
        body: RosterSheet,
        reply: RosterReport,
        answers: [201, 200], refuses: [Conflict];
}
