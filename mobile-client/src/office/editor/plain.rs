//! A plain reading, for where the contract's rules find nothing: items and sentences that give an order,
//! and of each the units, classes and days it names. **Invariant: it is never sure, so that a person looks;
//! every character is in a proposal or left out with a reason.**

use openapi::{
    imports::{
        Because, Finding, Found, FoundDocument, Import, LeftOut, LeftOutSpan, Proposal, ProposedAssignee, Span,
    },
    reading::{Commune, text::Clean},
    tasks::{Assignee, AssigneeRole, Basis, Due, DueSource, Nature, Priority, TaskKind},
    text::fold,
    units::UnitKind,
    value::{Name, Note, Percent, Position, Title},
};

use super::{due, source::Source};

/// How an order begins, folded.
const ORDERS: [&str; 14] = [
    "giao ", "yeu cau ", "de nghi ", "phan cong ", "cac chi bo ", "cac thon ", "chi dao ", "hoan thanh ",
    "tiep tuc ", "tang cuong ", "to chuc ", "ra soat ", "trien khai ", "phan dau ",
];

/// Reads a document.
#[must_use]
pub fn document(raw: &str, commune: &Commune) -> Import {
    let text = Clean::of(raw).into_text();
    let source = Source::of(&text);
    let (mut proposals, mut left_out) = (Vec::new(), Vec::new());
    let mut out = |from: u32, to: u32, because: LeftOut| {
        if from < to {
            left_out.push(LeftOutSpan { span: Span { from, to }, because });
        }
    };
    let mut ended = false;
    for paragraph in source.paragraphs() {
        let words = source.slice(paragraph);
        let folded = fold(&words);
        ended |= folded.starts_with("noi nhan") || folded.starts_with("t/m ");
        if ended {
            out(paragraph.from, paragraph.to, LeftOut::Recipients);
            continue;
        }
        let begun = paragraph.from + label(&words);
        out(paragraph.from, begun, LeftOut::Label);
        for sentence in sentences(&source, Span { from: begun, to: paragraph.to }) {
            let own = source.trimmed(sentence);
            let line = source.line(sentence);
            let begins = fold(&line);
            let ordered = ORDERS.iter().any(|order| begins.starts_with(order));
            let read = ordered.then(|| clause(&line, commune, Note::try_from(line.as_str()).ok()?)).flatten();
            let Some(mut proposal) = read else {
                out(sentence.from, sentence.to, LeftOut::Unclear);
                continue;
            };
            proposal.span = own;
            proposal.position = Position::try_from(i64::from(own.from) + 1).unwrap_or(proposal.position);
            out(sentence.from, own.from, LeftOut::Connective);
            out(own.to, sentence.to, LeftOut::Connective);
            proposals.push(proposal);
        }
    }
    Import { document: FoundDocument::default(), outline: Vec::new(), proposals, left_out, text }
}

/// How many characters the number or bullet takes that an item begins with.
fn label(words: &str) -> u32 {
    let end = words.find(' ').unwrap_or(0);
    let first = words.get(..end).unwrap_or_default();
    let numbered = first.ends_with(['.', ')']) && first.chars().count() <= 5;
    let taken = if numbered || ["-", "+", "•"].contains(&first) { first.chars().count() + 1 } else { 0 };
    u32::try_from(taken).unwrap_or(0)
}

/// The sentences of a stretch, with what stands after each.
fn sentences(source: &Source, span: Span) -> Vec<Span> {
    let chars: Vec<char> = source.slice(span).chars().collect();
    let (mut all, mut from) = (Vec::new(), span.from);
    for (at, pair) in chars.windows(2).enumerate() {
        let &[mark, next] = pair else { continue };
        let to = span.from + u32::try_from(at + 2).unwrap_or(0);
        if matches!(mark, '.' | ';') && next == ' ' {
            all.push(Span { from, to });
            from = to;
        }
    }
    all.push(Span { from, to: span.to });
    all
}

