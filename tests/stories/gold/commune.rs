//! The bodies a document names, as units of a commune. **Invariant: one body is one unit, however
//! it is written; a class is no unit.**

use std::collections::{BTreeMap, HashMap};

use openapi::{
    text::fold,
    units::{PatchUnit, UnitId, UnitKind, UnitPatch},
    value::Version,
};

use super::read::Gold;
use crate::support::{World, name};

/// The commune a document is for.
pub struct Commune {
    /// Its units, in the order in which they were met.
    pub units: Vec<Body>,
    /// The unit that issues the document.
    pub issuer: usize,
    meanings: HashMap<(UnitKind, String), Means>,
}

/// One unit.
#[derive(Debug)]
pub struct Body {
    pub kind: UnitKind,
    pub name: String,
    aliases: Vec<String>,
    id: Option<UnitId>,
}
impl Body {
    /// Its id, once it is entered.
    pub fn id(&self) -> UnitId {
        self.id.unwrap()
    }
}

/// What a name means. Units are numbered as in [`Commune::units`].
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Means {
    /// These units.
    Units(Vec<usize>),
    /// All units of a kind.
    Class(UnitKind),
    /// Nobody can tell yet.
    Nobody,
}

/// How many units of each class there are at least.
const AT_LEAST: [(UnitKind, &str, usize); 4] = [
    (UnitKind::ChiBo, "Chi bộ", 5),
    (UnitKind::Thon, "Thôn", 6),
    (UnitKind::DoanThe, "Hội", 4),
    (UnitKind::TruongHoc, "Trường", 3),
];

/// Two kinds have another name in the gold files.
pub fn kind_of(gold: &str) -> UnitKind {
    match gold {
        "co_quan_dang" => UnitKind::BanXayDungDang,
        "don_vi" => UnitKind::DonViSuNghiep,
        same => same.parse().unwrap(),
    }
}
/// The other way round.
pub fn gold_kind_of(kind: UnitKind) -> &'static str {
    match kind {
        UnitKind::BanXayDungDang => "co_quan_dang",
        UnitKind::DonViSuNghiep => "don_vi",
        same => same.as_str(),
    }
}

/// A kind of which a commune has one.
const fn is_only_one(kind: UnitKind) -> bool {
    use UnitKind::{
        BanThuongVu, BanXayDungDang, CongAn, DangUy, Mttq, QuanSu, ThuongTruc, TramYTe, Ubkt, Ubnd, VanPhong,
    };
    matches!(
        kind,
        DangUy
            | BanThuongVu
            | ThuongTruc
            | VanPhong
            | Ubkt
            | BanXayDungDang
            | Ubnd
            | Mttq
            | CongAn
            | QuanSu
            | TramYTe
    )
}

/// A name as it is compared: common abbreviations written one way, "of the commune" left out.
fn key(written: &str, canonical: Option<&str>) -> String {
    let folded = fold(canonical.unwrap_or(written))
        .replace("hoi dong nhan dan", "hdnd")
        .replace("uy ban nhan dan", "ubnd")
        .replace("to dan pho", "tdp");
    folded.strip_suffix(" xa").map_or(folded.clone(), str::to_owned)
}
fn has(key: &str, words: &[&str]) -> bool {
    key.split(' ').any(|word| words.contains(&word))
}
fn is_plural(key: &str) -> bool {
    has(key, &["cac"])
}
fn is_of_villages(key: &str) -> bool {
    has(key, &["thon", "xom", "tdp"])
}

impl Commune {
    /// What exists when the document comes: everybody it names, and enough of every class.
    pub async fn of(gold: &Gold, world: &World) -> Self {
        let mut commune = Self { units: Vec::new(), issuer: 0, meanings: HashMap::new() };
        // The clerk's and the leader's own units are there before any document.
        commune.add(UnitKind::VanPhong, "Văn phòng Đảng ủy");
        commune.add(UnitKind::ThuongTruc, "Thường trực Đảng ủy");
        let issuer = &gold.document.issuer;
        let board = fold(issuer).starts_with("ban thuong vu");
        let kind = if board { UnitKind::BanThuongVu } else { UnitKind::DangUy };
        commune.issuer = commune.meet_one(kind, issuer, None);
        let everyone = gold.directives.iter().flat_map(|directive| {
            let given = directive.assignees.iter().map(|a| (&a.kind, &a.name, a.canonical.as_deref()));
            given.chain(directive.suggested_assignees.iter().map(|s| (&s.kind, &s.name, None)))
        });
        for (kind, written, canonical) in everyone.clone() {
            let (kind, key) = (kind_of(kind), key(written, canonical));
            let village_itself = kind == UnitKind::Thon && !key.contains(' ');
            if !is_plural(&key) && !village_itself {
                commune.meet_one(kind, written, canonical);
            }
        }
        commune.fill_classes();
        for (kind, written, canonical) in everyone {
            commune.meet_several(kind_of(kind), written, canonical);
        }
        commune.tell_classes_apart(gold);
        commune.enter(world).await;
        commune
    }

