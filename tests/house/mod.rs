//! The rules of the house: what the types cannot say, a test named for the rule says.

mod access_matrix;
mod catalog;
mod coverage;
mod every_endpoint;
mod key_scopes;
mod migrations;
mod mounted;
mod plans;
mod schema;
mod tenancy;
mod tidy;

/// Checks a rule once on each engine.
macro_rules! on_each_engine {
    ($(#[doc = $doc:literal])* fn $rule:ident($place:ident: &Place) $body:block) => {
        mod $rule {
            use super::*;
            $(#[doc = $doc])*
            fn check($place: &Place) $body
            #[test]
            fn sqlite() {
                let fresh = crate::support::Engine::Sqlite.fresh();
                check(&fresh.place);
            }
            #[test]
            fn postgres() {
                let Some(engine) = crate::support::Engine::postgres() else { return };
                let fresh = engine.fresh();
                check(&fresh.place);
            }
        }
    };
}
use on_each_engine;
