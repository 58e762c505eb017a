//! What waits, in numbers that open their lists.

use leptos::prelude::*;

use crate::office::{parts::Page, session::Office, words::Frame};

/// The first screen.
#[component]
pub fn Home() -> impl IntoView {
    let office = Office::here();
    view! { <Page title=Signal::derive(move || office.say(Frame::Home).to_owned())>""</Page> }
}
