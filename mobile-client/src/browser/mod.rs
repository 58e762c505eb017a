//! What the app takes from the browser it runs in. **Invariant: nothing here is taken for granted: a
//! page opened by a bare address in the village's own network has no service worker, no lock and no
//! lasting storage, and works all the same.**

mod lock;
mod page;
mod time;

pub use self::{
    lock::{Lock, lock},
    page::{Page, on_new_version, on_reason_to_try, origin, push, take_over, tell_the_page},
    time::Here,
};
