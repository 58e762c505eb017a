//! An endpoint that no story visits fails the build.

use super::every_endpoint::all;

#[test]
fn every_endpoint_is_told() {
    let mut told = String::new();
    let folder = concat!(env!("CARGO_MANIFEST_DIR"), "/stories");
    let mut folders = vec![std::path::PathBuf::from(folder)];
    while let Some(folder) = folders.pop() {
        for entry in std::fs::read_dir(folder).unwrap() {
            let path = entry.unwrap().path();
            if path.is_dir() {
                folders.push(path);
            } else {
                told += &std::fs::read_to_string(path).unwrap();
            }
        }
    }
    let is_called = |name: &str| {
        ["call", "query", "change", "send"].iter().any(|verb| {
            told.contains(&format!("{verb}::<{name}>")) || told.contains(&format!("{verb}::<{name},"))
        }) || told.lines().any(|line| line.contains("::<") && line.contains(&format!("::{name}>")))
    };
    let untold: Vec<&str> = all().iter().map(|row| row.type_name).filter(|name| !is_called(name)).collect();
    assert!(untold.is_empty(), "no story calls {untold:?}");
}
