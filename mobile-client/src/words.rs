//! Every word the app shows, in both languages, in one place. **Invariant: a text stands here in
//! Vietnamese and in English or it is not shown; there is no third place for words, but for those of
//! the contract's codes and the server's own refusals.**

use openapi::problem::Language;

macro_rules! words {
    ($($name:ident: $vi:literal, $en:literal;)+) => {
        /// A text of the app. `{}` in it stands for something to be filled in.
        #[derive(Debug, Clone, Copy, PartialEq, Eq)]
        pub enum Word {
            $(#[doc = $en] $name,)+
        }
        impl Word {
            /// All of them.
            pub const ALL: &'static [Self] = &[$(Self::$name),+];
            /// The text in a language.
            #[must_use]
            pub const fn text(self, language: Language) -> &'static str {
                match (self, language) {
                    $(
                        (Self::$name, Language::En) => $en,
                        (Self::$name, Language::Vi | Language::Unknown) => $vi,
                    )+
                }
            }
        }
    };
}

words! {
    // Signing in.
    AppName: "Đôn Đốc", "Đôn Đốc";
    AppPurpose: "Việc của thôn, trong tầm tay", "The commune's work, at hand";
    SignInTitle: "Đăng nhập", "Sign in";
    Login: "Số điện thoại hoặc tên đăng nhập", "Phone number or user name";
    Organisation: "Tên ngắn của xã (văn phòng xã biết)", "Short name of the commune (its office knows it)";
    Password: "Mật khẩu", "Password";
    ShowPassword: "Hiện mật khẩu", "Show the password";
    SignIn: "Vào", "Sign in";
    SigningIn: "Đang vào…", "Signing in…";
    NoPassword: "Chưa có mật khẩu? Hãy xin văn phòng xã tờ giấy có mã QR, rồi quét bằng máy ảnh.",
        "No password yet? Ask the commune office for the sheet with the QR code and scan it with your camera.";
    SignInAgain: "Hãy đăng nhập lại. Những gì bác đã viết vẫn còn trên máy.",
        "Please sign in again. What you wrote is still on this phone.";
    SomebodyElses: "Máy này còn {} mục chưa gửi của người khác. Người đó cần đăng nhập lại để gửi.",
        "This phone holds {} unsent items of somebody else. That person must sign in again to send them.";
    SaveTheirs: "Lưu ra tệp", "Save to a file";
    NoAnswer: "Chưa kết nối được với máy chủ. Hãy kiểm tra sóng hoặc mạng rồi thử lại.",
        "The server cannot be reached. Check your signal and try again.";
    NotOurs: "Mạng này đang chặn: có một trang khác trả lời thay máy chủ. Hãy mở trình duyệt để vào mạng, hoặc dùng mạng khác.",
        "This network is in the way: another page answered in place of the server. Open your browser to join it, or use another network.";
    ActivateTitle: "Kích hoạt lần đầu", "First time here";
    ActivateFor: "Đường dẫn này dành cho", "This link is for";
    ActivateChoose: "Chọn mật khẩu, từ 8 chữ trở lên. Một câu ngắn dễ nhớ là tốt nhất.",
        "Choose a password of 8 characters or more. A short sentence is best.";
    Activate: "Kích hoạt và vào", "Activate and enter";
    ActivateReading: "Đang xem đường dẫn…", "Reading the link…";
    DeviceName: "Điện thoại", "Phone";
    ZaloTitle: "Nên mở bằng trình duyệt", "Better in a browser";
    ZaloText: "Bác đang xem trong Zalo. Bấm dấu ba chấm ở góc trên, chọn “Mở bằng trình duyệt” để dùng được khi mất sóng.",
        "You are inside Zalo. Tap the three dots at the top and choose “Open in browser”, so that it works without signal.";

    // The list of a village head.
    MyWork: "Việc của tôi", "My work";
    PileReturned: "Bị trả lại", "Returned";
    PileOverdue: "Quá hạn", "Overdue";
    PileDueSoon: "Sắp hạn", "Due soon";
    PileInTime: "Trong hạn", "In time";
    PileNoDate: "Thường xuyên, không hạn", "Standing, no date";
    PileWaiting: "Đã báo xong, chờ duyệt", "Reported done, awaiting review";
    PilePaused: "Tạm dừng", "Paused";
    PileDone: "Đã xong gần đây", "Done recently";
    NothingToDo: "Chưa có việc nào được giao", "No work has been given yet";
    NothingToDoHint: "Khi xã giao việc, việc sẽ hiện ở đây. Bác không cần làm gì thêm.",
        "When the commune gives you work it appears here. There is nothing else to do.";
    AllDone: "Không còn việc nào đang chờ", "Nothing is waiting for you";
    FirstFill: "Đang tải sổ việc lần đầu…", "Fetching your work for the first time…";
    FirstFillWaits: "Chưa tải được sổ việc vì chưa có mạng. Máy sẽ tự thử lại.",
        "Your work could not be fetched, there is no connection. The phone tries again by itself.";
    NewWork: "Mới", "New";
    Urgent: "Khẩn", "Urgent";
    Coordinates: "Phối hợp", "Coordinating";

    // Days, as people say them.
    DueToday: "Hôm nay là hạn cuối", "Due today";
    DueTomorrow: "Mai là hạn cuối", "Due tomorrow";
    DaysLeft: "Còn {} ngày", "{} days left";
    DaysLate: "Trễ {} ngày", "{} days late";
    OneDayLate: "Trễ 1 ngày", "1 day late";
    WaitsForReview: "Chờ duyệt", "Awaiting review";
    WaitsLate: "Chờ duyệt, trễ {} ngày", "Awaiting review, {} days late";
    DoneInTime: "Đã xong đúng hạn", "Done in time";
    DoneLate: "Đã xong, trễ {} ngày", "Done, {} days late";
    Done: "Đã xong", "Done";
    NoDueDate: "Không có hạn", "No due date";
    StandingWork: "Việc thường xuyên", "Standing work";
    Paused: "Đang tạm dừng", "Paused";
    Cancelled: "Đã hủy", "Cancelled";
    DueOn: "Hạn {}", "Due {}";
    FirstDueOn: "Hạn ban đầu {}", "First due {}";
    Today: "hôm nay", "today";
    Yesterday: "hôm qua", "yesterday";
    JustNow: "vừa xong", "just now";
    MinutesAgo: "{} phút trước", "{} minutes ago";
    HoursAgo: "{} giờ trước", "{} hours ago";
    DaysAgo: "{} ngày trước", "{} days ago";

    // One task.
    WhatToDo: "Việc phải làm", "What to do";
    FromDocument: "Theo văn bản", "From the document";
    PrivateNote: "Ghi chú riêng (không chia sẻ)", "Private note (not to be shared)";
    QuoteTitle: "Câu trong văn bản", "The sentence in the document";
    Result: "Kết quả cần có", "What must come of it";
    Period: "Kỳ", "Period";
    Progress: "Đã làm được", "So far";
    ProgressOf: "{} trên {}", "{} of {}";
    ReturnedWhy: "Bị trả lại vì", "Returned because";
    PausedWhy: "Tạm dừng vì", "Paused because";
    CancelledWhy: "Đã hủy vì", "Cancelled because";
    Acknowledge: "Tôi đã nhận việc", "I have received this";
    Doing: "Đang làm", "In progress";
    DoneButton: "Đã xong", "Done";
    Stuck: "Vướng mắc", "Something stands in the way";
    CorrectReport: "Sửa và báo lại", "Correct and report again";
    MoreTime: "Xin thêm thời gian", "Ask for more time";
    GiveExcuse: "Nêu lý do khách quan", "Give a reason for the delay";
    ExtensionWaits: "Đã xin thêm thời gian, chờ trả lời", "More time was asked for, awaiting an answer";
    Excused: "Đã được xác nhận lý do khách quan", "The delay is confirmed as excused";
    History: "Đã diễn ra", "What has happened";
    HistoryMore: "Xem đủ quá trình", "See everything";
    HistoryNeedsNet: "Cần có mạng để xem đủ quá trình.", "A connection is needed to see everything.";
    NothingYet: "Chưa có gì.", "Nothing yet.";
    NotHere: "Không có việc này trên máy", "This work is not on this phone";
    NotHereHint: "Có thể việc đã chuyển cho đơn vị khác, hoặc đã đóng từ lâu.",
        "It may have been given to another unit, or closed long ago.";
    Back: "Quay lại", "Back";
    SeePhoto: "Xem ảnh {}", "See photo {}";
    PhotoNeedsNet: "Cần có mạng để xem ảnh này.", "A connection is needed to see this photo.";
    MissingPhotos: "còn {} ảnh chưa đến", "{} photos still to come";

    // Reporting.
    ReportDoing: "Báo đang làm", "Report progress";
    ReportDone: "Báo đã xong", "Report done";
    HowMuch: "Đã làm được bao nhiêu?", "How much is done?";
    HowFar: "Được bao nhiêu phần trăm?", "How far, in percent?";
    OutOf: "trên {}", "of {}";
    Say: "Nói thêm (không bắt buộc)", "Anything to say (optional)";
    SayHint: "Bấm hình micrô trên bàn phím để đọc thay vì gõ.", "Tap the microphone on the keyboard to speak instead of typing.";
    AddPhoto: "Thêm ảnh", "Add photos";
    PreparingPhoto: "Đang thu nhỏ ảnh…", "Making the photo smaller…";
    PhotoBad: "Không mở được ảnh này. Hãy chọn ảnh khác.", "This photo cannot be opened. Choose another.";
    PhotosTooMany: "Mỗi báo cáo nhiều nhất 10 ảnh.", "At most 10 photos in a report.";
    RemovePhoto: "Bỏ ảnh {}", "Remove photo {}";
    Send: "Gửi", "Send";
    SaySomething: "Hãy ghi số đã làm, hoặc viết vài chữ, hoặc thêm ảnh.", "Give a figure, a few words or a photo.";
    NumberBad: "Hãy ghi một số, ví dụ 2 hoặc 2,5.", "Give a number, such as 2 or 2.5.";
    PercentBad: "Hãy ghi từ 0 đến 100.", "Give a number from 0 to 100.";
    ToldBy: "Báo thay đơn vị: ai đã báo?", "Reporting on the unit's behalf: who told you?";
    DifficultyTitle: "Báo vướng mắc", "What stands in the way";
    DifficultyWhat: "Vướng ở đâu, cần ai giúp gì?", "Where are you stuck, and who should help?";
    ExtensionTitle: "Xin thêm thời gian", "Ask for more time";
    ExtensionUntil: "Xin đến ngày", "Until";
    ExtensionUntilBad: "Hãy chọn một ngày sau hạn hiện nay ({}).", "Choose a day after the present due date ({}).";
    Why: "Vì sao?", "Why?";
    ExcuseTitle: "Lý do khách quan", "A reason for the delay";
    ExcuseHint: "Ví dụ: mưa lũ, chờ văn bản của huyện, thiếu vật tư.", "For example: floods, papers that did not come, no material.";
    NeedWords: "Hãy viết vài chữ.", "Please write a few words.";

    // What becomes of it.
    KeptHere: "Đã lưu trên máy", "Saved on this phone";
    KeptAfterReport: "Đã lưu, chờ báo cáo đi trước", "Saved; the report goes first";
    Sending: "Đang gửi", "Sending";
    SentAt: "Đã gửi ({})", "Sent ({})";
    RefusedShort: "Bị từ chối", "Refused";
    NeedsSignIn: "Cần đăng nhập lại", "Sign in again";
    KeptToast: "Đã lưu trên máy. Có sóng là tự gửi.", "Saved on this phone. It goes out by itself.";
    NotKeptFull: "Máy hết chỗ nên chưa lưu được. Hãy xóa bớt ảnh trong máy rồi bấm Gửi lại. Chữ bác viết vẫn còn đây.",
        "The phone is full, so nothing was saved. Delete some photos and press Send again. What you wrote is still here.";
    NotKeptBroken: "Máy chưa lưu được. Hãy bấm Gửi lại. Chữ bác viết vẫn còn đây.",
        "The phone could not save it. Press Send again. What you wrote is still here.";
    StoreFails: "Máy đang không lưu được gì. Hãy kiểm tra chỗ trống trong máy.", "This phone cannot save anything just now. Check its free space.";
    OutboxTitle: "Gửi đi", "Outbox";
    OutboxAll: "Đã gửi hết", "Everything is sent";
    OutboxSome: "{} mục chờ gửi", "{} waiting to be sent";
    OutboxRefused: "{} mục bị từ chối", "{} refused";
    OutboxTally: "{} trên {} báo cáo đã gửi", "{} of {} reports sent";
    OutboxOldest: "Mục cũ nhất chờ từ {}", "The oldest has waited since {}";
    OutboxEmpty: "Chưa có gì được gửi từ máy này", "Nothing was sent from this phone yet";
    TryNow: "Gửi ngay", "Send now";
    Discard: "Bỏ mục này", "Give it up";
    DiscardSure: "Bỏ hẳn mục này? Việc này không lấy lại được.", "Give it up for good? This cannot be undone.";
    DropPhoto: "Bỏ ảnh này", "Remove this photo";
    SaveToFile: "Lưu những gì chưa gửi ra tệp", "Save what is unsent to a file";
    UnreadItem: "Một mục cũ mà bản này không đọc được. Nó vẫn được giữ.", "An old item that this version cannot read. It is kept.";
    KindReport: "Báo cáo", "Report";
    KindDoneReport: "Báo đã xong", "Report of completion";
    KindPhoto: "Ảnh", "Photo";
    KindAcknowledge: "Nhận việc", "Receipt of work";
    KindExtension: "Xin thêm thời gian", "Request for more time";
    KindExcuse: "Lý do khách quan", "Reason for delay";
    KindDifficulty: "Vướng mắc", "Difficulty";
    KindReview: "Duyệt báo cáo", "Review";
    KindDecideExtension: "Trả lời xin thêm thời gian", "Answer to a request for time";
    KindDecideExcuse: "Trả lời lý do khách quan", "Answer to a reason";
    KindAnswer: "Trả lời vướng mắc", "Answer to a difficulty";
    SyncedAt: "Cập nhật {}", "Updated {}";
    NeverSynced: "Chưa cập nhật lần nào", "Never updated";
    ClockOff: "Đồng hồ điện thoại lệch {} phút so với máy chủ. Hãy bật “Giờ tự động” trong cài đặt máy.",
        "This phone's clock is off by {} minutes. Switch on automatic time in its settings.";

    // What I was told.
    NoticesTitle: "Thông báo", "Notices";
    NoticesUnread: "Thông báo: {} mới", "Notices: {} new";
    NotRead: "Chưa đọc", "Not read yet";
    PassedOn: "Chuyển lên để xử lý", "Passed on to you";
    NoNotices: "Chưa có thông báo nào", "There are no notices yet";
    NoNoticesHint: "Khi có việc mới, việc sắp đến hạn hay bị trả lại, thông báo sẽ hiện ở đây.",
        "When work is given, falls due or is returned, it is told here.";

    // Leaders, overseers, inspectors.
    Watch: "Theo dõi", "Watch";
    TabOverdue: "Quá hạn", "Overdue";
    TabToDecide: "Chờ duyệt", "To decide";
    TabDueSoon: "Sắp hạn", "Due soon";
    NoneOverdue: "Không có việc nào quá hạn", "Nothing is overdue";
    NoneToDecide: "Không có gì chờ duyệt", "Nothing waits for a decision";
    NoneDueSoon: "Không có việc nào sắp hạn", "Nothing is due soon";
    SaysDone: "Báo đã xong", "Says it is done";
    AsksForTime: "Xin thêm thời gian đến {}", "Asks for time until {}";
    GivesReason: "Nêu lý do khách quan", "Gives a reason for the delay";
    IsStuck: "Vướng mắc", "Is stuck";
    Accept: "Chấp nhận", "Accept";
    Return: "Trả lại", "Return";
    ReturnWhy: "Vì sao trả lại? Cần làm gì thêm?", "Why, and what is still to be done?";
    Grant: "Đồng ý", "Grant";
    Refuse: "Không đồng ý", "Refuse";
    GrantUntil: "Cho đến ngày", "Grant until";
    Confirm: "Xác nhận lý do", "Confirm the reason";
    Answer: "Trả lời", "Answer";
    AnswerWords: "Trả lời cho đơn vị", "Your answer to the unit";
    DecisionReason: "Lý do", "Reason";
    DecisionKept: "Đã ghi, sẽ gửi ngay khi có mạng.", "Kept; it goes out as soon as there is a connection.";
    CopyReminder: "Chép câu nhắc để gửi Zalo", "Copy a reminder for Zalo";
    Call: "Gọi điện", "Call";
    CallWhom: "Gọi {}: {}", "Call {}: {}";
    CallNobody: "Chưa có số điện thoại của đơn vị này.", "There is no phone number for this unit.";
    Copied: "Đã chép. Mở Zalo và dán vào.", "Copied. Open Zalo and paste it.";
    CopyByHand: "Máy không cho chép tự động. Hãy bôi đen câu này để chép.", "This phone does not copy by itself. Select the text below.";
    ReminderText: "Kính nhắc {}: việc “{}” ({}) {}. Đề nghị báo cáo kết quả trên ứng dụng Đôn Đốc. Trân trọng.",
        "Reminder to {}: “{}” ({}) {}. Please report in Đôn Đốc. Thank you.";
    Figures: "Số liệu", "Figures";
    FiguresTitle: "Tình hình chung", "How things stand";
    ByUnit: "Đơn vị nào đang chậm", "Who is behind";
    NobodyBehind: "Không đơn vị nào chậm", "Nobody is behind";
    FiveClasses: "Năm nhóm việc", "The five classes";
    Trend: "Quá hạn qua tám tuần", "Overdue over eight weeks";
    TrendNeedsNet: "Cần có mạng để xem tám tuần qua.", "A connection is needed to see the past eight weeks.";
    RateOnTime: "Tỷ lệ đúng hạn", "Completed on time";
    OfFinished: "{} trên {} việc đã xong", "{} of {} completed";
    AllUnits: "Mọi đơn vị", "All units";
    OnlyUnit: "Chỉ {}", "Only {}";
    ShowAll: "Xem tất cả", "Show all";
    ReadOnly: "Chỉ xem", "Read only";

    // Settings and help.
    Settings: "Cài đặt", "Settings";
    LanguageLabel: "Ngôn ngữ", "Language";
    Vietnamese: "Tiếng Việt", "Tiếng Việt";
    English: "English", "English";
    TextSize: "Cỡ chữ", "Text size";
    TextNormal: "Vừa", "Normal";
    TextLarge: "To", "Large";
    TextHuge: "Rất to", "Very large";
    Look: "Màu nền", "Colours";
    LookAuto: "Theo máy", "As the phone";
    LookLight: "Sáng", "Light";
    LookDark: "Tối", "Dark";
    PushOn: "Nhận thông báo trên điện thoại này", "Show notices on this phone";
    On: "Đang bật", "On";
    Off: "Đang tắt", "Off";
    PushInsecure: "Địa chỉ này không có https nên máy không nhận được thông báo. Hãy hỏi văn phòng xã địa chỉ có https.",
        "This address has no https, so no notices come. Ask the commune office for the one with https.";
    PushInstall: "Trên iPhone: bấm nút Chia sẻ, chọn “Thêm vào Màn hình chính”, mở Đôn Đốc từ đó rồi bật.",
        "On an iPhone: tap Share, choose “Add to Home Screen”, open it from there and switch this on.";
    PushNone: "Trình duyệt này không nhận được thông báo. Hãy mở Đôn Đốc bằng Chrome.",
        "This browser takes no notices. Open Đôn Đốc in Chrome.";
    PushDenied: "Máy đang chặn thông báo của Đôn Đốc. Hãy cho phép trong cài đặt của trình duyệt, mục Thông báo, rồi thử lại.",
        "This phone blocks our notices. Allow them in the settings of your browser, under Notifications, and try again.";
    Storage: "Lưu trên máy", "Kept on this phone";
    StoragePersists: "Máy hứa giữ dữ liệu, không tự xóa.", "The phone promised not to delete it.";
    StorageMayGo: "Máy có thể tự xóa khi hết chỗ. Hãy thêm ứng dụng vào màn hình chính.",
        "The phone may delete it when space runs out. Add the app to your home screen.";
    SignOut: "Đăng xuất", "Sign out";
    SignOutSure: "Đăng xuất và xóa mọi thứ của tôi trên máy này?", "Sign out and delete everything of mine on this phone?";
    SignOutUnsent: "Còn {} mục chưa gửi. Đăng xuất bây giờ là mất hẳn. Hãy gửi hoặc lưu ra tệp trước.",
        "{} items are not sent. Signing out now loses them for good. Send them or save them to a file first.";
    SignOutAnyway: "Vẫn đăng xuất, bỏ những mục đó", "Sign out anyway and lose them";
    SignOutEverywhere: "Đăng xuất khỏi mọi máy khác", "Sign out on all other devices";
    SignedOutEverywhere: "Đã đăng xuất khỏi mọi máy khác.", "Signed out on all other devices.";
    NeedsNet: "Cần có mạng cho việc này.", "This needs a connection.";
    Cancel: "Thôi", "Cancel";
    Help: "Trợ giúp", "Help";
    HelpReport: "Báo cáo thế nào? Mở một việc, bấm Đang làm hoặc Đã xong, ghi số, thêm ảnh, bấm Gửi.",
        "How to report? Open a task, press In progress or Done, give the figure, add photos, press Send.";
    HelpOffline: "Mất sóng thì sao? Cứ làm như thường. Máy giữ lại và tự gửi khi có sóng.",
        "No signal? Do as always. The phone keeps it and sends it by itself.";
    HelpLost: "Mất điện thoại? Báo văn phòng xã để khóa máy đó ngay.", "Phone lost? Tell the commune office, they lock it at once.";
    HelpWho: "Không hiểu một việc? Bấm Vướng mắc và hỏi; lãnh đạo sẽ trả lời tại đó.",
        "A task is unclear? Press Something stands in the way and ask; the answer comes there.";
    NewVersion: "Đã có bản mới", "A new version is here";
    TakeOver: "Dùng bản mới", "Use it";
    OtherTab: "Đôn Đốc đang mở ở một cửa sổ khác. Hãy dùng cửa sổ đó, hoặc đóng nó lại rồi bấm Thử lại.",
        "Đôn Đốc is open in another window. Use that one, or close it and press Try again.";
    TryAgain: "Thử lại", "Try again";
    StoreUnread: "Máy không mở được sổ việc. Hãy đóng ứng dụng rồi mở lại. Không có gì bị xóa.",
        "The phone cannot open your work. Close the app and open it again. Nothing was deleted.";
}

