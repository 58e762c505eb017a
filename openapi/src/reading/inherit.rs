//! What a clause has from above and before: the doers of its heading, of its item, of its sentence.
//! **Invariant: an explicit doer is never replaced; partners are not inherited.**

use super::{
    Commune,
    assignees::{Doer, Doers},
    bodies::{Bodies, Mention},
    clauses::{Clause, Clauses, Sentence},
    due::{Dues, Found},
    lexicon::ORDERS,
    outline::{Paragraph, Role},
    tables::{self, Column},
    topics::{self, Topic},
    words::{Gap, Words},
};
use crate::{
    imports::{Because, LeftOut, Section},
    tasks::{AssigneeRole, Basis},
    value::Date,
};

/// A stretch in bytes that gives nothing, and why.
pub(super) type Left = (usize, usize, LeftOut);

/// One obligation with everybody who is to do it.
#[derive(Debug, Clone)]
pub(super) struct Draft {
    pub clause: Clause,
    pub doers: Vec<Doer>,
    /// The paragraph it stands in.
    pub paragraph: usize,
    pub section: Section,
    /// When the column of a table says so.
    pub due: Option<Found>,
}

/// A whole text, cut and outlined.
pub(super) struct Whole<'a> {
    pub words: &'a Words<'a>,
    pub paragraphs: &'a [Paragraph<'a>],
    pub commune: &'a Commune,
    /// The day by which dates without a year are meant.
    pub near: Date,
}

/// Who did what came before in the same item.
#[derive(Default)]
struct Before {
    item: String,
    doers: Vec<Doer>,
    topic: Option<Topic>,
    paragraph: usize,
}

