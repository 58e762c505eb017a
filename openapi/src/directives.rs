//! Directives: the documents that give work. **Invariant: once issued, nothing of a directive is
//! deleted or overwritten; a number and symbol may be added, and it may be closed.**

use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

use crate::{
    access::{Access, Action},
    attachments::FileRef,
    endpoint::{Dto, endpoints, listing},
    id::Id,
    people::PersonBrief,
    sessions::{example, example_date, example_id, example_instant},
    tasks::TaskId,
    units::{UnitBrief, UnitId},
    value::{Body, Change, Count, Date, Instant, Name, Note, Page, Phrase, Query, Title, Version, codes},
};

codes! {
    /// The kind of document.
    DirectiveKind {
        KetLuan = "ket_luan", "Kết luận", "Conclusion";
        NghiQuyet = "nghi_quyet", "Nghị quyết", "Resolution";
        ThongBao = "thong_bao", "Thông báo", "Notice";
        ChiThi = "chi_thi", "Chỉ thị", "Instruction";
        KeHoach = "ke_hoach", "Kế hoạch", "Plan";
        ChuongTrinh = "chuong_trinh", "Chương trình", "Programme";
        QuyetDinh = "quyet_dinh", "Quyết định", "Decision";
        CongVan = "cong_van", "Công văn", "Official letter";
        Khac = "khac", "Khác", "Other";
    }
}

codes! {
    /// How secret a document is. Only `thuong` may be entered: state secrets may not be put into
    /// this system (Law on Protection of State Secrets, 2018).
    Secrecy {
        Thuong = "thuong", "Thường", "Not secret";
        Mat = "mat", "Mật", "Secret";
        ToiMat = "toi_mat", "Tối mật", "Top secret";
        TuyetMat = "tuyet_mat", "Tuyệt mật", "Most secret";
    }
}

codes! {
    /// Where a directive stands.
    DirectiveState {
        Draft = "draft", "Dự thảo", "Draft";
        Issued = "issued", "Đã ban hành", "Issued";
        Closed = "closed", "Đã kết thúc", "Closed";
    }
}

/// The time a document is about.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
pub struct Period {
    /// As printed: "tháng 02/2026".
    pub text: Option<Phrase>,
    /// The first day.
    pub from: Date,
    /// The last day.
    pub to: Date,
}

/// What the clerk enters of a document.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, ToSchema)]
pub struct DirectiveDraft {
    /// The kind of document.
    pub kind: DirectiveKind,
    /// The body that issued it, as printed.
    pub issuer: Name,
    /// The unit that body is, when it is one of ours.
    pub issuer_unit: Option<UnitId>,
    /// The number, often added later.
    pub number: Option<Phrase>,
    /// The symbol that follows the number: "KL/ĐU".
    pub symbol: Option<Phrase>,
    /// The title.
    pub title: Title,
    /// How secret it is. Anything but `thuong` is refused and nothing of it is kept.
    pub secrecy: Option<Secrecy>,
    /// The day printed on it, when there is one.
    pub issued_on: Option<Date>,
    /// The day of the meeting it concludes.
    pub meeting_on: Option<Date>,
    /// Who signed.
    pub signer: Option<Name>,
    /// In whose name he signed: "T/M BAN THƯỜNG VỤ".
    pub signing_authority: Option<Phrase>,
    /// His position, as printed.
    pub signing_position: Option<Phrase>,
    /// Who concluded the meeting, as printed.
    pub concluded_by: Option<Title>,
    /// The time its tasks are for. Never copied into a task by itself.
    pub period: Option<Period>,
    /// To whom it goes, as printed.
    #[serde(default)]
    #[schema(max_items = 200)]
    pub recipients: Vec<Title>,
    /// The whole text.
    pub body: Option<Body>,
    /// The clerk's remarks.
    pub notes: Option<Note>,
    /// Scans and files that belong to it.
    #[serde(default)]
    #[schema(max_items = 20)]
    pub files: Vec<FileRef>,
}
impl Dto for DirectiveDraft {
    fn example() -> Self {
        Self {
            kind: DirectiveKind::KetLuan,
            issuer: example("Ban Thường vụ Đảng ủy xã Suối Mơ"),
            issuer_unit: Some(example_id(0x33)),
            number: Some(example("15")),
            symbol: Some(example("KL/ĐU")),
            title: example("Kết luận hội nghị Ban Thường vụ Đảng ủy tháng 11"),
            secrecy: None,
            issued_on: Some(example_date(5)),
            meeting_on: Some(example_date(4)),
            signer: Some(example("Lò Văn Thí Dụ")),
            signing_authority: Some(example("T/M BAN THƯỜNG VỤ")),
            signing_position: Some(example("BÍ THƯ")),
            concluded_by: None,
            period: Some(Period {
                text: Some(example("tháng 11/2026")),
                from: example_date(1),
                to: example_date(30),
            }),
            recipients: vec![example("Các chi bộ trực thuộc"), example("Lưu Văn phòng Đảng ủy")],
            body: None,
            notes: None,
            files: Vec::new(),
        }
    }
}

