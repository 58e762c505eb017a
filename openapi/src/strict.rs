//! Reading requests strictly. **Invariant: a request with a field or a code we do not know is
//! refused, and the refusal names the place.**

use serde::de::DeserializeOwned;
use serde_json::Value;

use crate::{
    endpoint::{FormError, Misfit, Unreadable},
    problem::Said,
};

/// How many wrong places are named at most.
const AT_MOST: usize = 50;

/// Reads JSON, noting every place that is known to be wrong: all fields nobody asked for, and all wrong
/// values up to where one is missing that nothing can be put for.
///
/// # Errors
/// What is wrong, and where.
pub fn from_json<T: DeserializeOwned>(bytes: &[u8]) -> Result<T, Unreadable> {
    // serde would take a list for the fields in their order.
    if bytes.iter().find(|byte| !byte.is_ascii_whitespace()) == Some(&b'[') {
        let why = Said::new("Cần một đối tượng JSON, không phải danh sách.", "A JSON object, not a list.");
        return Err(Unreadable::Form(vec![Misfit { pointer: String::new(), why, kind: FormError::Bad }]));
    }
    let mut json = serde_json::Deserializer::from_slice(bytes);
    let read = tracked::<T, _>(&mut json);
    if !matches!(read, Err(Unreadable::Form(_))) {
        json.end().map_err(|error| Unreadable::Syntax(error.to_string()))?;
    }
    let Err(Unreadable::Form(misfits)) = read else { return read };
    // Only now is it worth reading again, each time without the value that was wrong.
    let mut rest: Value =
        serde_json::from_slice(bytes).map_err(|error| Unreadable::Syntax(error.to_string()))?;
    Err(Unreadable::Form(more::<T>(&mut rest, misfits)))
}

/// What else is wrong beside what was found first.
fn more<T: DeserializeOwned>(rest: &mut Value, mut misfits: Vec<Misfit>) -> Vec<Misfit> {
    while misfits.len() < AT_MOST {
        let wrong = misfits.last().filter(|last| last.kind == FormError::Bad);
        if !wrong.is_some_and(|wrong| take_out(rest, &wrong.pointer)) {
            break;
        }
        let Err(Unreadable::Form(found)) = tracked::<T, _>(&*rest) else { break };
        let anew = |one: &Misfit| misfits.iter().all(|known| known.pointer != one.pointer);
        let found: Vec<Misfit> = found.into_iter().filter(anew).collect();
        if found.is_empty() {
            break;
        }
        misfits.extend(found);
    }
    misfits.truncate(AT_MOST);
    misfits
}

/// Takes a field out of its object. Elements of a list stay, for the others would move up.
fn take_out(from: &mut Value, pointer: &str) -> bool {
    let Some((parent, name)) = pointer.rsplit_once('/') else { return false };
    let name = name.replace("~1", "/").replace("~0", "~");
    let parent = from.pointer_mut(parent).and_then(Value::as_object_mut);
    parent.is_some_and(|fields| fields.remove(&name).is_some())
}

fn tracked<'de, T: DeserializeOwned, D>(json: D) -> Result<T, Unreadable>
where
    D: serde::Deserializer<'de, Error = serde_json::Error>,
{
    let mut track = serde_path_to_error::Track::new();
    let mut unknown: Vec<String> = Vec::new();
    let tracked = serde_path_to_error::Deserializer::new(json, &mut track);
    let read = serde_ignored::deserialize(tracked, |path| unknown.push(ignored_pointer(&path)));
    let value: T = match read {
        Ok(value) => value,
        Err(error) => return Err(refusal(&error, pointer(&track.path()))),
    };
    if unknown.is_empty() {
        return Ok(value);
    }
    let nobodys = |pointer| {
        let why = Said::new("Không có trường này.", "There is no such field.");
        Misfit { pointer, why, kind: FormError::Unknown }
    };
    Err(Unreadable::Form(unknown.into_iter().take(AT_MOST).map(nobodys).collect()))
}

/// Reads the part after the question mark.
///
/// # Errors
/// What is wrong, and in which parameter.
pub fn from_query<T: DeserializeOwned>(query: &str) -> Result<T, Unreadable> {
    let form = serde_urlencoded::Deserializer::new(form_urlencoded::parse(query.as_bytes()));
    serde_path_to_error::deserialize(form).map_err(|error| {
        let name = error.path().to_string();
        let place = if name == "." { String::new() } else { format!("?{name}") };
        said(&error.inner().to_string(), place)
    })
}

fn refusal(error: &serde_json::Error, pointer: String) -> Unreadable {
    match error.classify() {
        serde_json::error::Category::Data => said(&error.to_string(), pointer),
        _ => Unreadable::Syntax(error.to_string()),
    }
}

fn said(message: &str, mut pointer: String) -> Unreadable {
    if let Some(why) = Said::within(message) {
        return one(pointer, why, FormError::Bad);
    }
    // serde's own messages: the field's name stands between backticks.
    let named = message.split('`').nth(1).unwrap_or_default();
    if message.starts_with("missing field") {
        let join = if pointer.starts_with('?') || message.contains('?') { "" } else { "/" };
        pointer = format!("{pointer}{join}{}", escape(named));
        let why = Said::new("Còn thiếu trường này.", "This field is missing.");
        return one(pointer, why, FormError::Missing);
    }
    if message.starts_with("unknown field") {
        if pointer.is_empty() {
            pointer = format!("?{named}");
        }
        let why = Said::new("Không có tham số này.", "There is no such parameter.");
        return one(pointer, why, FormError::Unknown);
    }
    let plain = message.split(" at line ").next().unwrap_or(message).to_owned();
    let why = Said::new(format!("Giá trị hoặc kiểu không hợp lệ ({plain})."), format!("{plain}."));
    one(pointer, why, FormError::Bad)
}

