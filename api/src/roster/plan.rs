//! What a sheet would do. **Invariant: a plan without problems can be carried out; nothing is decided
//! while it is.**

use std::collections::{HashMap, HashSet};

use openapi::{
    access::Role,
    people::PersonId,
    problem::FieldCode,
    roster::RowOutcome,
    text::fold,
    units::{UnitId, UnitKind},
    value::{Date, Name, Phone, UserName},
};

use super::{
    rows::{Problem, Row},
    sheet::Column,
};
use crate::{access::Scope, db::Reading, error::Result, people, units};

/// The most roles one person may hold, as the contract says.
const ROLES_AT_MOST: usize = 50;
/// How many new units may stand above one another.
const LEVELS_AT_MOST: usize = 20;

/// Something that is there already, or that will be made: its place in the plan.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub(super) enum Planned<I> {
    There(I),
    New(usize),
}

/// A unit to be made.
#[derive(Debug)]
pub(super) struct NewUnit {
    pub kind: UnitKind,
    pub name: Name,
    pub aliases: Vec<Name>,
    pub parent: Option<Planned<UnitId>>,
    parent_name: Option<Name>,
    /// The place of the row that says so.
    row: usize,
}

/// A person to be entered.
#[derive(Debug)]
pub(super) struct NewPerson {
    pub name: Name,
    pub phone: Option<Phone>,
    pub user_name: Option<UserName>,
    pub roles: Vec<(Role, Planned<UnitId>)>,
    number: u32,
}

/// What becomes of one row.
#[derive(Debug, Default)]
pub(super) struct PlannedRow {
    pub unit: Option<Planned<UnitId>>,
    pub person: Option<Planned<PersonId>>,
    /// What those that are there are called there.
    pub unit_name: Option<Name>,
    pub person_name: Option<Name>,
    pub problems: Vec<Problem>,
    adds: bool,
}

impl PlannedRow {
    pub(super) fn outcome(&self, row: &Row) -> RowOutcome {
        match self {
            _ if row.is_empty => RowOutcome::Empty,
            _ if !self.problems.is_empty() => RowOutcome::Refused,
            _ if self.adds => RowOutcome::Created,
            _ => RowOutcome::Present,
        }
    }
    fn refuse(&mut self, column: Column, code: FieldCode, vi: impl Into<String>, en: impl Into<String>) {
        self.problems.push(Problem::new(column, code, vi, en));
    }
}

/// What a sheet would do.
#[derive(Debug, Default)]
pub(super) struct Plan {
    /// In the order of the rows.
    pub rows: Vec<PlannedRow>,
    pub units: Vec<NewUnit>,
    pub people: Vec<NewPerson>,
    /// The places of the units, each after the one it belongs to.
    pub order: Vec<usize>,
}

impl Plan {
    /// Looks at what is there, and decides.
    pub(super) fn of(tx: &mut Reading<'_>, scope: &Scope, today: Date, rows: &[Row]) -> Result<Self> {
        let mut planning = Planning::default();
        planning.know_units(tx, scope, today)?;
        planning.know_people(tx, scope, rows)?;
        for (at, row) in rows.iter().enumerate() {
            let planned = planning.row(at, row);
            planning.plan.rows.push(planned);
        }
        planning.find_parents();
        planning.put_in_order();
        Ok(planning.plan)
    }
    /// Whether a row keeps it from being carried out.
    pub(super) fn is_refused(&self) -> bool {
        self.rows.iter().any(|row| !row.problems.is_empty())
    }
}

/// A unit by one of its names.
#[derive(Debug, Clone)]
struct Known {
    which: Planned<UnitId>,
    kind: UnitKind,
    name: Name,
    by_alias: bool,
}

enum Found {
    Nothing,
    One(Known),
    Several,
}

#[derive(Default)]
struct Planning {
    plan: Plan,
    units: HashMap<String, Vec<Known>>,
    /// Units that are no more: their names are not free, because a new unit has no first day here.
    gone: HashSet<(UnitKind, String)>,
    /// The row that first names a unit.
    named: HashMap<Planned<UnitId>, u32>,
    by_phone: HashMap<Phone, (Planned<PersonId>, Name)>,
    by_user_name: HashMap<UserName, (Planned<PersonId>, Name)>,
    /// The row that first gives a role.
    given: HashMap<(Planned<PersonId>, Role, Planned<UnitId>), u32>,
}

