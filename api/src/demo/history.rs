//! Ninety days of the commune, one thing after the other. **Invariant: whatever happens, happens in
//! the order of time, also what only follows from something before it.**

use std::{collections::BTreeMap, sync::Arc};

use openapi::{
    assignments::{Assignment, AssignmentsQuery, ListAssignments},
    calendar::{NamedEventPatch, PatchNamedEvent},
    decisions::{AnswerDifficulty, DifficultyAnswer, DifficultyDraft, PutDifficulty},
    directives::{
        CloseDirective, Closure, DirectiveId, DirectivePatch, IssueDirective, IssueRequest, PatchDirective,
    },
    tasks::{AssigneeRole, PatchTask, ReadTask, TaskPatch},
    units::{MergeUnit, UnitId, UnitMerger},
    value::{Change, Limit},
};

use super::{
    commune::{ADMINISTRATOR, Event},
    days::{DAY, Minute},
    deeds::Piece,
    documents::{self, Entered, Known},
    lives::{self, Act, Facts, Outcome, scatter},
    stage::{Cast, Stage},
    texts::{DocumentText, TaskText, Texts, fit, mistake},
};
use crate::{access::Actor, error::Result, tasks::recurring};

/// The village that was merged into another, the other, and the first day of the merger.
const MERGED: (&str, &str, i64) = ("Xóm Lò Vôi", "Thôn Đá Chồng", -58);
/// The villages with something in their way that belongs to no work: the second still waits.
const ALONE: [(&str, i64, Option<i64>); 2] = [("Thôn Vách Én", -6, Some(-5)), ("Bản Lau Trắng", -1, None)];

/// Something that happens.
enum Happening {
    Enter(usize),
    Issue(usize),
    Number(usize),
    Close(usize),
    MoveDue(usize, usize),
    Merge,
    DateEvent(usize),
    RaiseAlone(usize),
    NextDay,
    Act(usize, Act),
}

/// The commune in time.
pub(super) struct History<'s, 'c> {
    pub(super) stage: &'s mut Stage<'c>,
    pub(super) texts: &'s Texts,
    pub(super) cast: &'s Cast,
    pub(super) pieces: Vec<Piece<'s>>,
    pub(super) photos: usize,
    events: Vec<Event>,
    known: Known,
    entered: Vec<Option<Entered>>,
    agenda: BTreeMap<(Minute, usize), Happening>,
    noted: usize,
}

impl<'s, 'c> History<'s, 'c> {
    /// A history in which nothing has happened yet.
    pub(super) fn new(
        stage: &'s mut Stage<'c>,
        texts: &'s Texts,
        cast: &'s Cast,
        events: Vec<Event>,
    ) -> Self {
        let entered = texts.documents.iter().map(|_| None).collect();
        Self {
            stage,
            texts,
            cast,
            pieces: Vec::new(),
            photos: 0,
            events,
            known: Known::default(),
            entered,
            agenda: BTreeMap::new(),
            noted: 0,
        }
    }

    fn note(&mut self, at: Minute, happening: Happening) {
        self.noted += 1;
        self.agenda.insert((at, self.noted), happening);
    }

    /// Lets everything happen, up to now.
    pub(super) fn unfold(mut self) -> Result<()> {
        self.plan();
        while let Some(((at, _), happening)) = self.agenda.pop_first() {
            if at <= self.stage.days.now() {
                self.happen(at, happening)?;
            }
        }
        Ok(())
    }

