//! The OpenAPI document, made from the one list of endpoints. **Invariant: what is not said wholly
//! refuses the document: a text without a length, a list without a maximum, an operation without
//! words, an example or one of the statuses it can answer.**
//!
//! The types hold everything; nothing here runs a server or reads a file. `told` reads the types,
//! `operation`, `problems`, `headers`, `links` and `webhooks` put them in the words of OpenAPI 3.1, `schemas`
//! completes what the types cannot say, `check` refuses, and `v3_0` translates for older tools.

mod check;
pub mod headers;
mod links;
mod operation;
mod problems;
mod schemas;
mod told;
mod v3_0;
mod webhooks;

use std::collections::BTreeMap;

use serde::{Serialize, Serializer, ser::SerializeMap};
use serde_json::{Map, Value, json};

use told::Told;

macro_rules! tell {
    ($($endpoint:ty),+ $(,)?) => { vec![$(Told::of::<$endpoint>()),+] };
}

/// The document in OpenAPI 3.1.0.
///
/// # Errors
/// What is missing, and where: one sentence each.
pub fn document() -> Result<Value, Vec<String>> {
    assemble(&crate::for_every_endpoint!(tell))
}

/// The same document in OpenAPI 3.0.3, for tools that stop there.
///
/// # Errors
/// What is missing, and where: one sentence each.
pub fn document_3_0() -> Result<Value, Vec<String>> {
    document().map(v3_0::translate)
}

/// A document as the text that is committed and served.
#[must_use]
pub fn text(document: &Value) -> String {
    let mut text = serde_json::to_string_pretty(&InOrder(document)).unwrap_or_default();
    text.push('\n');
    text
}

const DESCRIPTION: &str = "\
Đôn Đốc follows up what a Party organisation of a commune has decided. A *directive* (a conclusion, \
a plan, an official letter) contains *tasks*; issuing it gives each task to units (villages, offices) \
as *assignments*; units report progress from their phones, leaders review, and everybody sees what is \
late. *Phần mềm theo dõi, đôn đốc việc thực hiện văn bản chỉ đạo của Đảng ủy xã.*

**Signing in.** `POST /v1/sessions` gives a short access token, sent as `Authorization: Bearer …`, \
and a refresh token for `POST /v1/sessions/refresh`.

**API keys.** Another system sends a key, `ddk_…`, in the same header. The administrator makes it with \
`PUT /v1/keys/{key}`: what it may do (its scopes), for how long, and if need be for which units and from \
which addresses. Each operation says in `x-scope` which scope it wants; without it the answer is `403`, and \
a key that does not work is answered `401` `key_refused`.

**Every write may be repeated.** The caller makes the id (a UUIDv7) and creates with `PUT`. The same id \
with the same content answers the same again; with other content it is refused with `409`.

**No lost update.** What can be changed carries a `version` and an `ETag`. `PATCH` (JSON Merge Patch) \
wants `If-Match` or `version` in the body; `DELETE` of a draft wants `If-Match`. Without: `428`; \
somebody was faster: `412`.

**Pages.** Lists take `limit` and `cursor` and answer `items` and `next`; `next` is `null` on the last page.

**Errors** are `application/problem+json` (RFC 9457). Programs go by `code`, people read `detail`, in the \
language of `Accept-Language` (`vi` unless told, or `en`). `400`: the request does not fit this document. \
`422`: it fits, and a rule refuses it; `fields` says where. What is outside the caller's reach answers \
`404`, the same as what does not exist.

**Growing.** Requests refuse unknown fields. Replies may grow: readers must ignore fields they do not know, \
and treat an unknown code as one of no special meaning. Times are UTC; due dates are days in the \
organisation's zone, the last day included.";

/// The chapters, and what each is about. In the order of the alphabet, as readers of lists expect.
const TAGS: &[(&str, &str)] = &[
    ("Assignments", "One task given to one unit: where it stands, and what the office does with it."),
    ("Attachments", "Photos and files that belong to reports and directives."),
    (
        "Calendar",
        "Named events that due dates refer to, the holidays of each year, and due dates for calendar programs.",
    ),
    ("Channels", "How messages reach a person: push notices, e-mail, text messages."),
    ("Decisions", "More time, excuses and difficulties: what units ask and what leaders answer."),
    ("Directives", "The documents that give work, from draft to closure."),
    ("Figures", "Who is late, and how the work stands on any day."),
    ("Keys", "What other systems call with: made, rotated and revoked by the administrator."),
    ("Ledger", "Who did what, and what changed since the caller last looked."),
    ("Operation", "For those who run the server."),
    ("Organisation", "Settings, and bringing in units and people from a sheet."),
    ("People", "Who has which role, and who oversees which unit."),
    ("Reports", "What units say of their work, and its review."),
    ("Sessions", "Signing in and out, devices, passwords, and who I am."),
    ("Tasks", "The obligations in a directive."),
    ("Units", "The bodies that can be given work."),
    ("Warnings", "By which ladder whom is reminded when, and the notices each person finds in his inbox."),
    ("Webhooks", "Other systems that are told what happens, as it happens."),
];

