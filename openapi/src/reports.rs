//! Progress reports. **Invariant: a report is never edited and never lost: a correction is a new
//! report, and one that comes when the assignment has changed is kept and flagged.**

use chrono::TimeDelta;
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

use crate::{
    access::{Access, Action},
    assignments::AssignmentId,
    attachments::{AttachmentId, FileRef},
    endpoint::{Dto, endpoints, listing},
    id::Id,
    people::PersonBrief,
    problem::Said,
    sessions::{example, example_date, example_id, example_instant},
    units::UnitBrief,
    value::{Date, Instant, Name, Note, Page, Percent, Quantity, Version, codes},
};

/// What the unit says.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
pub struct ReportDraft {
    /// The assignment it is about.
    pub assignment: AssignmentId,
    /// How far the work has come.
    pub percent: Option<Percent>,
    /// How much is done.
    pub quantity: Option<Quantity>,
    /// What there is to say.
    pub words: Option<Note>,
    /// Whether it says that the work is done.
    pub completes: bool,
    /// When it was made, by the phone's clock.
    pub made_at: Instant,
    /// The report it corrects.
    pub corrects: Option<ReportId>,
    /// Who told, when the office reports on the unit's behalf.
    pub told_by: Option<Name>,
    /// Photos and files that belong to it.
    #[serde(default)]
    #[schema(max_items = 10)]
    pub files: Vec<FileRef>,
}
impl Dto for ReportDraft {
    fn example() -> Self {
        Self {
            assignment: example_id(0x62),
            percent: Some(Percent::example()),
            quantity: Some(Quantity::whole(1)),
            words: Some(example("Đã xong một căn, căn thứ hai đang lợp mái.")),
            completes: false,
            made_at: example_instant(),
            corrects: None,
            told_by: None,
            files: vec![FileRef::example()],
        }
    }
}

codes! {
    /// What the reader of a report should know.
    ReportFlag {
        ClockAhead = "clock_ahead", "Đồng hồ điện thoại chạy trước máy chủ", "The phone's clock was ahead of ours";
        HeldBack = "held_back", "Lập quá 7 ngày trước khi đến máy chủ", "Made more than 7 days before we received it";
        BeforeIssue = "before_issue", "Giờ lập trước khi giao việc", "Made before the work was given";
        Reassigned = "reassigned", "Việc đã chuyển đơn vị khác", "The assignment had been handed to another unit";
        Cancelled = "cancelled", "Việc đã hủy", "The assignment had been cancelled";
        CarriedOver = "carried_over", "Việc đã chuyển tiếp sang văn bản sau", "The work had been carried over into a later directive";
        AlreadyCompleted = "already_completed", "Việc đã hoàn thành", "The assignment had been completed";
        Paused = "paused", "Việc đang tạm dừng", "The assignment was paused";
    }
}

codes! {
    /// The answer to a completing report.
    Verdict {
        Accept = "accept", "Chấp nhận", "Accept";
        Return = "return", "Trả lại", "Return";
    }
}

/// What a leader or overseer answers to a completing report.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
pub struct ReviewDraft {
    /// Accept or return.
    pub verdict: Verdict,
    /// Why; needed to return.
    pub reason: Option<Note>,
}
impl Dto for ReviewDraft {
    fn example() -> Self {
        Self { verdict: Verdict::Return, reason: Some(example("Còn thiếu ảnh căn nhà thứ hai.")) }
    }
}

/// A review that was given.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
pub struct Review {
    /// What was decided.
    pub draft: ReviewDraft,
    /// By whom.
    pub by: PersonBrief,
    /// When.
    pub at: Instant,
}

/// The id of a [`Report`].
pub type ReportId = Id<Report>;

/// A report as we keep it.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
pub struct Report {
    /// Its id, made on the phone.
    pub id: ReportId,
    /// What the unit said.
    pub draft: ReportDraft,
    /// The unit it speaks for.
    pub unit: UnitBrief,
    /// Who sent it.
    pub author: PersonBrief,
    /// When we received it.
    pub received_at: Instant,
    /// The day it counts for: when it was made, within bounds.
    pub counts_on: Date,
    /// What the reader should know.
    #[schema(max_items = 10)]
    pub flags: Vec<ReportFlag>,
    /// Files declared in it that have not arrived yet.
    #[schema(max_items = 10)]
    pub missing_files: Vec<AttachmentId>,
    /// The review, when it was given.
    pub review: Option<Review>,
    /// Changes with every change.
    pub version: Version,
}
impl Dto for Report {
    fn example() -> Self {
        Self {
            id: example_id(0x72),
            draft: ReportDraft::example(),
            unit: UnitBrief::example(),
            author: PersonBrief::example(),
            received_at: example_instant(),
            counts_on: example_date(20),
            flags: Vec::new(),
            missing_files: vec![example_id(0x71)],
            review: None,
            version: Version::FIRST,
        }
    }
    fn version(&self) -> Option<Version> {
        Some(self.version)
    }
}

