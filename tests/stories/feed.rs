//! The delta feed: whoever follows it ends with exactly what he may see.

use std::collections::{BTreeMap, HashSet};

use chrono::TimeDelta;
use mobile_client::Client;
use openapi::{
    access::Role,
    assignments::{
        AcknowledgeAssignment, Acknowledgement, AssignmentId, AssignmentsQuery, CancelAssignment,
        ListAssignments, PauseAssignment, ReadAssignment, Reason, ReassignAssignment, Reassignment,
        ResumeAssignment,
    },
    calendar::{ListNamedEvents, NamedEventDraft, NamedEventsQuery, PutNamedEvent},
    decisions::{
        AnswerDifficulty, DecideExcuse, DecideExtension, DifficultiesQuery, DifficultyAnswer,
        DifficultyDraft, ExcuseDecision, ExcuseDraft, ExcusesQuery, ExtensionDecision, ExtensionDraft,
        ExtensionsQuery, ListDifficulties, ListExcuses, ListExtensions, PutDifficulty, PutExcuse,
        PutExtension,
    },
    directives::{
        DeleteDirective, DirectiveId, DirectivePatch, DirectivesQuery, ListDirectives, PatchDirective,
        PutDirective, ReadDirective,
    },
    endpoint::{Endpoint, Nothing},
    ledger::{ChangeKind, Feed, FeedItemId, FeedQuery, ReadFeed, Subject},
    people::{PatchPerson, PersonPatch, ReadPerson, RoleAt},
    problem::Code,
    reports::{
        ListReports, ReadReport, ReportDraft, ReportsQuery, ReviewDraft, ReviewReport, SubmitReport, Verdict,
    },
    tasks::{
        AssigneeRole, Due, DueSource, EventRelation, ListTasks, PatchTask, Priority, PutTask, ReadTask,
        TaskDraft, TaskId, TaskPatch, TasksQuery,
    },
    units::{ListUnits, UnitId, UnitsQuery},
    value::{Change, Cursor, Limit, Page},
};
use proptest::{
    prelude::*,
    strategy::ValueTree,
    test_runner::{Config, RngAlgorithm, TestRng, TestRunner},
};
use serde_json::Value;

use crate::{
    on_both,
    support::{World, conclusion, due, given_to, id, name, note, phrase, report, task},
};

type Known = BTreeMap<(Subject, FeedItemId), Value>;

/// Somebody who follows the feed, with what he has of it.
struct Reader {
    client: Client,
    known: Known,
    state: Option<Cursor>,
}

impl Reader {
    const fn new(client: Client) -> Self {
        Self { client, known: Known::new(), state: None }
    }

    async fn ask(&self, limit: i64) -> Result<Feed, mobile_client::Failed> {
        let limit = Some(Limit::try_from(limit).unwrap());
        let query = FeedQuery { since: self.state.clone(), limit };
        self.client.query::<ReadFeed>((), query).await.map(|answered| answered.reply)
    }

    /// Takes a page in. Answers what it told, and whether there is more.
    async fn page(&mut self, limit: i64) -> (Vec<(Subject, FeedItemId, ChangeKind)>, bool) {
        let feed = loop {
            match self.ask(limit).await {
                Ok(feed) => break feed,
                Err(failed) if failed.status() == 503 => {}
                Err(failed) => panic!("{failed}"),
            }
        };
        assert!(feed.items.len() <= usize::try_from(limit).unwrap());
        let mut told = Vec::new();
        let mut once = HashSet::new();
        for item in feed.items {
            let key = (item.subject, item.id);
            assert!(once.insert(key), "{key:?} came twice in a page");
            told.push((item.subject, item.id, item.change));
            match item.change {
                ChangeKind::Put => {
                    let data = item.data.unwrap();
                    let version = |data: &Value| data["version"].as_i64().unwrap();
                    if let Some(before) = self.known.get(&key) {
                        assert!(version(before) <= version(&data), "{key:?} went back");
                    }
                    self.known.insert(key, data);
                }
                ChangeKind::Gone | ChangeKind::Unknown => {
                    assert!(item.data.is_none());
                    self.known.remove(&key);
                }
            }
        }
        self.state = Some(feed.state);
        (told, feed.more)
    }

