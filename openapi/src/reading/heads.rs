//! What stands at the beginning of a part of a sentence: an order, a doer, a verb, a time.
//! **Invariant: a doer is named there only where a verb of duty follows, or an order goes before.**

use super::{
    bodies::Mention,
    clauses::Clauses,
    dates,
    lexicon::{ADVERBS, CONNECTIVES, ORDERS, PRODUCTS, VERBS, Verb},
    measures,
    words::Gap,
};
use crate::imports::Section;

/// What stands at the beginning of a part of a sentence.
#[derive(Debug, Clone)]
pub(super) struct Head {
    /// Its first word, connectives left out.
    pub from: usize,
    pub ordered: bool,
    pub doers: Vec<Mention>,
    /// The first word after the doers.
    pub duty: usize,
    pub verb: Option<Verb>,
    /// Whether it begins with a thing that is a product of its own.
    pub product: bool,
    pub conditional: bool,
    /// Whether words were left out that join it to what stands before.
    pub connected: bool,
    /// Whether it begins with a time.
    pub timed: bool,
}
impl Head {
    /// Whether it is an order, or says who does it, or what is done.
    pub(super) fn gives(&self) -> bool {
        self.ordered || !self.doers.is_empty() || self.verb.is_some()
    }
}

impl Clauses<'_> {
    /// What stands at a word.
    pub(super) fn head(&self, at: usize, to: usize, section: Section) -> Head {
        let words = self.words;
        let mut from = at;
        while let many @ 1.. = CONNECTIVES.len_at(words, from) {
            let joined =
                from + many < to && matches!(words.gap(from + many), Gap::Space | Gap::Comma | Gap::Colon);
            // "Trước hết là …" joins; "là" alone belongs to a clause.
            if !joined || words.lower(from) == "là" && from == at {
                break;
            }
            from += many;
        }
        let mut head = Head {
            from,
            ordered: false,
            doers: Vec::new(),
            duty: from,
            verb: None,
            product: false,
            conditional: self.is_condition(from, to),
            connected: from > at,
            timed: false,
        };
        let behind_time = self.behind_time(from, to);
        if behind_time > from {
            head.timed = true;
        }
        let mut start = behind_time;
        if let Some(order) = self.order_behind_orderer(start, to) {
            start = order;
            head.from = order;
        }
        let order = ORDERS.len_at(words, start);
        let listed = start + order;
        let (doers, after) = self.bodies.list(listed);
        let after = self.behind_parenthesis(after, to);
        let fits = !doers.is_empty() && after <= to;
        if order > 0 && fits {
            head.ordered = true;
            head.duty = after;
            head.doers = doers;
        } else if order == 0 && fits && self.is_subject(after, to, section) {
            head.duty = after;
            head.doers = doers;
        } else {
            head.duty = start;
        }
        head.verb = self.verb(head.duty, to);
        if order > 0 && head.doers.is_empty() && words.lower(start) != "giao" {
            head.verb = head.verb.or(Some(Verb::Standing));
        }
        let named = PRODUCTS.len_at(words, head.duty);
        // "Quyết định số 12" is cited, not made.
        head.product = named > 0 && words.lower(head.duty + named) != "số";
        head
    }

    /// "Nếu …", "Trong quá trình thực hiện nếu có …", "Khi …, các thôn báo cáo".
    fn is_condition(&self, from: usize, to: usize) -> bool {
        let early = from..to.min(from + 12);
        let condition = early.clone().any(|at| {
            self.words.lower(at) == "nếu"
                || self.words.lower(at) == "khó" && self.words.lower(at + 1) == "khăn"
        });
        let opens = matches!(self.words.lower(from), "nếu" | "trường" | "khi" | "quá")
            || self.words.lower(from) == "trong" && self.words.lower(from + 1) == "quá";
        opens && condition
    }

    /// The word behind a time at the beginning: "Trong quý II/2026, …", "định kỳ hàng năm …".
    fn behind_time(&self, from: usize, to: usize) -> usize {
        let words = self.words;
        let opens = matches!(
            words.lower(from),
            "trong"
                | "trước"
                | "đến"
                | "từ"
                | "hết"
                | "định"
                | "hằng"
                | "hàng"
                | "mỗi"
                | "ngày"
                | "tháng"
                | "quý"
                | "năm"
                | "chậm"
        );
        if !opens {
            return from;
        }
        let near = crate::value::Date::of(chrono::NaiveDate::default());
        let mut at = from;
        let mut behind = from;
        while at < to.min(from + 14) {
            if let Some(time) = dates::at(words, at, near).or_else(|| dates::years_at(words, at)) {
                at = time.to;
                behind = at;
            } else if let Some(cycle) =
                measures::recurrence(words, at, (at + 4).min(to)).filter(|found| found.from == at)
            {
                at = cycle.to;
                behind = at;
            } else if matches!(
                words.gap(at),
                Gap::Space | Gap::Dash | Gap::Comma | Gap::Line | Gap::Stop | Gap::Semicolon
            ) && matches!(
                words.lower(at),
                "trong"
                    | "trước"
                    | "đến"
                    | "từ"
                    | "hết"
                    | "định"
                    | "kỳ"
                    | "ngày"
                    | "tháng"
                    | "và"
                    | "giai"
                    | "đoạn"
                    | "chậm"
                    | "nhất"
                    | "6"
                    | "3"
                    | "06"
                    | "03"
                    | "cuối"
                    | "đầu"
            ) {
                at += 1;
            } else {
                break;
            }
        }
        behind
    }

    /// "Đồng chí Bí thư yêu cầu các chi bộ …": the order, behind the one who gives it.
    fn order_behind_orderer(&self, from: usize, to: usize) -> Option<usize> {
        let (orderers, after) = self.bodies.list(from);
        if orderers.is_empty() || after >= to || self.words.gap(after) > Gap::Dash {
            return None;
        }
        let skipped = usize::from(self.words.lower(after) == "cũng");
        let order = after + skipped;
        let many = ORDERS.len_at(self.words, order);
        let (bodies, _) = self.bodies.list(order + many);
        (many > 0 && !bodies.is_empty()).then_some(order)
    }

    /// "Trạm Y tế xã (bộ phận dự phòng) tiêm chủng": what is said of a body in passing.
    fn behind_parenthesis(&self, at: usize, to: usize) -> usize {
        if !self.words.between(at).trim_start().starts_with('(') {
            return at;
        }
        (at + 1..to.min(at + 15)).find(|at| self.words.between(*at).contains(')')).unwrap_or(at)
    }

    /// Whether what follows a list of bodies makes it the subject of a duty.
    fn is_subject(&self, after: usize, to: usize, section: Section) -> bool {
        let words = self.words;
        let passing = words.between(after).contains(')');
        if after >= to
            || !passing && !matches!(words.gap(after), Gap::Space | Gap::Dash | Gap::Comma | Gap::Colon)
        {
            return false;
        }
        let word = words.lower(after);
        if matches!(
            word,
            "đã" | "được"
                | "là"
                | "của"
                | "và"
                | "do"
                | "còn"
                | "chưa"
                | "đang"
                | "với"
                | "vẫn"
                | "cơ"
                | "có"
                | "gồm"
                | "bao"
                | "ngày"
        ) && !ADVERBS.is_at(words, after)
        {
            return false;
        }
        if VERBS.is_at(words, after) || ADVERBS.is_at(words, after) {
            return true;
        }
        let tasks = matches!(section, Section::Tasks | Section::Carrying | Section::Goals | Section::Plain);
        tasks && words.gap(after) == Gap::Space && !words.is_capital(after) && !words.is_number(after)
    }

    /// The verb a stretch begins with, words before it left out.
    fn verb(&self, from: usize, to: usize) -> Option<Verb> {
        let words = self.words;
        let mut at = from;
        for _ in 0..6 {
            let verb = VERBS.at(words, at);
            let adverb = ADVERBS.len_at(words, at);
            match verb {
                Some((many, verb)) if many >= adverb => {
                    if at >= to {
                        return None;
                    }
                    // "Đẩy mạnh xây dựng", "tiếp tục hoàn thiện": what is made says more.
                    return Some(
                        self.makes(at + many, to).unwrap_or_else(|| self.weighed(at, many, verb, to)),
                    );
                }
                _ if adverb > 0 && at + adverb < to => at += adverb,
                _ => break,
            }
            if !matches!(words.gap(at), Gap::Space | Gap::Comma | Gap::Dash) {
                break;
            }
        }
        // "Chủ động …": an adverb opens a duty though its verb is not known.
        (at > from && at < to && words.gap(at) == Gap::Space).then_some(Verb::Standing)
    }
    fn makes(&self, at: usize, to: usize) -> Option<Verb> {
        let next = (at < to && self.words.gap(at) == Gap::Space).then(|| VERBS.at(self.words, at)).flatten();
        let next = next.filter(|(_, verb)| *verb == Verb::Product).map(|(_, verb)| verb);
        let ends = (at..to.min(at + 4))
            .any(|at| self.words.lower(at) == "hoàn" && self.words.lower(at + 1) == "thành");
        next.or_else(|| ends.then_some(Verb::Product))
    }
    /// "Xây dựng" makes a thing only where it is one: "xây dựng kế hoạch", not "xây dựng Đảng"; "tổ chức
    /// thực hiện" makes none.
    fn weighed(&self, at: usize, many: usize, verb: Verb, to: usize) -> Verb {
        let behind = at + many;
        let thing =
            (behind..to.min(behind + 4)).any(|at| PRODUCTS.is_at(self.words, at) || self.words.is_number(at));
        let carries = matches!(self.words.lower(behind), "thực" | "triển" | "quán");
        match (self.words.lower(at), self.words.lower(at + 1)) {
            ("xây", "dựng") if !thing => Verb::Standing,
            ("tổ", "chức") if carries => Verb::Standing,
            ("tham", "mưu") if PRODUCTS.is_at(self.words, behind) => Verb::Product,
            _ => verb,
        }
    }
}
