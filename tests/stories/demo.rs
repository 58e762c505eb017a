//! The invented commune: whole, lively, of today, and like nothing that exists.

use std::{
    collections::{BTreeMap, BTreeSet},
    net::TcpListener,
    num::NonZeroU32,
    path::PathBuf,
};

use api::{
    app::{self, Running},
    clock::Clock,
    db::Place,
    demo,
};
use mobile_client::Client;
use openapi::{
    assignments::{
        Assignment, AssignmentsQuery, CountAssignments, HistoryKind, ListAssignments, ListHistory,
    },
    calendar::{ListNamedEvents, ReadCalendarYear},
    decisions::{ListDifficulties, ListExcuses, ListExtensions, RequestState},
    directives::{Directive, DirectiveKind, DirectiveState, ListDirectives},
    endpoint::Nothing,
    people::{ListOversights, OversightsQuery},
    reports::{ListReports, ReportFlag},
    sessions::{Credentials, Password, ReadMe, SignIn},
    tasks::{AssigneeRole, DuePrecision, DueSource, ListTasks, Nature, Priority, Task, TasksQuery},
    text::fold,
    timeliness::{State, Timeliness},
    units::{ListUnits, Unit, UnitKind, UnitsQuery},
    value::{Instant, Limit},
};

use crate::support::Engine;

const NOW: &str = "2026-11-20T03:00:00Z";

fn now() -> Instant {
    NOW.parse().unwrap()
}

/// A server on the commune, whose clock stands at the moment the commune was made for.
async fn serve(place: &Place, now: Instant) -> Running {
    let options = app::Options {
        place: place.clone(),
        clock: Clock::standing_at(now),
        workers: 1,
        connections: 4,
        requests_per_minute: NonZeroU32::new(1_000_000).unwrap(),
        trusted_proxies: ["127.0.0.1".parse().unwrap()].into(),
        metrics_from: ["127.0.0.1".parse().unwrap()].into(),
        outgoing_allow_hosts: api::net::Allowed::parse("127.0.0.1").unwrap(),
        warns: false,
        public_url: "https://dondoc.example".to_owned(),
        app: None,
        office: None,
        channels: api::config::Channels::default(),
    };
    app::start(&options, TcpListener::bind("127.0.0.1:0").unwrap(), false).await.unwrap()
}

async fn sign_in(running: &Running, user_name: &str) -> Client {
    let stranger = Client::new(&format!("http://{}", running.address));
    let credentials = Credentials {
        login: user_name.parse().unwrap(),
        password: Password::try_from(demo::PASSWORD.to_owned()).unwrap(),
        device_name: "máy thử".parse().unwrap(),
        organisation: Some(demo::SLUG.parse().unwrap()),
        device_proof: None,
    };
    let session = stranger.call::<SignIn>((), credentials).await.unwrap().reply;
    stranger.with_token(&session.access_token)
}

/// All pages of a list.
macro_rules! all {
    ($client:expr, $list:ty, $path:expr, $query:expr) => {{
        let mut query = $query;
        query.limit = Some(Limit::try_from(200).unwrap());
        let mut items = Vec::new();
        loop {
            let page = $client.query::<$list>($path, query.clone()).await.unwrap().reply;
            items.extend(page.items);
            if page.next.is_none() {
                break items;
            }
            query.cursor = page.next;
        }
    }};
}

async fn assignments(client: &Client) -> Vec<Assignment> {
    all!(client, ListAssignments, (), AssignmentsQuery::default())
}
async fn directives(client: &Client) -> Vec<Directive> {
    all!(client, ListDirectives, (), openapi::directives::DirectivesQuery::default())
}
async fn tasks(client: &Client) -> Vec<Task> {
    let mut tasks = Vec::new();
    for directive in directives(client).await {
        tasks.extend(all!(client, ListTasks, directive.id, TasksQuery::default()));
    }
    tasks
}

