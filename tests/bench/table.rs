//! What is printed. **Invariant: a figure that misses its goal says so in the same line.**

use crate::{Measured, Row, figures::Figure};

/// What counts as equal on a machine whose speed wanders.
const AS_FAST: f64 = 0.8;

/// The machine, and how busy it is with other things.
pub fn machine() {
    let cores = std::thread::available_parallelism().map_or(0, usize::from);
    let load = std::fs::read_to_string("/proc/loadavg").unwrap_or_default();
    let load = load.split_whitespace().take(3).collect::<Vec<_>>().join(" ");
    println!("{cores} cores, shared by server, senders and database; load average {load}");
}

/// The figures of one engine.
pub fn print(engine: &str, measured: &Measured) {
    let sizes: Vec<String> = measured
        .communes
        .iter()
        .map(|commune| format!("{} assignments of {} units", commune.rows, commune.units))
        .collect();
    println!("\n{engine}: {}", sizes.join(", then "));
    println!(
        "{:<28} {:>9} {:>8} {:>7} {:>6} {:>6} {:>7} {:>7} {:>7} {:>8} {:>7}  {:<32} note",
        "",
        "rows",
        "a second",
        "hello",
        "raw",
        "flat",
        "p50 ms",
        "p99 ms",
        "CPU µs",
        "private",
        "RSS MB",
        "goal"
    );
    if let Some(row) = measured.rows.first() {
        line(&row.hello, 0, &row.hello, "-", "-");
    }
    for row in &measured.rows {
        let few = row.sizes.first().filter(|_| row.sizes.len() > 1);
        for (figure, commune) in row.sizes.iter().zip(&measured.communes) {
            let largest = std::ptr::eq(commune, measured.communes.last().unwrap());
            let flat = few.filter(|_| largest).map(|few| figure.tally.rate() / few.tally.rate());
            let verdict = if largest { verdict(engine, row, figure, flat, measured) } else { String::new() };
            let flat = flat.map_or_else(|| "-".to_owned(), |flat| format!("{flat:.2}"));
            line(figure, commune.rows, &row.hello, &flat, &verdict);
        }
    }
    let private = measured.rows.iter().flat_map(|row| &row.sizes).map(|f| f.memory.private);
    let private = private.fold(0.0, f64::max);
    println!("private memory at most {private:.0} MB: {} ≤ 100 MB", yes(private <= 100.0));
}

fn line(figure: &Figure, rows: usize, hello: &Figure, flat: &str, verdict: &str) {
    let tally = &figure.tally;
    let raw = figure.raw.map_or_else(|| "-".to_owned(), |raw| format!("{:.2}", tally.rate() / raw));
    println!(
        "{:<28} {:>9} {:>8.0} {:>7.3} {:>6} {:>6} {:>7.2} {:>7.2} {:>7.0} {:>8.0} {:>7.0}  {:<32} {}",
        figure.name,
        rows,
        tally.rate(),
        tally.rate() / hello.tally.rate(),
        raw,
        flat,
        tally.within(0.5),
        tally.within(0.99),
        figure.processor,
        figure.memory.private,
        figure.memory.resident,
        verdict,
        figure.note,
    );
}

fn yes(reached: bool) -> &'static str {
    if reached { "yes" } else { "NO" }
}

/// Whether the goals are reached, in words.
fn verdict(engine: &str, row: &Row, figure: &Figure, flat: Option<f64>, all: &Measured) -> String {
    let tally = &figure.tally;
    if tally.errors() > 0 {
        return format!("NO {:?}", tally.statuses);
    }
    if let Some(slower) = figure.slower {
        return format!("{} p99 ≤ 1.5 × without", yes(slower <= 1.5));
    }
    let hello = |share: f64| {
        let reached = tally.rate() / row.hello.tally.rate() >= share;
        format!("{} ≥ {share}", yes(reached))
    };
    let mut said = match (figure.name, engine) {
        ("one assignment", _) => hello(0.20),
        ("report: 50 rows of one unit", _) => hello(0.06),
        ("report: 50 rows of ten units", _) => hello(0.04),
        ("50 overdue of all, page 1000", _) => {
            let first = all.rows.iter().filter_map(|row| row.sizes.last());
            let first = first.clone().find(|f| f.name == "50 overdue of all, page 1");
            let reached = first.is_some_and(|first| tally.rate() >= AS_FAST * first.tally.rate());
            format!("{} as fast as page 1", yes(reached))
        }
        ("overdue by unit", _) => return format!("{} ≤ 20 ms", yes(tally.within(0.5) <= 20.0)),
        ("progress report", _) => {
            let share = if engine == "sqlite" { 0.08 } else { 0.03 };
            format!("{}, {} p99 < 50", hello(share), yes(tally.within(0.99) < 50.0))
        }
        _ => String::new(),
    };
    if let Some(flat) = flat {
        said = format!("{said} {} flat", yes(flat >= AS_FAST)).trim().to_owned();
    }
    said
}
