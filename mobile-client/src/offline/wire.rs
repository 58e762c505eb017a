//! Asking the server what the core wants to know. **Invariant: a request is one question with one
//! answer; nothing is tried again here, and no token is renewed behind the core's back.**

use std::{future::Future, time::Duration};

use openapi::{
    assignments::{AcknowledgeAssignment, Acknowledgement},
    attachments::{FileContent, PutAttachment},
    decisions::{AnswerDifficulty, DecideExcuse, DecideExtension, PutDifficulty, PutExcuse, PutExtension},
    endpoint::{Bytes, Endpoint, NoQuery, Nothing},
    ledger::{ChangeKind, FeedItem, FeedItemId, FeedQuery, ReadFeed, Subject},
    reports::{ReviewReport, SubmitReport},
    sessions::{ReadMe, RefreshRequest, RefreshSession, SignOut},
    value::Instant,
};

use serde::de::DeserializeOwned;

use super::{answer::Outcome, event::Ask, work::Work};
use crate::{Aside, Client, Failed, Question, reading};

/// What was heard.
#[derive(Debug, Clone, PartialEq)]
pub struct Heard {
    /// What came of it.
    pub outcome: Outcome,
    /// The server's clock, when it was told.
    pub server_time: Option<Instant>,
}

/// The way to the server. Its futures need not move between threads: a browser has one.
pub trait Wire {
    /// Asks, with the content of the file when it is about one. Answers in any case, in the end.
    fn ask(&self, ask: Ask, file: Option<Vec<u8>>) -> impl Future<Output = Heard> + 'static;
}

/// How long words may take.
const WORDS: Duration = Duration::from_secs(60);
/// How long a photo may take: 300 kB on two kilobytes a second, and some.
const PHOTO: Duration = Duration::from_secs(5 * 60);

impl Wire for Client {
    fn ask(&self, ask: Ask, file: Option<Vec<u8>>) -> impl Future<Output = Heard> + 'static {
        let client = self.with_patience(if file.is_some() { PHOTO } else { WORDS });
        async move {
            match ask {
                Ask::Work(work, access) => {
                    let subject = subject(&work);
                    match question(work, file) {
                        Some(question) => {
                            let (answer, aside) = of(client.with_token(&access), question).await;
                            heard(taken(answer.map(|text| stored(&text, subject)), aside), aside)
                        }
                        None => Heard { outcome: Outcome::Unopened, server_time: None },
                    }
                }
                Ask::Feed(since, access) => {
                    let question = Question::to::<ReadFeed>((), &FeedQuery { since, limit: None }, &Nothing);
                    read(of(client.with_token(&access), question).await, |feed| Outcome::Fed(Box::new(feed)))
                }
                Ask::Me(access) => {
                    let question = plain::<ReadMe>((), Nothing);
                    read(of(client.with_token(&access), question).await, |me| Outcome::Me(Box::new(me)))
                }
                Ask::Renew(refresh_token) => {
                    let question = plain::<RefreshSession>((), RefreshRequest { refresh_token });
                    read(of(client, question).await, |session| Outcome::Renewed(Box::new(session)))
                }
                Ask::SignOut(access) => {
                    let question = plain::<SignOut>((), Nothing);
                    let (answer, aside) = of(client.with_token(&access), question).await;
                    heard(answer.map(|_nothing| Outcome::SignedOut), aside)
                }
            }
        }
    }
}

type Answer = (Result<Vec<u8>, Failed>, Aside);

async fn of(client: Client, question: Result<Question, Failed>) -> Answer {
    match question {
        Ok(question) => client.hear(question).await,
        Err(failed) => (Err(failed), Aside::default()),
    }
}

fn plain<E: Endpoint<Query = NoQuery>>(path: E::Path, body: E::Body) -> Result<Question, Failed> {
    Question::to::<E>(path, &NoQuery::default(), &body)
}

/// What a piece of work asks the server to take; nothing when the phone has lost its file.
fn question(work: Work, file: Option<Vec<u8>>) -> Option<Result<Question, Failed>> {
    Some(match work {
        Work::Report(id, draft) => plain::<SubmitReport>(id, draft),
        Work::Photo(declared, _) => {
            let media = declared.media_type.to_string();
            plain::<PutAttachment>(declared.id, FileContent(Bytes { media, content: file? }))
        }
        Work::Acknowledge(id, made_at) => plain::<AcknowledgeAssignment>(id, Acknowledgement { made_at }),
        Work::Extension(id, draft) => plain::<PutExtension>(id, draft),
        Work::Excuse(id, draft) => plain::<PutExcuse>(id, draft),
        Work::Difficulty(id, draft) => plain::<PutDifficulty>(id, draft),
        Work::Review(id, draft) => plain::<ReviewReport>(id, draft),
        Work::DecideExtension(id, draft) => plain::<DecideExtension>(id, draft),
        Work::DecideExcuse(id, draft) => plain::<DecideExcuse>(id, draft),
        Work::AnswerDifficulty(id, draft) => plain::<AnswerDifficulty>(id, draft),
    })
}

/// As what the feed would bring the thing that the server answers; a file it does not bring.
const fn subject(work: &Work) -> Option<Subject> {
    Some(match work {
        Work::Photo(..) => return None,
        Work::Acknowledge(..) => Subject::Assignment,
        Work::Report(..) | Work::Review(..) => Subject::Report,
        Work::Extension(..) | Work::DecideExtension(..) => Subject::Extension,
        Work::Excuse(..) | Work::DecideExcuse(..) => Subject::Excuse,
        Work::Difficulty(..) | Work::AnswerDifficulty(..) => Subject::Difficulty,
    })
}

fn read<T: DeserializeOwned>((answer, aside): Answer, outcome: impl FnOnce(T) -> Outcome) -> Heard {
    let read = answer.and_then(|text| Ok(outcome(reading::read(&text)?)));
    heard(read, aside)
}

/// A piece of work is stored when our server says 2xx, also when the rest of the answer is cut off or
/// of a form that only a newer app reads: it answers after it has committed.
fn taken(answer: Result<Outcome, Failed>, aside: Aside) -> Result<Outcome, Failed> {
    match answer {
        Err(Failed::Unreadable(_) | Failed::Unreachable(_)) if (200..300).contains(&aside.status) => {
            Ok(Outcome::Stored(None))
        }
        answer => answer,
    }
}

/// What our server answered, as an item of the feed would bring it. Of a form that only a newer app
/// reads, it is nothing: the feed will bring it.
fn stored(text: &[u8], subject: Option<Subject>) -> Outcome {
    let item = || {
        let data = reading::json(text).ok()?;
        let id: FeedItemId = data.get("id")?.as_str()?.parse().ok()?;
        Some(Box::new(FeedItem { subject: subject?, id, change: ChangeKind::Put, data: Some(data) }))
    };
    Outcome::Stored(item())
}

fn heard(answer: Result<Outcome, Failed>, aside: Aside) -> Heard {
    let outcome = answer.unwrap_or_else(|failed| match failed {
        Failed::Refused(problem) => Outcome::Refused(problem, aside.retry_after),
        Failed::NotOurs => Outcome::NotOurs,
        Failed::Unreadable(why) => Outcome::Unreadable(why),
        Failed::Unreachable(why) => Outcome::Unreachable(why),
    });
    Heard { outcome, server_time: aside.server_time }
}