    /// Follows to the end, and answers what was told.
    async fn catch_up(&mut self) -> Vec<(Subject, FeedItemId, ChangeKind)> {
        let mut all = Vec::new();
        loop {
            let (told, more) = self.page(20).await;
            all.extend(told);
            if !more {
                return all;
            }
        }
    }

    fn has<T: 'static>(&self, subject: Subject, id: openapi::id::Id<T>) -> Option<&Value> {
        self.known.get(&(subject, id.cast()))
    }
}

async fn all<E, T>(client: &Client, path: E::Path, query: impl Fn(Option<Cursor>) -> E::Query) -> Vec<T>
where
    E: Endpoint<Body = Nothing, Reply = Page<T>>,
    E::Path: Clone,
{
    let mut items = Vec::new();
    let mut cursor = None;
    loop {
        let page = client.query::<E>(path.clone(), query(cursor)).await.unwrap().reply;
        items.extend(page.items);
        cursor = page.next;
        if cursor.is_none() {
            return items;
        }
    }
}

/// Everything each thing's own endpoint shows the caller.
async fn shown_elsewhere(world: &World, client: &Client, whole: bool) -> Known {
    let mut found = Known::new();
    let mut keep = |subject: Subject, id: FeedItemId, data: Value| {
        found.insert((subject, id), data);
    };
    let assignments = |cursor| AssignmentsQuery {
        limit: Some(Limit::try_from(200).unwrap()),
        cursor,
        ..Default::default()
    };
    for one in all::<ListAssignments, _>(client, (), assignments).await {
        keep(Subject::Assignment, one.id.cast(), serde_json::to_value(&one).unwrap());
    }
    let leader = world.leader().await;
    for assignment in all::<ListAssignments, _>(&leader, (), assignments).await {
        let reports = |cursor| ReportsQuery { cursor, ..Default::default() };
        for one in all::<ListReports, _>(&leader, assignment.id, reports).await {
            if let Ok(one) = client.call::<ReadReport>(one.id, Nothing).await {
                keep(Subject::Report, one.reply.id.cast(), serde_json::to_value(&one.reply).unwrap());
            }
        }
    }
    for one in
        all::<ListExtensions, _>(client, (), |cursor| ExtensionsQuery { cursor, ..Default::default() }).await
    {
        keep(Subject::Extension, one.id.cast(), serde_json::to_value(&one).unwrap());
    }
    for one in all::<ListExcuses, _>(client, (), |cursor| ExcusesQuery { cursor, ..Default::default() }).await
    {
        keep(Subject::Excuse, one.id.cast(), serde_json::to_value(&one).unwrap());
    }
    for one in
        all::<ListDifficulties, _>(client, (), |cursor| DifficultiesQuery { cursor, ..Default::default() })
            .await
    {
        keep(Subject::Difficulty, one.id.cast(), serde_json::to_value(&one).unwrap());
    }
    for one in all::<ListUnits, _>(client, (), |cursor| UnitsQuery { cursor, ..Default::default() }).await {
        keep(Subject::Unit, one.id.cast(), serde_json::to_value(&one).unwrap());
    }
    if !whole {
        return found;
    }
    for one in
        all::<ListNamedEvents, _>(client, (), |cursor| NamedEventsQuery { cursor, ..Default::default() })
            .await
    {
        keep(Subject::Event, one.id.cast(), serde_json::to_value(&one).unwrap());
    }
    for one in
        all::<ListDirectives, _>(client, (), |cursor| DirectivesQuery { cursor, ..Default::default() }).await
    {
        keep(Subject::Directive, one.id.cast(), serde_json::to_value(&one).unwrap());
        for one in
            all::<ListTasks, _>(client, one.id, |cursor| TasksQuery { cursor, ..Default::default() }).await
        {
            keep(Subject::Task, one.id.cast(), serde_json::to_value(&one).unwrap());
        }
    }
    found
}

