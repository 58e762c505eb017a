//! Writing an obligation down as a proposal. **Invariant: every value is within the bounds of the task
//! it may become; every finding has its words.**

use std::{cell::RefCell, collections::BTreeMap};

use super::{
    assignees::Doer,
    cites, cut,
    inherit::{Draft, Whole},
    lexicon::{PRODUCTS, VERBS, Verb},
    measures::{self, Measured},
    outline::Role,
    percent,
    text::Clean,
    words::Gap,
};
use crate::{
    endpoint::Dto,
    imports::{
        Because, Finding, Found, OutlineItem, Proposal, ProposedAssignee, ProposedStage, Section, UnitMatch,
    },
    tasks::{Assignee, Basis, Due, DueSource, Nature, Priority, Recurrence, Target, TaskKind},
    units::UnitKind,
    value::{Name, Note, Phrase, Position, Title},
};

/// Writes proposals.
pub(super) struct Writer<'a> {
    pub clean: &'a Clean,
    pub whole: &'a Whole<'a>,
    /// What was found near to a name: names come again and again.
    pub near: RefCell<BTreeMap<(String, UnitKind), Vec<UnitMatch>>>,
}

impl Writer<'_> {
    /// Where a draft stands, in bytes: with the quotation marks and parentheses that close on it.
    pub(super) fn bytes(&self, draft: &Draft) -> (usize, usize) {
        let words = self.whole.words;
        let (from, to) = (words.from(draft.clause.from), words.to(draft.clause.to));
        let after = self.clean.text().get(to..).unwrap_or_default();
        let closing = after.chars().take(3).take_while(|c| matches!(c, '”' | '"' | '»' | ')' | '%' | ']'));
        let to = to + closing.map(char::len_utf8).sum::<usize>();
        let before = self.clean.text().get(..from).unwrap_or_default();
        let opening = before.chars().next_back().filter(|c| matches!(c, '“' | '«'));
        (from - opening.map_or(0, char::len_utf8), to)
    }
    fn text(&self, from: usize, to: usize) -> &str {
        let words = self.whole.words;
        self.clean.text().get(words.from(from)..words.to(to)).unwrap_or_default()
    }
    fn finding(&self, what: Found, because: Because, from: usize, to: usize, certainty: i64) -> Finding {
        let words = self.whole.words;
        Finding {
            what,
            because,
            words: Title::try_from(cut(self.text(from, to), 120)).ok(),
            span: Some(self.clean.span(words.from(from), words.to(to))),
            certainty: percent(certainty),
        }
    }

    /// The headings.
    pub(super) fn outline(&self) -> Vec<OutlineItem> {
        let headings = self.whole.paragraphs.iter().filter(|paragraph| paragraph.role == Role::Heading);
        let shown = headings.map(|heading| {
            let words = self.clean.text().get(heading.words_from()..heading.to).unwrap_or_default();
            OutlineItem {
                span: self.clean.span(heading.from, heading.to),
                label: heading.label.and_then(|label| Phrase::try_from(cut(label.text, 50)).ok()),
                heading: title_of(words),
                depth: heading.depth,
                section: heading.section,
                context: heading.section.is_context(),
            }
        });
        shown.collect()
    }

    /// One proposal.
    pub(super) fn proposal(&self, draft: &Draft, at: i64) -> Proposal {
        let clause = &draft.clause;
        let (begin, end) = self.bytes(draft);
        let content = self.clean.text().get(begin..end).unwrap_or_default();
        let paragraph = self.whole.paragraphs.get(draft.paragraph);
        let mut findings = vec![
            self.finding(
                Found::Directive,
                clause.because,
                clause.from,
                (clause.from + 8).min(clause.to),
                clause.certainty,
            ),
            self.finding(
                Found::Boundary,
                clause.boundary,
                clause.from,
                (clause.from + 3).min(clause.to),
                clause.certainty,
            ),
        ];
        let targets = self.targets(draft, &mut findings);
        let due = self.due(draft, &mut findings);
        let recurrence = self.recurrence(draft, due.source == DueSource::None, &mut findings);
        let stages = self.stages(draft, &mut findings);
        let due = stages.last().map_or(due, |last| last.due.clone());
        let product = self.product(draft, &mut findings);
        let goal = draft.section == Section::Goals && !targets.is_empty();
        let kind = if goal { TaskKind::ChiTieu } else { TaskKind::NhiemVu };
        let priority = self.priority(draft, &mut findings);
        let words = self.whole.words;
        Proposal {
            span: self.clean.span(begin, end),
            position: Position::try_from(at).unwrap_or_else(|_| Position::example()),
            place: paragraph.and_then(|p| Phrase::try_from(cut(&p.place, Phrase::MAX)).ok()),
            heading: self.heading(draft),
            content: note(content),
            quote: Some(note(self.text(clause.sentence.0, clause.sentence.1))),
            kind,
            nature: nature(draft, goal, recurrence.is_some(), due.on.is_some() || product.is_some()),
            priority,
            due,
            due_shared_with: None,
            product,
            targets,
            recurrence,
            assignees: draft.doers.iter().take(50).map(|doer| self.assignee(doer)).collect(),
            stages,
            cites: cites::of(self.clean, words, clause.from, clause.to, self.whole.near),
            findings,
            certainty: percent(clause.certainty),
        }
    }

    fn heading(&self, draft: &Draft) -> Option<Title> {
        let above = self.whole.paragraphs.get(draft.paragraph)?.above?;
        let heading = self.whole.paragraphs.get(above)?;
        title_of(self.clean.text().get(heading.words_from()..heading.to)?)
    }

    fn targets(&self, draft: &Draft, findings: &mut Vec<Finding>) -> Vec<Target> {
        let found = measures::targets(
            self.whole.words,
            draft.clause.from,
            draft.clause.to,
            draft.section == Section::Goals,
        );
        let times = measures::recurrence(self.whole.words, draft.clause.from, draft.clause.to);
        let counts_times = |target: &Measured<Target>| {
            times.as_ref().is_some_and(|times| times.from <= target.from && target.to <= times.to)
        };
        let found = found.into_iter().filter(|target| !counts_times(target)).take(20);
        let told = found.map(|target| {
            let grade = target.says.value.is_none();
            let because = if grade { Because::GradeWords } else { Because::FigureWords };
            findings.push(self.finding(Found::Target, because, target.from, target.to, 90));
            target.says
        });
        told.collect()
    }

    fn due(&self, draft: &Draft, findings: &mut Vec<Finding>) -> Due {
        let found = draft.due.clone().or_else(|| self.whole.dues().find(draft.clause.from, draft.clause.to));
        let Some(found) = found else { return Due::none() };
        let (because, certainty) = match found.due.source {
            DueSource::Event => (Because::NamedEvent, if found.due.event.is_some() { 85 } else { 60 }),
            DueSource::Term => (Because::TermOfOffice, 75),
            DueSource::Elsewhere => (Because::SetElsewhere, 85),
            _ => (Because::DateWords, 95),
        };
        findings.push(self.finding(Found::Due, because, found.from, found.to, certainty));
        found.due
    }

    fn recurrence(&self, draft: &Draft, undated: bool, findings: &mut Vec<Finding>) -> Option<Recurrence> {
        let words = self.whole.words;
        if let Some(found) = measures::recurrence(words, draft.clause.from, draft.clause.to) {
            findings.push(self.finding(Found::Recurrence, Because::CycleWords, found.from, found.to, 90));
            return Some(found.says);
        }
        if draft.section != Section::Goals || !undated {
            return None;
        }
        // "Mục tiêu cụ thể hằng năm": what is measured below comes each year.
        let mut above = self.whole.paragraphs.get(draft.paragraph)?.above;
        for _ in 0..6 {
            let heading = self.whole.paragraphs.get(above?)?;
            let range = words.within(heading.from, heading.to);
            let end = range.end.min(range.start + 60);
            if let Some(found) = measures::recurrence(words, range.start, end) {
                findings.push(self.finding(
                    Found::Recurrence,
                    Because::FromHeading,
                    found.from,
                    found.to,
                    75,
                ));
                return Some(Recurrence { basis: Basis::Inherited, ..found.says });
            }
            above = heading.above.filter(|next| Some(*next) < above);
        }
        None
    }

    fn stages(&self, draft: &Draft, findings: &mut Vec<Finding>) -> Vec<ProposedStage> {
        let words = self.whole.words;
        let found = self.whole.dues().stages(draft.clause.from, draft.clause.to);
        let mut all = Vec::new();
        for (at, stage) in found.iter().take(20).enumerate() {
            let to = found.get(at + 1).map_or(draft.clause.to, |next| next.from);
            findings.push(self.finding(Found::Stage, Because::DatedStages, stage.from, to, 85));
            all.push(ProposedStage {
                span: self.clean.span(words.from(stage.from), words.to(to)),
                content: note(self.text(stage.to, to)),
                due: stage.due.clone(),
            });
        }
        all
    }

    /// What is made: the noun behind a verb that makes things.
    fn product(&self, draft: &Draft, findings: &mut Vec<Finding>) -> Option<Title> {
        let words = self.whole.words;
        let (from, to) = (draft.clause.from, draft.clause.to);
        let made = (from..to.min(from + 30)).find_map(|at| {
            let (many, verb) = VERBS.at(words, at)?;
            let noun = at + many;
            let makes = verb == Verb::Product && noun < to && words.gap(noun) == Gap::Space;
            (makes && PRODUCTS.is_at(words, noun)).then_some(noun)
        })?;
        let ends =
            (made + 1..to.min(made + 16)).find(|at| words.gap(*at) > Gap::Quote).unwrap_or(to.min(made + 16));
        findings.push(self.finding(Found::Product, Because::OwnProduct, made, ends, 70));
        title_of(self.text(made, ends))
    }

    fn priority(&self, draft: &Draft, findings: &mut Vec<Finding>) -> Priority {
        let words = self.whole.words;
        let urgent = (draft.clause.from..draft.clause.to).find(|at| {
            matches!(
                (words.lower(*at), words.lower(at + 1)),
                ("khẩn", "trương" | "cấp") | ("cấp", "bách") | ("hỏa", "tốc") | ("ngay", "lập")
            )
        });
        let Some(at) = urgent.filter(|at| at + 2 <= draft.clause.to) else { return Priority::Thuong };
        findings.push(self.finding(Found::Priority, Because::WordsOfAttention, at, at + 2, 70));
        Priority::Khan
    }

    fn near(&self, name: &str, kind: UnitKind) -> Vec<UnitMatch> {
        let key = (name.to_owned(), kind);
        let mut known = self.near.borrow_mut();
        known.entry(key).or_insert_with(|| self.whole.commune.units.near(name, Some(kind))).clone()
    }

    fn assignee(&self, doer: &Doer) -> ProposedAssignee {
        let words = self.whole.words;
        let mention = &doer.mention;
        let printed = self.whole.name(mention);
        let full = mention.canonical.as_deref().unwrap_or(printed);
        let units = &self.whole.commune.units;
        let class = class_of(printed, mention.several, mention.kind);
        let bound = if class.is_some() || mention.several {
            None
        } else {
            units.certain(full, compatible(mention.kind))
        };
        let certainty = match (doer.basis, bound.is_some() || class.is_some()) {
            (Basis::Explicit, true) => 95,
            (Basis::Explicit, false) => 85,
            (Basis::Inherited, true) => 75,
            (Basis::Inherited, false) => 70,
            _ => 50,
        };
        let candidates =
            if bound.is_some() || class.is_some() { Vec::new() } else { self.near(full, mention.kind) };
        let via =
            doer.via.and_then(|(from, to)| Phrase::try_from(cut(self.text(from, to), Phrase::MAX)).ok());
        ProposedAssignee {
            assignee: Assignee {
                name: Name::try_from(cut(printed, Name::MAX)).unwrap_or_else(|_| Name::example()),
                canonical: mention
                    .canonical
                    .as_ref()
                    .and_then(|name| Name::try_from(cut(name, Name::MAX)).ok()),
                kind: Some(mention.kind),
                role: doer.role,
                basis: doer.basis,
                via,
                units: bound.into_iter().collect(),
                class,
            },
            candidates,
            because: doer.because,
            span: Some(self.clean.span(words.from(mention.from), words.to(mention.to))),
            certainty: percent(certainty),
        }
    }
}