/// Makes the commune once on each engine, and tells every story on it: making it takes seconds.
macro_rules! on_the_commune {
    ($(async fn $story:ident($commune:ident: &Commune) $body:block)+) => {
        $(async fn $story($commune: &Commune) $body)+
        async fn told_on(engine: Engine) {
            let fresh = engine.fresh();
            let logins = demo::run(&fresh.place, now()).await.unwrap();
            let running = serve(&fresh.place, now()).await;
            let commune = Commune { place: fresh.place.clone(), running, logins };
            $(println!(stringify!($story)); $story(&commune).await;)+
            commune.running.stop().await;
        }
    };
}

/// The commune on a server, and who can sign in.
struct Commune {
    place: Place,
    running: Running,
    logins: Vec<demo::Login>,
}

impl Commune {
    async fn sign_in(&self, user_name: &str) -> Client {
        sign_in(&self.running, user_name).await
    }
}

#[tokio::test]
async fn the_commune_is_whole_and_lively_on_sqlite() {
    told_on(Engine::Sqlite).await;
}
#[tokio::test]
async fn the_commune_is_whole_and_lively_on_postgres() {
    let Some(engine) = Engine::postgres() else { return };
    told_on(engine).await;
}

on_the_commune! {
    async fn the_commune_is_whole(commune: &Commune) {
        let office = commune.sign_in("van.phong").await;
        let units: Vec<Unit> = all!(office, ListUnits, (), UnitsQuery::default());
        let of = |kind: UnitKind| units.iter().filter(|unit| unit.draft.kind == kind && unit.merged_into.is_none()).count();
        assert_eq!(of(UnitKind::Thon), 24);
        assert_eq!(units.iter().filter(|unit| unit.merged_into.is_some()).count(), 1);
        assert_eq!(of(UnitKind::TruongHoc), 3);
        assert_eq!(of(UnitKind::TramYTe), 1);
        assert_eq!(of(UnitKind::DoanThe), 5);
        assert!(of(UnitKind::ChiBo) >= 24);
        let kinds: BTreeSet<UnitKind> = units.iter().map(|unit| unit.draft.kind).collect();
        assert_eq!(kinds.len(), UnitKind::ALL.len(), "{kinds:?}");
        let cells: Vec<String> = units
            .iter()
            .filter(|unit| unit.draft.kind == UnitKind::ChiBo)
            .map(|unit| fold(unit.draft.name.as_str()))
            .collect();
        let villages =
            units.iter().filter(|unit| unit.draft.kind == UnitKind::Thon && unit.merged_into.is_none());
        for village in villages {
            let own = format!("chi bo {}", fold(village.draft.name.as_str()));
            assert!(cells.contains(&own), "{own}");
            assert!(!village.draft.aliases.is_empty());
        }
        let oversights = all!(office, ListOversights, (), OversightsQuery::default());
        let overseers: BTreeSet<_> = oversights.iter().map(|oversight| oversight.person.id).collect();
        assert!(overseers.len() >= 4);
        assert!(oversights.iter().any(|oversight| oversight.draft.to.is_some()));
        let events = office.query::<ListNamedEvents>((), Default::default()).await.unwrap().reply.items;
        assert!(events.iter().any(|event| event.draft.name.as_str() == "Tết Nguyên đán 2027" && event.draft.from.is_some()));
        assert!(events.iter().any(|event| event.draft.from.is_none() && event.assignments.get() > 0));
        let year = openapi::value::Year::try_from(2026).unwrap();
        assert!(office.call::<ReadCalendarYear>(year, Nothing).await.unwrap().reply.days.len() >= 10);
    }

    async fn every_kind_of_work_is_there(commune: &Commune) {
        let office = commune.sign_in("van.phong").await;
        let documents = directives(&office).await;
        let kinds: BTreeSet<DirectiveKind> = documents.iter().map(|one| one.draft.kind).collect();
        assert_eq!((documents.len(), kinds.len()), (5, 5));
        let states = |state: DirectiveState| documents.iter().filter(|one| one.state == state).count();
        assert_eq!((states(DirectiveState::Draft), states(DirectiveState::Closed)), (1, 1));
        let tasks = tasks(&office).await;
        println!("{} tasks", tasks.len());
        assert!((110..=130).contains(&tasks.len()), "{} tasks", tasks.len());
        let any = |what: fn(&Task) -> bool| assert!(tasks.iter().any(what));
        for nature in Nature::ALL {
            assert!(tasks.iter().any(|task| task.draft.nature == *nature), "{nature}");
        }
        for precision in [DuePrecision::Day, DuePrecision::Month, DuePrecision::Year, DuePrecision::Term, DuePrecision::Event] {
            assert!(tasks.iter().any(|task| task.draft.due.precision == Some(precision)), "{precision}");
        }
        for source in DueSource::ALL {
            assert!(tasks.iter().any(|task| task.draft.due.source == *source), "{source}");
        }
        any(|task| task.draft.assignees.is_empty());
        any(|task| task.draft.priority == Priority::Khan);
        any(|task| task.draft.private_note.is_some());
        any(|task| task.draft.parent.is_some() && task.draft.due.on.is_some());
        any(|task| task.draft.carried_from.is_some());
        any(|task| !task.draft.related.is_empty());
        any(|task| task.draft.targets.iter().any(|target| target.level.is_some()));
        any(|task| task.draft.targets.iter().any(|target| target.value_to.is_some()));
        any(|task| task.draft.assignees.iter().any(|assignee| assignee.via.is_some()));
        any(|task| task.draft.assignees.iter().any(|assignee| assignee.role == AssigneeRole::TheoDoi));
        for task in &tasks {
            let quote = task.draft.quote.as_ref().unwrap().as_str();
            let body = documents.iter().find(|one| one.id == task.draft.directive).unwrap();
            assert!(body.draft.body.as_ref().unwrap().as_str().contains(quote), "{quote}");
        }
    }

    async fn work_is_in_every_state(commune: &Commune) {
        let office = commune.sign_in("van.phong").await;
        let all = assignments(&office).await;
        let mut counts: BTreeMap<String, usize> = BTreeMap::new();
        for one in &all {
            let class = one.standing.class.map_or("-", Timeliness::as_str);
            *counts.entry(format!("{} {class}", one.state)).or_default() += 1;
        }
        println!("{} assignments: {counts:#?}", all.len());
        assert!((850..=1000).contains(&all.len()), "{} assignments", all.len());
        for state in State::ALL {
            assert!(all.iter().any(|one| one.state == *state), "{state}");
        }
        for class in Timeliness::ALL {
            assert!(all.iter().any(|one| one.standing.class == Some(*class)), "{class}");
        }
        let any = |what: fn(&Assignment) -> bool| assert!(all.iter().any(what));
        any(|one| one.standing.due_soon);
        any(|one| one.extension_asked);
        any(|one| one.excused);
        any(|one| one.due_on != one.original_due_on);
        any(|one| one.period.is_some_and(|period| period.number.get() > 1));
        any(|one| one.quantity.is_some());
        any(|one| one.state == State::InProgress && one.reason.is_some());
        let done = all.iter().filter(|one| one.state == State::Completed).count();
        assert!(done * 3 > all.len() && done * 3 < all.len() * 2, "{done} of {} completed", all.len());

        let waiting = office.call::<CountAssignments>((), Nothing).await.unwrap().reply;
        println!("{waiting:?}");
        let waits = [waiting.overdue, waiting.due_soon, waiting.submitted, waiting.returned, waiting.unacknowledged, waiting.extensions, waiting.difficulties];
        assert!(waits.iter().all(|count| count.get() > 0), "{waiting:?}");
        let extensions = all!(office, ListExtensions, (), openapi::decisions::ExtensionsQuery::default());
        let excuses = all!(office, ListExcuses, (), openapi::decisions::ExcusesQuery::default());
        for state in RequestState::ALL {
            assert!(extensions.iter().any(|one| one.state == *state), "{state}");
            assert!(excuses.iter().any(|one| one.state == *state), "{state}");
        }
        let difficulties = all!(office, ListDifficulties, (), openapi::decisions::DifficultiesQuery::default());
        assert!(difficulties.iter().any(|one| one.answer.is_none()));
        assert!(difficulties.iter().any(|one| one.answer.is_some()));
        assert!(difficulties.iter().any(|one| one.draft.assignment.is_none()));
    }

    async fn the_history_is_that_of_ninety_days(commune: &Commune) {
        let office = commune.sign_in("van.phong").await;
        let all = assignments(&office).await;
        let (mut kinds, mut on_behalf, mut held, mut photos) = (BTreeSet::new(), 0, 0, 0);
        for (index, one) in all.iter().enumerate() {
            let history = all!(office, ListHistory, one.id, openapi::assignments::HistoryQuery::default());
            assert!(history.windows(2).all(|pair| pair[0].at <= pair[1].at));
            assert!(history.iter().all(|entry| entry.at <= now()));
            let last = history.last().unwrap();
            assert_eq!((last.state, last.due_on), (one.state, one.due_on), "{one:#?}");
            kinds.extend(history.iter().map(|entry| entry.kind));
            if index % 3 != 0 {
                continue;
            }
            for report in all!(office, ListReports, one.id, openapi::reports::ReportsQuery::default()) {
                on_behalf += usize::from(report.draft.told_by.is_some());
                held += usize::from(report.draft.made_at.plus(chrono::TimeDelta::hours(1)) < report.received_at);
                photos += report.draft.files.len();
                assert!(!report.flags.contains(&ReportFlag::ClockAhead), "{report:?}");
            }
        }
        println!("{kinds:?}, {on_behalf} on behalf, {held} held back, {photos} photos");
        // Nobody has been warned yet: the first server to run on it does that.
        let missing: Vec<_> = HistoryKind::ALL.iter().filter(|kind| !kinds.contains(kind)).collect();
        assert_eq!(missing, [&HistoryKind::Warned]);
        assert!(on_behalf > 0 && held > 0 && photos > 0);
    }

    async fn everybody_signs_in_and_has_something_to_do(commune: &Commune) {
        let logins: Vec<&str> = commune.logins.iter().map(|login| login.user_name.as_str()).collect();
        for first in ["quan.tri", "van.phong", "thuong.truc", "uy.vien", "kiem.tra", "truong.thon.1", "truong.thon.2", "truong.thon.24", "bi.thu.1"] {
            assert!(logins.contains(&first), "{first}");
        }
        // Every tenth of the many, because signing in is slow on purpose.
        for login in logins.iter().take(12).chain(logins.iter().skip(12).step_by(10)) {
            let client = commune.sign_in(login).await;
            let me = client.call::<ReadMe>((), Nothing).await.unwrap().reply;
            assert!(!me.roles.is_empty(), "{login}");
        }
        for head in ["truong.thon.1", "truong.thon.2"] {
            let own = assignments(&commune.sign_in(head).await).await;
            let states: BTreeSet<State> = own.iter().map(|one| one.state).collect();
            assert!(own.len() >= 15 && states.len() >= 4, "{head}: {states:?}");
            assert!(own.iter().any(|one| one.standing.class == Some(Timeliness::OpenOverdue)), "{head}");
        }
        let overseer = assignments(&commune.sign_in("uy.vien").await).await;
        let units: BTreeSet<_> = overseer.iter().map(|one| one.unit.id).collect();
        assert_eq!(units.len(), 13);
        assert!(overseer.iter().any(|one| one.state == State::Submitted));
    }

    async fn nothing_in_it_is_copied(commune: &Commune) {
        let Some(seeds) = seeds() else {
            eprintln!("SKIPPED: there are no real documents to compare with (DONDOC_SEEDS)");
            return;
        };
        assert!(!seeds.is_empty());
        let office = commune.sign_in("van.phong").await;
        let mut texts = Vec::new();
        for directive in directives(&office).await {
            texts.push(directive.draft.title.to_string());
            texts.extend(directive.draft.body.map(|body| body.to_string()));
            texts.extend(directive.draft.signer.map(|name| name.to_string()));
        }
        for task in tasks(&office).await {
            texts.push(task.draft.content.to_string());
        }
        let villages = UnitsQuery { kind: Some(UnitKind::Thon), ..UnitsQuery::default() };
        for village in all!(office, ListUnits, (), villages) {
            texts.push(village.draft.name.to_string());
        }
        for one in assignments(&office).await.iter().step_by(3) {
            let reports = all!(office, ListReports, one.id, openapi::reports::ReportsQuery::default());
            texts.extend(reports.into_iter().filter_map(|report| report.draft.words).map(|words| words.to_string()));
        }
        let mut runs: BTreeSet<String> = BTreeSet::new();
        for seed in &seeds {
            let words: Vec<&str> = seed.split(' ').collect();
            runs.extend(words.windows(RUN).map(|run| run.join(" ")));
        }
        for text in texts {
            let folded = fold(&text);
            assert!(!seeds.iter().any(|seed| seed.contains(&folded)), "{text}");
            let words: Vec<&str> = folded.split(' ').collect();
            for run in words.windows(RUN) {
                assert!(!runs.contains(&run.join(" ")), "{run:?} in {text}");
            }
        }
    }

    async fn a_database_that_holds_an_organisation_is_left_alone(commune: &Commune) {
        let before = assignments(&commune.sign_in("van.phong").await).await;
        let again = demo::run(&commune.place, now()).await.unwrap_err();
        let api::error::Error::Refused(refusal) = again else { panic!("{again:?}") };
        assert_eq!(refusal.code, openapi::problem::Code::Conflict);
        assert_eq!(assignments(&commune.sign_in("van.phong").await).await, before);
    }
}