fn same(who: &str, known: &Known, shown: &Known) {
    for (key, data) in shown {
        let Some(has) = known.get(key) else { panic!("{who} missed {key:?}") };
        assert_eq!(has, data, "{who} has another {key:?}");
    }
    for key in known.keys() {
        assert!(shown.contains_key(key), "{who} still has {key:?}");
    }
}

async fn take_over(world: &World, assignment: AssignmentId, village: &str) {
    let unit = world.village(village).await;
    let handover = Reassignment { unit, reason: note("Đúng địa bàn.") };
    world.office().await.call::<ReassignAssignment>(assignment, handover).await.unwrap();
}

on_both! {
    async fn it_begins_with_everything_in_view(world: &World) {
        let head = world.head_of("Thôn Một").await;
        let mine = world.give("Thôn Một", 5).await;
        let other = world.give("Thôn Hai", 5).await;
        let sent = id();
        head.call::<SubmitReport>(sent, report(world, mine)).await.unwrap();
        let mut reader = Reader::new(head.clone());
        reader.catch_up().await;
        assert!(reader.has(Subject::Assignment, mine).is_some() && reader.has(Subject::Report, sent).is_some());
        assert!(reader.has(Subject::Assignment, other).is_none());
        same("the head", &reader.known, &shown_elsewhere(world, &head, false).await);
        for client in [world.office().await, world.leader().await, world.inspector().await] {
            let mut reader = Reader::new(client.clone());
            while reader.page(3).await.1 {}
            same("the office", &reader.known, &shown_elsewhere(world, &client, true).await);
            assert_eq!(reader.catch_up().await, [], "nothing has changed since");
        }
    }

    async fn a_change_comes_once_and_with_the_present_data(world: &World) {
        let head = world.head_of("Thôn Một").await;
        let assignment = world.give("Thôn Một", 5).await;
        let mut reader = Reader::new(head.clone());
        reader.catch_up().await;
        let sent: Vec<_> = (0..3).map(|_| id()).collect();
        for one in &sent {
            head.call::<SubmitReport>(*one, report(world, assignment)).await.unwrap();
        }
        let mut told = reader.catch_up().await;
        told.sort_unstable();
        let put = |subject, id| (subject, id, ChangeKind::Put);
        let mut expected = vec![put(Subject::Assignment, assignment.cast())];
        expected.extend(sent.iter().map(|one| put(Subject::Report, one.cast())));
        assert_eq!(told, expected);
        let shown = head.call::<ReadAssignment>(assignment, Nothing).await.unwrap().reply;
        assert_eq!(reader.has(Subject::Assignment, assignment), Some(&serde_json::to_value(shown).unwrap()));
        assert_eq!(reader.catch_up().await, []);
    }

    async fn what_is_handed_over_goes_from_one_and_comes_to_the_other(world: &World) {
        let (one, two) = (world.head_of("Thôn Một").await, world.head_of("Thôn Hai").await);
        let leader = world.leader().await;
        let overseer = world.overseer_of(&["Thôn Một", "Thôn Hai"]).await;
        let assignment = world.give("Thôn Một", 5).await;
        let asked = id();
        let draft = ExtensionDraft { assignment, asked_due_on: world.day(9), reason: note("Mưa."), made_at: world.now() };
        one.call::<PutExtension>(asked, draft).await.unwrap();
        let [mut first, mut second, mut both] = [&one, &two, &overseer].map(|client| Reader::new(client.clone()));
        for reader in [&mut first, &mut second, &mut both] {
            reader.catch_up().await;
        }
        take_over(world, assignment, "Thôn Hai").await;
        assert_eq!(first.catch_up().await, [(Subject::Assignment, assignment.cast(), ChangeKind::Gone)]);
        assert_eq!(second.catch_up().await, [(Subject::Assignment, assignment.cast(), ChangeKind::Put)]);
        assert_eq!(both.catch_up().await, [(Subject::Assignment, assignment.cast(), ChangeKind::Put)]);
        // What was asked stays with who asked it, whoever has the work now.
        let granted = ExtensionDecision { granted: true, due_on: None, reason: None };
        leader.call::<DecideExtension>(asked, granted).await.unwrap();
        first.catch_up().await;
        assert_eq!(first.has(Subject::Extension, asked).unwrap()["state"], "granted");
        assert!(!second.catch_up().await.iter().any(|(subject, ..)| *subject == Subject::Extension));
        for (reader, client) in [(&first, &one), (&second, &two), (&both, &overseer)] {
            same("a follower", &reader.known, &shown_elsewhere(world, client, false).await);
            let mut begins = Reader::new(client.clone());
            begins.catch_up().await;
            same("who begins now", &begins.known, &reader.known);
        }
    }

    async fn what_the_office_adds_later_reaches_the_village(world: &World) {
        let head = world.head_of("Thôn Một").await;
        let office = world.office().await;
        let unit = world.village("Thôn Một").await;
        let (directive, tasks) = world.issue(|draft| vec![
            TaskDraft { due: due(world.day(5)), assignees: vec![given_to(&[unit], AssigneeRole::ChuTri)], ..draft },
        ]).await;
        let assignment = world.of_task(tasks[0]).await[0].id;
        let mut reader = Reader::new(head);
        reader.catch_up().await;
        let version = office.call::<ReadTask>(tasks[0], Nothing).await.unwrap().reply.version;
        let urgent = TaskPatch {
            priority: Some(Priority::Khan),
            private_note: Change::Set(note("Hộ ở cuối thôn.")),
            ..TaskPatch::default()
        };
        office.change::<PatchTask>(tasks[0], version, urgent).await.unwrap();
        let version = office.call::<ReadDirective>(directive, Nothing).await.unwrap().reply.version;
        let numbered = DirectivePatch { number: Change::Set(phrase("15")), ..DirectivePatch::default() };
        office.change::<PatchDirective>(directive, version, numbered).await.unwrap();
        reader.catch_up().await;
        let shown = reader.has(Subject::Assignment, assignment).unwrap();
        assert_eq!((&shown["task"]["priority"], &shown["directive"]["number"]), (&Value::from("khan"), &Value::from("15")));
        assert_eq!(shown["task"]["private_note"], "Hộ ở cuối thôn.");
        let overseer = world.overseer_of(&["Thôn Một"]).await;
        let mut reader = Reader::new(overseer);
        reader.catch_up().await;
        assert_eq!(reader.has(Subject::Assignment, assignment).unwrap()["task"]["private_note"], Value::Null);
    }

    async fn a_draft_thrown_away_is_gone(world: &World) {
        let office = world.office().await;
        let (directive, kept): (DirectiveId, TaskId) = (id(), id());
        office.call::<PutDirective>(directive, conclusion()).await.unwrap();
        let (other, one): (DirectiveId, TaskId) = (id(), id());
        let title = "Kết luận khác".parse().unwrap();
        office.call::<PutDirective>(other, openapi::directives::DirectiveDraft { title, ..conclusion() }).await.unwrap();
        office.call::<PutTask>(one, task(other, "Việc một")).await.unwrap();
        office.call::<PutTask>(kept, TaskDraft { related: vec![one], ..task(directive, "Việc hai") }).await.unwrap();
        let mut reader = Reader::new(office.clone());
        reader.catch_up().await;
        same("the office", &reader.known, &shown_elsewhere(world, &office, true).await);
        let version = office.call::<ReadDirective>(other, Nothing).await.unwrap().reply.version;
        office.change::<DeleteDirective>(other, version, Nothing).await.unwrap();
        let told = reader.catch_up().await;
        assert!(told.contains(&(Subject::Directive, other.cast(), ChangeKind::Gone)));
        assert!(told.contains(&(Subject::Task, one.cast(), ChangeKind::Gone)));
        same("the office", &reader.known, &shown_elsewhere(world, &office, true).await);
    }

    async fn closed_work_is_told_of_for_ninety_days(world: &World) {
        let office = world.office().await;
        let assignment = world.give("Thôn Một", 5).await;
        let reason = Reason { reason: note("Thôi.") };
        office.call::<CancelAssignment>(assignment, reason).await.unwrap();
        world.days_pass(89);
        let mut reader = Reader::new(world.office().await);
        reader.catch_up().await;
        assert!(reader.has(Subject::Assignment, assignment).is_some());
        world.days_pass(2);
        let mut reader = Reader::new(world.office().await);
        reader.catch_up().await;
        assert!(reader.has(Subject::Assignment, assignment).is_none());
    }

    async fn who_sees_something_else_now_starts_over(world: &World) {
        let head = world.head_of("Thôn Một").await;
        let admin = world.admin().await;
        let mut reader = Reader::new(head.clone());
        reader.catch_up().await;
        let me = world.me(&head).await;
        let other: UnitId = world.village("Thôn Hai").await;
        let person = admin.call::<ReadPerson>(me, Nothing).await.unwrap().reply;
        let mut roles = person.draft.roles.clone();
        roles.push(RoleAt { role: Role::Reporter, unit: other });
        let patch = PersonPatch { roles: Some(roles), ..PersonPatch::default() };
        admin.change::<PatchPerson>(me, person.version, patch).await.unwrap();
        let refused = |failed: mobile_client::Failed| match failed {
            mobile_client::Failed::Refused(problem) => (problem.status, problem.code),
            other => panic!("{other}"),
        };
        let gone = (410, Code::CannotCalculateChanges);
        assert_eq!(refused(reader.ask(5).await.unwrap_err()), gone);
        let foreign = Reader { state: Some(Cursor::of(&("not", "ours"))), ..Reader::new(head.clone()) };
        assert_eq!(refused(foreign.ask(5).await.unwrap_err()), gone);
        let mut office = Reader::new(world.office().await);
        office.catch_up().await;
        let borrowed = Reader { state: office.state.clone(), ..Reader::new(head) };
        assert_eq!(refused(borrowed.ask(5).await.unwrap_err()), gone, "a state is of one view");
        assert_eq!(world.admin().await.call::<ReadFeed>((), Nothing).await.unwrap_err().status(), 403);
        assert_eq!(world.stranger().call::<ReadFeed>((), Nothing).await.unwrap_err().status(), 401);
    }

    async fn whoever_follows_ends_with_what_there_is_however_many_write(world: &World) {
        let crowd = Crowd::gather(world).await;
        let deeds = deeds();
        let done = std::cell::Cell::new(0);
        let writers = futures_util::future::join_all(deeds.iter().map(|deeds| {
            let (crowd, done) = (&crowd, &done);
            async move {
                for deed in deeds {
                    crowd.act(*deed).await;
                }
                done.set(done.get() + 1);
            }
        }));
        let readers = futures_util::future::join_all(crowd.readers().into_iter().map(|(who, whole, client)| {
            let (done, writers) = (&done, deeds.len());
            async move {
                let mut reader = Reader::new(client);
                let mut limit = 1;
                while done.get() < writers {
                    reader.page(limit).await;
                    limit = limit % 13 + 3;
                }
                reader.catch_up().await;
                assert_eq!(reader.catch_up().await, [], "{who} is told again");
                (who, whole, reader)
            }
        }));
        let ((), readers) = futures_util::future::join(async { writers.await; }, readers).await;
        for (who, whole, reader) in readers {
            let shown = shown_elsewhere(world, &reader.client, whole).await;
            same(who, &reader.known, &shown);
            let mut begins = Reader::new(reader.client.clone());
            begins.catch_up().await;
            same(who, &begins.known, &shown);
        }
        let found = api::ledger::verify(&world.running.state.db, world.tenant).await.unwrap();
        assert_eq!(found.broken, None);
    }
}

