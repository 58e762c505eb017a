//! More time, excuses and difficulties, and what leaders decide on them. **Invariant: what was asked
//! and what was decided both stay; a decision is given once.**

use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

use crate::{
    access::{Access, Action},
    assignments::AssignmentId,
    endpoint::{Dto, endpoints, listing},
    id::Id,
    people::PersonBrief,
    sessions::{example, example_date, example_id, example_instant},
    units::{UnitBrief, UnitId},
    value::{Date, Instant, Note, Page, Version, codes},
};

codes! {
    /// Where a request stands.
    RequestState {
        Waiting = "waiting", "Chờ quyết định", "Waiting";
        Granted = "granted", "Đồng ý", "Granted";
        Refused = "refused", "Không đồng ý", "Refused";
    }
}

/// Ask for more time.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
pub struct ExtensionDraft {
    /// The assignment.
    pub assignment: AssignmentId,
    /// The due date asked for: later than the present one.
    pub asked_due_on: Date,
    /// Why.
    pub reason: Note,
    /// When it was asked, by the phone's clock.
    pub made_at: Instant,
}
impl Dto for ExtensionDraft {
    fn example() -> Self {
        Self {
            assignment: example_id(0x62),
            asked_due_on: example_date(30),
            reason: example("Mưa lớn, đường vào thôn ngập, xin lùi một tuần."),
            made_at: example_instant(),
        }
    }
}

/// Decide on a request for more time.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
pub struct ExtensionDecision {
    /// Granted or not.
    pub granted: bool,
    /// The new due date, when it is not the one asked for.
    pub due_on: Option<Date>,
    /// Why; needed to refuse.
    pub reason: Option<Note>,
}
impl Dto for ExtensionDecision {
    fn example() -> Self {
        Self { granted: true, due_on: None, reason: None }
    }
}

/// Who decided, and when.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
pub struct Decided {
    /// By whom.
    pub by: PersonBrief,
    /// When.
    pub at: Instant,
    /// Why.
    pub reason: Option<Note>,
}

/// The id of an [`Extension`].
pub type ExtensionId = Id<Extension>;

/// A request for more time.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
pub struct Extension {
    /// Its id.
    pub id: ExtensionId,
    /// What was asked.
    pub draft: ExtensionDraft,
    /// The unit that asks.
    pub unit: UnitBrief,
    /// Who asked.
    pub by: PersonBrief,
    /// When we received it.
    pub received_at: Instant,
    /// The due date when it was asked.
    pub due_on_before: Option<Date>,
    /// Where it stands.
    pub state: RequestState,
    /// The due date granted.
    pub granted_due_on: Option<Date>,
    /// The decision.
    pub decided: Option<Decided>,
    /// Changes with every change.
    pub version: Version,
}
impl Dto for Extension {
    fn example() -> Self {
        Self {
            id: example_id(0x81),
            draft: ExtensionDraft::example(),
            unit: UnitBrief::example(),
            by: PersonBrief::example(),
            received_at: example_instant(),
            due_on_before: Some(example_date(25)),
            state: RequestState::Waiting,
            granted_due_on: None,
            decided: None,
            version: Version::FIRST,
        }
    }
    fn version(&self) -> Option<Version> {
        Some(self.version)
    }
}

/// Give a reason for lateness that was nobody's fault.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
pub struct ExcuseDraft {
    /// The assignment.
    pub assignment: AssignmentId,
    /// The reason.
    pub reason: Note,
    /// When it was given, by the phone's clock.
    pub made_at: Instant,
}
impl Dto for ExcuseDraft {
    fn example() -> Self {
        Self {
            assignment: example_id(0x62),
            reason: example("Sạt lở chia cắt thôn từ ngày 3 đến ngày 9."),
            made_at: example_instant(),
        }
    }
}

/// Confirm an excuse, or do not.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
pub struct ExcuseDecision {
    /// Confirmed or not.
    pub confirmed: bool,
    /// Why; needed when it is not.
    pub reason: Option<Note>,
}
impl Dto for ExcuseDecision {
    fn example() -> Self {
        Self { confirmed: true, reason: None }
    }
}

