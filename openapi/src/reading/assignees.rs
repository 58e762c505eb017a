//! Who is to do it, and in which role. **Invariant: nobody is guessed; who orders, who is reported to
//! and who is supervised is no assignee.**

use super::{
    bodies::{Bodies, Mention},
    clauses::Clause,
    lexicon::{ADVERBS, SETS_TO_WORK, VERBS},
    words::{Gap, Words},
};
use crate::{
    imports::Because,
    tasks::{AssigneeRole, Basis},
};

/// Somebody who is to do it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Doer {
    pub mention: Mention,
    pub role: AssigneeRole,
    pub basis: Basis,
    pub because: Because,
    /// The words by which he is set to work.
    pub via: Option<(usize, usize)>,
}

impl Doer {
    /// The same body in a clause that does not name it.
    pub(super) fn inherited(mut self, because: Because) -> Self {
        self.basis = Basis::Inherited;
        self.because = because;
        self.role = AssigneeRole::ChuTri;
        self
    }
}

/// Finds doers in one text.
pub(super) struct Doers<'a> {
    pub words: &'a Words<'a>,
    pub bodies: Bodies<'a>,
}

impl Doers<'_> {
    /// Everybody a clause names as doing it: its leads first.
    pub(super) fn explicit(&self, clause: &Clause) -> Vec<Doer> {
        let mut all: Vec<Doer> = Vec::new();
        let follows = self.follows(clause);
        for mention in clause.doers.iter().filter(|_| clause.via.is_none()) {
            let role = if follows { AssigneeRole::TheoDoi } else { AssigneeRole::ChuTri };
            let because = if mention.several { Because::ClassOfUnits } else { Because::StatedInClause };
            all.push(Doer { mention: mention.clone(), role, basis: Basis::Explicit, because, via: None });
        }
        // "Chỉ đạo A làm X, B làm Y": B is set to work as well.
        all.extend(clause.doers.iter().filter(|_| clause.via.is_some()).map(|mention| Doer {
            mention: mention.clone(),
            role: AssigneeRole::PhoiHop,
            basis: Basis::Explicit,
            because: Because::SetToWork,
            via: clause.via,
        }));
        let begin = clause.doers.last().map_or(clause.from, |last| last.to);
        let mut at = begin;
        while at < clause.to {
            let found = self
                .partners(at, clause)
                .or_else(|| self.agent(at, clause))
                .or_else(|| self.set_to_work(at, clause))
                .or_else(|| self.second_subject(at, clause));
            match found {
                Some((doers, end)) => {
                    for doer in doers {
                        if !all.iter().any(|known| known.mention == doer.mention) {
                            all.push(doer);
                        }
                    }
                    at = end.max(at + 1);
                }
                None => at += 1,
            }
        }
        all
    }

    /// "Phối hợp với Y", "giữa X với Y".
    fn partners(&self, at: usize, clause: &Clause) -> Option<(Vec<Doer>, usize)> {
        let lower = |n: usize| self.words.lower(at + n);
        let doer = |mention: Mention, role| Doer {
            mention,
            role,
            basis: Basis::Explicit,
            because: Because::PartnerNamed,
            via: None,
        };
        let skip = match (lower(0), lower(1), lower(2)) {
            ("phối", "hợp", "với" | "cùng") => 3 + usize::from(lower(3) == "với"),
            ("phối", "hợp", "chặt") if lower(4) == "với" => 5,
            ("cùng", "với", _) => 2,
            ("giữa", ..) if self.works_together(at, clause) => 1,
            _ => return None,
        };
        let (bodies, end) = self.bodies.list(at + skip);
        if bodies.is_empty() || end > clause.to {
            return None;
        }
        if skip > 1 {
            return Some((bodies.into_iter().map(|body| doer(body, AssigneeRole::PhoiHop)).collect(), end));
        }
        // "Giữa A với B" and "giữa A - B - C": the first leads.
        let mut both = Vec::new();
        if self.words.lower(end) == "với" {
            let (others, after) = self.bodies.list(end + 1);
            let leads = bodies.into_iter().map(|body| doer(body, AssigneeRole::ChuTri));
            both.extend(leads);
            both.extend(others.into_iter().map(|body| doer(body, AssigneeRole::PhoiHop)));
            return Some((both, after));
        }
        let dashed = bodies.get(1).is_some_and(|second| self.words.gap(second.from) == Gap::Dash);
        if dashed {
            both.extend(bodies.into_iter().skip(1).map(|body| doer(body, AssigneeRole::PhoiHop)));
            return Some((both, end));
        }
        None
    }

    /// "Được các tổ chức đảng kiểm tra": who does it, behind a passive.
    fn agent(&self, at: usize, clause: &Clause) -> Option<(Vec<Doer>, usize)> {
        if self.words.lower(at) != "được" || self.words.gap(at + 1) != Gap::Space {
            return None;
        }
        let (bodies, end) = self.bodies.list(at + 1);
        let does = end < clause.to && self.words.gap(end) == Gap::Space && VERBS.is_at(self.words, end);
        let made = |mention| Doer {
            mention,
            role: AssigneeRole::ChuTri,
            basis: Basis::Explicit,
            because: Because::StatedInClause,
            via: None,
        };
        (!bodies.is_empty() && does).then(|| (bodies.into_iter().map(made).collect(), end))
    }

    /// Whether "giữa" tells who works with whom: a meeting between two is none of their work.
    fn works_together(&self, at: usize, clause: &Clause) -> bool {
        (clause.from..at)
            .rev()
            .take(6)
            .any(|at| self.words.lower(at) == "phối" && self.words.lower(at + 1) == "hợp")
    }

    /// "A chỉ đạo B làm X": B, when the clause says what B does.
    fn set_to_work(&self, at: usize, clause: &Clause) -> Option<(Vec<Doer>, usize)> {
        let many = SETS_TO_WORK.len_at(self.words, at);
        let first = many > 0 && at + many < clause.to;
        if !first {
            return None;
        }
        // "chỉ đạo, đôn đốc, kiểm tra các chi bộ triển khai".
        let mut to = at + many;
        for _ in 0..3 {
            let next = VERBS.len_at(self.words, to);
            let chained = matches!(self.words.gap(to), Gap::Comma) && next > 0;
            if !chained {
                break;
            }
            to += next;
        }
        if self.words.gap(to) != Gap::Space {
            return None;
        }
        let (bodies, end) = self.bodies.list(to);
        let does = end < clause.to
            && matches!(self.words.gap(end), Gap::Space | Gap::Comma)
            && (VERBS.is_at(self.words, end) || ADVERBS.is_at(self.words, end) || self.phoi_hop(end));
        // A verb that only shares its letters with a noun is none: "hướng dẫn của Trung ương".
        if bodies.is_empty() || !does || self.is_person_of_no_body(&bodies) {
            return None;
        }
        let made = |mention| Doer {
            mention,
            role: AssigneeRole::PhoiHop,
            basis: Basis::Explicit,
            because: Because::SetToWork,
            via: Some((at, to)),
        };
        Some((bodies.into_iter().map(made).collect(), end))
    }
    fn phoi_hop(&self, at: usize) -> bool {
        self.words.lower(at) == "phối" && self.words.lower(at + 1) == "hợp"
    }
    /// Members and officials in general are a population.
    fn is_person_of_no_body(&self, bodies: &[Mention]) -> bool {
        bodies.iter().all(|body| {
            matches!(self.words.lower(body.from), "đảng" | "cán" | "công" | "hội" | "đoàn")
                && body.to - body.from <= 5
                && body.kind != crate::units::UnitKind::CongAn
                && body.kind != crate::units::UnitKind::ChiBo
                && body.kind != crate::units::UnitKind::DoanThe
        })
    }

    /// "Giao A giám sát, các Ban khảo sát …": another subject behind the first verb.
    fn second_subject(&self, at: usize, clause: &Clause) -> Option<(Vec<Doer>, usize)> {
        let begin = clause.doers.last()?.to;
        if self.words.gap(at) != Gap::Comma || at > begin + 3 {
            return None;
        }
        let (bodies, end) = self.bodies.list(at);
        let does = end < clause.to && (VERBS.is_at(self.words, end) || ADVERBS.is_at(self.words, end));
        let made = |mention| Doer {
            mention,
            role: AssigneeRole::ChuTri,
            basis: Basis::Explicit,
            because: Because::StatedInClause,
            via: None,
        };
        (!bodies.is_empty() && does).then(|| (bodies.into_iter().map(made).collect(), end))
    }

    /// Whether the whole duty is to follow and urge the carrying-out of this document by others.
    fn follows(&self, clause: &Clause) -> bool {
        let words = self.words;
        let begin = clause.doers.last().map_or(clause.from, |last| last.to);
        let lower = |at: usize| words.lower(at);
        if (begin..clause.to).any(|at| lower(at) == "chủ" && lower(at + 1) == "trì") {
            return false;
        }
        let mut at = begin;
        let mut urges = false;
        let mut steps = 0;
        while at < clause.to && steps < 12 {
            steps += 1;
            if let Some((_, end)) = self.partners(at, clause) {
                at = end;
                continue;
            }
            match (lower(at), lower(at + 1)) {
                ("theo", "dõi") | ("đôn", "đốc") | ("kiểm", "tra") | ("giám", "sát") | ("tổng", "hợp") =>
                {
                    urges = true;
                    at += 2;
                }
                ("chỉ", "đạo") | ("hướng", "dẫn") | ("phụ", "trách") => at += 2,
                ("được", "phân") => at += 3,
                _ => {
                    let skip = ADVERBS.len_at(words, at);
                    if skip == 0 {
                        break;
                    }
                    at += skip;
                }
            }
        }
        let carried = (at..clause.to.min(at + 14)).any(|n| {
            (lower(n) == "thực" && lower(n + 1) == "hiện" || lower(n) == "triển" && lower(n + 1) == "khai")
                && at > begin
        });
        urges && carried
    }

    /// Bodies a clause or heading is about: "nâng cao chất lượng hoạt động của X". They lead where nobody
    /// else can.
    pub(super) fn topics(&self, from: usize, to: usize) -> Vec<Doer> {
        let mut all = Vec::new();
        let mut at = from;
        while at < to {
            let quality = matches!(
                self.words.lower(at),
                "động"
                    | "lượng"
                    | "hiệu"
                    | "quả"
                    | "trò"
                    | "hành"
                    | "lực"
                    | "đạo"
                    | "nhiệm"
                    | "vận"
                    | "giám"
                    | "sát"
                    | "học"
            );
            let of = self.words.lower(at + 1) == "của";
            let direct = matches!(self.words.lower(at), "động" | "tại")
                && (self.words.lower(at) == "tại" || self.words.lower(at.saturating_sub(1)) == "hoạt");
            let begin = if quality && of {
                at + 2
            } else if direct {
                at + 1
            } else {
                at += 1;
                continue;
            };
            let (bodies, end) = self.bodies.list(begin);
            let supervises = (from.max(at.saturating_sub(20))..at).any(|n| {
                matches!(self.words.lower(n), "kiện" | "thành" | "sắp")
                    && matches!(self.words.lower(n + 1), "toàn" | "lập" | "xếp")
            });
            if !bodies.is_empty() && end <= to && !supervises {
                let made = |mention| Doer {
                    mention,
                    role: AssigneeRole::ChuTri,
                    basis: Basis::Topic,
                    because: Because::TopicOfClause,
                    via: None,
                };
                all.extend(bodies.into_iter().map(made));
            }
            at = end.max(at + 1);
        }
        all
    }
}
