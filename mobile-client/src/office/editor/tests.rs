//! The desk as a whole, tried with any sequence of edits, undos, lost answers and reloads.

use std::collections::BTreeMap;

use openapi::{
    calendar::NamedEventDraft,
    directives::{Directive, DirectiveDraft, DirectiveId, DirectiveState},
    endpoint::Dto,
    id::Id,
    imports::Span,
    reading::{Commune, units::Units},
    tasks::{AssigneeRole, Task, TaskDraft, TaskId},
    units::{UnitDraft, UnitId, UnitKind},
    value::{Note, Title, Version},
};
use proptest::prelude::*;

use super::{
    assign,
    desk::Desk,
    due,
    edit::{Around, Edit, lay_all},
    kept::{self, Kept},
    reading,
    saving::{Answer, Saving, Standing, Step, Trouble},
    sheet::{Filter, Mark},
};

/// The id of this number.
pub fn id<T>(number: u64) -> Id<T> {
    let mut chance = [0; 10];
    chance[2..].copy_from_slice(&number.to_be_bytes());
    Id::new(1_790_000_000_000, chance)
}

fn unit(number: u8) -> UnitId {
    id(u64::from(number) + 9_000)
}

/// A commune of a few units, on Friday, 20 November 2026.
pub fn commune() -> Commune {
    let draft = |kind, name: &str, aliases: &[&str]| UnitDraft {
        kind,
        name: name.try_into().unwrap(),
        aliases: aliases.iter().map(|alias| (*alias).try_into().unwrap()).collect(),
        parent: None,
        valid_from: None,
        valid_to: None,
    };
    let drafts = [
        draft(UnitKind::Thon, "Thôn Đồng Mây", &[]),
        draft(UnitKind::Thon, "Thôn Bến Sậy", &[]),
        draft(UnitKind::ChiBo, "Chi bộ thôn Bến Sậy", &[]),
        draft(UnitKind::ChiBo, "Chi bộ Xuân Bạc", &[]),
        draft(UnitKind::Ubnd, "Ủy ban nhân dân xã", &["UBND xã"]),
        draft(UnitKind::VanPhong, "Văn phòng Đảng ủy", &[]),
    ];
    let tet = |year: &str, from: &str, to: &str| NamedEventDraft {
        name: format!("Tết Nguyên đán {year}").as_str().try_into().unwrap(),
        from: Some(from.parse().unwrap()),
        to: Some(to.parse().unwrap()),
    };
    Commune {
        units: Units::of(drafts.iter().zip(1_u8..).map(|(draft, number)| (unit(number), draft))),
        events: vec![
            (id(7_001), tet("2027", "2027-02-06", "2027-02-10")),
            (id(7_000), tet("2026", "2026-02-17", "2026-02-20")),
        ],
        today: "2026-11-20".parse().unwrap(),
    }
}

const TEXT: &str = "KẾT LUẬN\n\
1. Giao Ủy ban nhân dân xã rà soát hộ nghèo trước ngày 15/12/2026, báo cáo Ban Thường vụ; yêu cầu Chi bộ Xuân Bạc tuyên truyền.\n\
2. Các thôn phát quang đường liên thôn. Giao Thôn Đồng Mây làm điểm, hoàn thành trong tháng 12/2026.\n\
3. Thời gian qua việc này làm tốt.\n\
4. Văn phòng Đảng ủy theo dõi, đôn đốc.\n";

fn directive() -> DirectiveId {
    id(1)
}
fn facts() -> DirectiveDraft {
    DirectiveDraft { body: Some(TEXT.try_into().unwrap()), ..DirectiveDraft::example() }
}

/// Somebody at his desk, with a server somewhere.
struct Clerk {
    commune: Commune,
    desk: Desk,
    saving: Saving,
    ids: u64,
}

