//! Dates in the writing of Asia and Africa as Western ones: digits, numbers and months that are
//! written out, eras, halves of the day.

/// The zeros of the rows of digits that other scripts have (Unicode 15, general category Nd).
const ZEROS: [char; 17] = [
    '\u{660}', '\u{6f0}', '\u{966}', '\u{9e6}', '\u{a66}', '\u{ae6}', '\u{b66}', '\u{be6}',
    '\u{c66}', '\u{ce6}', '\u{d66}', '\u{e50}', '\u{ed0}', '\u{f20}', '\u{1040}', '\u{17e0}',
    '\u{ff10}',
];

/// Chinese digits by their value; the ten stands apart.
const CHINESE: [char; 10] = ['〇', '一', '二', '三', '四', '五', '六', '七', '八', '九'];

/// What a Chinese number of a date stands before.
const COUNTED: [char; 13] = [
    '年', '月', '日', '號', '号', '時', '时', '點', '点', '分', '秒', '週', '周',
];

/// Eras and the year before their first.
const ERAS: [(&str, i64); 5] = [
    ("令和", 2018),
    ("平成", 1988),
    ("昭和", 1925),
    ("民國", 1911),
    ("民国", 1911),
];

/// The Buddhist calendar's years are so many ahead, and later than this one.
const BUDDHIST_AHEAD: i64 = 543;
const BUDDHIST_MIN: i64 = 2400;

/// Marks of year, month, day and half of the day, and months of several words, as Western ones; what
/// holds another one stands before it.
const MARKS: [(&str, &str); 66] = [
    ("년", "-"),
    ("월", "-"),
    ("일", " "),
    ("年", "-"),
    ("月", "-"),
    ("日", " "),
    ("號", " "),
    ("号", " "),
    ("오전", " am "),
    ("오후", " pm "),
    ("上午", " am "),
    ("下午", " pm "),
    ("午前", " am "),
    ("午後", " pm "),
    ("凌晨", " am "),
    ("早上", " am "),
    ("傍晚", " pm "),
    ("晚上", " pm "),
    ("晚", " pm "),
    ("tháng mười một", " nov "),
    ("tháng mười hai", " dec "),
    ("tháng mười", " oct "),
    ("tháng giêng", " jan "),
    ("tháng một", " jan "),
    ("tháng hai", " feb "),
    ("tháng ba", " mar "),
    ("tháng tư", " apr "),
    ("tháng năm", " may "),
    ("tháng sáu", " jun "),
    ("tháng bảy", " jul "),
    ("tháng tám", " aug "),
    ("tháng chín", " sep "),
    ("tháng chạp", " dec "),
    ("tháng", "-"),
    ("năm", "-"),
    ("كانون الثاني", " jan "),
    ("كانون الأول", " dec "),
    ("تشرين الأول", " oct "),
    ("تشرين الثاني", " nov "),
    ("ม.ค.", " jan "),
    ("ก.พ.", " feb "),
    ("มี.ค.", " mar "),
    ("เม.ย.", " apr "),
    ("พ.ค.", " may "),
    ("มิ.ย.", " jun "),
    ("ก.ค.", " jul "),
    ("ส.ค.", " aug "),
    ("ก.ย.", " sep "),
    ("ต.ค.", " oct "),
    ("พ.ย.", " nov "),
    ("ธ.ค.", " dec "),
    ("พ.ศ.", " "),
    ("น.", " "),
    ("π.μ.", "am "),
    ("μ.μ.", "pm "),
    ("πμ", "am "),
    ("μμ", "pm "),
    ("ق.ظ", "am "),
    ("ب.ظ", "pm "),
    ("अपराह्न", "pm "),
    ("पूर्वाह्न", "am "),
    ("a.m", "am "),
    ("p.m", "pm "),
    ("a. m", "am "),
    ("p. m", "pm "),
    ("−", "-"),
];

/// A digit of any script as a Western one; another character as it is.
pub fn western_digit(c: char) -> char {
    if c.is_ascii() {
        return c;
    }
    ZEROS
        .iter()
        .find_map(|zero| {
            let value = (c as u32).checked_sub(*zero as u32)?;
            char::from_digit(value, 10)
        })
        .unwrap_or(c)
}

