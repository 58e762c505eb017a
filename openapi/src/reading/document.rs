//! The head and the foot of a document: kind, issuer, number, days, signer, recipients, period.
//! **Invariant: what is not printed is absent.**

use super::{
    Commune, cut,
    dates::{self, Time},
    outline::{Paragraph, Role, is_recipients, is_signing},
    sections,
    text::{Clean, is_loud},
    words::Words,
};
use crate::{
    directives::{DirectiveKind, Period},
    imports::{Because, Finding, Found, FoundDocument},
    text::fold,
    value::{Date, Name, Percent, Phrase, Title},
};

/// Reads head and foot.
pub(super) struct Reader<'a> {
    pub clean: &'a Clean,
    pub words: &'a Words<'a>,
    pub paragraphs: &'a [Paragraph<'a>],
    pub commune: &'a Commune,
}

impl Reader<'_> {
    /// Everything that is printed of the document itself.
    pub(super) fn read(&self) -> FoundDocument {
        let mut found = FoundDocument::default();
        self.letterhead(&mut found);
        self.title(&mut found);
        self.opening(&mut found);
        self.period(&mut found);
        self.signature(&mut found);
        self.recipients(&mut found);
        self.issuer(&mut found);
        found
    }

    fn line(&self, paragraph: &Paragraph<'_>) -> &str {
        self.clean.text().get(paragraph.from..paragraph.to).unwrap_or_default()
    }
    fn these(&self, role: Role) -> impl Iterator<Item = &Paragraph<'_>> {
        self.paragraphs.iter().filter(move |paragraph| paragraph.role == role)
    }
    fn note(
        &self,
        found: &mut FoundDocument,
        what: Found,
        because: Because,
        at: (usize, usize),
        certainty: i64,
    ) {
        let words = self.clean.text().get(at.0..at.1).unwrap_or_default();
        found.findings.push(Finding {
            what,
            because,
            words: Title::try_from(cut(words, 120)).ok(),
            span: Some(self.clean.span(at.0, at.1)),
            certainty: Percent::try_from(certainty).unwrap_or_else(|_| super::unsure()),
        });
    }

    /// "Số 15-KL/ĐU", "…, ngày 06 tháng 11 năm 2026".
    fn letterhead(&self, found: &mut FoundDocument) {
        for paragraph in self
            .paragraphs
            .iter()
            .take(12)
            .filter(|p| matches!(p.role, Role::Letterhead | Role::Title | Role::Preamble))
        {
            if self.line(paragraph).len() > 200 {
                continue;
            }
            let range = self.words.within(paragraph.from, paragraph.to);
            for at in range.clone() {
                if found.number.is_none() && self.words.lower(at) == "số" && at == range.start {
                    self.number(found, at, paragraph.to);
                }
                let dated = self.words.lower(at) == "ngày" && matches!(paragraph.role, Role::Letterhead);
                if let Some(time) = dated.then(|| dates::at(self.words, at, self.commune.today)).flatten()
                    && found.issued_on.is_none()
                    && time.dated
                {
                    found.issued_on = Some(time.last);
                    self.note(found, Found::IssuedOn, Because::Header, self.bytes(&time), 95);
                }
            }
        }
    }
    fn bytes(&self, time: &Time) -> (usize, usize) {
        (self.words.from(time.from), self.words.to(time.to))
    }

    fn number(&self, found: &mut FoundDocument, at: usize, to: usize) {
        let text = self.clean.text().get(self.words.to(at + 1)..to).unwrap_or_default();
        let rest = text.trim_start_matches([':', ' ', '.']);
        let token = rest.split([' ', ',', ';']).next().unwrap_or_default();
        let digits = token.find(|c: char| !c.is_ascii_digit()).unwrap_or(token.len());
        let (number, symbol) = token.split_at_checked(digits).unwrap_or((token, ""));
        let symbol = symbol.trim_start_matches(['-', '/', '–']);
        found.number = Phrase::try_from(number).ok();
        found.symbol = Phrase::try_from(symbol).ok();
        if found.number.is_some() || found.symbol.is_some() {
            let from = to - rest.len();
            self.note(found, Found::Number, Because::Header, (from, from + token.len()), 95);
        }
    }

    fn title(&self, found: &mut FoundDocument) {
        let lines: Vec<&Paragraph<'_>> = self.these(Role::Title).collect();
        let (Some(first), Some(last)) = (lines.first(), lines.last()) else { return };
        let head = self.line(first);
        found.kind = sections::kind_of(head);
        self.note(found, Found::Kind, Because::TitleWords, (first.from, first.to), 98);
        // "THÔNG BÁO / Kết luận …": the title proper begins below a kind that stands alone.
        let below: Vec<String> =
            lines.iter().skip(1).map(|p| self.line(p).trim_end_matches('.').to_owned()).collect();
        let kind = match found.kind {
            Some(DirectiveKind::Khac | DirectiveKind::Unknown) | None => String::new(),
            Some(kind) => kind.vi().to_owned(),
        };
        let alone = head.split_whitespace().count() <= 2;
        let rest = below.iter().map(|line| quiet(line)).collect::<Vec<_>>().join(" ");
        let title = match (alone, rest.is_empty()) {
            (true, true) => kind,
            (true, false) if starts_like_title(&rest) => rest,
            (true, false) => format!("{kind} {rest}"),
            (false, _) => format!("{} {rest}", quiet(head)).trim().to_owned(),
        };
        found.title = Title::try_from(cut(&first_up(&title), Title::MAX)).ok();
        self.note(found, Found::Title, Because::TitleWords, (first.from, last.to), 90);
    }

    /// The meeting, and who concluded it.
    fn opening(&self, found: &mut FoundDocument) {
        for paragraph in self.these(Role::Preamble).collect::<Vec<_>>() {
            let range = self.words.within(paragraph.from, paragraph.to);
            let line = fold(self.line(paragraph));
            let met =
                ["hop", "hoi nghi", "lam viec", "giao ban", "phien"].iter().any(|word| line.contains(word));
            for at in range {
                if found.meeting_on.is_none()
                    && met
                    && self.words.lower(at) == "ngày"
                    && let Some(time) =
                        dates::at(self.words, at, self.commune.today).filter(|time| time.dated)
                {
                    found.meeting_on = Some(time.last);
                    self.note(found, Found::MeetingOn, Because::OpeningWords, self.bytes(&time), 90);
                }
                let chairs = self.words.lower(at) == "chủ" && self.words.lower(at + 1) == "trì";
                if chairs && found.concluded_by.is_none() {
                    self.chair(found, paragraph, at);
                }
            }
        }
    }
    fn chair(&self, found: &mut FoundDocument, paragraph: &Paragraph<'_>, chairs: usize) {
        let first = self.words.within(paragraph.from, paragraph.to).start;
        let comrade = (first..chairs)
            .rev()
            .take(60)
            .find(|at| self.words.lower(*at) == "đồng" && self.words.lower(at + 1) == "chí");
        let Some(comrade) = comrade else { return };
        let (from, to) = (self.words.from(comrade + 2), self.words.to(chairs));
        let name = self.clean.text().get(from..to).unwrap_or_default().trim_end_matches([',', ' ', '-', '–']);
        found.concluded_by = Title::try_from(cut(name, 300)).ok();
        self.note(found, Found::ConcludedBy, Because::OpeningWords, (from, from + name.len()), 85);
    }

    /// The period in the title, or in the heading of the tasks.
    fn period(&self, found: &mut FoundDocument) {
        let titles = self.these(Role::Title);
        let headings = self.these(Role::Heading).filter(|p| p.section == crate::imports::Section::Tasks);
        for (paragraph, because) in
            titles.map(|p| (p, Because::TitleWords)).chain(headings.map(|p| (p, Because::FromHeading)))
        {
            if let Some(time) = self.time_in(paragraph) {
                let (from, to) = self.bytes(&time);
                let text = self
                    .clean
                    .text()
                    .get(from..to)
                    .and_then(|text| Phrase::try_from(cut(text, Phrase::MAX)).ok());
                found.period = Some(Period { text, from: time.first, to: time.last });
                self.note(found, Found::Period, because, (from, to), 90);
                return;
            }
        }
    }
    fn time_in(&self, paragraph: &Paragraph<'_>) -> Option<Time> {
        let range = self.words.within(paragraph.from, paragraph.to);
        let begins = |at: usize| matches!(self.words.lower(at), "tháng" | "quý" | "năm");
        // A year of a cited document is no period.
        let cited = |at: usize| (range.start..at).rev().take(4).any(|at| self.words.lower(at) == "ngày");
        range.clone().find_map(|at| {
            let years =
                (self.words.lower(at) == "đoạn").then(|| dates::years_at(self.words, at + 1)).flatten();
            let years = years.map(|time| Time { from: at - 1, ..time });
            let time = begins(at).then(|| dates::at(self.words, at, self.commune.today)).flatten();
            years.or(time.filter(|time| time.dated && !cited(time.from)))
        })
    }

    fn signature(&self, found: &mut FoundDocument) {
        let lines: Vec<&Paragraph<'_>> = self.these(Role::Signature).collect();
        for paragraph in &lines {
            let line = self.line(paragraph);
            let at = (paragraph.from, paragraph.to);
            if is_signing(line) {
                found.signing_authority =
                    found.signing_authority.take().or_else(|| Phrase::try_from(cut(line, Phrase::MAX)).ok());
                self.note(found, Found::Signing, Because::SignatureBlock, at, 95);
            } else if is_loud(line) && found.signing_position.is_none() && line.chars().count() < 60 {
                found.signing_position = Phrase::try_from(line).ok();
            }
        }
        let signer = lines.iter().rev().find(|paragraph| is_a_name(self.line(paragraph)));
        if let Some(signer) = signer {
            found.signer = Name::try_from(self.line(signer)).ok();
            self.note(found, Found::Signer, Because::SignatureBlock, (signer.from, signer.to), 90);
        }
    }

    fn recipients(&self, found: &mut FoundDocument) {
        let lines: Vec<&Paragraph<'_>> =
            self.these(Role::Recipients).filter(|p| !is_recipients(self.line(p))).collect();
        for paragraph in &lines {
            let words = self.clean.text().get(paragraph.words_from()..paragraph.to).unwrap_or_default();
            let words = words.trim_end_matches([',', ';', '.', ' ']);
            if paragraph.label.is_some() && found.recipients.len() < 200 {
                found.recipients.extend(Title::try_from(cut(words, 300)).ok());
            }
        }
        if let (Some(first), Some(last)) = (lines.first(), lines.last()) {
            self.note(found, Found::Recipients, Because::SignatureBlock, (first.from, last.to), 90);
        }
    }

    /// The body that issued it: in the title, or in whose name it is signed.
    fn issuer(&self, found: &mut FoundDocument) {
        let title = self.these(Role::Title).find_map(|paragraph| {
            let range = self.words.within(paragraph.from, paragraph.to);
            let folded = |at| self.words.folded(at);
            let of = range.clone().find(|at| folded(*at) == "cua")?;
            let end =
                (of + 1..range.end).find(|at| matches!(folded(*at), "tai" | "ve" | "den" | "thang" | "quy"));
            let text = self.clean.text();
            let (from, to) = (self.words.from(of + 1), self.words.to(end.unwrap_or(range.end)));
            text.get(from..to).map(|name| (name.to_owned(), (from, to), Because::TitleWords, 90))
        });
        let signed = || {
            let authority = found.signing_authority.as_ref()?.as_str();
            let name = authority.split_once([' ', '.']).map(|(_, name)| name.trim())?;
            let paragraph = self.these(Role::Signature).find(|p| is_signing(self.line(p)))?;
            Some((name.to_owned(), (paragraph.from, paragraph.to), Because::SignatureBlock, 70))
        };
        let Some((name, at, because, certainty)) = title.or_else(signed) else { return };
        let name = first_up(&quiet(&name));
        found.issuer = Name::try_from(cut(&name, Name::MAX)).ok();
        found.issuer_unit = self.commune.units.certain(&name, None);
        self.note(found, Found::Issuer, because, at, certainty);
    }
}

