//! The servers that are measured, each a process of its own so that its memory and processor time
//! are its own. **Invariant: a server ends when this process does, because it waits for the end of
//! its standard input.**

use std::{
    collections::HashSet,
    io::{BufRead, BufReader, Read, Write},
    net::{SocketAddr, TcpListener},
    num::NonZeroU32,
    process::{Child, Command, Stdio},
};

use actix_web::{App, HttpServer, web};
use api::{
    app::{self, Options},
    clock::Clock,
    db::Place,
};

/// A server that runs beside us.
pub struct Server {
    /// Where it answers.
    pub address: SocketAddr,
    child: Child,
}

/// What a server uses.
#[derive(Debug, Clone, Copy, Default)]
pub struct Memory {
    /// Memory that is its own alone and must stay, in MB: pages of the database file that it has mapped
    /// are its own alone as well, but go when anybody needs the room.
    pub private: f64,
    /// With what it shares with others and with the file cache.
    pub resident: f64,
}

impl Server {
    /// The server of Đôn Đốc, on the data at a place, as it is run by default but for its limits.
    pub fn dondoc(place: &Place) -> Self {
        let setting = match place {
            Place::Sqlite(path) => path.to_string_lossy().into_owned(),
            Place::Postgres(url) => url.clone(),
        };
        Self::start(&["serve", &setting])
    }
    /// An endpoint that only says hello.
    pub fn hello() -> Self {
        Self::start(&["hello"])
    }

    fn start(words: &[&str]) -> Self {
        let mut child = Command::new(std::env::current_exe().unwrap())
            .arg("--bench")
            .args(words)
            .stdin(Stdio::piped())
            .stdout(Stdio::piped())
            .spawn()
            .unwrap();
        let mut line = String::new();
        BufReader::new(child.stdout.take().unwrap()).read_line(&mut line).unwrap();
        Self { address: line.trim().parse().expect("the server did not start"), child }
    }

    /// What it uses now.
    pub fn memory(&self) -> Memory {
        let Ok(rollup) = std::fs::read_to_string(format!("/proc/{}/smaps_rollup", self.child.id())) else {
            return Memory::default();
        };
        let sum = |names: &[&str]| {
            let lines = rollup.lines().filter(|line| names.iter().any(|name| line.starts_with(name)));
            let kb = lines.filter_map(|line| line.split_whitespace().nth(1)?.parse::<f64>().ok());
            kb.sum::<f64>() / 1000.0
        };
        Memory { private: sum(&["Private_Dirty:"]), resident: sum(&["Rss:"]) }
    }

    /// Processor time it has used, in microseconds.
    pub fn processor_time(&self) -> f64 {
        // In hundredths of a second on every Linux (`getconf CLK_TCK`).
        const TICK: f64 = 10_000.0;
        let stat = std::fs::read_to_string(format!("/proc/{}/stat", self.child.id())).unwrap_or_default();
        let after_name = stat.rsplit(')').next().unwrap_or_default();
        let fields = after_name.split_whitespace().skip(11).take(2);
        fields.filter_map(|ticks| ticks.parse::<f64>().ok()).sum::<f64>() * TICK
    }
}

impl Drop for Server {
    fn drop(&mut self) {
        drop(self.child.stdin.take());
        let _ended = self.child.wait();
    }
}

fn cores() -> usize {
    std::thread::available_parallelism().map_or(1, usize::from)
}

/// How many connections to the database a server has by default.
pub fn connections() -> usize {
    2 * cores()
}

/// What a child process does: serves until its standard input ends.
pub fn serve(words: &[String]) {
    let listener = TcpListener::bind("127.0.0.1:0").unwrap();
    let system = actix_web::rt::System::new();
    system.block_on(async {
        match words {
            [what] if what == "hello" => hello(listener).await,
            [what, place] if what == "serve" => dondoc(listener, Place::of(place)).await,
            _ => panic!("unknown words: {words:?}"),
        }
    });
}

fn announce(listener: &TcpListener) {
    let mut out = std::io::stdout();
    writeln!(out, "{}", listener.local_addr().unwrap()).unwrap();
    out.flush().unwrap();
}

async fn hello(listener: TcpListener) {
    let reply = || async { web::Json(serde_json::json!({ "hello": "world" })) };
    let server = HttpServer::new(move || App::new().route("/hello", web::get().to(reply)))
        .workers(cores())
        .disable_signals();
    announce(&listener);
    let server = server.listen(listener).unwrap().run();
    let handle = server.handle();
    let running = actix_web::rt::spawn(server);
    end_of_input().await;
    handle.stop(true).await;
    running.await.unwrap().unwrap();
}

async fn dondoc(listener: TcpListener, place: Place) {
    let options = Options {
        place,
        clock: Clock::wall(),
        workers: cores(),
        connections: u32::try_from(connections()).unwrap(),
        requests_per_minute: NonZeroU32::MAX,
        trusted_proxies: HashSet::new(),
        metrics_from: HashSet::new(),
        outgoing_allow_hosts: api::net::Allowed::parse("127.0.0.1").unwrap(),
        warns: true,
        public_url: "http://127.0.0.1".to_owned(),
        app: None,
        office: None,
        channels: api::config::Channels::default(),
    };
    announce(&listener);
    let running = app::start(&options, listener, false).await.unwrap();
    end_of_input().await;
    running.stop().await;
}

async fn end_of_input() {
    let wait = || std::io::stdin().read_to_end(&mut Vec::new());
    let _ended = tokio::task::spawn_blocking(wait).await;
}