impl Planning {
    fn know_units(&mut self, tx: &mut Reading<'_>, scope: &Scope, today: Date) -> Result<()> {
        for unit in units::store::all(tx, scope.tenant())? {
            let (draft, which) = (unit.draft, Planned::There(unit.id));
            let over = draft.valid_to.is_some_and(|last| last < today);
            if over || unit.merged_into.is_some() {
                self.gone.insert((draft.kind, fold(draft.name.as_str())));
            } else {
                self.know(which, draft.kind, &draft.name, &draft.aliases);
            }
        }
        Ok(())
    }

    fn know(&mut self, which: Planned<UnitId>, kind: UnitKind, name: &Name, aliases: &[Name]) {
        let names = std::iter::once((name, false)).chain(aliases.iter().map(|alias| (alias, true)));
        for (called, by_alias) in names {
            let known = Known { which, kind, name: name.clone(), by_alias };
            self.units.entry(fold(called.as_str())).or_default().push(known);
        }
    }

    fn know_people(&mut self, tx: &mut Reading<'_>, scope: &Scope, rows: &[Row]) -> Result<()> {
        let phones: Vec<Phone> = rows.iter().filter_map(|row| row.phone.clone()).collect();
        let user_names: Vec<UserName> = rows.iter().filter_map(|row| row.user_name.clone()).collect();
        for person in people::store::with_logins(tx, scope.tenant(), &phones, &user_names)? {
            let known = (Planned::There(person.id), person.name);
            if let Some(phone) = person.phone {
                self.by_phone.insert(phone, known.clone());
            }
            if let Some(user_name) = person.user_name {
                self.by_user_name.insert(user_name, known);
            }
        }
        Ok(())
    }

    fn row(&mut self, at: usize, row: &Row) -> PlannedRow {
        let mut planned = PlannedRow { problems: row.problems.clone(), ..PlannedRow::default() };
        if row.is_empty {
            return planned;
        }
        planned.unit = self.unit(at, row, &mut planned);
        planned.person = self.person(row, &mut planned);
        planned
    }

    /// The unit of a name: by its own name rather than by another's other name.
    fn find(&self, name: &Name, kind: Option<UnitKind>) -> Found {
        let called = self.units.get(&fold(name.as_str())).map(Vec::as_slice).unwrap_or_default();
        let fits = |known: &&Known| kind.is_none_or(|kind| known.kind == kind);
        for by_alias in [false, true] {
            let mut found: Vec<&Known> =
                called.iter().filter(fits).filter(|known| known.by_alias == by_alias).collect();
            found.dedup_by_key(|known| known.which);
            match found.as_slice() {
                [] => {}
                [one] => return Found::One((*one).clone()),
                _ => return Found::Several,
            }
        }
        Found::Nothing
    }

    fn unit(&mut self, at: usize, row: &Row, planned: &mut PlannedRow) -> Option<Planned<UnitId>> {
        let name = row.unit.as_ref()?;
        match self.find(name, row.kind) {
            Found::One(known) => {
                self.again(row, &known, planned);
                Some(known.which)
            }
            Found::Several => {
                planned.refuse(
                    if row.kind.is_none() { Column::Kind } else { Column::Unit },
                    FieldCode::Required,
                    "Có nhiều đơn vị mang tên này; hãy ghi rõ loại và tên đầy đủ.",
                    "Several units go by this name; give the kind and the full name.",
                );
                None
            }
            Found::Nothing => self.new_unit(at, row, name, planned),
        }
    }

    /// A row whose unit is there, or was named by a row above.
    fn again(&mut self, row: &Row, known: &Known, planned: &mut PlannedRow) {
        if let Planned::There(_) = known.which {
            planned.unit_name = Some(known.name.clone());
        }
        let above = self.named.get(&known.which).copied();
        self.named.entry(known.which).or_insert(row.number);
        let Some(above) = above else {
            return;
        };
        if !row.speaks_of_a_person() {
            planned.refuse(
                Column::Unit,
                FieldCode::Duplicate,
                format!("Đơn vị này đã có ở dòng {above}."),
                format!("Row {above} names this unit already."),
            );
        } else if let Planned::New(unit) = known.which
            && let Some(unit) = self.plan.units.get(unit)
        {
            let other = |column, planned: &mut PlannedRow| {
                planned.refuse(
                    column,
                    FieldCode::Duplicate,
                    format!("Khác với dòng {above}, nơi đơn vị này được nêu trước."),
                    format!("Differs from row {above}, which names this unit first."),
                );
            };
            if !row.aliases.is_empty() && row.aliases != unit.aliases {
                other(Column::Aliases, planned);
            }
            let same = |one: &Name, two: &Name| fold(one.as_str()) == fold(two.as_str());
            if let Some(parent) = &row.parent
                && !unit.parent_name.as_ref().is_some_and(|first| same(first, parent))
            {
                other(Column::Parent, planned);
            }
        }
    }

