//! For the operator: is it alive, can it work, and what are its figures. **Invariant: nothing here
//! tells about anybody's work, and being alive asks no database.**

mod store;

use std::future::{Ready, ready};

use openapi::{
    endpoint::Bytes,
    health::{Condition, Health, Metrics, ReadHealth, ReadMetrics, ReadReadiness},
};

use crate::{
    error::{Error, Result},
    serve::{Answer, PublicCall, Routes},
};

pub(crate) use self::store::touch;

pub(crate) fn mount(routes: &mut Routes) {
    routes.open::<ReadHealth, _>(health);
    routes.open::<ReadReadiness, _>(readiness);
    routes.open::<ReadMetrics, _>(metrics);
}

fn health(_call: PublicCall<ReadHealth>) -> Ready<Result<Answer<Health>>> {
    ready(Ok(Answer::ok(Health { status: Condition::Ok })))
}

/// A disk that is full, or a file that may only be read, still answers every question: only a write
/// shows it.
async fn readiness(call: PublicCall<ReadReadiness>) -> Result<Answer<Health>> {
    let db = &call.state.db;
    let read = db.read(store::look).await;
    let written = match read {
        Ok(()) => db.write(store::touch).await,
        Err(error) => Err(error),
    };
    match written {
        Ok(()) => Ok(Answer::ok(Health { status: Condition::Ok })),
        Err(Error::Full) => Err(Error::Full),
        Err(error) => {
            tracing::error!(?error, "not ready: the database cannot be read and written");
            Err(Error::Busy)
        }
    }
}

fn metrics(call: PublicCall<ReadMetrics>) -> Ready<Result<Answer<Metrics>>> {
    ready(figures(&call))
}

fn figures(call: &PublicCall<ReadMetrics>) -> Result<Answer<Metrics>> {
    if !call.address.is_some_and(|address| call.state.metrics_from.contains(&address)) {
        return Err(Error::not_allowed());
    }
    let content = call.state.metrics.text(&call.state.db)?;
    Ok(Answer::ok(Metrics(Bytes { media: "text/plain".to_owned(), content })))
}
