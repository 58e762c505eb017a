//! Where obligations begin and end. **Invariant: a sentence is never joined to another; another doer,
//! time or measure always begins a new obligation.**

use super::{
    bodies::{Bodies, Mention},
    due::Dues,
    heads::Head,
    lexicon::{ADVERBS, ASSENT, MANNERS, ORDERS, SETS_TO_WORK, Verb},
    measures, sections, topics,
    words::{Gap, Words},
};
use crate::imports::{Because, LeftOut, Section};

/// So many words are looked at on either side of a joint.
const LOOKED_AT: usize = 120;

/// One obligation.
#[derive(Debug, Clone)]
pub(super) struct Clause {
    /// Its first word.
    pub from: usize,
    /// The word after its last.
    pub to: usize,
    /// The sentence it stands in.
    pub sentence: (usize, usize),
    /// Who is named at its head as doing it.
    pub doers: Vec<Mention>,
    /// Whether it stands under a condition.
    pub conditional: bool,
    /// The words by which its doers are set to work by another who leads.
    pub via: Option<(usize, usize)>,
    /// What makes it an obligation.
    pub because: Because,
    /// What parts it from the one before.
    pub boundary: Because,
    /// How sure it is.
    pub certainty: i64,
}

/// What a sentence came to.
#[derive(Debug)]
pub(super) enum Sentence {
    /// Obligations.
    Gives(Vec<Clause>),
    /// None, and why.
    LeftOut(LeftOut),
}

/// Finds obligations in one text.
pub(super) struct Clauses<'a> {
    pub words: &'a Words<'a>,
    pub bodies: Bodies<'a>,
    pub dues: Dues<'a>,
}

