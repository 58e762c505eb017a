//! Headers, asked and answered. **Invariant: a request header outside the form printed here is
//! answered `400`, by the same check that this document prints.**

use serde_json::{Map, Value, json};

use crate::value::Version;

/// A header that requests may carry and the server reads.
#[derive(Debug, Clone, Copy)]
pub struct RequestHeader {
    /// Its name.
    pub name: &'static str,
    /// Its key among the parameters of the document.
    key: &'static str,
    description: &'static str,
    pattern: &'static str,
    max: usize,
    example: &'static str,
    form: fn(&str) -> bool,
}

impl RequestHeader {
    /// Whether a value, without the space around it, is within the printed form.
    #[must_use]
    pub fn fits(&self, value: &str) -> bool {
        value.len() <= self.max && (self.form)(value)
    }
}

/// The version a change was made from.
pub const IF_MATCH: RequestHeader = RequestHeader {
    name: "If-Match",
    key: "if_match",
    description: "The version this change was made from: the `ETag` it was read with, or its `version` \
        between double quotes. A weak tag names no version; then the body's `version` counts.",
    pattern: r#"^(W/)?"[1-9][0-9]{0,9}(-[A-Za-z0-9_-]{1,64})?"$"#,
    max: 82,
    example: "\"3\"",
    form: |value| {
        quoted(value.strip_prefix("W/").unwrap_or(value)).is_some_and(|tag| {
            let (version, rest) = tag.split_once('-').map_or((tag, None), |(v, r)| (v, Some(r)));
            let digits = version.bytes().all(|b| b.is_ascii_digit());
            let counted = digits && (1..=10).contains(&version.len()) && !version.starts_with('0');
            counted && rest.is_none_or(|rest| (1..=64).contains(&rest.len()) && is_word(rest))
        })
    },
};

/// The version named by an `If-Match` that [fits](RequestHeader::fits); none when no version can be
/// that high, which is as good as stale.
#[must_use]
pub fn version_in(if_match: &str) -> Option<Version> {
    let tag = quoted(if_match)?;
    tag.split('-').next()?.parse().ok()
}

/// What the caller has already.
pub const IF_NONE_MATCH: RequestHeader = RequestHeader {
    name: "If-None-Match",
    key: "if_none_match",
    description: "The `ETag` of the answer the caller has; answered `304` without a body while it is the same.",
    pattern: r#"^(\*|(W/)?"[!#-~]*"( ?, ?(W/)?"[!#-~]*")*)$"#,
    max: 1000,
    example: "\"3-5b0e1c\"",
    form: |value| value == "*" || is_tag_list(value),
};

/// The language of words meant for people.
pub const ACCEPT_LANGUAGE: RequestHeader = RequestHeader {
    name: "Accept-Language",
    key: "accept_language",
    description: "The language of words meant for people: `vi` unless told, or `en`.",
    pattern: r"^[A-Za-z*][A-Za-z0-9*,;=. -]*$",
    max: 200,
    example: "vi",
    form: |value| {
        let fits = |b: u8| b.is_ascii_alphanumeric() || b"*,;=. -".contains(&b);
        value.starts_with(|c: char| c.is_ascii_alphabetic() || c == '*') && value.bytes().all(fits)
    },
};

/// Every header that the server reads and this document prints.
pub const REQUEST_HEADERS: [RequestHeader; 3] = [IF_MATCH, IF_NONE_MATCH, ACCEPT_LANGUAGE];

fn is_word(text: &str) -> bool {
    text.bytes().all(|b| b.is_ascii_alphanumeric() || b == b'-' || b == b'_')
}
fn quoted(text: &str) -> Option<&str> {
    text.strip_prefix('"')?.strip_suffix('"')
}
fn is_tag_list(mut text: &str) -> bool {
    loop {
        let tag = text.strip_prefix("W/").unwrap_or(text);
        let Some((inside, rest)) = tag.strip_prefix('"').and_then(|open| open.split_once('"')) else {
            return false;
        };
        if !inside.bytes().all(|b| (b'!'..=b'~').contains(&b)) {
            return false;
        }
        if rest.is_empty() {
            return true;
        }
        let rest = rest.strip_prefix(' ').unwrap_or(rest);
        let Some(rest) = rest.strip_prefix(',') else {
            return false;
        };
        text = rest.strip_prefix(' ').unwrap_or(rest);
    }
}

