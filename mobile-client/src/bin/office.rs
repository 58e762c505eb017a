//! The program the clerk's browser runs. **Invariant: it starts the app and decides nothing.**

#[cfg(target_arch = "wasm32")]
fn main() {
    mobile_client::office::start();
}

/// There is no page outside of a browser.
#[cfg(not(target_arch = "wasm32"))]
fn main() {}
