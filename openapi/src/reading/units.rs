//! Which unit a name means. **Invariant: 100 is given to a unit's own name or alias and to nothing
//! else; two units that fit equally are both named and neither is bound.**

use std::collections::{BTreeMap, BTreeSet};

use crate::{
    imports::UnitMatch,
    text::fold,
    units::{UnitDraft, UnitId, UnitKind},
    value::{Name, Percent},
};

/// The certainty of a name that is the unit's own.
const CERTAIN: i64 = 100;
/// Below this a unit is not worth naming.
const WORTH_NAMING: i64 = 45;
/// Words that say of what kind a body is, or whose, and are often left out or written otherwise.
const OF_COURSE: [&str; 22] = [
    "xa", "phuong", "dac", "khu", "thi", "tran", "thon", "xom", "ban", "to", "dan", "pho", "tdp", "chi",
    "bo", "dang", "uy", "truong", "hoi", "doan", "cac", "cua",
];

/// A unit by one of its names.
#[derive(Debug, Clone)]
struct Known {
    unit: UnitId,
    kind: UnitKind,
    name: Name,
    /// Its names as they are compared.
    keys: Vec<String>,
}

/// The units of a commune, by their names.
#[derive(Debug, Clone, Default)]
pub struct Units {
    known: Vec<Known>,
    by_key: BTreeMap<String, Vec<usize>>,
    first_words: BTreeSet<String>,
    longest: usize,
}

impl Units {
    /// From what is said of each.
    pub fn of<'d>(units: impl IntoIterator<Item = (UnitId, &'d UnitDraft)>) -> Self {
        let mut all = Self::default();
        for (unit, draft) in units {
            let at = all.known.len();
            let names = std::iter::once(&draft.name).chain(&draft.aliases);
            let mut keys: Vec<String> = names.map(|name| key(name.as_str())).collect();
            keys.sort_unstable();
            keys.dedup();
            for key in &keys {
                all.first_words.insert(key.split(' ').next().unwrap_or_default().to_owned());
                all.longest = all.longest.max(key.split(' ').count());
                all.by_key.entry(key.clone()).or_default().push(at);
            }
            all.known.push(Known { unit, kind: draft.kind, name: draft.name.clone(), keys });
        }
        all
    }

    /// How many words the longest name has.
    #[must_use]
    pub const fn longest(&self) -> usize {
        self.longest
    }
    /// Whether some name begins with this folded word.
    #[must_use]
    pub(super) fn begins_with(&self, word: &str) -> bool {
        let word = written_out(word).split(' ').next().unwrap_or_default();
        self.first_words.contains(word)
    }
    /// Whether some unit has exactly this name or alias; its kind, when all that have it are of one.
    #[must_use]
    pub fn kind_of(&self, name: &str) -> Option<UnitKind> {
        let fits = self.by_key.get(&key(name))?;
        let mut kinds = fits.iter().filter_map(|at| self.known.get(*at)).map(|known| known.kind);
        let first = kinds.next()?;
        kinds.all(|kind| kind == first).then_some(first)
    }
    /// The one unit that is certainly meant: it alone has this name or alias, and is of this kind.
    #[must_use]
    pub fn certain(&self, name: &str, kind: Option<UnitKind>) -> Option<UnitId> {
        let fits = self.by_key.get(&key(name))?;
        let mut fits = fits.iter().filter_map(|at| self.known.get(*at));
        let fits: Vec<&Known> =
            fits.by_ref().filter(|known| kind.is_none_or(|kind| kind == known.kind)).collect();
        match fits.as_slice() {
            [one] => Some(one.unit),
            _ => None,
        }
    }
    /// The units a name might mean, the nearest first, at most five.
    #[must_use]
    pub fn near(&self, name: &str, kind: Option<UnitKind>) -> Vec<UnitMatch> {
        self.scored(&key(name), kind)
    }

    fn scored(&self, typed: &str, kind: Option<UnitKind>) -> Vec<UnitMatch> {
        let mut scored: Vec<(i64, &Known)> = self
            .known
            .iter()
            .filter_map(|known| {
                let best = known.keys.iter().map(|key| nearness(typed, key)).max()?;
                let other = kind.is_some_and(|kind| kind != known.kind);
                let score = if other { best * 2 / 3 } else { best };
                (score >= WORTH_NAMING).then_some((score, known))
            })
            .collect();
        scored.sort_by(|(a, one), (b, other)| b.cmp(a).then_with(|| one.name.cmp(&other.name)));
        scored.truncate(5);
        let found = scored.into_iter().filter_map(|(score, known)| {
            let certainty = Percent::try_from(score).ok()?;
            Some(UnitMatch { unit: known.unit, name: known.name.clone(), kind: known.kind, certainty })
        });
        found.collect()
    }
}

/// The units somebody means who types a few letters, without marks and words cut short: "cb xuan bac",
/// "t dong s". The nearest first.
#[must_use]
pub fn typed(letters: &str, units: &Units) -> Vec<UnitMatch> {
    units.scored(&key(letters), None)
}

/// A name as it is compared: folded, punctuation as space, common abbreviations written out.
fn key(name: &str) -> String {
    let folded = fold(name);
    let mut key = String::with_capacity(folded.len());
    for word in folded.split(|c: char| !c.is_alphanumeric()).filter(|word| !word.is_empty()) {
        if !key.is_empty() {
            key.push(' ');
        }
        key.push_str(written_out(word));
    }
    key
}

