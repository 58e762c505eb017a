//! Work to tell stories about: a directive with the tasks a story needs, issued.

use mobile_client::Client;
use openapi::{
    assignments::{Assignment, AssignmentId, AssignmentsQuery, ListAssignments},
    directives::{
        DirectiveDraft, DirectiveId, DirectiveKind, IssueDirective, IssueRequest, PutDirective, ReadDirective,
    },
    endpoint::Nothing,
    reports::{ReportDraft, ReportId, SubmitReport},
    tasks::{
        Assignee, AssigneeRole, Basis, Due, DueSource, Nature, Priority, PutTask, TaskDraft, TaskId, TaskKind,
    },
    units::{UnitId, UnitKind},
    value::{Date, Position},
};

use super::{World, id, name, note, title};

/// A conclusion as the clerk enters it minutes after the meeting.
pub fn conclusion() -> DirectiveDraft {
    DirectiveDraft {
        kind: DirectiveKind::KetLuan,
        issuer: name("Ban Thường vụ Đảng ủy xã Suối Mơ"),
        issuer_unit: None,
        number: None,
        symbol: None,
        title: title("Kết luận hội nghị tháng 11"),
        secrecy: None,
        issued_on: None,
        meeting_on: None,
        signer: None,
        signing_authority: None,
        signing_position: None,
        concluded_by: None,
        period: None,
        recipients: vec![],
        body: None,
        notes: None,
        files: vec![],
    }
}

/// A task of a directive, given to nobody, without a date.
pub fn task(directive: DirectiveId, content: &str) -> TaskDraft {
    TaskDraft {
        directive,
        parent: None,
        carried_from: None,
        related: vec![],
        position: Position::try_from(1).unwrap(),
        place: None,
        heading: None,
        content: note(content),
        quote: None,
        kind: TaskKind::NhiemVu,
        nature: Nature::OneOff,
        priority: Priority::Thuong,
        due: Due::none(),
        product: None,
        targets: vec![],
        recurrence: None,
        assignees: vec![],
        suggestions: vec![],
        notes: None,
        private_note: None,
    }
}

/// Due on a day, because the office says so.
pub fn due(on: Date) -> Due {
    Due { on: Some(on), source: DueSource::Office, ..Due::none() }
}

/// Units that are to do it.
pub fn given_to(units: &[UnitId], role: AssigneeRole) -> Assignee {
    Assignee {
        name: name("đơn vị được giao"),
        canonical: None,
        kind: None,
        role,
        basis: Basis::Office,
        via: None,
        units: units.to_vec(),
        class: None,
    }
}

/// All units of a kind.
pub fn class(kind: UnitKind) -> Assignee {
    Assignee { class: Some(kind), ..given_to(&[], AssigneeRole::ChuTri) }
}

/// A report that says something.
pub fn report(world: &World, assignment: AssignmentId) -> ReportDraft {
    ReportDraft {
        assignment,
        percent: Some(50.try_into().unwrap()),
        quantity: None,
        words: Some(note("Đang làm.")),
        completes: false,
        made_at: world.now(),
        corrects: None,
        told_by: None,
        files: vec![],
    }
}

impl World {
    /// Enters a directive with one task for each draft, which the story finishes, and issues it.
    pub async fn issue(&self, finish: impl Fn(TaskDraft) -> Vec<TaskDraft>) -> (DirectiveId, Vec<TaskId>) {
        let office = self.office().await;
        let directive = id();
        office.call::<PutDirective>(directive, conclusion()).await.unwrap();
        let mut tasks = Vec::new();
        for draft in finish(task(directive, "Hoàn thành việc được giao")) {
            let task = id();
            office.call::<PutTask>(task, draft).await.unwrap();
            tasks.push(task);
        }
        let version = office.call::<ReadDirective>(directive, Nothing).await.unwrap().reply.version;
        office.call::<IssueDirective>(directive, IssueRequest { version }).await.unwrap();
        (directive, tasks)
    }

    /// Enters a directive and leaves it a draft.
    pub async fn draft(&self) -> DirectiveId {
        let directive = id();
        self.office().await.call::<PutDirective>(directive, conclusion()).await.unwrap();
        directive
    }

    /// Issues a draft as it stands.
    pub async fn issue_draft(&self, directive: DirectiveId) {
        let office = self.office().await;
        let version = office.call::<ReadDirective>(directive, Nothing).await.unwrap().reply.version;
        office.call::<IssueDirective>(directive, IssueRequest { version }).await.unwrap();
    }

    /// Gives a village one task with a due date so many days from today, and answers the assignment.
    pub async fn give(&self, village: &str, due_in: i64) -> AssignmentId {
        let unit = self.village(village).await;
        let (_, tasks) = self
            .issue(|draft| {
                let assignees = vec![given_to(&[unit], AssigneeRole::ChuTri)];
                vec![TaskDraft { due: due(self.day(due_in)), assignees, ..draft }]
            })
            .await;
        self.of_task(tasks[0]).await[0].id
    }

    /// The assignments of a task, as the leader sees them.
    pub async fn of_task(&self, task: TaskId) -> Vec<Assignment> {
        let leader = self.leader().await;
        let query = AssignmentsQuery { task: Some(task), ..AssignmentsQuery::default() };
        leader.query::<ListAssignments>((), query).await.unwrap().reply.items
    }

    /// One assignment, as the leader sees it.
    pub async fn assignment(&self, assignment: AssignmentId) -> Assignment {
        let leader = self.leader().await;
        leader.call::<openapi::assignments::ReadAssignment>(assignment, Nothing).await.unwrap().reply
    }

    /// Reports that the work is done.
    pub async fn complete(&self, head: &Client, assignment: AssignmentId) -> ReportId {
        let done = ReportDraft { completes: true, ..report(self, assignment) };
        let report = id();
        head.call::<SubmitReport>(report, done).await.unwrap();
        report
    }
}
