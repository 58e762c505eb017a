//! Words of the frame: signing in, the places to go, forms, what goes wrong.

super::words! {
    /// What stands around every screen.
    Frame;
    // Signing in.
    Office: "Văn phòng", "Office";
    Purpose: "Việc của xã, từ văn bản đến kết quả", "The commune's work, from document to result";
    SignInTitle: "Đăng nhập", "Sign in";
    Login: "Số điện thoại hoặc tên đăng nhập", "Phone number or user name";
    Password: "Mật khẩu", "Password";
    ShowPassword: "Hiện mật khẩu", "Show the password";
    Organisation: "Tên ngắn của xã", "Short name of the commune";
    SignIn: "Vào", "Sign in";
    SignOut: "Đăng xuất", "Sign out";
    DeviceName: "Trình duyệt văn phòng", "Office browser";
    SessionEnded: "Phiên đã kết thúc, hãy đăng nhập lại. Những gì đang gõ vẫn còn trên máy này.",
        "The session has ended; sign in again. What was being typed is still on this computer.";
    OnThePhone: "Báo cáo và duyệt việc ở ứng dụng điện thoại", "Reporting and reviewing is in the phone's app";
    NothingHere: "Tài khoản này không có việc ở văn phòng. Hãy dùng ứng dụng điện thoại.",
        "There is nothing for you in the office. Use the phone's app.";

    // Places.
    Places: "Các màn hình", "Screens";
    ToContent: "Đến nội dung", "Skip to the content";
    GroupWork: "Công việc", "Work";
    GroupCommune: "Tổ chức của xã", "The commune";
    GroupSystem: "Hệ thống", "System";
    Home: "Trang đầu", "Home";
    Documents: "Văn bản", "Documents";
    Work: "Việc được giao", "Assignments";
    Units: "Đơn vị", "Units";
    People: "Người dùng", "People";
    Oversights: "Phụ trách địa bàn", "Oversight";
    Calendar: "Lịch và sự kiện", "Calendar and events";
    Ladder: "Nấc nhắc việc", "Ladder of warnings";
    Keys: "Khóa API", "API keys";
    Webhooks: "Webhook", "Webhooks";
    Audit: "Nhật ký", "Audit trail";
    Settings: "Cài đặt", "Settings";

    // Finding and keys.
    Find: "Tìm nhanh", "Jump to";
    FindWhat: "Gõ tên màn hình, đơn vị hay văn bản, không cần dấu", "Type the name of a screen, a unit or a document";
    FoundScreen: "Màn hình", "Screen";
    FoundUnit: "Đơn vị", "Unit";
    FoundDocument: "Văn bản", "Document";
    FoundNothing: "Không tìm thấy gì.", "Nothing was found.";
    KeysTitle: "Phím tắt", "Keys";
    KeyFind: "Tìm nhanh một màn hình, đơn vị, văn bản", "Jump to a screen, a unit, a document";
    KeyHelp: "Xem các phím này", "Show these keys";
    KeyNew: "Thêm mới ở màn hình đang mở", "New entry on this screen";
    KeyGo: "Đến màn hình thứ nhất, thứ hai… ở cột bên trái", "Go to the first, second… screen on the left";
    KeyClose: "Đóng khung đang mở", "Close what is open";
    KeySave: "Lưu những gì đang gõ", "Save what is being typed";

    // Forms and answers.
    Save: "Lưu", "Save";
    Saving: "Đang lưu…", "Saving…";
    Saved: "Đã lưu.", "Saved.";
    Close: "Đóng", "Close";
    Undo: "Hoàn tác", "Undo";
    Undone: "Đã trả lại như trước.", "It is as it was before.";
    Optional: "không bắt buộc", "optional";
    Restored: "Đã lấy lại những gì đang gõ dở lần trước.", "What was being typed last time is here again.";
    Forget: "Bỏ, lấy nội dung đã lưu", "Drop it, use what is saved";
    Stale: "Người khác vừa sửa mục này. Những gì đang gõ vẫn còn: xem bản mới rồi lưu lại.",
        "Somebody else has just changed this. What you typed is still here: look at the new version, then save again.";
    LookAgain: "Xem bản mới", "Look at the new version";
    NoAnswer: "Không nối được với máy chủ. Hãy kiểm tra mạng rồi thử lại.", "The server cannot be reached. Check the network and try again.";
    NotOurs: "Mạng này đang chặn: một trang khác trả lời thay máy chủ.", "This network is in the way: another page answered in place of the server.";
    NewerServer: "Máy chủ mới hơn trang này. Hãy mở lại trang.", "The server is newer than this page. Load the page again.";
    TryAgain: "Thử lại", "Try again";
    Loading: "Đang tải…", "Loading…";
    RequestNumber: "Số yêu cầu: {}", "Request number: {}";
    NotChosen: "Chưa chọn", "Nothing chosen";
    NoMatch: "Không có mục nào khớp", "No match";
    ClearChoice: "Bỏ lựa chọn", "Clear the choice";
    Yes: "Có", "Yes";
    No: "Không", "No";
    More: "Xem thêm", "Show more";
    Copy: "Chép", "Copy";
    Copied: "Đã chép.", "Copied.";
    CopyByHand: "Hãy bôi đen dòng chữ để chép.", "Select the text to copy it.";

    // Me.
    LanguageLabel: "Ngôn ngữ", "Language";
    Vietnamese: "Tiếng Việt", "Tiếng Việt";
    English: "English", "English";
    Look: "Màu nền", "Colours";
    LookAuto: "Theo máy", "As the computer";
    LookLight: "Sáng", "Light";
    LookDark: "Tối", "Dark";
}
