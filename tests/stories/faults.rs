//! Bad days: the process is killed at any moment, the disk is full. **What was answered 2xx is there
//! afterwards; what was not is wholly there or wholly absent.** Told with the real program, as a
//! process of its own.

use std::{
    net::{SocketAddr, TcpListener},
    path::PathBuf,
    process::{Child, Command, Stdio},
    sync::{
        Arc,
        atomic::{AtomicBool, Ordering},
    },
    time::Duration,
};

use api::{clock::Clock, db::Place};
use diesel::{ExpressionMethods, QueryDsl, RunQueryDsl};
use mobile_client::{Client, Failed};
use openapi::{
    assignments::AssignmentId,
    endpoint::Nothing,
    reports::{ReadReport, ReportId, SubmitReport},
    tasks::{AssigneeRole, TaskDraft},
};

use crate::support::{Engine, World, given_to, id, report};

/// The program, built beside the tests.
pub(super) fn program() -> PathBuf {
    let beside = std::env::current_exe().unwrap().parent().unwrap().parent().unwrap().join("dondoc");
    let program = std::env::var_os("DONDOC_BINARY").map_or(beside, PathBuf::from);
    assert!(program.exists(), "{} is not built: cargo build -p api", program.display());
    program
}

/// A server that is a process of its own.
pub(super) struct Server {
    child: Child,
    address: SocketAddr,
}

impl Server {
    pub(super) async fn start(mut command: Command, place: &Place) -> Self {
        let database = match place {
            Place::Sqlite(path) => path.to_string_lossy().into_owned(),
            Place::Postgres(url) => url.clone(),
        };
        let address = TcpListener::bind("127.0.0.1:0").unwrap().local_addr().unwrap();
        let child = command
            .args(["serve", "--listen", &address.to_string(), "--database", &database])
            .env("DONDOC_RATE_LIMIT_PER_MINUTE", "10000000")
            .stdout(Stdio::null())
            .stderr(Stdio::null())
            .spawn()
            .unwrap();
        let server = Self { child, address };
        for _ in 0..600 {
            let ready = reqwest::get(format!("http://{address}/readyz")).await;
            if ready.is_ok_and(|answer| answer.status().is_success()) {
                return server;
            }
            tokio::time::sleep(Duration::from_millis(20)).await;
        }
        panic!("the server did not start");
    }
    pub(super) fn base(&self) -> String {
        format!("http://{}", self.address)
    }
    /// SIGKILL: no farewell.
    pub(super) fn kill(mut self) {
        self.child.kill().unwrap();
        self.child.wait().unwrap();
    }
}

impl Drop for Server {
    fn drop(&mut self) {
        let _ = self.child.kill();
        let _ = self.child.wait();
    }
}

/// What one sender was told.
#[derive(Default)]
struct Told {
    kept: Vec<ReportId>,
    unknown: Vec<ReportId>,
}

/// Sends reports, one after the other, until told to stop.
async fn send(
    head: Client,
    world: Arc<World>,
    assignments: Vec<AssignmentId>,
    stop: Arc<AtomicBool>,
) -> Told {
    let mut told = Told::default();
    let mut turn = 0;
    while !stop.load(Ordering::SeqCst) {
        let one = id();
        let draft = report(&world, assignments[turn % assignments.len()]);
        turn += 1;
        match head.call::<SubmitReport>(one, draft).await {
            Ok(_) => told.kept.push(one),
            Err(Failed::Unreachable(_)) => told.unknown.push(one),
            Err(other) => panic!("{other}"),
        }
    }
    told
}

pub(super) fn rounds() -> u32 {
    std::env::var("DONDOC_KILL_ROUNDS").ok().and_then(|n| n.parse().ok()).unwrap_or(100)
}

/// A commune with work for one village, on the wall clock, whose own server has been stopped.
async fn commune(engine: Engine) -> (Arc<World>, Vec<AssignmentId>, Client) {
    let world = World::on_clock(engine, Clock::wall()).await;
    let head = world.head_of("Thôn Một").await;
    let unit = world.village("Thôn Một").await;
    let (_, tasks) = world
        .issue(|draft| {
            let assignees = vec![given_to(&[unit], AssigneeRole::ChuTri)];
            (0..8).map(|_| TaskDraft { assignees: assignees.clone(), ..draft.clone() }).collect()
        })
        .await;
    let mut assignments = Vec::new();
    for task in tasks {
        assignments.push(world.of_task(task).await[0].id);
    }
    (Arc::new(world), assignments, head)
}

