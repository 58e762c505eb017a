//! How well documents are read, and how long it takes for each byte. **Invariant: the same documents
//! and the same scorer as the test that guards them.**

use std::time::Instant;

use openapi::reading::read;

use crate::reading::{expected, score::Score, table};

/// Prints the scores, then the time at four sizes.
pub fn measure() {
    for (title, documents) in
        [("real documents", expected::seeds()), ("invented documents", expected::invented())]
    {
        let (each, all) = table(&documents);
        println!("\n{title}\n{}", Score::HEADING);
        for (name, score) in each.iter().map(|(name, score)| (name.as_str(), score)).chain([("all", &all)]) {
            println!("{}", score.line(name));
        }
    }
    let invented = expected::invented();
    let commune = invented[0].commune();
    let one: String = invented.iter().map(|document| format!("{}\n\n", document.text)).collect();
    println!(
        "\nreading           bytes   proposals        ms    ns/byte   (goal: 1 MB < 1000 ms, ns/byte flat)"
    );
    for size in [10_000, 100_000, 1_000_000, 10_000_000] {
        let text: String = one
            .chars()
            .cycle()
            .scan(0, |bytes, c| {
                *bytes += c.len_utf8();
                (*bytes <= size).then_some(c)
            })
            .collect();
        let mut best = f64::MAX;
        let mut proposals = 0;
        for _ in 0..if size > 1_000_000 { 2 } else { 5 } {
            let began = Instant::now();
            proposals = read(&text, &commune).proposals.len();
            best = best.min(began.elapsed().as_secs_f64());
        }
        println!(
            "{:>23} {proposals:>11} {:>9.1} {:>10.0}",
            text.len(),
            best * 1e3,
            best * 1e9 / text.len() as f64
        );
    }
}
