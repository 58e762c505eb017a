//! The words of administrative Vietnamese that the rules know. **Invariant: general words only; no name
//! of a place, a person or a project, and no phrase of one document.**

use std::{collections::BTreeMap, sync::LazyLock};

use super::{
    topics::Topic,
    words::{Gap, Words, lower_into},
};
use crate::{text::fold, units::UnitKind};

/// Phrases with what they mean, found by their first word.
pub(super) struct Phrases<T> {
    by_first: BTreeMap<String, Vec<Entry<T>>>,
}

struct Entry<T> {
    lower: Vec<String>,
    folded: Vec<String>,
    /// Whether a comma stands before each word.
    commas: Vec<bool>,
    means: T,
}

impl<T: Copy> Phrases<T> {
    /// From a list: each line holds phrases parted by bars.
    pub(super) fn of(lines: &[(&str, T)]) -> Self {
        let mut by_first: BTreeMap<String, Vec<Entry<T>>> = BTreeMap::new();
        for (phrases, means) in lines {
            for phrase in phrases.split('|').map(str::trim).filter(|phrase| !phrase.is_empty()) {
                let parts: Vec<&str> = phrase.split(' ').filter(|part| *part != "-").collect();
                let lower: Vec<String> =
                    parts.iter().map(|part| lowered(part.trim_end_matches(','))).collect();
                let folded: Vec<String> = lower.iter().map(|word| fold(word)).collect();
                let after = parts.iter().map(|part| part.ends_with(','));
                let commas = std::iter::once(false).chain(after).collect();
                let first = folded.first().cloned().unwrap_or_default();
                by_first.entry(first).or_default().push(Entry { lower, folded, commas, means: *means });
            }
        }
        for entries in by_first.values_mut() {
            entries.sort_by_key(|entry| std::cmp::Reverse(entry.lower.len()));
        }
        Self { by_first }
    }

    /// The longest phrase that begins at a word: how many words it has, and what it means.
    ///
    /// One word of several may have other marks than it should: scans lose them.
    pub(super) fn at(&self, words: &Words<'_>, at: usize) -> Option<(usize, T)> {
        let entries = self.by_first.get(words.folded(at))?;
        let found = entries.iter().find(|entry| {
            let many = entry.folded.len();
            let fits = (0..many).all(|n| {
                let near = match words.gap(at + n) {
                    _ if n == 0 => true,
                    Gap::Space | Gap::Dash => true,
                    Gap::Comma => entry.commas.get(n).is_some_and(|comma| *comma),
                    _ => false,
                };
                near && entry.folded.get(n).is_some_and(|word| word == words.folded(at + n))
            });
            let exact =
                (0..many).filter(|n| entry.lower.get(*n).is_some_and(|w| w == words.lower(at + n))).count();
            fits && (exact == many || many > 1 && exact + 1 >= many)
        });
        found.map(|entry| (entry.lower.len(), entry.means))
    }
    /// How many words the phrase that begins here has; none is nought.
    pub(super) fn len_at(&self, words: &Words<'_>, at: usize) -> usize {
        self.at(words, at).map_or(0, |(many, _)| many)
    }
    /// Whether one begins here.
    pub(super) fn is_at(&self, words: &Words<'_>, at: usize) -> bool {
        self.len_at(words, at) > 0
    }
}

fn lowered(word: &str) -> String {
    let mut lower = String::new();
    lower_into(word, &mut lower);
    lower
}

/// How a verb begins an obligation.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Verb {
    /// Work that goes on.
    Standing,
    /// Makes a thing, a meeting or a document of its own.
    Product,
}

/// Verbs by which one body gives work to another.
pub(super) static ORDERS: LazyLock<Phrases<()>> = LazyLock::new(|| {
    Phrases::of(&[(
        "giao cho|giao nhiệm vụ cho|giao trách nhiệm cho|giao|yêu cầu|đề nghị|phân công|kêu gọi|ủy quyền cho|ủy quyền|lưu ý|nhắc nhở",
        (),
    )])
});

/// Verbs by which a body that has work sets another to it.
pub(super) static SETS_TO_WORK: LazyLock<Phrases<()>> = LazyLock::new(|| {
    Phrases::of(&[(
        "lãnh đạo, chỉ đạo|lãnh đạo|chỉ đạo|hướng dẫn|yêu cầu|đôn đốc|giao cho|giao|phân công|đề nghị|phát huy vai trò của|phát huy vai trò|chỉ đạo, đôn đốc|kiểm tra, đôn đốc",
        (),
    )])
});

