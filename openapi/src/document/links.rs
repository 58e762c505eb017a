//! Where one can go from an answer: OpenAPI links, for tools that walk from one operation to the
//! next. **Invariant: a link is derived from paths and schemas, never written by hand.**

use serde_json::{Map, Value, json};

use super::told::{Form, Told};
use crate::endpoint::Method;

/// The links of an endpoint's successful answers.
pub(super) fn of(source: &Told, all: &[Told], components: &Map<String, Value>) -> Map<String, Value> {
    let Form::Json { example, .. } = &source.reply else {
        return Map::new();
    };
    let mut links = Map::new();
    if example.pointer("/items/0/id").is_some() {
        links.extend(all.iter().filter_map(|target| to_an_item(source, target)));
    }
    if source.path.ends_with('}') && matches!(source.method, Method::Get | Method::Put) {
        links.extend(all.iter().filter_map(|target| onwards(source, target, components)));
        links.extend(all.iter().filter_map(|target| mentioned(source, target, components)));
    }
    links
}

/// From a list to reading its first item: `…/units` to `…/units/{unit}`.
fn to_an_item(source: &Told, target: &Told) -> Option<(String, Value)> {
    let kind = source.path.rsplit('/').next()?;
    let (parent, argument) = target.path.rsplit_once("/{")?;
    let argument = argument.strip_suffix('}')?;
    let is_one = parent.rsplit('/').next()? == kind && target.path_names().len() == 1;
    (target.method == Method::Get && is_one).then(|| {
        let link = json!({
            "operationId": target.name,
            "description": "The first item of the page.",
            "parameters": { argument: "$response.body#/items/0/id" },
        });
        (target.name.to_owned(), link)
    })
}

/// From a thing to what can be done with it: the other verbs of its path, and the paths below.
fn onwards(source: &Told, target: &Told, components: &Map<String, Value>) -> Option<(String, Value)> {
    let below = target.path.strip_prefix(source.path)?;
    let here = below.is_empty() && target.method != source.method && target.method != Method::Put;
    let same_arguments = target.path_names() == source.path_names();
    if !same_arguments || !(here || below.starts_with('/')) {
        return None;
    }
    let mut parameters: Map<String, Value> = source
        .path_names()
        .iter()
        .map(|name| ((*name).to_owned(), Value::from(format!("$request.path.{name}"))))
        .collect();
    if target.versioned {
        parameters.insert("header.If-Match".to_owned(), "$response.header.ETag".into());
    }
    let mut link = json!({
        "operationId": target.name,
        "description": format!("{}.", target.summary),
        "parameters": parameters,
    });
    // A decision that names the version it was made from.
    if source.reply_versioned && !target.versioned && needs(target, "version", components) {
        with_body(&mut link, "version", "$response.body#/version");
    }
    Some((target.name.to_owned(), link))
}

/// From a thing to what can be made about it: from `…/assignments/{assignment}` to a report, whose
/// body needs `assignment`.
fn mentioned(source: &Told, target: &Told, components: &Map<String, Value>) -> Option<(String, Value)> {
    let names = source.path_names();
    let [name] = names.as_slice() else {
        return None;
    };
    let elsewhere = !target.path.starts_with(source.path);
    (target.creates() && elsewhere && needs(target, name, components)).then(|| {
        let mut link = json!({
            "operationId": target.name,
            "description": format!("{}, about this. The rest of the body is the caller's.", target.summary),
        });
        with_body(&mut link, name, &format!("$request.path.{name}"));
        (target.name.to_owned(), link)
    })
}

fn needs(target: &Told, field: &str, components: &Map<String, Value>) -> bool {
    let Form::Json { schema, .. } = &target.body else {
        return false;
    };
    let required = components.get(schema).and_then(|schema| schema.get("required"));
    required.and_then(Value::as_array).is_some_and(|all| all.iter().any(|name| name == field))
}

fn with_body(link: &mut Value, field: &str, expression: &str) {
    if let Value::Object(link) = link {
        link.insert("requestBody".to_owned(), json!({ field: expression }));
    }
}
