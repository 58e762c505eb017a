//! `dondoc doctor`: whether everything is as it should be. **Invariant: a doctor changes nothing but
//! the moment at which writing was last tried, sends nothing he is not asked to, and says of every
//! fault what to do about it.**

mod channels;
mod engines;

use chrono::{DateTime, TimeDelta, Utc};
use openapi::value::Instant;

use super::{
    Done, Stopped,
    database::{self, Tables},
    say, store,
};
use crate::{
    clock::Clock,
    config::Config,
    db::{Db, Place},
    error::Error,
    health, hold, ledger,
};

/// What the doctor is asked to do beside looking.
#[derive(clap::Args)]
pub(super) struct Asked {
    /// Send a test to this e-mail address or phone number
    #[arg(long, value_name = "ADDRESS|NUMBER")]
    send_to: Option<String>,
}

/// What the doctor has found, told as it is found.
#[derive(Default)]
struct Findings {
    doubts: usize,
    faults: usize,
}

impl Findings {
    fn well(&self, what: impl AsRef<str>) {
        say(format!("  ok     {}", what.as_ref()));
    }
    fn doubt(&mut self, what: impl AsRef<str>) {
        self.doubts += 1;
        say(format!("  look   {}", what.as_ref()));
    }
    fn fault(&mut self, what: impl AsRef<str>) {
        self.faults += 1;
        say(format!("  FAULT  {}", what.as_ref()));
    }
    fn failed(&mut self, what: &str, error: Error) {
        let why = match Stopped::from(error) {
            Stopped::Failed(why) | Stopped::Asked(why) | Stopped::NotEmpty(why) => why,
            Stopped::Told => String::new(),
        };
        self.fault(format!("{what}: {}", why.trim()));
    }
}

/// `dondoc doctor`
pub(super) async fn doctor(config: &Config, asked: Asked) -> Done {
    let send_to = asked.send_to.map(channels::SendTo::read).transpose()?;
    let mut findings = Findings::default();
    say(format!("Đôn Đốc {}", env!("CARGO_PKG_VERSION")));
    settings(&mut findings, config);
    if reachable(&mut findings, &config.place) {
        match database::data(config) {
            Ok(db) => {
                data(&mut findings, &db).await;
                channels::look(&mut findings, config, &db, send_to).await;
            }
            Err(Stopped::Failed(why) | Stopped::Asked(why) | Stopped::NotEmpty(why)) => findings.fault(why),
            Err(Stopped::Told) => {}
        }
    }
    match (findings.faults, findings.doubts) {
        (0, 0) => say("All is well."),
        (0, doubts) => say(format!("No fault; things to look at: {doubts}.")),
        (faults, doubts) => say(format!("Faults: {faults}; other things to look at: {doubts}.")),
    }
    if findings.faults == 0 { Ok(()) } else { Err(Stopped::Told) }
}

fn settings(findings: &mut Findings, config: &Config) {
    let url = &config.public_url;
    let host = url.split("://").nth(1).unwrap_or_default().split(['/', ':']).next().unwrap_or_default();
    if url.starts_with("https://") {
        findings.well(format!("people reach the server at {url}"));
    } else if matches!(host, "localhost" | "127.0.0.1" | "[") {
        findings.doubt(format!(
            "public_url is {url}: fine for trying things on this machine, but phones need an https address"
        ));
    } else {
        findings.fault(format!(
            "public_url is {url}: over plain http, passwords can be read on the way; use https, see README.md"
        ));
    }
    let now = Clock::wall().now();
    if now.utc() < FIRST_RELEASE {
        findings.fault(format!("the clock of this machine says {now}, which is long past; set it"));
    }
}

/// Earlier than this no machine can run this program with a clock that is right.
const FIRST_RELEASE: DateTime<Utc> = match DateTime::from_timestamp(1_790_000_000, 0) {
    Some(moment) => moment,
    None => DateTime::UNIX_EPOCH,
};

/// What can be seen before this program's tables are touched.
fn reachable(findings: &mut Findings, place: &Place) -> bool {
    if let Place::Sqlite(path) = place {
        if !path.exists() {
            findings.fault(format!("there is no database at {}; `dondoc init` makes one", path.display()));
            return false;
        }
        engines::file(findings, path);
    }
    let mut connection = match place.connect() {
        Ok(connection) => connection,
        Err(error) => {
            findings.failed("the database cannot be reached", error);
            return false;
        }
    };
    findings.well("the database can be reached");
    engines::engine(findings, place, &mut connection);
    match database::tables(&mut connection) {
        Ok(Tables::Current) => {
            findings.well("its tables are those of this version");
            true
        }
        // Told by what follows, in the same words as every other command.
        Ok(_) => true,
        Err(error) => {
            findings.failed("its tables cannot be read", error);
            false
        }
    }
}

/// What the data itself says.
async fn data(findings: &mut Findings, db: &Db) {
    let last = db.read(store::last_moment).await;
    match db.write(health::touch).await {
        Ok(()) => findings.well("the database can be written"),
        Err(error) => findings.failed("the database cannot be written", error),
    }
    let now = db.clock().now();
    match last {
        Ok(last) => clock(findings, now, last),
        Err(error) => findings.failed("the last entry cannot be read", error),
    }
    match db.read(store::key_made_at).await {
        Ok(made) => key(findings, now, made),
        Err(error) => findings.failed("the signing key cannot be read", error),
    }
    match db.read(hold::since).await {
        Ok(None) => {}
        Ok(Some(since)) => findings.doubt(format!(
            "nothing is sent to anybody since {since}, because this is a restored copy or somebody wanted it \
             so; `dondoc sending resume` sends again"
        )),
        Err(error) => findings.failed("whether anything is sent cannot be read", error),
    }
    match db.read(store::organisations).await {
        Ok(all) if all.is_empty() => findings.doubt("there is no organisation yet; `dondoc init` founds one"),
        Ok(all) => {
            for (tenant, slug, _) in all {
                match ledger::verify(db, tenant).await {
                    Ok(ledger::Verified { entries, broken: None }) => {
                        findings.well(format!("the audit trail of {slug} is whole ({entries} entries)"));
                    }
                    Ok(ledger::Verified { broken: Some((position, why)), .. }) => findings.fault(format!(
                        "the audit trail of {slug} is broken at entry {position}: {why}; somebody has written \
                         to the database by other means: keep it as it is, and compare it with a backup"
                    )),
                    Err(error) => findings.failed(&format!("the audit trail of {slug} cannot be read"), error),
                }
            }
        }
        Err(error) => findings.failed("the organisations cannot be read", error),
    }
}

fn clock(findings: &mut Findings, now: Instant, last: Option<Instant>) {
    const SLACK: TimeDelta = TimeDelta::minutes(2);
    match last {
        Some(last) if last > now.plus(SLACK) => findings.fault(format!(
            "the clock of this machine says {now}, but something was written at {last}; set the clock"
        )),
        _ => findings.well(format!("the clock says {now}")),
    }
}

fn key(findings: &mut Findings, now: Instant, made: Option<Instant>) {
    // Twice as long as a server that runs lets one be.
    const FRESH: TimeDelta = TimeDelta::days(60);
    match made {
        None => findings.fault("there is no signing key; `dondoc serve` makes one"),
        Some(made) if made.plus(FRESH) < now => findings.doubt(format!(
            "the signing key is of {made}; a server that runs makes a new one every 30 days, so has it run?"
        )),
        Some(made) => findings.well(format!("the signing key is of {made}")),
    }
}