impl Clauses<'_> {
    /// The sentences of a stretch of words.
    pub(super) fn sentences(&self, from: usize, to: usize) -> Vec<(usize, usize)> {
        let mut all = Vec::new();
        let mut begin = from;
        for at in from + 1..to {
            if self.words.gap(at) == Gap::Stop && self.begins_sentence(at) && !self.is_abbreviation(at - 1) {
                all.push((begin, at));
                begin = at;
            }
        }
        if begin < to {
            all.push((begin, to));
        }
        all
    }
    fn begins_sentence(&self, at: usize) -> bool {
        self.words.is_capital(at) || self.words.is_number(at)
    }
    fn is_abbreviation(&self, at: usize) -> bool {
        matches!(
            self.words.printed(at),
            "TP" | "Tp" | "ThS" | "TS" | "Ths" | "GS" | "BS" | "Q" | "P" | "TX" | "Đ" | "T" | "TT"
        )
    }

    /// What a sentence gives in a section.
    pub(super) fn read(&self, from: usize, to: usize, section: Section) -> Sentence {
        let printed = self.words.text().get(self.words.from(from)..self.words.to(to)).unwrap_or_default();
        if sections::is_formality(printed) {
            return Sentence::LeftOut(LeftOut::Formality);
        }
        if self.assents(from, to) {
            return Sentence::LeftOut(LeftOut::Assent);
        }
        let Some(head) = self.start(from, to, section) else {
            return Sentence::LeftOut(self.why_not(from, to));
        };
        if section == Section::Goals && !self.is_goal(from, to) && !head.gives() {
            return Sentence::LeftOut(LeftOut::Unclear);
        }
        Sentence::Gives(self.split(head, (from, to), section))
    }

    /// A stretch as one obligation, whatever it says.
    pub(super) fn whole(&self, from: usize, to: usize, section: Section) -> Clause {
        let head = self.head(from, to, section);
        Clause {
            from,
            to,
            sentence: (from, to),
            because: self.reason(&head, section),
            boundary: Because::NewSentence,
            certainty: certainty(&head, Because::NewSentence),
            via: None,
            conditional: head.conditional,
            doers: head.doers,
        }
    }

    /// "Cơ bản nhất trí với …", also after who does so.
    fn assents(&self, from: usize, to: usize) -> bool {
        let (bodies, after) = self.bodies.list(from);
        let at = if bodies.is_empty() { from } else { after };
        at < to && ASSENT.is_at(self.words, at)
    }
    fn why_not(&self, from: usize, to: usize) -> LeftOut {
        let past = (from..to.min(from + 25)).any(|at| self.words.lower(at) == "đã");
        if past { LeftOut::Recital } else { LeftOut::Unclear }
    }
    fn is_goal(&self, from: usize, to: usize) -> bool {
        !measures::targets(self.words, from, to, true).is_empty()
    }

    /// Where the first obligation of a sentence begins: at its head, or behind an introduction.
    fn start(&self, from: usize, to: usize, section: Section) -> Option<Head> {
        let mut first = self.head(from, to, section);
        if first.conditional {
            // Who is to do it stands behind the condition.
            let behind = (from + 1..to.min(from + 60)).filter(|at| self.words.gap(*at) == Gap::Comma);
            let subject = behind.map(|at| self.head(at, to, section)).find(|head| !head.doers.is_empty());
            first.doers = subject.map(|head| head.doers).unwrap_or_default();
            return Some(first);
        }
        let tasks = matches!(section, Section::Tasks | Section::Carrying | Section::Goals);
        let goal = section == Section::Goals && self.is_goal(from, to);
        if first.ordered || !first.doers.is_empty() || goal {
            return Some(first);
        }
        // An order further on, behind "Trên đây là …,": it is what the sentence is for.
        let behind = (from + 1..to.min(from + 60)).find_map(|at| {
            let opens = matches!(self.words.gap(at), Gap::Comma | Gap::Semicolon | Gap::Colon)
                || ORDERS.is_at(self.words, at);
            let head = opens.then(|| self.head(at, to, section))?;
            let order = head.ordered && !head.doers.is_empty() && head.from == at;
            let duty = !head.doers.is_empty()
                && matches!(self.words.gap(at), Gap::Comma | Gap::Colon)
                && self.introduces(from);
            (order && first.verb.is_none() || duty).then_some(head)
        });
        if let Some(head) = behind {
            return Some(head);
        }
        if first.verb.is_some() && !self.is_past(&first, to) {
            return Some(first);
        }
        if tasks && self.introduces(from) {
            let after = (from + 1..to.min(from + 40)).find_map(|at| {
                let head = (self.words.gap(at) == Gap::Comma).then(|| self.head(at, to, section))?;
                head.verb.is_some().then_some(head)
            });
            if after.is_some() {
                return after;
            }
        }
        // "Việc … phải …": a duty with a thing as its subject.
        let duty = (from..to).any(|at| matches!(self.words.lower(at), "phải" | "cần"));
        (tasks && duty).then_some(first)
    }

    /// Whether a sentence begins with what only leads up to the obligation.
    fn introduces(&self, from: usize) -> bool {
        matches!(
            self.words.lower(from),
            "để" | "nhằm"
                | "về"
                | "trong"
                | "trên"
                | "căn"
                | "với"
                | "từ"
                | "tại"
                | "đối"
                | "trước"
                | "sau"
                | "theo"
                | "qua"
                | "thời"
                | "riêng"
        )
    }
    fn is_past(&self, head: &Head, to: usize) -> bool {
        (head.from..to.min(head.from + 6)).any(|at| self.words.lower(at) == "đã")
    }

    /// Cuts a sentence into obligations.
    fn split(&self, head: Head, sentence: (usize, usize), section: Section) -> Vec<Clause> {
        let (_, to) = sentence;
        let because = self.reason(&head, section);
        let ordered = head.ordered;
        let clause = |head: &Head, to, boundary, because, via| Clause {
            from: head.from,
            to,
            sentence,
            doers: head.doers.clone(),
            conditional: head.conditional,
            via,
            because,
            boundary,
            certainty: certainty(head, boundary),
        };
        if head.conditional {
            return vec![clause(&head, to, Because::NewSentence, because, None)];
        }
        let run_on = self.is_run_on(head.duty, to, section);
        let mut all = Vec::new();
        let mut group = head;
        let mut boundary = Because::NewSentence;
        let mut because = because;
        let (mut setting, mut via) = (None, None);
        for at in self.joints(group.duty + 1, to) {
            let next = self.head(at, to, section);
            if next.from >= to || at <= group.duty {
                continue;
            }
            if let Some(why) = self.parts(&group, at, &next, run_on, section) {
                setting = self.setting(group.duty, at).or(setting);
                all.push(clause(&group, at, boundary, because, via));
                because = self.reason(&next, section);
                // A body behind a comma, where the one who was ordered has set others to work before.
                let set =
                    ordered && !next.ordered && !next.doers.is_empty() && self.words.gap(at) == Gap::Comma;
                via = setting.filter(|_| set);
                boundary = why;
                group = next;
            }
        }
        all.push(clause(&group, to, boundary, because, via));
        all
    }

    /// The words by which a clause sets a body to work.
    fn setting(&self, from: usize, to: usize) -> Option<(usize, usize)> {
        (from..to.min(from + 8)).find_map(|at| {
            let many = SETS_TO_WORK.len_at(self.words, at);
            (many > 0 && self.bodies.at(at + many).is_some()).then_some((at, at + many))
        })
    }

    fn reason(&self, head: &Head, section: Section) -> Because {
        if head.ordered {
            Because::OrderVerb
        } else if !head.doers.is_empty() {
            Because::DutyOfSubject
        } else if section == Section::Goals {
            Because::GoalInGoals
        } else {
            Because::VerbInTasks
        }
    }

    /// The words at which a sentence might be cut: behind commas and semicolons that stand in no
    /// parenthesis and no quotation, and at "đồng thời".
    fn joints(&self, from: usize, to: usize) -> Vec<usize> {
        let mut all = Vec::new();
        let (mut depth, mut quoted) = (0_i32, false);
        // A list of bodies is one thing: "của HĐND, UBND và các đoàn thể".
        let mut listed = from;
        for at in from..to {
            let inside = at < listed;
            if !inside {
                let (bodies, end) = self.bodies.list(at);
                listed = if bodies.is_empty() { at } else { end };
            }
            let between = self.words.between(at);
            for c in between.chars() {
                match c {
                    '(' => depth += 1,
                    ')' => depth = (depth - 1).max(0),
                    '“' | '«' => quoted = true,
                    '”' | '»' => quoted = false,
                    '"' => quoted = !quoted,
                    _ => {}
                }
            }
            let cut = between.contains([',', ';'])
                || self.words.lower(at) == "đồng" && self.words.lower(at + 1) == "thời";
            // A parenthesis or quotation that is never closed must not swallow the rest.
            let open = (depth > 0 || quoted) && !between.contains(';');
            let closed = self.words.gap(listed) == Gap::Comma || !between.contains(';');
            if cut && !open && !(inside && closed) {
                all.push(at);
            }
        }
        all
    }

    /// Whether each comma of a sentence opens another verb phrase, so that commas count as semicolons.
    fn is_run_on(&self, from: usize, to: usize, section: Section) -> bool {
        let joints = self.joints(from + 1, to);
        let (semicolons, commas): (Vec<usize>, Vec<usize>) =
            joints.into_iter().partition(|at| self.words.between(*at).contains(';'));
        let verbs = commas.into_iter().filter(|at| {
            let head = self.head(*at, to, section);
            head.verb.is_some()
                && self.piece(*at, to) >= 3
                && !MANNERS.is_at(self.words, head.duty)
                && !self.is_spoken_of(*at)
        });
        let verbs = verbs.count();
        verbs >= 4 && verbs > semicolons.len() && to - from >= 60
    }
    /// How many words stand up to the next joint.
    fn piece(&self, at: usize, to: usize) -> usize {
        let to = to.min(at + LOOKED_AT);
        let next = (at + 1..to).find(|at| self.words.between(*at).contains([',', ';', '.']));
        next.unwrap_or(to).saturating_sub(at)
    }

    /// Whether a sentence is cut at a joint, and why.
    fn parts(&self, group: &Head, at: usize, next: &Head, run_on: bool, section: Section) -> Option<Because> {
        let words = self.words;
        let semicolon = words.between(at).contains(';');
        // A group may be as long as the text; what parts it stands near.
        let recent = group.from.max(at.saturating_sub(LOOKED_AT));
        let piece = self.piece(at, words.len());
        let sets = SETS_TO_WORK.len_at(words, next.duty);
        let sets_a_body = sets > 0 && self.bodies.at(next.duty + sets).is_some();
        let opens_duty = next.verb.is_some();
        let person = next
            .doers
            .first()
            .is_some_and(|doer| doer.kind == crate::units::UnitKind::CaNhan && doer.to - doer.from <= 2);
        let said = group.verb.is_some() || !group.doers.is_empty();
        let subject = semicolon || next.ordered || opens_duty && said && !person;
        if !next.doers.is_empty() && subject && !self.is_joined_subject(group, at) {
            return Some(Because::NewDoer);
        }
        if section == Section::Goals
            && (semicolon || next.connected)
            && self.has_figure(next.from, next.from + piece)
        {
            return self.has_figure(recent, at).then_some(Because::NewMeasure);
        }
        if !semicolon
            && next.doers.is_empty()
            && !sets_a_body
            && (self.is_spoken_of(at) || MANNERS.is_at(words, next.duty))
        {
            return None;
        }
        if words.lower(at) == "đồng" && words.lower(at + 1) == "thời" && opens_duty {
            return Some(Because::OtherLineOfWork);
        }
        // A stage of the same product begins with its time.
        if next.timed && !semicolon {
            let comes_again =
                measures::recurrence(words, next.from, (next.from + 6).min(words.len())).is_some();
            return (comes_again && opens_duty).then_some(Because::NewTime);
        }
        let own_product = next.verb == Some(Verb::Product) || next.product && words.is_capital(next.duty);
        let (this, other) = (self.verb_at(group), self.verb_at(next));
        let parallel = opens_duty
            && words.lower(this) == words.lower(other)
            && words.lower(this + 1) == words.lower(other + 1);
        if semicolon {
            if !opens_duty && !next.product {
                return None;
            }
            if !self.dues.stages(next.from, self.stretch(at)).is_empty()
                && self.dues.find(recent, at).is_none()
            {
                return None;
            }
            if sets_a_body {
                return Some(Because::NewDoer);
            }
            if next.product && next.verb.is_none() {
                return Some(Because::OwnProduct);
            }
            if own_product {
                return Some(Because::OwnProduct);
            }
            if next.timed || self.has_time(next.from, self.stretch(at)) {
                return Some(Because::NewTime);
            }
            if self.has_figure(next.from, self.stretch(at)) {
                return Some(Because::NewMeasure);
            }
            if self.dues.find(recent, at).is_some() {
                return Some(Because::NewTime);
            }
            return self.other_line(group, at, next).then_some(Because::OtherLineOfWork);
        }
        if run_on {
            let short = at - group.duty <= 3 || piece < 3;
            let begins = opens_duty || next.product && words.is_capital(next.duty);
            if short || !begins {
                return None;
            }
            if sets_a_body {
                return Some(Because::NewDoer);
            }
            if own_product {
                return Some(Because::OwnProduct);
            }
            let silent = piece >= 4 && topics::of(words, next.duty, next.duty + piece).is_none();
            return (silent || parallel || self.other_line(group, at, next))
                .then_some(Because::OtherLineOfWork);
        }
        if parallel && piece >= 4 && at - group.duty >= 4 {
            return Some(Because::OtherLineOfWork);
        }
        let strong = sets_a_body && piece >= 6 && at - group.duty >= 5;
        strong.then_some(Because::NewDoer)
    }

    /// "Việc tu dưỡng, rèn luyện": verbs that are spoken of.
    fn is_spoken_of(&self, at: usize) -> bool {
        (at.saturating_sub(4)..at).any(|at| self.words.lower(at) == "việc")
    }
    /// Where the verb of a head stands, adverbs left out.
    fn verb_at(&self, head: &Head) -> usize {
        let mut at = head.duty;
        while let many @ 1.. = ADVERBS.len_at(self.words, at) {
            at += many;
        }
        at
    }

    /// "Giao A giám sát, các Ban khảo sát việc …": two subjects with one object.
    fn is_joined_subject(&self, group: &Head, at: usize) -> bool {
        group.ordered && at - group.duty <= 3 && self.words.between(at).contains(',')
    }
    fn has_figure(&self, from: usize, to: usize) -> bool {
        !measures::targets(self.words, from, to, true).is_empty()
    }
    fn has_time(&self, from: usize, to: usize) -> bool {
        measures::recurrence(self.words, from, to).is_some() || self.dues.find(from, to).is_some()
    }
    /// The word at which the stretch behind a joint ends: at the next semicolon or stop.
    fn stretch(&self, at: usize) -> usize {
        let ends = |at: &usize| self.words.gap(*at) >= Gap::Semicolon;
        (at + 1..self.words.len()).take(LOOKED_AT).find(ends).unwrap_or(self.words.len().min(at + LOOKED_AT))
    }

    /// Whether the line of work changes at a joint.
    fn other_line(&self, group: &Head, at: usize, next: &Head) -> bool {
        let before = topics::of(self.words, group.duty, at);
        let after = topics::of(self.words, next.duty, self.stretch(at));
        match (before, after) {
            (Some(before), Some(after)) => before != after,
            // What says nothing of its own goes on with the line before.
            (_, None) => false,
            (None, Some(_)) => true,
        }
    }
}

fn certainty(head: &Head, boundary: Because) -> i64 {
    let head: i64 = if head.ordered {
        95
    } else if !head.doers.is_empty() {
        90
    } else if head.verb.is_some() {
        85
    } else {
        65
    };
    match boundary {
        Because::NewSentence | Because::NewDoer | Because::NewMeasure => head,
        Because::OwnProduct | Because::NewTime => head - 5,
        _ => head - 15,
    }
}