    fn new_unit(
        &mut self,
        at: usize,
        row: &Row,
        name: &Name,
        planned: &mut PlannedRow,
    ) -> Option<Planned<UnitId>> {
        let Some(kind) = row.kind else {
            if !planned.problems.iter().any(|problem| problem.column == Column::Kind) {
                planned.refuse(
                    Column::Kind,
                    FieldCode::Required,
                    "Đơn vị này chưa có; cần ghi loại để thêm mới.",
                    "This unit is not there yet; its kind is needed to add it.",
                );
            }
            return None;
        };
        if self.gone.contains(&(kind, fold(name.as_str()))) {
            planned.refuse(
                Column::Unit,
                FieldCode::NotAllowedHere,
                "Đã từng có đơn vị cùng loại, cùng tên; hãy nhập riêng đơn vị này với ngày bắt đầu.",
                "There was a unit of this kind and name before; enter this one by itself, with its first day.",
            );
            return None;
        }
        let which = Planned::New(self.plan.units.len());
        self.know(which, kind, name, &row.aliases);
        self.named.insert(which, row.number);
        self.plan.units.push(NewUnit {
            kind,
            name: name.clone(),
            aliases: row.aliases.clone(),
            parent: None,
            parent_name: row.parent.clone(),
            row: at,
        });
        planned.adds = true;
        Some(which)
    }

    fn person(&mut self, row: &Row, planned: &mut PlannedRow) -> Option<Planned<PersonId>> {
        let (name, unit) = (row.person.as_ref()?, planned.unit?);
        let bad = [Column::Phone, Column::UserName];
        if planned.problems.iter().any(|problem| bad.contains(&problem.column)) {
            return None;
        }
        let which = match self.same_person(row, name, planned) {
            Ok(Some(which)) => which,
            Ok(None) => self.new_person(row, name),
            Err(()) => return None,
        };
        for role in &row.roles {
            self.give(which, *role, unit, row, planned);
        }
        if let Planned::New(_) = which {
            planned.adds = true;
        }
        Some(which)
    }

    /// Who has this row's logins, there or in a row above. It must be one, of the same name.
    fn same_person(
        &self,
        row: &Row,
        name: &Name,
        planned: &mut PlannedRow,
    ) -> std::result::Result<Option<Planned<PersonId>>, ()> {
        let by_phone = row.phone.as_ref().and_then(|phone| self.by_phone.get(phone));
        let by_user_name = row.user_name.as_ref().and_then(|user_name| self.by_user_name.get(user_name));
        let column = if by_phone.is_some() { Column::Phone } else { Column::UserName };
        let Some((which, called)) = by_phone.or(by_user_name) else {
            return Ok(None);
        };
        let one = by_phone.zip(by_user_name).is_none_or(|(phone, user_name)| phone.0 == user_name.0);
        let same_name = fold(called.as_str()) == fold(name.as_str());
        let same_logins = match which {
            // Whoever is there stays as he is.
            Planned::There(_) => true,
            Planned::New(at) => self
                .plan
                .people
                .get(*at)
                .is_some_and(|person| person.phone == row.phone && person.user_name == row.user_name),
        };
        if one && same_name && same_logins {
            if let Planned::There(_) = which {
                planned.person_name = Some(called.clone());
            }
            return Ok(Some(*which));
        }
        let above = match which {
            Planned::There(_) => None,
            Planned::New(at) => self.plan.people.get(*at).map(|person| person.number),
        };
        let (vi, en) = match above {
            Some(above) => (
                format!("Trùng với dòng {above}, mà họ tên, số điện thoại hoặc tên đăng nhập lại khác."),
                format!("The same as in row {above}, but with another name, phone number or user name."),
            ),
            None => (
                "Số điện thoại hoặc tên đăng nhập này đã có người khác dùng.".to_owned(),
                "Somebody else has this phone number or user name already.".to_owned(),
            ),
        };
        planned.refuse(column, FieldCode::Duplicate, vi, en);
        Err(())
    }

