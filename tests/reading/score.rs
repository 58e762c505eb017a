//! How near a reading is to what is expected: obligations by the overlap of their characters, then
//! what was read of each. **Invariant: nothing of the rules is used; what is counted was printed.**

use openapi::{
    imports::{Import, Proposal},
    tasks::{Basis, DueSource, EventRelation},
    text::fold,
    units::UnitKind,
    value::Date,
};

use super::expected::{Duty, Expected, TET};

/// Right, wrong and missing.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct Tally {
    pub right: usize,
    pub wrong: usize,
    pub missing: usize,
}
impl Tally {
    fn add(&mut self, other: Self) {
        self.right += other.right;
        self.wrong += other.wrong;
        self.missing += other.missing;
    }
    /// In thousandths, of what was said; all of nothing.
    pub fn precision(self) -> usize {
        share(self.right, self.right + self.wrong)
    }
    /// In thousandths, of what there was to say; all of nothing.
    pub fn recall(self) -> usize {
        share(self.right, self.right + self.missing)
    }
    /// Their harmonic mean, in thousandths.
    pub fn f1(self) -> usize {
        share(2 * self.right, 2 * self.right + self.wrong + self.missing)
    }
    /// Two lists compared, each thing once.
    fn of<T: PartialEq>(said: &[T], expected: &[T]) -> Self {
        let mut left: Vec<&T> = expected.iter().collect();
        let mut tally = Self::default();
        for one in said {
            match left.iter().position(|other| *other == one) {
                Some(at) => {
                    left.swap_remove(at);
                    tally.right += 1;
                }
                None => tally.wrong += 1,
            }
        }
        tally.missing = left.len();
        tally
    }
}
fn share(part: usize, all: usize) -> usize {
    (part * 1000 + all / 2).checked_div(all).unwrap_or(1000)
}

/// One document's figures, or several's.
#[derive(Debug, Clone, Default)]
pub struct Score {
    /// Obligations found: at least half of the characters in common.
    pub directives: Tally,
    /// Expected ones that were cut into several.
    pub splits: usize,
    /// Proposals that hold several expected ones.
    pub merges: usize,
    /// Who is printed in the obligation.
    pub explicit: Tally,
    /// With who is inherited.
    pub inherited: Tally,
    /// With whom it is about.
    pub topic: Tally,
    pub due: Tally,
    pub recurrence: Tally,
    pub stages: Tally,
    pub targets: Tally,
    /// Proposals in all, and those inside a stretch that asks nothing.
    pub proposals: usize,
    pub in_context: usize,
    /// What differs, in words, for whoever works on the rules.
    pub notes: Vec<String>,
}

type Stretch = (usize, usize);

/// A text without space and marks of emphasis, and where each character of the other comes to lie.
struct Plain {
    characters: Vec<char>,
    moved: Vec<usize>,
}
impl Plain {
    fn of(text: &str) -> Self {
        let mut plain = Self { characters: Vec::new(), moved: Vec::new() };
        for c in text.chars() {
            plain.moved.push(plain.characters.len());
            if !c.is_whitespace() && c != '*' {
                plain.characters.push(c);
            }
        }
        plain.moved.push(plain.characters.len());
        plain
    }
    fn find(&self, words: &str, from: usize) -> Option<Stretch> {
        let words = Self::of(words).characters;
        let at =
            self.characters.get(from..)?.windows(words.len().max(1)).position(|window| window == words)?;
        Some((from + at, from + at + words.len()))
    }
}

fn overlap(one: Stretch, other: Stretch) -> usize {
    one.1.min(other.1).saturating_sub(one.0.max(other.0))
}
/// Intersection over union, in thousandths.
fn likeness(one: Stretch, other: Stretch) -> usize {
    let both = overlap(one, other);
    let all = (one.1 - one.0) + (other.1 - other.0) - both;
    if both == 0 { 0 } else { both * 1000 / all }
}

