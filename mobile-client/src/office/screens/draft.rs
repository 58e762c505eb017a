//! Entering a document and splitting it into tasks.

use leptos::prelude::*;
use openapi::directives::DirectiveId;

use crate::office::{
    parts::{Notice, Page},
    session::Office,
    words::Frame,
};

/// A draft.
#[component]
pub fn Draft(
    /// Which.
    id: DirectiveId,
) -> impl IntoView {
    let office = Office::here();
    view! {
        <Page title=Signal::derive(move || office.say(Frame::Documents).to_owned())>
            <Notice>{id.to_string()}</Notice>
        </Page>
    }
}
