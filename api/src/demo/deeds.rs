//! One act at a time: what people say and do about one assignment. **Invariant: a unit's people speak
//! for it; the office does only on its behalf, and says so.**

use std::sync::Arc;

use openapi::{
    assignments::{
        AcknowledgeAssignment, Acknowledgement, Assignment, AssignmentId, CancelAssignment, PauseAssignment,
        Reason, ReassignAssignment, Reassignment, ResumeAssignment,
    },
    attachments::{FileContent, FileRef, FileSize, FileType, PutAttachment},
    decisions::{
        AnswerDifficulty, DecideExcuse, DecideExtension, DifficultyAnswer, DifficultyDraft, DifficultyId,
        ExcuseDecision, ExcuseDraft, ExcuseId, ExtensionDecision, ExtensionDraft, ExtensionId, PutDifficulty,
        PutExcuse, PutExtension,
    },
    endpoint::{Bytes, Nothing},
    reports::{ReportDraft, ReportId, ReviewDraft, ReviewReport, SubmitReport, Verdict},
    units::UnitId,
    value::{Note, Percent, Quantity},
};
use sha2::{Digest, Sha256};

use super::{
    days::Minute,
    history::History,
    lives::{Act, scatter},
    texts::{TaskText, fit, mistake},
};
use crate::{access::Actor, error::Result, tokens};

/// Photos drawn for the demo.
const PHOTOS: [(&str, &[u8]); 3] = [
    ("duong-ngo.png", include_bytes!("texts/photos/duong-ngo.png")),
    ("nha-moi.png", include_bytes!("texts/photos/nha-moi.png")),
    ("suoi-sach.png", include_bytes!("texts/photos/suoi-sach.png")),
];

/// An assignment, and what was said about it last.
pub(super) struct Piece<'s> {
    /// Its id.
    pub id: AssignmentId,
    unit: UnitId,
    task: &'s TaskText,
    seed: u64,
    said: u64,
    report: Option<ReportId>,
    extension: Option<ExtensionId>,
    excuse: Option<ExcuseId>,
    difficulty: Option<DifficultyId>,
    trouble: u64,
}

impl<'s> Piece<'s> {
    /// Of an assignment that was given.
    pub(super) const fn new(one: &Assignment, task: &'s TaskText, seed: u64) -> Self {
        Self {
            id: one.id,
            unit: one.unit.id,
            task,
            seed,
            said: 0,
            report: None,
            extension: None,
            excuse: None,
            difficulty: None,
            trouble: 0,
        }
    }

    /// How much is done, where the work is counted: the whole target, or what the texts say so far.
    fn quantity(&self, percent: u8) -> Result<Option<Quantity>> {
        let Some(amount) = self.task.amount else { return Ok(None) };
        let target = self.task.targets.first().and_then(|target| target.value);
        if percent == 100 {
            return Ok(Some(target.unwrap_or_else(|| Quantity::whole(amount))));
        }
        let whole = target.is_none_or(|target| target <= Quantity::whole(amount));
        let so_far = match percent {
            _ if whole => amount * u32::from(percent) / 100,
            0..40 => amount / 2,
            _ => amount,
        };
        Ok(Some(Quantity::whole(so_far)))
    }
}

/// One of several, the same in every run.
fn one_of<T>(several: &[T], chance: u64) -> Option<&T> {
    let many = u64::try_from(several.len()).unwrap_or(1).max(1);
    several.get(usize::try_from(chance % many).unwrap_or(0))
}
fn words_of(several: &[String], chance: u64) -> Result<Note> {
    fit(one_of(several, chance).map_or("", |words| words.as_str()))
}

