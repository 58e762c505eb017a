//! Paragraphs, headings, and what each section holds. **Invariant: every paragraph has one role; a
//! heading's section holds until a heading as high or higher.**

use super::{
    label::{Label, Style},
    lexicon::{HEADS, QUANTIFIERS},
    sections,
    text::is_loud,
    words::Words,
};
use crate::imports::Section;

/// What a paragraph is for.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Role {
    /// The head of the document, above its title.
    Letterhead,
    Title,
    /// The opening.
    Preamble,
    Heading,
    /// Text under a heading.
    Body,
    Footnote,
    Recipients,
    Signature,
}

/// One paragraph.
#[derive(Debug, Clone)]
pub(super) struct Paragraph<'t> {
    /// Where it begins, in bytes.
    pub from: usize,
    /// Where it ends, its line end not included.
    pub to: usize,
    pub label: Option<Label<'t>>,
    pub role: Role,
    pub section: Section,
    /// How deep its heading lies, when it is one.
    pub depth: u32,
    /// The heading above it: an index of paragraphs.
    pub above: Option<usize>,
    /// Its place as printed: "III.2.1/-1".
    pub place: String,
}

impl Paragraph<'_> {
    /// Where its words begin, after its label.
    pub(super) fn words_from(&self) -> usize {
        self.from + self.label.map_or(0, |label| label.len)
    }
}

/// The paragraphs of a text, with their roles.
pub(super) fn of(text: &str) -> Vec<Paragraph<'_>> {
    let mut all = paragraphs(text);
    let foot = foot(text, &all);
    let body = body_begins(text, &all, foot);
    for (at, paragraph) in all.iter_mut().enumerate() {
        if at >= foot {
            paragraph.role = Role::Recipients;
        } else if at < body {
            paragraph.role = Role::Preamble;
        }
    }
    front(text, &mut all, body);
    signatures(text, &mut all, foot);
    headings(text, &mut all, body, foot);
    all
}

fn paragraphs(text: &str) -> Vec<Paragraph<'_>> {
    let mut all = Vec::new();
    let mut from = 0;
    for line in text.split('\n') {
        let to = from + line.len();
        if !line.is_empty() {
            all.push(Paragraph {
                from,
                to,
                label: Label::at(line),
                role: Role::Body,
                section: Section::Plain,
                depth: 0,
                above: None,
                place: String::new(),
            });
        }
        from = to + 1;
    }
    all
}

fn words<'t>(text: &'t str, paragraph: &Paragraph<'_>) -> &'t str {
    text.get(paragraph.words_from()..paragraph.to).unwrap_or_default()
}
fn line<'t>(text: &'t str, paragraph: &Paragraph<'_>) -> &'t str {
    text.get(paragraph.from..paragraph.to).unwrap_or_default()
}

/// Where recipients and signatures begin: the last such place with nothing but the like after it.
fn foot(text: &str, all: &[Paragraph<'_>]) -> usize {
    let marks = |paragraph: &Paragraph<'_>| {
        let line = line(text, paragraph);
        is_recipients(line) || is_signing(line)
    };
    // An annex may follow a signature: its paragraphs are long, and there are many.
    let mut last = all.len();
    for (at, paragraph) in all.iter().enumerate().rev() {
        let length = paragraph.to - paragraph.from;
        if length > 400 || all.len() - at > 80 {
            break;
        }
        if marks(paragraph) {
            last = at;
        }
    }
    last
}

pub(super) fn is_recipients(line: &str) -> bool {
    sections::starts_folded(line, &["noi nhan"])
}
/// "T/M BAN THƯỜNG VỤ", "TM. ĐẢNG ỦY", "KT. CHỦ TỊCH".
pub(super) fn is_signing(line: &str) -> bool {
    let start: String = line.chars().filter(|c| c.is_alphanumeric()).take(2).collect();
    let by = matches!(start.as_str(), "TM" | "TL" | "KT" | "TU");
    let marked = line.chars().take(4).any(|c| matches!(c, '/' | '.'));
    by && (marked || is_loud(line)) && line.len() < 200 && line.starts_with(['T', 'K'])
}

/// Where the head of the document ends: at its first heading, or after the opening.
fn body_begins(text: &str, all: &[Paragraph<'_>], foot: usize) -> usize {
    let head = all.get(..foot).unwrap_or_default();
    let opens = |paragraph: &Paragraph<'_>| {
        let words = line(text, paragraph);
        words.ends_with(':') && paragraph.label.is_none() && words.len() > 60
    };
    let opening = head.iter().take(40).position(opens);
    let labelled = head.iter().position(|paragraph| {
        paragraph.label.is_some_and(|label| !label.style.is_bullet() && label.style != Style::Letter)
    });
    match (opening, labelled) {
        (Some(opening), Some(labelled)) => labelled.min(opening + 1),
        (Some(opening), None) => opening + 1,
        (None, Some(labelled)) => labelled,
        (None, None) => {
            // No outline and no opening: what is short stands above, the first long paragraph is text.
            head.iter().position(|paragraph| line(text, paragraph).ends_with('.')).unwrap_or(0)
        }
    }
}