/// A document in a word, wherever it is mentioned.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
pub struct DirectiveBrief {
    /// Its id.
    pub id: DirectiveId,
    /// The kind of document.
    pub kind: DirectiveKind,
    /// Number and symbol, when it has them.
    pub number: Option<Phrase>,
    /// The title.
    pub title: Title,
    /// The day printed on it.
    pub issued_on: Option<Date>,
}
impl Dto for DirectiveBrief {
    fn example() -> Self {
        Self {
            id: example_id(0x51),
            kind: DirectiveKind::KetLuan,
            number: Some(example("15-KL/ĐU")),
            title: example("Kết luận hội nghị Ban Thường vụ Đảng ủy tháng 11"),
            issued_on: Some(example_date(5)),
        }
    }
}

/// How far a directive has come.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
pub struct Progress {
    /// Its tasks.
    pub tasks: Count,
    /// Tasks given to nobody yet. A normal state, to be seen.
    pub unassigned_tasks: Count,
    /// Tasks without a due date. A normal state, to be seen.
    pub undated_tasks: Count,
    /// Its assignments, cancelled ones left out.
    pub assignments: Count,
    /// Those completed.
    pub completed: Count,
    /// Those carried over into a later directive, where they are counted from then on.
    pub carried_over: Count,
}

/// The id of a [`Directive`].
pub type DirectiveId = Id<Directive>;

/// A document that gives work.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, ToSchema)]
pub struct Directive {
    /// Its id.
    pub id: DirectiveId,
    /// What the clerk entered.
    pub draft: DirectiveDraft,
    /// Where it stands.
    pub state: DirectiveState,
    /// When its work was given out.
    pub issued_at: Option<Instant>,
    /// Who gave it out.
    pub issued_by: Option<PersonBrief>,
    /// When it was closed.
    pub closed_at: Option<Instant>,
    /// Why it was closed.
    pub closed_reason: Option<Note>,
    /// How far it has come.
    pub progress: Progress,
    /// Changes with every change.
    pub version: Version,
    /// When it was entered.
    pub created_at: Instant,
    /// When it last changed.
    pub updated_at: Instant,
}
impl Dto for Directive {
    fn example() -> Self {
        Self {
            id: example_id(0x51),
            draft: DirectiveDraft::example(),
            state: DirectiveState::Issued,
            issued_at: Some(example_instant()),
            issued_by: Some(PersonBrief::example()),
            closed_at: None,
            closed_reason: None,
            progress: Progress {
                tasks: Count::of(24),
                unassigned_tasks: Count::of(2),
                undated_tasks: Count::of(9),
                assignments: Count::of(180),
                completed: Count::of(61),
                carried_over: Count::of(4),
            },
            version: Version::FIRST,
            created_at: example_instant(),
            updated_at: example_instant(),
        }
    }
    fn version(&self) -> Option<Version> {
        Some(self.version)
    }
}