/// A text that begins a sentence, for the middle of one. Of the letters that our texts begin with only Đ
/// is beyond ASCII; the standard library brings the tables for all alphabets.
#[must_use]
pub fn inside(text: &str) -> String {
    let mut letters = text.chars();
    match letters.next() {
        Some('Đ') => format!("đ{}", letters.as_str()),
        Some(first) => format!("{}{}", first.to_ascii_lowercase(), letters.as_str()),
        None => String::new(),
    }
}

/// A text with what stands for `{}` filled in, one after the other.
#[must_use]
pub fn fill(text: &str, with: &[&str]) -> String {
    let mut parts = text.split("{}");
    let mut filled = parts.next().unwrap_or_default().to_owned();
    let mut values = with.iter();
    for part in parts {
        filled.push_str(values.next().copied().unwrap_or_default());
        filled.push_str(part);
    }
    filled
}

#[cfg(test)]
mod tests {
    use super::*;

    const VI: Language = Language::Vi;
    const EN: Language = Language::En;

    #[test]
    fn every_text_is_there_in_both_languages_with_the_same_blanks() {
        for word in Word::ALL {
            let (vi, en) = (word.text(VI), word.text(EN));
            assert!(!vi.trim().is_empty() && !en.trim().is_empty(), "{word:?}");
            assert_eq!(vi.matches("{}").count(), en.matches("{}").count(), "{word:?}");
            assert_eq!((vi, en), (vi.trim(), en.trim()), "{word:?}");
            assert_eq!(vi.ends_with('.'), en.ends_with('.'), "{word:?}: one is a sentence, the other is not");
        }
    }

