//! When a rule holds: hours of the week, and dates.

const MINUTE_S: u64 = 60;
const DAY_MINUTES: u64 = 24 * 60;
const WEEK_DAYS: u64 = 7;

/// 1970-01-01 was a Thursday; days count from Monday.
const EPOCH_WEEKDAY: u64 = 3;

/// How far local time is ahead of UTC, in minutes: at most a day either way.
#[derive(Clone, Copy, PartialEq, Eq, Debug, Default)]
pub struct UtcOffset(pub(crate) i16);

impl UtcOffset {
    /// Minutes ahead of UTC.
    pub fn minutes(self) -> i64 {
        i64::from(self.0)
    }

    /// Local seconds since 1970-01-01 00:00 local time; before it, zero.
    pub fn local_s(self, now: u64) -> u64 {
        now.saturating_add_signed(self.minutes() * 60)
    }
}

/// Hours of the week, in the policy's local time.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub struct Hours {
    /// Bit 0 is Monday.
    pub(crate) days: u8,
    /// First minute of the day.
    pub(crate) from: u16,
    /// First minute that is out again. Not after `from`: it lasts past midnight, and counts to the day it began on.
    pub(crate) to: u16,
    pub(crate) offset: UtcOffset,
}

impl Hours {
    /// Names of the days, Monday first.
    pub const DAYS: [&'static str; 7] = ["mon", "tue", "wed", "thu", "fri", "sat", "sun"];

    /// True within these hours.
    pub fn hold(self, now: u64) -> bool {
        let minutes = self.offset.local_s(now) / MINUTE_S;
        let (day, minute) = (minutes / DAY_MINUTES + EPOCH_WEEKDAY, minutes % DAY_MINUTES);
        let (from, to) = (u64::from(self.from), u64::from(self.to));
        if from < to {
            return self.on(day) && (from..to).contains(&minute);
        }
        (self.on(day) && minute >= from) || (self.on(day + WEEK_DAYS - 1) && minute < to)
    }

    fn on(self, day: u64) -> bool {
        self.days >> (day % WEEK_DAYS) & 1 == 1
    }

    /// The days, Monday first, as policies write them.
    pub fn days(self) -> impl Iterator<Item = &'static str> {
        Hours::DAYS
            .into_iter()
            .enumerate()
            .filter(move |(day, _)| self.days >> day & 1 == 1)
            .map(|(_, name)| name)
    }

    /// First minute of the day, and the first that is out again.
    pub fn minutes(self) -> (u16, u16) {
        (self.from, self.to)
    }
}

/// From when until when, in Unix seconds; `None`: always.
#[derive(Clone, Copy, PartialEq, Eq, Debug, Default)]
pub struct Dates {
    /// First second.
    pub begins: Option<u64>,
    /// First second after it.
    pub ends: Option<u64>,
}

impl Dates {
    /// True between them.
    pub fn hold(self, now: u64) -> bool {
        self.begins.is_none_or(|begins| begins <= now) && !self.over(now)
    }

    /// True from the end on.
    pub fn over(self, now: u64) -> bool {
        self.ends.is_some_and(|ends| ends <= now)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// 2026-11-27, a Friday, 00:00 in Japan.
    const FRIDAY: u64 = 1_795_705_200;
    const HOUR: u64 = 3600;
    const JAPAN: UtcOffset = UtcOffset(9 * 60);

    fn hours(days: u8, from: u16, to: u16) -> Hours {
        Hours { days, from: from * 60, to: to * 60, offset: JAPAN }
    }

    #[test]
    fn hours_are_local() {
        let weekdays = hours(0b001_1111, 8, 20);
        for (hour, holds) in [(7, false), (8, true), (19, true), (20, false), (24 + 9, false), (72 + 9, true)]
        {
            assert_eq!(weekdays.hold(FRIDAY + hour * HOUR), holds, "{hour}");
        }
        assert!(weekdays.hold(FRIDAY + 20 * HOUR - 1) && !weekdays.hold(FRIDAY + 8 * HOUR - 1));
        assert_eq!(weekdays.days().collect::<Vec<_>>(), ["mon", "tue", "wed", "thu", "fri"]);
    }

    #[test]
    fn a_night_belongs_to_the_day_it_began_on() {
        let friday_night = hours(0b001_0000, 22, 6);
        for (hour, holds) in
            [(5, false), (21, false), (22, true), (24 + 5, true), (24 + 6, false), (24 + 22, false)]
        {
            assert_eq!(friday_night.hold(FRIDAY + hour * HOUR), holds, "{hour}");
        }
        // All day: from midnight to midnight.
        let friday = hours(0b001_0000, 0, 0);
        assert!(friday.hold(FRIDAY) && friday.hold(FRIDAY + 23 * HOUR));
        assert!(!friday.hold(FRIDAY - 1) && !friday.hold(FRIDAY + 24 * HOUR));
    }

    #[test]
    fn dates_hold_from_their_first_second_to_before_their_last() {
        let dates = Dates { begins: Some(10), ends: Some(20) };
        assert_eq!([9, 10, 19, 20].map(|now| dates.hold(now)), [false, true, true, false]);
        assert!(Dates::default().hold(0) && Dates::default().hold(u64::MAX));
    }
}
