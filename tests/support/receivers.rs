//! Those who take messages from the server, on loopback: an HTTP server that is push service and
//! gateway, and a mail server. **Invariant: what they were given is handed to the story whole, in the
//! order in which it came; they answer what the story tells them to.**

use std::{
    collections::{HashMap, VecDeque},
    sync::{Arc, Mutex},
};

use actix_web::{App, HttpRequest, HttpResponse, HttpServer, web};
use api::{
    config::{Channels, Gateway, Mail, Secret},
    net::Allowed,
};
use base64::{Engine, engine::general_purpose::STANDARD};
use tokio::{
    io::{AsyncBufReadExt, AsyncWriteExt, BufReader},
    net::{TcpListener, TcpStream},
    sync::mpsc,
};

/// The secret of the gateway.
pub const GATEWAY_SECRET: &str = "whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSwMfKQ9r8GKYo=";

/// A request that came in.
#[derive(Debug)]
pub struct Asked {
    /// Where to.
    pub path: String,
    /// By their names in lower case.
    pub headers: HashMap<String, String>,
    /// What.
    pub body: Vec<u8>,
}

/// What is answered next; 201 when nothing is said.
#[derive(Debug, Clone, Copy)]
pub enum Answer {
    /// This status.
    Status(u16),
    /// This status, and to come back after so many seconds.
    After(u16, u32),
    /// Nothing, ever.
    Silence,
}

/// A letter that came in.
#[derive(Debug)]
pub struct Letter {
    /// The address it was given for.
    pub to: String,
    /// As it came.
    pub raw: String,
}

impl Letter {
    /// A header, unfolded.
    pub fn header(&self, name: &str) -> String {
        let head = self.raw.split("\r\n\r\n").next().unwrap().replace("\r\n ", " ").replace("\r\n\t", " ");
        let found = head.lines().find_map(|line| line.strip_prefix(&format!("{name}: ")).map(str::to_owned));
        found.unwrap_or_else(|| panic!("no {name} in {head}"))
    }
    /// Its parts as people read them, one after the other.
    pub fn words(&self) -> String {
        let boundary = self.raw.split("boundary=\"").nth(1).unwrap().split('"').next().unwrap();
        let mut words = String::new();
        for part in self.raw.split(&format!("--{boundary}")).skip(1) {
            // What follows the last part is no part.
            let Some((head, body)) = part.split_once("\r\n\r\n").filter(|_| !part.starts_with("--")) else {
                continue;
            };
            if head.contains("Content-Transfer-Encoding: base64") {
                let bytes = STANDARD.decode(body.replace("\r\n", "")).unwrap();
                words += &String::from_utf8(bytes).unwrap();
            } else {
                assert!(head.contains("Content-Transfer-Encoding: quoted-printable"), "{head}");
                words += &unquoted(body);
            }
        }
        words
    }
    /// The first link in it that holds this.
    pub fn link(&self, with: &str) -> String {
        let words = self.words();
        let link = words.split_whitespace().find(|word| word.starts_with("http") && word.contains(with));
        link.unwrap_or_else(|| panic!("no {with} in {words}")).to_owned()
    }
}

fn unquoted(text: &str) -> String {
    let text = text.replace("=\r\n", "");
    let (mut bytes, mut rest) = (Vec::new(), text.as_bytes());
    while let Some((first, after)) = rest.split_first() {
        if *first == b'=' && after.len() >= 2 {
            let code = std::str::from_utf8(&after[..2]).unwrap();
            bytes.push(u8::from_str_radix(code, 16).unwrap());
            rest = &after[2..];
        } else {
            bytes.push(*first);
            rest = after;
        }
    }
    String::from_utf8(bytes).unwrap()
}

/// All of them.
pub struct Receivers {
    /// Where the HTTP server is.
    pub http: String,
    /// Where the mail server is.
    pub smtp: String,
    answers: Arc<Mutex<VecDeque<Answer>>>,
    refusals: Arc<Mutex<VecDeque<&'static str>>>,
    asked: tokio::sync::Mutex<mpsc::UnboundedReceiver<Asked>>,
    letters: tokio::sync::Mutex<mpsc::UnboundedReceiver<Letter>>,
    handle: actix_web::dev::ServerHandle,
    mail: tokio::task::JoinHandle<()>,
}

