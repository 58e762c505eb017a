//! The tests of a store, run on the IndexedDB of the browser that opens this program. **Invariant: it
//! is for tests only, and no part of the app.**

#[cfg(target_arch = "wasm32")]
fn main() {
    use mobile_client::offline::{conformance::conformance, indexed_db::IndexedDb};

    wasm_bindgen_futures::spawn_local(async {
        let held = match IndexedDb::open("conformance").await {
            Ok(store) => conformance(&store).await,
            Err(error) => Err(error.to_string()),
        };
        let said = held.map_or_else(|why| why, |()| "all of it holds".to_owned());
        web_sys::console::log_1(&format!("conformance: {said}").into());
    });
}

/// There is no IndexedDB outside of a browser.
#[cfg(not(target_arch = "wasm32"))]
fn main() {}
