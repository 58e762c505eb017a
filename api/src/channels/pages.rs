//! The pages that links in e-mail lead to: one switches e-mail off, one confirms an address.
//! **Invariant: opening a page changes nothing, for mail programs open links by themselves; pressing
//! its button does, and pressing it again changes nothing more.**
//!
//! They are no part of the contract: a mail program posts a form (RFC 8058 §3.2), and no program of
//! ours asks them. The marks in the links open nothing else: they switch one person's e-mail off, or
//! confirm one address, for 48 hours.

use std::sync::Arc;

use actix_web::{
    HttpRequest, HttpResponse,
    http::header::{self, HeaderName},
    web::{self, ServiceConfig},
};
use chrono::TimeDelta;
use openapi::{
    channels::Email,
    ledger::{Deed, Subject},
    people::PersonId,
    problem::Code,
    value::Instant,
};
use serde_json::json;

use super::{Outside, mail::escaped, store};
use crate::{
    access::Tenant,
    db::Writing,
    error::{Error, Result},
    ledger::{self, Entry},
    serve,
    state::State,
    tokens,
};

/// How long a link confirms an address.
const ASKED_FOR: TimeDelta = TimeDelta::hours(48);
const UNSUBSCRIBE: &str = "/mail/unsubscribe";
const CONFIRM: &str = "/mail/confirm";
/// No script, no picture, nobody else's page around it; a form may come back to us.
const POLICY: &str = "default-src 'none'; form-action 'self'; base-uri 'none'; frame-ancestors 'none'";

/// The link by which a person switches his e-mail off.
pub(super) fn unsubscribe_link(outside: &Outside, secret: &[u8], tenant: Tenant, person: PersonId) -> String {
    let mark = tokens::link_mark(secret, "unsubscribe", tenant, person, "");
    format!("{}{UNSUBSCRIBE}/{tenant}.{person}.{mark}", outside.public_url)
}

/// The link by which a person confirms his address, counted from when he was asked.
pub(super) fn confirm_link(
    outside: &Outside,
    secret: &[u8],
    tenant: Tenant,
    person: PersonId,
    email: &Email,
    asked_at: Instant,
) -> String {
    let until = asked_at.plus(ASKED_FOR).unix_ms();
    let mark = tokens::link_mark(secret, "confirm", tenant, person, &format!("{email} {until}"));
    format!("{}{CONFIRM}/{tenant}.{person}.{until}.{mark}", outside.public_url)
}

/// What a page is about.
#[derive(Clone, Copy)]
enum What {
    Unsubscribe,
    Confirm,
}

impl What {
    const fn title(self) -> &'static str {
        match self {
            Self::Unsubscribe => "Ngừng nhận thư của Đôn Đốc",
            Self::Confirm => "Xác nhận địa chỉ thư điện tử",
        }
    }
    const fn words(self) -> (&'static str, &'static str) {
        match self {
            Self::Unsubscribe => (
                "Bấm nút để không nhận thư nữa. Muốn nhận lại, mở Đôn Đốc, mục Cài đặt.",
                "Press the button to be sent no more e-mail. Settings in the app switch it on again.",
            ),
            Self::Confirm => (
                "Bấm nút để xác nhận đây là địa chỉ của ông/bà và nhận nhắc việc ở đây.",
                "Press the button to confirm that this address is yours, and be reminded here.",
            ),
        }
    }
    const fn button(self) -> &'static str {
        match self {
            Self::Unsubscribe => "Ngừng nhận thư / Stop",
            Self::Confirm => "Xác nhận / Confirm",
        }
    }
    const fn done(self) -> (&'static str, &'static str) {
        match self {
            Self::Unsubscribe => ("Đã ngừng gửi thư cho ông/bà.", "You will be sent no more e-mail."),
            Self::Confirm => ("Đã xác nhận. Cảm ơn ông/bà.", "Confirmed. Thank you."),
        }
    }
}

/// Who a link was sent to, and what it says beside that.
struct Link {
    tenant: Tenant,
    person: PersonId,
    until: Option<i64>,
    mark: String,
}

impl Link {
    fn read(what: What, token: &str) -> Option<Self> {
        let parts: Vec<&str> = token.split('.').collect();
        let (tenant, person, until, mark) = match (what, parts.as_slice()) {
            (What::Unsubscribe, [tenant, person, mark]) => (tenant, person, None, mark),
            (What::Confirm, [tenant, person, until, mark]) => {
                (tenant, person, Some(until.parse().ok()?), mark)
            }
            _ => return None,
        };
        let (tenant, person) = (tenant.parse().ok()?, person.parse().ok()?);
        Some(Self { tenant, person, until, mark: (*mark).to_owned() })
    }
    fn is_ours(&self, secret: &[u8], what: &str, said: &str) -> bool {
        let mark = tokens::link_mark(secret, what, self.tenant, self.person, said);
        tokens::is_same(&mark, &self.mark)
    }
}