/// Reads one clause.
#[must_use]
pub fn clause(words: &str, commune: &Commune, content: Note) -> Option<Proposal> {
    let unsure = Percent::try_from(70).ok()?;
    let finding = |what, because, said: &str| Finding {
        what,
        because,
        words: Title::try_from(said).ok(),
        span: None,
        certainty: unsure,
    };
    let folded = fold(words);
    let mut findings = Vec::new();
    let due = due_in(words, &folded, commune);
    if let Some(text) = due.text.as_ref() {
        findings.push(finding(Found::Due, Because::DateWords, text.as_str()));
    }
    let assignees = assignees_in(words, &folded, commune, unsure);
    for proposed in &assignees {
        findings.push(finding(Found::Assignee, proposed.because, proposed.assignee.name.as_str()));
    }
    let urgent = ["khan truong", "ngay lap tuc"].iter().any(|word| folded.contains(word));
    let standing = ["thuong xuyen", "tiep tuc"].iter().any(|word| folded.contains(word)) && due == Due::none();
    Some(Proposal {
        span: Span { from: 0, to: 0 },
        position: Position::try_from(0).ok()?,
        place: None,
        heading: None,
        quote: Some(content.clone()),
        content,
        kind: TaskKind::NhiemVu,
        nature: if standing { Nature::Standing } else { Nature::OneOff },
        priority: if urgent { Priority::Khan } else { Priority::Thuong },
        due,
        due_shared_with: None,
        product: None,
        targets: Vec::new(),
        recurrence: None,
        assignees,
        stages: Vec::new(),
        cites: Vec::new(),
        findings,
        certainty: unsure,
    })
}

/// The first words that give a day: "trước ngày 15/12/2026", "trong tháng 12".
fn due_in(words: &str, folded: &str, commune: &Commune) -> Due {
    let plain = folded.chars().count() == words.chars().count();
    for start in ["truoc ngay ", "truoc tet", "trong ngay ", "cham nhat ngay ", "trong thang ", "trong quy ", "het thang "] {
        let Some(at) = folded.find(start) else { continue };
        let rest = folded.get(at..).unwrap_or_default();
        for many in (2..=5).rev() {
            let said = rest.split(' ').take(many).collect::<Vec<_>>().join(" ");
            let said = said.trim_end_matches(['.', ';', ',']);
            let asked = said.replace("cham nhat ngay", "ngay").replace("trong ngay", "ngay");
            let Some(when) = due::typed(&asked, commune) else { continue };
            let from = folded.get(..at).map_or(0, |before| before.chars().count());
            let printed: String = words.chars().skip(from).take(said.chars().count()).collect();
            let text = openapi::value::Phrase::try_from(if plain { printed } else { said.to_owned() }).ok();
            let source = if when.due.event.is_some() { DueSource::Event } else { DueSource::Stated };
            return Due { text, source, ..when.due };
        }
    }
    Due::none()
}

fn assignees_in(words: &str, folded: &str, commune: &Commune, certainty: Percent) -> Vec<ProposedAssignee> {
    const CLASSES: [(&str, UnitKind); 5] = [
        ("cac chi bo", UnitKind::ChiBo),
        ("cac thon", UnitKind::Thon),
        ("cac xom", UnitKind::Thon),
        ("cac doan the", UnitKind::DoanThe),
        ("cac truong", UnitKind::TruongHoc),
    ];
    let partners = folded.find("phoi hop");
    let role = |at: usize| {
        let coordinating = partners.is_some_and(|partners| partners < at);
        if coordinating { AssigneeRole::PhoiHop } else { AssigneeRole::ChuTri }
    };
    let mut found: Vec<(usize, ProposedAssignee)> = Vec::new();
    let mut put = |at: usize, name: &str, class: Option<UnitKind>, unit: Option<openapi::units::UnitId>| {
        let Ok(name) = Name::try_from(name) else { return };
        let because = if class.is_some() { Because::ClassOfUnits } else { Because::ExactName };
        let assignee = Assignee {
            name,
            canonical: None,
            kind: class,
            role: role(at),
            basis: Basis::Explicit,
            via: None,
            units: unit.into_iter().collect(),
            class,
        };
        let again = found.iter().any(|(_, other)| other.assignee.units == assignee.units && other.assignee.class == class);
        if !again {
            found.push((at, ProposedAssignee { assignee, candidates: Vec::new(), because, span: None, certainty }));
        }
    };
    for (words, kind) in CLASSES {
        if let Some(at) = folded.find(words) {
            put(at, words, Some(kind), None);
        }
    }
    let parts: Vec<&str> = words.split(' ').collect();
    let mut at = 0;
    let mut place = 0;
    while place < parts.len() {
        let longest = commune.units.longest().min(parts.len() - place);
        let named = (2..=longest).rev().find_map(|many| {
            let name = parts.iter().skip(place).take(many).copied().collect::<Vec<_>>().join(" ");
            let name = name.trim_matches([',', '.', ';', ':']).to_owned();
            Some((many, commune.units.certain(&name, None)?, name))
        });
        let step = named.as_ref().map_or(1, |(many, ..)| *many);
        if let Some((_, unit, name)) = named {
            put(at, &name, None, Some(unit));
        }
        at += parts.iter().skip(place).take(step).map(|part| fold(part).len() + 1).sum::<usize>();
        place += step;
    }
    found.sort_by_key(|(at, _)| *at);
    found.into_iter().map(|(_, proposed)| proposed).collect()
}
