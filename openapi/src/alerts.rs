//! Warnings: the ladder by which an organisation reminds, and the notices each person finds in his
//! inbox. **Invariant: a warning is known by its assignment, due date and rung, and there is one of
//! each.**

use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

use crate::{
    access::{Access, Action},
    assignments::AssignmentId,
    directives::{DirectiveBrief, DirectiveId},
    endpoint::{Dto, endpoints, listing},
    id::Id,
    people::PersonBrief,
    sessions::{example, example_date, example_id, example_instant},
    units::{UnitBrief, UnitId},
    value::{Body, Count, Date, Instant, Note, Page, Title, Version, codes, number_value, text_value},
};

codes! {
    /// How the days of a ladder are counted.
    Counting {
        Calendar = "calendar", "Mọi ngày", "Every day";
        Working = "working", "Ngày làm việc", "Working days, by the organisation's calendar";
    }
}

codes! {
    /// Who is told.
    Audience {
        Unit = "unit", "Đơn vị được giao", "The reporters of the unit that has the work";
        Coordinating = "coordinating", "Đơn vị phối hợp", "The reporters of the units that help";
        Overseer = "overseer", "Người phụ trách", "Whoever oversees the unit on that day";
        Office = "office", "Văn phòng", "The office";
        Leader = "leader", "Thường trực", "The leaders";
    }
}

number_value! {
    /// Days from the due date: negative before it, 0 on the day itself, positive after it.
    RungDays: -60..=365, example -3
}
number_value! {
    /// After how many working days without an answer a question goes on to the overseer; after as
    /// many again to the leaders.
    EscalateDays: 1..=60, example 2
}
number_value! {
    /// How many days a preview looks ahead.
    PreviewDays: 1..=62, example 14
}
text_value! {
    /// A time of day in the organisation's zone, `HH:MM`.
    TimeOfDay: matching r"^([01][0-9]|2[0-3]):[0-5][0-9]$" 5..=5, by |text| {
        let within = |part: &str, most: u32| {
            part.len() == 2 && part.bytes().all(|b| b.is_ascii_digit()) && part.parse().is_ok_and(|n: u32| n <= most)
        };
        text.split_once(':').is_some_and(|(hour, minute)| within(hour, 23) && within(minute, 59))
    }, example "07:00"
}
impl TimeOfDay {
    /// Minutes since midnight: 0 to 1439.
    #[must_use]
    pub fn minutes(&self) -> u32 {
        let (hour, minute) = self.as_str().split_once(':').unwrap_or_default();
        hour.parse().unwrap_or(0) * 60 + minute.parse().unwrap_or(0)
    }
}

/// One rung of a ladder.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
pub struct Rung {
    /// When: how many days from the due date.
    pub days: RungDays,
    /// Who is told.
    #[schema(max_items = 5)]
    pub tell: Vec<Audience>,
    /// Whether overseers, office and leaders are told at once rather than in the digest of the day.
    /// Units always read it in their digest.
    pub at_once: bool,
}

