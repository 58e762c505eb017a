//! Copies of a PostgreSQL database, by PostgreSQL's own programs.

use std::{io::ErrorKind, path::Path, process::Command};

use super::super::{Done, Stopped};
use crate::config::PostgresUrl;

/// Writes all data of one moment into a file.
pub(super) fn dump(url: &str, to: &Path) -> Done {
    run("pg_dump", url, |command| {
        command.args(["--format=custom", "--no-password", "--file"]).arg(to);
    })
}

/// Fills an empty database from such a file, whole or not at all.
pub(super) fn fill(url: &str, from: &Path) -> Done {
    run("pg_restore", url, |command| {
        command
            .args([
                "--no-owner",
                "--no-privileges",
                "--no-password",
                "--single-transaction",
                "--exit-on-error",
            ])
            .arg(from);
    })
}

fn run(program: &str, url: &str, arguments: impl FnOnce(&mut Command)) -> Done {
    let url =
        PostgresUrl::parse(url).ok_or_else(|| Stopped::failed("the database's address cannot be read"))?;
    let (address, password) = url.apart();
    let mut command = Command::new(program);
    command.arg("--dbname").arg(address);
    if let Some(password) = password {
        command.env("PGPASSWORD", password);
    }
    arguments(&mut command);
    let ended = command.output().map_err(|bad| match bad.kind() {
        ErrorKind::NotFound => Stopped::failed(format!(
            "{program} is needed and not installed; it is in the package postgresql-client (Debian: apt-get \
             install postgresql-client), in the server's version or newer"
        )),
        _ => Stopped::failed(format!("{program} did not run: {bad}")),
    })?;
    if ended.status.success() {
        return Ok(());
    }
    let said = String::from_utf8_lossy(&ended.stderr);
    Err(Stopped::failed(format!("{program} failed: {}", said.trim())))
}
