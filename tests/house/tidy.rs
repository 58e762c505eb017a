//! What is reserved to few files stays in them. Read from the sources, as a reviewer would.

use std::path::{Path, PathBuf};

/// The Rust files under a folder of the workspace, by their path in it, without their unit tests.
pub fn sources(folder: &str) -> Vec<(String, String)> {
    let root = Path::new(env!("CARGO_MANIFEST_DIR")).parent().unwrap();
    let mut files = Vec::new();
    let mut folders = vec![root.join(folder)];
    while let Some(folder) = folders.pop() {
        for entry in std::fs::read_dir(folder).unwrap() {
            let path: PathBuf = entry.unwrap().path();
            if path.is_dir() {
                folders.push(path);
            } else if path.extension().is_some_and(|end| end == "rs") {
                let text = std::fs::read_to_string(&path).unwrap();
                let text = text.split("#[cfg(test)]\nmod tests {").next().unwrap().to_owned();
                files.push((path.strip_prefix(root).unwrap().to_str().unwrap().to_owned(), text));
            }
        }
    }
    files.sort();
    assert!(!files.is_empty());
    files
}

/// Lines of code that hold a word, each with its file.
fn lines_with(word: &str) -> Vec<(String, String)> {
    let mut found = Vec::new();
    for (file, text) in sources("api/src") {
        for line in text.lines().map(str::trim).filter(|line| !line.starts_with("//")) {
            if line.contains(word) {
                found.push((file.clone(), line.to_owned()));
            }
        }
    }
    found
}

/// Where SQL may stand beside the files called `store.rs`: rooms small enough to need no second file.
const SQL: &[&str] = &[
    "api/src/db/",
    "api/src/decisions/difficulties.rs",
    "api/src/decisions/excuses.rs",
    "api/src/decisions/extensions.rs",
    "api/src/hold.rs",
    "api/src/organisation/found.rs",
    "api/src/schema.rs",
    "api/src/sessions/guessing.rs",
];

#[test]
fn sql_stands_in_stores() {
    for word in ["schema::", ".conn()", "sql_query", "batch_execute"] {
        for (file, line) in lines_with(word) {
            let store = file.ends_with("/store.rs") || SQL.iter().any(|allowed| file.starts_with(allowed));
            assert!(store, "{file} reaches for a table: {line}");
        }
    }
}

/// Who acts for a whole organisation, and why he need not be asked how far he reaches.
const OF_THE_HOUSE: &[(&str, &str)] = &[
    ("api/src/access.rs", "where a scope is made"),
    (
        "api/src/assignments/store.rs",
        "a unit that had the work until it was handed over was recognised just before",
    ),
    ("api/src/carrying/mod.rs", "the directive in which work goes on that is just being carried over"),
    ("api/src/cli/", "the operator has the whole database anyway"),
    ("api/src/decisions/", "the assignment of something the caller was just found to reach"),
    ("api/src/demo/", "fills an empty database"),
    ("api/src/jobs/", "nobody asks"),
    ("api/src/organisation/found.rs", "founds what nobody can be in yet"),
    ("api/src/reports/mod.rs", "the assignment of a report the caller was just found to reach"),
    ("api/src/sessions/store.rs", "a secret of the person's own was recognised just before"),
    ("api/src/tasks/recurring.rs", "the job that opens periods"),
    ("api/src/tasks/store.rs", "the job that opens periods"),
];

#[test]
fn only_who_need_not_be_asked_acts_for_the_whole_house() {
    for word in ["of_the_house", "of_tenant_of"] {
        for (file, line) in lines_with(word) {
            assert!(OF_THE_HOUSE.iter().any(|(allowed, _)| file.starts_with(allowed)), "{file}: {line}");
        }
    }
}

#[test]
fn nothing_panics_on_purpose() {
    for word in [".unwrap()", ".expect(\"", "panic!(", "unreachable!(", "unimplemented!("] {
        assert_eq!(lines_with(word), []);
    }
}

#[test]
fn what_the_program_says_is_said_in_one_place() {
    for word in ["println!(", "print!(", "io::stdout", "process::exit"] {
        for (file, line) in lines_with(word) {
            assert!(file.starts_with("api/src/cli/"), "{file}: {line}");
        }
    }
}

#[test]
fn every_file_begins_by_saying_what_it_is() {
    for folder in ["api/src", "openapi/src", "mobile-client/src", "tests"] {
        for (file, text) in sources(folder) {
            if !file.contains("node_modules") && !file.contains(".venv") {
                assert!(text.starts_with("//! "), "{file}");
            }
        }
    }
}

#[test]
fn the_contract_touches_nothing() {
    // Its program writes the documents; the library may not.
    for (file, text) in sources("openapi/src").into_iter().filter(|(file, _)| file != "openapi/src/main.rs") {
        for word in ["std::fs", "std::net", "std::env", "std::process", "getrandom", "Utc::now"] {
            assert!(!text.contains(word), "{file} uses {word}");
        }
    }
}
