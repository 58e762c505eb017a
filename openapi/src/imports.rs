//! Imports: what a document would become, before anything of it is entered. **Invariant: an import is
//! a dry run; nothing is stored, and every character of the text is in a proposal or left out with a
//! reason.**
//!
//! The rules that fill these types stand in [`crate::reading`].

use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

use crate::{
    access::{Access, Action},
    directives::{DirectiveKind, Period},
    endpoint::{Dto, bytes_body, endpoints},
    sessions::{example, example_date, example_id},
    tasks::{
        Assignee, AssigneeRole, Basis, Due, DuePrecision, DueSource, Nature, Priority, Recurrence, Target,
        TaskKind,
    },
    units::{UnitId, UnitKind},
    value::{Date, Name, Note, Percent, Phrase, Position, Title, codes, text_value},
};

text_value! {
    /// The text of a document as pasted: broken lines, page breaks and marks included; up to a
    /// million characters.
    ImportText: matching r"\S" 1..=1000000, by |text| text.chars().any(|c| !c.is_whitespace()),
        example "KẾT LUẬN\nHội nghị Ban Thường vụ tháng 11/2026\n…\n1. Giao các thôn hoàn thành xóa nhà tạm trước ngày 01/12/2026.\n"
}

/// A document to be read.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
pub struct ImportRequest {
    /// Its text.
    pub text: ImportText,
}
impl Dto for ImportRequest {
    /// A million characters of Vietnamese, each of three bytes and escaped by a careless program.
    const BYTES_AT_MOST: usize = 6 << 20;
    fn example() -> Self {
        Self { text: ImportText::example() }
    }
}

bytes_body! {
    /// The file of a document: DOCX, or PDF with its text in it. What it is, is judged by its content.
    ImportFile:
        "application/vnd.openxmlformats-officedocument.wordprocessingml.document",
        "application/pdf",
        "application/octet-stream"
}

/// A stretch of the text of an [`Import`]: from a character up to, but not including, another.
///
/// Positions count Unicode code points. The text holds none beyond U+FFFF, so that they are UTF-16
/// code units as well: `text.slice(from, to)` in JavaScript, `text[from:to]` in Python.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize, ToSchema)]
pub struct Span {
    /// The first character.
    #[schema(minimum = 0, maximum = 4_000_000)]
    pub from: u32,
    /// The character after the last.
    #[schema(minimum = 0, maximum = 4_000_000)]
    pub to: u32,
}
impl Span {
    /// How many characters it holds.
    #[must_use]
    pub const fn len(self) -> u32 {
        self.to.saturating_sub(self.from)
    }
    /// Whether it holds none.
    #[must_use]
    pub const fn is_empty(self) -> bool {
        self.len() == 0
    }
    /// Whether another lies in it whole.
    #[must_use]
    pub const fn holds(self, other: Self) -> bool {
        self.from <= other.from && other.to <= self.to
    }
}

codes! {
    /// What a finding is about.
    Found {
        Kind = "kind", "Loại văn bản", "Kind of document";
        Issuer = "issuer", "Cơ quan ban hành", "Issuer";
        Number = "number", "Số, ký hiệu", "Number and symbol";
        Title = "title", "Trích yếu", "Title";
        IssuedOn = "issued_on", "Ngày ban hành", "Day of issue";
        MeetingOn = "meeting_on", "Ngày họp", "Day of the meeting";
        Signer = "signer", "Người ký", "Signer";
        Signing = "signing", "Thể thức ký", "In whose name it is signed";
        ConcludedBy = "concluded_by", "Người kết luận", "Who concluded";
        Period = "period", "Kỳ thực hiện", "Period";
        Recipients = "recipients", "Nơi nhận", "Recipients";
        Directive = "directive", "Là một việc", "That it is a directive";
        Boundary = "boundary", "Chỗ bắt đầu, kết thúc", "Where it begins and ends";
        Assignee = "assignee", "Đơn vị thực hiện", "Assignee";
        Due = "due", "Thời hạn", "Due date";
        Recurrence = "recurrence", "Định kỳ", "Recurrence";
        Target = "target", "Chỉ tiêu", "Target";
        Stage = "stage", "Mốc tiến độ", "Stage";
        Priority = "priority", "Mức khẩn", "Priority";
        Product = "product", "Sản phẩm", "Product";
        Citation = "citation", "Văn bản viện dẫn", "Cited document";
    }
}