/// A reference to one of the headers of requests.
pub(super) fn parameter(header: &RequestHeader) -> Value {
    json!({ "$ref": format!("#/components/parameters/{}", header.key) })
}

/// `If-Match` where nothing can stand in its place.
pub(super) fn if_match_needed() -> Value {
    json!({ "$ref": "#/components/parameters/if_match_needed" })
}

/// The parameters that operations share.
pub(super) fn asked() -> Map<String, Value> {
    let one = |header: RequestHeader, required: bool| {
        json!({
            "name": header.name,
            "in": "header",
            "required": required,
            "description": header.description,
            "schema": {
                "type": "string",
                "minLength": 1,
                "maxLength": header.max,
                "pattern": header.pattern,
            },
            "example": header.example,
        })
    };
    let mut all: Map<String, Value> =
        REQUEST_HEADERS.into_iter().map(|header| (header.key.to_owned(), one(header, false))).collect();
    all.insert("if_match_needed".to_owned(), one(IF_MATCH, true));
    all
}

/// Which headers an answer has.
pub(super) fn references(names: &[&str]) -> Value {
    let every =
        ["dondoc-version", "Access-Control-Allow-Origin", "Cache-Control", "RateLimit", "RateLimit-Policy"];
    let all = every.iter().chain(names);
    all.map(|name| {
        let place = json!({ "$ref": format!("#/components/headers/{name}") });
        ((*name).to_owned(), place)
    })
    .collect()
}

/// The same headers on an answer that may come from below, where nobody has set them.
pub(super) fn perhaps() -> Value {
    let known = answered();
    let Value::Object(mut all) = references(&[]) else {
        return Value::Null;
    };
    for (name, header) in &mut all {
        *header = known.get(name).cloned().unwrap_or_default();
        if let Some(required) = header.get_mut("required") {
            *required = Value::Bool(false);
        }
    }
    Value::Object(all)
}