/// A merge patch of a directive: absent keeps, `null` clears. Of an issued one only `number`,
/// `symbol`, `issued_on`, `signer`, `notes` and `files` (more of them) may change.
#[derive(Debug, Clone, Default, PartialEq, Serialize, Deserialize, ToSchema)]
pub struct DirectivePatch {
    /// The kind of document.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub kind: Option<DirectiveKind>,
    /// The body that issued it, as printed.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub issuer: Option<Name>,
    /// The unit that body is.
    #[serde(default, skip_serializing_if = "Change::is_keep")]
    #[schema(value_type = Option<UnitId>)]
    pub issuer_unit: Change<UnitId>,
    /// The number.
    #[serde(default, skip_serializing_if = "Change::is_keep")]
    #[schema(value_type = Option<Phrase>)]
    pub number: Change<Phrase>,
    /// The symbol.
    #[serde(default, skip_serializing_if = "Change::is_keep")]
    #[schema(value_type = Option<Phrase>)]
    pub symbol: Change<Phrase>,
    /// The title.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub title: Option<Title>,
    /// How secret it is; anything but `thuong` is refused.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub secrecy: Option<Secrecy>,
    /// The day printed on it.
    #[serde(default, skip_serializing_if = "Change::is_keep")]
    #[schema(value_type = Option<Date>)]
    pub issued_on: Change<Date>,
    /// The day of the meeting.
    #[serde(default, skip_serializing_if = "Change::is_keep")]
    #[schema(value_type = Option<Date>)]
    pub meeting_on: Change<Date>,
    /// Who signed.
    #[serde(default, skip_serializing_if = "Change::is_keep")]
    #[schema(value_type = Option<Name>)]
    pub signer: Change<Name>,
    /// In whose name he signed.
    #[serde(default, skip_serializing_if = "Change::is_keep")]
    #[schema(value_type = Option<Phrase>)]
    pub signing_authority: Change<Phrase>,
    /// His position.
    #[serde(default, skip_serializing_if = "Change::is_keep")]
    #[schema(value_type = Option<Phrase>)]
    pub signing_position: Change<Phrase>,
    /// Who concluded the meeting.
    #[serde(default, skip_serializing_if = "Change::is_keep")]
    #[schema(value_type = Option<Title>)]
    pub concluded_by: Change<Title>,
    /// The time its tasks are for.
    #[serde(default, skip_serializing_if = "Change::is_keep")]
    #[schema(value_type = Option<Period>)]
    pub period: Change<Period>,
    /// To whom it goes; the whole list.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[schema(max_items = 200)]
    pub recipients: Option<Vec<Title>>,
    /// The whole text.
    #[serde(default, skip_serializing_if = "Change::is_keep")]
    #[schema(value_type = Option<Body>)]
    pub body: Change<Body>,
    /// The clerk's remarks.
    #[serde(default, skip_serializing_if = "Change::is_keep")]
    #[schema(value_type = Option<Note>)]
    pub notes: Change<Note>,
    /// Scans and files; the whole list.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[schema(max_items = 20)]
    pub files: Option<Vec<FileRef>>,
    /// The version this change was made from, instead of `If-Match`.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub version: Option<Version>,
}
impl Dto for DirectivePatch {
    fn example() -> Self {
        Self { number: Change::Set(example("15")), ..Self::default() }
    }
    fn base(&self) -> Option<Version> {
        self.version
    }
}

/// Give the directive's work out.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
pub struct IssueRequest {
    /// The version of the directive the clerk had before his eyes, so that nobody issues what he
    /// has not seen.
    pub version: Version,
}
impl Dto for IssueRequest {
    fn example() -> Self {
        Self { version: Version::example() }
    }
}

/// Something to know before issuing.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
pub struct IssueFinding {
    /// The task it is about; the directive itself without one.
    pub task: Option<TaskId>,
    /// Whether it must be mended before issuing; otherwise it is only worth knowing.
    pub blocking: bool,
    /// What it is.
    pub detail: Note,
}

/// How many assignments a unit would get.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
pub struct IssueShare {
    /// The unit.
    pub unit: UnitBrief,
    /// Assignments it would get as lead.
    pub leads: Count,
    /// Assignments it would get otherwise.
    pub others: Count,
}