impl Whole<'_> {
    fn bodies(&self) -> Bodies<'_> {
        Bodies { words: self.words, commune: self.commune }
    }
    fn doers(&self) -> Doers<'_> {
        Doers { words: self.words, bodies: self.bodies() }
    }
    fn clauses(&self) -> Clauses<'_> {
        Clauses { words: self.words, bodies: self.bodies(), dues: self.dues() }
    }
    /// How due dates are read here.
    pub(super) fn dues(&self) -> Dues<'_> {
        Dues { words: self.words, commune: self.commune, near: self.near }
    }

    /// Every obligation, and every stretch that gives none.
    pub(super) fn drafts(&self) -> (Vec<Draft>, Vec<Left>) {
        let (mut drafts, mut left) = (Vec::new(), Vec::new());
        let mut before = Before::default();
        let mut columns: Option<Vec<Column>> = None;
        let mut headings: Vec<Option<Vec<Doer>>> = vec![None; self.paragraphs.len()];
        for (at, paragraph) in self.paragraphs.iter().enumerate() {
            if let Some(why) = why_left(paragraph) {
                left.push((paragraph.from, paragraph.to, why));
                columns = None;
                continue;
            }
            let line = self.words.text().get(paragraph.from..paragraph.to).unwrap_or_default();
            if let Some(heading) = tables::heading(line) {
                columns = Some(heading);
                left.push((paragraph.from, paragraph.to, LeftOut::Heading));
                continue;
            }
            if let Some(row) = columns.as_ref().and_then(|columns| self.row(at, line, columns)) {
                drafts.push(row);
                continue;
            }
            columns = None;
            let above = self.above(at, &mut headings);
            self.paragraph(at, &above, &mut before, &mut drafts, &mut left);
        }
        (drafts, left)
    }

    /// A row of a table.
    fn row(&self, at: usize, line: &str, columns: &[Column]) -> Option<Draft> {
        let paragraph = self.paragraphs.get(at)?;
        let cells = tables::cells(line);
        let cell = |wanted: Column| {
            let which = columns.iter().position(|column| *column == wanted)?;
            let (from, to) = cells.get(which).copied()?;
            Some(self.words.within(paragraph.from + from, paragraph.from + to))
        };
        let content = cell(Column::Content).filter(|range| !range.is_empty())?;
        let to = self.words.within(paragraph.from, paragraph.to).end;
        let clause = Clause {
            from: content.start,
            to,
            sentence: (content.start, to),
            doers: Vec::new(),
            conditional: false,
            via: None,
            because: Because::OrderVerb,
            boundary: Because::NewSentence,
            certainty: 90,
        };
        let mut doers = Vec::new();
        for (column, role) in [(Column::Lead, AssigneeRole::ChuTri), (Column::Partner, AssigneeRole::PhoiHop)]
        {
            let (bodies, _) = cell(column).map_or((Vec::new(), 0), |range| self.bodies().list(range.start));
            let because =
                if role == AssigneeRole::ChuTri { Because::StatedInClause } else { Because::PartnerNamed };
            doers.extend(bodies.into_iter().map(|mention| Doer {
                mention,
                role,
                basis: Basis::Explicit,
                because,
                via: None,
            }));
        }
        let due = cell(Column::Due).and_then(|range| self.dues().bare(range.start, range.end));
        Some(Draft { clause, doers, paragraph: at, section: Section::Tasks, due })
    }

    /// The doers of the nearest heading above that names any.
    fn above(&self, at: usize, known: &mut [Option<Vec<Doer>>]) -> Vec<Doer> {
        let mut next = self.paragraphs.get(at).and_then(|paragraph| paragraph.above);
        for _ in 0..20 {
            let Some(heading) = next else { break };
            let Some(slot) = known.get_mut(heading) else { break };
            let doers = slot.get_or_insert_with(|| self.of_heading(heading));
            if !doers.is_empty() {
                return doers.clone();
            }
            next = self
                .paragraphs
                .get(heading)
                .and_then(|paragraph| paragraph.above)
                .filter(|above| *above < heading);
        }
        Vec::new()
    }

    /// Whom a heading names: "4.1. Hội đồng nhân dân xã:", "… hoạt động của HĐND xã".
    fn of_heading(&self, at: usize) -> Vec<Doer> {
        let Some(heading) = self.paragraphs.get(at) else { return Vec::new() };
        let range = self.words.within(heading.words_from(), heading.to);
        let order = ORDERS.len_at(self.words, range.start);
        let (bodies, end) = self.bodies().list(range.start + order);
        let whole = end >= range.end;
        let ordered = order > 0 && end <= range.end;
        let named = bodies.into_iter().map(|mention| named(mention, Because::FromHeading));
        let doers: Vec<Doer> = if whole || ordered { named.collect() } else { Vec::new() };
        if !doers.is_empty() || heading.section == Section::Goals {
            return doers;
        }
        let topics = self.doers().topics(range.start, range.end);
        topics.into_iter().map(|doer| doer.inherited(Because::FromHeading)).collect()
    }

    /// One paragraph of text.
    fn paragraph(
        &self,
        at: usize,
        above: &[Doer],
        before: &mut Before,
        drafts: &mut Vec<Draft>,
        left: &mut Vec<Left>,
    ) {
        let Some(paragraph) = self.paragraphs.get(at) else { return };
        let item = paragraph.place.split('/').next().unwrap_or_default();
        if before.item != item {
            *before = Before { item: item.to_owned(), ..Before::default() };
        }
        let range = self.words.within(paragraph.words_from(), paragraph.to);
        let (from, run_in) = self.run_in(range.start, range.end);
        if from > range.start {
            left.push((paragraph.words_from(), self.words.from(from), LeftOut::Heading));
        }
        let above: &[Doer] = if run_in.is_empty() { above } else { &run_in };
        let clauses = self.clauses();
        for (from, to) in clauses.sentences(from, range.end) {
            match clauses.read(from, to, paragraph.section) {
                Sentence::LeftOut(why) => left.push((self.words.from(from), self.words.to(to), why)),
                Sentence::Gives(all) => {
                    let mut in_sentence: Vec<Doer> = Vec::new();
                    for clause in all {
                        let doers =
                            self.everybody(&clause, at, above, before, &in_sentence, paragraph.section);
                        let leads = leads(&doers);
                        if !leads.is_empty() && leads.iter().any(|doer| doer.basis != Basis::Inherited) {
                            before.topic = topics::of(self.words, clause.from, clause.to);
                            before.doers.clone_from(&leads);
                            before.paragraph = at;
                        }
                        if !leads.is_empty() {
                            in_sentence = leads;
                        }
                        drafts.push(Draft {
                            clause,
                            doers,
                            paragraph: at,
                            section: paragraph.section,
                            due: None,
                        });
                    }
                }
            }
        }
    }

    /// A heading that runs into the text: where the text begins, and whom it names.
    fn run_in(&self, from: usize, to: usize) -> (usize, Vec<Doer>) {
        let colon = (from + 1..to.min(from + 24))
            .find(|at| matches!(self.words.gap(*at), Gap::Colon | Gap::Stop | Gap::Semicolon));
        let Some(colon) = colon.filter(|at| self.words.gap(*at) == Gap::Colon) else {
            return (from, Vec::new());
        };
        let (bodies, end) = self.bodies().list(from);
        if !bodies.is_empty() && end == colon {
            return (colon, bodies.into_iter().map(|body| named(body, Because::FromClauseHead)).collect());
        }
        let about = matches!(self.words.lower(from), "về" | "đối" | "công" | "lĩnh" | "nội" | "riêng");
        let short = colon - from <= 16 && !ORDERS.is_at(self.words, from);
        if about && short { (colon, Vec::new()) } else { (from, Vec::new()) }
    }

    /// Everybody who is to do what a clause says.
    fn everybody(
        &self,
        clause: &Clause,
        at: usize,
        above: &[Doer],
        before: &Before,
        in_sentence: &[Doer],
        section: Section,
    ) -> Vec<Doer> {
        let mut doers = self.doers().explicit(clause);
        if doers.iter().any(|doer| doer.role != AssigneeRole::PhoiHop) || section == Section::Goals {
            return doers;
        }
        let topic = topics::of(self.words, clause.from, clause.to);
        let of_item =
            self.paragraphs.get(at).and_then(|p| p.above).and_then(|above| self.paragraphs.get(above));
        let item = of_item.map(|heading| self.words.within(heading.words_from(), heading.to));
        let item = item.and_then(|range| topics::of(self.words, range.start, range.end));
        // A whole item in one line of work stays with who was named in it.
        let same_line = topic.is_none() || topic == before.topic || item.is_some() && item == before.topic;
        let named = before.doers.iter().all(|doer| doer.basis == Basis::Explicit);
        let in_line = before.paragraph == at || named && same_line;
        let (from, because) = if !in_sentence.is_empty() {
            (in_sentence, Because::FromClauseHead)
        } else if !above.is_empty() {
            (above, Because::FromHeading)
        } else if in_line {
            (before.doers.as_slice(), Because::FromClauseHead)
        } else {
            (&[][..], Because::FromClauseHead)
        };
        let inherited: Vec<Doer> = from.iter().map(|doer| doer.clone().inherited(because)).collect();
        let known = |doer: &Doer| {
            let name = self.name(&doer.mention);
            inherited.iter().any(|other| self.name(&other.mention) == name)
        };
        let mut topics = self.doers().topics(clause.from, clause.to);
        topics.retain(|topic| !known(topic) && !doers.iter().any(|doer| doer.mention == topic.mention));
        for topic in &mut topics {
            topic.role = if inherited.is_empty() { AssigneeRole::ChuTri } else { AssigneeRole::PhoiHop };
        }
        let lead =
            inherited.into_iter().filter(|lead| !doers.iter().any(|doer| doer.mention == lead.mention));
        let mut all: Vec<Doer> = lead.collect();
        all.append(&mut doers);
        all.append(&mut topics);
        all
    }

    /// A name as printed.
    pub(super) fn name(&self, mention: &Mention) -> &str {
        self.words.text().get(self.words.from(mention.from)..self.words.to(mention.to)).unwrap_or_default()
    }

    /// One stretch of bytes as one obligation.
    pub(super) fn again(&self, from: usize, to: usize) -> Option<Draft> {
        let range = self.words.within(from, to);
        if range.is_empty() {
            return None;
        }
        let paragraph = self.paragraphs.iter().position(|p| p.from <= from && from <= p.to)?;
        let section = self.paragraphs.get(paragraph)?.section;
        let (drafts, _) = self.drafts();
        let inside = |draft: &&Draft| draft.clause.from < range.end && range.start < draft.clause.to;
        let was = drafts.iter().find(inside);
        let clause = self.clauses().whole(range.start, range.end, section);
        let mut doers = self.doers().explicit(&clause);
        if !doers.iter().any(|doer| doer.role != AssigneeRole::PhoiHop) {
            let earlier =
                || drafts.iter().rev().find(|d| d.clause.to <= range.start && d.paragraph == paragraph);
            let from = was.or_else(earlier).map(|draft| leads(&draft.doers)).unwrap_or_default();
            let elsewhere =
                from.into_iter().filter(|lead| !doers.iter().any(|doer| doer.mention == lead.mention));
            let mut inherited: Vec<Doer> =
                elsewhere.map(|lead| lead.inherited(Because::FromClauseHead)).collect();
            inherited.append(&mut doers);
            doers = inherited;
        }
        let due = was.and_then(|draft| draft.due.clone());
        Some(Draft { clause, doers, paragraph, section, due })
    }
}

