//! What refuses a document. **Invariant: each complaint names a place and one thing to mend.**

use std::collections::BTreeSet;

use serde_json::{Map, Value};

use super::schemas;

/// Everything that is missing, one sentence each.
pub(super) fn complaints(document: &Value) -> Vec<String> {
    let mut wrong = Vec::new();
    let mut used = BTreeSet::new();
    for place in schemas::places(document) {
        let Some(Value::Object(schema)) = document.pointer(&place) else {
            continue;
        };
        wrong.extend(lacks(schema).map(|what| format!("{place} {what}")));
        used.extend(schemas::referred(&Value::Object(schema.clone())));
    }
    named_schemas(document, &used, &mut wrong);
    operations(document, &mut wrong);
    wrong
}

/// What one schema does not say.
fn lacks(schema: &Map<String, Value>) -> impl Iterator<Item = &'static str> {
    let is = |name: &str| match schema.get("type") {
        Some(Value::String(one)) => one == name,
        Some(Value::Array(several)) => several.iter().any(|one| one == name),
        _ => false,
    };
    let has = |name: &str| schema.contains_key(name);
    let listed = has("enum") || has("const");
    let bounded = has("minimum") && has("maximum") && has("format");
    let number = is("integer") || is("number");
    [
        (is("string") && !listed && !has("maxLength"), "is a text without a length"),
        (
            is("string") && !listed && !has("pattern") && !has("format"),
            "is a text without a pattern or format",
        ),
        (number && !bounded, "is a number without bounds or format"),
        (is("array") && !has("maxItems"), "is a list without a maximum"),
        (is("array") && !has("items"), "is a list of nothing said"),
        (is("object") && !has("description"), "is an object without description"),
        (
            is("object") && !has("properties") && !has("maxProperties"),
            "is an object without fields or a maximum of them",
        ),
    ]
    .into_iter()
    .filter_map(|(wrong, what)| wrong.then_some(what))
}

fn named_schemas(document: &Value, used: &BTreeSet<String>, wrong: &mut Vec<String>) {
    let Some(Value::Object(named)) = document.pointer("/components/schemas") else {
        wrong.push("there are no schemas".to_owned());
        return;
    };
    for (name, schema) in named {
        if !is_said(schema.get("description")) {
            wrong.push(format!("schema {name} has no description"));
        }
        if !used.contains(name) {
            wrong.push(format!("schema {name} is used by nothing"));
        }
    }
    let absent = used.iter().filter(|name| !named.contains_key(*name));
    wrong.extend(absent.map(|name| format!("schema {name} is referred to and not there")));
}

fn operations(document: &Value, wrong: &mut Vec<String>) {
    let tags: BTreeSet<&str> = document
        .get("tags")
        .and_then(Value::as_array)
        .into_iter()
        .flatten()
        .filter_map(|tag| tag.get("name")?.as_str())
        .collect();
    let mut names = BTreeSet::new();
    let paths = document.get("paths").and_then(Value::as_object);
    for (path, verbs) in paths.into_iter().flatten() {
        for (verb, operation) in verbs.as_object().into_iter().flatten() {
            let place = format!("{} {path}", verb.to_ascii_uppercase());
            for part in ["summary", "description"] {
                if !is_said(operation.get(part)) {
                    wrong.push(format!("{place} has no {part}"));
                }
            }
            let name = operation.get("operationId").and_then(Value::as_str);
            if !names.insert(name.unwrap_or_default()) {
                wrong.push(format!("{place}: two operations have this name"));
            }
            let tag = operation.pointer("/tags/0").and_then(Value::as_str);
            let tag = tag.unwrap_or_default();
            if !tags.contains(tag) {
                wrong.push(format!("{place} stands in a chapter without description: {tag}"));
            }
            arguments(path, operation, &place, wrong);
            examples(operation, &place, wrong);
        }
    }
}

fn is_said(text: Option<&Value>) -> bool {
    text.and_then(Value::as_str).is_some_and(|text| !text.is_empty())
}

/// Every identifier in a path is described, and nothing else is said to be one.
fn arguments(path: &str, operation: &Value, place: &str, wrong: &mut Vec<String>) {
    let parameters = operation.get("parameters").and_then(Value::as_array);
    let described: BTreeSet<&str> = parameters
        .into_iter()
        .flatten()
        .filter(|one| one.get("in").is_some_and(|place| place == "path"))
        .filter_map(|one| one.get("name")?.as_str())
        .collect();
    let printed: BTreeSet<&str> =
        path.split('/').filter_map(|part| part.strip_prefix('{')?.strip_suffix('}')).collect();
    if described != printed {
        wrong.push(format!("{place} does not describe the identifiers in its path"));
    }
}

