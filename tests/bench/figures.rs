//! The figures, one function each. **Invariant: what is compared is measured in the same run, on the
//! same data, by the same senders.**

use std::{rc::Rc, time::Duration};

use api::{clock::Clock, db::Place};

use crate::{
    load,
    raw::{self, Statement},
    rows::{Commune, REPORTERS, mixed},
    sender::{self, Lane, Tally},
    server::{self, Memory, Server},
    slow::Slow,
};

/// Connections that read.
const READERS: usize = 32;

/// One measured figure.
#[derive(Debug)]
pub struct Figure {
    /// What was measured.
    pub name: &'static str,
    /// What came of it.
    pub tally: Tally,
    /// Processor time of the server for each answer, in microseconds.
    pub processor: f64,
    /// The same statement straight on the database, times a second.
    pub raw: Option<f64>,
    /// What the server used at the end.
    pub memory: Memory,
    /// How much slower the slowest answers were than without what went on beside them.
    pub slower: Option<f64>,
    /// Something found out beside it.
    pub note: String,
}

/// How long is measured.
#[derive(Debug, Clone, Copy)]
pub struct Patience {
    /// Before anything is counted.
    pub warm_up: Duration,
    /// While it is counted.
    pub count_for: Duration,
}

/// A server with its data, and for how long it is measured.
pub struct Bench {
    /// What the data is.
    pub commune: Commune,
    /// Where it is.
    pub place: Place,
    /// Who serves it.
    pub server: Server,
    /// For how long.
    pub patience: Patience,
}

/// The endpoint that does nothing.
pub fn hello(server: &Server, patience: Patience) -> Figure {
    measure(server, patience, "hello", lanes(READERS, &get("/hello", "nobody").into()))
}

fn get(path: &str, token: &str) -> Vec<u8> {
    format!("GET {path} HTTP/1.1\r\nhost: dondoc\r\nauthorization: Bearer {token}\r\n\r\n").into_bytes()
}

/// The same request on every lane.
fn lanes(many: usize, request: &Rc<[u8]>) -> Vec<Lane> {
    let lane = |request: Rc<[u8]>| -> Lane { Box::new(move |out| out.extend_from_slice(&request)) };
    (0..many).map(|_| lane(Rc::clone(request))).collect()
}

fn measure(server: &Server, patience: Patience, name: &'static str, lanes: Vec<Lane>) -> Figure {
    let before = server.processor_time();
    let tally = sender::send(server.address, lanes, patience.warm_up, patience.count_for);
    let used = server.processor_time() - before;
    let processor = used / tally.answers().max(1) as f64;
    Figure { name, tally, processor, raw: None, memory: server.memory(), slower: None, note: String::new() }
}

impl Bench {
    /// Signs in, and hands out the access token.
    fn sign_in(&self, user: &str) -> String {
        let body = serde_json::json!({
            "login": user, "password": load::PASSWORD, "device_name": "máy đo", "organisation": load::SLUG,
        })
        .to_string();
        let request = format!(
            "POST /v1/sessions HTTP/1.1\r\nhost: dondoc\r\ncontent-type: application/json\r\n\
             content-length: {}\r\n\r\n{body}",
            body.len()
        );
        let (status, body) = sender::ask(self.server.address, request.as_bytes());
        assert!((200..300).contains(&status), "{user} cannot sign in: {status} {body}");
        let session: serde_json::Value = serde_json::from_str(&body).unwrap();
        session["access_token"].as_str().unwrap().to_owned()
    }

    fn measure(&self, name: &'static str, lanes: Vec<Lane>) -> Figure {
        measure(&self.server, self.patience, name, lanes)
    }

    fn raw(&self, lanes: usize, statement: &Statement) -> Option<f64> {
        Some(raw::rate(&self.place, lanes, self.patience.count_for / 2, statement))
    }