fn named(mention: Mention, because: Because) -> Doer {
    Doer { mention, role: AssigneeRole::ChuTri, basis: Basis::Inherited, because, via: None }
}
fn leads(doers: &[Doer]) -> Vec<Doer> {
    doers.iter().filter(|doer| doer.role != AssigneeRole::PhoiHop).cloned().collect()
}

/// Why a whole paragraph gives nothing.
fn why_left(paragraph: &Paragraph<'_>) -> Option<LeftOut> {
    Some(match paragraph.role {
        Role::Letterhead => LeftOut::Letterhead,
        Role::Title => LeftOut::Title,
        Role::Preamble => LeftOut::Preamble,
        Role::Heading => LeftOut::Heading,
        Role::Footnote => LeftOut::Footnote,
        Role::Recipients => LeftOut::Recipients,
        Role::Signature => LeftOut::Signature,
        Role::Body => match paragraph.section {
            Section::Results => LeftOut::Results,
            Section::Shortcomings => LeftOut::Shortcomings,
            Section::Situation => LeftOut::Situation,
            Section::Viewpoint => LeftOut::Viewpoint,
            Section::GeneralGoal => LeftOut::GeneralGoal,
            Section::Tasks | Section::Goals | Section::Carrying | Section::Plain | Section::Unknown => {
                return None;
            }
        },
    })
}