/// Something somebody does: what, to which, and how.
type Deed = (u8, prop::sample::Index, u8);

/// What each of several writers does, drawn by chance, the same each time.
fn deeds() -> Vec<Vec<Deed>> {
    let rng = TestRng::from_seed(RngAlgorithm::ChaCha, &[11; 32]);
    let mut runner = TestRunner::new_with_rng(Config::default(), rng);
    let one = prop::collection::vec((0..24u8, any::<prop::sample::Index>(), any::<u8>()), 60);
    prop::collection::vec(one, 4).new_tree(&mut runner).unwrap().current()
}

const VILLAGES: [&str; 3] = ["Thôn Một", "Thôn Hai", "Thôn Ba"];

/// A commune at work: everybody does something at once.
struct Crowd<'w> {
    world: &'w World,
    office: Client,
    leader: Client,
    overseer: Client,
    heads: Vec<Client>,
    units: Vec<UnitId>,
    event: openapi::calendar::NamedEventId,
}

impl<'w> Crowd<'w> {
    async fn gather(world: &'w World) -> Self {
        let (mut heads, mut units) = (Vec::new(), Vec::new());
        for village in VILLAGES {
            heads.push(world.head_of(village).await);
            units.push(world.village(village).await);
        }
        let event = id();
        let draft =
            NamedEventDraft { name: name("Kỳ họp cuối năm"), from: Some(world.day(20)), to: None };
        let office = world.office().await;
        office.call::<PutNamedEvent>(event, draft).await.unwrap();
        let (leader, overseer) = (world.leader().await, world.overseer_of(&VILLAGES[..2]).await);
        let crowd = Self { world, office, leader, overseer, heads, units, event };
        crowd.issue(3).await;
        crowd
    }

