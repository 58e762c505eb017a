//! The schema is sound, and the same for both engines and for the code.

use std::collections::BTreeMap;

use api::db::{AnyConnection, Place, migrate};
use diesel::connection::SimpleConnection;

use super::{
    catalog::{self, Column, ForeignKey, Table},
    on_each_engine,
};
use crate::support::Engine;

fn migrated(place: &Place) -> (AnyConnection, BTreeMap<String, Table>) {
    migrate(place).unwrap();
    let mut connection = place.connect().unwrap();
    let tables = catalog::tables(&mut connection);
    (connection, tables)
}

/// The tables of `api/src/schema.rs`: their keys and columns.
fn as_the_code_sees_them() -> BTreeMap<String, (Vec<String>, Vec<Column>)> {
    let mut tables = BTreeMap::new();
    let mut name = String::new();
    for line in include_str!("../../api/src/schema.rs").lines().map(str::trim) {
        if let Some((column, kind)) = line.strip_suffix(',').and_then(|line| line.split_once(" -> ")) {
            let (kind, nullable) = match kind.strip_prefix("Nullable<").and_then(|k| k.strip_suffix('>')) {
                Some(kind) => (kind, true),
                None => (kind, false),
            };
            let kind = match kind {
                "Binary" => "bytea",
                "Bool" => "boolean",
                "Timestamp" => "timestamp without time zone",
                other => &other.to_lowercase(),
            };
            let column = Column { name: column.to_owned(), kind: kind.to_owned(), nullable };
            let (_, columns): &mut (Vec<String>, Vec<Column>) = tables.get_mut(&name).unwrap();
            columns.push(column);
        } else if let Some((table, key)) = line.strip_suffix(") {").and_then(|line| line.split_once(" (")) {
            name = table.to_owned();
            tables.insert(name.clone(), (key.split(", ").map(str::to_owned).collect(), Vec::new()));
        }
    }
    tables
}

on_each_engine! {
    fn the_tables_are_as_the_code_sees_them(place: &Place) {
        let (_, tables) = migrated(place);
        let code = as_the_code_sees_them();
        assert_eq!(tables.keys().collect::<Vec<_>>(), code.keys().collect::<Vec<_>>());
        for (name, table) in tables {
            let (key, columns) = &code[&name];
            assert_eq!(&table.key, key, "{name}");
            assert_eq!(&table.columns, columns, "{name}");
        }
    }
}

#[test]
fn both_engines_hold_the_same_schema() {
    let Some(postgres) = Engine::postgres() else { return };
    let (postgres, sqlite) = (postgres.fresh(), Engine::Sqlite.fresh());
    let (_, on_postgres) = migrated(&postgres.place);
    let (_, on_sqlite) = migrated(&sqlite.place);
    assert_eq!(on_sqlite.keys().collect::<Vec<_>>(), on_postgres.keys().collect::<Vec<_>>());
    for (name, table) in on_sqlite {
        assert_eq!(table, on_postgres[&name], "{name}");
    }
}

/// Tables of an organisation whose key begins with something else, and why.
const OTHER_KEYS: &[(&str, &str)] =
    &[("devices", "made by the server alone, and found by a token before anybody's organisation is known")];

on_each_engine! {
    /// So that two organisations may use the same id, and neither learns of it.
    fn every_table_of_an_organisation_begins_its_key_with_it(place: &Place) {
        let (_, tables) = migrated(place);
        let mut others = Vec::new();
        for (name, table) in &tables {
            let of_one = table.columns.iter().any(|column| column.name == "organisation");
            if of_one && table.key.first().is_none_or(|first| first != "organisation") {
                others.push(name.as_str());
            }
        }
        assert_eq!(others, OTHER_KEYS.iter().map(|(name, _)| *name).collect::<Vec<_>>());
    }
}

on_each_engine! {
    /// So that the database itself refuses a reference to another organisation.
    fn every_reference_stays_within_its_organisation(place: &Place) {
        let (_, tables) = migrated(place);
        for (name, table) in &tables {
            for key in &table.foreign_keys {
                assert_eq!(key.columns[0], "organisation", "{name} {key:?}");
                assert_eq!(key.columns.len() == 1, key.to == "organisations", "{name} {key:?}");
            }
        }
    }
}

/// What is never deleted, and why: who refers to it is therefore never asked, and no index for the
/// answer is needed.
const NEVER_DELETED: &[(&str, &str)] = &[
    ("assignments", "issued work is cancelled, with a reason"),
    ("organisations", "an organisation ends with its installation"),
    ("people", "people are anonymised, and the record stays"),
    ("reports", "a correction is a new report"),
    ("units", "units end or are merged, and their history stays"),
];

on_each_engine! {
    /// Without an index, deleting one row reads all those that might refer to it.
    fn every_reference_is_indexed_or_explained(place: &Place) {
        let (_, tables) = migrated(place);
        for (name, table) in &tables {
            for key in table.foreign_keys.iter().filter(|key| !is_indexed(table, key)) {
                let explained = NEVER_DELETED.iter().any(|(kept, _)| *kept == key.to);
                assert!(explained, "{name} refers to {}, from which rows are deleted, without an index: {key:?}", key.to);
            }
        }
    }
}

fn is_indexed(table: &Table, key: &ForeignKey) -> bool {
    let there = key.columns.last().map(|column| format!("{column} IS NOT NULL"));
    // Nothing refers by a null, so an index of all others is as good as one of all.
    let usable = table.indexes.values().filter(|index| index.only.is_none() || index.only == there);
    usable.map(|index| &index.columns).chain([&table.key]).any(|columns| columns.starts_with(&key.columns))
}

#[test]
fn what_is_never_deleted_is_never_deleted() {
    for (file, text) in super::tidy::sources("api/src") {
        for (table, _) in NEVER_DELETED {
            assert!(!text.contains(&format!("delete({table}::table")), "{file} deletes from {table}");
        }
    }
}

#[test]
fn sqlite_keeps_to_its_references() {
    let fresh = Engine::Sqlite.fresh();
    let (connection, _) = migrated(&fresh.place);
    let AnyConnection::Sqlite(mut connection) = connection else { unreachable!() };
    let refused = connection
        .batch_execute("INSERT INTO calendar_years (organisation, year, version) VALUES (7, 2026, 1)")
        .unwrap_err();
    assert!(refused.to_string().contains("FOREIGN KEY constraint failed"), "{refused}");
}