    /// What a name means.
    pub fn meaning(&self, kind: &str, written: &str, canonical: Option<&str>) -> &Means {
        &self.meanings[&(kind_of(kind), key(written, canonical))]
    }
    /// The units a name means, when a class is opened.
    pub fn units_of(&self, means: &Means) -> Vec<usize> {
        match means {
            Means::Units(units) => units.clone(),
            Means::Class(kind) => (0..self.units.len()).filter(|at| self.units[*at].kind == *kind).collect(),
            Means::Nobody => Vec::new(),
        }
    }

    fn add(&mut self, kind: UnitKind, called: &str) -> usize {
        self.units.push(Body { kind, name: called.to_owned(), aliases: Vec::new(), id: None });
        self.units.len() - 1
    }
    /// Units that stand for bodies named together, of a kind that no class means.
    fn add_some(&mut self, kind: UnitKind, called: &str, how_many: usize) -> Means {
        let each = |number| self.add(kind, &format!("{called} ({number})"));
        Means::Units((1..=how_many).map(each).collect())
    }

    /// A body that is one unit.
    fn meet_one(&mut self, kind: UnitKind, written: &str, canonical: Option<&str>) -> usize {
        let key = key(written, canonical);
        let at = match self.meanings.get(&(kind, key.clone())) {
            Some(Means::Units(units)) => units[0],
            _ => {
                let there = self.units.iter().position(|body| body.kind == kind && is_only_one(kind));
                there.unwrap_or_else(|| self.add(kind, canonical.unwrap_or(written)))
            }
        };
        let body = &mut self.units[at];
        if body.name != written && !body.aliases.iter().any(|alias| alias == written) {
            body.aliases.push(written.to_owned());
        }
        self.meanings.insert((kind, key), Means::Units(vec![at]));
        at
    }

    fn fill_classes(&mut self) {
        for (kind, called, at_least) in AT_LEAST {
            let there = self.units.iter().filter(|body| body.kind == kind).count();
            for number in there + 1..=at_least {
                // The last cell is an office's, the others are villages'.
                let of = if kind == UnitKind::ChiBo && number < at_least { "thôn " } else { "" };
                self.add(kind, &format!("{called} {of}số {number}"));
            }
        }
    }

    /// A class, or several bodies that make none.
    fn meet_several(&mut self, kind: UnitKind, written: &str, canonical: Option<&str>) {
        let key = key(written, canonical);
        if self.meanings.contains_key(&(kind, key.clone())) {
            return;
        }
        let means = match kind {
            UnitKind::ChiBo if is_of_villages(&key) => Means::Units(self.cells_of_villages()),
            UnitKind::DoanThe if is_of_villages(&key) => self.add_some(UnitKind::Khac, written, 3),
            UnitKind::Thon | UnitKind::TruongHoc | UnitKind::ChiBo | UnitKind::DoanThe => Means::Class(kind),
            UnitKind::DonViSuNghiep => Means::Nobody,
            _ => self.add_some(kind, written, 2),
        };
        self.meanings.insert((kind, key), means);
    }
    fn cells_of_villages(&self) -> Vec<usize> {
        let of_village = |body: &Body| body.kind == UnitKind::ChiBo && is_of_villages(&key(&body.name, None));
        (0..self.units.len()).filter(|at| of_village(&self.units[*at])).collect()
    }

    /// Where one task names two classes of one kind, they are not the same bodies.
    fn tell_classes_apart(&mut self, gold: &Gold) {
        for directive in &gold.directives {
            let mut seen = BTreeMap::new();
            for assignee in &directive.assignees {
                let named = (kind_of(&assignee.kind), key(&assignee.name, assignee.canonical.as_deref()));
                let Means::Class(class) = self.meanings[&named] else { continue };
                if *seen.entry(class).or_insert_with(|| named.clone()) != named {
                    let others = self.add_some(UnitKind::Khac, &assignee.name, 2);
                    self.meanings.insert(named, others);
                }
            }
        }
    }

    async fn enter(&mut self, world: &World) {
        let admin = world.admin().await;
        for body in &mut self.units {
            let unit = world.unit(&body.name, body.kind).await;
            assert!(body.id.replace(unit).is_none(), "entered twice");
            if !body.aliases.is_empty() {
                let aliases = Some(body.aliases.iter().map(|alias| name(alias)).collect());
                let patch = UnitPatch { aliases, ..UnitPatch::default() };
                admin.change::<PatchUnit>(unit, Version::FIRST, patch).await.unwrap();
            }
        }
    }
}