/// Every JSON body has an example.
fn examples(operation: &Value, place: &str, wrong: &mut Vec<String>) {
    let answers = operation.get("responses").and_then(Value::as_object);
    let bodies = answers.into_iter().flatten().map(|(_, answer)| answer);
    for body in bodies.chain(operation.get("requestBody")) {
        let content = body.get("content").and_then(Value::as_object);
        for (media, said) in content.into_iter().flatten() {
            if media.ends_with("json") && said.get("example").is_none_or(Value::is_null) {
                wrong.push(format!("{place} has no example of its {media}"));
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    fn complaint_about(place: &str, value: Value) -> Vec<String> {
        let mut document = super::super::document().unwrap();
        *document.pointer_mut(place).unwrap() = value;
        complaints(&document)
    }

    #[test]
    fn a_text_without_a_length_is_refused() {
        let schema = json!({ "type": ["string", "null"], "pattern": "^a$" });
        let wrong = complaint_about("/components/schemas/Period/properties/text", schema);
        assert_eq!(wrong, ["/components/schemas/Period/properties/text is a text without a length"]);
    }

    #[test]
    fn a_text_without_a_pattern_is_refused() {
        let schema = json!({ "type": "string", "maxLength": 3 });
        let wrong = complaint_about("/components/schemas/Period/properties/text", schema);
        assert_eq!(
            wrong,
            ["/components/schemas/Period/properties/text is a text without a pattern or format"]
        );
    }

    #[test]
    fn a_list_without_a_maximum_is_refused() {
        let place = "/components/schemas/UnitDraft/properties/aliases";
        let wrong = complaint_about(place, json!({ "type": "array", "items": {} }));
        assert_eq!(wrong, [format!("{place} is a list without a maximum")]);
    }

    #[test]
    fn a_number_without_bounds_is_refused() {
        let place = "/components/schemas/Session/properties/expires_in";
        let wrong = complaint_about(place, json!({ "type": "integer", "minimum": 0, "format": "int32" }));
        assert_eq!(wrong, [format!("{place} is a number without bounds or format")]);
    }

    #[test]
    fn an_object_without_description_is_refused() {
        let place = "/components/schemas/Period/properties/text";
        let wrong = complaint_about(place, json!({ "type": "object", "maxProperties": 1 }));
        assert_eq!(wrong, [format!("{place} is an object without description")]);
    }

    #[test]
    fn a_named_schema_without_description_is_refused() {
        let wrong = complaint_about("/components/schemas/UnitKind/description", json!(""));
        assert_eq!(wrong, ["schema UnitKind has no description"]);
    }

    #[test]
    fn a_schema_that_nothing_uses_is_refused() {
        let unused = json!({ "Alone": { "type": "boolean", "description": "Alone." } });
        let wrong = complaint_about("/components/schemas", unused);
        assert!(wrong.contains(&"schema Alone is used by nothing".to_owned()), "{wrong:?}");
    }

    #[test]
    fn a_reference_into_nothing_is_refused() {
        let place = "/components/schemas/Period/properties/text";
        let wrong = complaint_about(place, json!({ "$ref": "#/components/schemas/Nowhere" }));
        assert_eq!(wrong, ["schema Nowhere is referred to and not there"]);
    }

    #[test]
    fn an_operation_without_description_or_example_is_refused() {
        let place = "/paths/~1v1~1units~1{unit}/get";
        let wrong = complaint_about(&format!("{place}/description"), json!(""));
        assert_eq!(wrong, ["GET /v1/units/{unit} has no description"]);
        let example = format!("{place}/responses/200/content/application~1json/example");
        let wrong = complaint_about(&example, Value::Null);
        assert_eq!(wrong, ["GET /v1/units/{unit} has no example of its application/json"]);
    }

    #[test]
    fn an_identifier_that_is_not_described_is_refused() {
        let wrong = complaint_about("/paths/~1v1~1units~1{unit}/get/parameters", json!([]));
        assert_eq!(wrong, ["GET /v1/units/{unit} does not describe the identifiers in its path"]);
    }
}