/// What people see of the work, without ids.
async fn seen(now: Instant) -> Vec<String> {
    let fresh = Engine::Sqlite.fresh();
    demo::run(&fresh.place, now).await.unwrap();
    let running = serve(&fresh.place, now).await;
    let office = sign_in(&running, "van.phong").await;
    let all = assignments(&office).await;
    running.stop().await;
    let line = |one: &Assignment| {
        let due = one.due_on.map(|due| due.to_string()).unwrap_or_default();
        format!("{} {} {} {due} {:?}", one.task.content, one.unit.name, one.state, one.updated_at)
    };
    let mut lines: Vec<String> = all.iter().map(line).collect();
    lines.sort_unstable();
    lines
}

#[tokio::test]
async fn it_is_lively_on_any_day_and_the_same_on_the_same_day() {
    // A leap day; the first minutes of a new year; a Sunday, on the eve of Tết.
    let mut before = None;
    for now in
        ["2028-02-29T02:00:00Z", "2028-02-29T02:00:00Z", "2026-12-31T17:05:00Z", "2027-02-05T08:00:00Z"]
    {
        let lines = seen(now.parse().unwrap()).await;
        println!("{now}: {} assignments", lines.len());
        assert!((850..=1000).contains(&lines.len()), "{now}: {}", lines.len());
        for state in State::ALL {
            let word = format!(" {state} ");
            assert!(lines.iter().any(|line| line.contains(&word)), "{now}: {state}");
        }
        if let Some((_, same)) = before.replace((now, lines.clone())).filter(|(day, _)| *day == now) {
            assert_eq!(lines, same);
        }
    }
}

/// How many words in a row may not be those of a real document. Stock phrases of the trade are shorter.
const RUN: usize = 8;

/// The folder of real documents that must not be copied from; it is not part of the repository.
fn seeds() -> Option<Vec<String>> {
    let beside = || PathBuf::from(env!("CARGO_MANIFEST_DIR")).join("../../shared/seeds");
    let folder = std::env::var_os("DONDOC_SEEDS").map_or_else(beside, PathBuf::from);
    let texts = std::fs::read_dir(&folder).ok()?.filter_map(|entry| {
        let path = entry.ok()?.path();
        (path.extension()? == "txt").then(|| fold(&std::fs::read_to_string(path).unwrap()))
    });
    Some(texts.collect())
}
