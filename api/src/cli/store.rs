//! The SQL of the command line: what concerns the whole database and no organisation's work.

use diesel::{
    ExpressionMethods, JoinOnDsl, OptionalExtension, QueryDsl, Queryable, RunQueryDsl, SqliteConnection,
    dsl::{count_star, max, sql},
    sql_types::{BigInt, Text},
};
use openapi::{
    people::PersonId,
    value::{Instant, Name, Slug, UserName},
};

use crate::{
    access::Tenant,
    db::{AnyConnection, Reading, Writing},
    error::{Error, Result},
    on_both,
    schema::{installation, ledger, organisations, people, signing_keys},
};

diesel::table! {
    /// Diesel's own list of the migrations that have run.
    __diesel_schema_migrations (version) {
        version -> Text,
    }
}

/// What one SQL expression says, as text.
pub(super) fn text(connection: &mut AnyConnection, expression: &str) -> Result<String> {
    Ok(on_both!(connection, |c| diesel::select(sql::<Text>(expression)).get_result::<String>(c))?)
}

/// Writes all data of one moment into an empty file, while others write to the database.
pub(super) fn copy_into(connection: &mut SqliteConnection, file: &str) -> Result<()> {
    diesel::sql_query("VACUUM INTO ?").bind::<Text, _>(file).execute(connection)?;
    Ok(())
}

/// How many tables there are, whosesoever.
pub(super) fn table_count(connection: &mut AnyConnection) -> Result<i64> {
    let expression = match connection {
        AnyConnection::Sqlite(_) => {
            "(SELECT count(*) FROM sqlite_master WHERE type = 'table' AND name NOT LIKE 'sqlite!_%' ESCAPE '!')"
        }
        AnyConnection::Postgres(_) => "(SELECT count(*) FROM pg_tables WHERE schemaname = current_schema())",
    };
    Ok(on_both!(connection, |c| diesel::select(sql::<BigInt>(expression)).get_result::<i64>(c))?)
}

/// The migrations that have run. Looks before it asks, because asking Diesel would make its table.
pub(super) fn applied(connection: &mut AnyConnection) -> Result<Vec<String>> {
    let there = match connection {
        AnyConnection::Sqlite(_) => {
            "(SELECT count(*) FROM sqlite_master WHERE type = 'table' AND name = '__diesel_schema_migrations')"
        }
        AnyConnection::Postgres(_) => {
            "(SELECT count(*) FROM pg_tables
              WHERE schemaname = current_schema() AND tablename = '__diesel_schema_migrations')"
        }
    };
    let there = on_both!(connection, |c| diesel::select(sql::<BigInt>(there)).get_result::<i64>(c))?;
    if there == 0 {
        return Ok(Vec::new());
    }
    Ok(__diesel_schema_migrations::table.select(__diesel_schema_migrations::version).load(connection)?)
}

/// Every organisation, in the order of their founding.
pub(super) fn organisations(tx: &mut Reading<'_>) -> Result<Vec<(Tenant, Slug, Name)>> {
    Ok(organisations::table
        .order(organisations::number)
        .select((organisations::number, organisations::slug, organisations::name))
        .load(tx.conn())?)
}

/// Somebody an operator named.
#[derive(Debug, Clone, Queryable)]
pub(super) struct Called {
    pub tenant: Tenant,
    pub slug: Slug,
    pub id: PersonId,
    pub name: Name,
    pub active: bool,
}

/// Everybody who signs in with this name, in any organisation or in one.
pub(super) fn called(tx: &mut Reading<'_>, user_name: &UserName, slug: Option<&Slug>) -> Result<Vec<Called>> {
    let mut query = people::table
        .inner_join(organisations::table.on(organisations::number.eq(people::organisation)))
        .filter(people::user_name.eq(user_name))
        .select((people::organisation, organisations::slug, people::id, people::name, people::active))
        .order(people::organisation)
        .into_boxed();
    if let Some(slug) = slug {
        query = query.filter(organisations::slug.eq(slug));
    }
    Ok(query.load(tx.conn())?)
}

/// Whether nobody has been here yet.
pub(super) fn is_empty(tx: &mut Reading<'_>) -> Result<bool> {
    let count: i64 = organisations::table.select(count_star()).first(tx.conn())?;
    Ok(count == 0)
}

/// Names this copy of the data anew, so that no feed goes on across it.
pub(super) fn new_epoch(tx: &mut Writing<'_>) -> Result<()> {
    let epoch = tx.new_id::<()>()?.to_string();
    let named = diesel::update(installation::table).set(installation::epoch.eq(epoch)).execute(tx.conn())?;
    if named == 1 { Ok(()) } else { Err(Error::Broken("this is no copy of Đôn Đốc's data".to_owned())) }
}

/// The last moment that is written down anywhere.
pub(super) fn last_moment(tx: &mut Reading<'_>) -> Result<Option<Instant>> {
    let touched: Option<Instant> =
        installation::table.select(installation::touched_at).first(tx.conn()).optional()?.flatten();
    let mut last = touched;
    // One look into an index for each, rather than through the whole ledger.
    for (tenant, _, _) in organisations(tx)? {
        let newest: Option<Instant> = ledger::table
            .filter(ledger::organisation.eq(tenant))
            .order(ledger::position.desc())
            .select(ledger::at)
            .first(tx.conn())
            .optional()?;
        last = last.max(newest);
    }
    Ok(last)
}

/// When the key that signs was made.
pub(super) fn key_made_at(tx: &mut Reading<'_>) -> Result<Option<Instant>> {
    Ok(signing_keys::table.select(max(signing_keys::created_at)).first(tx.conn())?)
}
