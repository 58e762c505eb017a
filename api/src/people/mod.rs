//! People.
pub mod store;

pub(crate) const fn mount(_routes: &mut crate::serve::Routes) {}