/// Words between a body and its verb, or before a verb.
pub(super) static ADVERBS: LazyLock<Phrases<()>> = LazyLock::new(|| {
    Phrases::of(&[(
        "tiếp tục|cần|phải|cần phải|có trách nhiệm|có nhiệm vụ|chịu trách nhiệm|chủ động|tích cực|kịp thời|khẩn trương|\
         thường xuyên|nghiêm túc|trực tiếp|phấn đấu|từng bước|quyết liệt|kiên quyết|nhanh chóng|sớm|ngay|đồng loạt|đồng thời|\
         tự|cùng|sẽ|hằng năm|hàng năm|hằng tháng|hàng tháng|hằng quý|hàng quý|hằng tuần|hàng tuần|hằng ngày|hàng ngày|định kỳ|\
         trước mắt|trước hết|gương mẫu|nêu cao|thống nhất|chặt chẽ|linh hoạt|sáng tạo|không ngừng",
        (),
    )])
});

/// Words that join one obligation to the one before and belong to neither.
pub(super) static CONNECTIVES: LazyLock<Phrases<()>> = LazyLock::new(|| {
    Phrases::of(&[(
        "đồng thời|trước hết|trước mắt|trong đó|bên cạnh đó|ngoài ra|mặt khác|cùng với đó|và|trong thời gian tới|\
         thời gian tới|từ nay đến cuối năm|cụ thể|theo đó|do đó|vì vậy|tiếp đó|riêng|sau đó|song song với đó|như sau|là",
        (),
    )])
});

/// Verbs of duty.
pub(super) static VERBS: LazyLock<Phrases<Verb>> = LazyLock::new(|| {
    Phrases::of(&[
        (
            "tăng cường|đẩy mạnh|đẩy nhanh|nâng cao|thực hiện|triển khai|duy trì|bảo đảm|đảm bảo|tập trung|chú trọng|\
             quan tâm|quản lý|kiểm tra|giám sát|theo dõi|đôn đốc|chỉ đạo|lãnh đạo|hướng dẫn|tuyên truyền|vận động|phát huy|\
             phát triển|củng cố|đổi mới|thúc đẩy|siết chặt|chấn chỉnh|phòng chống|phòng|chăm sóc|chăm lo|hỗ trợ|giải quyết|\
             xử lý|khắc phục|ngăn chặn|đấu tranh|bảo vệ|giữ vững|giữ gìn|gắn|phối hợp|tham mưu|rà soát|nắm bắt|nắm|bồi dưỡng|\
             đào tạo|quán triệt|phổ biến|học tập|sử dụng|khai thác|huy động|ứng dụng|cập nhật|công khai|tiếp nhận|tiếp|tham gia|\
             góp phần|tạo|khuyến khích|biểu dương|khen thưởng|bám sát|bố trí|sắp xếp|kiện toàn|điều hành|điều chỉnh|đề xuất|\
             kiến nghị|báo cáo|cung cấp|chuẩn bị|phục vụ|tuần tra|kiểm soát|trực|sẵn sàng|canh tác|gieo cấy|gieo trồng|gieo|trồng|\
             thu hoạch|làm đất|chăm bón|nạo vét|tu sửa|sửa chữa|cải tạo|nâng cấp|vệ sinh|chỉnh trang|thu gom|phân loại|tiêm phòng|\
             khoanh vùng|tiết kiệm|chống|hạn chế|giảm|kéo giảm|cắt giảm|xóa|giảng dạy|dạy|bảo tồn|tôn tạo|phân công|cụ thể hóa|\
             cụ thể|cải thiện|cải cách|khơi thông|tháo gỡ|đầu tư|thu|chi|tận dụng|mở rộng|lồng ghép|đưa|giới thiệu|phát hiện|\
             kết nạp|phát động|hưởng ứng|ủng hộ|giúp đỡ|tinh giản|tinh gọn|chuyển đổi|số hóa|tự đánh giá|đánh giá|\
             xem xét|phản ánh|phản biện|phê bình|nêu gương|lấy|coi trọng|kết hợp|dành|tìm kiếm|thăm|động viên|tặng|trao|cấp|\
             bình xét|xét|xây|hạn chế tối đa|tối ưu|tối ưu hóa|đa dạng hóa|hiện đại hóa|minh bạch|rèn luyện|đóng|nộp|chấp hành|tuân thủ|dự|ký|kiềm chế|xác minh|làm rõ|\
             làm tốt|làm|chủ trì|xác định|tổng hợp|thẩm định|đối thoại|trả lời|tiến hành|tiếp thu|niêm yết|thông báo|hoàn trả|thu hồi|bàn giao|giải phóng|đền bù|bồi thường|vay|giải ngân|\
             khai giảng|tuyển sinh|tuyển chọn|gọi|huấn luyện|diễn tập|trấn áp|triệt phá|tấn công|truy quét|đón tiếp|phấn đấu",
            Verb::Standing,
        ),
        (
            "tổ chức|xây dựng|ban hành|hoàn thành|hoàn thiện|lập|thành lập|mở|công bố|sơ kết|tổng kết|phê duyệt|trình|\
             soạn thảo|biên soạn|khởi công|khánh thành|khảo sát|thống kê|kiểm kê|tổ chức kỷ niệm|kỷ niệm|đấu thầu|đấu giá|\
             nghiệm thu|quyết toán|ký kết|ra mắt|gặp mặt|họp|xóa nhà tạm|tập huấn|khai trương|lắp đặt|thi công|bầu|kiểm điểm|phát động|\
             phát hành|cấp giấy|lấy ý kiến|nâng cấp hệ thống|xây mới|làm mới|hoàn tất|kết thúc|tham mưu ban hành",
            Verb::Product,
        ),
    ])
});

