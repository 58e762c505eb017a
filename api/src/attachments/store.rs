//! The SQL of files. Their contents are in the database too, so that a backup is whole and several
//! servers see the same files.

use std::collections::HashMap;

use diesel::{
    BoolExpressionMethods, ExpressionMethods, Insertable, OptionalExtension, QueryDsl, Queryable,
    RunQueryDsl, Selectable, SelectableHelper,
};
use openapi::{
    access::Action,
    attachments::{AttachmentId, FileRef, FileSize, FileType},
    directives::DirectiveId,
    problem::FieldCode,
    reports::ReportId,
    units::UnitId,
    value::{Instant, Name, Sha256},
};

use crate::{
    access::{Actor, Scope, Tenant},
    db::{Reading, Writing, one_of},
    error::{Error, Result},
    schema::{assignments, attachment_contents, attachments},
};

/// A declared file as stored.
#[derive(Debug, Clone, Queryable, Selectable, Insertable)]
#[diesel(table_name = attachments)]
pub(crate) struct AttachmentRow {
    pub organisation: Tenant,
    pub id: AttachmentId,
    pub report_id: Option<ReportId>,
    pub directive_id: Option<DirectiveId>,
    pub unit_id: Option<UnitId>,
    position: i32,
    name: Name,
    pub media_type: FileType,
    size: FileSize,
    pub sha256: Sha256,
    pub stored_at: Option<Instant>,
}

impl AttachmentRow {
    /// What was declared.
    pub(super) fn file(&self) -> FileRef {
        FileRef {
            id: self.id,
            name: self.name.clone(),
            media_type: self.media_type,
            size: self.size,
            sha256: self.sha256.clone(),
        }
    }
}

/// A file within the caller's reach: of a report of his units, or of a directive he may read or has
/// work from.
pub(super) fn find(
    tx: &mut Reading<'_>,
    scope: &Scope,
    actor: &Actor,
    id: AttachmentId,
) -> Result<Option<AttachmentRow>> {
    let row: Option<AttachmentRow> = attachments::table
        .filter(attachments::organisation.eq(scope.tenant()).and(attachments::id.eq(id)))
        .select(AttachmentRow::as_select())
        .first(tx.conn())
        .optional()?;
    let Some(row) = row else { return Ok(None) };
    let in_reach = match (row.unit_id, row.directive_id) {
        (Some(unit), _) => scope.covers(unit),
        (None, Some(directive)) => {
            // Whoever enters directives knows their files without reading others.
            let knows = actor.may(Action::ReadDirectives) || actor.may(Action::ChangeDirectives);
            knows || has_work_from(tx, scope, directive)?
        }
        (None, None) => false,
    };
    Ok(Some(row).filter(|_| in_reach))
}

fn has_work_from(tx: &mut Reading<'_>, scope: &Scope, directive: DirectiveId) -> Result<bool> {
    let reach = scope.units().unwrap_or_default();
    let found: Option<UnitId> = assignments::table
        .filter(assignments::organisation.eq(scope.tenant()).and(assignments::directive_id.eq(directive)))
        .filter(one_of(assignments::unit_id, reach))
        .select(assignments::unit_id)
        .first(tx.conn())
        .optional()?;
    Ok(found.is_some())
}

/// Stores the content of a file.
pub(super) fn keep(tx: &mut Writing<'_>, row: &AttachmentRow, content: &[u8]) -> Result<()> {
    let now = tx.now();
    diesel::insert_into(attachment_contents::table)
        .values((
            attachment_contents::organisation.eq(row.organisation),
            attachment_contents::attachment_id.eq(row.id),
            attachment_contents::content.eq(content),
        ))
        .execute(tx.conn())?;
    diesel::update(
        attachments::table
            .filter(attachments::organisation.eq(row.organisation).and(attachments::id.eq(row.id))),
    )
    .set(attachments::stored_at.eq(now))
    .execute(tx.conn())?;
    Ok(())
}

/// The content of a file, when it has arrived.
pub(super) fn content(tx: &mut Reading<'_>, row: &AttachmentRow) -> Result<Option<Vec<u8>>> {
    Ok(attachment_contents::table
        .filter(attachment_contents::organisation.eq(row.organisation))
        .filter(attachment_contents::attachment_id.eq(row.id))
        .select(attachment_contents::content)
        .first(tx.conn())
        .optional()?)
}

fn declare(
    tx: &mut Writing<'_>,
    tenant: Tenant,
    files: &[FileRef],
    report: Option<ReportId>,
    directive: Option<DirectiveId>,
    unit: Option<UnitId>,
    first: i32,
) -> Result<()> {
    for ((position, file), place) in (first..).zip(files).zip(0..) {
        let taken: Option<AttachmentId> = attachments::table
            .filter(attachments::organisation.eq(tenant).and(attachments::id.eq(file.id)))
            .select(attachments::id)
            .first(tx.conn())
            .optional()?;
        if taken.is_some() {
            return Err(Error::field(
                format!("/files/{place}/id"),
                FieldCode::Duplicate,
                "Mã tệp này đã dùng cho tệp khác.",
                "This id already stands for another file.",
            ));
        }
        let row = AttachmentRow {
            organisation: tenant,
            id: file.id,
            report_id: report,
            directive_id: directive,
            unit_id: unit,
            position,
            name: file.name.clone(),
            media_type: file.media_type,
            size: file.size,
            sha256: file.sha256.clone(),
            stored_at: None,
        };
        diesel::insert_into(attachments::table).values(&row).execute(tx.conn())?;
    }
    Ok(())
}

