//! What an engine says of its tables, in one form for both.

use std::collections::BTreeMap;

use api::db::AnyConnection;
use diesel::{QueryableByName, RunQueryDsl, sql_query, sql_types::Text};

/// A table as the engine has it.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Table {
    /// In their order.
    pub columns: Vec<Column>,
    /// The columns of its primary key, in their order.
    pub key: Vec<String>,
    pub foreign_keys: Vec<ForeignKey>,
    /// By name; those of the primary key and of `UNIQUE` are not among them.
    pub indexes: BTreeMap<String, Index>,
}

#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Column {
    pub name: String,
    /// In the words of PostgreSQL.
    pub kind: String,
    pub nullable: bool,
}

#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
pub struct ForeignKey {
    pub columns: Vec<String>,
    pub to: String,
}

#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Index {
    pub columns: Vec<String>,
    pub unique: bool,
    /// Which rows it holds, when not all.
    pub only: Option<String>,
}

#[derive(QueryableByName)]
struct Row {
    #[diesel(sql_type = Text)]
    said: String,
}

/// Rows of texts, separated by bars in the statement.
fn rows(connection: &mut AnyConnection, sqlite: &str, postgres: &str) -> Vec<Vec<String>> {
    let rows: Vec<Row> = match connection {
        AnyConnection::Sqlite(c) => sql_query(sqlite).load(c).unwrap(),
        AnyConnection::Postgres(c) => sql_query(postgres).load(c).unwrap(),
    };
    rows.into_iter().map(|row| row.said.split('|').map(str::to_owned).collect()).collect()
}

fn words(list: &str) -> Vec<String> {
    list.split(',').map(str::to_owned).collect()
}