/// The id of an [`Excuse`].
pub type ExcuseId = Id<Excuse>;

/// A reason for lateness, confirmed or not by a leader. (Nghị định 335/2025/NĐ-CP takes points for
/// each delay that is not excused.)
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
pub struct Excuse {
    /// Its id.
    pub id: ExcuseId,
    /// What was said.
    pub draft: ExcuseDraft,
    /// The unit that says it.
    pub unit: UnitBrief,
    /// Who said it.
    pub by: PersonBrief,
    /// When we received it.
    pub received_at: Instant,
    /// Where it stands: granted means confirmed.
    pub state: RequestState,
    /// The decision.
    pub decided: Option<Decided>,
    /// Changes with every change.
    pub version: Version,
}
impl Dto for Excuse {
    fn example() -> Self {
        Self {
            id: example_id(0x82),
            draft: ExcuseDraft::example(),
            unit: UnitBrief::example(),
            by: PersonBrief::example(),
            received_at: example_instant(),
            state: RequestState::Waiting,
            decided: None,
            version: Version::FIRST,
        }
    }
    fn version(&self) -> Option<Version> {
        Some(self.version)
    }
}

/// Say what stands in the way.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
pub struct DifficultyDraft {
    /// The unit that has it.
    pub unit: UnitId,
    /// The assignment it hinders; it may be about none.
    pub assignment: Option<AssignmentId>,
    /// What it is.
    pub words: Note,
    /// When it was raised, by the phone's clock.
    pub made_at: Instant,
}
impl Dto for DifficultyDraft {
    fn example() -> Self {
        Self {
            unit: example_id(0x31),
            assignment: Some(example_id(0x62)),
            words: example("Hộ dân chưa đồng ý hiến đất làm đường."),
            made_at: example_instant(),
        }
    }
}

/// Answer a difficulty.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
pub struct DifficultyAnswer {
    /// The answer.
    pub words: Note,
}
impl Dto for DifficultyAnswer {
    fn example() -> Self {
        Self {
            words: example("Đồng chí phụ trách địa bàn sẽ xuống họp thôn thứ Sáu này.")
        }
    }
}

/// The answer that was given.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
pub struct Answered {
    /// The answer.
    pub words: Note,
    /// By whom.
    pub by: PersonBrief,
    /// When.
    pub at: Instant,
}

/// The id of a [`Difficulty`].
pub type DifficultyId = Id<Difficulty>;

/// Something that stands in the way (*vướng mắc*); open until answered.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
pub struct Difficulty {
    /// Its id.
    pub id: DifficultyId,
    /// What was said.
    pub draft: DifficultyDraft,
    /// The unit that has it.
    pub unit: UnitBrief,
    /// Who raised it.
    pub by: PersonBrief,
    /// When we received it.
    pub received_at: Instant,
    /// The answer.
    pub answer: Option<Answered>,
    /// Changes with every change.
    pub version: Version,
}
impl Dto for Difficulty {
    fn example() -> Self {
        Self {
            id: example_id(0x83),
            draft: DifficultyDraft::example(),
            unit: UnitBrief::example(),
            by: PersonBrief::example(),
            received_at: example_instant(),
            answer: None,
            version: Version::FIRST,
        }
    }
    fn version(&self) -> Option<Version> {
        Some(self.version)
    }
}

listing! {
    /// Which requests for more time to list.
    ExtensionsQuery {
        /// Only in this state.
        state: RequestState,
        /// Only of this assignment.
        assignment: AssignmentId,
        /// Only of this unit.
        unit: UnitId,
    }
}
listing! {
    /// Which excuses to list.
    ExcusesQuery {
        /// Only in this state.
        state: RequestState,
        /// Only of this assignment.
        assignment: AssignmentId,
        /// Only of this unit.
        unit: UnitId,
    }
}
listing! {
    /// Which difficulties to list.
    DifficultiesQuery {
        /// Only the answered (`true`) or only the open ones (`false`).
        answered: bool,
        /// Only of this assignment.
        assignment: AssignmentId,
        /// Only of this unit.
        unit: UnitId,
    }
}