/// Verbs that behind a comma say how or what for, and begin nothing.
pub(super) static MANNERS: LazyLock<Phrases<()>> = LazyLock::new(|| {
    Phrases::of(&[(
        "bảo đảm|đảm bảo|phát huy|góp phần|tạo|phục vụ|đáp ứng|gắn|phòng ngừa|chống|hạn chế|tránh|tiến tới|hướng tới|lấy|coi trọng|tiết kiệm",
        (),
    )])
});

/// Things that are a product of their own.
pub(super) static PRODUCTS: LazyLock<Phrases<()>> = LazyLock::new(|| {
    Phrases::of(&[(
        "kế hoạch|chương trình hành động|đề án|phương án|quy chế|quy định|nghị quyết|quyết định|hướng dẫn|báo cáo|\
         hội nghị|cuộc họp|kỳ họp|lớp|lớp tập huấn|lớp bồi dưỡng|hội thi|hội thảo|lễ|danh sách|hồ sơ|dự thảo|tờ trình|\
         kênh|cơ sở dữ liệu|tổ công tác|ban chỉ đạo|quy trình|dự án|mô hình|chuyên đề|văn kiện|phong trào|công trình|\
         hệ thống|ngày hội|đại hội|cuộc bầu cử|nhà văn hóa|đợt cao điểm|đợt|phiên họp|cuộc vận động",
        (),
    )])
});

/// Assent, recognition: nothing to do.
pub(super) static ASSENT: LazyLock<Phrases<()>> = LazyLock::new(|| {
    Phrases::of(&[(
        "cơ bản nhất trí|cơ bản thống nhất|cơ bản đồng ý|nhất trí|thống nhất với|thống nhất đánh giá|thống nhất chủ trương|\
         thống nhất thông qua|thống nhất nội dung|thống nhất cho|đồng ý|tán thành|đánh giá cao|ghi nhận|hoan nghênh|biểu dương và|ghi nhận, biểu dương|nhiệt liệt",
        (),
    )])
});

/// What a body's head noun says of its kind.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct Head {
    pub kind: UnitKind,
    /// How it must stand to be a body.
    pub stands: Stands,
}
/// How a head noun must stand to name a body.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Stands {
    /// By itself.
    Alone,
    /// After "các", "mỗi", or before a name or number.
    Counted,
}

