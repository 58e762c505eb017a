//! Words of the calendar and of the ladder of warnings.

super::words! {
    /// Days off, named events, the ladder.
    Calendar;
    Title: "Lịch và sự kiện", "Calendar and events";
    Events: "Sự kiện", "Named events";
    EventsHint: "Hạn “trước Tết”, “kỳ họp cuối năm” lấy ngày từ đây. Đặt hay đổi ngày thì việc đang mở chuyển theo.",
        "Due dates such as “before Tet” take their day from here. Setting or moving a day moves the open work with it.";
    NewEvent: "Thêm sự kiện", "Add an event";
    EditEvent: "Sửa sự kiện", "Change the event";
    Edit: "Sửa", "Change";
    Event: "Tên sự kiện", "Event";
    EventHint: "Kèm năm: “Tết Nguyên đán 2027”.", "With its year, as in “Council session 2027”.";
    From: "Ngày đầu", "First day";
    To: "Ngày cuối", "Last day";
    DateUnknown: "Chưa có ngày", "No day yet";
    WorkOf: "Việc lấy hạn từ đây", "Work due by it";
    NoEvents: "Chưa có sự kiện nào", "There are no events yet";
    NoEventsHint: "Thêm sự kiện khi văn bản giao việc theo dịp, không theo ngày.", "Add one when a document gives work by an occasion instead of a day.";
    MovesWork: "{} việc đang mở sẽ đổi hạn theo.", "{} open assignments will move with it.";
    Days: "Ngày nghỉ và ngày làm bù", "Days off and swapped days";
    DaysHint: "Chỉ những ngày khác thường lệ: ngày lễ, thứ Bảy làm bù. Hạn vẫn có thể rơi vào ngày nghỉ; chỉ việc nhắc tính theo ngày làm việc.",
        "Only days that differ from their weekday: holidays, swapped Saturdays. A due date may fall on a holiday; only warnings count working days.";
    Year: "Năm", "Year";
    YearBefore: "Năm trước", "Year before";
    YearAfter: "Năm sau", "Year after";
    NotEntered: "Chưa ai nhập lịch năm {}", "Nobody has entered {}";
    NotEnteredHint: "Không đoán ngày nghỉ: khi chưa nhập, việc nhắc coi như không có ngày lễ.", "Holidays are never guessed: until it is entered, warnings know of none.";
    Day: "Ngày", "Day";
    DayKind: "Loại", "Kind";
    DayName: "Vì sao", "Why";
    AddDay: "Thêm ngày", "Add a day";
    RemoveDay: "Bỏ ngày {}", "Remove {}";
    SaveYear: "Lưu lịch năm {}", "Save {}";
    NoDays: "Năm này không có ngày nào khác thường lệ.", "No day of this year differs from its weekday.";

    LadderTitle: "Nấc nhắc việc", "Ladder of warnings";
    LadderHint: "Nhắc trước và sau hạn bao nhiêu ngày, và nhắc ai. Số âm là trước hạn, 0 là ngày hạn, số dương là đã trễ.",
        "How many days before and after the due date, and whom. Negative is before, 0 the due day, positive is late.";
    Counting: "Đếm theo", "Counting";
    Rungs: "Các nấc", "Rungs";
    RungDays: "Số ngày so với hạn", "Days from the due date";
    AtOnce: "Gửi ngay, không chờ tin gộp trong ngày", "At once, not in the digest";
    AddRung: "Thêm nấc", "Add a rung";
    RemoveRung: "Bỏ nấc {}", "Remove rung {}";
    DigestAt: "Giờ gửi tin gộp", "Digest at";
    QuietFrom: "Không làm phiền từ", "Quiet from";
    QuietTo: "Đến", "Until";
    Escalate: "Vướng mắc, báo cáo chờ quá mấy ngày thì chuyển lên trên", "Pass on what waits longer than so many days";
    HourHint: "Giờ và phút, ví dụ 07:00.", "Hour and minute, such as 07:00.";
    PreviewTitle: "Ai sẽ được nhắc", "Who would be warned";
    PreviewHint: "Theo các nấc đang ghi ở trên, kể cả khi chưa lưu.", "By the rungs above, also before they are saved.";
    PreviewDo: "Xem trước 14 ngày", "Preview 14 days";
    PreviewNone: "Không ai được nhắc trong 14 ngày tới.", "Nobody would be warned in the next 14 days.";
    PreviewCut: "Danh sách dài, chỉ hiện phần đầu.", "The list is long; only its beginning is shown.";
    PreviewUnknown: "Chưa nhập lịch năm {}: ngày lễ chưa được tính.", "The calendar of {} is not entered: no holidays are counted.";
    On: "Ngày nhắc", "On";
    What: "Việc", "Work";
    Whom: "Người được nhắc", "To";
    Why: "Vì sao", "Why";
    Nobody: "không có ai để nhắc", "there is nobody to tell";
}
