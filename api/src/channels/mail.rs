//! E-mail. **Invariant: every letter says that a machine wrote it, and can be switched off by its reader
//! with one press; a letter sent again is the same letter, to the byte.**

use std::time::{Duration, SystemTime};

use lettre::{
    AsyncSmtpTransport, AsyncTransport, Tokio1Executor,
    message::{
        Mailbox, MultiPart, SinglePart,
        header::{ContentType, HeaderName, HeaderValue},
    },
    transport::smtp::{self, extension::ClientId},
};
use openapi::{
    channels::{Email, Purpose},
    problem::{Language, Said},
    value::Instant,
};

use super::{Outside, http::Http, pages, send::Outcome, store::Leased};
use crate::{
    config,
    error::{Error, Result},
};

/// How long the mail server may take to be reached; for the whole of a letter, the job has a limit.
const PATIENCE: Duration = Duration::from_secs(20);
/// How long an operator waits for the whole: a server that goes silent midway is not noticed below.
const OPERATORS_PATIENCE: Duration = Duration::from_secs(30);

/// The way to the mail server.
pub(super) struct Postman {
    transport: AsyncSmtpTransport<Tokio1Executor>,
    from: Mailbox,
    reply_to: Option<Mailbox>,
}

impl Postman {
    pub(super) fn open(settings: &config::Mail, public_url: &str) -> Result<Self> {
        // The error may repeat the address, and a password is in it.
        let builder = AsyncSmtpTransport::<Tokio1Executor>::from_url(settings.server.reveal())
            .map_err(|_bad| Error::Broken("mail.server cannot be read".to_owned()))?;
        let name = Http::host(public_url).map_or_else(ClientId::default, ClientId::Domain);
        let transport = builder.timeout(Some(PATIENCE)).hello_name(name).build();
        Ok(Self { transport, from: settings.from.clone(), reply_to: settings.reply_to.clone() })
    }

    /// The address it is from.
    pub(super) fn address(&self) -> String {
        self.from.email.to_string()
    }

    /// Whether the server answers, and takes our name and password.
    ///
    /// # Errors
    /// What it says instead.
    pub(super) async fn try_out(&self) -> std::result::Result<(), String> {
        match tokio::time::timeout(OPERATORS_PATIENCE, self.transport.test_connection()).await {
            Ok(Ok(true)) => Ok(()),
            Ok(Ok(false)) => Err("it hung up".to_owned()),
            Ok(Err(bad)) => Err(bad.to_string()),
            Err(_elapsed) => Err("it says nothing".to_owned()),
        }
    }

    async fn send(&self, letter: &Letter, to: Mailbox, now: Instant) -> Result<Outcome> {
        let written = letter.write(self, to, now)?;
        Ok(match self.transport.send(written).await {
            Ok(_) => Outcome::Sent,
            Err(bad) => judge(&bad),
        })
    }

    /// Sends an operator a letter to try the way.
    ///
    /// # Errors
    /// What the server says instead.
    pub(super) async fn send_test(
        &self,
        to: &Email,
        id: &str,
        now: Instant,
    ) -> std::result::Result<(), String> {
        let words = "Thư thử của Đôn Đốc. / A test of Đôn Đốc.".to_owned();
        let letter = Letter {
            id: id.to_owned(),
            subject: "Đôn Đốc: thư thử".to_owned(),
            paragraphs: vec![words],
            lines: Vec::new(),
            button: None,
            small: Vec::new(),
            unsubscribe: None,
            list: None,
        };
        let to = to.as_str().parse().map_err(|_bad| "the address cannot be used".to_owned())?;
        let written = letter.write(self, Mailbox::new(None, to), now).map_err(|bad| format!("{bad:?}"))?;
        match tokio::time::timeout(OPERATORS_PATIENCE, self.transport.send(written)).await {
            Ok(sent) => sent.map(|_| ()).map_err(|bad| bad.to_string()),
            Err(_elapsed) => Err("it says nothing".to_owned()),
        }
    }
}

/// What a mail server's answer means (RFC 5321 §4.2.1, RFC 3463).
fn judge(bad: &smtp::Error) -> Outcome {
    let Some(code) = bad.status() else {
        return Outcome::later(if bad.is_timeout() { "timeout" } else { "unreachable" });
    };
    judge_reply(bad.is_permanent(), &code.to_string(), &bad.to_string())
}

