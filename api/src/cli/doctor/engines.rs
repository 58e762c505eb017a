//! What differs between the two engines.

use std::path::Path;

use super::Findings;
use crate::{
    config::PostgresUrl,
    db::{AnyConnection, Place},
};

use super::super::store::text;

/// The file itself, and the disk under it.
pub(super) fn file(findings: &mut Findings, path: &Path) {
    const GIGABYTE: u64 = 1_000_000_000;
    #[cfg(unix)]
    if let Ok(about) = std::fs::metadata(path) {
        let mode = std::os::unix::fs::PermissionsExt::mode(&about.permissions());
        if mode & 0o007 == 0 {
            findings.well("other users of this machine cannot read the database");
        } else {
            findings.doubt(format!(
                "every user of this machine can read {0}; take that away with: chmod o= {0}",
                path.display()
            ));
        }
    }
    match fs4::available_space(path) {
        Ok(left) if left < GIGABYTE => findings.doubt(format!(
            "only {} MB are left on the disk of the database; a full disk refuses reports",
            left / 1_000_000
        )),
        Ok(left) => findings.well(format!("{} GB are left on the disk of the database", left / GIGABYTE)),
        Err(bad) => findings.doubt(format!("how much is left on the disk of the database is unknown: {bad}")),
    }
}

/// What the engine says of itself.
pub(super) fn engine(findings: &mut Findings, place: &Place, connection: &mut AnyConnection) {
    match place {
        Place::Sqlite(_) => sqlite(findings, connection),
        Place::Postgres(url) => postgres(findings, url, connection),
    }
}

fn sqlite(findings: &mut Findings, connection: &mut AnyConnection) {
    match text(connection, "(SELECT journal_mode FROM pragma_journal_mode)") {
        Ok(mode) if mode == "wal" => findings.well("SQLite writes ahead (WAL)"),
        Ok(mode) => findings.fault(format!(
            "SQLite's journal mode is {mode}, not wal; the folder may be on a network disk, which SQLite \
             cannot use safely: move the database to a disk of this machine"
        )),
        Err(error) => findings.failed("SQLite's journal mode cannot be read", error),
    }
    match text(connection, "(SELECT quick_check FROM pragma_quick_check LIMIT 1)") {
        Ok(said) if said == "ok" => findings.well("SQLite finds its file whole"),
        Ok(said) => findings.fault(format!("SQLite finds its file damaged: {said}; restore the last backup")),
        Err(error) => findings.failed("SQLite's file cannot be read", error),
    }
}

fn postgres(findings: &mut Findings, url: &str, connection: &mut AnyConnection) {
    let mut ask = |expression: &str| text(connection, expression).unwrap_or_else(|_| "unknown".to_owned());
    let version = ask("current_setting('server_version')");
    findings.well(format!("PostgreSQL {version}"));
    match ask("current_setting('server_encoding')").as_str() {
        "UTF8" => findings.well("its encoding is UTF8"),
        other => findings.fault(format!(
            "the database's encoding is {other}: Vietnamese cannot be kept in it; create it with ENCODING 'UTF8'"
        )),
    }
    match ask("(SELECT datcollate::text FROM pg_database WHERE datname = current_database())").as_str() {
        "C" | "POSIX" | "C.UTF-8" | "C.utf8" => findings.well("it compares texts byte by byte"),
        other => findings.doubt(format!(
            "it compares texts as in {other}: a later version of the system may sort otherwise and damage \
             indexes; a new database is better created with LOCALE 'C' TEMPLATE template0"
        )),
    }
    for (setting, danger) in [
        ("fsync", "a power cut can destroy everything"),
        ("full_page_writes", "a power cut can destroy everything"),
        ("synchronous_commit", "a power cut loses reports that were answered"),
    ] {
        if ask(&format!("current_setting('{setting}')")) == "off" {
            findings.fault(format!("PostgreSQL runs with {setting} = off: {danger}; set it on"));
        }
    }
    let distant = PostgresUrl::parse(url).and_then(|url| url.distant_host(&|name| std::env::var(name).ok()));
    let protected = ask("(SELECT ssl::text FROM pg_stat_ssl WHERE pid = pg_backend_pid())") == "true";
    match distant {
        None => findings.well("PostgreSQL is on this machine"),
        Some(host) if protected => findings.well(format!("the way to PostgreSQL at {host} is encrypted")),
        Some(host) => findings.doubt(format!(
            "the way to PostgreSQL at {host} is not encrypted; that is for a network of your own only"
        )),
    }
}
