//! Fills an empty database. **Invariant: what is in it is what [`crate::rows`] computes, written
//! straight into the tables, because a million assignments through the API would be the benchmark.**

use api::{
    clock::Clock,
    db::{AnyConnection, Place, Writing, migrate},
    on_both,
    organisation::{Founding, found},
    schema::{
        alerts, assignment_past, assignments, directives, oversights, people, reports, roles, tasks, units,
    },
    sessions::{hash_password, set_password},
};
use diesel::{
    Connection, ExpressionMethods, QueryResult, QueryableByName, RunQueryDsl, connection::SimpleConnection,
    prelude::ExecuteCopyFromDsl, sql_types::Text,
};
use openapi::{
    access::Role,
    directives::DirectiveKind,
    people::PersonId,
    sessions::Password,
    tasks::{DuePrecision, DueSource, Nature, Priority, TaskKind},
    units::UnitKind,
    value::{Date, Version},
};

use crate::rows::{AlertRow, AssignmentRow, Commune, PastRow, REPORTERS, ReportRow, TENANT};

/// Everybody's password.
pub const PASSWORD: &str = "mat-khau-do-toc-do";
/// The organisation's short name.
pub const SLUG: &str = "xa-suoi-mo";
/// The supervisor, who sees everything.
pub const LEADER: &str = "thuong.truc";
/// The overseer of the ten first units.
pub const OVERSEER: &str = "uy.vien";
/// How many units he oversees.
pub const OVERSEEN: usize = 10;
/// How many rows share a transaction.
const BATCH: usize = 20_000;

/// The user name of the reporter of this number; his unit is his number, round and round.
pub fn reporter(n: usize) -> String {
    format!("truong.thon.{n}")
}

/// Fills the database at a place.
pub fn fill(place: &Place, commune: &Commune) {
    migrate(place).unwrap();
    let mut connection = place.connect().unwrap();
    found_commune(&mut connection, commune);
    connection.transaction(|c| enter_units_and_people(c, commune)).unwrap();
    connection.transaction(|c| enter_directives(c, commune)).unwrap();
    without_indexes(&mut connection, |connection| {
        let numbers: Vec<usize> = (0..commune.rows).collect();
        for batch in numbers.chunks(BATCH) {
            let rows: Vec<AssignmentRow> = batch.iter().map(|n| commune.row(*n)).collect();
            let past: Vec<PastRow> = rows.iter().flat_map(AssignmentRow::past).collect();
            let reports: Vec<ReportRow> = rows.iter().filter_map(AssignmentRow::report).collect();
            let warned: Vec<AlertRow> =
                rows.iter().filter_map(|row| row.alert(commune.today().plus(-1))).collect();
            connection.transaction(|c| enter_work(c, rows, past, reports, warned)).unwrap();
        }
    });
    settle(&mut connection);
}

fn found_commune(connection: &mut AnyConnection, commune: &Commune) {
    let founding = Founding {
        name: "Đảng bộ xã Suối Mơ".parse().unwrap(),
        slug: SLUG.parse().unwrap(),
        administrator: "Quản trị".parse().unwrap(),
        user_name: "quan.tri".parse().unwrap(),
    };
    let founded = connection
        .transaction(|c| found(&mut Writing::on(c, Clock::standing_at(commune.now).now()), &founding))
        .unwrap();
    assert_eq!(founded.tenant, TENANT, "the database was not empty");
}

fn enter_units_and_people(connection: &mut AnyConnection, commune: &Commune) -> api::error::Result<()> {
    let moment = commune.days_ago(2000);
    for n in 0..commune.units {
        let name = format!("Thôn {n}");
        diesel::insert_into(units::table)
            .values((
                (units::id.eq(Commune::unit(n)), units::organisation.eq(TENANT)),
                (units::kind.eq(UnitKind::Thon), units::name.eq(&name)),
                (units::name_folded.eq(&name), units::search.eq(&name), units::version.eq(Version::FIRST)),
                (units::created_at.eq(moment), units::updated_at.eq(moment)),
            ))
            .execute(connection)?;
    }
    let password = Password::try_from(PASSWORD.to_owned()).unwrap();
    let hash = hash_password(&password)?;
    for n in 0..REPORTERS {
        enter_person(connection, commune, n, &reporter(n), Role::Reporter, &hash)?;
    }
    enter_person(connection, commune, REPORTERS, LEADER, Role::Leader, &hash)?;
    let overseer = enter_person(connection, commune, REPORTERS + 1, OVERSEER, Role::Overseer, &hash)?;
    for n in 0..OVERSEEN {
        diesel::insert_into(oversights::table)
            .values((
                (oversights::id.eq(Commune::oversight(n)), oversights::organisation.eq(TENANT)),
                (oversights::person_id.eq(overseer), oversights::unit_id.eq(Commune::unit(n))),
                oversights::from_on.eq(commune.today().plus(-3000)),
                (oversights::version.eq(Version::FIRST), oversights::updated_at.eq(moment)),
            ))
            .execute(connection)?;
    }
    Ok(())
}

