//! The schemas of the document: collected from the endpoints, and completed with what follows from
//! their form. **Invariant: a schema is named once, and everything reachable from a request's body
//! refuses unknown fields.**

use std::collections::BTreeSet;

use serde_json::{Map, Value, json};
use utoipa::ToSchema;

use super::told::{Form, Told};
use crate::{
    assignments::AssignmentOrder,
    endpoint::{Reply, Shape},
    figures::{GroupBy, StatisticsBy},
    problem::Problem,
    value::{Limit, Query},
    webhooks::{CloudEvent, Event},
};

/// The schemas that only parameters use: their types are not found through any body.
fn of_parameters() -> Vec<(String, Value)> {
    fn one<T: ToSchema>() -> (String, Value) {
        let schema = serde_json::to_value(T::schema()).unwrap_or_default();
        (T::name().into_owned(), schema)
    }
    vec![one::<AssignmentOrder>(), one::<GroupBy>(), one::<Limit>(), one::<Query>(), one::<StatisticsBy>()]
}

fn of_errors() -> Vec<(String, Value)> {
    let Shape::Json { named, .. } = <Problem as Reply>::shape() else {
        return Vec::new();
    };
    named
        .iter()
        .map(|(name, schema)| (name.clone(), serde_json::to_value(schema).unwrap_or_default()))
        .collect()
}

/// The schemas of what webhooks are sent.
fn of_webhooks() -> Vec<(String, Value)> {
    let shapes = [<CloudEvent as Reply>::shape(), <Event as Reply>::shape()];
    let named = shapes.into_iter().flat_map(|shape| match shape {
        Shape::Json { named, .. } => named,
        Shape::Nothing | Shape::Bytes { .. } => Vec::new(),
    });
    named.map(|(name, schema)| (name, serde_json::to_value(schema).unwrap_or_default())).collect()
}

/// Every named schema, and a sentence for each name that two of them want.
pub(super) fn collect(told: &[Told]) -> (Map<String, Value>, Vec<String>) {
    let mut all = Map::new();
    let mut clashes = Vec::new();
    let extra = of_parameters().into_iter().chain(of_errors()).chain(of_webhooks());
    let named = told.iter().flat_map(|one| one.named.iter().cloned());
    for (name, schema) in named.chain(extra) {
        let other = all.insert(name.clone(), schema.clone());
        if other.is_some_and(|other| other != schema) {
            clashes.push(format!("two schemas are called {name}"));
        }
    }
    (all, clashes)
}

/// A reference to a named schema.
pub(super) fn reference(name: &str) -> Value {
    json!({ "$ref": format!("{PLACE}{name}") })
}

const PLACE: &str = "#/components/schemas/";

/// The name under which this very schema is known.
pub(super) fn name_of(schema: &Value, components: &Map<String, Value>) -> Option<String> {
    let mut known = components.iter();
    known.find(|(_, other)| *other == schema).map(|(name, _)| name.clone())
}

/// Says what the types leave unsaid.
pub(super) fn complete(document: &mut Value, told: &[Told]) {
    let asked: Vec<String> = reachable_from_requests(document, told)
        .iter()
        .flat_map(|name| places_under(document, &format!("/components/schemas/{name}")))
        .collect();
    for place in asked {
        let schema = document.pointer_mut(&place).and_then(Value::as_object_mut);
        if let Some(schema) = schema.filter(|schema| schema.contains_key("properties")) {
            schema.insert("additionalProperties".to_owned(), Value::Bool(false));
        }
    }
    for place in places(document) {
        let schema = document.pointer_mut(&place).and_then(Value::as_object_mut);
        if let Some(schema) = schema {
            bound_known_formats(schema);
            lift_description(schema);
        }
    }
}

/// A date and a moment have the same bounds wherever they stand.
fn bound_known_formats(schema: &mut Map<String, Value>) {
    let (most, pattern, example) = match schema.get("format").and_then(Value::as_str) {
        Some("date") => (10, r"^(19|[2-9][0-9])[0-9]{2}-(0[1-9]|1[0-2])-[0-3][0-9]$", "2026-11-20"),
        Some("date-time") => (
            40,
            r"^(19|[2-9][0-9])[0-9]{2}-[0-9]{2}-[0-9]{2}T[0-9]{2}:[0-9]{2}:[0-9]{2}(\.[0-9]{1,9})?(Z|[+-][0-9]{2}:[0-9]{2})$",
            "2026-11-20T01:30:00.000Z",
        ),
        _ => return,
    };
    let bounds = [("maxLength", json!(most)), ("pattern", json!(pattern)), ("examples", json!([example]))];
    for (name, value) in bounds {
        schema.entry(name).or_insert(value);
    }
}

