//! Bodies named in a text: "các chi bộ trực thuộc", "UBND xã", "Công an xã". **Invariant: a mention is
//! the words as printed and nothing that the verb after it does.**

use super::{
    Commune,
    lexicon::{ADVERBS, HEADS, Head, MODIFIERS, ORDERS, QUANTIFIERS, Stands, VERBS},
    words::{Gap, Words},
};
use crate::units::UnitKind;

/// No clause names more bodies one after the other.
const LISTED_AT_MOST: usize = 50;

/// A body named in the text.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Mention {
    /// Its first word.
    pub from: usize,
    /// The word after its last.
    pub to: usize,
    pub kind: UnitKind,
    /// Whether it names several: "các", "mỗi".
    pub several: bool,
    /// The name in full, where the printed one lacks its head.
    pub canonical: Option<String>,
}

/// Finds bodies in one text.
pub(super) struct Bodies<'a> {
    pub words: &'a Words<'a>,
    pub commune: &'a Commune,
}

impl Bodies<'_> {
    /// The body whose name begins at a word.
    pub(super) fn at(&self, at: usize) -> Option<Mention> {
        let words = self.words;
        if let Some(mention) = self.unit_at(at) {
            return Some(mention);
        }
        let mut head_at = at;
        let (mut several, mut comrades) = (false, false);
        // "các đồng chí", "tất cả các".
        while let many @ 1.. = QUANTIFIERS.len_at(words, head_at) {
            let last = words.folded(head_at + many - 1);
            several |= matches!(
                words.lower(head_at),
                "các" | "những" | "mỗi" | "từng" | "mọi" | "tất" | "toàn" | "một"
            );
            comrades |= matches!(last, "chi" | "c");
            head_at += many;
            if !self.is_near(head_at) {
                return None;
            }
        }
        let Some((many, Head { kind, stands })) = HEADS.at(words, head_at) else {
            return self.comrade(at, head_at, comrades);
        };
        let to = self.name_ends(head_at + many, kind);
        if stands == Stands::Counted && !several && !self.is_named(head_at + many) {
            return None;
        }
        // "các Ban" alone means the council's only where it is said.
        Some(Mention { from: self.begins(at, head_at, comrades, kind), to, kind, several, canonical: None })
    }

    /// "Các đồng chí" belongs to the name of a person and not to that of a body.
    fn begins(&self, at: usize, head_at: usize, comrades: bool, kind: UnitKind) -> usize {
        if comrades && kind != UnitKind::CaNhan { head_at } else { at }
    }

    /// A unit of the commune by its own name.
    fn unit_at(&self, at: usize) -> Option<Mention> {
        let units = &self.commune.units;
        let longest = units.longest().min(12);
        let mut name = String::new();
        let mut best = None;
        for n in 0..longest {
            if n > 0 && !matches!(self.words.gap(at + n), Gap::Space | Gap::Dash) {
                break;
            }
            if at + n >= self.words.len() {
                break;
            }
            if n > 0 {
                name.push(' ');
            }
            name.push_str(self.words.folded(at + n));
            if n == 0 && !units.begins_with(&name) {
                return None;
            }
            if let Some(kind) = units.kind_of(&name) {
                best = Some((at + n + 1, kind));
            }
        }
        let (to, kind) = best?;
        // A longer name of another body may begin with the unit's.
        let to = self.name_ends(to, kind);
        Some(Mention { from: at, to, kind, several: false, canonical: None })
    }

    /// "Đồng chí" and a name.
    fn comrade(&self, at: usize, name_at: usize, comrades: bool) -> Option<Mention> {
        let to = self.capitals(name_at);
        (comrades && to > name_at).then_some(Mention {
            from: at,
            to,
            kind: UnitKind::CaNhan,
            several: false,
            canonical: None,
        })
    }

    fn is_near(&self, at: usize) -> bool {
        at < self.words.len() && self.words.gap(at) == Gap::Space
    }
    /// Whether a name or number follows a head noun.
    fn is_named(&self, at: usize) -> bool {
        self.is_near(at) && (self.words.is_capital(at) || self.words.is_number(at))
            || self.words.lower(at) == "xã"
            || self.words.lower(at) == "số"
    }
    /// Where a run of capitalised words ends.
    fn capitals(&self, mut at: usize) -> usize {
        while self.is_near(at)
            && (self.words.is_capital(at) || self.words.is_number(at) && self.words.printed(at).len() < 3)
            && !ORDERS.is_at(self.words, at)
        {
            at += 1;
        }
        at
    }

    /// Where the name ends that began with a head noun.
    fn name_ends(&self, mut at: usize, kind: UnitKind) -> usize {
        let words = self.words;
        loop {
            let before = at;
            if !self.is_near(at) {
                // "phụ trách địa bàn, lĩnh vực" holds its comma itself.
                return at;
            }
            let verb = VERBS.len_at(words, at).max(ADVERBS.len_at(words, at));
            let modifier = MODIFIERS.len_at(words, at);
            if modifier > 0 && modifier >= verb {
                at += modifier;
            } else if verb == 0 || words.is_capital(at) {
                at = self.capitals(at);
            }
            // "của HĐND", "số 3", "ở cơ sở", "và UBND" within one name.
            if before == at && matches!(words.lower(at), "của" | "số") && verb == 0 {
                let next = self.named_after(at + 1, kind);
                at = next.unwrap_or(at);
            }
            if at == before {
                return at;
            }
        }
    }
    fn named_after(&self, at: usize, kind: UnitKind) -> Option<usize> {
        if !self.is_near(at) {
            return None;
        }
        if self.words.is_number(at) {
            return Some(at + 1);
        }
        let person = kind == UnitKind::CaNhan || self.words.lower(at.saturating_sub(2)) == "ban";
        let head = HEADS.len_at(self.words, at);
        (person && head > 0).then_some(at + head)
    }

    /// The bodies listed from a word on, and the word after them: "các chi bộ, các xóm và Công an xã".
    pub(super) fn list(&self, at: usize) -> (Vec<Mention>, usize) {
        let mut all: Vec<Mention> = Vec::new();
        let mut next = at;
        let mut end = at;
        loop {
            let found = match self.at(next) {
                Some(found) => Some(found),
                None => all.last().and_then(|last| self.sharing_head(last, next)),
            };
            let Some(mut found) = found else { break };
            if let Some(last) = all.last() {
                self.person_too(last, &mut found);
            }
            end = found.to;
            all.push(found);
            if all.len() >= LISTED_AT_MOST {
                break;
            }
            match self.words.gap(end) {
                Gap::Comma | Gap::Semicolon | Gap::Dash => {
                    next = end;
                    if self.words.lower(next) == "và" {
                        next += 1;
                    }
                }
                Gap::Space if matches!(self.words.lower(end), "và" | "cùng") => {
                    next = end + 1;
                    if self.words.lower(end) == "cùng" && self.words.lower(next) == "với" {
                        next += 1;
                    }
                }
                _ => break,
            }
        }
        (all, end)
    }

    /// "Chi bộ thôn A, B": a name alone after a body with one.
    fn sharing_head(&self, last: &Mention, at: usize) -> Option<Mention> {
        let to = if self.words.is_capital(at) { self.capitals(at + 1) } else { at };
        let own = last.to > last.from + 1 && self.words.is_capital(last.to - 1);
        let villages = matches!(last.kind, UnitKind::Thon | UnitKind::ChiBo | UnitKind::TruongHoc);
        // One word alone that is a verb at the beginning of a sentence is no name.
        if to <= at || !own || !villages || VERBS.is_at(self.words, at) {
            return None;
        }
        let mut head_to = last.to;
        while head_to > last.from + 1
            && self.words.is_capital(head_to - 1)
            && !HEADS.is_at(self.words, head_to - 1)
        {
            head_to -= 1;
        }
        let text = self.words.text();
        let head = text.get(self.words.from(last.from)..self.words.to(head_to)).unwrap_or_default();
        let name = text.get(self.words.from(at)..self.words.to(to)).unwrap_or_default();
        let canonical = Some(format!("{head} {name}"));
        Some(Mention { from: at, to, kind: last.kind, several: false, canonical })
    }

    /// "Ủy viên Ban Thường vụ, Ban Chấp hành": the second are members too.
    fn person_too(&self, last: &Mention, found: &mut Mention) {
        let member = last.kind == UnitKind::CaNhan
            && (0..last.to - last.from).any(|n| self.words.folded(last.from + n) == "vien");
        let board = matches!(found.kind, UnitKind::BanThuongVu | UnitKind::ThuongTruc | UnitKind::DangUy)
            && matches!(self.words.folded(found.from), "ban" | "btv" | "bch" | "thuong");
        if member && board {
            found.kind = UnitKind::CaNhan;
            let name = self.words.text().get(self.words.from(found.from)..self.words.to(found.to));
            found.canonical = name.map(|name| format!("Ủy viên {name}"));
        }
    }
}
