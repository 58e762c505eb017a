//! A secret that is shown once. **Invariant: it is kept nowhere; when the frame is closed it is gone.**

use leptos::{prelude::*, task::spawn_local};

use crate::{
    device,
    office::{
        parts::Drawer,
        session::Office,
        words::{Frame, System},
    },
};

/// The frame that shows a secret as long as there is one.
#[component]
pub fn Secret(
    /// The secret.
    secret: RwSignal<Option<String>>,
) -> impl IntoView {
    let office = Office::here();
    let open = RwSignal::new(false);
    Effect::new(move |_| open.set(secret.with(Option::is_some)));
    Effect::new(move |before: Option<bool>| {
        let is_open = open.get();
        if before == Some(true) && !is_open {
            secret.set(None);
        }
        is_open
    });
    let copy = move |_| {
        let text = secret.get_untracked().unwrap_or_default();
        spawn_local(async move {
            let copied = device::copy(&text).await;
            office.tell(office.say(if copied { Frame::Copied } else { Frame::CopyByHand }));
        });
    };
    view! {
        <Drawer title=office.say(System::SecretTitle) open>
            <p>{office.say(System::SecretHint)}</p>
            <p class="secret"><code>{move || secret.get()}</code></p>
            <button type="button" class="main" on:click=copy>{office.say(Frame::Copy)}</button>
        </Drawer>
    }
}
