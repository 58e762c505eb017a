//! `make bench`: what one server does with a million assignments, on both engines, beside an
//! endpoint that does nothing and beside the bare statements. **Invariant: nothing here passes or
//! fails; seconds differ between machines, so figures are given as ratios, with the goal beside them.**
//!
//! `ROWS=10000`, `ENGINES=sqlite` and `SECONDS_EACH=1` make it shorter.
#![expect(
    clippy::unwrap_used,
    clippy::indexing_slicing,
    clippy::as_conversions,
    reason = "a benchmark may panic; what it rounds is printed with two digits"
)]

mod figures;
mod load;
mod raw;
mod rows;
mod sender;
mod server;
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
    let seconds: f64 = setting("SECONDS_EACH", "4").parse().expect("SECONDS_EACH is a number");
    let patience =
        Patience { warm_up: Duration::from_secs_f64(seconds / 4.0), count_for: Duration::from_secs_f64(seconds) };
    table::machine();
    for engine in setting("ENGINES", "sqlite postgres").split_whitespace() {
        let hello = figures::hello(patience);
        let few = Commune::new(rows.min(10_000), Clock::wall().now());
        let many = Commune::new(rows, Clock::wall().now());
        let small = (few.rows < many.rows).then(|| on(engine, few, patience));
        let large = on(engine, many, patience);
        table::print(engine, &hello, small.as_ref(), &large);
    }
    table::machine();
}

/// Everything measured on one database.
struct Measured {
    commune: Commune,
    figures: Vec<Figure>,
    filled_in: Duration,
}

fn on(engine: &str, commune: Commune, patience: Patience) -> Measured {
    let fresh = Fresh::new(engine);
    let began = Instant::now();
    load::fill(&fresh.place, &commune);
    let filled_in = began.elapsed();
    eprintln!("==> {engine}: {} assignments filled in {:.0} s", commune.rows, filled_in.as_secs_f64());
    let bench = Bench { commune, place: fresh.place.clone(), server: Server::dondoc(&fresh.place), patience };
    let steps: [fn(&Bench) -> Figure; 9] = [
        Bench::one,
        Bench::page_of_one_unit,
        Bench::page_of_ten_units,
        Bench::first_page,
        Bench::thousandth_page,
        Bench::report_of_one_unit,
        Bench::report_of_ten_units,
        Bench::overdue_by_unit,
        Bench::reports,
    ];
    let figures = steps.iter().map(|step| step(&bench)).collect();
    Measured { commune, figures, filled_in }
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
        let schema = format!("bench_{}", std::process::id());
        api_connection(&url, &format!("DROP SCHEMA IF EXISTS {schema} CASCADE; CREATE SCHEMA {schema}"));
        let mark = if url.contains('?') { '&' } else { '?' };
        let place = Place::Postgres(format!("{url}{mark}options=-csearch_path%3D{schema}"));
        Self { place, folder: None, schema: Some((url, schema)) }
    }
}

fn api_connection(url: &str, sql: &str) {
    use diesel::connection::SimpleConnection;
    Place::Postgres(url.to_owned()).connect().unwrap().batch_execute(sql).unwrap();
}

impl Drop for Fresh {
    fn drop(&mut self) {
        drop(self.folder.take());
        if let Some((url, schema)) = self.schema.take() {
            api_connection(&url, &format!("DROP SCHEMA {schema} CASCADE"));
        }
    }
}