endpoints! {
    tag "Decisions";

    /// List requests for more time
    ///
    /// The newest first.
    ListExtensions = Get "/v1/extensions" as "list_extensions",
        access: Access::To(Action::ReadDecisions),
        query: ExtensionsQuery,
        reply: Page<Extension>,
        answers: [200];

    /// Read a request for more time
    ///
    /// With its decision.
    ReadExtension = Get "/v1/extensions/{extension}" as "read_extension",
        access: Access::To(Action::ReadDecisions),
        path: ExtensionId,
        reply: Extension,
        answers: [200];

    /// Ask for more time
    ///
    /// For open work with a due date, to a later date, while no other request of the assignment
    /// waits.
    PutExtension = Put "/v1/extensions/{extension}" as "put_extension",
        access: Access::To(Action::Report),
        path: ExtensionId,
        body: ExtensionDraft,
        reply: Extension,
        answers: [201, 200], refuses: [Conflict, WrongState];

    /// Decide on a request for more time
    ///
    /// Granting moves the due date; the original one stays known and is used in statistics.
    DecideExtension = Put "/v1/extensions/{extension}/decision" as "decide_extension",
        access: Access::To(Action::Decide),
        path: ExtensionId,
        body: ExtensionDecision,
        reply: Extension,
        answers: [200], refuses: [Conflict, WrongState];

    /// List excuses
    ///
    /// The newest first.
    ListExcuses = Get "/v1/excuses" as "list_excuses",
        access: Access::To(Action::ReadDecisions),
        query: ExcusesQuery,
        reply: Page<Excuse>,
        answers: [200];

    /// Read an excuse
    ///
    /// With its decision.
    ReadExcuse = Get "/v1/excuses/{excuse}" as "read_excuse",
        access: Access::To(Action::ReadDecisions),
        path: ExcuseId,
        reply: Excuse,
        answers: [200];

    /// Give an excuse
    ///
    /// A reason for lateness that was nobody's fault. It does not change the class of the
    /// assignment; it is counted beside it.
    PutExcuse = Put "/v1/excuses/{excuse}" as "put_excuse",
        access: Access::To(Action::Report),
        path: ExcuseId,
        body: ExcuseDraft,
        reply: Excuse,
        answers: [201, 200], refuses: [Conflict, WrongState];

    /// Confirm an excuse
    ///
    /// Or do not, with the reason.
    DecideExcuse = Put "/v1/excuses/{excuse}/decision" as "decide_excuse",
        access: Access::To(Action::Decide),
        path: ExcuseId,
        body: ExcuseDecision,
        reply: Excuse,
        answers: [200], refuses: [Conflict];

    /// List difficulties
    ///
    /// The newest first.
    ListDifficulties = Get "/v1/difficulties" as "list_difficulties",
        access: Access::To(Action::ReadDecisions),
        query: DifficultiesQuery,
        reply: Page<Difficulty>,
        answers: [200];

    /// Read a difficulty
    ///
    /// With its answer.
    ReadDifficulty = Get "/v1/difficulties/{difficulty}" as "read_difficulty",
        access: Access::To(Action::ReadDecisions),
        path: DifficultyId,
        reply: Difficulty,
        answers: [200];

    /// Raise a difficulty
    ///
    /// At any time, on an assignment or on none. It stays open until somebody answers.
    PutDifficulty = Put "/v1/difficulties/{difficulty}" as "put_difficulty",
        access: Access::To(Action::Report),
        path: DifficultyId,
        body: DifficultyDraft,
        reply: Difficulty,
        answers: [201, 200], refuses: [Conflict];

    /// Answer a difficulty
    ///
    /// Closes it. The same answer again answers the same; another one is a conflict.
    AnswerDifficulty = Put "/v1/difficulties/{difficulty}/answer" as "answer_difficulty",
        access: Access::To(Action::Decide),
        path: DifficultyId,
        body: DifficultyAnswer,
        reply: Difficulty,
        answers: [200], refuses: [Conflict];
}