/// Head nouns of bodies.
pub(super) static HEADS: LazyLock<Phrases<Head>> = LazyLock::new(|| {
    use Stands::{Alone, Counted};
    use UnitKind as K;
    let head = |kind, stands| Head { kind, stands };
    Phrases::of(&[
        ("thường trực đảng ủy|tt đảng ủy|thường trực đảng bộ|thường trực cấp ủy", head(K::ThuongTruc, Alone)),
        ("ban thường vụ đảng ủy|ban thường vụ|btv đảng ủy|btv", head(K::BanThuongVu, Alone)),
        (
            "thường trực hội đồng nhân dân|thường trực hđnd|hội đồng nhân dân|hđnd|ban của hđnd|ban hđnd|\
          ban của hội đồng nhân dân|ban kinh tế - ngân sách|ban văn hóa - xã hội|ban pháp chế|\
          đại biểu hđnd|đại biểu hội đồng nhân dân|tổ đại biểu hđnd",
            head(K::Hdnd, Alone),
        ),
        ("ủy ban nhân dân|ubnd|chính quyền địa phương|chính quyền", head(K::Ubnd, Alone)),
        (
            "ủy ban mặt trận tổ quốc việt nam|ủy ban mặt trận tổ quốc|ủy ban mttq việt nam|ủy ban mttq|ubmttq việt nam|ubmttq|\
          mttq việt nam|mttq|mặt trận tổ quốc việt nam|mặt trận tổ quốc|mặt trận|ban công tác mặt trận|ban thường trực ủy ban mttq",
            head(K::Mttq, Alone),
        ),
        (
            "tổ chức chính trị - xã hội|tổ chức chính trị xã hội|đoàn thể chính trị - xã hội|đoàn thể chính trị xã hội|\
          đoàn thể|tổ chức đoàn thể|tổ chức thành viên|ban ngành đoàn thể",
            head(K::DoanThe, Counted),
        ),
        (
            "hội nông dân|hội liên hiệp phụ nữ|hội lhpn|hội phụ nữ|hội cựu chiến binh|hội ccb|hội người cao tuổi|hội chữ thập đỏ|\
          hội khuyến học|hội luật gia|hội cựu giáo chức|hội cựu thanh niên xung phong|liên đoàn lao động|công đoàn|\
          đoàn thanh niên cộng sản hồ chí minh|đoàn tncs hồ chí minh|đoàn tncs hcm|đoàn tncs|đoàn thanh niên|đoàn xã|đoàn phường|\
          chi hội nông dân|chi hội phụ nữ|chi hội cựu chiến binh|chi hội người cao tuổi|chi đoàn thanh niên|chi đoàn|chi hội|\
          đoàn viên, thanh niên|đoàn viên|hội viên nông dân|hội viên phụ nữ|hội viên cựu chiến binh|hội viên",
            head(K::DoanThe, Alone),
        ),
        (
            "cấp ủy các tổ chức đảng|cấp ủy, tổ chức đảng|cấp ủy, chi bộ|cấp ủy đảng|cấp ủy|tổ chức cơ sở đảng|tổ chức đảng|\
          chi, đảng bộ|chi bộ|đảng ủy bộ phận|đảng bộ bộ phận|chi ủy|đảng ủy ubnd|đảng ủy các cơ quan đảng|đảng ủy công an|đảng ủy quân sự",
            head(K::ChiBo, Alone),
        ),
        (
            "đảng bộ|hệ thống chính trị|ban thanh tra nhân dân|ban giám sát đầu tư của cộng đồng|ban giám sát đầu tư cộng đồng|\
          ban chỉ đạo|ban chỉ huy phòng|ban tổ chức|ban quản lý dự án|ban quản lý|tổ công tác|tổ công nghệ số cộng đồng|\
          tổ hòa giải|tổ bảo vệ an ninh trật tự|hợp tác xã|hội đồng nghĩa vụ quân sự|hội đồng thi đua|ban vận động|ban tiếp công dân|ủy ban bầu cử|tổ bầu cử",
            head(K::Khac, Alone),
        ),
        (
            "đảng ủy|ban chấp hành đảng bộ|ban chấp hành|bch đảng bộ|bch|chấp hành đảng bộ",
            head(K::DangUy, Alone),
        ),
        ("tổ dân phố|tdp", head(K::Thon, Alone)),
        ("thôn|xóm|bản|ấp|buôn|làng|khóm|sóc|khu phố|khu dân cư|tổ nhân dân", head(K::Thon, Counted)),
        (
            "ban xây dựng đảng|ban tổ chức đảng ủy|ban tuyên giáo|ban tuyên giáo và dân vận|ban dân vận|cơ quan tham mưu, giúp việc|cơ quan tham mưu giúp việc|\
          ban đảng",
            head(K::BanXayDungDang, Alone),
        ),
        ("ủy ban kiểm tra|ubkt|cơ quan ủy ban kiểm tra", head(K::Ubkt, Alone)),
        ("văn phòng đảng ủy|vpđu|văn phòng cấp ủy", head(K::VanPhong, Alone)),
        ("công an|lực lượng công an", head(K::CongAn, Alone)),
        (
            "ban chỉ huy quân sự|ban chqs|bch quân sự|bchqs|lực lượng quân sự|cơ quan quân sự|dân quân tự vệ|lực lượng dân quân",
            head(K::QuanSu, Alone),
        ),
        ("trường học|cơ sở giáo dục|cơ sở mầm non", head(K::TruongHoc, Counted)),
        (
            "nhà trường|trường mầm non|trường tiểu học|trường thcs|trường thpt|trường trung học cơ sở|trường tiểu học và thcs|trường phổ thông",
            head(K::TruongHoc, Alone),
        ),
        ("trường", head(K::TruongHoc, Counted)),
        ("trạm y tế", head(K::TramYTe, Alone)),
        ("trung tâm", head(K::DonViSuNghiep, Counted)),
        (
            "cơ quan, đơn vị|cơ quan chuyên môn|cơ quan, ban, ngành|phòng, ban|ban, ngành|ban ngành|phòng chuyên môn|phòng ban chuyên môn|phòng ban|\
          cơ quan hành chính|đơn vị sự nghiệp|cơ quan, tổ chức|cơ quan|đơn vị|ngành|phòng|sở, ngành|doanh nghiệp",
            head(K::DonViSuNghiep, Counted),
        ),
        (
            "văn phòng hđnd và ubnd|văn phòng hội đồng nhân dân và ủy ban nhân dân|văn phòng ubnd|trung tâm phục vụ hành chính công|\
          hạt kiểm lâm|kho bạc nhà nước|thuế cơ sở|chi cục thuế|đài truyền thanh|bộ phận một cửa|phòng kinh tế, hạ tầng và đô thị|phòng kinh tế|phòng văn hóa - xã hội|phòng văn hóa",
            head(K::DonViSuNghiep, Alone),
        ),
        (
            "ủy viên|thủ trưởng|người đứng đầu|bí thư|phó bí thư|chủ tịch|phó chủ tịch|trưởng thôn|trưởng xóm|trưởng bản|trưởng ấp|trưởng khu|\
          tổ trưởng|trưởng các ban, ngành, đoàn thể|trưởng các ban, ngành|trưởng ban|trưởng phòng|trưởng công an|chỉ huy trưởng|hiệu trưởng|giám đốc|chánh văn phòng|thành viên|\
          cán bộ, đảng viên|cán bộ, công chức|cán bộ chủ chốt|đảng viên|cán bộ|công chức|đồng chí|đ c",
            head(K::CaNhan, Alone),
        ),
    ])
});