impl Score {
    /// Holds a reading against what is expected.
    pub fn of(expected: &Expected, import: &Import) -> Self {
        let mut score = Self { proposals: import.proposals.len(), ..Self::default() };
        let plain = Plain::of(&import.text);
        let at = |position: u32| plain.moved[usize::try_from(position).unwrap()];
        let said: Vec<Stretch> = import.proposals.iter().map(|p| (at(p.span.from), at(p.span.to))).collect();
        let context = score.context(expected, &plain);
        let asked = score.asked(expected, &plain, &context);
        score.in_context = said
            .iter()
            .filter(|one| context.iter().any(|span| overlap(**one, *span) * 2 > one.1 - one.0))
            .count();
        let mut taken = vec![false; said.len()];
        for (duty, asked) in expected.duties.iter().zip(&asked) {
            let best = (0..said.len()).filter(|at| !taken[*at]).max_by_key(|at| likeness(said[*at], *asked));
            let over = said.iter().filter(|one| overlap(**one, *asked) * 10 > (one.1 - one.0) * 3).count();
            score.splits += usize::from(over > 1);
            match best.filter(|at| likeness(said[*at], *asked) >= 500) {
                Some(best) => {
                    taken[best] = true;
                    score.directives.right += 1;
                    score.compare(duty, &import.proposals[best]);
                }
                None => {
                    score.directives.missing += 1;
                    score.notes.push(format!("MISSED  {}", duty.text));
                }
            }
        }
        for (one, proposal) in
            said.iter().zip(&import.proposals).zip(&taken).filter(|(_, taken)| !**taken).map(|(both, _)| both)
        {
            score.directives.wrong += 1;
            let context = context.iter().any(|span| overlap(*one, *span) > 0);
            score.notes.push(format!("{} {}", if context { "CONTEXT" } else { "EXTRA  " }, proposal.content));
        }
        let holds = |one: &Stretch| {
            asked.iter().filter(|asked| overlap(*one, **asked) * 10 > (asked.1 - asked.0) * 8).count() > 1
        };
        score.merges = said.iter().filter(|one| holds(one)).count();
        score
    }

    fn context(&self, expected: &Expected, plain: &Plain) -> Vec<Stretch> {
        let mut from = 0;
        let mut all = Vec::new();
        for (first, last) in &expected.context {
            let begin = plain.find(first, from);
            let end = begin.and_then(|begin| plain.find(last, begin.0));
            // What a scan garbles is looked for no further.
            if let (Some(begin), Some(end)) = (begin, end) {
                all.push((begin.0, end.1));
                from = end.1;
            } else {
                eprintln!("{}: context not found: {first} … {last}", expected.name);
            }
        }
        all
    }
    /// Where the obligations stand. Texts may occur twice; they are looked for forwards, outside of
    /// context.
    fn asked(&self, expected: &Expected, plain: &Plain, context: &[Stretch]) -> Vec<Stretch> {
        let mut from = 0;
        let place = |duty: &Duty| {
            let mut at = from;
            loop {
                let found = plain.find(&duty.text, at).unwrap_or_else(|| panic!("not found: {}", duty.text));
                let inside = context.iter().find(|span| overlap(found, **span) * 2 > found.1 - found.0);
                match inside {
                    Some(span) => at = span.1.max(at + 1),
                    None => {
                        from = found.1;
                        return found;
                    }
                }
            }
        };
        expected.duties.iter().map(place).collect()
    }

