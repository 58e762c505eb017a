//! How the engines read what is asked most. **Invariant: what grows is searched by an index, never
//! walked from end to end; which index it is was reviewed.** The statements are those the server
//! really sends. To accept a change: `UPDATE_PLANS=1 cargo nextest run -p tests house::plans`, and read
//! the difference.

use std::{
    collections::{BTreeMap, BTreeSet},
    sync::{LazyLock, Mutex},
};

use api::{
    db::{AnyConnection, Place},
    jobs::{open_periods, warn},
};
use diesel::{
    QueryableByName, RunQueryDsl,
    connection::{Instrumentation, InstrumentationEvent, SimpleConnection, set_default_instrumentation},
    sql_query,
    sql_types::Text,
};
use openapi::{
    assignments::{
        AssignmentOrder, AssignmentsQuery, CountAssignments, ListAssignments, ListHistory, ReadAssignment,
    },
    carrying::{ListUnfinished, UnfinishedQuery},
    endpoint::Nothing,
    figures::{OverdueQuery, ReadOverdue, ReadStatistics, StatisticsQuery},
    ledger::{FeedQuery, ReadFeed},
    links::{LinkedQuery, ListLinkedWork},
    reports::{ListReports, ReportsQuery, SubmitReport},
    timeliness::Timeliness,
};

use crate::support::{Engine, World, id, report};

const FILE: &str = concat!(env!("CARGO_MANIFEST_DIR"), "/house/plans.txt");

/// What grows with every document and every day.
const GROWING: [&str; 9] = [
    "assignments",
    "assignment_past",
    "tasks",
    "task_links",
    "reports",
    "report_places",
    "carry_overs",
    "ledger",
    "alerts",
];

static HEARD: LazyLock<Mutex<BTreeSet<String>>> = LazyLock::new(Mutex::default);

/// Hears every statement of this process.
struct Ear;
impl Instrumentation for Ear {
    fn on_connection_event(&mut self, event: InstrumentationEvent<'_>) {
        if let InstrumentationEvent::StartQuery { query, .. } = event {
            let text = query.to_string();
            let text = text.split(" -- binds:").next().unwrap_or_default().to_owned();
            HEARD.lock().unwrap().insert(text);
        }
    }
}

/// The statements of what is asked most, by what asks.
async fn asked_most(world: &World) -> Vec<(&'static str, BTreeSet<String>)> {
    let (head, leader) = (world.head_of("Thôn Một").await, world.leader().await);
    let overseer = world.overseer_of(&["Thôn Một", "Thôn Hai"]).await;
    let given = world.give("Thôn Một", -2).await;
    world.give("Thôn Hai", 4).await;
    // Who asks is remembered from here on.
    head.call::<CountAssignments>((), Nothing).await.unwrap();
    // What the server does by itself meanwhile, every second, is nobody's asking.
    HEARD.lock().unwrap().clear();
    open_periods(&world.running.state).await.unwrap();
    let by_itself = std::mem::take(&mut *HEARD.lock().unwrap());
    assert!(!by_itself.is_empty());
    let mut asked = Vec::new();
    macro_rules! hear {
        ($what:literal, $asking:expr) => {
            HEARD.lock().unwrap().clear();
            $asking.await.unwrap();
            let heard = std::mem::take(&mut *HEARD.lock().unwrap());
            let of_rows = |text: &String| {
                let text = text.trim_start().to_uppercase();
                text.starts_with("SELECT") && GROWING.iter().any(|table| text.contains(&table.to_uppercase()))
            };
            let of_asking = |text: &String| of_rows(text) && !by_itself.contains(text);
            asked.push(($what, heard.into_iter().filter(of_asking).collect()));
        };
    }
    let any = AssignmentsQuery::default;
    let late = || AssignmentsQuery { timeliness: Some(Timeliness::OpenOverdue), ..any() };
    let worst = || AssignmentsQuery { sort: Some(AssignmentOrder::DaysLate), ..any() };
    hear!("my work", head.query::<ListAssignments>((), any()));
    hear!("the work of my villages", overseer.query::<ListAssignments>((), any()));
    hear!("all work", leader.query::<ListAssignments>((), any()));
    hear!("what is late", leader.query::<ListAssignments>((), late()));
    hear!("the latest first", leader.query::<ListAssignments>((), worst()));
    hear!("one assignment", head.call::<ReadAssignment>(given, Nothing));
    hear!("my counts", head.call::<CountAssignments>((), Nothing));
    hear!("a report", head.call::<SubmitReport>(id(), report(world, given)));
    hear!("the reports of an assignment", leader.query::<ListReports>(given, ReportsQuery::default()));
    hear!("the history of an assignment", leader.query::<ListHistory>(given, Default::default()));
    hear!("the work linked to an assignment", leader.query::<ListLinkedWork>(given, LinkedQuery::default()));
    hear!("what is unfinished", leader.query::<ListUnfinished>((), UnfinishedQuery::default()));
    hear!("the overdue report", leader.query::<ReadOverdue>((), OverdueQuery::default()));
    hear!("the statistics", leader.query::<ReadStatistics>((), StatisticsQuery::default()));
    hear!("my feed", head.query::<ReadFeed>((), FeedQuery::default()));
    hear!("the ladder", warn(&world.running.state));
    asked
}

