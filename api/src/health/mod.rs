//! To be written.

use crate::serve::Routes;

pub(crate) const fn mount(_routes: &mut Routes) {}