/// What an organisation says of its warnings.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
pub struct LadderDraft {
    /// How days are counted.
    pub counting: Counting,
    /// The rungs, each day once.
    #[schema(max_items = 30)]
    pub rungs: Vec<Rung>,
    /// When the digest of the day goes out; rungs are reached at this time too.
    pub digest_at: TimeOfDay,
    /// From when on nobody is disturbed.
    pub quiet_from: TimeOfDay,
    /// Until when nobody is disturbed. Equal to `quiet_from`: there are no quiet hours.
    pub quiet_to: TimeOfDay,
    /// After how many working days an unanswered difficulty or request for more time goes on.
    pub escalate_after: EscalateDays,
    /// The version this was made from, instead of `If-Match`.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub version: Option<Version>,
}
impl LadderDraft {
    /// What an organisation starts with: the unit before the deadline, its overseer on the day and
    /// after it, the leaders when it goes on.
    #[must_use]
    pub fn usual() -> Self {
        use Audience::{Coordinating, Leader, Overseer, Unit};
        let rungs: [(i32, &[Audience], bool); 7] = [
            (-7, &[Unit], false),
            (-3, &[Unit, Coordinating], false),
            (-1, &[Unit, Overseer], false),
            (0, &[Unit, Overseer], false),
            (1, &[Unit, Overseer], true),
            (3, &[Unit, Overseer, Leader], true),
            (7, &[Unit, Overseer, Leader], true),
        ];
        let rung = |(days, tell, at_once): (i32, &[Audience], bool)| Rung {
            days: RungDays(days),
            tell: tell.to_vec(),
            at_once,
        };
        Self {
            counting: Counting::Calendar,
            rungs: rungs.into_iter().map(rung).collect(),
            digest_at: TimeOfDay::fixed("07:00"),
            quiet_from: TimeOfDay::fixed("21:00"),
            quiet_to: TimeOfDay::fixed("06:00"),
            escalate_after: EscalateDays(2),
            version: None,
        }
    }
}
impl TimeOfDay {
    fn fixed(text: &str) -> Self {
        Self(text.to_owned())
    }
}
impl Dto for LadderDraft {
    fn example() -> Self {
        Self::usual()
    }
    fn base(&self) -> Option<Version> {
        self.version
    }
}

/// By which an organisation reminds.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
pub struct Ladder {
    /// What is said of it.
    pub draft: LadderDraft,
    /// Changes with every change.
    pub version: Version,
}
impl Dto for Ladder {
    fn example() -> Self {
        Self { draft: LadderDraft::usual(), version: Version::FIRST }
    }
    fn version(&self) -> Option<Version> {
        Some(self.version)
    }
}

/// What to preview.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
pub struct PreviewRequest {
    /// A ladder to try; the present one without it.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub ladder: Option<LadderDraft>,
    /// The first day; today without it.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub from: Option<Date>,
    /// How many days; 14 without it.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub days: Option<PreviewDays>,
    /// Only this assignment.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub assignment: Option<AssignmentId>,
    /// Only work of this unit.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub unit: Option<UnitId>,
}
impl Dto for PreviewRequest {
    fn example() -> Self {
        Self { days: PreviewDays::try_from(14).ok(), ..Self::default() }
    }
}

/// Somebody who would be told.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
pub struct Told {
    /// Who.
    pub person: PersonBrief,
    /// As what.
    pub audience: Audience,
}

/// A warning that would be given, if nothing changed until then.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
pub struct PreviewedWarning {
    /// The day.
    pub on: Date,
    /// Which rung.
    pub rung: RungDays,
    /// Of which assignment.
    pub assignment: AssignmentId,
    /// The work.
    pub task: Note,
    /// Whose it is.
    pub unit: UnitBrief,
    /// When it is due.
    pub due_on: Date,
    /// Who would be told.
    #[schema(max_items = 200)]
    pub to: Vec<Told>,
    /// Why on this day, in words: "hạn 12/02, trước 3 ngày làm việc, trừ 5 ngày Tết".
    pub why: Note,
}

/// Which warnings would be given.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
pub struct LadderPreview {
    /// By day.
    #[schema(max_items = 500)]
    pub items: Vec<PreviewedWarning>,
    /// Whether there are more than could be listed.
    pub cut: bool,
    /// Years whose holidays nobody has entered: only weekends were left out there.
    #[schema(max_items = 20)]
    pub unknown_years: Vec<crate::value::Year>,
}
impl Dto for LadderPreview {
    fn example() -> Self {
        Self {
            items: vec![PreviewedWarning {
                on: example_date(27),
                rung: RungDays(-3),
                assignment: example_id(0x62),
                task: example("Rà soát hộ nghèo trên địa bàn thôn"),
                unit: UnitBrief::example(),
                due_on: example_date(30),
                to: vec![Told { person: PersonBrief::example(), audience: Audience::Unit }],
                why: example("Hạn 30/11/2026, trước 3 ngày."),
            }],
            cut: false,
            unknown_years: vec![],
        }
    }
}

