//! TOML's dates as Unix seconds.

use toml::value::{Datetime, Offset};

use crate::when::UtcOffset;

const DAY_S: i64 = 86_400;

/// Unix seconds of an offset date-time, or of the first second of a date in the policy's local time. `None` for local times
/// and before 1970.
pub(crate) fn unix_seconds(written: &Datetime, local: UtcOffset) -> Option<u64> {
    let date = written.date?;
    let midnight = days(i64::from(date.year), i64::from(date.month), i64::from(date.day)) * DAY_S;
    let seconds = match (written.time, written.offset) {
        (None, None) => midnight - local.minutes() * 60,
        (Some(time), Some(offset)) => {
            let of_day = i64::from(time.hour) * 3600
                + i64::from(time.minute) * 60
                + i64::from(time.second.unwrap_or(0));
            let ahead = match offset {
                Offset::Z => 0,
                Offset::Custom { minutes } => i64::from(minutes) * 60,
            };
            midnight + of_day - ahead
        }
        _ => return None,
    };
    u64::try_from(seconds).ok()
}

/// Days since 1970-01-01 in the Gregorian calendar; years begin in March, so that a leap day is the last of its year.
fn days(year: i64, month: i64, day: i64) -> i64 {
    let (year, month) = if month > 2 { (year, month - 3) } else { (year - 1, month + 9) };
    let of_year = (153 * month + 2) / 5 + day - 1;
    year * 365 + year.div_euclid(4) - year.div_euclid(100) + year.div_euclid(400) + of_year - 719_468
}

#[cfg(test)]
mod tests {
    use super::*;

    fn check(written: &str, expect: Option<u64>) {
        assert_eq!(unix_seconds(&written.parse().unwrap(), UtcOffset::default()), expect, "{written}");
    }

    #[test]
    fn dates_are_their_first_second() {
        check("1970-01-01", Some(0));
        check("2000-02-29", Some(951_782_400));
        check("2026-11-24", Some(1_795_478_400));
        check("1969-12-31", None);
        let in_japan = unix_seconds(&"2026-11-24".parse().unwrap(), UtcOffset(9 * 60));
        assert_eq!(in_japan, Some(1_795_478_400 - 9 * 3600));
    }

    #[test]
    fn times_need_an_offset() {
        check("2027-03-31T00:00:00Z", Some(1_806_451_200));
        check("2027-03-31T00:00:00+09:00", Some(1_806_451_200 - 9 * 3600));
        check("2027-03-31T00:00:00", None);
        check("10:00:00", None);
    }
}
