//! What the fields of the record are called.

super::words! {
    /// The fields of entries in the audit trail.
    Fields;
    DueOn: "Hạn", "Due date";
    FinishedOn: "Ngày xong", "Finished on";
    Percent: "Phần trăm", "Percent";
    Quantity: "Số lượng", "Quantity";
    State: "Trạng thái", "State";
    Unit: "Đơn vị", "Unit";
    Words: "Lời", "Words";
    Reason: "Lý do", "Reason";
    Name: "Tên", "Name";
    Kind: "Loại", "Kind";
    Aliases: "Tên gọi khác", "Other names";
    Parent: "Trực thuộc", "Belongs to";
    From: "Từ ngày", "From";
    To: "Đến ngày", "To";
    Into: "Nhập vào", "Merged into";
    On: "Từ ngày", "On";
    Roles: "Vai trò", "Roles";
    Language: "Ngôn ngữ", "Language";
    Active: "Được đăng nhập", "May sign in";
    Title: "Tên văn bản", "Title";
    Number: "Số", "Number";
    Symbol: "Ký hiệu", "Symbol";
    IssuedOn: "Ngày văn bản", "Dated";
    Signer: "Người ký", "Signer";
    Content: "Nội dung", "Content";
    Priority: "Mức độ", "Priority";
    Rung: "Nấc nhắc", "Rung";
    Assignments: "Số việc giao", "Assignments";
    Person: "Người", "Person";
    Days: "Các ngày", "Days";
    Year: "Năm", "Year";
}
