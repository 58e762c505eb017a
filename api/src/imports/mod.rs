//! Reading a document into proposals. **Invariant: a dry run; nothing is written, nothing of the text
//! is logged, and a secret document is refused before a rule has seen it.**

use openapi::{
    endpoint::Endpoint,
    imports::{Import, TryFileImport, TryImport},
    problem::FieldCode,
    reading::{self, Commune, units::Units},
    value::Date,
};

use crate::{
    access::Scope,
    calendar,
    db::Reading,
    directives::secrecy,
    error::{Error, Result},
    serve::{Answer, Call, Routes},
    units,
};

pub(crate) fn mount(routes: &mut Routes) {
    routes.steps::<TryImport, _>(text);
    routes.steps::<TryFileImport, _>(file);
}

async fn text(call: Call<TryImport>) -> Result<Answer<Import>> {
    let text = call.body.text.as_str().to_owned();
    Ok(Answer::ok(read(call, move || Ok(text)).await?))
}

async fn file(call: Call<TryFileImport>) -> Result<Answer<Import>> {
    let content = call.body.0.content.clone();
    Ok(Answer::ok(read(call, move || String::from_utf8(content).map_err(|_other| unreadable())).await?))
}

/// What the rules know of the commune.
fn commune(tx: &mut Reading<'_>, scope: &Scope, today: Date) -> Result<Commune> {
    let rows = units::store::existing_on(tx, scope.tenant(), today)?;
    let units = units::store::shown_all(tx, scope.tenant(), rows)?;
    let units = Units::of(units.iter().map(|unit| (unit.id, &unit.draft)));
    Ok(Commune { units, events: calendar::all(tx, scope)?, today })
}

/// Reads on a thread of its own: unpacking and reading a long document takes its time.
async fn read<E: Endpoint>(
    call: Call<E>,
    text: impl FnOnce() -> Result<String> + Send + 'static,
) -> Result<Import> {
    let (db, scope, today) = (call.state.db.clone(), call.scope.clone(), call.today);
    let commune = db.snapshot(move |tx| commune(tx, &scope, today)).await?;
    let import = tokio::task::spawn_blocking(move || {
        let text = text()?;
        secrecy::refuse_secret_text(&text)?;
        Ok(reading::read(&text, &commune))
    });
    // A document so broken that reading it panicked is a broken document.
    let import = import.await.unwrap_or_else(|_panicked| Err(unreadable()))?;
    if import.proposals.len() > Import::PROPOSALS_AT_MOST || import.left_out.len() > Import::LEFT_OUT_AT_MOST {
        return Err(Error::field(
            "",
            FieldCode::TooMany,
            "Văn bản này quá dài; hãy chia ra nhiều phần.",
            "This document is too long; split it.",
        ));
    }
    Ok(import)
}

fn unreadable() -> Error {
    Error::field(
        "",
        FieldCode::BadValue,
        "Không đọc được văn bản này; hãy dán phần chữ của văn bản.",
        "This document cannot be read; paste its text.",
    )
}
