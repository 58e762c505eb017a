//! The organisation itself: founded on the command line, its settings changed by its administrator.

mod found;

pub use self::found::{Founded, Founding, found};
use crate::{access::House, db::Reading, error::Result, people, serve::Routes};

pub(crate) const fn mount(_routes: &mut Routes) {}

/// Every organisation of this installation, for the jobs.
///
/// # Errors
/// What the database says.
pub fn houses(tx: &mut Reading<'_>) -> Result<Vec<House>> {
    let mut houses = Vec::new();
    for tenant in found::tenants(tx)? {
        houses.extend(people::store::house(tx, tenant)?);
    }
    Ok(houses)
}
