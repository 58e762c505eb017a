//! wip
use crate::{db::Writing, error::Result, serve::Call};
/// wip
pub fn hand_over<E: openapi::endpoint::Endpoint>(
    _: &mut Writing<'_>,
    _: &Call<E>,
    _: openapi::units::UnitId,
    _: openapi::units::UnitId,
    _: openapi::value::Note,
) -> Result<(i64, i64)> {
    Ok((0, 0))
}
/// wip
pub(crate) fn event_dated(
    _: &mut Writing<'_>,
    _: &crate::access::Actor,
    _: openapi::calendar::NamedEventId,
    _: Option<openapi::value::Date>,
    _: Option<openapi::value::Date>,
) -> Result<()> {
    Ok(())
}
/// wip
pub(crate) fn waiting_for_event(
    _: &mut crate::db::Reading<'_>,
    _: crate::access::Tenant,
    _: openapi::calendar::NamedEventId,
) -> Result<i64> {
    Ok(0)
}
pub(crate) const fn mount(_routes: &mut crate::serve::Routes) {}