fn assemble(told: &[Told]) -> Result<Value, Vec<String>> {
    let (components, clashes) = schemas::collect(told);
    let mut paths: BTreeMap<&str, Map<String, Value>> = BTreeMap::new();
    let mut responses = Map::new();
    for one in told {
        let operation = operation::render(one, &links::of(one, told, &components), &components);
        paths.entry(one.path).or_default().insert(one.method.as_str().to_ascii_lowercase(), operation);
        responses.extend(problems::of(one).into_iter().map(problems::Answer::component));
    }
    let tags: Vec<Value> =
        TAGS.iter().map(|(name, description)| json!({ "name": name, "description": description })).collect();
    let mut document = json!({
        "openapi": "3.1.0",
        "info": {
            "title": "Đôn Đốc",
            "version": env!("CARGO_PKG_VERSION"),
            "summary": "Following up the directives of a commune's Party organisation.",
            "description": DESCRIPTION,
            "contact": {
                "name": "Đôn Đốc",
                "url": "https://dondoc.example/",
                "email": "api@dondoc.example",
            },
            "license": {
                "name": "Apache-2.0",
                "url": "https://www.apache.org/licenses/LICENSE-2.0",
            },
        },
        "servers": [{
            "url": "/",
            "description": "The server this document comes from, in production as on a local machine.",
            "x-internal": false,
        }],
        "security": [{ "bearer": [] }],
        "tags": tags,
        "paths": paths,
        "components": {
            "securitySchemes": { "bearer": {
                "type": "http",
                "scheme": "bearer",
                "bearerFormat": "JWT",
                "description": "A signed token of a few minutes, made and checked by the practices of RFC8725. \
                    Its content is the server's own business.",
            }, "api_key": {
                "type": "http",
                "scheme": "bearer",
                "bearerFormat": "ddk",
                "description": "An API key of another system, as RFC6750 sends it. The scope it needs stands in \
                    `x-scope` of each operation.",
            } },
            "schemas": components,
            "headers": headers::answered(),
            "parameters": headers::asked(),
            "responses": responses,
        },
    });
    if let Value::Object(fields) = &mut document {
        fields.insert("webhooks".to_owned(), webhooks::render());
    }
    schemas::complete(&mut document, told);
    let wrong = [clashes, check::complaints(&document)].concat();
    if wrong.is_empty() { Ok(document) } else { Err(wrong) }
}

/// A value whose fields are written in one order, whatever map `serde_json` was built with.
struct InOrder<'a>(&'a Value);

impl Serialize for InOrder<'_> {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        match self.0 {
            Value::Object(fields) => {
                let mut fields: Vec<_> = fields.iter().collect();
                fields.sort_by_key(|(name, _)| (rank(name), *name));
                let mut map = serializer.serialize_map(Some(fields.len()))?;
                for (name, value) in fields {
                    map.serialize_entry(name, &InOrder(value))?;
                }
                map.end()
            }
            Value::Array(items) => serializer.collect_seq(items.iter().map(InOrder)),
            plain => plain.serialize(serializer),
        }
    }
}

/// What a reader wants first; all else follows by name.
fn rank(name: &str) -> usize {
    const FIRST: &[&str] =
        &["openapi", "info", "servers", "operationId", "summary", "tags", "paths", "webhooks", "components"];
    FIRST.iter().position(|first| *first == name).unwrap_or(FIRST.len())
}

#[cfg(test)]
mod tests {
    use super::*;

    fn wrong_with(change: impl FnOnce(&mut Vec<Told>)) -> Vec<String> {
        let mut told: Vec<Told> = crate::for_every_endpoint!(tell);
        change(&mut told);
        assemble(&told).err().unwrap_or_default()
    }

    #[test]
    fn the_document_is_whole() {
        assert_eq!(document().err(), None);
    }

    #[test]
    fn the_document_is_refused_when_an_operation_is_without_words() {
        let wrong = wrong_with(|told| told[0].summary.clear());
        assert_eq!(wrong, ["POST /v1/sessions has no summary"]);
    }

    #[test]
    fn the_document_is_refused_when_two_operations_have_one_name() {
        let wrong = wrong_with(|told| told[1].name = told[0].name);
        assert!(wrong.iter().any(|said| said.contains("two operations")), "{wrong:?}");
    }

    #[test]
    fn the_document_is_refused_when_a_chapter_is_not_described() {
        let wrong = wrong_with(|told| told[0].tag = "Elsewhere");
        assert_eq!(wrong, ["POST /v1/sessions stands in a chapter without description: Elsewhere"]);
    }

    #[test]
    fn the_document_is_refused_when_two_schemas_share_a_name() {
        let wrong = wrong_with(|told| told[0].named.push(("Unit".into(), json!({}))));
        assert!(wrong.iter().any(|said| said.contains("two schemas")), "{wrong:?}");
    }

    #[test]
    fn the_text_does_not_depend_on_the_order_of_insertion() {
        let text = text(&json!({ "paths": { "b": 1, "a": 2 }, "openapi": "3.1.0" }));
        let places = ["openapi", "paths", "\"a\"", "\"b\""].map(|word| text.find(word));
        assert!(places.is_sorted(), "{text}");
    }
}