/// What is said beside the reference in `oneOf: [reference, null]` is about the whole.
fn lift_description(schema: &mut Map<String, Value>) {
    let Some(Value::Array(either)) = schema.get_mut("oneOf") else {
        return;
    };
    let mut said = None;
    for one in either {
        let one = one.as_object_mut().filter(|one| one.contains_key("$ref"));
        if let Some(one) = one {
            said = one.remove("description").or(said);
        }
    }
    if let Some(said) = said {
        schema.entry("description").or_insert(said);
    }
}

fn reachable_from_requests(document: &Value, told: &[Told]) -> BTreeSet<String> {
    let mut found = BTreeSet::new();
    let mut ahead: Vec<String> = told
        .iter()
        .filter_map(|one| match &one.body {
            Form::Json { schema, .. } => Some(schema.clone()),
            Form::Nothing | Form::Bytes(_) => None,
        })
        .collect();
    while let Some(name) = ahead.pop() {
        let place = format!("/components/schemas/{name}");
        if found.insert(name) {
            let below = places_under(document, &place);
            let schemas = below.iter().filter_map(|place| document.pointer(place));
            ahead.extend(schemas.filter_map(referred));
        }
    }
    found
}

/// The name of the schema that this one refers to.
pub(super) fn referred(schema: &Value) -> Option<String> {
    let target = schema.get("$ref")?.as_str()?;
    target.strip_prefix(PLACE).map(str::to_owned)
}

/// The JSON Pointer of every schema in a document, those within others after them.
pub(super) fn places(document: &Value) -> Vec<String> {
    let mut found = Vec::new();
    outside(document, String::new(), &mut found);
    found
}

fn places_under(document: &Value, place: &str) -> Vec<String> {
    let mut found = Vec::new();
    if let Some(schema) = document.pointer(place) {
        inside(schema, place.to_owned(), &mut found);
    }
    found
}

fn outside(value: &Value, place: String, found: &mut Vec<String>) {
    match value {
        Value::Object(fields) => {
            for (name, value) in fields {
                let here = format!("{place}/{}", escape(name));
                match (place.as_str(), name.as_str()) {
                    (_, "example" | "examples") => {}
                    (_, "schema") | ("/components/schemas", _) => inside(value, here, found),
                    _ => outside(value, here, found),
                }
            }
        }
        Value::Array(items) => {
            for (index, value) in items.iter().enumerate() {
                outside(value, format!("{place}/{index}"), found);
            }
        }
        _ => {}
    }
}

fn inside(schema: &Value, place: String, found: &mut Vec<String>) {
    let Value::Object(fields) = schema else {
        return;
    };
    found.push(place.clone());
    for (name, value) in fields {
        let here = format!("{place}/{name}");
        match (name.as_str(), value) {
            ("properties", Value::Object(properties)) => {
                for (property, schema) in properties {
                    inside(schema, format!("{here}/{}", escape(property)), found);
                }
            }
            ("items" | "additionalProperties", schema) => inside(schema, here, found),
            ("oneOf" | "anyOf" | "allOf", Value::Array(several)) => {
                for (index, schema) in several.iter().enumerate() {
                    inside(schema, format!("{here}/{index}"), found);
                }
            }
            _ => {}
        }
    }
}

fn escape(name: &str) -> String {
    name.replace('~', "~0").replace('/', "~1")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_schema_is_found_and_no_example_is_taken_for_one() {
        let document = json!({
            "paths": { "/a": { "get": { "parameters": [{ "schema": {}, "example": { "schema": {} } }] } } },
            "components": { "schemas": { "A": { "properties": { "schema": { "items": {} } } } } },
        });
        let mut found = places(&document);
        found.sort();
        let expected = [
            "/components/schemas/A",
            "/components/schemas/A/properties/schema",
            "/components/schemas/A/properties/schema/items",
            "/paths/~1a/get/parameters/0/schema",
        ];
        assert_eq!(found, expected);
    }

    #[test]
    fn what_is_said_of_a_nullable_reference_is_said_of_the_whole() {
        let mut schema = json!({ "oneOf": [{ "$ref": "#", "description": "Why." }, { "type": "null" }] });
        lift_description(schema.as_object_mut().unwrap());
        let lifted = json!({ "oneOf": [{ "$ref": "#" }, { "type": "null" }], "description": "Why." });
        assert_eq!(schema, lifted);
    }
}