pub(crate) fn mount(config: &mut ServiceConfig) {
    for (path, what) in [(UNSUBSCRIBE, What::Unsubscribe), (CONFIRM, What::Confirm)] {
        let ask = move |request: HttpRequest| async move { answer(&request, asked(what, &request)) };
        let press = move |request: HttpRequest| async move {
            let pressed = pressed(what, &request).await;
            answer(&request, pressed)
        };
        let refuse = |request: HttpRequest| {
            std::future::ready(serve::problem(&request, serve::wrong_method("GET, HEAD, POST")))
        };
        let resource = web::resource(format!("{path}/{{token}}"))
            .route(web::get().to(ask))
            .route(web::head().to(ask))
            .route(web::post().to(press))
            .default_service(web::to(refuse));
        config.service(resource);
    }
}

fn answer(request: &HttpRequest, page: Result<String>) -> HttpResponse {
    match page {
        Ok(page) => HttpResponse::Ok()
            .insert_header((header::CONTENT_TYPE, "text/html; charset=utf-8"))
            .insert_header((header::CONTENT_SECURITY_POLICY, POLICY))
            .insert_header((header::CACHE_CONTROL, "no-store"))
            .insert_header((HeaderName::from_static("referrer-policy"), "no-referrer"))
            .body(page),
        Err(error) => serve::problem(request, error),
    }
}

fn page(title: &str, words: (&str, &str), button: Option<&str>) -> String {
    let form = button.map_or_else(String::new, |button| {
        format!("<form method=\"post\"><button type=\"submit\">{}</button></form>\n", escaped(button))
    });
    format!(
        "<!doctype html>\n<html lang=\"vi\">\n<meta charset=\"utf-8\">\n\
         <meta name=\"viewport\" content=\"width=device-width, initial-scale=1\">\n\
         <title>{0}</title>\n<h1>{0}</h1>\n<p>{1}</p>\n<p lang=\"en\">{2}</p>\n{form}</html>\n",
        escaped(title),
        escaped(words.0),
        escaped(words.1)
    )
}

/// The page with its button; whose link it is is looked at when the button is pressed.
fn asked(what: What, request: &HttpRequest) -> Result<String> {
    Link::read(what, request.match_info().query("token")).ok_or_else(Error::not_found)?;
    Ok(page(what.title(), what.words(), Some(what.button())))
}

async fn pressed(what: What, request: &HttpRequest) -> Result<String> {
    let state = request.app_data::<Arc<State>>().map(Arc::clone);
    let state = state.ok_or_else(|| Error::Broken("no state".to_owned()))?;
    let link = Link::read(what, request.match_info().query("token")).ok_or_else(Error::not_found)?;
    let shared = Arc::clone(&state);
    state
        .db
        .write(move |tx| match what {
            What::Unsubscribe => unsubscribe(tx, &shared.secret, &link),
            What::Confirm => confirm(tx, &shared.secret, &link),
        })
        .await?;
    Ok(page(what.title(), what.done(), None))
}

fn unsubscribe(tx: &mut Writing<'_>, secret: &[u8], link: &Link) -> Result<()> {
    if !link.is_ours(secret, "unsubscribe", "") {
        return Err(Error::not_found());
    }
    let mut row = store::choices(tx, link.tenant, link.person)?;
    // Somebody anonymised since has chosen nothing, and is sent nothing.
    if !row.mail || store::receiver(tx, link.tenant, link.person)?.is_none() {
        return Ok(());
    }
    row.mail = false;
    store::save_choices(tx, row)?;
    record(tx, link, json!({ "mail": true }), json!({ "mail": false }))
}

fn confirm(tx: &mut Writing<'_>, secret: &[u8], link: &Link) -> Result<()> {
    let mut row = store::choices(tx, link.tenant, link.person)?;
    let said = row.email.as_ref().zip(link.until).map(|(email, until)| format!("{email} {until}"));
    // Another address by now, or none: the link is one that is no longer any.
    if !said.is_some_and(|said| link.is_ours(secret, "confirm", &said)) {
        return Err(Error::of(Code::LinkExpired));
    }
    if row.email_confirmed_at.is_some() {
        return Ok(());
    }
    if link.until.is_none_or(|until| until <= tx.now().unix_ms()) {
        return Err(Error::of(Code::LinkExpired));
    }
    row.email_confirmed_at = Some(tx.now());
    row.email_failing_at = None;
    store::save_choices(tx, row)?;
    record(tx, link, json!({ "email_confirmed": false }), json!({ "email_confirmed": true }))
}

fn record(
    tx: &mut Writing<'_>,
    link: &Link,
    before: serde_json::Value,
    after: serde_json::Value,
) -> Result<()> {
    let entry = Entry::new(Deed::Changed, Subject::Channels, link.person).by_person(link.person);
    ledger::record(tx, link.tenant, entry.before(before).after(after))
}
