//! The ways messages take: whether each is set up, and whether somebody answers there.

use openapi::{
    channels::Email,
    id::Id,
    value::{Instant, Phone},
};

use super::{Findings, Stopped};
use crate::{channels, channels::Outside, config::Config, db::Db, error::Result, people, tokens};

/// Where a test is to go.
pub(super) enum SendTo {
    Address(Email),
    Number(Phone),
}

impl SendTo {
    pub(super) fn read(text: String) -> std::result::Result<Self, Stopped> {
        if let Some(phone) = people::phone_of(&text) {
            return Ok(Self::Number(phone));
        }
        let bad = || {
            let why = "is neither an e-mail address nor a phone number";
            Stopped::Asked(format!("--send-to \"{text}\" {why}"))
        };
        Email::try_from(text.clone()).map(Self::Address).map_err(|_bad| bad())
    }
}

/// Everything about them.
pub(super) async fn look(findings: &mut Findings, config: &Config, db: &Db, send_to: Option<SendTo>) {
    let opened = match db.read(channels::push_key).await {
        Ok(key) => {
            match &key {
                Some(_) => findings.well("there is a key for push notices"),
                None => findings.fault("there is no key for push notices; `dondoc serve` makes one"),
            }
            Outside::open(&config.channels, key.as_deref(), &config.public_url, &config.outgoing_allow_hosts)
        }
        Err(error) => Err(error),
    };
    let outside = match opened {
        Ok(outside) => outside,
        Err(error) => return findings.failed("the ways messages take cannot be opened", error),
    };
    mail(findings, &outside).await;
    gateway(findings, &outside).await;
    if let Some(to) = send_to {
        send(findings, &outside, db.clock().now(), to).await;
    }
}

async fn mail(findings: &mut Findings, outside: &Outside) {
    match outside.try_mail().await {
        None => findings.well("no e-mail is sent: mail.server is not set"),
        Some(Ok(())) => findings.well("the mail server answers and takes our name"),
        Some(Err(why)) => findings.fault(format!(
            "the mail server does not take e-mail from us: {why}; see mail.server, and whether a firewall is in between"
        )),
    }
}

async fn gateway(findings: &mut Findings, outside: &Outside) {
    match outside.try_gateway().await {
        None => findings.well("no text messages are sent: gateway.url is not set"),
        Some(Ok(status)) if status < 500 => findings.well("somebody answers where the gateway should be"),
        Some(Ok(status)) => {
            findings.fault(format!("the gateway answers {status}; ask whoever runs it"));
        }
        Some(Err(why)) => findings.fault(format!("the gateway does not answer: {why}; see gateway.url")),
    }
}

async fn send(findings: &mut Findings, outside: &Outside, now: Instant, to: SendTo) {
    let id = match new_id(now) {
        Ok(id) => id,
        Err(error) => return findings.failed("no id could be made", error),
    };
    let sent = match &to {
        SendTo::Address(email) => outside.send_test_mail(email, &id, now).await,
        SendTo::Number(phone) => outside.send_test_text(phone, &id, now).await,
    };
    let to = match to {
        SendTo::Address(email) => email.to_string(),
        SendTo::Number(phone) => phone.to_string(),
    };
    match sent {
        Ok(()) => findings.well(format!("a test was taken for {to}; has it arrived?")),
        Err(why) => findings.fault(format!("a test for {to} was not taken: {why}")),
    }
}

fn new_id(now: Instant) -> Result<String> {
    Ok(Id::<()>::new(u64::try_from(now.unix_ms()).unwrap_or(0), tokens::random()?).to_string())
}