codes! {
    /// Why something was found: the rule that spoke.
    Because {
        Header = "header", "Theo phần đầu văn bản", "It stands in the head of the document";
        TitleWords = "title_words", "Theo tên văn bản", "The title says so";
        SignatureBlock = "signature_block", "Theo phần ký", "It stands where the document is signed";
        OpeningWords = "opening_words", "Theo đoạn mở đầu", "The opening paragraph says so";
        OrderVerb = "order_verb", "Có từ giao việc", "A verb of ordering";
        DutyOfSubject = "duty_of_subject", "Chủ thể và động từ chỉ trách nhiệm", "A body and a verb of duty";
        VerbInTasks = "verb_in_tasks", "Động từ trong phần nhiệm vụ", "A verb phrase in a section of tasks";
        GoalInGoals = "goal_in_goals", "Con số hoặc mức trong phần mục tiêu", "A figure or grade in a section of goals";
        ClosingOrder = "closing_order", "Câu giao tổ chức thực hiện", "The closing order to carry it out";
        WordsOfAttention = "words_of_attention", "Có từ nhấn mạnh", "Words of urgency";
        NewSentence = "new_sentence", "Câu mới", "A new sentence";
        NewDoer = "new_doer", "Đơn vị khác", "Another doer";
        NewTime = "new_time", "Thời hạn khác", "Another time";
        NewMeasure = "new_measure", "Chỉ tiêu khác", "Another measure";
        OwnProduct = "own_product", "Sản phẩm riêng", "A product of its own";
        OtherLineOfWork = "other_line_of_work", "Lĩnh vực khác", "Another line of work";
        StatedInClause = "stated_in_clause", "Ghi trong câu", "Written in the clause";
        FromHeading = "from_heading", "Theo đề mục", "From the heading above";
        FromClauseHead = "from_clause_head", "Theo đầu câu hoặc mục", "From the head of the clause or item";
        FromNeighbour = "from_neighbour", "Theo việc bên cạnh", "From the obligation beside it";
        PartnerNamed = "partner_named", "Sau từ “phối hợp với”, “giữa … với”", "After “together with”, “between … and”";
        SetToWork = "set_to_work", "Được đơn vị khác chỉ đạo làm", "Set to work by another body";
        TopicOfClause = "topic_of_clause", "Việc nói về đơn vị này", "The work is about this body";
        ClassOfUnits = "class_of_units", "Cả nhóm đơn vị", "A class of units";
        ExactName = "exact_name", "Đúng tên hoặc tên gọi khác", "The exact name or an alias";
        NearName = "near_name", "Gần giống tên", "Near to a name";
        DateWords = "date_words", "Từ chỉ thời hạn", "Words of a date";
        TermOfOffice = "term_of_office", "Theo nhiệm kỳ", "From the term of office";
        NamedEvent = "named_event", "Theo sự kiện", "From an event";
        SetElsewhere = "set_elsewhere", "Quy định ở văn bản khác", "Set by another document";
        CycleWords = "cycle_words", "Từ chỉ chu kỳ", "Words of a cycle";
        FigureWords = "figure_words", "Con số có đơn vị", "A figure with its unit";
        GradeWords = "grade_words", "Mức xếp loại", "A grade";
        DatedStages = "dated_stages", "Các mốc có thời gian", "Dated stages of one product";
        NumberAndSymbol = "number_and_symbol", "Số và ký hiệu văn bản", "Number and symbol of a document";
    }
}

/// Why something was proposed: which words led to it, and how sure it is.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
pub struct Finding {
    /// What it is about.
    pub what: Found,
    /// The rule that spoke.
    pub because: Because,
    /// The words, cut at a hundred or so.
    pub words: Option<Title>,
    /// Where they stand; outside the proposal when they were inherited.
    pub span: Option<Span>,
    /// How sure it is. Below 80 a person should look.
    pub certainty: Percent,
}