impl History<'_, '_> {
    /// Lets one act happen.
    pub(super) fn act(&mut self, index: usize, act: Act, at: Minute) -> Result<()> {
        let Some(piece) = self.pieces.get_mut(index) else { return Ok(()) };
        piece.said += 1;
        let (id, unit, chance) = (piece.id, piece.unit, scatter(piece.seed.wrapping_add(piece.said)));
        let made_at = self.stage.days.at(at);
        match act {
            Act::Acknowledge => {
                let reporter = Arc::clone(self.cast.reporter(unit)?);
                self.stage.tell::<AcknowledgeAssignment>(at, &reporter, id, Acknowledgement { made_at })?;
            }
            Act::Report { percent, completes, told, held } => {
                return self.report(index, (percent, completes, told, held), at, chance);
            }
            Act::Accept | Act::Return => return self.review(index, act == Act::Accept, at, chance),
            Act::AskTime(until) => return self.ask_time(index, until, at, chance),
            Act::DecideTime(granted) => return self.decide_time(index, granted, at, chance),
            Act::Plead => return self.plead(index, at, chance),
            Act::DecideExcuse(confirmed) => return self.decide_excuse(index, confirmed, at, chance),
            Act::Raise => return self.raise(index, at, chance),
            Act::Answer => return self.answer(index, at, chance),
            Act::Pause => {
                let reason = Reason { reason: words_of(&self.texts.words.pause, chance)? };
                self.stage.tell::<PauseAssignment>(at, &self.office()?, id, reason)?;
            }
            Act::Resume => {
                self.stage.tell::<ResumeAssignment>(at, &self.office()?, id, Nothing)?;
            }
            Act::Cancel => {
                let reason = Reason { reason: words_of(&self.texts.words.cancel, chance)? };
                self.stage.tell::<CancelAssignment>(at, &self.office()?, id, reason)?;
            }
            Act::Move(to) => {
                let to = self.cast.place(&to)?.id;
                let reason = words_of(&self.texts.words.moved, chance)?;
                self.stage.tell::<ReassignAssignment>(
                    at,
                    &self.office()?,
                    id,
                    Reassignment { unit: to, reason },
                )?;
                self.change(index, |piece| piece.unit = to);
            }
        }
        Ok(())
    }