async fn nothing_is_lost(engine: Engine) {
    let (world, assignments, head) = commune(engine).await;
    let place = world.place().clone();
    let (mut kept, mut unknown) = (Vec::new(), Vec::new());
    for round in 0..rounds() {
        let server = Server::start(Command::new(program()), &place).await;
        let client = head.at(&server.base());
        let stop = Arc::new(AtomicBool::new(false));
        let senders: Vec<_> = (0..4)
            .map(|_| {
                tokio::spawn(send(client.clone(), Arc::clone(&world), assignments.clone(), Arc::clone(&stop)))
            })
            .collect();
        // At another moment in each round, so that every instruction has its turn.
        tokio::time::sleep(Duration::from_micros(u64::from(round * 7919 % 60_000))).await;
        server.kill();
        stop.store(true, Ordering::SeqCst);
        for sender in senders {
            let told = sender.await.unwrap();
            kept.extend(told.kept);
            unknown.extend(told.unknown);
        }
    }
    let server = Server::start(Command::new(program()), &place).await;
    let client = head.at(&server.base());
    for one in &kept {
        assert!(client.call::<ReadReport>(*one, Nothing).await.is_ok(), "{one} was answered 2xx and is gone");
    }
    let mut arrived = 0;
    for one in &unknown {
        arrived += i64::from(client.call::<ReadReport>(*one, Nothing).await.is_ok());
    }
    drop(server);
    println!(
        "{} rounds: {} kept, {} unanswered of which {arrived} arrived",
        rounds(),
        kept.len(),
        unknown.len()
    );
    assert!(!kept.is_empty());
    nothing_is_half_there(&place, i64::try_from(kept.len()).unwrap() + arrived);
    Arc::into_inner(world).unwrap().end().await;
}

/// For every report one entry in the ledger, and the assignment knows of its newest.
fn nothing_is_half_there(place: &Place, expected: i64) {
    use api::schema::{assignments, ledger, reports};
    let mut connection = place.connect().unwrap();
    let stored: i64 = reports::table.count().get_result(&mut connection).unwrap();
    let told: i64 =
        ledger::table.filter(ledger::deed.eq("reported")).count().get_result(&mut connection).unwrap();
    assert_eq!((stored, told), (expected, expected));
    let newest: Vec<Option<String>> =
        assignments::table.select(assignments::last_report_id).load(&mut connection).unwrap();
    for report in newest.into_iter().flatten() {
        let there: i64 =
            reports::table.filter(reports::id.eq(&report)).count().get_result(&mut connection).unwrap();
        assert_eq!(there, 1, "an assignment names a report that is not there");
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn killed_at_any_moment_nothing_answered_is_lost_sqlite() {
    nothing_is_lost(Engine::Sqlite).await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn killed_at_any_moment_nothing_answered_is_lost_postgres() {
    if let Some(engine) = Engine::postgres() {
        nothing_is_lost(engine).await;
    }
}

/// A disk of four megabytes, as a file system of the process's own; where that is not allowed the
/// story is skipped, loudly.
#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_full_disk_answers_503_and_recovers() {
    const SIZE: &str = "6m";
    let folder = tempfile::TempDir::new().unwrap();
    let small = folder.path().join("small");
    std::fs::create_dir(&small).unwrap();
    let allowed = Command::new("unshare").args(["-Urm", "true"]).status();
    if !allowed.is_ok_and(|status| status.success()) {
        assert!(std::env::var_os("CI").is_none(), "unshare is not allowed here");
        eprintln!("SKIPPED: a small disk needs unshare(1) with user namespaces");
        return;
    }
    let (world, assignments, head) = commune(Engine::Sqlite).await;
    let Place::Sqlite(file) = world.place().clone() else { unreachable!() };
    let script = format!(
        "mount -t tmpfs -o size={SIZE} none {small} && cp {file}* {small}/ && \
         dd if=/dev/zero of={small}/ballast bs=1k count=1024 status=none && exec {program} \"$@\"",
        small = small.display(),
        file = file.display(),
        program = program().display(),
    );
    let mut command = Command::new("unshare");
    command.args(["-Urm", "bash", "-c", &script, "bash"]);
    let server = Server::start(command, &Place::Sqlite(small.join("dondoc.db"))).await;
    let client = head.at(&server.base());
    let mut kept = Vec::new();
    let full = loop {
        let one = id();
        let words = "x".repeat(4000).parse().unwrap();
        let draft = openapi::reports::ReportDraft { words: Some(words), ..report(&world, assignments[0]) };
        match client.call::<SubmitReport>(one, draft).await {
            Ok(_) => kept.push(one),
            Err(Failed::Refused(problem)) => break problem,
            Err(other) => panic!("{other}"),
        }
        assert!(kept.len() < 5000, "the disk never filled");
    };
    assert_eq!((full.status, full.code), (503, openapi::problem::Code::StorageFull));
    for one in &kept {
        assert!(
            client.call::<ReadReport>(*one, Nothing).await.is_ok(),
            "reading goes on, and nothing kept is lost"
        );
    }
    // Room is made, from outside the namespace.
    std::fs::remove_file(format!("/proc/{}/root{}/ballast", server.child.id(), small.display())).unwrap();
    let after = client.call::<SubmitReport>(id(), report(&world, assignments[0])).await;
    assert!(after.is_ok(), "{after:?}");
    drop(server);
    Arc::into_inner(world).unwrap().end().await;
}