/// Only what is said of the mailbox closes the address; that we may not send, or are taken for a nuisance,
/// is for the operator to put right.
fn judge_reply(permanent: bool, code: &str, said: &str) -> Outcome {
    let why = format!("smtp_{code}");
    // The enhanced code is the first word of what is said; addresses of machines look like one.
    let words = said.split_once("): ").map_or(said, |(_, words)| words);
    let enhanced = words.split_whitespace().next().filter(|word| is_enhanced(word));
    let mailbox = enhanced.is_some_and(|code| code.starts_with("5.1.") || code == "5.2.1");
    // 5.1.7 and 5.1.8 are about the sender's address.
    let ours = enhanced.is_some_and(|code| matches!(code, "5.1.7" | "5.1.8"));
    let plain = enhanced.is_none() && matches!(code, "550" | "551" | "553");
    if permanent && !ours && (mailbox || plain) {
        Outcome::BadAddress(why)
    } else {
        Outcome::Later { why, after: None }
    }
}

/// Whether a word is an enhanced status code of a refusal: `5.x.y` (RFC 3463 §2).
fn is_enhanced(word: &str) -> bool {
    let parts: Vec<&str> = word.split('.').collect();
    let short = |part: &&str| (1..=3).contains(&part.len()) && part.bytes().all(|b| b.is_ascii_digit());
    matches!(parts.as_slice(), ["5", subject, detail] if short(subject) && short(detail))
}

/// A letter before it is written.
struct Letter {
    id: String,
    subject: String,
    paragraphs: Vec<String>,
    lines: Vec<String>,
    /// What stands on it, and where it leads.
    button: Option<(String, String)>,
    /// What stands under the letter.
    small: Vec<String>,
    unsubscribe: Option<(String, String)>,
    list: Option<String>,
}

pub(super) async fn send(
    outside: &Outside,
    secret: &[u8],
    leased: &Leased,
    to: &Email,
    now: Instant,
) -> Outcome {
    let Some(postman) = &outside.mail else {
        return Outcome::Dropped("not_configured".to_owned());
    };
    let letter = letter(outside, secret, leased, to);
    let Ok(address) = to.as_str().parse() else {
        return Outcome::BadAddress("bad_address".to_owned());
    };
    let to = Mailbox::new(Some(leased.name.to_string()), address);
    match postman.send(&letter, to, now).await {
        Ok(outcome) => outcome,
        Err(error) => {
            tracing::warn!(?error, "a letter could not be written");
            Outcome::Dropped("damaged".to_owned())
        }
    }
}

fn letter(outside: &Outside, secret: &[u8], leased: &Leased, to: &Email) -> Letter {
    let message = &leased.message;
    let say = |vi: &'static str, en: &'static str| Said::new(vi, en).in_language(leased.language).to_owned();
    let (tenant, person) = (message.organisation, message.person_id);
    let asks = message.purpose == Purpose::Confirmation;
    let button = if asks {
        let link = pages::confirm_link(outside, secret, tenant, person, to, message.created_at);
        Some((say("Đây là địa chỉ của tôi", "This is my address"), link))
    } else {
        let place = message.link.clone().unwrap_or_else(|| "#/".to_owned());
        Some((say("Mở trong Đôn Đốc", "Open in Đôn Đốc"), format!("{}/app/{place}", outside.public_url)))
    };
    let why = if asks {
        say(
            "Nếu không phải ông/bà nhập địa chỉ này, hãy bỏ qua thư: sẽ không có thư nào khác.",
            "If it was not you who entered this address, ignore this letter: no other will come.",
        )
    } else {
        say(
            "Thư tự động của phần mềm Đôn Đốc; không cần trả lời.",
            "A machine wrote this letter for Đôn Đốc; it needs no answer.",
        )
    };
    let stop = pages::unsubscribe_link(outside, secret, tenant, person);
    let host = Http::host(&outside.public_url).unwrap_or_else(|| "localhost".to_owned());
    Letter {
        id: format!("{}@{host}", message.id),
        subject: message.title.clone(),
        paragraphs: message
            .body
            .split('\n')
            .filter(|part| !part.trim().is_empty())
            .map(str::to_owned)
            .collect(),
        lines: message.lines(),
        button,
        small: vec![leased.organisation.name.to_string(), why],
        unsubscribe: (!asks).then(|| (say("Ngừng nhận thư này", "Send me no more of these"), stop)),
        list: (!asks).then(|| format!("<{}.{host}>", leased.organisation.slug)),
    }
}

