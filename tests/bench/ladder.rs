//! The ladder over a commune all of whose work is open. **Invariant: the first pass is that of an
//! ordinary morning: everything has been warned of up to yesterday, and today's rungs are reached.**

use std::{collections::HashSet, num::NonZeroU32, time::Instant};

use api::{
    app::{self, Options},
    clock::Clock,
    db::Place,
    jobs,
};
use chrono::TimeDelta;

use crate::{load, rows::Commune, server};

/// What a process has of its own, in MB.
fn private() -> f64 {
    let rollup = std::fs::read_to_string("/proc/self/smaps_rollup").unwrap_or_default();
    let line = rollup.lines().find(|line| line.starts_with("Private_Dirty:")).unwrap_or_default();
    line.split_whitespace().nth(1).and_then(|kb| kb.parse::<f64>().ok()).unwrap_or(0.0) / 1000.0
}

/// Fills a database and runs the ladder over it.
pub fn measure(engine: &str, rows: usize, place: &Place) {
    // Eight in the morning in Hà Nội, of the day on which this runs.
    let now = Clock::wall().now();
    let local = now.utc() + TimeDelta::hours(7);
    let morning = local.date_naive().and_hms_opt(1, 0, 0).unwrap().and_utc();
    let clock = Clock::standing_at(openapi::value::Instant::new(morning));
    load::fill(place, &Commune::with_open_work(rows, clock.now()));
    let options = Options {
        place: place.clone(),
        clock,
        workers: 1,
        connections: u32::try_from(server::connections()).unwrap(),
        requests_per_minute: NonZeroU32::MAX,
        trusted_proxies: HashSet::new(),
        metrics_from: HashSet::new(),
        public_url: "http://127.0.0.1".to_owned(),
        app: None,
        office: None,
        outgoing_allow_hosts: api::net::Allowed::default(),
        warns: false,
        channels: api::config::Channels::default(),
    };
    let runtime = tokio::runtime::Builder::new_multi_thread().enable_all().build().unwrap();
    runtime.block_on(async {
        let state = app::open(&options).await.unwrap();
        let before = load::warnings(place);
        println!("\n{engine}: the ladder over {rows} open assignments, {before} of them warned of before");
        for (pass, what) in ["today's rungs", "nothing new"].into_iter().enumerate() {
            let (memory, had, began) = (private(), load::warnings(place), Instant::now());
            jobs::warn(&state).await.unwrap();
            let seconds = began.elapsed().as_secs_f64();
            let given = load::warnings(place) - had;
            let goal = if seconds <= 5.0 { "reached" } else { "NOT reached" };
            println!(
                "  pass {}: {what}: {given} warnings in {seconds:.2} s (goal 5 s: {goal}), \
                 private memory {:+.0} MB",
                pass + 1,
                private() - memory,
            );
        }
    });
}
