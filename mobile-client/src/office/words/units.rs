//! Words of the units.

super::words! {
    /// The tree of units and one of them.
    Units;
    Title: "Đơn vị của xã", "Units of the commune";
    New: "Thêm đơn vị", "Add a unit";
    Search: "Tìm theo tên, không cần dấu", "Find by name or alias";
    ShowEnded: "Cả đơn vị đã kết thúc", "Also units that have ended";
    Name: "Tên", "Name";
    Kind: "Loại", "Kind";
    Aliases: "Tên gọi khác", "Other names";
    AliasesHint: "Mỗi dòng một tên, như trong văn bản: “xóm Đồng”, “CB 5”.", "One on each line, as documents write them.";
    Parent: "Trực thuộc", "Belongs to";
    From: "Có từ ngày", "First day";
    To: "Đến hết ngày", "Last day";
    ToHint: "Để trống khi đơn vị vẫn hoạt động.", "Empty while the unit goes on.";
    Validity: "Thời gian", "Validity";
    Ended: "Đã kết thúc {}", "Ended {}";
    MergedInto: "Nhập vào {} từ {}", "Merged into {} from {}";
    None: "Chưa có đơn vị nào", "There are no units yet";
    NoneHint: "Thêm từng đơn vị, hoặc nhập cả danh sách từ bảng tính ở màn hình Người dùng.",
        "Add them one by one, or bring in a sheet on the screen People.";
    Edit: "Sửa", "Change";
    EditTitle: "Sửa đơn vị", "Change the unit";
    Merge: "Sáp nhập vào đơn vị khác", "Merge into another unit";
    MergeInto: "Nhập vào", "Merge into";
    MergeOn: "Ngày hiệu lực", "From the day";
    MergeReason: "Căn cứ", "The decision it rests on";
    MergeDo: "Sáp nhập", "Merge";
    MergeWhat: "Những gì sẽ chuyển", "What moves";
    MergeWork: "{} việc đang mở chuyển sang đơn vị mới", "{} open assignments go to the other unit";
    MergePeople: "{} người sẽ báo cáo cho đơn vị mới", "{} people report for the other unit";
    MergeRest: "Việc đã xong vẫn ghi của đơn vị cũ. Việc trùng nhau thì của đơn vị cũ được hủy, có ghi lý do. Không hoàn tác được.",
        "What is done stays the old unit's own. Where both had the same work, the old unit's is cancelled with the reason. This cannot be undone.";
    MergedNow: "Đã sáp nhập: {} việc chuyển, {} việc trùng được hủy, {} người chuyển.", "Merged: {} assignments moved, {} cancelled as doubles, {} people moved.";
    Children: "Đơn vị trực thuộc", "Units that belong to it";
    PeopleHere: "Người ở đơn vị", "People here";
    NobodyHere: "Chưa có ai báo cáo cho đơn vị này.", "Nobody reports for this unit yet.";
    WorkHere: "Việc của đơn vị", "Work of the unit";
    Reminder: "Câu nhắc việc để gửi Zalo", "A reminder to paste into Zalo";
    NoReminder: "Đơn vị không có việc quá hạn hay sắp hạn.", "The unit has nothing overdue or due soon.";
    Added: "Đã thêm {}.", "{} was added.";
}
