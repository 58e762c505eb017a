//! Reading a document into proposals. **Invariant: a dry run; nothing is written, nothing of the text
//! is logged, and a secret document is refused before a rule has seen it.**

mod docx;
mod numbering;
mod pdf;

use openapi::{
    endpoint::Endpoint,
    imports::{Import, ImportText, TryFileImport, TryImport},
    problem::{Code, FieldCode},
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
    Ok(Answer::ok(read(call, move || text_of(&content)).await?))
}

/// The text of a file, by what it is and not by what it is called.
fn text_of(content: &[u8]) -> Result<String> {
    if docx::is_one(content) {
        docx::check(content)?;
        return docx::text(content);
    }
    if pdf::is_one(content) {
        return pdf::text(content);
    }
    Err(Error::because(
        Code::UnsupportedMedia,
        "Tệp này không phải văn bản Word (DOCX) hoặc PDF; hãy lưu lại dạng DOCX, hoặc dán phần chữ.",
        "This file is neither a Word document (DOCX) nor a PDF; save it as DOCX, or paste its text.",
    ))
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
        if !text.chars().any(char::is_alphabetic) {
            return Err(without_text());
        }
        if text.chars().count() > ImportText::MAX {
            return Err(too_much());
        }
        secrecy::refuse_secret_text(&text)?;
        Ok(reading::read(&text, &commune))
    });
    // A document so broken that reading it panicked is a broken document.
    let import = import.await.unwrap_or_else(|_panicked| Err(unreadable()))?;
    if import.proposals.len() > Import::PROPOSALS_AT_MOST || import.left_out.len() > Import::LEFT_OUT_AT_MOST
    {
        return Err(too_much());
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
fn too_much() -> Error {
    Error::field(
        "",
        FieldCode::TooMany,
        "Văn bản này quá dài; hãy chia ra nhiều phần.",
        "This document is too long; split it.",
    )
}
fn without_text() -> Error {
    Error::field(
        "",
        FieldCode::BadValue,
        "Tệp này không có phần chữ: có lẽ là bản quét. Hãy nhận dạng chữ (OCR) trước, hoặc dán phần chữ.",
        "This file holds no text: it seems to be a scan. Have its text recognised first, or paste it.",
    )
}
