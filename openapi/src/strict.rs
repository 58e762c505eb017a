//! Reading requests strictly. **Invariant: a request with a field or a code we do not know is
//! refused, and the refusal names the place.**

use serde::de::DeserializeOwned;

use crate::{
    endpoint::{FormError, Unreadable},
    problem::Said,
};

/// Reads JSON, noting the place of the first error and any field nobody asked for.
///
/// # Errors
/// What is wrong, and where.
pub fn from_json<T: DeserializeOwned>(bytes: &[u8]) -> Result<T, Unreadable> {
    // serde would take a list for the fields in their order.
    if bytes.iter().find(|byte| !byte.is_ascii_whitespace()) == Some(&b'[') {
        return Err(Unreadable::Form {
            pointer: String::new(),
            why: Said::new("Cần một đối tượng JSON, không phải danh sách.", "A JSON object, not a list."),
            kind: FormError::Bad,
        });
    }
    let mut json = serde_json::Deserializer::from_slice(bytes);
    let mut track = serde_path_to_error::Track::new();
    let mut unknown: Option<String> = None;
    let tracked = serde_path_to_error::Deserializer::new(&mut json, &mut track);
    let read = serde_ignored::deserialize(tracked, |path| {
        unknown.get_or_insert_with(|| ignored_pointer(&path));
    });
    let value: T = match read {
        Ok(value) => value,
        Err(error) => return Err(refusal(&error, pointer(&track.path()))),
    };
    json.end().map_err(|error| refusal(&error, String::new()))?;
    match unknown {
        None => Ok(value),
        Some(pointer) => Err(Unreadable::Form {
            pointer,
            why: Said::new("Không có trường này.", "There is no such field."),
            kind: FormError::Unknown,
        }),
    }
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
        return Unreadable::Form { pointer, why, kind: FormError::Bad };
    }
    // serde's own messages: the field's name stands between backticks.
    let named = message.split('`').nth(1).unwrap_or_default();
    if message.starts_with("missing field") {
        let join = if pointer.starts_with('?') || message.contains('?') { "" } else { "/" };
        pointer = format!("{pointer}{join}{}", escape(named));
        let why = Said::new("Còn thiếu trường này.", "This field is missing.");
        return Unreadable::Form { pointer, why, kind: FormError::Missing };
    }
    if message.starts_with("unknown field") {
        if pointer.is_empty() {
            pointer = format!("?{named}");
        }
        let why = Said::new("Không có tham số này.", "There is no such parameter.");
        return Unreadable::Form { pointer, why, kind: FormError::Unknown };
    }
    let plain = message.split(" at line ").next().unwrap_or(message).to_owned();
    let why = Said::new(format!("Giá trị hoặc kiểu không hợp lệ ({plain})."), format!("{plain}."));
    Unreadable::Form { pointer, why, kind: FormError::Bad }
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

    fn place(json: &str) -> (String, FormError) {
        match strictly(|| from_json::<Outer>(json.as_bytes())) {
            Err(Unreadable::Form { pointer, kind, .. }) => (pointer, kind),
            other => panic!("{other:?}"),
        }
    }

    #[test]
    fn a_list_is_not_taken_for_the_fields_of_an_object() {
        let read = from_json::<crate::alerts::PreviewRequest>(b" [null, null]");
        assert!(matches!(read, Err(Unreadable::Form { kind: FormError::Bad, .. })), "{read:?}");
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
            Err(Unreadable::Form { why, .. }) => {
                assert_eq!(why.vi, "150 không nằm trong khoảng từ 0 đến 100.")
            }
            other => panic!("{other:?}"),
        }
    }
}