/// What was found of the document itself: the fields of a directive, each absent when it was not
/// printed.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
pub struct FoundDocument {
    /// The kind of document.
    pub kind: Option<DirectiveKind>,
    /// The body that issued it, as printed.
    pub issuer: Option<Name>,
    /// The unit that body is, when it is certain.
    pub issuer_unit: Option<UnitId>,
    /// The number.
    pub number: Option<Phrase>,
    /// The symbol that follows the number: "KL/ĐU".
    pub symbol: Option<Phrase>,
    /// The title.
    pub title: Option<Title>,
    /// The day printed on it.
    pub issued_on: Option<Date>,
    /// The day of the meeting it concludes.
    pub meeting_on: Option<Date>,
    /// Who signed.
    pub signer: Option<Name>,
    /// In whose name he signed: "T/M BAN THƯỜNG VỤ".
    pub signing_authority: Option<Phrase>,
    /// His position, as printed.
    pub signing_position: Option<Phrase>,
    /// Who concluded the meeting, as printed.
    pub concluded_by: Option<Title>,
    /// The time its tasks are for. Never copied into a task by itself.
    pub period: Option<Period>,
    /// To whom it goes, as printed.
    #[serde(default)]
    #[schema(max_items = 200)]
    pub recipients: Vec<Title>,
    /// Which words each field came from, and how sure it is.
    #[schema(max_items = 50)]
    pub findings: Vec<Finding>,
}

codes! {
    /// What a section of a document holds.
    Section {
        Tasks = "tasks", "Nhiệm vụ, giải pháp", "Tasks";
        Goals = "goals", "Mục tiêu, chỉ tiêu", "Goals with figures";
        Carrying = "carrying", "Tổ chức thực hiện", "Carrying out";
        Results = "results", "Kết quả", "Results";
        Shortcomings = "shortcomings", "Tồn tại, hạn chế", "Shortcomings";
        Situation = "situation", "Tình hình, sự cần thiết", "The situation";
        Viewpoint = "viewpoint", "Quan điểm", "Viewpoints";
        GeneralGoal = "general_goal", "Mục tiêu tổng quát", "The general goal";
        Plain = "plain", "Không rõ", "Not said";
    }
}
impl Section {
    /// Whether nothing in it is to be done.
    #[must_use]
    pub const fn is_context(self) -> bool {
        matches!(
            self,
            Self::Results | Self::Shortcomings | Self::Situation | Self::Viewpoint | Self::GeneralGoal
        )
    }
}

/// A heading of the document.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
pub struct OutlineItem {
    /// Where it stands.
    pub span: Span,
    /// Its label, as printed: "III", "2.1", "a".
    pub label: Option<Phrase>,
    /// Its words, without the label.
    pub heading: Option<Title>,
    /// How deep it lies; the outermost is 0.
    #[schema(minimum = 0, maximum = 20)]
    pub depth: u32,
    /// What it holds.
    pub section: Section,
    /// Whether nothing in it is to be done, so that nothing is drawn from it.
    pub context: bool,
}

/// A unit of the commune that a name might mean.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
pub struct UnitMatch {
    /// The unit.
    pub unit: UnitId,
    /// Its name.
    pub name: Name,
    /// Its kind.
    pub kind: UnitKind,
    /// How near it is; 100 is its own name or an alias of it.
    pub certainty: Percent,
}

/// Who is to do it, and how that was found.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
pub struct ProposedAssignee {
    /// Who. It has units only where the name is certain, and a class where it names one.
    pub assignee: Assignee,
    /// Units that might be meant, the nearest first; for the clerk to choose where none is bound.
    #[serde(default)]
    #[schema(max_items = 5)]
    pub candidates: Vec<UnitMatch>,
    /// How it was found.
    pub because: Because,
    /// Where the name stands; outside the proposal when it was inherited.
    pub span: Option<Span>,
    /// How sure it is.
    pub certainty: Percent,
}

/// A dated stage of one product: a child task.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
pub struct ProposedStage {
    /// Where it stands, its time included.
    pub span: Span,
    /// What is to be done by then.
    pub content: Note,
    /// When it is due.
    pub due: Due,
}