fn one(pointer: String, why: Said, kind: FormError) -> Unreadable {
    Unreadable::Form(vec![Misfit { pointer, why, kind }])
}

fn pointer(path: &serde_path_to_error::Path) -> String {
    use serde_path_to_error::Segment;
    path.iter()
        .map(|segment| match segment {
            Segment::Seq { index } => format!("/{index}"),
            Segment::Map { key } => format!("/{}", escape(key)),
            Segment::Enum { variant } => format!("/{}", escape(variant)),
            Segment::Unknown => "/?".to_owned(),
        })
        .collect()
}

fn ignored_pointer(path: &serde_ignored::Path<'_>) -> String {
    use serde_ignored::Path;
    match path {
        Path::Root => String::new(),
        Path::Seq { parent, index } => format!("{}/{index}", ignored_pointer(parent)),
        Path::Map { parent, key } => format!("{}/{}", ignored_pointer(parent), escape(key)),
        Path::Some { parent } | Path::NewtypeStruct { parent } | Path::NewtypeVariant { parent } => {
            ignored_pointer(parent)
        }
    }
}

/// RFC 6901; cut, because a caller may send a name of any length.
fn escape(name: &str) -> String {
    let printable = name.chars().filter(|c| !c.is_control());
    printable.take(60).collect::<String>().replace('~', "~0").replace('/', "~1")
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::value::{Percent, strictly};
    use serde::Deserialize;

    #[derive(Debug, Deserialize, PartialEq)]
    struct Outer {
        inner: Option<Inner>,
        #[serde(default)]
        list: Vec<Inner>,
    }
    #[derive(Debug, Deserialize, PartialEq)]
    struct Inner {
        percent: Percent,
    }

    fn places(json: &str) -> Vec<(String, FormError)> {
        match strictly(|| from_json::<Outer>(json.as_bytes())) {
            Err(Unreadable::Form(misfits)) => {
                misfits.into_iter().map(|one| (one.pointer, one.kind)).collect()
            }
            other => panic!("{other:?}"),
        }
    }
    fn place(json: &str) -> (String, FormError) {
        let mut all = places(json);
        assert_eq!(all.len(), 1, "{all:?}");
        all.remove(0)
    }

    #[test]
    fn every_place_that_is_known_to_be_wrong_is_named() {
        let wrong = r#"{"note":7,"more":"x","inner":{"percent":"a","y":1},"list":[]}"#;
        match strictly(|| from_json::<Flat>(wrong.as_bytes())) {
            Err(Unreadable::Form(misfits)) => {
                let found: Vec<_> = misfits.into_iter().map(|one| (one.pointer, one.kind)).collect();
                let bad = |pointer: &str| (pointer.to_owned(), FormError::Bad);
                assert_eq!(found, [bad("/note"), bad("/inner"), bad("/more")]);
            }
            other => panic!("{other:?}"),
        }
        let unknown = r#"{"x":1,"list":[{"percent":1,"y":2}]}"#;
        assert_eq!(
            places(unknown),
            [("/x".into(), FormError::Unknown), ("/list/0/y".into(), FormError::Unknown)]
        );
    }
    #[derive(Debug, Deserialize)]
    struct Flat {
        #[expect(dead_code, reason = "only read")]
        note: Option<String>,
        #[expect(dead_code, reason = "only read")]
        more: Percent,
        #[expect(dead_code, reason = "only read")]
        inner: Option<u8>,
    }

    #[test]
    fn a_list_is_not_taken_for_the_fields_of_an_object() {
        let read = from_json::<crate::alerts::PreviewRequest>(b" [null, null]");
        assert!(matches!(read, Err(Unreadable::Form(_))), "{read:?}");
    }

    #[test]
    fn an_error_names_its_place() {
        assert_eq!(place(r#"{"inner":{"percent":150}}"#), ("/inner/percent".into(), FormError::Bad));
        assert_eq!(place(r#"{"inner":{}}"#), ("/inner/percent".into(), FormError::Missing));
        assert_eq!(place(r#"{"list":[{"percent":1,"x":2}]}"#), ("/list/0/x".into(), FormError::Unknown));
        assert_eq!(place(r#"{"inner":{"percent":"a"}}"#), ("/inner/percent".into(), FormError::Bad));
    }

    #[test]
    fn what_is_not_json_is_said_to_be_so() {
        for text in ["", "{", "{}x", "\u{0}"] {
            assert!(matches!(from_json::<Outer>(text.as_bytes()), Err(Unreadable::Syntax(_))), "{text}");
        }
    }

    #[test]
    fn a_refused_value_is_said_in_vietnamese() {
        match strictly(|| from_json::<Outer>(br#"{"inner":{"percent":150}}"#)) {
            Err(Unreadable::Form(misfits)) => {
                assert_eq!(misfits[0].why.vi, "150 không nằm trong khoảng từ 0 đến 100.")
            }
            other => panic!("{other:?}"),
        }
    }
}