impl Letter {
    fn write(&self, postman: &Postman, to: Mailbox, now: Instant) -> Result<lettre::Message> {
        let bad = |bad: lettre::error::Error| Error::Broken(format!("letter: {bad}"));
        let seconds = u64::try_from(now.unix_ms() / 1000).unwrap_or(0);
        let mut letter = lettre::Message::builder()
            .from(postman.from.clone())
            .to(to)
            .subject(self.subject.clone())
            .message_id(Some(format!("<{}>", self.id)))
            .date(SystemTime::UNIX_EPOCH + Duration::from_secs(seconds));
        if let Some(reply_to) = &postman.reply_to {
            letter = letter.reply_to(reply_to.clone());
        }
        // RFC 3834 §5: nobody's holiday notice answers it.
        letter = letter.raw_header(header("Auto-Submitted", "auto-generated")?);
        letter = letter.raw_header(header("Precedence", "bulk")?);
        if let Some(list) = &self.list {
            letter = letter.raw_header(header("List-Id", list)?);
        }
        if let Some((_, stop)) = &self.unsubscribe {
            // RFC 8058 §3.1: one press in the mail program, without opening anything.
            letter = letter.raw_header(header("List-Unsubscribe", &format!("<{stop}>"))?);
            letter = letter.raw_header(header("List-Unsubscribe-Post", "List-Unsubscribe=One-Click")?);
        }
        let parts = MultiPart::alternative()
            .boundary(self.id.chars().filter(char::is_ascii_alphanumeric).take(60).collect::<String>())
            .singlepart(SinglePart::builder().header(ContentType::TEXT_PLAIN).body(self.plain()))
            .singlepart(SinglePart::builder().header(ContentType::TEXT_HTML).body(self.html()));
        letter.multipart(parts).map_err(bad)
    }

    fn plain(&self) -> String {
        let mut text = format!("{}\n", self.subject);
        for paragraph in &self.paragraphs {
            text += &format!("\n{paragraph}\n");
        }
        if !self.lines.is_empty() {
            text.push('\n');
        }
        for line in &self.lines {
            text += &format!("- {line}\n");
        }
        if let Some((what, link)) = &self.button {
            text += &format!("\n{what}:\n{link}\n");
        }
        text += "\n-- \n";
        for small in &self.small {
            text += &format!("{small}\n");
        }
        if let Some((what, link)) = &self.unsubscribe {
            text += &format!("{what}: {link}\n");
        }
        text
    }

    fn html(&self) -> String {
        let mut text = format!(
            "<!doctype html>\n<html><head><meta charset=\"utf-8\"><title>{0}</title></head>\n\
             <body style=\"margin:0;padding:16px;background:#f4f4f1\">\n\
             <div style=\"max-width:560px;margin:0 auto;padding:24px;background:#fff;color:#222;\
             font:16px/1.5 system-ui,Arial,sans-serif;border-top:4px solid #b3261e\">\n\
             <h1 style=\"font-size:20px;line-height:1.3;margin:0 0 16px\">{0}</h1>\n",
            escaped(&self.subject)
        );
        for paragraph in &self.paragraphs {
            text += &format!("<p style=\"margin:0 0 12px\">{}</p>\n", escaped(paragraph));
        }
        if !self.lines.is_empty() {
            text += "<ul style=\"margin:0 0 16px;padding-left:20px\">\n";
            for line in &self.lines {
                text += &format!("<li style=\"margin:0 0 6px\">{}</li>\n", escaped(line));
            }
            text += "</ul>\n";
        }
        if let Some((what, link)) = &self.button {
            text += &format!(
                "<p style=\"margin:20px 0\"><a href=\"{}\" style=\"display:inline-block;padding:12px 20px;\
                 background:#b3261e;color:#fff;text-decoration:none;border-radius:6px\">{}</a></p>\n",
                escaped(link),
                escaped(what)
            );
        }
        text += "<p style=\"margin:24px 0 0;padding-top:12px;border-top:1px solid #ddd;font-size:13px;color:#595959\">";
        text += &self.small.iter().map(|small| escaped(small)).collect::<Vec<_>>().join("<br>\n");
        if let Some((what, link)) = &self.unsubscribe {
            let (link, what) = (escaped(link), escaped(what));
            text += &format!("<br>\n<a href=\"{link}\" style=\"color:#595959\">{what}</a>");
        }
        text + "</p>\n</div></body></html>\n"
    }
}

