//! The document's life after the clerk has entered it: issued, reported, reviewed, dates passed; and
//! on every day the server's figures held against ours. **Invariant: what is done comes from the
//! script alone, so that the count needs no answer of the server.**

use std::collections::{BTreeMap, BTreeSet, HashMap};

use mobile_client::Client;
use openapi::{
    access::Role,
    assignments::{
        AcknowledgeAssignment, Acknowledgement, Assignment, AssignmentId, AssignmentsQuery, ListAssignments,
    },
    directives::{DirectiveId, IssueDirective, IssueRequest, PreviewIssue},
    endpoint::Nothing,
    links::{LinkTasks, UnlinkTasks},
    people::PersonId,
    reports::{ReportDraft, ReportId, ReviewDraft, ReviewReport, SubmitReport, Verdict},
    tasks::{Due, DuePrecision, DueSource, PatchTask, TaskId, TaskPatch},
    units::UnitKind,
    value::{Date, Percent},
};

use super::{
    commune::Commune,
    count::{self, Act, Job},
    enter::{self, Entered},
    read::Seed,
    script::{self, morning},
};
use crate::support::{World, id, name, note};

/// Kinds of units of which the first reports itself; for the others the office does.
const SIGN_IN: [UnitKind; 6] =
    [UnitKind::Ubnd, UnitKind::Mttq, UnitKind::ChiBo, UnitKind::Thon, UnitKind::DoanThe, UnitKind::TruongHoc];

/// A document on its way.
pub struct Life<'a> {
    pub world: &'a World,
    pub seed: &'a Seed,
    pub commune: &'a Commune,
    pub directive: DirectiveId,
    pub jobs: Vec<Job>,
    /// The assignment of each job, once it is given.
    pub assignments: HashMap<(usize, usize, usize, usize), AssignmentId>,
    /// Who is in charge of some of the units.
    pub overseer: PersonId,
    pub watched: Vec<usize>,
    tasks: HashMap<TaskId, (usize, usize)>,
    reports: HashMap<(usize, usize, usize, usize), ReportId>,
    cast: Cast,
    /// The links of the document, taken back while it is lived: the script writes for each piece of work by
    /// itself, and a report on one must not count at another.
    links: Vec<(TaskId, TaskId)>,
}

/// Who is signed in today: access tokens last minutes.
#[derive(Default)]
struct Cast {
    office: Option<Client>,
    leader: Option<Client>,
    reporters: HashMap<usize, Client>,
}

/// Everything that was ever given, in pages.
pub async fn assignments_of(client: &Client, directive: DirectiveId) -> Vec<Assignment> {
    let mut all = Vec::new();
    let mut query = AssignmentsQuery {
        directive: Some(directive),
        limit: Some("150".parse().unwrap()),
        ..AssignmentsQuery::default()
    };
    loop {
        let page = client.query::<ListAssignments>((), query.clone()).await.unwrap().reply;
        all.extend(page.items);
        query.cursor = page.next;
        if query.cursor.is_none() {
            return all;
        }
    }
}

impl<'a> Life<'a> {
    /// Issues what was entered, and holds what is given against what ought to be.
    pub async fn issue(world: &'a World, seed: &'a Seed, commune: &'a Commune, entered: &'a Entered) -> Self {
        let directive = entered.directive.id;
        let issued = world.today();
        let tasks = entered.tasks.iter().map(|task| (task.id, (task.number, task.stage))).collect();
        let (overseer, watched) = in_charge(world, commune).await;
        let mut life = Life {
            overseer,
            watched,
            world,
            seed,
            commune,
            directive,
            jobs: count::jobs(&seed.gold, commune, issued, false),
            assignments: HashMap::new(),
            tasks,
            reports: HashMap::new(),
            cast: Cast::default(),
            links: Vec::new(),
        };
        let office = world.office().await;
        life.preview(&office).await;
        let version = super::read_directive(&office, directive).await.version;
        office.call::<IssueDirective>(directive, IssueRequest { version }).await.unwrap();
        life.learn().await;
        life.office_completes(&office, entered).await;
        life.jobs = count::jobs(&seed.gold, commune, issued, true);
        life.learn().await;
        for job in &mut life.jobs {
            script::write(job, signs_in(commune, job.unit));
        }
        life.take_apart(&office, entered).await;
        life
    }

