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

impl Fields {
    /// That of a field, by its name in the record.
    pub fn of(name: &str) -> Option<Self> {
        Some(match name {
            "due_on" => Self::DueOn,
            "finished_on" => Self::FinishedOn,
            "percent" => Self::Percent,
            "quantity" => Self::Quantity,
            "state" => Self::State,
            "unit" => Self::Unit,
            "words" => Self::Words,
            "reason" => Self::Reason,
            "name" => Self::Name,
            "kind" => Self::Kind,
            "aliases" => Self::Aliases,
            "parent" => Self::Parent,
            "from" | "valid_from" => Self::From,
            "to" | "valid_to" => Self::To,
            "into" => Self::Into,
            "on" => Self::On,
            "roles" => Self::Roles,
            "active" => Self::Active,
            "title" => Self::Title,
            "number" => Self::Number,
            "symbol" => Self::Symbol,
            "issued_on" => Self::IssuedOn,
            "signer" => Self::Signer,
            "content" => Self::Content,
            "priority" => Self::Priority,
            "rung" => Self::Rung,
            "assignments" => Self::Assignments,
            "person" => Self::Person,
            "days" => Self::Days,
            "year" => Self::Year,
            _ => return None,
        })
    }
}