    fn readers(&self) -> Vec<(&'static str, bool, Client)> {
        vec![
            ("the office", true, self.office.clone()),
            ("the leader", true, self.leader.clone()),
            ("the overseer", false, self.overseer.clone()),
            ("the first head", false, self.heads[0].clone()),
            ("the third head", false, self.heads[2].clone()),
        ]
    }

    async fn issue(&self, tasks: usize) {
        self.world
            .issue(|draft| {
                let due = |place: usize| match place {
                    0 => Due {
                        event: Some(self.event),
                        relation: Some(EventRelation::Before),
                        source: DueSource::Event,
                        ..Due::none()
                    },
                    _ => due(self.world.day(5)),
                };
                let assignees = vec![given_to(&self.units, AssigneeRole::ChuTri)];
                let one =
                    |place| TaskDraft { due: due(place), assignees: assignees.clone(), ..draft.clone() };
                (0..tasks).map(one).collect()
            })
            .await;
    }

    async fn assignment(&self, which: prop::sample::Index) -> AssignmentId {
        let query = AssignmentsQuery { limit: Some(Limit::try_from(100).unwrap()), ..Default::default() };
        loop {
            if let Ok(page) = self.leader.query::<ListAssignments>((), query.clone()).await {
                return page.reply.items[which.index(page.reply.items.len())].id;
            }
        }
    }