/// What an abbreviation stands for.
fn written_out(word: &str) -> &str {
    match word {
        "cb" => "chi bo",
        "tdp" => "to dan pho",
        "hdnd" => "hoi dong nhan dan",
        "ubnd" => "uy ban nhan dan",
        "mttq" => "mat tran to quoc",
        "ubmttq" => "uy ban mat tran to quoc",
        "ubkt" => "uy ban kiem tra",
        "vpdu" => "van phong dang uy",
        "btv" => "ban thuong vu",
        "bch" => "ban chap hanh",
        "bchqs" => "ban chi huy quan su",
        "chqs" => "chi huy quan su",
        "lhpn" => "lien hiep phu nu",
        "ccb" => "cuu chien binh",
        "nd" => "nong dan",
        "tncshcm" => "thanh nien cong san ho chi minh",
        "th" => "tieu hoc",
        "thcs" => "trung hoc co so",
        "thpt" => "trung hoc pho thong",
        "mn" => "mam non",
        "tyt" => "tram y te",
        "ca" => "cong an",
        "vp" => "van phong",
        "tt" => "trung tam",
        same => same,
    }
}

/// How near a typed name is to a unit's, from 0 to 100.
fn nearness(typed: &str, name: &str) -> i64 {
    if typed == name {
        return CERTAIN;
    }
    let (mut found, mut all) = (0, 0);
    let mut left: Vec<&str> = name.split(' ').collect();
    for word in typed.split(' ') {
        let weight = weight(word);
        all += weight;
        let whole = left.iter().position(|other| *other == word);
        let part = || left.iter().position(|other| begins(other, word) || is_slip(word, other));
        if let Some(at) = whole {
            found += weight;
            left.remove(at);
        } else if let Some(at) = part() {
            found += weight * 3 / 4;
            left.remove(at);
        }
    }
    let missing: i64 = left.iter().map(|word| weight(word)).sum();
    // What was typed counts more than what was not: a name is often cut short.
    let worth = all * 2 + missing;
    if worth == 0 { 0 } else { (found * 2 * 99 / worth).min(99) }
}

/// Words of course weigh little: what tells units apart is the rest.
fn weight(word: &str) -> i64 {
    if OF_COURSE.contains(&word) { 1 } else { 4 }
}
fn begins(word: &str, with: &str) -> bool {
    !with.is_empty() && word.starts_with(with)
}
/// One letter wrong, in a word long enough for that to be a slip.
fn is_slip(one: &str, other: &str) -> bool {
    if one.len() != other.len() || one.len() < 3 {
        return false;
    }
    one.bytes().zip(other.bytes()).filter(|(a, b)| a != b).count() == 1
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::{endpoint::Dto, sessions::example_id};
    use proptest::prelude::*;

    fn commune() -> Units {
        let draft = |kind, name: &str, aliases: &[&str]| UnitDraft {
            kind,
            name: name.try_into().unwrap(),
            aliases: aliases.iter().map(|alias| (*alias).try_into().unwrap()).collect(),
            ..UnitDraft::example()
        };
        let drafts = [
            draft(UnitKind::ChiBo, "Chi bộ thôn Suối Bạc", &[]),
            draft(UnitKind::Thon, "Thôn Suối Bạc", &["xóm Suối Bạc"]),
            draft(UnitKind::Thon, "Thôn Đồng Sim", &[]),
            draft(UnitKind::Ubnd, "Ủy ban nhân dân xã", &["UBND xã"]),
            draft(UnitKind::ChiBo, "Chi bộ Quân sự", &[]),
        ];
        Units::of(drafts.iter().zip(1_u8..).map(|(draft, at)| (example_id(at), draft)))
    }

    #[test]
    fn a_few_letters_find_the_unit_first() {
        let units = commune();
        let first = |letters: &str| typed(letters, &units).first().map(|found| found.name.to_string());
        assert_eq!(first("cb suoi bac").as_deref(), Some("Chi bộ thôn Suối Bạc"));
        assert_eq!(first("thon dong s").as_deref(), Some("Thôn Đồng Sim"));
        assert_eq!(first("dong sim").as_deref(), Some("Thôn Đồng Sim"));
        assert_eq!(first("ubnd").as_deref(), Some("Ủy ban nhân dân xã"));
        assert_eq!(first("zzz"), None);
    }

    #[test]
    fn only_the_name_itself_is_certain() {
        let units = commune();
        assert!(units.certain("thôn Suối Bạc", Some(UnitKind::Thon)).is_some());
        assert!(units.certain("XÓM SUỐI BẠC", None).is_some());
        assert!(units.certain("Suối Bạc", None).is_none());
        assert!(units.certain("thôn Suối Bạc", Some(UnitKind::ChiBo)).is_none());
        let near = units.near("thôn Suối Bac", Some(UnitKind::Thon));
        assert_eq!(near[0].certainty.get(), 100, "marks make no difference");
        assert!(units.near("thôn Suôi Bạx", Some(UnitKind::Thon))[0].certainty.get() < 100);
    }

    proptest! {
        #[test]
        fn what_is_scored_is_in_order_and_within_bounds(letters in "\\PC{0,40}") {
            let found = typed(&letters, &commune());
            prop_assert!(found.is_sorted_by(|a, b| a.certainty >= b.certainty));
        }
    }
}