fn header(name: &str, value: &str) -> Result<HeaderValue> {
    let name = HeaderName::new_from_ascii(name.to_owned())
        .map_err(|_bad| Error::Broken("the name of a header is none".to_owned()))?;
    Ok(HeaderValue::new(name, value.to_owned()))
}

/// A text as it may stand anywhere in a page.
pub(super) fn escaped(text: &str) -> String {
    let mut safe = String::with_capacity(text.len());
    for c in text.chars() {
        match c {
            '&' => safe += "&amp;",
            '<' => safe += "&lt;",
            '>' => safe += "&gt;",
            '"' => safe += "&quot;",
            '\'' => safe += "&#39;",
            c => safe.push(c),
        }
    }
    safe
}

/// What an e-mail that asks for confirmation says.
pub(super) fn question(language: Language) -> (String, String) {
    let say = |vi: &'static str, en: &'static str| Said::new(vi, en).in_language(language).to_owned();
    (
        say("Đôn Đốc: xác nhận địa chỉ thư điện tử", "Đôn Đốc: confirm your e-mail address"),
        say(
            "Địa chỉ này vừa được nhập để nhận nhắc việc. Bấm nút dưới đây trong vòng 48 giờ để xác nhận.",
            "This address was entered to receive reminders. Press the button below within 48 hours to confirm it.",
        ),
    )
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_what_is_said_of_the_mailbox_closes_an_address() {
        let judged = |permanent, code, said| judge_reply(permanent, code, said);
        for (code, said) in [
            ("550", "permanent error (550): 5.1.1 no such user"),
            ("550", "permanent error (550): user unknown"),
            ("553", "permanent error (553): mailbox name not allowed"),
            ("550", "permanent error (550): 5.2.1 mailbox disabled"),
        ] {
            assert!(matches!(judged(true, code, said), Outcome::BadAddress(_)), "{said}");
        }
        for (permanent, code, said) in [
            (true, "535", "permanent error (535): 5.7.8 bad credentials"),
            (true, "550", "permanent error (550): 5.7.1 relaying denied"),
            (true, "550", "permanent error (550): 5.7.1 Client host [103.75.1.20] blocked"),
            (true, "550", "permanent error (550): 5.7.1 (see 5.1.1) not from here"),
            (true, "550", "permanent error (550): 5.1.8 sender's domain does not exist"),
            (true, "554", "permanent error (554): no"),
            (false, "450", "transient error (450): 4.2.1 greylisted"),
            (true, "552", "permanent error (552): 5.2.2 mailbox full"),
        ] {
            assert!(matches!(judged(permanent, code, said), Outcome::Later { .. }), "{said}");
        }
    }

    #[test]
    fn what_people_wrote_stays_text_in_a_letter() {
        let letter = Letter {
            id: "1@dondoc.example".into(),
            subject: "Việc <b>khẩn</b>".into(),
            paragraphs: vec!["<script>alert(1)</script>".into()],
            lines: vec!["\" onmouseover='x'".into()],
            button: Some(("Mở & xem".into(), "https://dondoc.example/app/#/\"x".into())),
            small: vec!["<i>".into()],
            unsubscribe: None,
            list: None,
        };
        let html = letter.html();
        for raw in ["<b>", "<script>", "<i>", "\" onmouse", "#/\"x", "Mở & xem"] {
            assert!(!html.contains(raw), "{raw}");
        }
        assert!(letter.plain().contains("- \" onmouseover='x'"));
    }
}