/// A document that a clause cites.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
pub struct CitedDocument {
    /// Where it stands.
    pub span: Span,
    /// Its kind, where that is one of ours.
    pub kind: Option<DirectiveKind>,
    /// Its number and symbol: "50-CT/TW".
    pub number: Phrase,
    /// Its day. Never a due date.
    pub dated: Option<Date>,
    /// Who issued it, as printed.
    pub issuer: Option<Name>,
}

/// One obligation as the rules read it: a task but for its ids.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
pub struct Proposal {
    /// Where it stands.
    pub span: Span,
    /// Its place in the order of the document, from 1.
    pub position: Position,
    /// Its place in the outline, as printed: "III.2.1".
    pub place: Option<Phrase>,
    /// The nearest heading above.
    pub heading: Option<Title>,
    /// What is to be done: the words of its span, in one line.
    pub content: Note,
    /// The sentence it comes from, word for word.
    pub quote: Option<Note>,
    /// Something to do, or a figure to reach.
    pub kind: TaskKind,
    /// How it ends.
    pub nature: Nature,
    /// How urgent it is.
    pub priority: Priority,
    /// When it is due.
    pub due: Due,
    /// The proposal in which the date is printed, when it is shared.
    pub due_shared_with: Option<Position>,
    /// The document or thing it must result in.
    pub product: Option<Title>,
    /// Figures to reach.
    #[serde(default)]
    #[schema(max_items = 20)]
    pub targets: Vec<Target>,
    /// How often it comes again.
    pub recurrence: Option<Recurrence>,
    /// Who is to do it. Nobody is guessed.
    #[serde(default)]
    #[schema(max_items = 50)]
    pub assignees: Vec<ProposedAssignee>,
    /// Its dated stages.
    #[serde(default)]
    #[schema(max_items = 20)]
    pub stages: Vec<ProposedStage>,
    /// The documents it cites.
    #[serde(default)]
    #[schema(max_items = 50)]
    pub cites: Vec<CitedDocument>,
    /// Why: which words led to what.
    #[schema(max_items = 200)]
    pub findings: Vec<Finding>,
    /// How sure it is that this is one directive, whole.
    pub certainty: Percent,
}

codes! {
    /// Why a stretch is in no proposal.
    LeftOut {
        Letterhead = "letterhead", "Phần đầu văn bản", "The head of the document";
        Title = "title", "Tên văn bản", "The title";
        Preamble = "preamble", "Đoạn mở đầu", "The opening";
        Heading = "heading", "Đề mục", "A heading";
        Label = "label", "Số thứ tự, dấu đầu dòng", "A number or bullet";
        Results = "results", "Kết quả đã làm", "Results";
        Shortcomings = "shortcomings", "Tồn tại, hạn chế", "Shortcomings";
        Situation = "situation", "Tình hình", "The situation";
        Viewpoint = "viewpoint", "Quan điểm", "A viewpoint";
        GeneralGoal = "general_goal", "Mục tiêu tổng quát", "The general goal";
        Assent = "assent", "Nhất trí, ghi nhận", "Assent or recognition";
        Recital = "recital", "Việc đã qua, căn cứ", "Something past, or a ground";
        Formality = "formality", "Câu hình thức", "A formality";
        Recipients = "recipients", "Nơi nhận", "Recipients";
        Signature = "signature", "Phần ký", "The signature";
        Footnote = "footnote", "Chú thích", "A footnote";
        Connective = "connective", "Từ nối, dấu câu", "Connecting words and punctuation";
        Unclear = "unclear", "Không rõ là việc; xin xem lại", "Not clearly a directive; please look";
    }
}

/// A stretch that is in no proposal, and why.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
pub struct LeftOutSpan {
    /// Where it stands.
    pub span: Span,
    /// Why.
    pub because: LeftOut,
}