fn starts_like_title(rest: &str) -> bool {
    sections::kind_of(rest).is_some()
}
/// Capitals as ordinary letters, abbreviations kept.
fn quiet(line: &str) -> String {
    const KEPT: [&str; 14] =
        ["HĐND", "UBND", "MTTQ", "BCH", "BTV", "UBKT", "TDP", "TW", "ĐU", "NQ", "CT", "KL", "XHCN", "KT"];
    if !is_loud(line) {
        return line.to_owned();
    }
    let words = line.split(' ').map(|word| {
        let bare = word.trim_matches(|c: char| !c.is_alphanumeric());
        if KEPT.contains(&bare) { word.to_owned() } else { word.to_lowercase() }
    });
    words.collect::<Vec<_>>().join(" ")
}
fn first_up(text: &str) -> String {
    let mut rest = text.chars();
    rest.next().map_or_else(String::new, |first| first.to_uppercase().chain(rest).collect())
}
/// Two to six capitalised words and nothing else: a person's name.
fn is_a_name(line: &str) -> bool {
    let mut words = 0;
    let capital = |word: &str| {
        word.chars().next().is_some_and(char::is_uppercase) && word.chars().all(char::is_alphabetic)
    };
    line.split(' ').all(|word| {
        words += 1;
        capital(word)
    }) && (2..=6).contains(&words)
        && !is_loud(line)
}

/// The day by which dates without a year are meant: of the document where it prints one.
pub(super) fn near(found: &FoundDocument, today: Date) -> Date {
    found.issued_on.or(found.meeting_on).or(found.period.as_ref().map(|period| period.from)).unwrap_or(today)
}