impl Clerk {
    fn begin() -> Self {
        let commune = commune();
        let import = reading::document(TEXT, &commune);
        let mut ids = 100;
        let kept = {
            let mut new_id = || {
                ids += 1;
                id(ids)
            };
            let mut around = Around { directive: directive(), commune: &commune, new_id: &mut new_id };
            Kept::begin(facts(), &lay_all(&import, &mut around))
        };
        Self::open(commune, &Server::default(), Some(&kept), ids).unwrap()
    }
    fn open(commune: Commune, server: &Server, kept: Option<&Kept>, mut ids: u64) -> Option<Self> {
        let (desk, saving) = {
            let mut new_id = || {
                ids += 1;
                id(ids)
            };
            let mut around = Around { directive: directive(), commune: &commune, new_id: &mut new_id };
            let tasks: Vec<Task> = server.tasks.values().cloned().collect();
            let there = server.directive.as_ref().map(|found| (found, tasks.as_slice()));
            kept::open(there, kept, &mut around)?
        };
        Some(Self { commune, desk, saving, ids })
    }
    /// Closes the window and opens it again.
    fn reload(self, server: &Server) -> Self {
        let kept = Kept::of(&self.desk, &self.saving);
        let kept: Option<Kept> =
            kept.map(|kept| serde_json::from_str(&serde_json::to_string(&kept).unwrap()).unwrap());
        Self::open(self.commune, server, kept.as_ref(), self.ids).unwrap()
    }
    fn put(&mut self, edit: &Edit) -> bool {
        let ids = &mut self.ids;
        let mut new_id = || {
            *ids += 1;
            id(*ids)
        };
        self.desk
            .put(edit, &mut Around { directive: directive(), commune: &self.commune, new_id: &mut new_id })
    }
    fn wanted(&self) -> Vec<(TaskId, TaskDraft)> {
        self.desk.sheet().wanted()
    }
    fn standing(&self) -> Standing {
        self.saving.standing(&self.desk.facts, &self.wanted())
    }
    fn step(&mut self) -> Option<Step> {
        let wanted = self.wanted();
        self.saving.next(&self.desk.facts, &wanted)
    }
    /// Saves until nothing is left to do.
    fn save(&mut self, server: &mut Server) {
        for _ in 0..1000 {
            let Some(step) = self.step() else { return };
            self.saving.settle(server.take(&step));
        }
        panic!("it never ends: {:?}", self.saving.sent());
    }
    fn any(&self, place: usize) -> TaskId {
        let items = &self.desk.sheet().items;
        items[place % items.len()].id
    }
    /// One deed, drawn by chance.
    fn act(&mut self, deed: u8, place: usize, text: &str) {
        if self.desk.sheet().items.is_empty() {
            return;
        }
        let one = self.any(place);
        let span = self.desk.sheet().item(one).and_then(|item| item.span);
        let edit = match deed % 13 {
            0 | 1 => {
                self.desk.undo();
                return;
            }
            2 => {
                self.desk.redo();
                return;
            }
            3 => {
                self.desk.step(isize::try_from(place % 5).unwrap() - 2);
                self.desk.show(Filter::ALL[place % 5]);
                return;
            }
            4 => Edit::Merge(one),
            5 => Edit::Drop(one),
            6 | 7 => {
                let Some(span) = span else { return };
                let cuts = self.desk.sheet().source.cuts(span);
                let odd = span.from + u32::try_from(place).unwrap() % span.len().max(1);
                Edit::Split(one, cuts.get(place % cuts.len().max(1)).copied().unwrap_or(odd))
            }
            8 => match Note::try_from(text) {
                Ok(content) => Edit::Content(one, content),
                Err(_) => Edit::Looked(one),
            },
            9 => Edit::Product(one, Title::try_from(text).ok()),
            10 => Edit::Priority(one),
            11 => {
                let takable = self.desk.sheet().takable();
                let Some(span) = takable.get(place % takable.len().max(1)) else { return };
                Edit::TakeIn(*span)
            }
            _ => {
                let words = ["cuoi thang", "truoc tet", "hang thang", "khong", "1/12"][place % 5];
                Edit::When(one, Box::new(due::typed(words, &self.commune).unwrap()))
            }
        };
        self.put(&edit);
    }
    fn check(&self) {
        let sheet = self.desk.sheet();
        let pieces = sheet.pieces();
        let mut here = 0;
        for piece in &pieces {
            assert_eq!(piece.span.from, here, "the pieces leave no gap");
            here = piece.span.to;
        }
        assert_eq!(here, sheet.source.len());
        let mut ids: Vec<TaskId> = sheet.items.iter().map(|item| item.id).collect();
        ids.sort_unstable();
        ids.dedup();
        assert_eq!(ids.len(), sheet.items.len(), "no id twice");
        for item in &sheet.items {
            assert!(item.draft.parent.is_none_or(|parent| sheet.item(parent).is_some()));
            assert_eq!(
                item.draft.recurrence.is_some(),
                item.draft.nature == openapi::tasks::Nature::Recurring
            );
        }
        let shown = self.desk.shown();
        assert_eq!(self.desk.at().is_some(), !shown.is_empty());
        assert!(self.desk.at().is_none_or(|at| shown.contains(&at)));
    }
}