/// What issuing would do.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
pub struct IssuePreview {
    /// Whether it can be issued as it stands.
    pub ready: bool,
    /// What to mend or to know.
    #[schema(max_items = 1000)]
    pub findings: Vec<IssueFinding>,
    /// Who would get how much.
    #[schema(max_items = 2000)]
    pub shares: Vec<IssueShare>,
    /// Assignments in all, at the first moment; recurring work opens more with each period.
    pub assignments: Count,
}
impl Dto for IssuePreview {
    fn example() -> Self {
        Self {
            ready: true,
            findings: vec![IssueFinding {
                task: Some(example_id(0x61)),
                blocking: false,
                detail: example("Nhiệm vụ chưa giao cho ai."),
            }],
            shares: vec![IssueShare {
                unit: UnitBrief::example(),
                leads: Count::of(5),
                others: Count::of(1),
            }],
            assignments: Count::of(180),
        }
    }
}

/// Close a directive.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
pub struct Closure {
    /// Why: completed, replaced by another document, the period is over.
    pub reason: Note,
}
impl Dto for Closure {
    fn example() -> Self {
        Self { reason: example("Đã hết kỳ; việc còn lại chuyển sang kết luận tháng 12.") }
    }
}

listing! {
    /// Which directives to list.
    DirectivesQuery {
        /// Only this state.
        state: DirectiveState,
        /// Only this kind.
        kind: DirectiveKind,
        /// Only those whose title or number contains this, without regard to marks and case.
        q: Query,
    }
}

endpoints! {
    tag "Directives";

    /// List directives
    ///
    /// The newest first.
    ListDirectives = Get "/v1/directives" as "list_directives",
        access: Access::To(Action::ReadDirectives),
        query: DirectivesQuery,
        reply: Page<Directive>,
        answers: [200];

    /// Read a directive
    ///
    /// With how far it has come; its tasks have their own list.
    ReadDirective = Get "/v1/directives/{directive}" as "read_directive",
        access: Access::To(Action::ReadDirectives),
        path: DirectiveId,
        reply: Directive,
        answers: [200];

    /// Enter a directive
    ///
    /// As a draft, minutes after the meeting; a number may come later. Documents marked secret
    /// are refused at the door and nothing of them is kept.
    PutDirective = Put "/v1/directives/{directive}" as "put_directive",
        access: Access::To(Action::ChangeDirectives),
        path: DirectiveId,
        body: DirectiveDraft,
        reply: Directive,
        answers: [201, 200], refuses: [Conflict, Duplicate, SecretDocument];

    /// Change a directive
    ///
    /// A JSON merge patch. Of an issued directive only what is often added later may change.
    PatchDirective = Patch "/v1/directives/{directive}" as "patch_directive",
        access: Access::To(Action::ChangeDirectives),
        path: DirectiveId,
        body: DirectivePatch,
        reply: Directive,
        answers: [200], refuses: [Duplicate, WrongState, SecretDocument], versioned: true;

    /// Delete a draft
    ///
    /// With its tasks. What was issued is never deleted.
    DeleteDirective = Delete "/v1/directives/{directive}" as "delete_directive",
        access: Access::To(Action::ChangeDirectives),
        path: DirectiveId,
        answers: [204], refuses: [WrongState], versioned: true;

    /// See what issuing would do
    ///
    /// Changes nothing: who would get how much, what stands in the way, what is without a unit
    /// or a date.
    PreviewIssue = Post "/v1/directives/{directive}/issue-preview" as "preview_issue",
        access: Access::To(Action::ChangeDirectives),
        path: DirectiveId,
        reply: IssuePreview,
        answers: [200];

    /// Issue a directive
    ///
    /// Checks it whole, then gives all its work out at once: one assignment for each unit of each
    /// task, with classes such as "các thôn" opened to the units that exist that day. All or
    /// nothing. Sent again it answers the same.
    IssueDirective = Put "/v1/directives/{directive}/issue" as "issue_directive",
        access: Access::To(Action::ChangeDirectives),
        path: DirectiveId,
        body: IssueRequest,
        reply: Directive,
        answers: [200], refuses: [WrongState, Stale];

    /// Close a directive
    ///
    /// Work that is still in time or has no due date is cancelled with the reason. Work that waits for a
    /// review goes on waiting, and work that is late stays open and late: it is finished late, carried
    /// over into a later directive, or cancelled one by one. Closing makes nobody's figures better.
    CloseDirective = Put "/v1/directives/{directive}/closure" as "close_directive",
        access: Access::To(Action::ChangeDirectives),
        path: DirectiveId,
        body: Closure,
        reply: Directive,
        answers: [200], refuses: [WrongState, Conflict];
}
