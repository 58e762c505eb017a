//! Puts the built apps into the program. **Invariant: only into a release build; a debug build reads
//! the folder when it starts, so that a new app needs no new server to be tried.**

use std::{env, error::Error, fmt::Write, fs, path::Path};

/// Where `tests/setup/app.sh` leaves the apps. The folders are there in every checkout, at first empty.
const APPS: [(&str, &str); 2] =
    [("phone_files.rs", "../mobile-client/dist"), ("office_files.rs", "../mobile-client/dist-office")];

fn main() -> Result<(), Box<dyn Error>> {
    println!("cargo::rerun-if-changed=build.rs");
    for (name, app) in APPS {
        let mut list = "None".to_owned();
        if env::var("PROFILE")? == "release" {
            println!("cargo::rerun-if-changed={app}");
            list = format!("Some(&[{}])", files(&Path::new(&env::var("CARGO_MANIFEST_DIR")?).join(app))?);
        }
        fs::write(Path::new(&env::var("OUT_DIR")?).join(name), list)?;
    }
    Ok(())
}

/// Every file of the folder, by its name and content, as Rust.
fn files(folder: &Path) -> Result<String, Box<dyn Error>> {
    let mut list = String::new();
    for entry in fs::read_dir(folder).into_iter().flatten() {
        let entry = entry?;
        let name = entry.file_name().into_string().map_err(|name| format!("{name:?} is no name of ours"))?;
        if !name.starts_with('.') {
            let path = entry.path().display().to_string();
            write!(list, "({name:?}, include_bytes!({path:?}).as_slice()),")?;
        }
    }
    Ok(list)
}
