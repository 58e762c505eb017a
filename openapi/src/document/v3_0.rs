//! From OpenAPI 3.1 to 3.0.3. **Invariant: the translation may say less than the original, never
//! anything else.**

use serde_json::{Map, Value, json};

use super::schemas;

/// The same document for tools that know 3.0 only.
pub(super) fn translate(mut document: Value) -> Value {
    // Inner schemas first: an outer one is rearranged after everything in it has been.
    for place in schemas::places(&document).iter().rev() {
        let schema = document.pointer_mut(place).and_then(Value::as_object_mut);
        if let Some(schema) = schema {
            lower(schema);
        }
    }
    if let Value::Object(fields) = &mut document {
        fields.insert("openapi".to_owned(), "3.0.3".into());
        // Said under a name of ours, so that the schemas of what is sent are used here too.
        if let Some(webhooks) = fields.remove("webhooks") {
            fields.insert("x-webhooks".to_owned(), webhooks);
        }
        fields.remove("jsonSchemaDialect");
    }
    if let Some(Value::Object(info)) = document.get_mut("info") {
        info.remove("summary");
    }
    document
}

fn lower(schema: &mut Map<String, Value>) {
    types(schema);
    for either in ["oneOf", "anyOf"] {
        if let Some(Value::Array(several)) = schema.get_mut(either) {
            // `nullable` beside `allOf` and a reference permits nothing by the letter of 3.0.3; a
            // branch whose only value is null does.
            for one in several.iter_mut().filter(|one| is_null(one)) {
                *one = json!({ "type": "object", "nullable": true, "enum": [null] });
            }
        }
    }
    if schema.len() > 1
        && let Some(target) = schema.remove("$ref")
    {
        schema.insert("allOf".to_owned(), json!([{ "$ref": target }]));
    }
    if let Some(Value::Array(examples)) = schema.remove("examples")
        && let Some(first) = examples.into_iter().next()
    {
        schema.insert("example".to_owned(), first);
    }
    if let Some(only) = schema.remove("const") {
        schema.insert("enum".to_owned(), json!([only]));
    }
    for (exclusive, plain) in [("exclusiveMinimum", "minimum"), ("exclusiveMaximum", "maximum")] {
        if let Some(bound) = schema.get(exclusive).filter(|bound| bound.is_number()).cloned() {
            schema.insert(plain.to_owned(), bound);
            schema.insert(exclusive.to_owned(), Value::Bool(true));
        }
    }
    let encoded = schema.remove("contentEncoding").is_some();
    if schema.remove("contentMediaType").is_some() || encoded {
        let format = if encoded { "byte" } else { "binary" };
        schema.insert("format".to_owned(), format.into());
    }
    // What the fields of an open object may be; their number stays bounded.
    if schema.get("additionalProperties").is_some_and(Value::is_object) {
        schema.remove("additionalProperties");
    }
}

fn is_null(schema: &Value) -> bool {
    schema.get("type").is_some_and(|name| name == "null")
}

/// `["string", "null"]` becomes a nullable string.
fn types(schema: &mut Map<String, Value>) {
    let Some(Value::Array(several)) = schema.get("type") else {
        return;
    };
    let nullable = several.iter().any(|name| name == "null");
    let plain = several.iter().find(|name| *name != "null").cloned();
    if let Some(plain) = plain {
        schema.insert("type".to_owned(), plain);
    }
    if nullable {
        schema.insert("nullable".to_owned(), Value::Bool(true));
        if let Some(Value::Array(codes)) = schema.get_mut("enum")
            && !codes.contains(&Value::Null)
        {
            codes.push(Value::Null);
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn lowered(schema: Value) -> Value {
        let document = json!({ "openapi": "3.1.0", "components": { "schemas": { "A": schema } } });
        let document = translate(document);
        document.pointer("/components/schemas/A").cloned().unwrap()
    }

    #[test]
    fn null_is_said_in_the_old_way() {
        assert_eq!(
            lowered(json!({ "type": ["string", "null"], "maxLength": 3 })),
            json!({ "type": "string", "nullable": true, "maxLength": 3 })
        );
        assert_eq!(
            lowered(json!({ "oneOf": [{ "$ref": "#/b" }, { "type": "null" }] })),
            json!({ "oneOf": [{ "$ref": "#/b" }, { "type": "object", "nullable": true, "enum": [null] }] })
        );
        assert_eq!(
            lowered(json!({ "type": ["string", "null"], "enum": ["a"] })),
            json!({ "type": "string", "nullable": true, "enum": ["a", null] })
        );
    }

    #[test]
    fn nothing_stands_beside_a_reference() {
        assert_eq!(
            lowered(json!({ "$ref": "#/b", "description": "Why." })),
            json!({ "allOf": [{ "$ref": "#/b" }], "description": "Why." })
        );
        assert_eq!(lowered(json!({ "$ref": "#/b" })), json!({ "$ref": "#/b" }));
    }

    #[test]
    fn words_that_came_later_are_put_in_older_ones() {
        assert_eq!(
            lowered(json!({ "type": "string", "examples": ["a", "b"], "const": "a" })),
            json!({ "type": "string", "example": "a", "enum": ["a"] })
        );
        assert_eq!(
            lowered(json!({ "type": "number", "exclusiveMinimum": 0 })),
            json!({ "type": "number", "minimum": 0, "exclusiveMinimum": true })
        );
        assert_eq!(
            lowered(json!({ "type": "string", "contentMediaType": "image/png" })),
            json!({ "type": "string", "format": "binary" })
        );
    }

    #[test]
    fn what_is_within_a_schema_is_translated_too() {
        let schema = json!({ "items": { "properties": { "x": { "oneOf": [
            { "$ref": "#/b", "description": "Why." }, { "type": "null" },
        ] } } } });
        let x = lowered(schema).pointer("/items/properties/x/oneOf/0").cloned();
        assert_eq!(x, Some(json!({ "allOf": [{ "$ref": "#/b" }], "description": "Why." })));
    }
}
