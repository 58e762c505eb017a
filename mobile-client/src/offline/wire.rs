//! Asking the server what the core wants to know. **Invariant: a request is one question with one
//! answer; nothing is tried again here, and no token is renewed behind the core's back.**

use std::{future::Future, time::Duration};

use openapi::{
    assignments::{AcknowledgeAssignment, Acknowledgement},
    attachments::{FileContent, FileRef, PutAttachment},
    decisions::{AnswerDifficulty, DecideExcuse, DecideExtension, PutDifficulty, PutExcuse, PutExtension},
    endpoint::{Bytes, Endpoint, Nothing},
    ledger::{ChangeKind, FeedItem, FeedItemId, FeedQuery, ReadFeed, Subject},
    reports::{ReviewReport, SubmitReport},
    sessions::{ReadMe, RefreshRequest, RefreshSession, SignOut},
    value::Instant,
};

use super::{answer::Outcome, event::Ask, work::Work};
use crate::{Answered, Aside, Client, Failed};

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
        let client = self.with_patience(WORDS);
        async move {
            match ask {
                Ask::Work(work, access) => put(client.with_token(&access), work, file).await,
                Ask::Feed(since, access) => {
                    let query = FeedQuery { since, limit: None };
                    let heard = client.with_token(&access).hear::<ReadFeed>((), query, Nothing, None).await;
                    of(heard, |feed| Outcome::Fed(Box::new(feed)))
                }
                Ask::Me(access) => {
                    let heard = call::<ReadMe>(&client.with_token(&access), (), Nothing).await;
                    of(heard, |me| Outcome::Me(Box::new(me)))
                }
                Ask::Renew(refresh_token) => {
                    let heard = call::<RefreshSession>(&client, (), RefreshRequest { refresh_token }).await;
                    of(heard, |session| Outcome::Renewed(Box::new(session)))
                }
                Ask::SignOut(access) => {
                    let heard = call::<SignOut>(&client.with_token(&access), (), Nothing).await;
                    of(heard, |_nothing| Outcome::SignedOut)
                }
            }
        }
    }
}

type Raw<R> = (Result<Answered<R>, Failed>, Aside);

async fn call<E: Endpoint>(client: &Client, path: E::Path, body: E::Body) -> Raw<E::Reply>
where
    E::Query: Default,
{
    client.hear::<E>(path, E::Query::default(), body, None).await
}

async fn put(client: Client, work: Work, file: Option<Vec<u8>>) -> Heard {
    let on = &client;
    match work {
        Work::Report(id, draft) => stored(on.hear_text::<SubmitReport>(id, draft).await, Subject::Report),
        Work::Photo(declared, _) => photo(on, &declared, file).await,
        Work::Acknowledge(id, made_at) => {
            let heard = on.hear_text::<AcknowledgeAssignment>(id, Acknowledgement { made_at }).await;
            stored(heard, Subject::Assignment)
        }
        Work::Extension(id, draft) => {
            stored(on.hear_text::<PutExtension>(id, draft).await, Subject::Extension)
        }
        Work::Excuse(id, draft) => stored(on.hear_text::<PutExcuse>(id, draft).await, Subject::Excuse),
        Work::Difficulty(id, draft) => {
            stored(on.hear_text::<PutDifficulty>(id, draft).await, Subject::Difficulty)
        }
        Work::Review(id, draft) => stored(on.hear_text::<ReviewReport>(id, draft).await, Subject::Report),
        Work::DecideExtension(id, draft) => {
            stored(on.hear_text::<DecideExtension>(id, draft).await, Subject::Extension)
        }
        Work::DecideExcuse(id, draft) => {
            stored(on.hear_text::<DecideExcuse>(id, draft).await, Subject::Excuse)
        }
        Work::AnswerDifficulty(id, draft) => {
            stored(on.hear_text::<AnswerDifficulty>(id, draft).await, Subject::Difficulty)
        }
    }
}

async fn photo(client: &Client, declared: &FileRef, file: Option<Vec<u8>>) -> Heard {
    let Some(content) = file else { return Heard { outcome: Outcome::Unopened, server_time: None } };
    let body = FileContent(Bytes { media: declared.media_type.to_string(), content });
    let client = client.with_patience(PHOTO);
    let (answer, aside) = call::<PutAttachment>(&client, declared.id, body).await;
    heard(taken(answer.map(|_attachment| Outcome::Stored(None)), aside), aside)
}

fn of<R>((answer, aside): Raw<R>, outcome: impl FnOnce(R) -> Outcome) -> Heard {
    heard(answer.map(|answered| outcome(answered.reply)), aside)
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

/// What our server answered, as an item of the feed would bring it.
fn stored((answer, aside): (Result<Vec<u8>, Failed>, Aside), subject: Subject) -> Heard {
    let outcome = |text: Vec<u8>| {
        let data: Option<serde_json::Value> = serde_json::from_slice(&text).ok();
        let id = data.as_ref().and_then(|data| data.get("id")?.as_str()?.parse::<FeedItemId>().ok());
        // Of a form that only a newer app reads: the feed will bring it.
        Outcome::Stored(id.map(|id| Box::new(FeedItem { subject, id, change: ChangeKind::Put, data })))
    };
    heard(taken(answer.map(outcome), aside), aside)
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