fn enter_person(
    connection: &mut AnyConnection,
    commune: &Commune,
    n: usize,
    user: &str,
    role: Role,
    hash: &str,
) -> api::error::Result<PersonId> {
    let (id, moment) = (Commune::person(n), commune.days_ago(2000));
    diesel::insert_into(people::table)
        .values((
            (people::id.eq(id), people::organisation.eq(TENANT)),
            (people::name.eq(user), people::name_folded.eq(user), people::user_name.eq(user)),
            (people::language.eq("vi"), people::active.eq(true), people::version.eq(Version::FIRST)),
            (people::created_at.eq(moment), people::updated_at.eq(moment)),
        ))
        .execute(connection)?;
    diesel::insert_into(roles::table)
        .values((
            (roles::organisation.eq(TENANT), roles::person_id.eq(id)),
            (roles::role.eq(role), roles::unit_id.eq(Commune::unit(n % commune.units))),
        ))
        .execute(connection)?;
    set_password(&mut Writing::on(connection, moment), TENANT, id, hash)?;
    Ok(id)
}

fn enter_directives(connection: &mut AnyConnection, commune: &Commune) -> api::error::Result<()> {
    let moment = commune.days_ago(1600);
    for n in 0..commune.directives() {
        let title = format!("Kết luận số {n} về phát triển kinh tế - xã hội, xây dựng nông thôn mới");
        diesel::insert_into(directives::table)
            .values((
                (directives::id.eq(Commune::directive(n)), directives::organisation.eq(TENANT)),
                (directives::kind.eq(DirectiveKind::KetLuan), directives::issuer.eq("Ban Thường vụ")),
                (directives::number.eq(n.to_string()), directives::symbol.eq("KL/ĐU")),
                (directives::title.eq(&title), directives::search.eq(&title)),
                (directives::issued_on.eq(commune.today().plus(-1600)), directives::recipients.eq("[]")),
                (directives::state.eq("issued"), directives::issued_at.eq(moment)),
                directives::version.eq(Version::FIRST),
                (directives::created_at.eq(moment), directives::updated_at.eq(moment)),
            ))
            .execute(connection)?;
    }
    for n in 0..commune.tasks() {
        let content = format!(
            "Các thôn rà soát, lập danh sách hộ cần hỗ trợ xóa nhà tạm đợt {n}, họp dân công khai, \
             vận động đóng góp ngày công và báo cáo kết quả về Văn phòng Đảng ủy"
        );
        diesel::insert_into(tasks::table)
            .values((
                (tasks::id.eq(Commune::task(n)), tasks::organisation.eq(TENANT)),
                (tasks::directive_id.eq(Commune::directive(n / 10)), tasks::position.eq(n as i32 % 10)),
                (tasks::place.eq("III.2"), tasks::content.eq(&content), tasks::search.eq(&content)),
                (tasks::kind.eq(TaskKind::NhiemVu), tasks::nature.eq(Nature::OneOff)),
                (tasks::priority.eq(Priority::Thuong), tasks::due_text.eq("trước ngày 01 hằng tháng")),
                (tasks::due_precision.eq(DuePrecision::Day), tasks::due_source.eq(DueSource::Stated)),
                (tasks::targets.eq("[]"), tasks::assignees.eq("[]"), tasks::suggestions.eq("[]")),
                (tasks::unassigned.eq(false), tasks::version.eq(Version::FIRST)),
                (tasks::created_at.eq(moment), tasks::updated_at.eq(moment)),
            ))
            .execute(connection)?;
    }
    Ok(())
}