/// A server as ours is: versions, repeated sends, references.
#[derive(Debug, Default)]
struct Server {
    directive: Option<Directive>,
    tasks: BTreeMap<TaskId, Task>,
}

impl Server {
    fn touch(&mut self) {
        let directive = self.directive.as_mut().unwrap();
        directive.version = directive.version.next();
    }
    fn refers(&self, draft: &TaskDraft) -> bool {
        let known = |id: Option<TaskId>| id.is_none_or(|id| self.tasks.contains_key(&id));
        known(draft.parent) && known(draft.due.shared_with)
    }
    fn shown(&self) -> Answer {
        self.directive.clone().map_or(Answer::Gone, |found| Answer::Directive(Box::new(found)))
    }
    fn take(&mut self, step: &Step) -> Answer {
        match step {
            Step::PutDirective(draft) => match &self.directive {
                Some(found) if found.draft != **draft => Answer::Stale,
                Some(_) => self.shown(),
                None => {
                    let state = DirectiveState::Draft;
                    let new = Directive {
                        id: directive(),
                        draft: (**draft).clone(),
                        state,
                        version: Version::FIRST,
                        ..Directive::example()
                    };
                    self.directive = Some(new);
                    self.shown()
                }
            },
            Step::PatchDirective(draft, version) => {
                let Some(found) = self.directive.as_mut() else { return Answer::Gone };
                if found.version != *version {
                    return Answer::Stale;
                }
                if found.draft != **draft {
                    found.draft = (**draft).clone();
                    found.version = found.version.next();
                }
                self.shown()
            }
            Step::LookAtDirective(_) => self.shown(),
            Step::PutTask(id, draft) => match self.tasks.get(id) {
                Some(task) if task.draft != **draft => Answer::Stale,
                Some(task) => Answer::Task(Box::new(task.clone())),
                None if !self.refers(draft) => Answer::Refused("reference".to_owned()),
                None => {
                    let task = Task {
                        id: *id,
                        draft: (**draft).clone(),
                        version: Version::FIRST,
                        ..Task::example()
                    };
                    self.tasks.insert(*id, task.clone());
                    self.touch();
                    Answer::Task(Box::new(task))
                }
            },
            Step::PatchTask(id, draft, version) => {
                if !self.refers(draft) {
                    return Answer::Refused("reference".to_owned());
                }
                let Some(task) = self.tasks.get_mut(id) else { return Answer::Gone };
                if task.version != *version {
                    return Answer::Stale;
                }
                if task.draft != **draft {
                    task.draft = (**draft).clone();
                    task.version = task.version.next();
                }
                let answer = Answer::Task(Box::new(task.clone()));
                self.touch();
                answer
            }
            Step::LookAtTask(id, _) => {
                self.tasks.get(id).map_or(Answer::Gone, |task| Answer::Task(Box::new(task.clone())))
            }
            Step::DeleteTask(id, version) => {
                match self.tasks.get(id).map(|task| task.version) {
                    None => return Answer::Gone,
                    Some(own) if own != *version => return Answer::Stale,
                    Some(_) => {}
                }
                self.tasks.retain(|other, task| other != id && task.draft.parent != Some(*id));
                for task in self.tasks.values_mut().filter(|task| task.draft.due.shared_with == Some(*id)) {
                    task.draft.due.shared_with = None;
                }
                self.touch();
                Answer::Done
            }
        }
    }
    fn says(&self, clerk: &Clerk) {
        let wanted: BTreeMap<TaskId, TaskDraft> = clerk.wanted().into_iter().collect();
        let found: BTreeMap<TaskId, TaskDraft> =
            self.tasks.iter().map(|(id, task)| (*id, task.draft.clone())).collect();
        assert_eq!(found, wanted, "the server has what is shown");
        assert_eq!(self.directive.as_ref().unwrap().draft, clerk.desk.facts);
    }
}

#[test]
fn a_pasted_text_becomes_tasks_and_they_are_saved() {
    let (mut clerk, mut server) = (Clerk::begin(), Server::default());
    clerk.check();
    assert!(matches!(clerk.standing(), Standing::Saving(_)));
    assert!(clerk.wanted().len() >= 4, "{:?}", clerk.wanted().len());
    clerk.save(&mut server);
    assert_eq!(clerk.standing(), Standing::Saved);
    server.says(&clerk);
}