    /// Does it, if it can be done.
    async fn act(&self, (deed, which, how): Deed) {
        let world = self.world;
        world.clock.advance(TimeDelta::milliseconds(i64::from(how)));
        let assignment = self.assignment(which).await;
        let shown = self.leader.call::<ReadAssignment>(assignment, Nothing).await;
        let Ok(shown) = shown.map(|answered| answered.reply) else { return };
        let place = self.units.iter().position(|unit| *unit == shown.unit.id).unwrap();
        let head = &self.heads[place];
        let reason = Reason { reason: note("Vì thế.") };
        let made_at = world.now();
        // Refusals are as good as answers: what counts is what was done.
        match deed {
            0..=5 => {
                let draft = ReportDraft { completes: how % 3 == 0, ..report(world, assignment) };
                let _ = head.call::<SubmitReport>(id(), draft).await;
            }
            6..=8 => {
                if let Some(last) = shown.last_report {
                    let verdict = if how % 2 == 0 { Verdict::Accept } else { Verdict::Return };
                    let draft = ReviewDraft { verdict, reason: Some(note("Đã xem.")) };
                    let _ = self.leader.call::<ReviewReport>(last.id, draft).await;
                }
            }
            9 => {
                let _ = head.call::<AcknowledgeAssignment>(assignment, Acknowledgement { made_at }).await;
            }
            10 | 11 => {
                let asked = id();
                let asked_due_on = world.day(i64::from(how) + 6);
                let draft = ExtensionDraft { assignment, asked_due_on, reason: note("Mưa."), made_at };
                let _ = head.call::<PutExtension>(asked, draft).await;
                if how % 2 == 0 {
                    let granted = ExtensionDecision { granted: true, due_on: None, reason: None };
                    let _ = self.leader.call::<DecideExtension>(asked, granted).await;
                }
            }
            12 => {
                let excuse = id();
                let draft = ExcuseDraft { assignment, reason: note("Sạt lở."), made_at };
                let _ = head.call::<PutExcuse>(excuse, draft).await;
                let confirmed = ExcuseDecision { confirmed: how % 2 == 0, reason: Some(note("Đã rõ.")) };
                let _ = self.leader.call::<DecideExcuse>(excuse, confirmed).await;
            }
            13 => {
                let difficulty = id();
                let about = (how % 2 == 0).then_some(assignment);
                let draft = DifficultyDraft {
                    unit: shown.unit.id,
                    assignment: about,
                    words: note("Vướng."),
                    made_at,
                };
                let _ = head.call::<PutDifficulty>(difficulty, draft).await;
                if how % 3 == 0 {
                    let answer = DifficultyAnswer { words: note("Sẽ xuống.") };
                    let _ = self.leader.call::<AnswerDifficulty>(difficulty, answer).await;
                }
            }
            14 | 15 => {
                let unit = self.units[usize::from(how) % self.units.len()];
                let handover = Reassignment { unit, reason: note("Đúng địa bàn.") };
                let _ = self.office.call::<ReassignAssignment>(assignment, handover).await;
            }
            16 => {
                let _ = self.office.call::<PauseAssignment>(assignment, reason).await;
            }
            17 => {
                let _ = self.office.call::<ResumeAssignment>(assignment, Nothing).await;
            }
            18 => {
                let _ = self.office.call::<CancelAssignment>(assignment, reason).await;
            }
            19 => self.change_task(shown.task.id, how).await,
            20 => self.number(shown.directive.id, how).await,
            21 => self.throw_away(how).await,
            22 => {
                let draft = conclusion();
                let directive = id();
                let _ = self.office.call::<PutDirective>(directive, draft).await;
                let _ = self.office.call::<PutTask>(id(), task(directive, "Việc dự thảo")).await;
            }
            _ => {
                let draft = conclusion();
                let directive = id();
                let _ = self.office.call::<PutDirective>(directive, draft).await;
            }
        }
    }

