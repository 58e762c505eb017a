//! The time and chance of a browser. **Invariant: a wait may end early, never much too late: a page
//! that slept catches up at its first tick.**

use js_sys::{Date, Function, Math, Promise, Reflect};
use openapi::value::Instant;
use wasm_bindgen::{JsCast, JsValue};
use wasm_bindgen_futures::JsFuture;

use super::engine::Surroundings;

/// How long to wait at most, in milliseconds: timers of sleeping pages are not to be trusted longer.
const AT_MOST: i32 = 60_000;

/// What surrounds the core in a browser, page or worker.
#[derive(Debug, Clone, Copy, Default)]
pub struct Browser;

impl Surroundings for Browser {
    fn now(&self) -> Instant {
        let text = Date::new_0().to_iso_string().as_string();
        // A clock outside of the calendar counts as the beginning of time; the person is told.
        text.and_then(|text| text.parse().ok()).unwrap_or_else(|| Instant::new(Default::default()))
    }
    fn chance(&self) -> u32 {
        format!("{:.0}", Math::random() * f64::from(u32::MAX)).parse().unwrap_or_default()
    }
    async fn wait_until(&self, moment: Instant) {
        let left = (moment.utc() - self.now().utc()).num_milliseconds();
        let left = i32::try_from(left.max(0)).unwrap_or(AT_MOST).min(AT_MOST);
        let timeout = Reflect::get(&js_sys::global(), &JsValue::from_str("setTimeout"));
        let timeout = timeout.ok().and_then(|found| found.dyn_into::<Function>().ok());
        let waited = Promise::new(&mut |resolve, reject| {
            let set = timeout.as_ref().map(|set| set.call2(&JsValue::NULL, &resolve, &JsValue::from(left)));
            if !matches!(set, Some(Ok(_))) {
                // Every browser has timers. Better to ring at once than never.
                let _rung = reject.call0(&JsValue::NULL);
            }
        });
        let _rang = JsFuture::from(waited).await;
    }
}