    /// One assignment, any of them.
    pub fn one(&self) -> Figure {
        let token = self.sign_in(load::LEADER);
        let lane = |lane: usize| -> Lane {
            let (token, rows) = (token.clone(), self.commune.rows);
            let mut n = lane;
            Box::new(move |out| {
                n += READERS;
                let id = Commune::assignment(mixed(n as u64) as usize % rows);
                out.extend_from_slice(&get(&format!("/v1/assignments/{id}"), &token));
            })
        };
        let mut figure = self.measure("one assignment", (0..READERS).map(lane).collect());
        figure.raw = self.raw(server::connections(), &raw::one(self.commune));
        figure
    }

    fn page(&self, name: &'static str, user: &str, path: &str) -> Figure {
        let token = self.sign_in(user);
        let (status, body) = sender::ask(self.server.address, &get(path, &token));
        let items = count_items(&body);
        let mut figure = self.measure(name, lanes(READERS, &get(path, &token).into()));
        figure.note = if status == 200 { format!("{items} rows, {} bytes", body.len()) } else { body };
        figure
    }

    /// The reporter of the unit with the most overdue work, of those that have a reporter.
    fn busiest(&self) -> usize {
        let overdue = self.commune.overdue_by_unit();
        (0..REPORTERS.min(self.commune.units)).max_by_key(|unit| overdue[*unit]).unwrap()
    }

    /// A page of overdue work, for the one unit of a reporter.
    pub fn page_of_one_unit(&self) -> Figure {
        let unit = self.busiest();
        let mut figure = self.page("50 overdue of one unit", &load::reporter(unit), OVERDUE);
        figure.raw = self.raw(server::connections(), &raw::overdue(self.commune, vec![Commune::unit(unit)]));
        figure
    }

    /// A page of overdue work, for an overseer of ten units.
    pub fn page_of_ten_units(&self) -> Figure {
        let mut figure = self.page("50 overdue of ten units", load::OVERSEER, OVERDUE);
        let units = (0..load::OVERSEEN).map(Commune::unit).collect();
        figure.raw = self.raw(server::connections(), &raw::overdue(self.commune, units));
        figure
    }

    /// The overdue report of one unit, of ten, which names overseers too.
    pub fn report_of_one_unit(&self) -> Figure {
        self.page("report: 50 rows of one unit", &load::reporter(self.busiest()), "/v1/overdue?limit=50")
    }

    /// The overdue report of ten units.
    pub fn report_of_ten_units(&self) -> Figure {
        self.page("report: 50 rows of ten units", load::OVERSEER, "/v1/overdue?limit=50")
    }

    /// The first page of everything overdue.
    pub fn first_page(&self) -> Figure {
        let mut figure = self.page("50 overdue of all, page 1", load::LEADER, OVERDUE);
        figure.raw = self.raw(server::connections(), &raw::overdue(self.commune, Vec::new()));
        figure
    }

    /// The thousandth page of everything overdue, or the last full one where there are fewer.
    pub fn thousandth_page(&self) -> Figure {
        let token = self.sign_in(load::LEADER);
        let (mut path, mut page) = (OVERDUE.to_owned(), 1);
        while page < 1000 {
            let (_, body) = sender::ask(self.server.address, &get(&path, &token));
            let answer: serde_json::Value = serde_json::from_str(&body).unwrap();
            let Some(next) = answer["next"].as_str() else { break };
            let further = format!("{OVERDUE}&cursor={next}");
            let (_, body) = sender::ask(self.server.address, &get(&further, &token));
            if count_items(&body) < 50 {
                break;
            }
            path = further;
            page += 1;
        }
        let mut figure = self.page("50 overdue of all, page 1000", load::LEADER, &path);
        figure.note = format!("page {page}; {}", figure.note);
        figure
    }

    /// How much is overdue in each unit. One request at a time: the figure is how long it takes.
    pub fn overdue_by_unit(&self) -> Figure {
        let token = self.sign_in(load::LEADER);
        let path = "/v1/overdue?group_by=unit";
        let (status, body) = sender::ask(self.server.address, &get(path, &token));
        let mut figure = self.measure("overdue by unit", lanes(1, &get(path, &token).into()));
        let answer: serde_json::Value = serde_json::from_str(&body).unwrap();
        let groups = answer["groups"].as_array().map_or(0, Vec::len);
        figure.note = if status == 200 { format!("{groups} groups") } else { body };
        figure.raw = self.raw(1, &raw::overdue_by_unit(self.commune));
        figure
    }

