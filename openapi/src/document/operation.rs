//! One endpoint in the words of OpenAPI. **Invariant: every answer it can give is here, with its
//! headers and an example.**

use serde_json::{Map, Value, json};

use super::{
    headers, problems, schemas,
    told::{Form, Told},
};
use crate::{
    access::{Access, Role, permits, scope_wanted},
    endpoint::{JSON, MERGE_PATCH, Method},
};

/// The operation object.
pub(super) fn render(told: &Told, links: &Map<String, Value>, components: &Map<String, Value>) -> Value {
    let codes: Vec<&str> = problems::codes(told).iter().map(|code| code.as_str()).collect();
    let roles: Vec<&str> = roles(told.access).iter().map(|role| role.as_str()).collect();
    let mut operation = json!({
        "operationId": told.name,
        "summary": told.summary,
        "description": description(told),
        "tags": [told.tag],
        "parameters": parameters(told, components),
        "responses": responses(told, links),
        "x-roles": roles,
        "x-error-codes": codes,
    });
    if let Some(body) = request_body(told) {
        insert(&mut operation, "requestBody", body);
    }
    if told.access == Access::Public {
        // The empty requirement, not an empty list of them: both say "anyone", and only this one
        // is understood by checks that look for operations somebody forgot to protect.
        insert(&mut operation, "security", json!([{}]));
    }
    if let Some(scope) = scope_wanted(told.access) {
        insert(&mut operation, "security", json!([{ "bearer": [] }, { "api_key": [] }]));
        // Not beside the scheme, where 3.1 has room for it: linters take what stands there for a scope of
        // OAuth, and 3.0 allows it nowhere else.
        insert(&mut operation, "x-scope", scope.as_str().into());
    }
    operation
}

fn insert(object: &mut Value, name: &str, value: Value) {
    if let Value::Object(fields) = object {
        fields.insert(name.to_owned(), value);
    }
}

/// The roles that may call it: none where nobody is asked who he is.
fn roles(access: Access) -> Vec<Role> {
    let may = |role: &&Role| match access {
        Access::Public => false,
        // Another system is not signed in, and has nothing of its own.
        Access::SignedIn => **role != Role::Integration,
        Access::To(action) => permits(**role, action),
    };
    Role::ALL.iter().filter(may).copied().collect()
}

fn description(told: &Told) -> String {
    if told.description.is_empty() {
        return String::new();
    }
    let who = match told.access {
        Access::Public => "anyone, signed in or not".to_owned(),
        Access::SignedIn => "everybody who is signed in".to_owned(),
        Access::To(_) => {
            let names: Vec<String> = roles(told.access).iter().map(|role| format!("`{role}`")).collect();
            format!("{}, each within reach", names.join(", "))
        }
    };
    let mut description = format!("{}\n\nWho may call it: {who}.", told.description);
    match scope_wanted(told.access) {
        Some(scope) => {
            description.push_str(&format!(" The scope an API key needs: `{scope}`."));
        }
        None if told.access == Access::Public => {}
        None => description.push_str(" No API key may."),
    }
    if !told.refuses.is_empty() {
        description.push_str("\n\nBeyond what every operation may answer:\n");
    }
    for code in told.refuses {
        let line = format!("\n- `{}` `{code}`: {}.", code.status(), code.en());
        description.push_str(&line);
    }
    description
}

fn parameters(told: &Told, components: &Map<String, Value>) -> Vec<Value> {
    let mut all = Vec::new();
    for (name, schema) in told.path_names().iter().zip(&told.path_schemas) {
        let named = schemas::name_of(schema, components);
        let description = match named.as_deref() {
            Some("Id") => format!("The id of the {name}."),
            _ => schema.get("description").and_then(Value::as_str).unwrap_or_default().to_owned(),
        };
        all.push(json!({
            "name": name,
            "in": "path",
            "required": true,
            "description": description,
            "schema": named.map_or_else(|| schema.clone(), |name| schemas::reference(&name)),
        }));
    }
    all.extend(told.query.iter().cloned());
    if told.versioned {
        all.push(match told.body {
            Form::Nothing => headers::if_match_needed(),
            Form::Json { .. } | Form::Bytes(_) => headers::parameter(&headers::IF_MATCH),
        });
    }
    if told.is_conditional() {
        all.push(headers::parameter(&headers::IF_NONE_MATCH));
    }
    if told.path.starts_with("/v1/") {
        all.push(headers::parameter(&headers::ACCEPT_LANGUAGE));
    }
    all
}

