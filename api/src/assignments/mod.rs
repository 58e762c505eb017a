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
pub(crate) const fn mount(_routes: &mut crate::serve::Routes) {}