    #[test]
    fn nothing_was_left_untranslated() {
        // Names, and what each language says of itself.
        let same = [Word::AppName, Word::Vietnamese, Word::English];
        for word in Word::ALL.iter().filter(|word| !same.contains(word)) {
            assert_ne!(word.text(VI), word.text(EN), "{word:?}");
        }
    }

    #[test]
    fn english_has_no_vietnamese_letters_in_it() {
        let names = [Word::AppName, Word::Vietnamese];
        for word in Word::ALL.iter().filter(|word| !names.contains(word)) {
            let text = word.text(EN).replace("Đôn Đốc", "");
            assert!(text.chars().all(|c| c.is_ascii() || "…“”".contains(c)), "{word:?}: {text}");
        }
    }

    #[test]
    fn a_beginning_can_stand_inside() {
        assert_eq!(inside("Còn 2 ngày"), "còn 2 ngày");
        assert_eq!(inside("Đang tạm dừng"), "đang tạm dừng");
        assert_eq!(inside(""), "");
    }
    #[test]
    fn blanks_are_filled_in_order() {
        assert_eq!(fill(Word::ProgressOf.text(VI), &["2", "3"]), "2 trên 3");
        assert_eq!(fill("không có gì", &["2"]), "không có gì");
        assert_eq!(fill("{} và {}", &["một"]), "một và ");
    }
}
