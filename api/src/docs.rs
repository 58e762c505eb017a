//! The document and the page to browse it. To be written.

use actix_web::web::ServiceConfig;

pub(crate) const fn mount(_config: &mut ServiceConfig) {}
