//! Writes `openapi/openapi.json` and its 3.0.3 copy, or with `--check` says whether they are current.
//! **Invariant: the committed documents are what the code says, byte for byte.**

use std::{
    io::Write,
    path::{Path, PathBuf},
    process::ExitCode,
};

use openapi::document::{document, document_3_0, text};
use serde_json::Value;

fn main() -> ExitCode {
    let mut arguments = std::env::args().skip(1);
    let done = match (arguments.next().as_deref(), arguments.next()) {
        (None, _) => each(write),
        (Some("--check"), None) => each(check),
        _ => Err("usage: cargo run -p openapi [-- --check]".to_owned()),
    };
    match done {
        Ok(()) => ExitCode::SUCCESS,
        Err(said) => {
            // Nobody is left to be told when even this cannot be written.
            let _ = writeln!(std::io::stderr(), "{said}");
            ExitCode::FAILURE
        }
    }
}

type Make = fn() -> Result<Value, Vec<String>>;

const DOCUMENTS: [(&str, Make); 2] = [("openapi.json", document), ("openapi-3.0.json", document_3_0)];

fn each(act: fn(&Path, &str) -> Result<(), String>) -> Result<(), String> {
    let folder = PathBuf::from(env!("CARGO_MANIFEST_DIR"));
    for (name, make) in DOCUMENTS {
        let document =
            make().map_err(|wrong| format!("the document is refused:\n  {}", wrong.join("\n  ")))?;
        act(&folder.join(name), &text(&document))?;
    }
    Ok(())
}

fn write(path: &Path, text: &str) -> Result<(), String> {
    std::fs::write(path, text).map_err(|bad| format!("{}: {bad}", path.display()))
}

fn check(path: &Path, text: &str) -> Result<(), String> {
    let name = path.file_name().unwrap_or_default().display();
    let committed = std::fs::read_to_string(path)
        .map_err(|bad| format!("openapi/{name} cannot be read ({bad}); cargo run -p openapi writes it"))?;
    if committed == text {
        return Ok(());
    }
    let differs = committed.lines().zip(text.lines()).position(|(old, new)| old != new);
    let line = differs.unwrap_or_else(|| committed.lines().count().min(text.lines().count())) + 1;
    Err(format!(
        "openapi/{name} is not what the code says, from line {line} on; cargo run -p openapi writes it anew"
    ))
}
