//! Words of the people, their slips and the sheet they come in by.

super::words! {
    /// People, activation slips, the roster, oversights.
    People;
    Title: "Người dùng", "People";
    New: "Thêm người", "Add a person";
    Slips: "Phiếu kích hoạt", "Activation slips";
    Roster: "Nhập từ bảng tính", "Bring in a sheet";
    Search: "Tìm theo tên, số điện thoại", "Find by name or phone number";
    OfRole: "Vai trò", "Role";
    AnyRole: "Mọi vai trò", "Any role";
    Name: "Họ và tên", "Name";
    Phone: "Số điện thoại", "Phone number";
    UserName: "Tên đăng nhập", "User name";
    LoginHint: "Cần số điện thoại hoặc tên đăng nhập.", "A phone number or a user name is needed.";
    Roles: "Vai trò", "Roles";
    Role: "Vai trò", "Role";
    AtUnit: "Ở đơn vị", "At the unit";
    AddRole: "Thêm vai trò", "Add a role";
    RemoveRole: "Bỏ vai trò này", "Remove this role";
    State: "Trạng thái", "State";
    Active: "Đang dùng", "Active";
    NotActivated: "Chưa kích hoạt", "Not activated";
    Inactive: "Đã khóa", "Deactivated";
    Anonymised: "Đã ẩn danh", "Anonymised";
    None: "Chưa có ai", "There is nobody yet";
    NoneHint: "Thêm từng người, hoặc nhập cả danh sách từ bảng tính.", "Add them one by one, or bring in a sheet.";
    NoneFound: "Không ai khớp với điều kiện này", "Nobody fits this";
    EditTitle: "Sửa thông tin", "Change";
    Edit: "Sửa", "Change";
    Deactivate: "Khóa tài khoản", "Deactivate";
    Reactivate: "Mở lại tài khoản", "Activate again";
    Deactivated: "Đã khóa tài khoản; người này bị đăng xuất ở mọi máy.", "Deactivated; signed out everywhere.";
    Reactivated: "Tài khoản dùng lại được.", "The account works again.";
    MakeSlip: "Phiếu kích hoạt", "Activation slip";
    Anonymise: "Ẩn danh", "Anonymise";
    AnonymiseHint: "Xóa hẳn tên và số điện thoại khỏi hệ thống; việc đã làm vẫn được giữ. Không hoàn tác được.",
        "Takes name and numbers out for good; the record of what was done stays. This cannot be undone.";
    AnonymiseWhy: "Lý do", "Reason";
    AnonymisedNow: "Đã ẩn danh.", "Anonymised.";
    Added: "Đã thêm {}.", "{} was added.";

    // Slips.
    SlipsTitle: "Phiếu kích hoạt để in", "Activation slips to print";
    SlipsWho: "Chọn người nhận phiếu. Mỗi phiếu dùng một lần trong 24 giờ; làm phiếu mới thì phiếu cũ của người đó hết tác dụng.",
        "Choose who gets a slip. Each works once, within 24 hours; a new slip makes the person's older ones useless.";
    SlipsOnlyNew: "Chỉ người chưa kích hoạt", "Only those not activated yet";
    SlipsAll: "Chọn tất cả", "Choose all";
    SlipsMake: "Làm {} phiếu", "Make {} slips";
    SlipsMaking: "Đang làm {} trên {}…", "Making {} of {}…";
    SlipsPrint: "In", "Print";
    SlipsAgain: "Chọn người khác", "Choose others";
    SlipsNone: "Không có ai để chọn", "There is nobody to choose";
    SlipScan: "Quét mã bằng máy ảnh điện thoại, rồi tự đặt mật khẩu.", "Scan the code with a phone's camera and set your own password.";
    SlipLogin: "Đăng nhập bằng: {}", "Sign in as: {}";
    SlipUntil: "Dùng được đến {}", "Works until {}";
    SlipSecret: "Phiếu này như chìa khóa: đưa tận tay, đừng chụp gửi cho người khác.", "This slip is like a key: hand it over in person and send it to nobody.";
    QrOf: "Mã QR của {}", "QR code of {}";

    // The sheet.
    RosterTitle: "Nhập đơn vị và người từ bảng tính", "Bring in units and people from a sheet";
    RosterColumns: "Dòng đầu là tên cột: loai, don_vi, ten_khac, truc_thuoc, ho_ten, dien_thoai, ten_dang_nhap, vai_tro.",
        "The first row names the columns: loai, don_vi, ten_khac, truc_thuoc, ho_ten, dien_thoai, ten_dang_nhap, vai_tro.";
    RosterFile: "Tệp CSV hoặc XLSX", "A CSV or XLSX file";
    RosterTry: "Thử trước, chưa lưu gì", "Try it, storing nothing";
    RosterPut: "Nhập vào hệ thống", "Bring it in";
    RosterWould: "Sẽ thêm {} đơn vị, {} người; {} dòng không nhận.", "Would add {} units and {} people; {} rows are refused.";
    RosterDid: "Đã thêm {} đơn vị, {} người.", "Added {} units and {} people.";
    RosterRefused: "Có dòng không nhận thì không dòng nào được lưu: hãy sửa tệp rồi thử lại.", "While a row is refused, nothing is stored: mend the file and try again.";
    RosterRow: "Dòng", "Row";
    RosterOutcome: "Kết quả", "Outcome";
    RosterUnit: "Đơn vị", "Unit";
    RosterPerson: "Người", "Person";
    RosterWrong: "Cần sửa", "To mend";
    RosterNoFile: "Hãy chọn một tệp.", "Choose a file.";
    RosterType: "Chỉ nhận tệp .csv hoặc .xlsx.", "Only .csv and .xlsx files are taken.";

    // Oversights.
    ChargeTitle: "Ủy viên phụ trách địa bàn", "Who oversees which unit";
    ChargeNew: "Thêm phụ trách", "Add an oversight";
    ChargePerson: "Người phụ trách", "Overseer";
    ChargeUnit: "Đơn vị", "Unit";
    ChargeFrom: "Từ ngày", "From";
    ChargeTo: "Đến hết ngày", "Until";
    ChargeToHint: "Để trống khi chưa có ngày kết thúc.", "Empty while it goes on.";
    ChargeGoesOn: "đang phụ trách", "goes on";
    ChargeEnd: "Sửa ngày", "Change the days";
    ChargeNone: "Chưa ai phụ trách đơn vị nào", "Nobody oversees a unit yet";
    ChargeNoneHint: "Người phụ trách được nhắc và xem việc của đơn vị mình.", "An overseer is warned of and sees the work of the units in his charge.";
    ChargeOnlyNow: "Chỉ đang phụ trách", "Only those that hold today";
    ChargeNoOverseer: "Chưa có ai mang vai trò Ủy viên phụ trách.", "Nobody has the role of overseer yet.";
}