#[test]
fn a_split_is_read_at_once_and_a_merge_undoes_it() {
    let mut clerk = Clerk::begin();
    let sheet = clerk.desk.sheet().clone();
    let found = sheet.source.find("rà soát hộ nghèo", 0).unwrap();
    let whole = sheet.items.iter().find(|item| item.span.unwrap().holds(found)).unwrap();
    let comma = sheet.source.find(", báo cáo Ban Thường vụ", 0).unwrap();
    assert!(clerk.put(&Edit::Split(whole.id, comma.from + 1)));
    let items = &clerk.desk.sheet().items;
    let place = items.iter().position(|item| item.id == whole.id).unwrap();
    let (one, other) = (&items[place].draft, &items[place + 1].draft);
    assert!(one.content.as_str().contains("rà soát hộ nghèo trước ngày 15/12/2026"));
    assert_eq!(other.content.as_str(), "báo cáo Ban Thường vụ");
    assert_eq!(one.due.on, Some("2026-12-14".parse().unwrap()));
    assert_eq!((other.due.on, other.due.shared_with), (one.due.on, Some(whole.id)));
    assert_eq!(other.assignees[0].units, [unit(5)], "who is named at the head does both");
    assert!(clerk.put(&Edit::Merge(whole.id)));
    let merged = clerk.desk.sheet().item(whole.id).unwrap();
    assert_eq!(merged.draft.content, whole.draft.content);
    assert_eq!(merged.draft.due.on, whole.draft.due.on);
    assert!(clerk.desk.undo() && clerk.desk.undo());
    assert_eq!(*clerk.desk.sheet(), sheet);
}

#[test]
fn letters_without_marks_find_units_and_classes() {
    let commune = commune();
    let first = |typed: &str| {
        assign::offered(typed, &commune).first().map(|who| (who.name.to_string(), who.unit.is_none()))
    };
    assert_eq!(first("tat ca thon"), Some(("Các thôn".to_owned(), true)));
    assert_eq!(first("cac chi bo"), Some(("Các chi bộ".to_owned(), true)));
    assert_eq!(first("cb xuan bac"), Some(("Chi bộ Xuân Bạc".to_owned(), false)));
    assert_eq!(first("ubnd"), Some(("Ủy ban nhân dân xã".to_owned(), false)));
    assert_eq!(first("thon"), Some(("Các thôn".to_owned(), true)));
    let who = assign::offered("dong may", &commune).remove(0);
    let one = assign::add(&[], &who, assign::role_of_next(&[]), &commune);
    assert_eq!(one[0].role, AssigneeRole::ChuTri);
    assert_eq!(assign::role_of_next(&one), AssigneeRole::PhoiHop);
    assert_eq!(assign::add(&one, &who, AssigneeRole::TheoDoi, &commune).len(), 1, "nobody is given it twice");
}

#[test]
fn two_windows_are_told_of_each_other() {
    let (mut clerk, mut server) = (Clerk::begin(), Server::default());
    clerk.save(&mut server);
    let mut other = Clerk::open(commune(), &server, None, 5_000).unwrap();
    let one = clerk.any(0);
    clerk.put(&Edit::Content(one, "Việc đã sửa ở đây".try_into().unwrap()));
    other.put(&Edit::Content(one, "Việc đã sửa ở kia".try_into().unwrap()));
    other.save(&mut server);
    clerk.save(&mut server);
    assert!(matches!(clerk.saving.trouble(Some(one)), Some(Trouble::Task(_))));
    assert_eq!(clerk.standing(), Standing::Stopped(1));
    assert_eq!(
        server.tasks[&one].draft.content.as_str(),
        "Việc đã sửa ở kia",
        "nothing is written over unseen"
    );
    // Over a reload it is still told.
    let mut again = clerk.reload(&server);
    assert!(matches!(again.saving.trouble(Some(one)), Some(Trouble::Task(_))));
    again.saving.keep_mine(Some(one));
    again.save(&mut server);
    assert_eq!(server.tasks[&one].draft.content.as_str(), "Việc đã sửa ở đây");
    other.put(&Edit::Priority(one));
    other.save(&mut server);
    let Some(Trouble::Task(theirs)) = other.saving.take_theirs(Some(one)) else { panic!("it was not told") };
    other.desk.take_theirs(&theirs);
    other.save(&mut server);
    assert_eq!(other.standing(), Standing::Saved);
    server.says(&other);
}