    async fn take_apart(&mut self, office: &Client, entered: &Entered) {
        for task in &entered.tasks {
            for other in super::read_task(office, task.id).await.draft.related {
                let apart = office.call::<UnlinkTasks>((task.id, other), Nothing).await.unwrap().reply;
                assert!(!apart.draft.related.contains(&other));
                self.links.push((task.id, other));
            }
        }
    }

    /// Everything is linked again as the document has it.
    pub async fn put_together(&self, office: &Client) {
        for (task, other) in &self.links {
            let together = office.call::<LinkTasks>((*task, *other), Nothing).await.unwrap().reply;
            assert!(together.draft.related.contains(other));
        }
    }

    /// What would be given is what ought to be, unit by unit; what is without a unit or a date is
    /// pointed at, and stands in nobody's way.
    async fn preview(&self, office: &Client) {
        let preview = office.call::<PreviewIssue>(self.directive, Nothing).await.unwrap().reply;
        assert!(preview.ready, "{:?}", preview.findings);
        assert!(preview.findings.iter().all(|finding| !finding.blocking));
        let today = self.world.today();
        let mut shares: BTreeMap<String, (i32, i32)> = BTreeMap::new();
        for job in self.jobs.iter().filter(|job| job.opened <= today) {
            let share = shares.entry(self.commune.units[job.unit].id().to_string()).or_default();
            if job.role == "chu_tri" { share.0 += 1 } else { share.1 += 1 }
        }
        let total: i32 = shares.values().map(|(leads, others)| leads + others).sum();
        assert_eq!(preview.assignments.get(), total);
        let seen: BTreeMap<String, (i32, i32)> = preview
            .shares
            .iter()
            .map(|share| (share.unit.id.to_string(), (share.leads.get(), share.others.get())))
            .collect();
        assert_eq!(seen, shares);
    }

    /// The office gives what names nobody to whom the clerk thought of, and dates to what ends and
    /// has none.
    async fn office_completes(&self, office: &Client, entered: &Entered) {
        for (number, said) in self.seed.gold.directives.iter().enumerate() {
            let nobody = said.assignees.is_empty() && !said.suggested_assignees.is_empty();
            let given = nobody.then(|| {
                said.suggested_assignees.iter().map(|s| enter::given_by_office(self.commune, s)).collect()
            });
            let due = count::office_date(&self.seed.gold, said).map(|day| Due {
                text: said.deadline.as_ref().map(|deadline| crate::support::phrase(&deadline.raw)),
                on: Some(day),
                precision: Some(DuePrecision::Day),
                source: DueSource::Office,
                ..Due::none()
            });
            if due.is_some() || given.is_some() {
                let patch = TaskPatch { due, assignees: given.clone(), ..TaskPatch::default() };
                self.patch(office, entered.task(number, 0).id, patch).await;
            }
            for stage in (1..=said.milestones.len()).filter(|_| given.is_some()) {
                let patch = TaskPatch { assignees: given.clone(), ..TaskPatch::default() };
                self.patch(office, entered.task(number, stage).id, patch).await;
            }
        }
    }
    async fn patch(&self, office: &Client, task: TaskId, patch: TaskPatch) {
        let version = super::read_task(office, task).await.version;
        office.change::<PatchTask>(task, version, patch).await.unwrap();
    }

