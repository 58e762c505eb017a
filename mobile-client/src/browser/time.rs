//! The clock and chance of the browser. **Invariant: a timer that nobody waits for any more is
//! cancelled.**

use chrono::DateTime;
use js_sys::{Date, Function, Promise};
use openapi::value::Instant;
use wasm_bindgen::JsValue;
use wasm_bindgen_futures::JsFuture;
use web_sys::Window;

use crate::offline::engine::Surroundings;

/// The longest a browser's timer waits; it counts in 32 bits.
const LONGEST: f64 = 2_147_483_647.0;

/// The browser's own clock, chance and timer.
#[derive(Debug, Clone)]
pub struct Here {
    window: Window,
}

impl Here {
    /// Those of this page; nothing where there is no page.
    #[must_use]
    pub fn find() -> Option<Self> {
        web_sys::window().map(|window| Self { window })
    }

    /// A timer; nothing when the browser refuses one.
    fn timer(&self, done: &Function, ms: f64) -> Option<Timer<'_>> {
        #[expect(clippy::as_conversions, clippy::cast_possible_truncation, reason = "within bounds")]
        let ms = ms.clamp(0.0, LONGEST) as i32;
        let id = self.window.set_timeout_with_callback_and_timeout_and_arguments_0(done, ms).ok()?;
        Some(Timer { window: &self.window, id })
    }
}

/// A timer that ends with whoever waits for it.
struct Timer<'a> {
    window: &'a Window,
    id: i32,
}
impl Drop for Timer<'_> {
    fn drop(&mut self) {
        self.window.clear_timeout_with_handle(self.id);
    }
}

impl Surroundings for Here {
    fn now(&self) -> Instant {
        #[expect(clippy::as_conversions, clippy::cast_possible_truncation, reason = "whole milliseconds")]
        let ms = Date::now() as i64;
        // A clock outside of the calendar counts as never set.
        Instant::new(DateTime::from_timestamp_millis(ms).unwrap_or_default())
    }

    fn chance(&self) -> u32 {
        let mut bytes = [0; 4];
        let drawn = self.window.crypto().and_then(|all| all.get_random_values_with_u8_array(&mut bytes));
        // A browser without it is too old to run this; half of the range is then as good as any.
        drawn.map_or(u32::MAX / 2, |_same| u32::from_le_bytes(bytes))
    }

    async fn wait_until(&self, moment: Instant) {
        #[expect(clippy::as_conversions, clippy::cast_precision_loss, reason = "exact for 280 000 years")]
        let until = moment.unix_ms() as f64;
        let mut timer = None;
        let rang = Promise::new(&mut |resolve, reject| {
            timer = self.timer(&resolve, until - Date::now());
            if timer.is_none() {
                let _nobody = reject.call0(&JsValue::NULL);
            }
        });
        let rang = JsFuture::from(rang).await;
        if rang.is_err() {
            // Without a timer, at once would be without end: the next word of the person wakes it.
            std::future::pending::<()>().await;
        }
    }
}