codes! {
    /// What a notice is about.
    NoticeKind {
        DueSoon = "due_soon", "Sắp đến hạn", "Due soon";
        Overdue = "overdue", "Quá hạn", "Overdue";
        Given = "given", "Việc mới giao", "New work";
        Changed = "changed", "Thay đổi", "Changed";
        Returned = "returned", "Bị trả lại", "Returned";
        Accepted = "accepted", "Được chấp nhận", "Accepted";
        Decided = "decided", "Có quyết định", "Decided";
        Answered = "answered", "Vướng mắc được trả lời", "Difficulty answered";
        ToReview = "to_review", "Chờ duyệt", "A report waits for review";
        ToDecide = "to_decide", "Chờ quyết định", "A request waits for a decision";
        ToAnswer = "to_answer", "Vướng mắc chờ trả lời", "A difficulty waits for an answer";
    }
}

/// The id of a [`Notice`].
pub type NoticeId = Id<Notice>;

/// Something a person is told. It says what it is about and nothing private.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
pub struct Notice {
    /// Its id.
    pub id: NoticeId,
    /// What it is about.
    pub kind: NoticeKind,
    /// Whether it has been passed on by the ladder, or for want of an answer, to somebody above.
    pub escalated: bool,
    /// The assignment.
    pub assignment: Option<AssignmentId>,
    /// The beginning of the work's own words.
    pub task: Option<Title>,
    /// The unit it concerns.
    pub unit: Option<UnitBrief>,
    /// The document the work comes from.
    pub directive: Option<DirectiveBrief>,
    /// The due date it was given for.
    pub due_on: Option<Date>,
    /// The rung it was given on.
    pub rung: Option<RungDays>,
    /// When it was given.
    pub created_at: Instant,
    /// When it went out by the person's channels, alone or in a digest; never when he has silenced
    /// the document, or the matter was settled before.
    pub sent_at: Option<Instant>,
    /// When it was read.
    pub read_at: Option<Instant>,
}
impl Dto for Notice {
    fn example() -> Self {
        Self {
            id: example_id(0xa1),
            kind: NoticeKind::DueSoon,
            escalated: false,
            assignment: Some(example_id(0x62)),
            task: Some(example("Rà soát hộ nghèo trên địa bàn thôn")),
            unit: Some(UnitBrief::example()),
            directive: Some(DirectiveBrief::example()),
            due_on: Some(example_date(23)),
            rung: Some(RungDays(-3)),
            created_at: example_instant(),
            sent_at: Some(example_instant()),
            read_at: None,
        }
    }
}

listing! {
    /// Which notices to list.
    NoticesQuery {
        /// Only those not read yet (`true`) or read (`false`).
        unread: bool,
    }
}

/// How many notices there are.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
pub struct NoticeCounts {
    /// Not read yet.
    pub unread: Count,
}
impl Dto for NoticeCounts {
    fn example() -> Self {
        Self { unread: Count::example() }
    }
}

/// Up to which notice everything has been read.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
pub struct ReadUpTo {
    /// The newest notice that was read.
    pub up_to: NoticeId,
}
impl Dto for ReadUpTo {
    fn example() -> Self {
        Self { up_to: example_id(0xa1) }
    }
}

/// A document a person does not want to be disturbed by.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
pub struct Mute {
    /// The document.
    pub directive: DirectiveBrief,
    /// Since when.
    pub since: Instant,
}
impl Dto for Mute {
    fn example() -> Self {
        Self { directive: DirectiveBrief::example(), since: example_instant() }
    }
}

listing! {
    /// A page of silenced documents.
    MutesQuery {}
}

