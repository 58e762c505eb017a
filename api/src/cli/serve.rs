//! `dondoc serve`

use std::net::TcpListener;

use super::{Done, Stopped, database, say, store};
use crate::{app, clock::Clock, config::Config};

pub(super) async fn serve(config: &Config) -> Done {
    database::prepare(&config.place)?;
    let listener = TcpListener::bind(config.listen)
        .map_err(|bad| Stopped::failed(format!("listen: cannot answer on {}: {bad}", config.listen)))?;
    // Before anything is accepted, so that nothing accepted is ever cut off.
    let mut asked =
        Signals::listen().map_err(|bad| Stopped::failed(format!("cannot listen for signals: {bad}")))?;
    let running = app::start(&config.options(&Clock::wall()), listener, false).await?;
    say(format!("Đôn Đốc {} answers on http://{}", env!("CARGO_PKG_VERSION"), running.address));
    tracing::info!(address = %running.address, sqlite = running.state.db.is_sqlite(), "listening");
    if running.state.db.read(store::is_empty).await? {
        tracing::warn!("there is no organisation yet; `dondoc init` founds one");
    }
    let handle = running.handle();
    let stopping = tokio::spawn(async move {
        asked.next().await;
        tracing::info!("stopping: what was accepted is finished first");
        tokio::select! {
            () = handle.stop(true) => {}
            // Asked twice, it stops at once.
            () = asked.next() => handle.stop(false).await,
        }
    });
    let ended = running.finished().await;
    stopping.abort();
    tracing::info!("stopped");
    Ok(ended?)
}

/// SIGTERM, as service managers send it, and SIGINT, as Ctrl-C does.
#[cfg(unix)]
struct Signals {
    terminate: tokio::signal::unix::Signal,
    interrupt: tokio::signal::unix::Signal,
}

#[cfg(unix)]
impl Signals {
    fn listen() -> std::io::Result<Self> {
        use tokio::signal::unix::{SignalKind, signal};
        Ok(Self { terminate: signal(SignalKind::terminate())?, interrupt: signal(SignalKind::interrupt())? })
    }
    async fn next(&mut self) {
        tokio::select! {
            _ = self.terminate.recv() => {}
            _ = self.interrupt.recv() => {}
        }
    }
}

/// Ctrl-C.
#[cfg(not(unix))]
struct Signals;

#[cfg(not(unix))]
impl Signals {
    fn listen() -> std::io::Result<Self> {
        Ok(Self)
    }
    async fn next(&mut self) {
        if tokio::signal::ctrl_c().await.is_err() {
            std::future::pending::<()>().await;
        }
    }
}