/// Words that go on with the name of a body.
pub(super) static MODIFIERS: LazyLock<Phrases<()>> = LazyLock::new(|| {
    Phrases::of(&[(
        "xã|phường|thị trấn|đặc khu|huyện|tỉnh|việt nam|trực thuộc đảng bộ|trực thuộc đảng ủy|trực thuộc|đảng ủy|đảng bộ|có liên quan|liên quan|chuyên môn|\
         chính trị - xã hội|chính trị xã hội|trên địa bàn|ở cơ sở|ở thôn|ở khu dân cư|cơ sở|tổ dân phố|tdp|thôn|xóm|bản|khu phố|khu dân cư|ấp|\
         tham mưu giúp việc|hđnd|ubnd|mttq|hội đồng nhân dân|ủy ban nhân dân|ban thường vụ|btv|ban chấp hành|chấp hành|bch|cấp ủy|chi bộ|\
         phụ trách địa bàn, lĩnh vực|phụ trách địa bàn|phụ trách lĩnh vực|phụ trách|các tổ chức đảng|các thôn|các xóm|các bản|các tổ dân phố|các chi bộ|\
         phục vụ hành chính công|dịch vụ sự nghiệp công|chính trị|các cấp|hành chính|nhân dân|các cơ quan, đơn vị|cơ quan, đơn vị|đơn vị",
        (),
    )])
});

/// Words before a body that count it.
pub(super) static QUANTIFIERS: LazyLock<Phrases<()>> = LazyLock::new(|| {
    Phrases::of(&[(
        "các đồng chí|các đ c|đồng chí|đ c|tất cả các|toàn thể các|toàn thể|các|những|mỗi|từng|mọi|100% các|một số",
        (),
    )])
});

/// The lines of work, by the words that tell them apart.
pub(super) static TOPICS: LazyLock<Phrases<Topic>> = LazyLock::new(|| Phrases::of(super::topics::WORDS));
