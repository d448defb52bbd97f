//! `utc_offset`, hours and dates.

use super::fields::Fields;
use super::{Scope, Sections};
use crate::content::Mode;
use crate::when::{Dates, Hours, UtcOffset};

const MODES: [(&str, Mode); 2] = [("enforce", Mode::Enforce), ("shadow", Mode::Shadow)];

const DAY_BITS: [(&str, u8); 7] =
    [("mon", 1), ("tue", 2), ("wed", 4), ("thu", 8), ("fri", 16), ("sat", 32), ("sun", 64)];

/// `utc_offset = "+09:00"`; without it local time is UTC.
pub(super) fn offset(sections: &mut Sections<'_>) -> UtcOffset {
    let offset = sections.maybe_one("utc_offset", |fields| {
        let text = fields.maybe_text("utc_offset")?;
        let offset = parse(&text.text);
        if offset.is_none() {
            let help = "write how far local time is ahead of UTC, as `+09:00`";
            fields.report.error(text.place, format!("`{}` is no offset", text.text), help);
        }
        offset
    });
    offset.unwrap_or_default()
}

fn parse(text: &str) -> Option<UtcOffset> {
    let (sign, rest) = match text.split_at_checked(1)? {
        ("+", rest) => (1, rest),
        ("-", rest) => (-1, rest),
        _ => return None,
    };
    let number = |text: &str| (text.len() == 2).then(|| text.parse::<u8>().ok()).flatten();
    let (hours, minutes) = rest.split_once(':')?;
    let (hours, minutes) = (number(hours)?, number(minutes)?);
    let minutes = i16::from(hours) * 60 + i16::from(minutes);
    (hours < 24 && minutes % 60 < 60).then_some(UtcOffset(sign * minutes))
}

impl Scope<'_> {
    /// `hours = { days = ["mon", …], from = 08:00:00, to = 20:00:00 }`; without days, every day.
    pub(super) fn hours(&self, fields: &mut Fields<'_>) -> Option<Hours> {
        let mut table = fields.table("hours")?;
        let days = table.words("days", &DAY_BITS);
        let days = if days.is_empty() { 127 } else { days.into_iter().fold(0, |all, day| all | day) };
        let (from, to) = (table.time_of_day("from"), table.time_of_day("to"));
        table.finish();
        Some(Hours { days, from: from?, to: to?, offset: self.offset })
    }

    /// `begins` and `ends`.
    pub(super) fn dates(&self, fields: &mut Fields<'_>) -> Dates {
        let dates = Dates { begins: fields.moment("begins"), ends: fields.moment("ends") };
        if let (Some(begins), Some(ends)) = (dates.begins, dates.ends)
            && ends <= begins
        {
            fields.report.error(fields.place_of("ends"), "it ends before it begins", "");
        }
        dates
    }

    /// `mode = "shadow"`, with `enforce_from` the date from which it is in force.
    pub(super) fn mode(&self, fields: &mut Fields<'_>) -> (Mode, Option<u64>) {
        let mode = fields.word("mode", &MODES, Some(Mode::Enforce)).unwrap_or(Mode::Enforce);
        let from = fields.moment("enforce_from");
        if mode == Mode::Enforce && fields.has("enforce_from") {
            let help = "write `mode = \"shadow\"` beside it: until then it is only counted";
            fields.report.error(fields.place_of("enforce_from"), "the rule is in force already", help);
        }
        (mode, from)
    }
}