    fn plan(&mut self) {
        let days = self.stage.days;
        let on = |offset: i64, hour: i64| days.working(offset) * DAY + hour * 60;
        let documents = &self.texts.documents;
        let mut first_issue = 0;
        for (index, document) in documents.iter().enumerate() {
            let entered = document.entered.or(document.issued).unwrap_or(0);
            self.note(on(entered, 14), Happening::Enter(index));
            let Some(issued) = document.issued.filter(|_| !document.draft) else { continue };
            first_issue = first_issue.min(issued);
            self.note(on(issued, 16), Happening::Issue(index));
            if let Some(later) = document.number_days_later {
                self.note((days.working(issued) + later) * DAY + 9 * 60, Happening::Number(index));
            }
            if let Some(closed) = document.closed {
                self.note(closed * DAY + 16 * 60, Happening::Close(index));
            }
            for (place, task) in document.tasks.iter().enumerate() {
                if let Some(moved) = &task.moved {
                    self.note(moved.day * DAY + 9 * 60, Happening::MoveDue(index, place));
                }
            }
        }
        self.note(MERGED.2 * DAY + 8 * 60, Happening::Merge);
        for index in 0..self.events.len() {
            if let Some(dated) = self.events.get(index).and_then(|event| event.dated) {
                self.note(dated * DAY + 10 * 60, Happening::DateEvent(index));
            }
        }
        for (index, (_, day, _)) in ALONE.iter().enumerate() {
            self.note(day * DAY + 18 * 60, Happening::RaiseAlone(index));
        }
        for day in first_issue..=0 {
            self.note(day * DAY + 20, Happening::NextDay);
        }
    }

    fn happen(&mut self, at: Minute, happening: Happening) -> Result<()> {
        match happening {
            Happening::Enter(index) => self.enter(index, at),
            Happening::Issue(index) => self.issue(index, at),
            Happening::Number(index) => self.number(index, at),
            Happening::Close(index) => self.close(index, at),
            Happening::MoveDue(index, place) => self.move_due(index, place, at),
            Happening::Merge => self.merge(at),
            Happening::DateEvent(index) => self.date_event(index, at),
            Happening::RaiseAlone(index) => self.raise_alone(index, at),
            Happening::NextDay => self.next_day(at),
            Happening::Act(piece, act) => self.act(piece, act, at),
        }
    }