/// Every table but Diesel's own list of migrations.
pub fn tables(connection: &mut AnyConnection) -> BTreeMap<String, Table> {
    let mut tables: BTreeMap<String, Table> = BTreeMap::new();
    let columns = rows(
        connection,
        "SELECT m.name || '|' || c.name || '|' || c.type || '|' || 
                (c.\"notnull\" = 0 AND NOT (c.pk = 1 AND c.type = 'INTEGER')) AS said
         FROM sqlite_master m JOIN pragma_table_info(m.name) c
         WHERE m.type = 'table' AND m.name NOT LIKE '!_!_%' ESCAPE '!' AND m.name NOT LIKE 'sqlite!_%' ESCAPE '!'
         ORDER BY m.name, c.cid",
        "SELECT table_name || '|' || column_name || '|' || data_type || '|' || (is_nullable = 'YES')::int AS said
         FROM information_schema.columns
         WHERE table_schema = current_schema() AND table_name NOT LIKE '!_!_%' ESCAPE '!'
         ORDER BY table_name, ordinal_position",
    );
    for row in columns {
        let kind = match row[2].to_lowercase().as_str() {
            "timestamp" => "timestamp without time zone".to_owned(),
            other => other.to_owned(),
        };
        let column = Column { name: row[1].clone(), kind, nullable: row[3] == "1" };
        tables.entry(row[0].clone()).or_default().columns.push(column);
    }
    let keys = rows(
        connection,
        "SELECT m.name || '|' || c.name AS said
         FROM sqlite_master m JOIN pragma_table_info(m.name) c
         WHERE m.type = 'table' AND c.pk > 0 ORDER BY m.name, c.pk",
        "SELECT k.conrelid::regclass || '|' || a.attname AS said
         FROM pg_constraint k, unnest(k.conkey) WITH ORDINALITY AS c (attnum, place), pg_attribute a
         WHERE k.contype = 'p' AND k.connamespace = current_schema()::regnamespace
           AND a.attrelid = k.conrelid AND a.attnum = c.attnum
         ORDER BY k.conrelid::regclass::text, c.place",
    );
    for row in keys {
        if let Some(table) = tables.get_mut(&row[0]) {
            table.key.push(row[1].clone());
        }
    }
    let foreign = rows(
        connection,
        "SELECT m.name || '|' || group_concat(f.\"from\") || '|' || f.\"table\" AS said
         FROM sqlite_master m JOIN pragma_foreign_key_list(m.name) f
         WHERE m.type = 'table' GROUP BY m.name, f.id, f.\"table\" ORDER BY m.name, f.id",
        "SELECT k.conrelid::regclass || '|' || string_agg(a.attname, ',' ORDER BY c.place)
                || '|' || k.confrelid::regclass AS said
         FROM pg_constraint k, unnest(k.conkey) WITH ORDINALITY AS c (attnum, place), pg_attribute a
         WHERE k.contype = 'f' AND k.connamespace = current_schema()::regnamespace
           AND a.attrelid = k.conrelid AND a.attnum = c.attnum
         GROUP BY k.oid, k.conrelid, k.confrelid",
    );
    for row in foreign {
        let key = ForeignKey { columns: words(&row[1]), to: row[2].clone() };
        tables.get_mut(&row[0]).unwrap().foreign_keys.push(key);
    }
    let indexes = rows(
        connection,
        "SELECT m.name || '|' || i.name || '|' || i.\"unique\" || '|' ||
                (SELECT group_concat(name) FROM (SELECT name FROM pragma_index_info(i.name) ORDER BY seqno)) || '|' ||
                (SELECT iif(i.partial, substr(sql, instr(sql, ' WHERE ') + 7), '')
                 FROM sqlite_master WHERE type = 'index' AND name = i.name) AS said
         FROM sqlite_master m JOIN pragma_index_list(m.name) i
         WHERE m.type = 'table' AND i.origin = 'c'",
        "SELECT i.indrelid::regclass || '|' || n.relname || '|' || i.indisunique::int || '|' ||
                (SELECT string_agg(a.attname, ',' ORDER BY c.place)
                 FROM unnest(i.indkey) WITH ORDINALITY AS c (attnum, place), pg_attribute a
                 WHERE a.attrelid = i.indrelid AND a.attnum = c.attnum) || '|' ||
                coalesce(pg_get_expr(i.indpred, i.indrelid), '') AS said
         FROM pg_index i JOIN pg_class n ON n.oid = i.indexrelid
         WHERE n.relnamespace = current_schema()::regnamespace
           AND NOT EXISTS (SELECT 1 FROM pg_constraint k WHERE k.conindid = i.indexrelid AND k.contype IN ('p', 'u'))",
    );
    for row in indexes {
        // PostgreSQL adds brackets, quotes and types to what was written.
        let only = row[4].replace("::text", "").replace(['(', ')', '"'], "");
        let only = Some(only).filter(|only| !only.is_empty());
        let index = Index { columns: words(&row[3]), unique: row[2] == "1", only };
        tables.get_mut(&row[0]).unwrap().indexes.insert(row[1].clone(), index);
    }
    for table in tables.values_mut() {
        table.foreign_keys.sort();
    }
    tables
}

/// Everything the engine would say of its schema, word for word, checks included.
pub fn definitions(connection: &mut AnyConnection) -> Vec<Vec<String>> {
    rows(
        connection,
        "SELECT name || '|' || coalesce(sql, '') AS said FROM sqlite_master
         WHERE name NOT LIKE '!_!_%' ESCAPE '!' AND tbl_name NOT LIKE '!_!_%' ESCAPE '!' ORDER BY type, name",
        "SELECT said FROM (
             SELECT conrelid::regclass || '|' || conname || '|' || pg_get_constraintdef(oid) AS said
             FROM pg_constraint WHERE connamespace = current_schema()::regnamespace
             UNION ALL SELECT tablename || '|' || indexname || '|' || indexdef
             FROM pg_indexes WHERE schemaname = current_schema()
             UNION ALL SELECT table_name || '|' || column_name || '|' || data_type || '|' || is_nullable || '|' ||
                 coalesce(column_default, '')
             FROM information_schema.columns WHERE table_schema = current_schema()
             UNION ALL SELECT relname || '|' || relkind::text || '|' || coalesce(array_to_string(reloptions, ','), '')
             FROM pg_class WHERE relnamespace = current_schema()::regnamespace
         ) AS every WHERE said NOT LIKE '!_!_%' ESCAPE '!' ORDER BY said",
    )
}
