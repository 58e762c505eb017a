//! What a person said or decided, from the press of *send* until it is a receipt. **Invariant: from
//! the moment a draft may have left the phone its content never changes again, because the server
//! knows it by its id and refuses the same id with other content.**

use std::{fmt, str::FromStr};

use openapi::{
    assignments::AssignmentId,
    attachments::{AttachmentId, FileRef},
    decisions::{
        DifficultyAnswer, DifficultyDraft, DifficultyId, ExcuseDecision, ExcuseDraft, ExcuseId,
        ExtensionDecision, ExtensionDraft, ExtensionId,
    },
    directives::DirectiveId,
    people::PersonId,
    problem::Problem,
    reports::{ReportDraft, ReportId, ReviewDraft},
    value::Instant,
};
use serde::{Deserialize, Serialize};

/// One thing to be sent: the contract's own draft, and the id made here.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Work {
    /// A report.
    Report(ReportId, ReportDraft),
    /// The content of a file that was declared in something else.
    Photo(FileRef, Belongs),
    /// The unit has received the work.
    Acknowledge(AssignmentId, Instant),
    /// A request for more time.
    Extension(ExtensionId, ExtensionDraft),
    /// A reason for lateness.
    Excuse(ExcuseId, ExcuseDraft),
    /// Something that stands in the way.
    Difficulty(DifficultyId, DifficultyDraft),
    /// A leader's answer to a completing report.
    Review(ReportId, ReviewDraft),
    /// A leader's answer to a request for more time.
    DecideExtension(ExtensionId, ExtensionDecision),
    /// A leader's answer to a reason for lateness.
    DecideExcuse(ExcuseId, ExcuseDecision),
    /// A leader's answer to a difficulty.
    AnswerDifficulty(DifficultyId, DifficultyAnswer),
}

/// What declares a file.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Belongs {
    /// A report, which may still wait in the queue.
    Report(ReportId),
    /// A directive.
    Directive(DirectiveId),
}

impl Work {
    /// The file, when this is the content of one.
    #[must_use]
    pub const fn photo(&self) -> Option<AttachmentId> {
        match self {
            Self::Photo(file, _) => Some(file.id),
            _ => None,
        }
    }
    /// The report, when this is one.
    #[must_use]
    pub const fn report(&self) -> Option<(ReportId, &ReportDraft)> {
        match self {
            Self::Report(id, draft) => Some((*id, draft)),
            _ => None,
        }
    }
    /// The assignment that its own words name; decisions name what they decide on instead.
    #[must_use]
    pub const fn assignment(&self) -> Option<AssignmentId> {
        match self {
            Self::Report(_, draft) => Some(draft.assignment),
            Self::Acknowledge(assignment, _) => Some(*assignment),
            Self::Extension(_, draft) => Some(draft.assignment),
            Self::Excuse(_, draft) => Some(draft.assignment),
            Self::Difficulty(_, draft) => draft.assignment,
            _ => None,
        }
    }
}

/// Whose item it is and where it stands in the order: the name of its row.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
pub struct Key {
    /// Who said it.
    pub owner: PersonId,
    /// Its place in the order.
    pub seq: u64,
}
impl fmt::Display for Key {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}.{:016}", self.owner, self.seq)
    }
}
/// The text was not the name of a row of the queue.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct NotAKey;
impl FromStr for Key {
    type Err = NotAKey;
    fn from_str(text: &str) -> Result<Self, NotAKey> {
        let (owner, seq) = text.split_once('.').ok_or(NotAKey)?;
        let owner = owner.parse().map_err(|_bad| NotAKey)?;
        let seq = seq.parse().map_err(|_bad| NotAKey)?;
        Ok(Self { owner, seq })
    }
}

/// A piece of work and how far it has come.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Item {
    /// Whose it is, and its place.
    pub key: Key,
    /// What is to be sent.
    pub work: Work,
    /// When the person pressed *send*, by the phone's clock.
    pub made_at: Instant,
    /// Which run of work it belongs to: a new run begins when nothing was left to send.
    #[serde(default)]
    pub batch: u64,
    /// How often it has gone out.
    #[serde(default)]
    pub attempts: u32,
    /// Where it stands.
    pub status: Status,
}

/// Where an item stands.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Status {
    /// It is kept here, and goes out when its time has come.
    Waiting {
        /// When it began to wait. A clock that shows less has been set back, and is not waited for.
        since: Instant,
        /// Not before this.
        not_before: Instant,
    },
    /// It is on the wire.
    Sending {
        /// Since when.
        since: Instant,
    },
    /// The server has it: a receipt.
    Sent {
        /// When we learned of it.
        at: Instant,
    },
    /// The server will not have it as it is; the person decides.
    Refused {
        /// When.
        at: Instant,
        /// The server's words.
        why: Refusal,
    },
}

impl Item {
    /// Whether the server has it.
    #[must_use]
    pub const fn is_sent(&self) -> bool {
        matches!(self.status, Status::Sent { .. })
    }
    /// Whether it still tries to get out.
    #[must_use]
    pub const fn is_trying(&self) -> bool {
        matches!(self.status, Status::Waiting { .. } | Status::Sending { .. })
    }
    /// Whether it has never been on its way, so that the server cannot know it.
    #[must_use]
    pub const fn never_left(&self) -> bool {
        self.attempts == 0 && matches!(self.status, Status::Waiting { .. })
    }
}

/// Why the server will not have something, in its own words.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Refusal {
    /// The status; 0 when the phone itself found that it cannot be sent.
    pub status: u16,
    /// The code, for programs.
    pub code: String,
    /// What happened and what to do.
    pub detail: String,
    /// Which fields are wrong.
    #[serde(default)]
    pub fields: Vec<FieldWords>,
    /// The number to say when asking for help.
    #[serde(default)]
    pub request_id: String,
}
/// What is wrong with one field.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct FieldWords {
    /// Where, as a JSON Pointer.
    pub pointer: String,
    /// What, and what to do.
    pub detail: String,
}
impl Refusal {
    /// The code of a file that the phone can no longer open.
    pub const UNOPENED: &'static str = "file_not_readable";

    /// From the server's problem. Kept as texts, so that a newer server's codes survive here.
    #[must_use]
    pub fn of(problem: &Problem) -> Self {
        let field = |field: &openapi::problem::FieldProblem| FieldWords {
            pointer: field.pointer.to_string(),
            detail: field.detail.to_string(),
        };
        Self {
            status: problem.status,
            code: problem.code.to_string(),
            detail: problem.detail.to_string(),
            fields: problem.fields.iter().map(field).collect(),
            request_id: problem.request_id.to_string(),
        }
    }
    /// A file whose bytes the phone has lost. The screen says it by the code.
    #[must_use]
    pub fn unopened() -> Self {
        Self {
            status: 0,
            code: Self::UNOPENED.to_owned(),
            detail: "Điện thoại không mở được ảnh này nữa. Hãy bỏ ảnh, hoặc chụp lại và gửi báo cáo mới."
                .to_owned(),
            fields: Vec::new(),
            request_id: String::new(),
        }
    }
}
