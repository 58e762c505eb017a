//! What is printed. **Invariant: a figure that misses its goal says so in the same line.**

use crate::{Measured, figures::Figure};

/// What a figure should reach on the large database.
enum Goal {
    /// A share of hello.
    OfHello(f64),
    /// A share of another figure.
    Of(&'static str, f64),
    /// Milliseconds for the middle one.
    Within(f64),
    /// None is set.
    Open,
}

fn goal(name: &str, engine: &str) -> Goal {
    match (name, engine) {
        ("one assignment", _) => Goal::OfHello(0.20),
        ("50 overdue of one unit", _) => Goal::OfHello(0.06),
        ("50 overdue of ten units", _) => Goal::OfHello(0.04),
        ("50 overdue of all, page 1000", _) => Goal::Of("50 overdue of all, page 1", 0.8),
        ("overdue by unit", _) => Goal::Within(20.0),
        ("progress report", "sqlite") => Goal::OfHello(0.08),
        ("progress report", _) => Goal::OfHello(0.03),
        _ => Goal::Open,
    }
}

/// The machine, and how busy it is with other things.
pub fn machine() {
    let cores = std::thread::available_parallelism().map_or(0, usize::from);
    let load = std::fs::read_to_string("/proc/loadavg").unwrap_or_default();
    let load = load.split_whitespace().take(3).collect::<Vec<_>>().join(" ");
    println!("{cores} cores, shared by server, senders and database; load average {load}");
}

/// The figures of one engine.
pub fn print(engine: &str, hello: &Figure, small: Option<&Measured>, large: &Measured) {
    println!(
        "\n{engine}: {} assignments, {} units, filled in {:.0} s",
        large.commune.rows,
        large.commune.units,
        large.filled_in.as_secs_f64()
    );
    println!(
        "{:<30} {:>8} {:>7} {:>6} {:>6} {:>7} {:>7} {:>7} {:>8} {:>7}  {:<22} note",
        "", "a second", "hello", "raw", "flat", "p50 ms", "p99 ms", "CPU µs", "private", "RSS MB", "goal"
    );
    line(hello, hello, None, large, engine);
    for figure in &large.figures {
        let before = small.and_then(|small| small.figures.iter().find(|f| f.name == figure.name));
        line(figure, hello, before, large, engine);
    }
}

fn line(figure: &Figure, hello: &Figure, small: Option<&Figure>, large: &Measured, engine: &str) {
    let tally = &figure.tally;
    let rate = tally.rate();
    let of = |whole: f64| if whole > 0.0 { rate / whole } else { 0.0 };
    let ratio = |part: Option<f64>| part.map_or_else(|| "-".to_owned(), |part| format!("{part:.2}"));
    let errors = tally.errors();
    let mut verdict = verdict(figure, hello, large, engine);
    if errors > 0 {
        verdict = format!("NO: {errors} errors {:?}", tally.statuses);
    }
    println!(
        "{:<30} {:>8.0} {:>7.3} {:>6} {:>6} {:>7.2} {:>7.2} {:>7.0} {:>8.0} {:>7.0}  {:<22} {}",
        figure.name,
        rate,
        of(hello.tally.rate()),
        ratio(figure.raw.map(of)),
        ratio(small.map(|small| of(small.tally.rate()))),
        tally.within(0.5),
        tally.within(0.99),
        figure.processor,
        figure.memory.private,
        figure.memory.resident,
        verdict,
        figure.note,
    );
}

fn verdict(figure: &Figure, hello: &Figure, large: &Measured, engine: &str) -> String {
    let said = |reached: bool, goal: String| format!("{} {goal}", if reached { "yes" } else { "NO" });
    let rate = figure.tally.rate();
    match goal(figure.name, engine) {
        Goal::OfHello(share) => {
            let reached = rate / hello.tally.rate() >= share;
            if figure.name == "progress report" {
                let soon = figure.tally.within(0.99) < 50.0;
                return said(reached && soon, format!("≥ {share} hello, p99 < 50"));
            }
            said(reached, format!("≥ {share} hello"))
        }
        Goal::Of(name, share) => {
            let other = large.figures.iter().find(|f| f.name == name).map_or(0.0, |f| f.tally.rate());
            said(rate >= share * other, "as fast as page 1".to_owned())
        }
        Goal::Within(ms) => said(figure.tally.within(0.5) <= ms, format!("≤ {ms} ms")),
        Goal::Open => String::new(),
    }
}
