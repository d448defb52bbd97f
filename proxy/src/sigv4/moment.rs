//! Moments as `x-amz-date` writes them: ISO 8601, basic, in UTC and whole seconds.

use jiff::Timestamp;
use jiff::civil::DateTime;
use jiff::tz::Offset;

/// Seconds since the Unix epoch of `20150830T123600Z`; `None` for any other form, and for days that are none.
pub(crate) fn read(text: &str) -> Option<u64> {
    let form = |(at, b): (usize, u8)| match at {
        8 => b == b'T',
        15 => b == b'Z',
        _ => b.is_ascii_digit(),
    };
    if text.len() != 16 || !text.bytes().enumerate().all(form) {
        return None;
    }
    let two = |at: usize| text.get(at..at + 2)?.parse::<i8>().ok();
    let year: i16 = text.get(..4)?.parse().ok()?;
    let day = DateTime::new(year, two(4)?, two(6)?, two(9)?, two(11)?, two(13)?, 0).ok()?;
    u64::try_from(Offset::UTC.to_timestamp(day).ok()?.as_second()).ok()
}

/// The same, written. `None` beyond the year 9999.
pub(crate) fn written(at_s: u64) -> Option<String> {
    let at = Timestamp::from_second(i64::try_from(at_s).ok()?).ok()?;
    let at = Offset::UTC.to_datetime(at);
    let (year, month, day) = (at.year(), at.month(), at.day());
    Some(format!("{year:04}{month:02}{day:02}T{:02}{:02}{:02}Z", at.hour(), at.minute(), at.second()))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_moment_has_one_form() {
        assert_eq!(read("20150830T123600Z"), Some(1_440_938_160));
        assert_eq!(written(1_440_938_160).as_deref(), Some("20150830T123600Z"));
        assert_eq!(read("20160229T235959Z"), Some(1_456_790_399));
        for wrong in [
            "20150830T123600",
            "20150830t123600Z",
            "20150830T123600z",
            "20150830 123600Z",
            "20150229T123600Z",
            "20151330T123600Z",
            "20150830T246000Z",
            "20150830T123660Z",
            "2015-8-30T12360Z",
            "+0150830T123600Z",
            "19690830T123600Z",
            "",
        ] {
            assert_eq!(read(wrong), None, "{wrong}");
        }
        for at_s in (0..4_000_000_000).step_by(7_654_321) {
            assert_eq!(written(at_s).and_then(|text| read(&text)), Some(at_s));
        }
    }
}