    fn document(&self, index: usize) -> Result<&'s DocumentText> {
        self.texts.documents.get(index).ok_or_else(|| mistake("documents", "one is missing"))
    }
    fn id(&self, index: usize) -> Result<DirectiveId> {
        self.entered_as(index).map(|entered| entered.id)
    }
    fn entered_as(&self, index: usize) -> Result<&Entered> {
        let entered = self.entered.get(index).and_then(Option::as_ref);
        entered.ok_or_else(|| mistake("documents", "one is used before it is entered"))
    }
    fn clerk(&self) -> Result<Arc<Actor>> {
        self.cast.person("van.phong").map(Arc::clone)
    }

    fn enter(&mut self, index: usize, at: Minute) -> Result<()> {
        let text = self.document(index)?;
        let entered = documents::enter(self.stage, self.cast, &self.events, &mut self.known, text, at)?;
        if let Some(place) = self.entered.get_mut(index) {
            *place = Some(entered);
        }
        Ok(())
    }

    fn issue(&mut self, index: usize, at: Minute) -> Result<()> {
        let (clerk, entered) = (self.clerk()?, self.entered_as(index)?);
        let (id, version) = (entered.id, entered.version);
        let issued = self.stage.tell::<IssueDirective>(at, &clerk, id, IssueRequest { version })?;
        if let Some(Some(entered)) = self.entered.get_mut(index) {
            entered.version = issued.version;
        }
        self.take_up(index, at)
    }

    fn number(&mut self, index: usize, at: Minute) -> Result<()> {
        let (clerk, text, entered) = (self.clerk()?, self.document(index)?, self.entered_as(index)?);
        let Some(number) = &text.number else { return Ok(()) };
        let (id, version) = (entered.id, Some(entered.version));
        let patch =
            DirectivePatch { number: Change::Set(fit(number)?), version, ..DirectivePatch::default() };
        self.stage.tell::<PatchDirective>(at, &clerk, id, patch)?;
        Ok(())
    }

    fn close(&mut self, index: usize, at: Minute) -> Result<()> {
        let (clerk, text) = (self.clerk()?, self.document(index)?);
        let reason = text.closure.as_ref().ok_or_else(|| mistake(&text.key, "`closure` is missing"))?;
        self.stage.tell::<CloseDirective>(at, &clerk, self.id(index)?, Closure { reason: fit(reason)? })?;
        Ok(())
    }

    fn move_due(&mut self, index: usize, place: usize, at: Minute) -> Result<()> {
        let (clerk, text) = (self.clerk()?, self.document(index)?);
        let Some((task, moved)) = text.tasks.get(place).and_then(|task| Some((task, task.moved.as_ref()?)))
        else {
            return Ok(());
        };
        let id = self.known.task(&task.key)?;
        let due = documents::due(&self.stage.days, &moved.due, &self.events, &self.known)?;
        let version = self.stage.ask::<ReadTask>(at, &clerk, id, Default::default())?.version;
        let patch = TaskPatch { due: Some(due), version: Some(version), ..TaskPatch::default() };
        self.stage.tell::<PatchTask>(at, &clerk, id, patch)?;
        Ok(())
    }

    fn merge(&mut self, at: Minute) -> Result<()> {
        let (from, into, day) = MERGED;
        let merger = UnitMerger {
            into: self.cast.place(into)?.id,
            on: self.stage.days.date(day),
            reason: fit(&self.texts.words.merger)?,
        };
        let admin = Arc::clone(self.cast.person(ADMINISTRATOR)?);
        self.stage.tell::<MergeUnit>(at, &admin, self.cast.place(from)?.id, merger)?;
        Ok(())
    }

    fn date_event(&mut self, index: usize, at: Minute) -> Result<()> {
        let clerk = self.clerk()?;
        let Some((event, (from, to))) = self.events.get(index).and_then(|event| Some((event, event.days?)))
        else {
            return Ok(());
        };
        let patch = NamedEventPatch {
            from: Change::Set(from),
            to: Change::Set(to),
            version: Some(event.version),
            ..NamedEventPatch::default()
        };
        self.stage.tell::<PatchNamedEvent>(at, &clerk, event.id, patch)?;
        Ok(())
    }

    fn raise_alone(&mut self, index: usize, at: Minute) -> Result<()> {
        let Some((village, _, answered)) = ALONE.get(index) else { return Ok(()) };
        let unit = self.cast.place(village)?.id;
        let words = self.texts.words.trouble_alone.get(index).map_or("", |words| words.as_str());
        let made_at = self.stage.days.at(at);
        let draft = DifficultyDraft { unit, assignment: None, words: fit(words)?, made_at };
        let id = self.stage.id(at)?;
        let head = Arc::clone(self.cast.reporter(unit)?);
        self.stage.tell::<PutDifficulty>(at, &head, id, draft)?;
        if let Some(day) = answered {
            let later = day * DAY + 9 * 60;
            let leader = Arc::clone(self.cast.person("thuong.truc")?);
            let words = self.texts.words.answer.first().map_or("", |words| words.as_str());
            self.stage.tell::<AnswerDifficulty>(
                later,
                &leader,
                id,
                DifficultyAnswer { words: fit(words)? },
            )?;
        }
        Ok(())
    }

    /// The night: the server opens what begins today.
    fn next_day(&mut self, at: Minute) -> Result<()> {
        let (mut after, mut opened) = (None, 0);
        loop {
            let (next, more) =
                self.stage.by_itself(at, |tx, house| recurring::open_begun(tx, house, after))?;
            opened += more;
            if next.is_none() {
                break;
            }
            after = next;
        }
        if opened > 0 {
            for index in 0..self.entered.len() {
                let text = self.document(index)?;
                let recurs = text.tasks.iter().any(|task| task.every.is_some());
                let day = at.div_euclid(DAY);
                let runs = text.issued.is_some_and(|issued| issued < day)
                    && text.closed.is_none_or(|closed| day < closed)
                    && !text.draft;
                if recurs && runs {
                    self.take_up(index, at)?;
                }
            }
        }
        Ok(())
    }

    /// Takes up the work of a document that was given and has no life yet.
    fn take_up(&mut self, index: usize, at: Minute) -> Result<()> {
        let text = self.document(index)?;
        for (place, task) in text.tasks.iter().enumerate() {
            let id = self.known.task(&task.key)?;
            let mut given = self.given(id, at)?;
            given.retain(|one| self.pieces.iter().all(|piece| piece.id != one.id));
            let weight = |one: &Assignment| (one.role != AssigneeRole::ChuTri, self.cast.order(one.unit.id));
            given.sort_by_key(weight);
            let leads = given.iter().filter(|one| one.role == AssigneeRole::ChuTri).count();
            for (turn, one) in given.iter().enumerate() {
                let number = index * 100 + place;
                let outcome = self.outcome(task, one, (turn, leads), number);
                self.begin(text, number, task, one, &outcome)?;
            }
        }
        Ok(())
    }

    fn given(&mut self, task: openapi::tasks::TaskId, at: Minute) -> Result<Vec<Assignment>> {
        let clerk = self.clerk()?;
        let limit = Limit::try_from(200).map_err(|bad| mistake("assignments", bad.en))?;
        let mut query =
            AssignmentsQuery { task: Some(task), limit: Some(limit), ..AssignmentsQuery::default() };
        let mut given = Vec::new();
        loop {
            let page = self.stage.ask::<ListAssignments>(at, &clerk, (), query.clone())?;
            given.extend(page.items);
            if page.next.is_none() {
                return Ok(given);
            }
            query.cursor = page.next;
        }
    }

    /// What becomes of one assignment among those of its task: leads first, in turn, beginning
    /// elsewhere for each task so that it is not always the same village that is late.
    fn outcome(
        &self,
        task: &TaskText,
        one: &Assignment,
        (turn, leads): (usize, usize),
        number: usize,
    ) -> Outcome {
        if let Some(pinned) = task.pin.get(self.cast.name(one.unit.id)).and_then(|life| life.0.first()) {
            return pinned.clone();
        }
        let Some(life) = task.life.as_ref().filter(|life| !life.0.is_empty()) else {
            return Outcome::Working;
        };
        let period = one.period.map_or(0, |period| usize::try_from(period.number.get()).unwrap_or(0));
        let all = life.0.len();
        let turn = if turn >= leads {
            if all > leads { turn } else { turn - leads }
        } else if leads > 8 {
            (turn + number * 5 + period * 3) % leads
        } else {
            turn + period.saturating_sub(1) * leads
        };
        life.0.get(turn % all).cloned().unwrap_or(Outcome::Working)
    }

    fn begin(
        &mut self,
        text: &'s DocumentText,
        number: usize,
        task: &'s TaskText,
        one: &Assignment,
        outcome: &Outcome,
    ) -> Result<()> {
        let days = self.stage.days;
        let order = u64::try_from(self.cast.order(one.unit.id)).unwrap_or(0);
        let period = one.period.map_or(0, |period| i64::from(period.number.get()));
        let key = u64::try_from(number).unwrap_or(0) * 1000
            + order
            + u64::try_from(period).unwrap_or(0) * 1_000_000;
        let seed = scatter(key);
        let mut end = days.now() - 2;
        if let Some(closed) = text.closed {
            end = end.min(closed * DAY + 12 * 60);
        }
        if self.cast.name(one.unit.id) == MERGED.0 {
            end = end.min(MERGED.2 * DAY - 4 * 60);
        }
        let due = one.due_on.map(|due| days.offset(due));
        let reviewed = one.role == AssigneeRole::ChuTri && due.is_some();
        let facts = Facts { given: days.minute(one.assigned_at), due, reviewed, end, seed };
        self.pieces.push(Piece::new(one, task, seed));
        let piece = self.pieces.len() - 1;
        for step in lives::live(outcome, facts) {
            self.note(step.at, Happening::Act(piece, step.act));
        }
        Ok(())
    }

    /// Whoever decides on a unit's work that day: the one in whose charge it is, or the leader.
    pub(super) fn decider(&self, unit: UnitId, at: Minute, seed: u64) -> Result<Arc<Actor>> {
        let today = self.stage.days.date(at.div_euclid(DAY));
        match self.cast.overseer(unit, today) {
            Some(overseer) if !seed.is_multiple_of(3) => Ok(Arc::clone(overseer)),
            _ => self.cast.person("thuong.truc").map(Arc::clone),
        }
    }
}
