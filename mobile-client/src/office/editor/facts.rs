//! What is entered of the document itself. **Invariant: what was not printed stays empty; nothing is made
//! up for it.**

use openapi::{
    directives::{DirectiveDraft, DirectiveKind},
    endpoint::Dto,
    imports::{Finding, Found, FoundDocument},
    value::Body,
};

/// The fields as they are typed.
#[derive(Debug, Clone)]
pub struct Raw {
    /// The kind.
    pub kind: DirectiveKind,
    /// The body that issued it.
    pub issuer: String,
    /// The number.
    pub number: String,
    /// The symbol.
    pub symbol: String,
    /// The title.
    pub title: String,
    /// Its day.
    pub issued_on: String,
    /// The day of the meeting.
    pub meeting_on: String,
    /// Who signed.
    pub signer: String,
    /// The first day of its period.
    pub period_from: String,
    /// The last.
    pub period_to: String,
    /// To whom it goes, one on each line.
    pub recipients: String,
    /// What has no field.
    pub rest: DirectiveDraft,
}

fn text(value: Option<impl ToString>) -> String {
    value.map(|value| value.to_string()).unwrap_or_default()
}

impl Raw {
    /// Of what is entered already.
    #[must_use]
    pub fn of(draft: &DirectiveDraft) -> Self {
        let recipients: Vec<String> = draft.recipients.iter().map(ToString::to_string).collect();
        Self {
            kind: draft.kind,
            issuer: draft.issuer.to_string(),
            number: text(draft.number.as_ref()),
            symbol: text(draft.symbol.as_ref()),
            title: draft.title.to_string(),
            issued_on: text(draft.issued_on),
            meeting_on: text(draft.meeting_on),
            signer: text(draft.signer.as_ref()),
            period_from: text(draft.period.as_ref().map(|period| period.from)),
            period_to: text(draft.period.as_ref().map(|period| period.to)),
            recipients: recipients.join("\n"),
            rest: draft.clone(),
        }
    }
    /// Of what was found in a document.
    #[must_use]
    pub fn of_found(found: &FoundDocument, body: Option<Body>) -> Self {
        let draft = DirectiveDraft {
            kind: found.kind.unwrap_or(DirectiveKind::KetLuan),
            issuer_unit: found.issuer_unit,
            number: found.number.clone(),
            symbol: found.symbol.clone(),
            issued_on: found.issued_on,
            meeting_on: found.meeting_on,
            signer: found.signer.clone(),
            signing_authority: found.signing_authority.clone(),
            signing_position: found.signing_position.clone(),
            concluded_by: found.concluded_by.clone(),
            period: found.period.clone(),
            recipients: found.recipients.clone(),
            body,
            // Both must be typed before it is a draft: the form shows them empty.
            ..DirectiveDraft::example()
        };
        let (issuer, title) = (text(found.issuer.as_ref()), text(found.title.as_ref()));
        Self { issuer, title, ..Self::of(&draft) }
    }
}

/// The words a field was found by.
#[must_use]
pub fn finding(found: &FoundDocument, what: Found) -> Option<&Finding> {
    found.findings.iter().find(|finding| finding.what == what)
}