/// How long before we receive it a report may claim to have been made.
pub const HELD_BACK_AT_MOST: TimeDelta = TimeDelta::days(7);

/// The moment a report counts for: the phone's clock, bounded (`domain.md` §3). Not before the
/// work was given, not after we received it, not more than seven days before we received it.
#[must_use]
pub fn counted_moment(
    made_at: Instant,
    received_at: Instant,
    assigned_at: Instant,
) -> (Instant, Vec<ReportFlag>) {
    let earliest = received_at.plus(-HELD_BACK_AT_MOST);
    let mut flags = Vec::new();
    let mut moment = made_at;
    if moment > received_at {
        flags.push(ReportFlag::ClockAhead);
        moment = received_at;
    }
    if moment < earliest {
        flags.push(ReportFlag::HeldBack);
        moment = earliest;
    }
    if moment < assigned_at {
        flags.push(ReportFlag::BeforeIssue);
        moment = assigned_at.min(received_at);
    }
    (moment, flags)
}

/// What is wrong with a report by itself, on the phone as on the server: the field and the reason.
#[must_use]
pub fn refusals(draft: &ReportDraft) -> Vec<(&'static str, Said)> {
    let mut refused = Vec::new();
    let says_nothing = draft.percent.is_none()
        && draft.quantity.is_none()
        && draft.words.is_none()
        && draft.files.is_empty();
    if says_nothing && !draft.completes {
        refused.push((
            "/words",
            Said::new(
                "Báo cáo chưa có nội dung: hãy ghi phần trăm, số lượng, vài lời, hoặc chụp ảnh.",
                "The report says nothing: give a percentage, a quantity, words or a photo.",
            ),
        ));
    }
    let ids: std::collections::BTreeSet<_> = draft.files.iter().map(|file| file.id).collect();
    if ids.len() != draft.files.len() {
        refused.push(("/files", Said::new("Có tệp bị khai hai lần.", "A file is declared twice.")));
    }
    refused
}

listing! {
    /// Which reports of an assignment to list.
    ReportsQuery {}
}

endpoints! {
    tag "Reports";

    /// List the reports of an assignment
    ///
    /// All that were ever made, the oldest first.
    ListReports = Get "/v1/assignments/{assignment}/reports" as "list_reports",
        access: Access::To(Action::ReadReports),
        path: AssignmentId,
        query: ReportsQuery,
        reply: Page<Report>,
        answers: [200];

    /// Read a report
    ///
    /// With its flags, its missing files and its review.
    ReadReport = Get "/v1/reports/{report}" as "read_report",
        access: Access::To(Action::ReadReports),
        path: ReportId,
        reply: Report,
        answers: [200];

    /// Report progress
    ///
    /// The id is made on the phone, so that a retry can never double. `201` new, `200` the same
    /// again, `202` kept while files are still missing, `409` the same id with other content. A
    /// report on an assignment that changed meanwhile is kept and flagged. One that completes
    /// asks for a review, when the unit leads and the work has a due date; otherwise it completes.
    SubmitReport = Put "/v1/reports/{report}" as "submit_report",
        access: Access::To(Action::Report),
        path: ReportId,
        body: ReportDraft,
        reply: Report,
        answers: [201, 200, 202], refuses: [Conflict];

    /// Review a completing report
    ///
    /// Accepting completes the assignment on the day the report was made; returning sends it back
    /// with the reason. The same review again answers the same; another one is a conflict.
    ReviewReport = Put "/v1/reports/{report}/review" as "review_report",
        access: Access::To(Action::Decide),
        path: ReportId,
        body: ReviewDraft,
        reply: Report,
        answers: [200], refuses: [Conflict, WrongState];
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    fn at(hours: i64) -> Instant {
        example_instant().plus(TimeDelta::hours(hours))
    }

    #[test]
    fn the_phones_clock_counts_within_bounds() {
        let (made, received, assigned) = (at(-20), at(0), at(-100));
        assert_eq!(counted_moment(made, received, assigned), (made, vec![]));
        assert_eq!(counted_moment(at(5), received, assigned), (received, vec![ReportFlag::ClockAhead]));
        assert_eq!(counted_moment(at(-170), received, at(-500)), (at(-168), vec![ReportFlag::HeldBack]));
        assert_eq!(counted_moment(at(-120), received, assigned), (assigned, vec![ReportFlag::BeforeIssue]));
    }

    proptest! {
        #[test]
        fn the_counted_moment_is_within_its_bounds(made in -2000..2000i64, assigned in -2000..0i64) {
            let (moment, _) = counted_moment(at(made), at(0), at(assigned));
            prop_assert!(moment <= at(0));
            prop_assert!(moment >= at(-168));
            prop_assert!(moment >= at(assigned));
        }
    }
}