    /// Finds the assignment of each job given by today; there are no others, and each is as it ought
    /// to be.
    pub async fn learn(&mut self) {
        let today = self.world.today();
        let office = self.office().await;
        let given: HashMap<_, _> =
            self.jobs.iter().filter(|job| job.opened <= today).map(|job| (job.key(), job)).collect();
        let all = assignments_of(&office, self.directive).await;
        let mut found = HashMap::new();
        for assignment in all {
            let (number, stage) = self.tasks[&assignment.task.id];
            let unit = self.commune.units.iter().position(|body| body.id() == assignment.unit.id).unwrap();
            let period = assignment.period.map_or(0, |p| usize::try_from(p.number.get()).unwrap());
            let key = (number, stage, unit, period);
            let job = given.get(&key).unwrap_or_else(|| panic!("nobody was to get {key:?}: {assignment:?}"));
            self.compare(job, &assignment, today);
            assert!(found.insert(key, assignment.id).is_none(), "given twice: {key:?}");
        }
        let missing: Vec<_> = given.keys().filter(|key| !found.contains_key(*key)).collect();
        assert!(missing.is_empty(), "not given on {today}: {missing:?}");
        self.assignments = found;
    }

    fn compare(&self, job: &Job, assignment: &Assignment, today: Date) {
        let stand = job.stands(today).unwrap();
        let what = job.key();
        assert_eq!(assignment.role.as_str(), job.role, "{what:?}");
        assert_eq!((assignment.due_on, assignment.original_due_on), (job.due, job.due), "{what:?}");
        assert_eq!(assignment.state, stand.state, "{what:?}");
        assert_eq!(assignment.finished_on, stand.finished, "{what:?}");
        assert_eq!(assignment.standing.as_of, today);
        assert_eq!(assignment.standing.class, Some(stand.class), "{what:?}");
        assert_eq!(i64::from(assignment.standing.days_late.get()), stand.late, "{what:?}");
        assert_eq!(assignment.standing.due_soon, stand.due_soon, "{what:?}");
        let last = assignment.last_report.as_ref().map(|report| (report.made_at, report.completes));
        assert_eq!(last, stand.last, "{what:?}");
        if let Some(period) = assignment.period {
            assert_eq!((period.from, Some(period.to)), (job.opened, job.due), "{what:?}");
        }
        let said = &self.seed.gold.directives[job.number];
        let words = if job.stage == 0 { &said.text } else { &said.milestones[job.stage - 1].what };
        assert_eq!(assignment.task.content.as_str(), words);
    }

    /// The days on which anything happens or changes class.
    pub fn days(&self) -> BTreeSet<Date> {
        let mut days = BTreeSet::new();
        for job in &self.jobs {
            days.insert(job.opened);
            days.extend(job.log.iter().map(|entry| entry.day));
            days.extend(job.due.iter().flat_map(|due| [due.plus(-3), *due, due.plus(1), due.plus(5)]));
        }
        days.retain(|day| *day >= self.world.today());
        days
    }

    /// Goes on to the morning of a day, opens what begins, and does what the script says.
    pub async fn live(&mut self, day: Date) {
        self.world.clock.set(morning(day));
        self.cast = Cast::default();
        let begins =
            self.jobs.iter().any(|job| job.opened == day && !self.assignments.contains_key(&job.key()));
        super::open_rounds(self.world).await;
        if begins {
            self.learn_the_new(day).await;
        }
        let due: Vec<_> = self
            .jobs
            .iter()
            .flat_map(|job| job.log.iter().filter(|e| e.day == day).map(|e| (job.key(), job.unit, e.act)))
            .collect();
        for (key, unit, act) in due {
            self.act(key, unit, act).await;
        }
    }

    /// Before today's acts, what has just been opened is found by what it is, not by how it stands.
    async fn learn_the_new(&mut self, day: Date) {
        let mut logs = Vec::new();
        for job in &mut self.jobs {
            let today = job.log.iter().position(|entry| entry.day >= day).unwrap_or(job.log.len());
            logs.push(job.log.split_off(today));
        }
        self.learn().await;
        for (job, log) in self.jobs.iter_mut().zip(logs) {
            job.log.extend(log);
        }
    }

