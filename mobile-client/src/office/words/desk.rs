//! Words of entering a document and splitting it into tasks.

super::words! {
    /// Entering and splitting.
    Desk;
    // Entering.
    NewTitle: "Nhập văn bản", "Enter a document";
    PasteLabel: "Nội dung văn bản", "Text of the document";
    PasteHint: "Dán toàn bộ văn bản, kể cả phần đầu và phần ký. Ctrl+Enter để đọc. Văn bản mật không được đưa vào đây.",
        "Paste the whole document, head and signature included. Ctrl+Enter reads it. Secret documents may not be entered.";
    FileLabel: "Hoặc thả tệp DOCX, PDF vào đây", "Or drop a DOCX or PDF file here";
    FileHint: "PDF phải có chữ, không phải ảnh quét.", "A PDF must have its text in it, not a scan.";
    Read: "Đọc văn bản", "Read the document";
    Reading: "Đang đọc…", "Reading…";
    NothingPasted: "Hãy dán nội dung văn bản trước đã.", "Paste the text of the document first.";
    TooLong: "Văn bản dài hơn 100.000 ký tự. Hãy nhập từng phần.", "The document is longer than 100 000 characters. Enter it in parts.";
    Found: "Đã đọc được {} việc", "{} directives were read";
    FoundHint: "Xem lại những gì đọc được ở phần đầu văn bản, rồi bắt đầu tách việc.", "Look over what was read at the head of the document, then begin to split it.";
    Begin: "Bắt đầu tách việc", "Begin to split";
    AnotherText: "Dán văn bản khác", "Paste another text";
    FoundBy: "từ “{}”", "from “{}”";
    FoundUnsure: "từ “{}”, cần xem lại", "from “{}”, please check";
    NotFound: "Không thấy trong văn bản", "Not found in the document";
    Kind: "Loại văn bản", "Kind";
    Issuer: "Cơ quan ban hành", "Issued by";
    Number: "Số", "Number";
    Symbol: "Ký hiệu", "Symbol";
    Title: "Trích yếu", "Title";
    IssuedOn: "Ngày văn bản", "Date of the document";
    MeetingOn: "Ngày họp", "Date of the meeting";
    Signer: "Người ký", "Signed by";
    PeriodFrom: "Kỳ thực hiện từ ngày", "Period, first day";
    PeriodTo: "Đến ngày", "Last day";
    PeriodHalf: "Kỳ thực hiện cần cả ngày đầu và ngày cuối.", "A period needs its first and its last day.";
    Recipients: "Nơi nhận, mỗi dòng một nơi", "Recipients, one on each line";

    // The desk.
    Facts: "Thông tin văn bản", "About the document";
    Source: "Văn bản", "The document";
    Tasks: "Các việc", "Tasks";
    CountAll: "{} việc", "{} tasks";
    CountUnassigned: "{} chưa rõ người", "{} without a doer";
    CountUndated: "{} chưa có hạn", "{} without a date";
    CountToLook: "{} cần xem lại", "{} to look at";
    CountDropped: "{} đã bỏ", "{} taken out";
    Filters: "Chỉ xem", "Show only";
    NothingShown: "Không có việc nào ở mục này.", "There is nothing of this kind.";
    NoTasks: "Chưa có việc nào. Bấm t để lấy một đoạn của văn bản thành việc.", "No tasks yet. Press t to make a task of a stretch of the text.";
    Who: "rõ người", "who";
    What: "rõ việc", "what";
    When: "rõ thời gian", "when";
    Result: "rõ sản phẩm", "result";
    Clear: "{}: có", "{}: yes";
    Unclear: "{}: chưa", "{}: not yet";
    Nobody: "Chưa giao cho ai", "Nobody yet";
    Unbound: "{}: chưa rõ đơn vị nào", "{}: no unit yet";
    Undated: "Chưa có hạn", "No date yet";
    Standing: "Thường xuyên", "Standing";
    Conditional: "Khi phát sinh", "When it arises";
    Urgent: "Khẩn", "Urgent";
    ToLook: "Cần xem lại", "Look at this";
    TakenOut: "Đã bỏ", "Taken out";
    Stage: "Mốc", "Stage";
    Per: "{} / {}", "{} per {}";
    Why: "Vì sao", "Why";
    Sure: "Chắc {}%", "{}% sure";
    RoleLead: "chủ trì", "lead";
    RoleWith: "phối hợp", "with";
    RoleFollow: "theo dõi", "follows";
    ChangeRole: "{}: {}, đổi vai trò", "{}: {}, change the role";
    Remove: "Bỏ {}", "Remove {}";
    Edit: "Sửa", "Change";
    Assign: "Giao", "Assign";
    Due: "Hạn", "Due";
    Product: "Sản phẩm", "Result";
    Split: "Tách", "Split";
    Merge: "Gộp", "Merge";
    Drop: "Bỏ", "Take out";
    TakeBack: "Lấy lại", "Take in again";
    Right: "Đúng rồi", "It is right";
    Issue: "Xem trước và giao việc", "Preview and issue";
    ContentLabel: "Nội dung việc", "What is to be done";
    AssignLabel: "Giao cho ai, gõ không cần dấu", "Who is to do it";
    AssignHint: "{} · Enter để giao, → để đổi vai trò, Enter lần nữa để xong", "{} · Enter assigns, → changes the role, Enter again ends";
    AssignNone: "Không có đơn vị nào giống vậy", "No unit is like that";
    WholeClass: "mọi đơn vị cùng loại", "every unit of the kind";
    DueLabel: "Hạn, gõ bằng lời: cuoi thang, 15/12, truoc tet, hang thang", "Due, in words: cuoi thang, 15/12, truoc tet, hang thang";
    DueUnknown: "Chưa hiểu thời gian này", "This time is not understood";
    DueMeans: "Tức là: {}", "That is: {}";
    ProductLabel: "Sản phẩm phải có", "What it must result in";
    SplitHint: "← → chọn chỗ tách, Enter để tách, Esc để thôi", "Left and Right choose where, Enter splits, Esc leaves it";
    NoCut: "Việc này không có chỗ nào để tách.", "There is no place to split this.";
    NoMerge: "Không có việc nào ở sau để gộp.", "There is no task after it to merge with.";
    TakeInHint: "↑ ↓ chọn đoạn, Enter để lấy thành việc, Esc để thôi", "Up and Down choose a stretch, Enter makes a task of it, Esc leaves it";
    NothingLeft: "Không còn đoạn nào ở ngoài.", "No stretch is left out.";
    NothingToLook: "Không còn việc nào cần xem lại.", "Nothing is left to look at.";
    NothingToUndo: "Không còn gì để hoàn tác.", "There is nothing to undo.";

    // Saving.
    Saved: "Đã lưu", "Saved";
    Saving: "Đang lưu, còn {}", "Saving, {} to go";
    Unsaved: "Chưa lưu {} mục: chưa nối được với máy chủ, đang thử lại", "{} not saved: the server does not answer, trying again";
    Stopped: "{} mục chưa lưu được, hãy xem lại", "{} could not be saved, please look";
    IssuedAlready: "Văn bản đã được giao, không sửa ở đây nữa", "The document has been issued, nothing is changed here any more";
    KeptHere: "Những gì chưa lưu được giữ trong trình duyệt này.", "What is not saved is kept in this browser.";
    Theirs: "Người khác hoặc một cửa sổ khác vừa sửa mục này thành: “{}”", "Somebody else, or another window, has just changed this to: “{}”";
    TakeTheirs: "Lấy bản kia", "Take theirs";
    KeepMine: "Giữ bản của tôi", "Keep mine";
    NotTaken: "Máy chủ không nhận: {}", "The server does not take it: {}";
    WaitSaving: "Còn phần chưa lưu, chưa giao được. Hãy đợi một chút rồi thử lại.", "Not everything is saved yet, so nothing can be issued. Wait a moment and try again.";
    SomebodyChanged: "Người khác vừa sửa văn bản này. Hãy mở lại trang để xem bản mới.", "Somebody else has just changed this document. Load the page again to see it.";
    PreviewTitle: "Ai nhận việc gì", "Who gets what";
    UnitTasks: "Việc của từng đơn vị", "The tasks of each unit";

    // Keys.
    Keys: "Phím tắt khi tách việc", "Keys for splitting";
    KeyDown: "Việc sau", "Next task";
    KeyUp: "Việc trước", "Task before";
    KeyFirst: "Việc đầu", "First task";
    KeyLast: "Việc cuối", "Last task";
    KeyNext: "Việc tiếp theo cần xem lại", "Next task to look at";
    KeyEdit: "Sửa nội dung", "Change the words";
    KeyAssign: "Giao cho đơn vị", "Assign to a unit";
    KeyDue: "Đặt hạn", "Set the due date";
    KeyProduct: "Đặt sản phẩm", "Set the result";
    KeyPriority: "Khẩn, thường", "Urgent or not";
    KeySplit: "Tách làm hai", "Split in two";
    KeyMerge: "Gộp với việc sau", "Merge with the next";
    KeyDrop: "Bỏ, lấy lại", "Take out, take in again";
    KeyTakeIn: "Lấy một đoạn ở ngoài thành việc", "Make a task of a stretch left out";
    KeyLooked: "Đã xem, đúng rồi", "Looked at, it is right";
    KeyUndo: "Hoàn tác", "Undo";
    KeyRedo: "Làm lại", "Redo";
    KeyFacts: "Thông tin văn bản", "About the document";
    KeyIssue: "Xem trước và giao việc", "Preview and issue";
}