    async fn change_task(&self, task: TaskId, how: u8) {
        let Ok(shown) = self.office.call::<ReadTask>(task, Nothing).await else { return };
        let patch = TaskPatch {
            priority: Some(if how.is_multiple_of(2) { Priority::Khan } else { Priority::Thuong }),
            private_note: Change::Set(note(&format!("Ghi chú {how}"))),
            due: how.is_multiple_of(3).then(|| due(self.world.day(i64::from(how % 7) + 3))),
            ..TaskPatch::default()
        };
        let _ = self.office.change::<PatchTask>(task, shown.reply.version, patch).await;
    }

    async fn number(&self, directive: DirectiveId, how: u8) {
        let Ok(shown) = self.office.call::<ReadDirective>(directive, Nothing).await else { return };
        let patch =
            DirectivePatch { number: Change::Set(phrase(&format!("{how}"))), ..DirectivePatch::default() };
        let _ = self.office.change::<PatchDirective>(directive, shown.reply.version, patch).await;
    }

    async fn throw_away(&self, how: u8) {
        let drafts = DirectivesQuery {
            state: Some(openapi::directives::DirectiveState::Draft),
            ..DirectivesQuery::default()
        };
        let Ok(page) = self.office.query::<ListDirectives>((), drafts).await else { return };
        if let Some(one) = page.reply.items.get(usize::from(how % 4)) {
            let _ = self.office.change::<DeleteDirective>(one.id, one.version, Nothing).await;
        }
    }
}
