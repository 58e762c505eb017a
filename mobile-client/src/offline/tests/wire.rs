//! What the typed client makes of answers that no good server gives: over loopback, byte by byte.

use openapi::{
    assignments::{Assignment, AssignmentId},
    endpoint::Dto,
    value::Token,
};
use tokio::{
    io::{AsyncReadExt, AsyncWriteExt},
    net::TcpListener,
};

use crate::{
    Client,
    offline::{
        answer::{Meaning, Outcome},
        event::Ask,
        wire::{Heard, Wire},
        work::Work,
    },
};

/// What is heard when the answer to an acknowledgement is these bytes.
async fn heard(answer: String) -> Heard {
    let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
    let address = listener.local_addr().unwrap();
    let server = tokio::spawn(async move {
        let (mut stream, _) = listener.accept().await.unwrap();
        let mut request = vec![0; 4096];
        let _read = stream.read(&mut request).await.unwrap();
        stream.write_all(answer.as_bytes()).await.unwrap();
    });
    let client = Client::new(&format!("http://{address}"));
    let work = Work::Acknowledge(AssignmentId::new(1, [1; 10]), super::world::begin());
    let heard = client.ask(Ask::Work(work, Token::example()), None).await;
    server.await.unwrap();
    heard
}
fn head(status: &str, more: &str, length: usize) -> String {
    format!(
        "HTTP/1.1 {status}\r\ncontent-type: application/json\r\nconnection: close\r\n\
         content-length: {length}\r\n{more}\r\n"
    )
}
const OURS: &str = "dondoc-version: 0.1.0\r\ndate: Fri, 20 Nov 2026 01:30:05 GMT\r\n";

#[tokio::test]
async fn a_good_answer_tells_the_thing_and_the_time() {
    let body = serde_json::to_string(&Assignment::example()).unwrap();
    let heard = heard(head("200 OK", OURS, body.len()) + &body).await;
    assert_eq!(heard.server_time.unwrap().to_string(), "2026-11-20T01:30:05.000Z");
    let Outcome::Stored(Some(item)) = heard.outcome else { panic!("{heard:?}") };
    assert_eq!(item.id, Assignment::example().id.cast());
}

#[tokio::test]
async fn whoever_is_not_our_server_has_said_nothing() {
    let body = "<html>Đăng nhập Wi-Fi</html>";
    let heard = heard(head("200 OK", "", body.len()) + body).await;
    assert_eq!(heard, Heard { outcome: Outcome::NotOurs, server_time: None });
}

#[tokio::test]
async fn an_answer_of_success_that_was_cut_off_or_is_of_a_newer_form_is_success() {
    for (length, body) in [(4000, "{\"id\":"), (15, "{\"form\":\"newer\"}"), (0, "")] {
        let heard = heard(head("200 OK", OURS, length) + body).await;
        assert_eq!(heard.outcome, Outcome::Stored(None), "{body}");
    }
}

#[tokio::test]
async fn a_refusal_says_when_to_come_back() {
    let problem = super::server::refusal(openapi::problem::Code::TooMany);
    let body = serde_json::to_string(&problem).unwrap();
    let answer = head("429 Too Many Requests", &format!("{OURS}retry-after: 7\r\n"), body.len()) + &body;
    assert_eq!(heard(answer).await.outcome.meaning(), Meaning::Later { way: true, asked: Some(7) });
}

#[tokio::test]
async fn a_refusal_that_cannot_be_read_is_tried_again() {
    let heard = heard(head("422 Unprocessable Content", OURS, 6) + "<html>").await;
    assert_eq!(heard.outcome.meaning(), Meaning::Later { way: false, asked: None });
}

#[tokio::test]
async fn without_anybody_there_no_answer_comes() {
    let client = Client::new("http://127.0.0.1:1");
    let heard = client.ask(Ask::Me(Token::example()), None).await;
    assert!(matches!(heard.outcome, Outcome::Unreachable(_)));
}