    async fn act(&mut self, key: (usize, usize, usize, usize), unit: usize, act: Act) {
        let assignment = self.assignments[&key];
        let reporter = self.reporter(unit).await;
        match act {
            Act::Acknowledge => {
                let made_at = self.world.now();
                let body = Acknowledgement { made_at };
                reporter.unwrap().call::<AcknowledgeAssignment>(assignment, body).await.unwrap();
            }
            Act::Report { made_at, made_on, completes } => {
                let told_by = reporter.is_none().then(|| name("Người của đơn vị"));
                let sender = match reporter {
                    Some(reporter) => reporter,
                    None => self.office().await,
                };
                let draft = ReportDraft {
                    assignment,
                    percent: Percent::try_from(if completes { 100 } else { 40 }).ok(),
                    quantity: None,
                    words: Some(note("Đã báo cáo theo kịch bản.")),
                    completes,
                    made_at,
                    corrects: None,
                    told_by,
                    files: Vec::new(),
                };
                let report = id();
                let sent = sender.call::<SubmitReport>(report, draft).await;
                let sent = sent.unwrap_or_else(|refused| panic!("{key:?}: {refused:?}"));
                assert_eq!((sent.status, sent.reply.counts_on), (201, made_on), "{key:?}");
                assert!(sent.reply.flags.is_empty(), "{key:?}: {:?}", sent.reply.flags);
                self.reports.insert(key, report);
            }
            Act::Accept => self.review(key, Verdict::Accept).await,
            Act::Return => self.review(key, Verdict::Return).await,
        }
    }

    async fn review(&mut self, key: (usize, usize, usize, usize), verdict: Verdict) {
        let reason = (verdict == Verdict::Return).then(|| note("Chưa có số liệu kèm theo."));
        let leader = self.leader().await;
        let review = ReviewDraft { verdict, reason };
        leader.call::<ReviewReport>(self.reports[&key], review).await.unwrap();
    }

    /// The clerk, signed in today.
    pub async fn office(&mut self) -> Client {
        if self.cast.office.is_none() {
            self.cast.office = Some(self.world.office().await);
        }
        self.cast.office.clone().unwrap()
    }
    /// The leader, signed in today.
    pub async fn leader(&mut self) -> Client {
        if self.cast.leader.is_none() {
            self.cast.leader = Some(self.world.leader().await);
        }
        self.cast.leader.clone().unwrap()
    }
    /// Whoever reports for a unit, signed in today; nobody, where the office does.
    pub async fn reporter(&mut self, unit: usize) -> Option<Client> {
        if !signs_in(self.commune, unit) {
            return None;
        }
        if !self.cast.reporters.contains_key(&unit) {
            let body = &self.commune.units[unit];
            let user = format!("nguoi.{unit}");
            let client = self.world.somebody(&user, Role::Reporter, &body.name, body.kind).await;
            self.cast.reporters.insert(unit, client);
        }
        self.cast.reporters.get(&unit).cloned()
    }
}

/// Somebody is in charge of the first two villages and cells.
async fn in_charge(world: &World, commune: &Commune) -> (PersonId, Vec<usize>) {
    let of = |kind| (0..commune.units.len()).filter(move |at| commune.units[*at].kind == kind).take(2);
    let watched: Vec<usize> = of(UnitKind::Thon).chain(of(UnitKind::ChiBo)).collect();
    let names: Vec<_> = watched.iter().map(|at| commune.units[*at].name.as_str()).collect();
    let overseer = world.overseer_of(&names).await;
    (world.me(&overseer).await, watched)
}

/// Whether somebody of this unit signs in.
pub fn signs_in(commune: &Commune, unit: usize) -> bool {
    let kind = commune.units[unit].kind;
    SIGN_IN.contains(&kind) && commune.units.iter().position(|body| body.kind == kind) == Some(unit)
}