    fn new_person(&mut self, row: &Row, name: &Name) -> Planned<PersonId> {
        let which = Planned::New(self.plan.people.len());
        if let Some(phone) = &row.phone {
            self.by_phone.insert(phone.clone(), (which, name.clone()));
        }
        if let Some(user_name) = &row.user_name {
            self.by_user_name.insert(user_name.clone(), (which, name.clone()));
        }
        self.plan.people.push(NewPerson {
            name: name.clone(),
            phone: row.phone.clone(),
            user_name: row.user_name.clone(),
            roles: Vec::new(),
            number: row.number,
        });
        which
    }

    fn give(
        &mut self,
        person: Planned<PersonId>,
        role: Role,
        unit: Planned<UnitId>,
        row: &Row,
        planned: &mut PlannedRow,
    ) {
        if let Some(above) = self.given.insert((person, role, unit), row.number) {
            planned.refuse(
                Column::Person,
                FieldCode::Duplicate,
                format!("Người này với vai trò này đã có ở dòng {above}."),
                format!("Row {above} gives this person this role already."),
            );
            return;
        }
        let Planned::New(at) = person else {
            return;
        };
        let Some(person) = self.plan.people.get_mut(at) else {
            return;
        };
        if person.roles.len() >= ROLES_AT_MOST {
            planned.refuse(
                Column::Roles,
                FieldCode::TooMany,
                format!("Một người nhiều nhất {ROLES_AT_MOST} vai trò."),
                format!("One person has at most {ROLES_AT_MOST} roles."),
            );
            return;
        }
        person.roles.push((role, unit));
    }

    /// The unit above may stand anywhere in the sheet, so it is looked for when all rows are read.
    fn find_parents(&mut self) {
        for at in 0..self.plan.units.len() {
            let Some((parent, row)) =
                self.plan.units.get(at).and_then(|unit| Some((unit.parent_name.clone()?, unit.row)))
            else {
                continue;
            };
            match self.find(&parent, None) {
                Found::One(known) => {
                    if let Some(unit) = self.plan.units.get_mut(at) {
                        unit.parent = Some(known.which);
                    }
                }
                Found::Several => self.refuse_parent(
                    row,
                    FieldCode::BadValue,
                    "Có nhiều đơn vị mang tên này.",
                    "Several units go by this name.",
                ),
                Found::Nothing => self.refuse_parent(
                    row,
                    FieldCode::NotKnown,
                    "Không tìm thấy đơn vị này, cả trong hệ thống lẫn trong bảng.",
                    "There is no such unit, neither in the system nor in the sheet.",
                ),
            }
        }
    }

    fn refuse_parent(&mut self, row: usize, code: FieldCode, vi: &str, en: &str) {
        if let Some(planned) = self.plan.rows.get_mut(row) {
            planned.refuse(Column::Parent, code, vi, en);
        }
    }

    fn put_in_order(&mut self) {
        let mut placed: HashSet<usize> = HashSet::new();
        let mut waiting: Vec<usize> = (0..self.plan.units.len()).collect();
        for _level in 0..LEVELS_AT_MOST {
            let ready = |at: &usize| match self.plan.units.get(*at).and_then(|unit| unit.parent) {
                Some(Planned::New(parent)) => placed.contains(&parent),
                Some(Planned::There(_)) | None => true,
            };
            let (now, later): (Vec<usize>, Vec<usize>) = waiting.into_iter().partition(ready);
            placed.extend(&now);
            self.plan.order.extend(now);
            waiting = later;
        }
        for at in waiting {
            if let Some(row) = self.plan.units.get(at).map(|unit| unit.row) {
                self.refuse_parent(
                    row,
                    FieldCode::NotAllowedHere,
                    "Các đơn vị trực thuộc lẫn nhau thành vòng, hoặc quá nhiều cấp.",
                    "These units belong to each other in a circle, or in too many levels.",
                );
            }
        }
    }
}
