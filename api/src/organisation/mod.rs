//! The organisation itself: founded on the command line, its settings changed by its administrator.

mod found;

pub use self::found::{Founded, Founding, found};
use crate::serve::Routes;

pub(crate) const fn mount(_routes: &mut Routes) {}
