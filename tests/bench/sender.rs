//! The senders: keep-alive HTTP/1.1 over loopback, on one thread, with as little work as possible,
//! because they share the machine with what they measure. **Invariant: every request that was sent is
//! answered and counted, by status, before its figure is given.**

use std::{
    collections::BTreeMap,
    net::SocketAddr,
    time::{Duration, Instant},
};

use tokio::{
    io::{AsyncReadExt, AsyncWriteExt},
    net::TcpStream,
    task::LocalSet,
};

/// Writes the next request of one connection.
pub type Lane = Box<dyn FnMut(&mut Vec<u8>)>;

/// What came of it.
#[derive(Debug, Default)]
pub struct Tally {
    /// How long the counted answers took, in microseconds, in order.
    took: Vec<u32>,
    /// Every answer, warming up included, by status.
    pub statuses: BTreeMap<u16, usize>,
    /// For how long was counted.
    pub counted_for: Duration,
    /// The first answer that was not 2xx.
    pub refused: Option<String>,
}

impl Tally {
    /// Answers a second.
    pub fn rate(&self) -> f64 {
        self.took.len() as f64 / self.counted_for.as_secs_f64()
    }
    /// The time within which this share was answered, in milliseconds.
    pub fn within(&self, share: f64) -> f64 {
        let at = (self.took.len() as f64 * share) as usize;
        self.took.get(at.min(self.took.len().saturating_sub(1))).map_or(0.0, |us| f64::from(*us) / 1000.0)
    }
    /// All answers, warming up included.
    pub fn answers(&self) -> usize {
        self.statuses.values().sum()
    }
    /// Answers other than 2xx.
    pub fn errors(&self) -> usize {
        self.statuses.iter().filter(|(status, _)| !(200..300).contains(*status)).map(|(_, n)| n).sum()
    }
}

/// Sends on each lane as fast as answers come, and counts after warming up.
pub fn send(address: SocketAddr, lanes: Vec<Lane>, warm_up: Duration, count_for: Duration) -> Tally {
    let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build().unwrap();
    let from = Instant::now() + warm_up;
    let until = from + count_for;
    let local = LocalSet::new();
    let tallies = local.block_on(&runtime, async move {
        let tasks: Vec<_> = lanes
            .into_iter()
            .map(|lane| tokio::task::spawn_local(send_on_one(address, lane, from, until)))
            .collect();
        let mut tallies = Vec::new();
        for task in tasks {
            tallies.push(task.await.unwrap());
        }
        tallies
    });
    let mut all = Tally { counted_for: count_for, ..Tally::default() };
    for one in tallies {
        all.took.extend(one.took);
        all.refused = all.refused.or(one.refused);
        for (status, n) in one.statuses {
            *all.statuses.entry(status).or_default() += n;
        }
    }
    all.took.sort_unstable();
    all
}

async fn send_on_one(address: SocketAddr, mut lane: Lane, from: Instant, until: Instant) -> Tally {
    let mut connection = Connection::open(address).await;
    let mut tally = Tally::default();
    let mut request = Vec::new();
    loop {
        let began = Instant::now();
        if began >= until {
            return tally;
        }
        request.clear();
        lane(&mut request);
        let status = connection.ask(&request).await;
        let ended = Instant::now();
        *tally.statuses.entry(status).or_default() += 1;
        if !(200..300).contains(&status) && tally.refused.is_none() {
            tally.refused = Some(connection.body());
        }
        if began >= from && ended <= until {
            tally.took.push(u32::try_from((ended - began).as_micros()).unwrap_or(u32::MAX));
        }
    }
}

/// One request and its answer, for signing in and walking pages.
pub fn ask(address: SocketAddr, request: &[u8]) -> (u16, String) {
    let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build().unwrap();
    runtime.block_on(async {
        let mut connection = Connection::open(address).await;
        let status = connection.ask(request).await;
        (status, connection.body())
    })
}

struct Connection {
    stream: TcpStream,
    buffer: Vec<u8>,
    filled: usize,
    body: std::ops::Range<usize>,
}

impl Connection {
    async fn open(address: SocketAddr) -> Self {
        let stream = TcpStream::connect(address).await.unwrap();
        stream.set_nodelay(true).unwrap();
        Self { stream, buffer: vec![0; 256 * 1024], filled: 0, body: 0..0 }
    }

    fn body(&self) -> String {
        String::from_utf8_lossy(&self.buffer[self.body.clone()]).into_owned()
    }

    async fn ask(&mut self, request: &[u8]) -> u16 {
        self.stream.write_all(request).await.unwrap();
        self.filled = 0;
        loop {
            if self.filled == self.buffer.len() {
                self.buffer.resize(self.filled * 2, 0);
            }
            let read = self.stream.read(&mut self.buffer[self.filled..]).await.unwrap();
            assert!(read > 0, "the server closed the connection");
            self.filled += read;
            if let Some((status, body)) = answer(&self.buffer[..self.filled]) {
                self.body = body;
                return status;
            }
        }
    }
}

/// The status and the place of the body, once all of it is there.
fn answer(bytes: &[u8]) -> Option<(u16, std::ops::Range<usize>)> {
    let head = bytes.windows(4).position(|four| four == b"\r\n\r\n")?;
    let status: u16 = std::str::from_utf8(&bytes[9..12]).unwrap().parse().unwrap();
    let text = std::str::from_utf8(&bytes[..head]).unwrap();
    let length = text
        .lines()
        .filter_map(|line| line.split_once(':'))
        .find(|(name, _)| name.eq_ignore_ascii_case("content-length"))
        .map_or(0, |(_, value)| value.trim().parse::<usize>().unwrap());
    let body = head + 4..head + 4 + length;
    (bytes.len() >= body.end).then_some((status, body))
}