/// The class a name means: "các thôn", "các chi bộ trực thuộc". A part of one is no class.
fn class_of(name: &str, several: bool, kind: UnitKind) -> Option<UnitKind> {
    let class = matches!(
        kind,
        UnitKind::Thon | UnitKind::ChiBo | UnitKind::TruongHoc | UnitKind::DoanThe | UnitKind::PhongBan
    );
    let folded = crate::text::fold(name);
    let plain = folded.split(' ').all(|word| {
        matches!(
            word,
            "cac"
                | "tat"
                | "ca"
                | "toan"
                | "the"
                | "moi"
                | "thon"
                | "xom"
                | "ban"
                | "ap"
                | "buon"
                | "lang"
                | "khom"
                | "khu"
                | "pho"
                | "to"
                | "dan"
                | "tdp"
                | "chi"
                | "bo"
                | "truc"
                | "thuoc"
                | "dang"
                | "uy"
                | "xa"
                | "phuong"
                | "thi"
                | "tran"
                | "truong"
                | "hoc"
                | "doan"
                | "chinh"
                | "tri"
                | "hoi"
                | "-"
                | "tren"
                | "dia"
                | "chuc"
        )
    });
    // "Các chi bộ tổ dân phố" are some of the cells.
    let some_of = kind == UnitKind::ChiBo
        && ["thon", "xom", "tdp", "to dan pho", "khu pho"].iter().any(|of| folded.contains(of));
    (several && class && plain && !some_of).then_some(kind)
}

/// The kind a unit must be of; agencies are of several kinds.
const fn compatible(kind: UnitKind) -> Option<UnitKind> {
    match kind {
        UnitKind::DonViSuNghiep | UnitKind::Khac | UnitKind::CaNhan | UnitKind::DangUy => None,
        kind => Some(kind),
    }
}

fn nature(draft: &Draft, goal: bool, recurs: bool, ends: bool) -> Nature {
    if draft.clause.conditional {
        Nature::Conditional
    } else if recurs {
        Nature::Recurring
    } else if goal || ends {
        Nature::OneOff
    } else {
        Nature::Standing
    }
}

fn note(text: &str) -> Note {
    Note::try_from(cut(text, Note::MAX)).unwrap_or_else(|_| Note::example())
}
fn title_of(words: &str) -> Option<Title> {
    Title::try_from(cut(words.trim_end_matches([':', '.', ';', ',', ' ']), Title::MAX)).ok()
}