/// How SQLite reads a statement: one line for each table, without what the statement itself says.
fn plan(connection: &mut AnyConnection, statement: &str) -> Vec<String> {
    #[derive(QueryableByName)]
    struct Step {
        #[diesel(sql_type = Text)]
        detail: String,
    }
    let AnyConnection::Sqlite(connection) = connection else { panic!("of SQLite") };
    let steps: Vec<Step> = sql_query(format!("EXPLAIN QUERY PLAN {statement}")).load(connection).unwrap();
    steps
        .into_iter()
        .map(|step| step.detail)
        .filter(|line| line.contains("SEARCH") || line.contains("SCAN"))
        .collect()
}

/// The plans of everything, as the file has them.
fn plans(
    connection: &mut AnyConnection,
    asked: &[(&str, BTreeSet<String>)],
) -> BTreeMap<String, BTreeSet<String>> {
    let mut plans = BTreeMap::new();
    for (what, statements) in asked {
        let lines: BTreeSet<String> = statements.iter().flat_map(|text| plan(connection, text)).collect();
        plans.insert((*what).to_owned(), lines);
    }
    plans
}

fn written(plans: &BTreeMap<String, BTreeSet<String>>) -> String {
    let mut text = String::from(
        "# How SQLite reads what is asked most. Obtained by asking; a change is to be reviewed.\n",
    );
    for (what, lines) in plans {
        text += &format!("\n{what}\n");
        for line in lines {
            text += &format!("    {line}\n");
        }
    }
    text
}

fn connected(place: &Place) -> AnyConnection {
    place.connect().unwrap()
}

#[tokio::test]
async fn the_plans_are_those_that_were_reviewed() {
    set_default_instrumentation(|| Some(Box::new(Ear))).unwrap();
    let world = World::new(Engine::Sqlite).await;
    let asked = asked_most(&world).await;
    let mut connection = connected(world.place());
    let plans_now = plans(&mut connection, &asked);
    for (what, lines) in &plans_now {
        assert!(!lines.is_empty(), "{what} asks something");
        for line in lines.iter().filter(|line| line.starts_with("SCAN")) {
            let table = line.split_whitespace().nth(1).unwrap_or_default();
            // The names that statements written by hand give them; a subselect is called otherwise.
            let alias = ["a", "p", "r", "t", "l"].contains(&table);
            assert!(!GROWING.contains(&table) && !alias, "{what} walks all of it: {line}");
        }
    }
    let text = written(&plans_now);
    if std::env::var_os("UPDATE_PLANS").is_some() {
        std::fs::write(FILE, &text).unwrap();
    }
    assert_eq!(
        text,
        std::fs::read_to_string(FILE).unwrap_or_default(),
        "the plans differ from the reviewed file {FILE}"
    );
    // And it would be noticed if an index that is used were not there.
    let used: BTreeSet<&str> =
        text.split_whitespace().filter(|word| word.starts_with("assignments_")).collect();
    assert!(used.len() >= 5, "{used:?}");
    for index in used {
        if index == "assignments_once" {
            continue;
        }
        connection.batch_execute(&format!("BEGIN; DROP INDEX {index}")).unwrap();
        assert_ne!(written(&plans(&mut connection, &asked)), text, "without {index} nothing changes");
        connection.batch_execute("ROLLBACK").unwrap();
    }
    drop(connection);
    world.end().await;
}

/// PostgreSQL chooses by what is in the tables; told to avoid walking from end to end, it must be able to.
#[tokio::test]
async fn postgres_can_do_without_walking_from_end_to_end() {
    let Some(engine) = Engine::postgres() else { return };
    set_default_instrumentation(|| Some(Box::new(Ear))).unwrap();
    let world = World::new(engine).await;
    let asked = asked_most(&world).await;
    let mut connection = connected(world.place());
    connection.batch_execute("SET enable_seqscan = off; SET plan_cache_mode = force_generic_plan").unwrap();
    let AnyConnection::Postgres(connection) = &mut connection else { panic!("of PostgreSQL") };
    let mut looked_at = 0;
    for (what, statements) in &asked {
        for statement in statements {
            let many = (1..).take_while(|n| statement.contains(&format!("${n}"))).count();
            let values = vec!["NULL"; many].join(", ");
            let values = if many == 0 { String::new() } else { format!("({values})") };
            connection.batch_execute(&format!("PREPARE asked AS {statement}")).unwrap();
            #[derive(QueryableByName)]
            struct Step {
                #[diesel(sql_type = Text, column_name = "QUERY PLAN")]
                line: String,
            }
            let steps: Vec<Step> =
                sql_query(format!("EXPLAIN EXECUTE asked{values}")).load(connection).unwrap();
            connection.batch_execute("DEALLOCATE asked").unwrap();
            for step in steps {
                looked_at += 1;
                let walks = GROWING.iter().any(|table| step.line.contains(&format!("Seq Scan on {table} ")));
                assert!(!walks, "{what}: {}\n{statement}", step.line);
            }
        }
    }
    assert!(looked_at > 50, "{looked_at}");
    world.end().await;
}
