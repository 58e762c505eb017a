//! Stories told through the phone's own client over loopback, each on both engines, and the rules
//! of the house. `DONDOC_TEST_POSTGRES` names a server on which schemas may be made; without it the
//! PostgreSQL half is skipped loudly, and fails where `CI` is set. The real documents some stories
//! are told from lie beside the workspace, or where `DONDOC_SEEDS` says; without them those stories
//! are skipped loudly.
#![expect(clippy::unwrap_used, clippy::indexing_slicing, reason = "tests may panic")]
#![expect(clippy::field_reassign_with_default, reason = "queries are narrowed step by step")]

mod house;
mod reading;
mod stories;
mod support;
