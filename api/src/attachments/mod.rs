//! Photos and files. **Invariant: a file is declared before it is uploaded, and what is stored is
//! exactly what was declared.**

pub(crate) mod store;

use std::collections::BTreeSet;

use openapi::{
    access::Action,
    attachments::{Attachment, FileContent, FileRef, FileType, PutAttachment, ReadAttachment},
    endpoint::Bytes,
    ledger::{Deed, Subject},
    problem::FieldCode,
};
use sha2::{Digest, Sha256};

pub(crate) use self::store::{
    declare_for_directive, declare_for_report, declared_of_directives, declared_of_reports,
    forget_of_directive, redeclare_for_directive,
};
use crate::{
    access::Scope,
    db::{Reading, Writing},
    error::{Error, Faults, Result},
    ledger::{self, Entry},
    serve::{Answer, Call, Routes},
    tokens,
};

pub(crate) fn mount(routes: &mut Routes) {
    routes.write::<PutAttachment>(put);
    routes.read::<ReadAttachment>(read);
}

/// Notes what is wrong with a list of declared files.
pub(crate) fn check_declared(faults: &mut Faults, files: &[FileRef]) {
    let ids: BTreeSet<_> = files.iter().map(|file| file.id).collect();
    if ids.len() != files.len() {
        faults.add("/files", FieldCode::Duplicate, "Có tệp bị khai hai lần.", "A file is declared twice.");
    }
}

fn put(tx: &mut Writing<'_>, call: &Call<PutAttachment>) -> Result<Answer<Attachment>> {
    let by_key = call.actor.grant.is_some();
    let sight = if by_key { call.scope.clone() } else { call.scope_to(Action::ReadAssignments)? };
    let row = store::find(tx, &sight, &call.actor, call.path)?.ok_or_else(Error::not_found)?;
    // What is reported comes from people.
    if !may_upload(&call.scope, &row) || (by_key && row.unit_id.is_some()) {
        return Err(Error::not_allowed());
    }
    check_content(&row.file(), &call.body.0)?;
    if row.stored_at.is_some() {
        return Ok(Answer::ok(Attachment { file: row.file(), stored: true }));
    }
    store::keep(tx, &row, &call.body.0.content)?;
    let mut entry = match (row.report_id, row.directive_id) {
        (Some(report), _) => Entry::new(Deed::FileStored, Subject::Report, report),
        (_, Some(directive)) => Entry::new(Deed::FileStored, Subject::Directive, directive),
        (None, None) => return Err(Error::not_found()),
    };
    if let Some(unit) = row.unit_id {
        entry = entry.in_view_of(unit);
    }
    let entry = entry.by(&call.actor).after(serde_json::json!({ "file": row.id, "sha256": row.sha256 }));
    ledger::record(tx, call.scope.tenant(), entry)?;
    Ok(Answer::created(Attachment { file: row.file(), stored: true }))
}

/// A report's files come from its unit or the office, a directive's from the office or another system.
fn may_upload(scope: &Scope, row: &store::AttachmentRow) -> bool {
    row.unit_id.map_or(scope.units().is_none(), |unit| scope.covers(unit))
}

fn check_content(declared: &FileRef, sent: &Bytes) -> Result<()> {
    let mut faults = Faults::default();
    let size = usize::try_from(declared.size.get()).unwrap_or(0);
    if sent.content.len() != size {
        faults.add(
            "",
            FieldCode::BadValue,
            format!("Tệp có {} byte, nhưng đã khai {size} byte.", sent.content.len()),
            format!("The file has {} bytes; {size} were declared.", sent.content.len()),
        );
    } else if tokens::hex(&Sha256::digest(&sent.content)) != declared.sha256.as_str() {
        faults.add(
            "",
            FieldCode::BadValue,
            "Nội dung tệp khác với mã SHA-256 đã khai.",
            "The content is not what its SHA-256 declares.",
        );
    }
    if sent.media != declared.media_type.as_str() || !is_truly(declared.media_type, &sent.content) {
        faults.add(
            "",
            FieldCode::BadValue,
            format!("Tệp không đúng là loại đã khai ({}).", declared.media_type),
            format!("The file is not of the type declared ({}).", declared.media_type),
        );
    }
    faults.check()
}

/// Whether the first bytes are those of the type.
fn is_truly(kind: FileType, content: &[u8]) -> bool {
    match kind {
        FileType::Jpeg => content.starts_with(&[0xFF, 0xD8, 0xFF]),
        FileType::Png => content.starts_with(b"\x89PNG\r\n\x1a\n"),
        FileType::Webp => content.starts_with(b"RIFF") && content.get(8..12) == Some(b"WEBP"),
        FileType::Pdf => content.starts_with(b"%PDF-"),
        // Both are ZIP archives; which one it is stands in the name of its main part.
        FileType::Docx => is_archive_with(content, b"word/"),
        FileType::Xlsx => is_archive_with(content, b"xl/"),
        FileType::Unknown => false,
    }
}

fn is_archive_with(content: &[u8], part: &[u8]) -> bool {
    content.starts_with(b"PK\x03\x04") && content.windows(part.len()).any(|window| window == part)
}

fn read(tx: &mut Reading<'_>, call: &Call<ReadAttachment>) -> Result<Answer<FileContent>> {
    let row = store::find(tx, &call.scope, &call.actor, call.path)?.ok_or_else(Error::not_found)?;
    let content = store::content(tx, &row)?.ok_or_else(Error::not_found)?;
    Ok(Answer::ok(FileContent(Bytes { media: row.media_type.to_string(), content })))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_name_does_not_make_a_picture() {
        assert!(is_truly(FileType::Jpeg, &[0xFF, 0xD8, 0xFF, 0xE0]));
        assert!(!is_truly(FileType::Jpeg, b"%PDF-1.7"));
        assert!(!is_truly(FileType::Docx, b"PK\x03\x04xl/workbook.xml"));
        assert!(is_truly(FileType::Xlsx, b"PK\x03\x04xl/workbook.xml"));
    }
}