impl Receivers {
    /// On ports of their own.
    pub async fn start() -> Self {
        let (tell, asked) = mpsc::unbounded_channel();
        let answers: Arc<Mutex<VecDeque<Answer>>> = Arc::default();
        let shared = Arc::clone(&answers);
        let server = HttpServer::new(move || {
            let (tell, shared) = (tell.clone(), Arc::clone(&shared));
            App::new().default_service(web::to(move |request: HttpRequest, body: web::Bytes| {
                let (tell, shared) = (tell.clone(), Arc::clone(&shared));
                async move {
                    if request.method() == actix_web::http::Method::HEAD {
                        return HttpResponse::MethodNotAllowed().finish();
                    }
                    let header = |(name, value): (
                        &actix_web::http::header::HeaderName,
                        &actix_web::http::header::HeaderValue,
                    )| {
                        (name.as_str().to_owned(), value.to_str().unwrap().to_owned())
                    };
                    let headers = request.headers().iter().map(header).collect();
                    let next = shared.lock().unwrap().pop_front().unwrap_or(Answer::Status(201));
                    let _over =
                        tell.send(Asked { path: request.path().to_owned(), headers, body: body.to_vec() });
                    let status =
                        |status| HttpResponse::build(actix_web::http::StatusCode::from_u16(status).unwrap());
                    match next {
                        Answer::Status(code) => status(code).finish(),
                        Answer::After(code, seconds) => {
                            status(code).insert_header(("retry-after", seconds.to_string())).finish()
                        }
                        Answer::Silence => std::future::pending().await,
                    }
                }
            }))
        })
        .workers(1)
        .disable_signals()
        .shutdown_timeout(0)
        .bind("127.0.0.1:0")
        .unwrap();
        let http = format!("http://{}", server.addrs()[0]);
        let server = server.run();
        let handle = server.handle();
        tokio::spawn(server);
        let (give, letters) = mpsc::unbounded_channel();
        let refusals: Arc<Mutex<VecDeque<&'static str>>> = Arc::default();
        let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
        let smtp = listener.local_addr().unwrap().to_string();
        let refuse = Arc::clone(&refusals);
        let mail = tokio::spawn(async move {
            while let Ok((stream, _)) = listener.accept().await {
                let (give, refuse) = (give.clone(), Arc::clone(&refuse));
                tokio::spawn(async move {
                    let _hung_up = converse(stream, &give, &refuse).await;
                });
            }
        });
        let (asked, letters) = (tokio::sync::Mutex::new(asked), tokio::sync::Mutex::new(letters));
        Self { http, smtp, answers, refusals, asked, letters, handle, mail }
    }

    /// The settings by which a server finds them.
    pub fn settings(&self) -> Channels {
        Channels {
            mail: Some(Mail {
                server: Secret::new(format!("smtp://{}", self.smtp)),
                from: "Đôn Đốc <don-doc@suoimo.example>".parse().unwrap(),
                reply_to: Some("van-phong@suoimo.example".parse().unwrap()),
            }),
            gateway: Some(Gateway {
                url: format!("{}/gateway", self.http),
                secret: Secret::new(GATEWAY_SECRET),
            }),
            push_hosts: Allowed::parse("127.0.0.1").unwrap(),
        }
    }

    /// What the next requests are answered, in turn.
    pub fn answer(&self, answers: impl IntoIterator<Item = Answer>) {
        self.answers.lock().unwrap().extend(answers);
    }
    /// What the next recipients of letters are answered, in turn.
    pub fn refuse(&self, replies: impl IntoIterator<Item = &'static str>) {
        self.refusals.lock().unwrap().extend(replies);
    }
    /// The next request, waited for.
    pub async fn asked(&self) -> Asked {
        self.asked.lock().await.recv().await.unwrap()
    }
    /// The next letter, waited for.
    pub async fn letter(&self) -> Letter {
        self.letters.lock().await.recv().await.unwrap()
    }
    /// The next request of those that have come, if there is one.
    pub async fn asked_already(&self) -> Option<Asked> {
        self.asked.lock().await.try_recv().ok()
    }
    /// The next letter of those that have come, if there is one.
    pub async fn letter_already(&self) -> Option<Letter> {
        self.letters.lock().await.try_recv().ok()
    }
    /// No more.
    pub async fn end(self) {
        self.mail.abort();
        self.handle.stop(false).await;
    }
}

/// As much of RFC 5321 as a sender needs.
async fn converse(
    stream: TcpStream,
    give: &mpsc::UnboundedSender<Letter>,
    refuse: &Mutex<VecDeque<&'static str>>,
) -> std::io::Result<()> {
    let (read, mut write) = stream.into_split();
    let mut lines = BufReader::new(read).lines();
    write.write_all(b"220 sink.example\r\n").await?;
    let mut to = String::new();
    while let Some(line) = lines.next_line().await? {
        let verb = line.split([' ', ':']).next().unwrap_or_default().to_ascii_uppercase();
        let reply = match verb.as_str() {
            "RCPT" => {
                to = line.split(['<', '>']).nth(1).unwrap_or_default().to_owned();
                refuse.lock().unwrap().pop_front().unwrap_or("250 yes")
            }
            "DATA" => {
                write.write_all(b"354 go on\r\n").await?;
                let mut raw = String::new();
                while let Some(line) = lines.next_line().await?.filter(|line| line != ".") {
                    raw += line.strip_prefix('.').unwrap_or(&line);
                    raw += "\r\n";
                }
                let _over = give.send(Letter { to: to.clone(), raw });
                "250 taken"
            }
            "QUIT" => {
                write.write_all(b"221 bye\r\n").await?;
                return Ok(());
            }
            _ => "250 yes",
        };
        write.write_all(format!("{reply}\r\n").as_bytes()).await?;
    }
    Ok(())
}