/// A text in lower case, its foreign marks and numbers as Western ones.
pub fn western(text: &str) -> String {
    if text.is_ascii() && !text.contains(" m") && !text.contains(".m") {
        return text.to_owned();
    }
    let text = with_years(&with_numbers(text)).replace('：', ":");
    MARKS.iter().fold(text, |text, (mark, plain)| {
        if text.contains(mark) {
            text.replace(mark, plain)
        } else {
            text
        }
    })
}

/// A year as the Gregorian calendar counts it: Thai dates count from the Buddha's death.
pub fn gregorian(year: i64, text: &str) -> i64 {
    let thai = || text.contains(|c| ('\u{e00}'..='\u{e7f}').contains(&c));
    if year > BUDDHIST_MIN && thai() {
        year - BUDDHIST_AHEAD
    } else {
        year
    }
}

/// Chinese numbers before a mark of a date as digits: `二〇二四年十月二十一日` as `2024年10月21日`.
fn with_numbers(text: &str) -> String {
    let mut out = String::with_capacity(text.len());
    let mut run = String::new();
    for c in text.chars() {
        let c = if c == '零' { '〇' } else { c };
        if c == '十' || c == '元' || CHINESE.contains(&c) {
            run.push(c);
            continue;
        }
        match number(&run).filter(|_| COUNTED.contains(&c)) {
            Some(number) => out.push_str(&number),
            None => out.push_str(&run),
        }
        run.clear();
        out.push(c);
    }
    out.push_str(&run);
    out
}

/// A Chinese number: digits one after another, or tens and ones. The first year of an era is 元.
fn number(run: &str) -> Option<String> {
    let digit = |c: char| CHINESE.iter().position(|digit| *digit == c);
    if run == "元" {
        return Some("1".to_owned());
    }
    let Some((tens, ones)) = run.split_once('十') else {
        let digits: Option<String> = run
            .chars()
            .map(|c| char::from_digit(digit(c)? as u32, 10))
            .collect();
        return digits.filter(|digits| !digits.is_empty());
    };
    let one = |part: &str, none: usize| {
        let mut letters = part.chars();
        match (letters.next(), letters.next()) {
            (None, _) => Some(none),
            (Some(c), None) => digit(c),
            _ => None,
        }
    };
    Some((one(tens, 1)? * 10 + one(ones, 0)?).to_string())
}

/// Years of an era as years: `令和6年` as `2024年`.
fn with_years(text: &str) -> String {
    for (era, before) in ERAS {
        if let Some((start, rest)) = text.split_once(era) {
            let rest = rest.trim_start();
            let digits = rest.bytes().take_while(u8::is_ascii_digit).count();
            if let Ok(year) = rest[..digits.min(3)].parse::<i64>() {
                return format!("{start}{}{}", before + year, &rest[digits..]);
            }
        }
    }
    text.to_owned()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn numbers_and_eras_become_years() {
        for (written, plain) in [
            ("二〇三一年十月二十一日", "2031-10-21 "),
            ("二零三一年一月十日", "2031-1-10 "),
            ("令和13年3月4日", "2031-3-4 "),
            ("平成元年1月8日", "1989-1-8 "),
            ("民國120年3月4日", "2031-3-4 "),
            ("星期三, 02 十月 2031", "星期三, 02 10- 2031"),
        ] {
            assert_eq!(western(written), plain);
        }
        assert_eq!(western("一生懸命"), "一生懸命");
    }

    #[test]
    fn digits_of_any_script_are_read() {
        let read = |text: &str| text.chars().map(western_digit).collect::<String>();
        assert_eq!(read("٢٠٣١ ۴ ०४ ২০৩১ ๒๕ ７é"), "2031 4 04 2031 25 7é");
    }

    #[test]
    fn only_thai_years_are_the_buddhas() {
        assert_eq!(gregorian(2574, "4 มีนาคม 2574"), 2031);
        assert_eq!(gregorian(2574, "4 March 2574"), 2574);
    }
}
