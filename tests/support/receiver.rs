//! A server of somebody else's, which webhooks are sent to. **Invariant: it answers what the story
//! told it to, and forgets nothing it was sent.**

use std::{
    collections::VecDeque,
    sync::{Arc, Mutex, PoisonError},
    time::Duration,
};

use base64::{Engine, engine::general_purpose::STANDARD};
use hmac::{Hmac, KeyInit, Mac};
use serde_json::Value;
use sha2::Sha256;
use tokio::{
    io::{AsyncReadExt, AsyncWriteExt},
    net::{TcpListener, TcpStream},
    sync::Notify,
    task::JoinHandle,
};

/// How to answer one message.
#[derive(Debug, Clone)]
pub enum Reaction {
    /// A status, with headers beside it.
    Status(u16, &'static str),
    /// Nothing at all, for longer than anybody waits.
    Silence,
    /// The connection is closed.
    HangUp,
    /// The beginning of an answer, a byte at a time, for longer than anybody waits.
    Drip,
    /// Success, whose body never ends.
    Endless,
    /// What is no HTTP, and no TLS.
    Garbage,
}

/// A message that arrived.
#[derive(Debug, Clone)]
pub struct Received {
    /// Its headers, with names in lower case.
    pub headers: Vec<(String, String)>,
    /// Its body.
    pub body: String,
    /// Whether it was answered with success.
    pub taken: bool,
}

impl Received {
    /// A header.
    pub fn header(&self, name: &str) -> &str {
        let found = self.headers.iter().find(|(known, _)| known == name);
        found.map_or("", |(_, value)| value)
    }
    /// The id of the event.
    pub fn id(&self) -> &str {
        self.header("webhook-id")
    }
    /// The body as JSON.
    pub fn json(&self) -> Value {
        serde_json::from_str(&self.body).unwrap()
    }
    /// The type of the event.
    pub fn kind(&self) -> String {
        self.json()["type"].as_str().unwrap().to_owned()
    }
    /// Which of its signatures a key verifies, as the specification says to.
    pub fn verified_by(&self, key: &str) -> Option<usize> {
        let key = STANDARD.decode(key.strip_prefix("whsec_").unwrap()).unwrap();
        let signed = format!("{}.{}.{}", self.id(), self.header("webhook-timestamp"), self.body);
        let mut mac = Hmac::<Sha256>::new_from_slice(&key).unwrap();
        mac.update(signed.as_bytes());
        let expected = format!("v1,{}", STANDARD.encode(mac.finalize().into_bytes()));
        self.header("webhook-signature").split(' ').position(|given| given == expected)
    }
}

#[derive(Default)]
struct Kept {
    all: Vec<Received>,
    handed_out: usize,
    next: VecDeque<Reaction>,
    usual: Option<Reaction>,
}

/// The server.
pub struct Receiver {
    port: u16,
    kept: Arc<Mutex<Kept>>,
    news: Arc<Notify>,
    task: JoinHandle<()>,
}

impl Receiver {
    /// One that answers everything with success.
    pub async fn new() -> Self {
        let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
        let port = listener.local_addr().unwrap().port();
        let (kept, news) = (Arc::new(Mutex::new(Kept::default())), Arc::new(Notify::new()));
        let (shared, told) = (Arc::clone(&kept), Arc::clone(&news));
        let task = tokio::spawn(async move {
            while let Ok((stream, _)) = listener.accept().await {
                tokio::spawn(serve(stream, Arc::clone(&shared), Arc::clone(&told)));
            }
        });
        Self { port, kept, news, task }
    }
    /// Its address.
    pub fn url(&self) -> String {
        format!("http://127.0.0.1:{}/don-doc?key=b%C3%AD-m%E1%BA%ADt", self.port)
    }
    /// The same place, asked by TLS, which it does not speak.
    pub fn https_url(&self) -> String {
        format!("https://127.0.0.1:{}/", self.port)
    }
    /// The same place, by a name that resolves to this machine.
    pub fn local_url(&self) -> String {
        format!("https://localhost:{}/", self.port)
    }
    fn kept(&self) -> std::sync::MutexGuard<'_, Kept> {
        self.kept.lock().unwrap_or_else(PoisonError::into_inner)
    }
    /// Answers the next messages so, one each.
    pub fn answer_next(&self, reactions: &[Reaction]) {
        self.kept().next.extend(reactions.iter().cloned());
    }
    /// Answers everything so from now on.
    pub fn answer(&self, reaction: Reaction) {
        self.kept().usual = Some(reaction);
    }
    /// Answers everything with success from now on.
    pub fn recover(&self) {
        let mut kept = self.kept();
        kept.next.clear();
        kept.usual = None;
    }
    /// Everything that arrived.
    pub fn all(&self) -> Vec<Received> {
        self.kept().all.clone()
    }
    /// The next message, for which it waits.
    pub async fn next(&self) -> Received {
        let wait = async {
            loop {
                let news = self.news.notified();
                {
                    let mut kept = self.kept();
                    if let Some(one) = kept.all.get(kept.handed_out).cloned() {
                        kept.handed_out += 1;
                        return one;
                    }
                }
                news.await;
            }
        };
        tokio::time::timeout(Duration::from_secs(60), wait).await.expect("nothing arrived")
    }
}

