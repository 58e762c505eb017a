//! What is entered of the document itself. **Invariant: what was not printed stays empty; nothing is made
//! up for it.**

use openapi::{
    directives::{DirectiveDraft, DirectiveKind},
    imports::{Finding, Found, FoundDocument},
    value::{Body, Name, Title},
};

/// The draft of a directive from what was found and what must be there.
#[must_use]
pub fn draft_of(found: &FoundDocument, issuer: Name, title: Title, body: Option<Body>) -> DirectiveDraft {
    DirectiveDraft {
        kind: found.kind.unwrap_or(DirectiveKind::KetLuan),
        issuer,
        issuer_unit: found.issuer_unit,
        number: found.number.clone(),
        symbol: found.symbol.clone(),
        title,
        secrecy: None,
        issued_on: found.issued_on,
        meeting_on: found.meeting_on,
        signer: found.signer.clone(),
        signing_authority: found.signing_authority.clone(),
        signing_position: found.signing_position.clone(),
        concluded_by: found.concluded_by.clone(),
        period: found.period.clone(),
        recipients: found.recipients.clone(),
        body,
        notes: None,
        files: Vec::new(),
    }
}

/// The words a field was found by.
#[must_use]
pub fn finding(found: &FoundDocument, what: Found) -> Option<&Finding> {
    found.findings.iter().find(|finding| finding.what == what)
}
