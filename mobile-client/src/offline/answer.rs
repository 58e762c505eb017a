//! What came of a request, and what it means for what was sent. **Invariant: only a refusal that
//! another try cannot change sets something aside; everything else is tried again.**

use openapi::{
    ledger::{Feed, FeedItem},
    problem::{Code, Problem},
    sessions::{Me, Session},
};

use super::work::Refusal;

/// What came of a request.
#[derive(Debug, Clone, PartialEq)]
pub enum Outcome {
    /// The server has it; with the thing as it answered it, when that could be read.
    Stored(Option<Box<FeedItem>>),
    /// A part of the feed.
    Fed(Box<Feed>),
    /// Who I am.
    Me(Box<Me>),
    /// New tokens.
    Renewed(Box<Session>),
    /// The session is ended, as the person wished.
    SignedOut,
    /// The server refused, and may have said after how many seconds to come back.
    Refused(Box<Problem>, Option<u32>),
    /// The phone could not open the file to be sent.
    Unopened,
    /// Something answered that is not our server: a captive portal.
    NotOurs,
    /// Our server failed, or answered in a form we cannot read.
    Unreadable(String),
    /// No answer came.
    Unreachable(String),
}

/// What an outcome means for what was sent.
#[derive(Debug, Clone, PartialEq)]
pub enum Meaning {
    /// It is done.
    Done,
    /// It will never be taken as it is.
    Aside(Refusal),
    /// The access token has run out.
    Expired,
    /// The session is over: the person must sign in again.
    Over,
    /// Another time.
    Later {
        /// Whether the fault lies in the way, not in what was sent: then nothing else is tried.
        way: bool,
        /// How many seconds the server asked for.
        asked: Option<u32>,
    },
}

impl Outcome {
    /// What it means.
    #[must_use]
    pub fn meaning(&self) -> Meaning {
        match self {
            Self::Stored(_) | Self::Fed(_) | Self::Me(_) | Self::Renewed(_) | Self::SignedOut => {
                Meaning::Done
            }
            Self::Refused(problem, asked) => refused(problem, *asked),
            Self::Unopened => Meaning::Aside(Refusal::unopened()),
            Self::NotOurs | Self::Unreachable(_) => Meaning::Later { way: true, asked: None },
            Self::Unreadable(_) => Meaning::Later { way: false, asked: None },
        }
    }
}

fn refused(problem: &Problem, asked: Option<u32>) -> Meaning {
    match problem.status {
        401 if problem.code == Code::NotSignedIn => Meaning::Expired,
        401 => Meaning::Over,
        // Too slow, or too many: what was sent is not at fault.
        408 | 429 | 503 => Meaning::Later { way: true, asked },
        400..=499 => Meaning::Aside(Refusal::of(problem)),
        _ => Meaning::Later { way: false, asked },
    }
}
