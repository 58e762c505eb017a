//! What one endpoint says of itself, as values. **Invariant: nothing is added here; every word comes
//! from the endpoint's type.**

use serde_json::Value;
use utoipa::openapi::{RefOr, schema::Schema};

use crate::{
    access::Access,
    endpoint::{Endpoint, JSON, Method, PathArgs, Query, Reply, RequestBody, Shape},
    problem::Code,
};

/// How a body goes over the wire.
pub(super) enum Form {
    Nothing,
    Json {
        /// The name of its schema.
        schema: String,
        example: Value,
    },
    Bytes(&'static [&'static str]),
}

/// One endpoint, read from its type.
pub(super) struct Told {
    pub name: &'static str,
    pub method: Method,
    pub path: &'static str,
    pub tag: &'static str,
    pub access: Access,
    pub summary: String,
    pub description: String,
    pub answers: &'static [u16],
    pub refuses: &'static [Code],
    /// Whether `If-Match`, or `version` in the body, is demanded.
    pub versioned: bool,
    /// The schemas of the identifiers in the path, in their order.
    pub path_schemas: Vec<Value>,
    /// The parameters after the question mark.
    pub query: Vec<Value>,
    pub body: Form,
    pub reply: Form,
    /// Whether the reply is a single resource with a version, and so has an `ETag`.
    pub reply_versioned: bool,
    /// The schemas that body and reply need, by name.
    pub named: Vec<(String, Value)>,
}

impl Told {
    pub(super) fn of<E: Endpoint>() -> Self {
        let mut named = Vec::new();
        let body = form(E::Body::shape(), &mut named);
        let reply = form(E::Reply::shape(), &mut named);
        let reply_versioned = match &reply {
            Form::Json { example, .. } => E::Reply::read(Some(JSON), example.to_string().into_bytes())
                .is_ok_and(|reply| reply.version().is_some()),
            Form::Nothing | Form::Bytes(_) => false,
        };
        Self {
            name: E::NAME,
            method: E::METHOD,
            path: E::PATH,
            tag: E::TAG,
            access: E::ACCESS,
            summary: paragraph(E::SUMMARY),
            description: paragraph(E::DESCRIPTION),
            answers: E::ANSWERS,
            refuses: E::REFUSES,
            versioned: E::VERSIONED,
            path_schemas: E::Path::schemas().iter().map(value).collect(),
            query: E::Query::parameters()
                .iter()
                .map(|parameter| serde_json::to_value(parameter).unwrap_or_default())
                .collect(),
            body,
            reply,
            reply_versioned,
            named,
        }
    }

    /// The names of the identifiers in the path, in their order.
    pub(super) fn path_names(&self) -> Vec<&'static str> {
        let parts = self.path.split('/');
        parts.filter_map(|part| part.strip_prefix('{')?.strip_suffix('}')).collect()
    }

    /// Whether it gives a list in pages.
    pub(super) fn is_paged(&self) -> bool {
        self.query.iter().any(|parameter| parameter.get("name").is_some_and(|name| name == "cursor"))
    }

    /// Whether it makes a thing under a name of the caller's.
    pub(super) fn creates(&self) -> bool {
        self.method == Method::Put && self.answers.contains(&201)
    }

    /// Whether sending other content under the same name replaces what is there.
    pub(super) fn replaces(&self) -> bool {
        self.creates() && self.refuses.contains(&Code::VersionRequired)
    }

    /// Whether an answer may be kept and asked about again: everything that is read by somebody
    /// signed in, or by whoever knows its address.
    pub(super) fn is_conditional(&self) -> bool {
        let asks_for_one = self.access != Access::Public || !self.path_names().is_empty();
        self.method == Method::Get && asks_for_one
    }
}

fn value(schema: &RefOr<Schema>) -> Value {
    serde_json::to_value(schema).unwrap_or_default()
}

fn form(shape: Shape, into: &mut Vec<(String, Value)>) -> Form {
    match shape {
        Shape::Nothing => Form::Nothing,
        Shape::Bytes { media } => Form::Bytes(media),
        Shape::Json { schema, named, example } => {
            into.extend(named.iter().map(|(name, schema)| (name.clone(), value(schema))));
            let schema = match *schema {
                RefOr::Ref(reference) => {
                    reference.ref_location.rsplit('/').next().unwrap_or_default().to_owned()
                }
                RefOr::T(_) => String::new(),
            };
            Form::Json { schema, example }
        }
    }
}

/// The lines of a comment as one paragraph.
fn paragraph(comment: &str) -> String {
    let lines: Vec<&str> = comment.lines().map(str::trim).collect();
    lines.join("\n").trim().to_owned()
}
