//! The SQL of calendar feeds.

use diesel::{
    BoolExpressionMethods, ExpressionMethods, Insertable, OptionalExtension, QueryDsl, Queryable,
    RunQueryDsl, Selectable, SelectableHelper,
};
use openapi::{
    calendar_feeds::{CalendarFeedDraft, CalendarFeedId, CalendarFeedsQuery},
    people::PersonId,
    units::UnitId,
    value::{Instant, Name, Page},
};

use crate::{
    access::{Actor, Scope, Tenant},
    db::{Reading, Writing, after},
    error::Result,
    schema::calendar_feeds,
    tokens::SHOWN_FOR,
};

/// A feed as stored, without its address.
#[derive(Debug, Clone, Queryable, Selectable, Insertable)]
#[diesel(table_name = calendar_feeds)]
pub(super) struct FeedRow {
    pub organisation: Tenant,
    pub id: CalendarFeedId,
    pub person_id: PersonId,
    pub unit_id: Option<UnitId>,
    pub name: Name,
    pub hash: String,
    pub salt: Option<Vec<u8>>,
    pub created_at: Instant,
    pub last_read_at: Option<Instant>,
    pub revoked_at: Option<Instant>,
}

impl FeedRow {
    /// A new one, its hash still to be filled in.
    pub(super) fn new(
        tx: &Reading<'_>,
        by: &Actor,
        id: CalendarFeedId,
        draft: &CalendarFeedDraft,
        salt: &[u8],
    ) -> Self {
        Self {
            organisation: by.house.tenant,
            id,
            person_id: by.person.id,
            unit_id: draft.unit,
            name: draft.name.clone(),
            hash: String::new(),
            salt: Some(salt.to_vec()),
            created_at: tx.now(),
            last_read_at: None,
            revoked_at: None,
        }
    }
    pub(super) fn draft(&self) -> CalendarFeedDraft {
        CalendarFeedDraft { name: self.name.clone(), unit: self.unit_id }
    }
}

pub(super) fn find(tx: &mut Reading<'_>, scope: &Scope, id: CalendarFeedId) -> Result<Option<FeedRow>> {
    Ok(calendar_feeds::table
        .filter(calendar_feeds::organisation.eq(scope.tenant()).and(calendar_feeds::id.eq(id)))
        .select(FeedRow::as_select())
        .first(tx.conn())
        .optional()?)
}

/// The feed with this secret, whosever it is: nobody's scope is known yet.
pub(super) fn of_secret(tx: &mut Reading<'_>, hash: &str) -> Result<Option<FeedRow>> {
    Ok(calendar_feeds::table
        .filter(calendar_feeds::hash.eq(hash).and(calendar_feeds::revoked_at.is_null()))
        .select(FeedRow::as_select())
        .first(tx.conn())
        .optional()?)
}

/// Somebody's feeds that work, and perhaps those of units.
pub(super) fn list(
    tx: &mut Reading<'_>,
    scope: &Scope,
    owner: &Actor,
    of_units: bool,
    query: &CalendarFeedsQuery,
) -> Result<Page<FeedRow>> {
    let mut rows = calendar_feeds::table
        .filter(calendar_feeds::organisation.eq(scope.tenant()).and(calendar_feeds::revoked_at.is_null()))
        .order(calendar_feeds::id)
        .limit(i64::from(query.limit().get()) + 1)
        .select(FeedRow::as_select())
        .into_boxed();
    let own = calendar_feeds::person_id.eq(owner.person.id);
    rows =
        if of_units { rows.filter(own.or(calendar_feeds::unit_id.is_not_null())) } else { rows.filter(own) };
    if let Some(id) = after::<CalendarFeedId>(query.cursor.as_ref())? {
        rows = rows.filter(calendar_feeds::id.gt(id));
    }
    Ok(Page::cut(rows.load(tx.conn())?, query.limit(), |row: &FeedRow| row.id))
}

/// How many feeds of his own somebody has; those of units are not counted.
pub(super) fn count(tx: &mut Reading<'_>, scope: &Scope, owner: &Actor) -> Result<i64> {
    Ok(calendar_feeds::table
        .filter(calendar_feeds::organisation.eq(scope.tenant()))
        .filter(calendar_feeds::person_id.eq(owner.person.id).and(calendar_feeds::unit_id.is_null()))
        .filter(calendar_feeds::revoked_at.is_null())
        .count()
        .get_result(tx.conn())?)
}

pub(super) fn insert(tx: &mut Writing<'_>, row: &FeedRow) -> Result<()> {
    diesel::insert_into(calendar_feeds::table).values(row).execute(tx.conn())?;
    Ok(())
}

pub(super) fn revoke(tx: &mut Writing<'_>, row: &FeedRow) -> Result<()> {
    let now = tx.now();
    let this = calendar_feeds::table
        .filter(calendar_feeds::organisation.eq(row.organisation).and(calendar_feeds::id.eq(row.id)));
    diesel::update(this).set(calendar_feeds::revoked_at.eq(now)).execute(tx.conn())?;
    Ok(())
}

/// Writes down when a feed was last read, unless a later reading is known.
pub(super) fn was_read(
    tx: &mut Writing<'_>,
    tenant: Tenant,
    feed: CalendarFeedId,
    at: Instant,
) -> Result<()> {
    let earlier = calendar_feeds::table
        .filter(calendar_feeds::organisation.eq(tenant).and(calendar_feeds::id.eq(feed)))
        .filter(calendar_feeds::last_read_at.is_null().or(calendar_feeds::last_read_at.lt(at)));
    diesel::update(earlier).set(calendar_feeds::last_read_at.eq(at)).execute(tx.conn())?;
    Ok(())
}

/// Whether an address can still be made again that may no longer be shown.
pub(super) fn any_to_forget(tx: &mut Reading<'_>) -> Result<bool> {
    let found: Option<CalendarFeedId> = calendar_feeds::table
        .filter(calendar_feeds::salt.is_not_null())
        .filter(calendar_feeds::created_at.le(tx.now().plus(-SHOWN_FOR)))
        .select(calendar_feeds::id)
        .first(tx.conn())
        .optional()?;
    Ok(found.is_some())
}

/// Forgets what addresses could be made again from, once they may no longer be shown.
pub(super) fn forget_salts(tx: &mut Writing<'_>) -> Result<()> {
    let shown = tx.now().plus(-SHOWN_FOR);
    let old = calendar_feeds::table
        .filter(calendar_feeds::salt.is_not_null())
        .filter(calendar_feeds::created_at.le(shown));
    diesel::update(old).set(calendar_feeds::salt.eq(None::<Vec<u8>>)).execute(tx.conn())?;
    Ok(())
}