/// Letterhead and title above the opening.
fn front(text: &str, all: &mut [Paragraph<'_>], body: usize) {
    let head = all.get(..body).unwrap_or_default();
    let kind = head.iter().position(|paragraph| sections::names_a_kind(line(text, paragraph)));
    let Some(kind) = kind else { return };
    let long = |paragraph: &Paragraph<'_>| {
        let words = line(text, paragraph);
        words.ends_with(['.', ':', ';']) || sections::opens_a_preamble(words)
    };
    let title_ends = head.iter().skip(kind).position(long).map_or(body, |at| kind + at);
    for (at, paragraph) in all.iter_mut().enumerate().take(title_ends) {
        paragraph.role = if at < kind { Role::Letterhead } else { Role::Title };
    }
}

fn signatures(text: &str, all: &mut [Paragraph<'_>], foot: usize) {
    let mut signing = false;
    for paragraph in all.iter_mut().skip(foot) {
        let line = text.get(paragraph.from..paragraph.to).unwrap_or_default();
        if is_recipients(line) {
            signing = false;
        } else if is_signing(line) || is_loud(line) {
            signing = true;
        } else if paragraph.label.is_some_and(|label| label.style.is_bullet()) {
            signing = false;
        }
        paragraph.role = if signing { Role::Signature } else { Role::Recipients };
    }
}

/// One heading on the way down to where we are.
struct Level {
    rank: u32,
    at: usize,
    label: String,
    section: Section,
    /// Items counted under it, by rank.
    counted: [u32; 3],
}

fn headings(text: &str, all: &mut [Paragraph<'_>], body: usize, foot: usize) {
    let mut path: Vec<Level> = Vec::new();
    let mut last_rank = 0;
    for at in body..foot.min(all.len()) {
        let Some(this) = all.get(at) else { break };
        let (label, said) = (this.label, words(text, this));
        if said.starts_with(['¹', '²', '³', '⁴', '⁵']) {
            set(all, at, Role::Footnote, &path);
            continue;
        }
        let heading = is_heading(text, all, at, foot);
        let rank = match label {
            Some(label) => label.style.rank(),
            // A title below "Phần thứ nhất" belongs to it; another is as high as it can be below.
            None if heading && is_loud(said) => 2,
            None if heading => last_rank.clamp(5, 18),
            None => u32::MAX,
        };
        if is_title_of_part(text, all, at) {
            set(all, at, Role::Heading, &path);
            let section = sections::of(said).unwrap_or(Section::Plain);
            if let Some(part) = path.last_mut() {
                part.section = section;
                part.at = at;
            }
            mark(all, at, section, path.len());
            continue;
        }
        let bullet = label.is_some_and(|label| label.style.is_bullet());
        path.retain(|level| level.rank < rank);
        count(&mut path, label);
        if rank != u32::MAX {
            last_rank = rank;
        }
        let role = if heading { Role::Heading } else { Role::Body };
        set(all, at, role, &path);
        let inherited = path.last().map_or(Section::Plain, |level| level.section);
        // A bullet or item that opens a section by its first words: "Những hạn chế: …".
        let own = if heading { sections::of(said) } else { None };
        let section = own.unwrap_or(inherited);
        mark(all, at, section, path.len());
        if heading || (label.is_some() && !bullet) {
            let label = label.map(|label| label.text.to_owned()).unwrap_or_default();
            path.push(Level { rank: rank.min(30), at, label, section, counted: [0; 3] });
        }
    }
}

/// Gives a paragraph its role and its place below the headings above it.
fn set(all: &mut [Paragraph<'_>], at: usize, role: Role, path: &[Level]) {
    let above = path.iter().rev().map(|level| level.at);
    let headings: Vec<usize> =
        above.filter(|at| all.get(*at).is_some_and(|p| p.role == Role::Heading)).collect();
    if let Some(this) = all.get_mut(at) {
        this.role = role;
        this.above = headings.first().copied();
        this.place = place(path, this.label);
    }
}
fn mark(all: &mut [Paragraph<'_>], at: usize, section: Section, depth: usize) {
    if let Some(this) = all.get_mut(at) {
        this.section = section;
        this.depth = u32::try_from(depth).unwrap_or(20).min(20);
    }
}

/// Bullets and paragraphs without a label are counted under their heading.
fn count(path: &mut [Level], label: Option<Label<'_>>) {
    let which = match label.map(|label| label.style) {
        Some(Style::Dash) => 0,
        Some(Style::Plus) => 1,
        None => 2,
        Some(_) => return,
    };
    if let Some(count) = path.last_mut().and_then(|level| level.counted.get_mut(which)) {
        *count += 1;
    }
}

fn place(path: &[Level], label: Option<Label<'_>>) -> String {
    let mut place = String::new();
    let mut join = |part: &str| {
        // A printed "1.2" holds its parent.
        let last = place.rsplit('.').next().unwrap_or_default();
        let parent = part.split('.').next().unwrap_or_default();
        if part.contains('.') && last == parent {
            place.truncate(place.len() - last.len());
        } else if !place.is_empty() {
            place.push('.');
        }
        place.push_str(part);
    };
    for level in
        path.iter().filter(|level| !level.label.is_empty() && !matches!(level.label.as_str(), "-" | "+"))
    {
        join(&level.label);
    }
    let counted = path.last().map_or([0; 3], |level| level.counted);
    match label {
        Some(label) if !label.style.is_bullet() => join(label.text),
        Some(label) => {
            let which = usize::from(label.style == Style::Plus);
            let sign = if which == 0 { '-' } else { '+' };
            place.push_str(&format!("/{sign}{}", counted.get(which).copied().unwrap_or(0)));
        }
        None if counted[2] > 0 => place.push_str(&format!("/p{}", counted[2])),
        None => {}
    }
    place
}

/// The words of "Phần thứ nhất" on the line below it.
fn is_title_of_part(text: &str, all: &[Paragraph<'_>], at: usize) -> bool {
    let before = at.checked_sub(1).and_then(|before| all.get(before));
    let part = before.is_some_and(|before| {
        before.label.is_some_and(|label| label.style == Style::Part) && words(text, before).is_empty()
    });
    part && all.get(at).is_some_and(|this| this.label.is_none() && is_loud(line(text, this)))
}

/// Whether a sentence says who is to do it, or by when: no heading does.
fn gives_work(sentence: &str) -> bool {
    let head: String = sentence.chars().take(120).collect();
    let words = Words::of(&head);
    let counted = QUANTIFIERS.len_at(&words, 0);
    let body = HEADS.len_at(&words, counted);
    let goes_on = body > 0 && words.len() > counted + body + 2;
    goes_on || ["trước ngày", "trong tháng", "chậm nhất"].iter().any(|time| sentence.contains(time))
}

fn is_heading(text: &str, all: &[Paragraph<'_>], at: usize, foot: usize) -> bool {
    let Some(this) = all.get(at) else { return false };
    let said = words(text, this);
    let next = all.get(at + 1).filter(|_| at + 1 < foot);
    let rank = this.label.map(|label| label.style.rank());
    if this.label.is_some_and(|label| label.style == Style::Part) || is_loud(said) {
        return true;
    }
    let next_rank = next.map(|next| next.label.map_or(u32::MAX, |label| label.style.rank()));
    let deeper = next_rank.is_some_and(|next| rank.is_none_or(|rank| next > rank));
    let one_sentence = !said.trim_end_matches('.').contains(". ");
    if said.ends_with(':') {
        return next.is_some() && (deeper || one_sentence);
    }
    if this.label.is_none() {
        let short =
            said.chars().count() <= 100 && !said.ends_with(['.', ';', ',', '!']) && !said.contains('|');
        return short
            && next.is_some_and(|next| next.label.is_some() || next.to - next.from > said.len())
            && said.starts_with(char::is_uppercase)
            && sections::of(said).is_some();
    }
    if !deeper || !one_sentence || said.chars().count() > 400 || sections::is_order(said) {
        return false;
    }
    let open = !said.ends_with(['.', ';', '!']);
    if !open && gives_work(said) {
        return false;
    }
    let bullets_follow = next.is_some_and(|next| next.label.is_some());
    if bullets_follow || open && next.is_some_and(|next| next.to - next.from > 20) {
        return true;
    }
    // A sentence with its stop, and a paragraph below it: a heading in a list of headings, but the
    // last item of a list is followed by a paragraph too.
    let numbered = this
        .label
        .is_some_and(|label| matches!(label.style, Style::Numbers(_) | Style::Roman | Style::Capital));
    let closing = next.is_some_and(|next| sections::is_closing(line(text, next)));
    let after_item = at.checked_sub(1).and_then(|before| all.get(before)).is_some_and(|before| {
        before.role == Role::Body
            && before.label.is_some()
            && before.label.map(|l| l.style) == this.label.map(|l| l.style)
    });
    numbered && !closing && !after_item
}