/// A document as the rules read it.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
pub struct Import {
    /// The text with what scans and pages do to it undone; every position counts in it.
    #[schema(max_length = 4_000_000, pattern = r"^[\s\S]*$")]
    pub text: String,
    /// What was found of the document itself.
    pub document: FoundDocument,
    /// Its headings, in printed order.
    #[schema(max_items = 20_000)]
    pub outline: Vec<OutlineItem>,
    /// Its obligations, in printed order. No two overlap.
    #[schema(max_items = 20_000)]
    pub proposals: Vec<Proposal>,
    /// Everything else, in printed order.
    #[schema(max_items = 100_000)]
    pub left_out: Vec<LeftOutSpan>,
}
impl Import {
    /// The most proposals an answer holds.
    pub const PROPOSALS_AT_MOST: usize = 20_000;
    /// The most stretches an answer names as left out.
    pub const LEFT_OUT_AT_MOST: usize = 100_000;
}
impl Dto for Import {
    fn example() -> Self {
        let words = "Các thôn hoàn thành xóa nhà tạm trước ngày 01/12/2026";
        let span = Span { from: 3, to: 56 };
        Self {
            text: format!("1. {words}."),
            document: FoundDocument {
                kind: Some(DirectiveKind::KetLuan),
                title: Some(example("Kết luận hội nghị Ban Thường vụ Đảng ủy tháng 11")),
                ..FoundDocument::default()
            },
            outline: Vec::new(),
            proposals: vec![Proposal::example_of(words, span)],
            left_out: vec![
                LeftOutSpan { span: Span { from: 0, to: 3 }, because: LeftOut::Label },
                LeftOutSpan { span: Span { from: 56, to: 57 }, because: LeftOut::Connective },
            ],
        }
    }
}
impl Proposal {
    fn example_of(words: &str, span: Span) -> Self {
        let assignee = Assignee {
            name: example("Các thôn"),
            canonical: None,
            kind: Some(UnitKind::Thon),
            role: AssigneeRole::ChuTri,
            basis: Basis::Explicit,
            via: None,
            units: Vec::new(),
            class: Some(UnitKind::Thon),
        };
        let because = |what, because, words| Finding {
            what,
            because,
            words: Some(example(words)),
            span: None,
            certainty: Percent::example(),
        };
        Self {
            span,
            position: Position::example(),
            place: Some(example("1")),
            heading: None,
            content: example(words),
            quote: Some(example(words)),
            kind: TaskKind::NhiemVu,
            nature: Nature::OneOff,
            priority: Priority::Thuong,
            due: Due {
                text: Some(example("trước ngày 01/12/2026")),
                on: Some(example_date(30)),
                precision: Some(DuePrecision::Day),
                source: DueSource::Stated,
                ..Due::none()
            },
            due_shared_with: None,
            product: None,
            targets: Vec::new(),
            recurrence: None,
            assignees: vec![ProposedAssignee {
                assignee,
                candidates: vec![UnitMatch {
                    unit: example_id(0x31),
                    name: example("Thôn Đồng Sim"),
                    kind: UnitKind::Thon,
                    certainty: Percent::example(),
                }],
                because: Because::ClassOfUnits,
                span: Some(Span { from: 3, to: 11 }),
                certainty: Percent::example(),
            }],
            stages: Vec::new(),
            cites: Vec::new(),
            findings: vec![because(Found::Due, Because::DateWords, "trước ngày 01/12/2026")],
            certainty: Percent::example(),
        }
    }
}

endpoints! {
    tag "Directives";

    /// Read a pasted document
    ///
    /// A dry run: says which obligations the document gives, to whom and by when, by rules that name
    /// the words that led to each. Nothing is stored, and the text does not leave the server.
    /// Documents marked secret are refused at the door.
    TryImport = Post "/v1/imports" as "try_import",
        access: Access::To(Action::Import),
        body: ImportRequest,
        reply: Import,
        answers: [200], refuses: [SecretDocument];

    /// Read the file of a document
    ///
    /// The same for a DOCX, or a PDF with its text in it. A scan without text is refused: have it
    /// recognised first, or paste the text.
    TryFileImport = Post "/v1/imports/file" as "try_file_import",
        access: Access::To(Action::Import),
        body: ImportFile,
        reply: Import,
        answers: [200], refuses: [SecretDocument];
}
