//! `make bench`: what one server does with a million assignments, on both engines, beside an
//! endpoint that does nothing and beside the bare statements. **Invariant: nothing here passes or
//! fails; seconds differ between machines, so figures are given as ratios, with the goal beside them.**
//!
//! `ROWS=10000`, `ENGINES=sqlite`, `SECONDS_EACH=1` and `FIGURES="unit reports"` make it shorter.
#![expect(
    clippy::unwrap_used,
    clippy::indexing_slicing,
    clippy::as_conversions,
    reason = "a benchmark may panic; what it rounds is printed with two digits"
)]

mod documents;
mod figures;
mod ladder;
mod load;
mod raw;
#[path = "../reading/mod.rs"]
mod reading;
mod rows;
mod sender;
mod server;
mod slow;
mod table;

use std::time::{Duration, Instant};

use api::{clock::Clock, db::Place};

use self::{
    figures::{Bench, Figure, Patience},
    rows::Commune,
    server::Server,
};

fn setting(name: &str, usual: &str) -> String {
    std::env::var(name).ok().filter(|value| !value.is_empty()).unwrap_or_else(|| usual.to_owned())
}

fn main() {
    let words: Vec<String> = std::env::args().skip(1).collect();
    // `cargo bench` says so; whoever runs all targets of the tests did not ask for this.
    if !words.iter().any(|word| word == "--bench") {
        return;
    }
    let words: Vec<String> = words.into_iter().filter(|word| word != "--bench").collect();
    if !words.is_empty() {
        return server::serve(&words);
    }
    let rows: usize = setting("ROWS", "1000000").parse().expect("ROWS is a number");
    let seconds: f64 = setting("SECONDS_EACH", "3").parse().expect("SECONDS_EACH is a number");
    let patience = Patience {
        warm_up: Duration::from_secs_f64(seconds / 4.0),
        count_for: Duration::from_secs_f64(seconds),
    };
    table::machine();
    if wanted("reading") {
        documents::measure();
    }
    for engine in setting("ENGINES", "sqlite postgres").split_whitespace() {
        let sizes = if rows > FEW { vec![FEW, rows] } else { vec![rows] };
        table::print(engine, &on(engine, &sizes, patience));
        if wanted("ladder") {
            ladder::measure(engine, rows, &Fresh::new(engine).place);
        }
    }
    table::machine();
}

/// The smaller size, from which cost should not rise.
const FEW: usize = 10_000;

/// One figure on each size of the data, beside what does nothing, all within seconds of each other:
/// what else runs on the machine changes from minute to minute.
struct Row {
    hello: Figure,
    sizes: Vec<Figure>,
}

/// Everything measured on one engine.
struct Measured {
    communes: Vec<Commune>,
    rows: Vec<Row>,
}

/// Measures one thing.
type Step = fn(&Bench) -> Figure;

fn on(engine: &str, sizes: &[usize], patience: Patience) -> Measured {
    let fresh: Vec<Fresh> = sizes.iter().map(|_| Fresh::new(engine)).collect();
    let filled = sizes.iter().zip(&fresh).map(|(rows, fresh)| fill(engine, *rows, &fresh.place, patience));
    let benches: Vec<Bench> = filled.collect();
    let hello = Server::hello();
    let steps: [(&str, Step); 11] = [
        ("one", Bench::one),
        ("unit", Bench::page_of_one_unit),
        ("ten", Bench::page_of_ten_units),
        ("first", Bench::first_page),
        ("thousandth", Bench::thousandth_page),
        ("report-unit", Bench::report_of_one_unit),
        ("report-ten", Bench::report_of_ten_units),
        ("by-unit", Bench::overdue_by_unit),
        ("reports", Bench::reports),
        ("webhooks-one", Bench::one_beside_webhooks),
        ("webhooks-reports", Bench::reports_beside_webhooks),
    ];
    let measure = |(_, step): &(&str, Step)| Row {
        hello: figures::hello(&hello, patience),
        sizes: benches.iter().map(step).collect(),
    };
    let rows = steps.iter().filter(|(name, _)| wanted(name)).map(measure).collect();
    Measured { communes: benches.iter().map(|bench| bench.commune).collect(), rows }
}

/// Whether a figure was asked for.
fn wanted(name: &str) -> bool {
    let only = setting("FIGURES", "");
    only.is_empty() || only.split_whitespace().any(|word| word == name)
}

fn fill(engine: &str, rows: usize, place: &Place, patience: Patience) -> Bench {
    let commune = Commune::new(rows, Clock::wall().now());
    let began = Instant::now();
    load::fill(place, &commune);
    eprintln!("==> {engine}: {rows} assignments filled in {:.0} s", began.elapsed().as_secs_f64());
    Bench { commune, place: place.clone(), server: Server::dondoc(place), patience }
}

/// A database that goes when this goes.
struct Fresh {
    place: Place,
    folder: Option<tempfile::TempDir>,
    schema: Option<(String, String)>,
}

impl Fresh {
    fn new(engine: &str) -> Self {
        if engine == "sqlite" {
            let folder = tempfile::TempDir::new().unwrap();
            let place = Place::Sqlite(folder.path().join("bench.db"));
            return Self { place, folder: Some(folder), schema: None };
        }
        let url = std::env::var("DONDOC_TEST_POSTGRES").expect("DONDOC_TEST_POSTGRES names a PostgreSQL");
        let mut chance = [0; 8];
        getrandom::fill(&mut chance).unwrap();
        let schema = format!("bench_{:016x}", u64::from_le_bytes(chance));
        run_on(&url, &format!("CREATE SCHEMA {schema}"));
        let mark = if url.contains('?') { '&' } else { '?' };
        let place = Place::Postgres(format!("{url}{mark}options=-csearch_path%3D{schema}"));
        Self { place, folder: None, schema: Some((url, schema)) }
    }
}

fn run_on(url: &str, sql: &str) {
    use diesel::connection::SimpleConnection;
    Place::Postgres(url.to_owned()).connect().unwrap().batch_execute(sql).unwrap();
}

impl Drop for Fresh {
    fn drop(&mut self) {
        drop(self.folder.take());
        if let Some((url, schema)) = self.schema.take() {
            run_on(&url, &format!("DROP SCHEMA {schema} CASCADE"));
        }
    }
}