impl Drop for Receiver {
    fn drop(&mut self) {
        self.task.abort();
    }
}

async fn serve(mut stream: TcpStream, kept: Arc<Mutex<Kept>>, news: Arc<Notify>) {
    let mut buffer = Vec::new();
    loop {
        let Some(mut received) = read(&mut stream, &mut buffer).await else { return };
        let lock = || kept.lock().unwrap_or_else(PoisonError::into_inner);
        let reaction = {
            let mut kept = lock();
            let next = kept.next.pop_front();
            next.or_else(|| kept.usual.clone()).unwrap_or(Reaction::Status(204, ""))
        };
        received.taken = matches!(reaction, Reaction::Status(200..=299, _) | Reaction::Endless);
        lock().all.push(received);
        news.notify_one();
        if react(&mut stream, reaction).await.is_none() {
            return;
        }
    }
}

async fn react(stream: &mut TcpStream, reaction: Reaction) -> Option<()> {
    const LONG: Duration = Duration::from_secs(120);
    match reaction {
        Reaction::Status(status, headers) => {
            let text = format!("HTTP/1.1 {status} x\r\n{headers}content-length: 0\r\n\r\n");
            stream.write_all(text.as_bytes()).await.ok()
        }
        Reaction::Silence => {
            tokio::time::sleep(LONG).await;
            None
        }
        Reaction::HangUp => None,
        Reaction::Drip => {
            for byte in b"HTTP/1.1 200 OK\r\nx: ".iter().chain(std::iter::repeat_n(&b'y', 500)) {
                stream.write_all(&[*byte]).await.ok()?;
                tokio::time::sleep(Duration::from_millis(200)).await;
            }
            None
        }
        Reaction::Endless => {
            let head = b"HTTP/1.1 200 OK\r\ntransfer-encoding: chunked\r\n\r\n";
            stream.write_all(head).await.ok()?;
            loop {
                stream.write_all(b"1000\r\n").await.ok()?;
                stream.write_all(&[b'x'; 4096]).await.ok()?;
                stream.write_all(b"\r\n").await.ok()?;
            }
        }
        Reaction::Garbage => {
            let _gone = stream.write_all(b"\x00\x01 what is this?\r\n\r\n").await;
            None
        }
    }
}

/// One request; nothing when the connection ends or it is none.
async fn read(stream: &mut TcpStream, buffer: &mut Vec<u8>) -> Option<Received> {
    loop {
        if let Some(end) = buffer.windows(4).position(|four| four == b"\r\n\r\n") {
            let head = String::from_utf8_lossy(&buffer[..end]).into_owned();
            let header = |line: &str| {
                let (name, value) = line.split_once(':')?;
                Some((name.to_ascii_lowercase(), value.trim().to_owned()))
            };
            let headers: Vec<_> = head.lines().skip(1).filter_map(header).collect();
            let length = headers.iter().find(|(name, _)| name == "content-length");
            let length: usize = length.and_then(|(_, value)| value.parse().ok()).unwrap_or(0);
            if buffer.len() >= end + 4 + length {
                let body = String::from_utf8(buffer[end + 4..end + 4 + length].to_vec()).unwrap();
                buffer.drain(..end + 4 + length);
                return Some(Received { headers, body, taken: false });
            }
        }
        let mut more = [0; 4096];
        match stream.read(&mut more).await {
            Ok(read) if read > 0 => buffer.extend_from_slice(&more[..read]),
            _ => return None,
        }
        // A greeting of TLS is not the beginning of a request.
        if buffer.first() == Some(&0x16) {
            let _gone = stream.write_all(b"HTTP/1.1 400 Bad Request\r\n\r\n").await;
            return None;
        }
    }
}
