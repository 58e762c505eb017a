//! The log. **Invariant: only this program's own words go into it below a warning: what libraries
//! say of a request may hold personal data. A panic is logged without its words for the same reason.**

use std::io::IsTerminal;

use tracing_subscriber::{
    Layer, Registry,
    filter::{LevelFilter, Targets},
    fmt,
    layer::SubscriberExt,
};

use crate::config::{Config, LogForm};

/// Sends the log to standard error from now on.
pub(super) fn begin(config: &Config) {
    let by_itself = if std::io::stderr().is_terminal() { LogForm::Text } else { LogForm::Json };
    let layer: Box<dyn Layer<Registry> + Send + Sync> = match config.log_form.unwrap_or(by_itself) {
        LogForm::Text => {
            let colours = std::io::stderr().is_terminal();
            fmt::layer().with_ansi(colours).with_target(false).with_writer(std::io::stderr).boxed()
        }
        LogForm::Json => fmt::layer().json().flatten_event(true).with_writer(std::io::stderr).boxed(),
    };
    let others = LevelFilter::WARN.min(config.log_level.into());
    let ours = Targets::new().with_default(others).with_target("api", config.log_level);
    // Set once, by the one program there is.
    let _already = tracing::subscriber::set_global_default(Registry::default().with(layer.with_filter(ours)));
    std::panic::set_hook(Box::new(|panic| {
        let place = panic.location().map(ToString::to_string).unwrap_or_default();
        tracing::error!(place, "a part of the program panicked");
    }));
}