fn request_body(told: &Told) -> Option<Value> {
    let content = match &told.body {
        Form::Nothing => return None,
        Form::Json { schema, example } => {
            let media: &[&str] = match told.method {
                Method::Patch => &[MERGE_PATCH, JSON],
                Method::Get | Method::Post | Method::Put | Method::Delete => &[JSON],
            };
            let said = json!({ "schema": schemas::reference(schema), "example": example });
            media.iter().map(|media| ((*media).to_owned(), said.clone())).collect()
        }
        Form::Bytes(media) => bytes(media),
    };
    Some(json!({
        "required": true,
        "description": format!("{}.", told.summary),
        "content": content,
    }))
}

/// The largest body of bytes that is taken or given.
const MOST_BYTES: u32 = 10_485_760;

fn bytes(media: &[&str]) -> Value {
    let one = |media: &&str| {
        let mut said = json!({ "schema": {
            "type": "string",
            "minLength": 1,
            "maxLength": MOST_BYTES,
        } });
        if let Some(schema) = said.get_mut("schema") {
            if is_text(media) {
                insert(schema, "pattern", r"^[^\u0000]*$".into());
            } else {
                insert(schema, "format", "binary".into());
            }
        }
        if let Some(example) = example(media) {
            insert(&mut said, "example", Value::from(example));
        }
        ((*media).to_owned(), said)
    };
    media.iter().map(one).collect()
}

fn is_text(media: &str) -> bool {
    media.starts_with("text/") || media.ends_with("+xml")
}

/// A realistic one of the types that can be read.
fn example(media: &str) -> Option<&'static str> {
    match media {
        "text/csv" => Some(
            "loai,don_vi,ten_khac,truc_thuoc,ho_ten,dien_thoai,ten_dang_nhap,vai_tro\n\
             thon,Thôn Đồng Sim,Đ.Sim,,Bàn Văn Mẫu,0912345678,,reporter\n",
        ),
        "text/plain" => Some(
            "# TYPE dondoc_requests_total counter\n\
             dondoc_requests_total{endpoint=\"read_unit\",status=\"200\"} 1207\n",
        ),
        "text/calendar" => Some(
            "BEGIN:VCALENDAR\r\nVERSION:2.0\r\nPRODID:-//Don Doc//Due dates//VI\r\nBEGIN:VEVENT\r\n\
             UID:01980000-0000-7000-8000-000000000062\r\nDTSTAMP:20261120T013000Z\r\n\
             DTSTART;VALUE=DATE:20261130\r\nSUMMARY:Báo cáo kết quả rà soát hộ nghèo\r\n\
             END:VEVENT\r\nEND:VCALENDAR\r\n",
        ),
        "image/svg+xml" => Some(
            "<svg xmlns=\"http://www.w3.org/2000/svg\" viewBox=\"0 0 29 29\"><path d=\"M4 4h7v7h-7z\"/></svg>",
        ),
        _ => None,
    }
}

fn responses(told: &Told, links: &Map<String, Value>) -> Value {
    let mut all = Map::new();
    let tagged = told.reply_versioned || told.is_conditional();
    let mut names = Vec::new();
    if tagged {
        names.push("ETag");
    }
    if told.is_paged() {
        names.push("Link");
    }
    for status in told.answers {
        let mut answer = json!({
            "description": meaning(told, *status),
            "headers": headers::references(&names),
        });
        match &told.reply {
            Form::Nothing => {}
            Form::Json { schema, example } => {
                let content = json!({ JSON: {
                    "schema": schemas::reference(schema),
                    "example": example,
                } });
                insert(&mut answer, "content", content);
                if !links.is_empty() {
                    insert(&mut answer, "links", Value::Object(links.clone()));
                }
            }
            Form::Bytes(media) => insert(&mut answer, "content", bytes(media)),
        }
        all.insert(status.to_string(), answer);
    }
    if told.is_conditional() {
        let answer = json!({
            "description": "Not changed since the answer whose `ETag` was sent.",
            "headers": headers::references(&["ETag"]),
        });
        all.insert("304".to_owned(), answer);
    }
    for answer in problems::of(told) {
        all.insert(answer.status.to_string(), answer.reference());
    }
    Value::Object(all)
}

/// What a status of success says.
fn meaning(told: &Told, status: u16) -> &'static str {
    match (told.method, status) {
        (_, 201) => "New: it was not there before.",
        (_, 202) => "Kept, while files that were declared are still missing.",
        (Method::Get, _) if told.is_paged() => "One page, in the order of the list.",
        (Method::Get, _) => "As it is now.",
        (Method::Put, 200) if told.replaces() => "It was there before, and is now as sent.",
        (Method::Put, 200) if told.creates() => "The same as before: nothing was stored twice.",
        (Method::Put, _) => "Done, or done before in the same way.",
        (Method::Patch, _) => "Changed: as it is now.",
        (Method::Delete, 204) => "Gone, or gone before.",
        (Method::Delete | Method::Post, _) => "Done.",
    }
}