/// Declares the files of a new directive.
pub(crate) fn declare_for_directive(
    tx: &mut Writing<'_>,
    scope: &Scope,
    id: DirectiveId,
    files: &[FileRef],
) -> Result<()> {
    declare(tx, scope.tenant(), files, None, Some(id), None, 0)
}

/// Declares the files of a new report.
pub(crate) fn declare_for_report(
    tx: &mut Writing<'_>,
    tenant: Tenant,
    id: ReportId,
    unit: UnitId,
    files: &[FileRef],
) -> Result<()> {
    declare(tx, tenant, files, Some(id), None, Some(unit), 0)
}

/// Declares another list for a directive: what is no longer in it goes, what is new comes last.
pub(crate) fn redeclare_for_directive(
    tx: &mut Writing<'_>,
    scope: &Scope,
    id: DirectiveId,
    before: &[FileRef],
    after: &[FileRef],
) -> Result<()> {
    if before == after {
        return Ok(());
    }
    let kept: Vec<AttachmentId> =
        after.iter().filter(|file| before.contains(file)).map(|file| file.id).collect();
    let gone: Vec<AttachmentId> = before.iter().map(|file| file.id).filter(|id| !kept.contains(id)).collect();
    forget(tx, scope.tenant(), &gone)?;
    let new: Vec<FileRef> = after.iter().filter(|file| !before.contains(file)).cloned().collect();
    declare(tx, scope.tenant(), &new, None, Some(id), None, 0)?;
    for (position, file) in (0_i32..).zip(after) {
        let this = attachments::table
            .filter(attachments::organisation.eq(scope.tenant()).and(attachments::id.eq(file.id)));
        diesel::update(this).set(attachments::position.eq(position)).execute(tx.conn())?;
    }
    Ok(())
}

/// Deletes the files of a draft.
pub(crate) fn forget_of_directive(tx: &mut Writing<'_>, scope: &Scope, id: DirectiveId) -> Result<()> {
    let all: Vec<AttachmentId> = attachments::table
        .filter(attachments::organisation.eq(scope.tenant()).and(attachments::directive_id.eq(id)))
        .select(attachments::id)
        .load(tx.conn())?;
    forget(tx, scope.tenant(), &all)
}

fn forget(tx: &mut Writing<'_>, tenant: Tenant, ids: &[AttachmentId]) -> Result<()> {
    let contents = attachment_contents::table.filter(
        attachment_contents::organisation.eq(tenant).and(one_of(attachment_contents::attachment_id, ids)),
    );
    diesel::delete(contents).execute(tx.conn())?;
    let rows =
        attachments::table.filter(attachments::organisation.eq(tenant).and(one_of(attachments::id, ids)));
    diesel::delete(rows).execute(tx.conn())?;
    Ok(())
}

/// The files declared for each of these directives, in their order.
pub(crate) fn declared_of_directives(
    tx: &mut Reading<'_>,
    tenant: Tenant,
    ids: &[DirectiveId],
) -> Result<HashMap<DirectiveId, Vec<FileRef>>> {
    let rows: Vec<AttachmentRow> = attachments::table
        .filter(attachments::organisation.eq(tenant).and(one_of(attachments::directive_id, ids)))
        .order((attachments::directive_id, attachments::position))
        .select(AttachmentRow::as_select())
        .load(tx.conn())?;
    let mut declared: HashMap<DirectiveId, Vec<FileRef>> = HashMap::new();
    for row in rows {
        if let Some(id) = row.directive_id {
            declared.entry(id).or_default().push(row.file());
        }
    }
    Ok(declared)
}

/// The files declared for each of these reports, in their order, and whether each has arrived.
pub(crate) fn declared_of_reports(
    tx: &mut Reading<'_>,
    tenant: Tenant,
    ids: &[ReportId],
) -> Result<HashMap<ReportId, Vec<(FileRef, bool)>>> {
    let rows: Vec<AttachmentRow> = attachments::table
        .filter(attachments::organisation.eq(tenant).and(one_of(attachments::report_id, ids)))
        .order((attachments::report_id, attachments::position))
        .select(AttachmentRow::as_select())
        .load(tx.conn())?;
    let mut declared: HashMap<ReportId, Vec<(FileRef, bool)>> = HashMap::new();
    for row in rows {
        if let Some(id) = row.report_id {
            declared.entry(id).or_default().push((row.file(), row.stored_at.is_some()));
        }
    }
    Ok(declared)
}
