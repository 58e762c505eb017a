//! Every endpoint of the contract, as tests see them: what to call and with what.

use openapi::{
    access::Access,
    endpoint::{Endpoint, Query, RequestBody, Shape},
};

/// One endpoint.
#[derive(Debug, Clone)]
pub struct Row {
    /// The name of its type.
    pub type_name: &'static str,
    /// The verb.
    pub method: &'static str,
    /// The address with names in braces.
    pub path: &'static str,
    /// Who may call it.
    pub access: Access,
    /// Its body as JSON, when it has one.
    pub json: Option<serde_json::Value>,
    /// The media type of its body, when it is bytes.
    pub media: Option<&'static str>,
    /// The parameters after the question mark that hold an id.
    pub ids_in_query: Vec<String>,
}

impl Row {
    fn of<E: Endpoint>() -> Self {
        let (json, media) = match E::Body::shape() {
            Shape::Nothing => (None, None),
            Shape::Json { example, .. } => (Some(example), None),
            Shape::Bytes { media } => (None, media.first().copied()),
        };
        Self {
            type_name: std::any::type_name::<E>().rsplit("::").next().unwrap(),
            method: E::METHOD.as_str(),
            path: E::PATH,
            access: E::ACCESS,
            json,
            media,
            ids_in_query: {
                let schema = |one: &_| serde_json::to_value(one).unwrap()["schema"].to_string();
                // By its form where it is spelled out, by the name of its type where it is referred to.
                let holds_id = |schema: String| schema.contains("\"uuid\"") || schema.contains("Id\"");
                let all = E::Query::parameters();
                all.iter().filter(|one| holds_id(schema(*one))).map(|one| one.name.clone()).collect()
            },
        }
    }

    /// The address with these identifiers in it.
    pub fn address(&self, base: &str, mut next: impl FnMut(&str) -> String) -> String {
        let place = |part: &str| match part.strip_prefix('{').and_then(|p| p.strip_suffix('}')) {
            Some("year") => "2026".to_owned(),
            Some(name) => next(name),
            None => part.to_owned(),
        };
        format!("{base}{}", self.path.split('/').map(place).collect::<Vec<_>>().join("/"))
    }

    /// A request to it.
    pub fn request(&self, address: &str, json: Option<&serde_json::Value>) -> reqwest::RequestBuilder {
        let method = reqwest::Method::from_bytes(self.method.as_bytes()).unwrap();
        let mut request = reqwest::Client::new().request(method, address).header("if-match", "\"1\"");
        if let Some(json) = json {
            request = request.header("content-type", "application/json").body(json.to_string());
        }
        if let Some(media) = self.media {
            request = request.header("content-type", media).body("x");
        }
        request
    }
}

macro_rules! rows {
    ($($endpoint:path,)+) => { vec![$(Row::of::<$endpoint>()),+] };
}

/// All of them.
pub fn all() -> Vec<Row> {
    openapi::for_every_endpoint!(rows)
}