/// How many rows share a statement on SQLite.
const AT_ONCE: usize = 500;

/// `COPY` on PostgreSQL, inserts of many rows on SQLite.
fn enter_work(
    connection: &mut AnyConnection,
    rows: Vec<AssignmentRow>,
    past: Vec<PastRow>,
    said: Vec<ReportRow>,
    warned: Vec<AlertRow>,
) -> QueryResult<()> {
    match connection {
        AnyConnection::Sqlite(c) => {
            // SQLite binds at most 32766 values in one statement.
            for rows in rows.chunks(AT_ONCE) {
                diesel::insert_into(assignments::table).values(rows).execute(c)?;
            }
            for past in past.chunks(AT_ONCE) {
                diesel::insert_into(assignment_past::table).values(past).execute(c)?;
            }
            for said in said.chunks(AT_ONCE) {
                diesel::insert_into(reports::table).values(said).execute(c)?;
            }
            for warned in warned.chunks(AT_ONCE) {
                diesel::insert_into(alerts::table).values(warned).execute(c)?;
            }
        }
        AnyConnection::Postgres(c) => {
            diesel::copy_from(assignments::table).from_insertable(rows).execute(c)?;
            diesel::copy_from(assignment_past::table).from_insertable(past).execute(c)?;
            diesel::copy_from(reports::table).from_insertable(said).execute(c)?;
            diesel::copy_from(alerts::table).from_insertable(warned).execute(c)?;
        }
    }
    Ok(())
}

#[derive(QueryableByName)]
struct Index {
    #[diesel(sql_type = Text)]
    name: String,
    #[diesel(sql_type = Text)]
    definition: String,
}

/// Fills the big tables without their indexes and without looking up what they refer to, and makes
/// the indexes at the end, each in one go: a quarter of the time.
fn without_indexes(connection: &mut AnyConnection, fill: impl FnOnce(&mut AnyConnection)) {
    let list = match connection {
        AnyConnection::Sqlite(_) => {
            "SELECT name, sql AS definition FROM sqlite_master WHERE type = 'index' AND sql IS NOT NULL
             AND tbl_name IN ('assignments', 'assignment_past', 'reports')"
        }
        AnyConnection::Postgres(_) => {
            "SELECT indexname::text AS name, indexdef AS definition FROM pg_indexes
             WHERE schemaname = current_schema() AND indexname NOT LIKE '%_pkey'
             AND tablename IN ('assignments', 'assignment_past', 'reports')"
        }
    };
    let indexes: Vec<Index> = on_both!(connection, |c| diesel::sql_query(list).load(c)).unwrap();
    for index in &indexes {
        connection.batch_execute(&format!("DROP INDEX {}", index.name)).unwrap();
    }
    let trusting = match connection {
        AnyConnection::Sqlite(_) => "PRAGMA foreign_keys = OFF",
        AnyConnection::Postgres(_) => "SET session_replication_role = replica",
    };
    // Only a superuser of PostgreSQL may; without it the load takes longer.
    let _slower = connection.batch_execute(trusting);
    fill(connection);
    for index in &indexes {
        connection.batch_execute(&index.definition).unwrap();
    }
}

/// Brings the files into the state they are in after a quiet night. SQLite keeps no statistics
/// (`design/storage.md` §6); PostgreSQL would have gathered them by itself.
fn settle(connection: &mut AnyConnection) {
    let quiet = match connection {
        AnyConnection::Sqlite(_) => "PRAGMA wal_checkpoint(TRUNCATE)",
        AnyConnection::Postgres(_) => "VACUUM (ANALYZE)",
    };
    connection.batch_execute(quiet).unwrap();
}

/// How many reports are in the database that were not put there by [`fill`].
pub fn reports_since(place: &Place, day: Date) -> i64 {
    use diesel::QueryDsl;
    let mut connection = place.connect().unwrap();
    reports::table
        .filter(reports::organisation.eq(TENANT))
        .filter(reports::counts_on.ge(day))
        .count()
        .get_result(&mut connection)
        .unwrap()
}

/// How many warnings have been given.
pub fn warnings(place: &Place) -> i64 {
    use diesel::QueryDsl;
    let mut connection = place.connect().unwrap();
    alerts::table.filter(alerts::organisation.eq(TENANT)).count().get_result(&mut connection).unwrap()
}