    fn office(&self) -> Result<Arc<Actor>> {
        self.cast.person("van.phong").map(Arc::clone)
    }
    fn piece(&self, index: usize) -> Result<&Piece<'_>> {
        self.pieces.get(index).ok_or_else(|| mistake("history", "an assignment is missing"))
    }
    fn change(&mut self, index: usize, change: impl FnOnce(&mut Piece<'_>)) {
        if let Some(piece) = self.pieces.get_mut(index) {
            change(piece);
        }
    }

    fn report(
        &mut self,
        index: usize,
        (percent, completes, told, held): (u8, bool, bool, Minute),
        at: Minute,
        chance: u64,
    ) -> Result<()> {
        let piece = self.piece(index)?;
        let (assignment, unit, quantity) = (piece.id, piece.unit, piece.quantity(percent)?);
        let words = &self.texts.words;
        let (own, general) = if completes {
            (&piece.task.finish, &words.finish)
        } else {
            (&piece.task.progress, &words.progress)
        };
        let words_said = words_of(if own.is_empty() { general } else { own }, chance)?;
        let teller = if told {
            Some(fit(one_of(&words.told_by, chance).map_or("", |words| words.as_str()))?)
        } else {
            None
        };
        let photo =
            if completes && !told && chance.is_multiple_of(6) { one_of(&PHOTOS, chance / 6) } else { None };
        let file = photo.map(|(name, content)| self.declared(name, content, at)).transpose()?;
        let draft = ReportDraft {
            assignment,
            percent: Some(Percent::try_from(i64::from(percent)).map_err(|bad| mistake("report", bad.en))?),
            quantity,
            words: Some(words_said),
            completes,
            made_at: self.stage.days.at(at - held),
            corrects: None,
            told_by: teller,
            files: file.iter().cloned().collect(),
        };
        let author = if told { self.office()? } else { Arc::clone(self.cast.reporter(unit)?) };
        let id = self.stage.id(at)?;
        self.stage.tell::<SubmitReport>(at, &author, id, draft)?;
        self.change(index, |piece| piece.report = Some(id));
        if let (Some(file), Some((_, content))) = (file, photo) {
            self.photos += 1;
            // Now and then a photo is still on its way.
            if self.photos % 20 != 7 {
                let content = Bytes { media: FileType::Png.to_string(), content: content.to_vec() };
                self.stage.tell::<PutAttachment>(at, &author, file.id, FileContent(content))?;
            }
        }
        Ok(())
    }

    fn declared(&mut self, name: &str, content: &[u8], at: Minute) -> Result<FileRef> {
        let size = i64::try_from(content.len()).unwrap_or(i64::MAX);
        Ok(FileRef {
            id: self.stage.id(at)?,
            name: fit(name)?,
            media_type: FileType::Png,
            size: FileSize::try_from(size).map_err(|bad| mistake(name, bad.en))?,
            sha256: fit(&tokens::hex(&Sha256::digest(content)))?,
        })
    }

    fn review(&mut self, index: usize, accepted: bool, at: Minute, chance: u64) -> Result<()> {
        let piece = self.piece(index)?;
        let Some(report) = piece.report else { return Ok(()) };
        let decider = self.decider(piece.unit, at, piece.seed)?;
        let words = &self.texts.words;
        let body = if accepted {
            let praised = chance.is_multiple_of(5);
            let reason = if praised { Some(words_of(&words.praise, chance / 5)?) } else { None };
            ReviewDraft { verdict: Verdict::Accept, reason }
        } else {
            ReviewDraft { verdict: Verdict::Return, reason: Some(words_of(&words.returned, chance)?) }
        };
        self.stage.tell::<ReviewReport>(at, &decider, report, body)?;
        Ok(())
    }

    fn ask_time(&mut self, index: usize, until: i64, at: Minute, chance: u64) -> Result<()> {
        let piece = self.piece(index)?;
        let reporter = Arc::clone(self.cast.reporter(piece.unit)?);
        let draft = ExtensionDraft {
            assignment: piece.id,
            asked_due_on: self.stage.days.date(until),
            reason: words_of(&self.texts.words.extension, chance)?,
            made_at: self.stage.days.at(at),
        };
        let id = self.stage.id(at)?;
        self.stage.tell::<PutExtension>(at, &reporter, id, draft)?;
        self.change(index, |piece| piece.extension = Some(id));
        Ok(())
    }
    fn decide_time(&mut self, index: usize, granted: bool, at: Minute, chance: u64) -> Result<()> {
        let piece = self.piece(index)?;
        let Some(extension) = piece.extension else { return Ok(()) };
        let decider = self.decider(piece.unit, at, chance)?;
        let reason = if granted { None } else { Some(words_of(&self.texts.words.no_extension, chance)?) };
        let decision = ExtensionDecision { granted, due_on: None, reason };
        self.stage.tell::<DecideExtension>(at, &decider, extension, decision)?;
        Ok(())
    }

    fn plead(&mut self, index: usize, at: Minute, chance: u64) -> Result<()> {
        let piece = self.piece(index)?;
        let reporter = Arc::clone(self.cast.reporter(piece.unit)?);
        let reason = words_of(&self.texts.words.excuse, chance)?;
        let draft = ExcuseDraft { assignment: piece.id, reason, made_at: self.stage.days.at(at) };
        let id = self.stage.id(at)?;
        self.stage.tell::<PutExcuse>(at, &reporter, id, draft)?;
        self.change(index, |piece| piece.excuse = Some(id));
        Ok(())
    }
    fn decide_excuse(&mut self, index: usize, confirmed: bool, at: Minute, chance: u64) -> Result<()> {
        let piece = self.piece(index)?;
        let Some(excuse) = piece.excuse else { return Ok(()) };
        let decider = self.decider(piece.unit, at, chance)?;
        let reason = if confirmed { None } else { Some(words_of(&self.texts.words.no_excuse, chance)?) };
        self.stage.tell::<DecideExcuse>(at, &decider, excuse, ExcuseDecision { confirmed, reason })?;
        Ok(())
    }

    fn raise(&mut self, index: usize, at: Minute, chance: u64) -> Result<()> {
        let piece = self.piece(index)?;
        let reporter = Arc::clone(self.cast.reporter(piece.unit)?);
        let draft = DifficultyDraft {
            unit: piece.unit,
            assignment: Some(piece.id),
            words: words_of(&self.texts.words.trouble, chance)?,
            made_at: self.stage.days.at(at),
        };
        let id = self.stage.id(at)?;
        self.stage.tell::<PutDifficulty>(at, &reporter, id, draft)?;
        self.change(index, |piece| {
            piece.difficulty = Some(id);
            piece.trouble = chance;
        });
        Ok(())
    }
    fn answer(&mut self, index: usize, at: Minute, chance: u64) -> Result<()> {
        let piece = self.piece(index)?;
        let Some(difficulty) = piece.difficulty else { return Ok(()) };
        // The answer is the one that goes with what was said.
        let words = words_of(&self.texts.words.answer, piece.trouble)?;
        let decider = self.decider(piece.unit, at, chance)?;
        self.stage.tell::<AnswerDifficulty>(at, &decider, difficulty, DifficultyAnswer { words })?;
        Ok(())
    }
}