/// A reminder ready to be pasted into a chat.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
pub struct Reminder {
    /// Whom it reminds.
    pub unit: UnitBrief,
    /// The day it speaks of: today.
    pub as_of: Date,
    /// How many overdue pieces of work there are; the first of them are named.
    pub overdue: Count,
    /// How many that are due soon.
    pub due_soon: Count,
    /// The words; none when there is nothing to remind of. Nothing private is in them.
    pub text: Option<Body>,
}
impl Dto for Reminder {
    fn example() -> Self {
        Self {
            unit: UnitBrief::example(),
            as_of: example_date(20),
            overdue: Count::of(1),
            due_soon: Count::of(0),
            text: Some(example("Kính gửi Thôn Đồng Sim: đến ngày 20/11/2026 còn 1 việc quá hạn.")),
        }
    }
}

endpoints! {
    tag "Warnings";

    /// Read the ladder
    ///
    /// When whom is reminded of what is due, quiet hours, and when the digest of the day goes out.
    ReadLadder = Get "/v1/ladder" as "read_ladder",
        access: Access::To(Action::ReadOrganisation),
        reply: Ladder,
        answers: [200];

    /// Change the ladder
    ///
    /// The whole of it. What was sent stays sent: a warning is known by assignment, due date and
    /// rung, and none is given twice. After a change each assignment is warned of once, on the
    /// rung it stands on, unless it was before.
    PutLadder = Put "/v1/ladder" as "put_ladder",
        access: Access::To(Action::ChangeOrganisation),
        body: LadderDraft,
        reply: Ladder,
        answers: [200], versioned: true;

    /// Preview the ladder
    ///
    /// A dry run: which warnings would be given to whom on which day, and why, if nothing changed
    /// until then; for the present ladder or one to be tried.
    PreviewLadder = Post "/v1/ladder/preview" as "preview_ladder",
        access: Access::To(Action::PreviewWarnings),
        body: PreviewRequest,
        reply: LadderPreview,
        answers: [200];

    /// List my notices
    ///
    /// My inbox, the newest first.
    ListNotices = Get "/v1/me/notices" as "list_notices",
        access: Access::SignedIn,
        query: NoticesQuery,
        reply: Page<Notice>,
        answers: [200];

    /// Count my notices
    ///
    /// How many I have not read.
    CountNotices = Get "/v1/me/notices/counts" as "count_notices",
        access: Access::SignedIn,
        reply: NoticeCounts,
        answers: [200];

    /// Mark a notice as read
    ///
    /// Again changes nothing.
    MarkNotice = Put "/v1/me/notices/{notice}/reading" as "mark_notice",
        access: Access::SignedIn,
        path: NoticeId,
        reply: Notice,
        answers: [200];

    /// Mark notices as read
    ///
    /// This one and everything before it.
    MarkNotices = Put "/v1/me/notices/reading" as "mark_notices",
        access: Access::SignedIn,
        body: ReadUpTo,
        reply: NoticeCounts,
        answers: [200];

    /// List silenced documents
    ///
    /// Those whose notices stay in my inbox and disturb me no more.
    ListMutes = Get "/v1/me/mutes" as "list_mutes",
        access: Access::SignedIn,
        query: MutesQuery,
        reply: Page<Mute>,
        answers: [200];

    /// Silence a document
    ///
    /// Its notices go to my inbox only.
    PutMute = Put "/v1/me/mutes/{directive}" as "put_mute",
        access: Access::SignedIn,
        path: DirectiveId,
        reply: Mute,
        answers: [201, 200];

    /// Hear of a document again
    ///
    /// Again changes nothing.
    DeleteMute = Delete "/v1/me/mutes/{directive}" as "delete_mute",
        access: Access::SignedIn,
        path: DirectiveId,
        answers: [204];

    /// Read a reminder for a unit
    ///
    /// Words ready to be pasted into Zalo: what is overdue and what is due soon, without private
    /// notes.
    ReadReminder = Get "/v1/units/{unit}/reminder" as "read_reminder",
        access: Access::To(Action::ReadFigures),
        path: UnitId,
        reply: Reminder,
        answers: [200];
}
