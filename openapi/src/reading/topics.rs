//! Lines of work: which obligations in one sentence belong together. **Invariant: a line of work is
//! told by the words that stand nearest to the verb.**

use super::{lexicon::TOPICS, words::Words};

/// A line of work.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Topic {
    Party,
    Inspection,
    Propaganda,
    Council,
    Election,
    Production,
    Farming,
    Animals,
    Disasters,
    Land,
    Budget,
    Roads,
    Culture,
    Schooling,
    Health,
    Welfare,
    Reform,
    Complaints,
    Law,
    Defence,
    Security,
    Traffic,
    Front,
    Credit,
    Office,
    Emulation,
}

/// The words of each.
pub(super) const WORDS: &[(&str, Topic)] = &[
    (
        "xây dựng đảng|sinh hoạt chi bộ|chi bộ|đảng viên|tổ chức đảng|công tác cán bộ|tổ chức bộ máy|quần chúng ưu tú|đảng phí|cấp ủy|\
      phương thức lãnh đạo|lề lối làm việc|đại hội chi bộ|nhân sự chi ủy|chi ủy|huy hiệu đảng|kết nạp đảng|nêu gương|công tác đảng|tổ chức, cán bộ|vị trí việc làm",
        Topic::Party,
    ),
    (
        "kiểm tra, giám sát|công tác kiểm tra|kỷ luật đảng|thi hành kỷ luật|dấu hiệu vi phạm|nội chính|tham nhũng|tiêu cực|lãng phí",
        Topic::Inspection,
    ),
    (
        "tuyên giáo|tuyên truyền|dân vận|tư tưởng|dư luận xã hội|báo cáo viên|bảo vệ nền tảng|học tập và làm theo",
        Topic::Propaganda,
    ),
    (
        "kỳ họp hđnd|hoạt động của hđnd|giám sát của hđnd|tiếp xúc cử tri|chất vấn|giải trình|đại biểu hđnd|cử tri|giám sát chuyên đề",
        Topic::Council,
    ),
    ("bầu cử|ứng cử|hiệp thương", Topic::Election),
    (
        "thương mại|dịch vụ|công nghiệp|tiểu thủ công nghiệp|kinh doanh|doanh nghiệp|hợp tác xã|phát triển kinh tế|khởi nghiệp",
        Topic::Production,
    ),
    (
        "nông nghiệp|lúa|vụ xuân|vụ mùa|vụ đông|vụ chiêm|gieo cấy|trồng trọt|thủy lợi|kênh mương|cây trồng|tết trồng cây|trồng cây|rừng|lâm nghiệp|làm đất",
        Topic::Farming,
    ),
    ("dịch bệnh cho gia súc|gia súc|gia cầm|đàn vật nuôi|chăn nuôi|tiêm phòng|thú y", Topic::Animals),
    ("thiên tai|lụt bão|bão|cháy rừng|tai nạn lao động|tìm kiếm cứu nạn|sạt lở", Topic::Disasters),
    (
        "đất đai|khoáng sản|tài nguyên|môi trường|trật tự xây dựng|quy hoạch|rác thải|giải phóng mặt bằng|vỉa hè|trật tự đô thị|quyền sử dụng đất|giấy chứng nhận",
        Topic::Land,
    ),
    ("ngân sách|thu, chi|thu thuế|thuế|đầu tư công|giải ngân|nguồn thu|tài chính", Topic::Budget),
    ("đường giao thông|hạ tầng|giao thông nông thôn|cầu|kè|thi công|bê tông", Topic::Roads),
    (
        "văn hóa|thể thao|thông tin|lễ hội|gia đình văn hóa|di tích|khu dân cư văn hóa|văn nghệ|kỷ niệm",
        Topic::Culture,
    ),
    ("giáo dục|trường học|năm học|học sinh|giáo viên|dạy học|khuyến học|giảng dạy", Topic::Schooling),
    (
        "y tế|khám chữa bệnh|sức khỏe|dịch bệnh|bảo hiểm y tế|tiêm chủng|an toàn thực phẩm|dân số|trẻ em",
        Topic::Health,
    ),
    (
        "an sinh xã hội|chính sách|người có công|hộ nghèo|hộ cận nghèo|bảo trợ xã hội|nhà tạm|nhà dột nát|người cao tuổi|việc làm|giảm nghèo|hộ khó khăn|đời sống nhân dân",
        Topic::Welfare,
    ),
    (
        "cải cách hành chính|thủ tục hành chính|chuyển đổi số|dịch vụ công|chính quyền điện tử|chính quyền số|công nghệ thông tin|số hóa|quản lý nhà nước|kỷ cương hành chính|điều hành|cải cách thủ tục|văn bản điện tử|chữ ký số|hành chính công|chỉ số cải cách",
        Topic::Reform,
    ),
    ("tiếp công dân|tiếp dân|đơn thư|khiếu nại|tố cáo|kiến nghị", Topic::Complaints),
    (
        "pháp luật|dân chủ ở cơ sở|dân chủ cơ sở|cải cách tư pháp|thi hành án|hòa giải|hộ tịch|tư pháp",
        Topic::Law,
    ),
    (
        "quốc phòng|quân sự|nghĩa vụ quân sự|nhập ngũ|tuyển quân|giao quân|sẵn sàng chiến đấu|dân quân|chiến đấu phòng thủ|huấn luyện",
        Topic::Defence,
    ),
    (
        "an ninh|trật tự an toàn xã hội|tội phạm|ma túy|tệ nạn|phòng cháy|chữa cháy|căn cước|cư trú|tuần tra|cai nghiện",
        Topic::Security,
    ),
    ("an toàn giao thông|trật tự an toàn giao thông", Topic::Traffic),
    (
        "mặt trận|đại đoàn kết|cuộc vận động|phản biện xã hội|đoàn viên|hội viên|vì người nghèo|khối đại đoàn kết",
        Topic::Front,
    ),
    ("tín dụng chính sách|ngân hàng chính sách|ủy thác|vay vốn", Topic::Credit),
    ("văn thư|lưu trữ|công tác văn phòng|chế độ báo cáo", Topic::Office),
    ("thi đua|khen thưởng|phong trào thi đua", Topic::Emulation),
];

/// The line of work a stretch is in: the first that its words name.
pub(super) fn of(words: &Words<'_>, from: usize, to: usize) -> Option<Topic> {
    (from..to.min(from + 40)).find_map(|at| TOPICS.at(words, at).map(|(_, topic)| topic))
}