#[test]
fn what_is_taken_out_comes_back_and_what_was_left_out_goes_in() {
    let (mut clerk, mut server) = (Clerk::begin(), Server::default());
    let many = clerk.wanted().len();
    let one = clerk.any(1);
    clerk.put(&Edit::Drop(one));
    clerk.save(&mut server);
    assert_eq!(server.tasks.len(), many - 1);
    let mut clerk = clerk.reload(&server);
    assert_eq!(clerk.desk.sheet().count(Filter::Dropped), 1, "it lies there, to be taken in again");
    let out = clerk.desk.sheet().items.iter().find(|item| item.dropped).unwrap().id;
    clerk.put(&Edit::Drop(out));
    let left = clerk.desk.sheet().source.find("Thời gian qua", 0).unwrap();
    let span = clerk.desk.sheet().takable().into_iter().find(|span| span.from == left.from).unwrap();
    clerk.put(&Edit::TakeIn(span));
    let taken = clerk.desk.item().unwrap();
    assert_eq!(taken.draft.content.as_str(), "Thời gian qua việc này làm tốt");
    clerk.save(&mut server);
    assert_eq!(server.tasks.len(), many + 1);
    server.says(&clerk);
}

#[test]
fn an_empty_place_is_nothing_to_open() {
    assert!(Clerk::open(commune(), &Server::default(), None, 0).is_none());
}

#[test]
fn marks_show_what_is_in_what_is_out_and_what_was_left() {
    let mut clerk = Clerk::begin();
    let one = clerk.any(0);
    clerk.put(&Edit::Drop(one));
    let marks: Vec<Mark> = clerk.desk.sheet().pieces().iter().map(|piece| piece.mark).collect();
    assert!(marks.contains(&Mark::Dropped(one)));
    assert!(marks.iter().any(|mark| matches!(mark, Mark::LeftOut(_))));
    assert!(clerk.put(&Edit::TakeIn(Span { from: 0, to: 8 })), "a heading may be taken in by hand");
}

/// What may happen to one step on its way.
fn network() -> impl Strategy<Value = u8> {
    0_u8..6
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(200))]

    #[test]
    fn any_edits_leave_a_sound_desk_and_undo_leads_back(
        deeds in prop::collection::vec((0_u8..26, 0_usize..60, "[a-zạ ,.;]{0,12}"), 0..60),
    ) {
        let mut clerk = Clerk::begin();
        let before = clerk.desk.sheet().clone();
        for (deed, place, text) in &deeds {
            clerk.act(*deed, *place, text);
            clerk.check();
        }
        let after = clerk.desk.sheet().clone();
        let (steps, _) = clerk.desk.steps();
        for _ in 0..steps {
            prop_assert!(clerk.desk.undo());
            clerk.check();
        }
        prop_assert_eq!(clerk.desk.sheet(), &before);
        for _ in 0..steps {
            clerk.desk.redo();
        }
        prop_assert_eq!(clerk.desk.sheet(), &after);
    }

    #[test]
    fn what_is_saved_is_what_is_shown_whatever_the_network_and_the_browser_do(
        rounds in prop::collection::vec(((0_u8..26, 0_usize..60, "[a-zạ ]{1,12}"), network(), 0_u8..12), 0..80),
    ) {
        let (mut clerk, mut server) = (Clerk::begin(), Server::default());
        for ((deed, place, text), network, reload) in &rounds {
            clerk.act(*deed, *place, text);
            for _ in 0..*network {
                let Some(step) = clerk.step() else { break };
                let answer = match *network {
                    // It never arrived.
                    4 => Answer::Lost,
                    // It was done, and nobody heard of it.
                    5 => {
                        server.take(&step);
                        Answer::Lost
                    }
                    _ => server.take(&step),
                };
                clerk.saving.settle(answer);
            }
            if *reload == 0 {
                let before: BTreeMap<_, _> = clerk.wanted().into_iter().collect();
                clerk = clerk.reload(&server);
                clerk.check();
                let after: BTreeMap<_, _> = clerk.wanted().into_iter().collect();
                prop_assert_eq!(before, after, "a reload loses nothing");
            }
        }
        clerk.save(&mut server);
        prop_assert_eq!(clerk.standing(), Standing::Saved);
        server.says(&clerk);
    }
}