    /// Progress reports from 64 people at once, each on the open work of his unit.
    pub fn reports(&self) -> Figure {
        let today = self.commune.today();
        let before = load::reports_since(&self.place, today);
        let lanes = (0..REPORTERS).map(|n| self.reporting(n)).collect();
        let mut figure = self.measure("progress report", lanes);
        let kept = load::reports_since(&self.place, today) - before;
        let answered = figure.tally.answers() - figure.tally.errors();
        figure.note = format!(
            "max {:.0} ms; {answered} answered 2xx, {kept} in the database{}",
            figure.tally.within(1.0),
            if i64::try_from(answered).unwrap() == kept { "" } else { ": THAT IS NOT THE SAME" },
        );
        // On SQLite more than one writer would only wait for each other.
        let writers = if matches!(self.place, Place::Sqlite(_)) { 1 } else { server::connections() };
        figure.raw = self.raw(writers, &raw::report(self.commune));
        figure
    }

    /// One assignment, while webhooks are on their way to a slow receiver.
    pub fn one_beside_webhooks(&self) -> Figure {
        self.beside_webhooks("one, webhooks on their way", Self::one)
    }

    /// Progress reports, while webhooks are on their way to a slow receiver.
    pub fn reports_beside_webhooks(&self) -> Figure {
        self.beside_webhooks("report, webhooks on their way", Self::reports)
    }

    /// A figure without and with webhooks on their way, one straight after the other.
    fn beside_webhooks(&self, name: &'static str, step: fn(&Self) -> Figure) -> Figure {
        let without = step(self);
        let slow = Slow::begin(&self.place);
        let mut with = step(self);
        let arrived = slow.arrived();
        let ratio = with.tally.within(0.99) / without.tally.within(0.99);
        with.name = name;
        with.slower = Some(ratio);
        with.raw = None;
        with.note = format!(
            "p99 without {:.2} ms, {ratio:.2} of it; {arrived} of {} delivered meanwhile",
            without.tally.within(0.99),
            Slow::deliveries(),
        );
        with
    }

    /// The reports of one person: on one open assignment after the other, none shared with others.
    fn reporting(&self, n: usize) -> Lane {
        let token = self.sign_in(&load::reporter(n));
        let (unit, sharing) = (n % self.commune.units, REPORTERS.div_ceil(self.commune.units));
        let open = (0..self.commune.rows)
            .filter(|row| self.commune.place(*row).1 == unit && self.commune.facts(*row).state.is_open());
        let mine: Vec<_> =
            open.skip(n / self.commune.units).step_by(sharing).map(Commune::assignment).collect();
        let (clock, mut at) = (Clock::wall(), 0);
        Box::new(move |out| {
            let now = clock.now();
            let id = raw::new_id(now, 0);
            let assignment = mine[at % mine.len()];
            at += 1;
            let body = format!(
                "{{\"assignment\":\"{assignment}\",\"percent\":{},\"words\":\"Đã làm được thêm một phần.\",\
                 \"completes\":false,\"made_at\":\"{now}\"}}",
                at % 100
            );
            let head = format!(
                "PUT /v1/reports/{id} HTTP/1.1\r\nhost: dondoc\r\nauthorization: Bearer {token}\r\n\
                 content-type: application/json\r\ncontent-length: {}\r\n\r\n",
                body.len()
            );
            out.extend_from_slice(head.as_bytes());
            out.extend_from_slice(body.as_bytes());
        })
    }
}

/// A page of the list of assignments: what is overdue, the latest first.
const OVERDUE: &str = "/v1/assignments?timeliness=open_overdue&sort=-days_late&limit=50";

fn count_items(body: &str) -> usize {
    let answer: serde_json::Value = serde_json::from_str(body).unwrap_or_default();
    answer["items"].as_array().map_or(0, Vec::len)
}