/// The headers of answers.
pub(super) fn answered() -> Map<String, Value> {
    let text = |max: usize, pattern: &str| json!({ "type": "string", "maxLength": max, "pattern": pattern });
    let all = [
        (
            "dondoc-version",
            true,
            "The version of the server. An answer without it does not come from Đôn Đốc: a sign-in page of a \
             wireless network also answers `200`.",
            text(60, r"^[0-9]+\.[0-9]+\.[0-9]+[0-9A-Za-z.+-]*$"),
            json!("0.1.0"),
        ),
        (
            "Access-Control-Allow-Origin",
            false,
            "The page of another origin that may read this answer. Only present when the operator allows such \
             pages and one of them asks; none is allowed unless told.",
            text(200, r"^https?://[A-Za-z0-9.:\[\]-]+$"),
            json!("https://dondoc.example"),
        ),
        (
            "Cache-Control",
            true,
            "Whether the answer may be kept: by nobody but the caller, and asked about again each time \
             (`private, no-cache`), or not at all (`no-store`).",
            json!({ "type": "string", "enum": ["private, no-cache", "no-store"] }),
            json!("private, no-cache"),
        ),
        (
            "RateLimit",
            true,
            "What is left of each allowance (`r` requests) and the seconds until it is whole again (`t`).",
            text(200, r#"^"[a-z]+";r=[0-9]+;t=[0-9]+(, "[a-z]+";r=[0-9]+;t=[0-9]+)*$"#),
            json!("\"caller\";r=598;t=42"),
        ),
        (
            "RateLimit-Policy",
            true,
            "The allowances: `q` requests in `w` seconds.",
            text(200, r#"^"[a-z]+";q=[0-9]+;w=[0-9]+(, "[a-z]+";q=[0-9]+;w=[0-9]+)*$"#),
            json!("\"caller\";q=600;w=60"),
        ),
        (
            "ETag",
            true,
            "What this answer is a picture of. Of a resource with a version it begins with the version. Send it \
             as `If-None-Match` to ask again, or as `If-Match` to change what was read.",
            text(80, r#"^"[A-Za-z0-9_-]{1,78}"$"#),
            json!("\"3-5b0e1c\""),
        ),
        (
            "Link",
            false,
            "The address of the next page (`rel=\"next\"`); absent on the last.",
            text(4000, r#"^</[!-=?-~]*>; rel="next"$"#),
            json!("</v1/units?cursor=WyJuIiwiMSJd>; rel=\"next\""),
        ),
        (
            "Retry-After",
            true,
            "How many seconds to wait.",
            json!({ "type": "integer", "format": "int32", "minimum": 1, "maximum": 86400 }),
            json!(30),
        ),
        (
            "WWW-Authenticate",
            true,
            "How to sign in: with a bearer token.",
            text(200, r"^Bearer[ -~]*$"),
            json!("Bearer realm=\"dondoc\""),
        ),
    ];
    all.into_iter()
        .map(|(name, required, description, schema, example)| {
            let header = json!({
                "required": required,
                "description": description,
                "schema": schema,
                "example": example,
            });
            (name.to_owned(), header)
        })
        .collect()
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::{prelude::*, string::string_regex};

    fn of_the_pattern(header: RequestHeader) -> impl Strategy<Value = String> {
        let pattern = header.pattern.trim_start_matches('^').trim_end_matches('$');
        string_regex(pattern).unwrap()
    }

    proptest! {
        #[test]
        fn what_fits_if_match_is_taken(value in of_the_pattern(IF_MATCH)) {
            prop_assert!(IF_MATCH.fits(&value));
        }
        #[test]
        fn what_fits_if_none_match_is_taken(value in of_the_pattern(IF_NONE_MATCH)) {
            prop_assert!(value.len() > IF_NONE_MATCH.max || IF_NONE_MATCH.fits(&value));
        }
        #[test]
        fn what_fits_accept_language_is_taken(value in of_the_pattern(ACCEPT_LANGUAGE)) {
            prop_assert!(value.len() > ACCEPT_LANGUAGE.max || ACCEPT_LANGUAGE.fits(&value));
        }
    }

    #[test]
    fn what_does_not_fit_is_refused() {
        for value in ["", "3", "\"\"", "\"0\"", "\"03\"", "w/\"3\"", "W/3", "*", "\"3-\"", "\"3x\"", "\"3\"x"]
        {
            assert!(!IF_MATCH.fits(value), "{value}");
        }
        for value in ["", "3", "\"", "W/", "\"a\",", "\"a\" \"b\"", "\"\u{e9}\"", "\"a b\"", "w/\"a\""] {
            assert!(!IF_NONE_MATCH.fits(value), "{value}");
        }
        for value in ["", " ", "1", "vi\u{7f}", "vi_VN"] {
            assert!(!ACCEPT_LANGUAGE.fits(value), "{value}");
        }
    }

    #[test]
    fn what_browsers_send_is_taken() {
        for value in ["vi-VN,vi;q=0.9,fr-FR;q=0.8,fr;q=0.7,en-US;q=0.6,en;q=0.5", "*"] {
            assert!(ACCEPT_LANGUAGE.fits(value), "{value}");
        }
        assert!(IF_NONE_MATCH.fits("W/\"3-5b0e1c\", \"a\""));
    }

    #[test]
    fn an_etag_names_its_version() {
        assert_eq!(version_in("\"3-5b0e1c\"").map(Version::get), Some(3));
        assert_eq!(version_in("\"12\"").map(Version::get), Some(12));
        assert_eq!(version_in("\"9999999999\""), None);
    }
}
