//! Who is meant by a few typed letters: units, and classes of them. **Invariant: what is offered is a unit
//! or a class that exists today; marks and case make no difference.**

use openapi::{
    reading::{Commune, units},
    tasks::{Assignee, AssigneeRole, Basis},
    text::fold,
    units::{UnitId, UnitKind},
    value::Name,
};

/// Who can be chosen.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Who {
    /// The name.
    pub name: Name,
    /// Its kind.
    pub kind: UnitKind,
    /// The unit; without one, every unit of the kind.
    pub unit: Option<UnitId>,
}

/// The kinds that stand in documents as a class, and the words they are typed by.
const CLASSES: [(UnitKind, &str, &[&str]); 7] = [
    (UnitKind::Thon, "Các thôn", &["thon", "xom", "ban", "to dan pho", "tdp", "khu pho"]),
    (UnitKind::ChiBo, "Các chi bộ", &["chi bo", "cb"]),
    (UnitKind::DoanThe, "Các đoàn thể", &["doan the", "hoi doan the"]),
    (UnitKind::PhongBan, "Các phòng, ban", &["phong ban", "phong", "chuyen mon"]),
    (UnitKind::TruongHoc, "Các trường học", &["truong hoc", "truong", "nha truong"]),
    (UnitKind::DonViSuNghiep, "Các đơn vị sự nghiệp", &["don vi su nghiep", "su nghiep"]),
    (UnitKind::BanXayDungDang, "Các ban xây dựng Đảng", &["ban xay dung dang", "ban dang"]),
];
/// Words that say all of a kind are meant.
const ALL_OF: [&str; 6] = ["tat ca cac ", "tat ca ", "toan bo ", "cac ", "moi ", "tc "];
/// The most that are offered.
const OFFERED: usize = 8;

/// Who is meant, the nearest first.
#[must_use]
pub fn offered(typed: &str, commune: &Commune) -> Vec<Who> {
    let letters = fold(typed.trim());
    let all_of = ALL_OF.iter().find_map(|word| letters.strip_prefix(word));
    let kind = all_of.unwrap_or(&letters).trim();
    let units = units::typed(&letters, &commune.units).into_iter().map(|found| Who {
        name: found.name,
        kind: found.kind,
        unit: Some(found.unit),
    });
    if all_of.is_some() {
        return classes(kind).chain(units).take(OFFERED).collect();
    }
    let mut offered: Vec<Who> = units.collect();
    // "thon" alone is rather all of them than one; a name comes before a class.
    let whole = !kind.is_empty() && CLASSES.iter().any(|(.., words)| words.contains(&kind));
    let place = if whole { 0 } else { offered.len() };
    offered.splice(place..place, classes(kind));
    offered.truncate(OFFERED);
    offered
}

fn classes(typed: &str) -> impl Iterator<Item = Who> + use<'_> {
    let fits = move |words: &[&str]| words.iter().any(|word| word.starts_with(typed) || typed == *word);
    CLASSES.iter().filter(move |(.., words)| typed.is_empty() || fits(words)).filter_map(|(kind, name, _)| {
        Some(Who { name: Name::try_from(*name).ok()?, kind: *kind, unit: None })
    })
}

impl Who {
    /// Gives it work.
    #[must_use]
    pub fn with_role(&self, role: AssigneeRole) -> Assignee {
        Assignee {
            name: self.name.clone(),
            canonical: None,
            kind: Some(self.kind),
            role,
            basis: Basis::Office,
            via: None,
            units: self.unit.into_iter().collect(),
            class: self.unit.is_none().then_some(self.kind),
        }
    }
}

/// The role that comes after another, round and round.
#[must_use]
pub const fn next_role(role: AssigneeRole) -> AssigneeRole {
    match role {
        AssigneeRole::ChuTri => AssigneeRole::PhoiHop,
        AssigneeRole::PhoiHop => AssigneeRole::TheoDoi,
        _ => AssigneeRole::ChuTri,
    }
}
/// The role of whoever is added: the first leads, the others coordinate.
#[must_use]
pub fn role_of_next(assignees: &[Assignee]) -> AssigneeRole {
    let led = assignees.iter().any(|one| one.role == AssigneeRole::ChuTri && super::sheet::is_bound(one));
    if led { AssigneeRole::PhoiHop } else { AssigneeRole::ChuTri }
}
/// Adds somebody: in the place of a name that was bound to nobody and is meant by it, or at the end.
#[must_use]
pub fn add(assignees: &[Assignee], who: &Who, role: AssigneeRole, commune: &Commune) -> Vec<Assignee> {
    let mut all: Vec<Assignee> = assignees.to_vec();
    let mut new = who.with_role(role);
    let same = |one: &Assignee| match who.unit {
        Some(unit) => one.units == [unit],
        None => one.class == Some(who.kind),
    };
    if let Some(already) = all.iter_mut().find(|one| same(one)) {
        already.role = role;
        return all;
    }
    let means = |one: &Assignee| {
        !super::sheet::is_bound(one)
            && who.unit.is_some_and(|unit| {
                commune.units.near(one.name.as_str(), None).iter().any(|near| near.unit == unit)
            })
    };
    match all.iter().position(means) {
        Some(place) => {
            if let Some(old) = all.get_mut(place) {
                new.name = old.name.clone();
                *old = new;
            }
        }
        None => all.push(new),
    }
    all
}