    fn compare(&mut self, duty: &Duty, proposal: &Proposal) {
        let mut said = |what: &str, tally: Tally, told: String| {
            if tally.wrong + tally.missing > 0 {
                self.notes
                    .push(format!("{what}: {told}  <<{}>>", duty.text.chars().take(70).collect::<String>()));
            }
            tally
        };
        for (layer, bases) in [
            (&mut self.explicit, &[Basis::Explicit][..]),
            (&mut self.inherited, &[Basis::Explicit, Basis::Inherited]),
            (&mut self.topic, &[Basis::Explicit, Basis::Inherited, Basis::Topic]),
        ] {
            let found = proposal.assignees.iter().map(|a| &a.assignee).filter(|a| bases.contains(&a.basis));
            let found: Vec<(String, String)> = found.map(|a| (kind(a.kind), name(a.name.as_str()))).collect();
            let wanted = duty.who.iter().filter(|who| bases.iter().any(|basis| basis.as_str() == who.basis));
            let wanted: Vec<(String, String)> =
                wanted.map(|who| (who.kind.clone(), name(&who.name))).collect();
            let tally = Tally::of(&found, &wanted);
            layer.add(said(&format!("WHO{}", bases.len()), tally, format!("{found:?} for {wanted:?}")));
        }
        let due = (proposal.due.source != DueSource::None).then(|| day(proposal));
        let (found, wanted): (Vec<_>, Vec<_>) = (due.iter().collect(), duty.due.iter().collect());
        self.due.add(said("DUE", Tally::of(&found, &wanted), format!("{found:?} for {wanted:?}")));
        let cycle = proposal.recurrence.as_ref();
        let cycle = cycle.map(|r| (r.per.as_str().to_owned(), r.times.map(|times| i64::from(times.get()))));
        let (found, wanted): (Vec<_>, Vec<_>) = (cycle.iter().collect(), duty.recurs.iter().collect());
        self.recurrence.add(said("RECURS", Tally::of(&found, &wanted), format!("{found:?} for {wanted:?}")));
        let found: Vec<Date> = proposal.stages.iter().filter_map(|stage| stage.due.on).collect();
        self.stages.add(said("STAGES", Tally::of(&found, &duty.stages), format!("{found:?}")));
        let figure = |target: &openapi::tasks::Target| {
            let value = target
                .value
                .map_or_else(|| target.level.as_ref().unwrap().to_string(), |value| value.to_string());
            (target.comparator.as_str().to_owned(), value)
        };
        let found: Vec<(String, String)> = proposal.targets.iter().map(figure).collect();
        self.targets.add(said(
            "TARGET",
            Tally::of(&found, &duty.targets),
            format!("{found:?} for {:?}", duty.targets),
        ));
    }

    /// Adds another document's figures.
    pub fn add(&mut self, other: &Self) {
        for (mine, theirs) in [
            (&mut self.directives, other.directives),
            (&mut self.explicit, other.explicit),
            (&mut self.inherited, other.inherited),
            (&mut self.topic, other.topic),
            (&mut self.due, other.due),
            (&mut self.recurrence, other.recurrence),
            (&mut self.stages, other.stages),
            (&mut self.targets, other.targets),
        ] {
            mine.add(theirs);
        }
        self.splits += other.splits;
        self.merges += other.merges;
        self.proposals += other.proposals;
        self.in_context += other.in_context;
    }

    /// One line of the table.
    pub fn line(&self, name: &str) -> String {
        let f1 = |tally: Tally| format!("{:>4}", tally.f1());
        let found = self.directives;
        format!(
            "{name:<10} {:>4} {:>4} {:>4}  {:>3} {:>3}  {} {} {}  {} {} {} {}  {}/{}",
            found.precision(),
            found.recall(),
            found.f1(),
            self.splits,
            self.merges,
            f1(self.explicit),
            f1(self.inherited),
            f1(self.topic),
            f1(self.due),
            f1(self.recurrence),
            f1(self.stages),
            f1(self.targets),
            self.in_context,
            self.proposals,
        )
    }
    /// The heading of the table.
    pub const HEADING: &str =
        "thousandths    P    R   F1  spl mrg  expl +inh +top   due  rec stag targ  in context/proposals";
}

/// The day a proposal is due; the day before an event where it says so.
fn day(proposal: &Proposal) -> Option<Date> {
    let due = &proposal.due;
    let event = due.event.and_then(|event| {
        let number = event.to_string().chars().last()?.to_digit(16)?;
        TET.get(usize::try_from(number).ok()?.checked_sub(1)?)?.1.parse::<Date>().ok()
    });
    let before = event.filter(|_| due.relation == Some(EventRelation::Before)).map(|day| day.plus(-1));
    due.on.or(before)
}

/// Kinds as the expected files name them.
fn kind(kind: Option<UnitKind>) -> String {
    match kind {
        Some(UnitKind::BanXayDungDang) => "co_quan_dang",
        Some(UnitKind::DonViSuNghiep | UnitKind::PhongBan) => "don_vi",
        Some(kind) => kind.as_str(),
        None => "",
    }
    .to_owned()
}
/// Names as they are compared.
fn name(name: &str) -> String {
    let folded = fold(name).replace("d/c", "dong chi");
    let mut rest = folded.as_str();
    while let Some(shorter) = ["cac ", "dong chi ", "nhung "].iter().find_map(|lead| rest.strip_prefix(lead))
    {
        rest = shorter;
    }
    rest.strip_suffix(" xa").unwrap_or(rest).to_owned()
}
