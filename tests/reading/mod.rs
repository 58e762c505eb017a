//! How well documents are read: the three real ones, and others invented in layouts of their own.
//! **Invariant: what is expected was written before the rules saw the document, and stands apart from
//! them.**

pub mod expected;
pub mod score;

use openapi::{imports::Import, reading};

use self::{expected::Expected, score::Score};

/// Reads a document as a clerk's server would, knowing the date and Tết and nobody's name.
pub fn read(expected: &Expected) -> Import {
    reading::read(&expected.text, &expected.commune())
}

/// Reads and scores.
pub fn scored(expected: &Expected) -> Score {
    Score::of(expected, &read(expected))
}

/// Every score of a kind, and all of them together.
pub fn table(documents: &[Expected]) -> (Vec<(String, Score)>, Score) {
    let each: Vec<(String, Score)> = documents.iter().map(|one| (one.name.clone(), scored(one))).collect();
    let all = each.iter().fold(Score::default(), |mut all, (_, score)| {
        all.add(score);
        all
    });
    (each, all)
}
