//! Coordinates on the earth.

use super::{Validator, Verdict, formed, keep_if};

pub(super) const LIST: &[Validator] =
    &[formed("lat-long", pair), formed("degrees", degrees), formed("dms", dms)];

/// Two decimal numbers, of which one is a latitude (up to 90) and one a longitude (up to 180). In and around Japan, as
/// people here write them, the pair speaks for itself; elsewhere two numbers with decimals are mostly something else.
fn pair(text: &str) -> Verdict {
    let mut numbers = text.split([',', ' ', '/', '、', ';']).filter(|part| !part.is_empty());
    let (Some(first), Some(second), None) = (numbers.next(), numbers.next(), numbers.next()) else {
        return Verdict::Reject;
    };
    let (Ok(first), Ok(second)) = (first.parse::<f64>(), second.parse::<f64>()) else {
        return Verdict::Reject;
    };
    let in_japan = |lat: f64, long: f64| (20.0..46.5).contains(&lat) && (122.0..154.5).contains(&long);
    // With no more than a space between, they are columns of a table.
    let paired = text.contains([',', '/', '、', ';']);
    if paired && (in_japan(first, second) || in_japan(second, first)) {
        Verdict::Keep
    } else if first.abs() <= 90.0 && second.abs() <= 180.0 || first.abs() <= 180.0 && second.abs() <= 90.0 {
        Verdict::Lower
    } else {
        Verdict::Reject
    }
}

/// One number of a pair, at its label.
fn degrees(text: &str) -> Verdict {
    keep_if(text.parse::<f64>().is_ok_and(|degrees| degrees.abs() <= 180.0 && degrees != 0.0))
}

/// Degrees up to 180, minutes and seconds below 60.
fn dms(text: &str) -> Verdict {
    let mut numbers =
        text.split(|c: char| !c.is_ascii_digit() && c != '.').filter_map(|part| part.parse::<f64>().ok());
    let degrees = numbers.next().is_some_and(|degrees| degrees <= 180.0);
    keep_if(degrees && numbers.all(|below| below < 60.0))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::validate::check;

    #[test]
    fn pairs() {
        check(pair, Verdict::Keep, &["35.681236, 139.767125", "139.767125,35.681236"]);
        check(
            pair,
            Verdict::Lower,
            &["48.858370, 2.294481", "35.681236 139.767125", "-33.856784, 151.215297"],
        );
        check(pair, Verdict::Reject, &["95.123456, 190.123456", "35.681236", "1.5000, 2.5000, 3.5000"]);
    }

    #[test]
    fn one_number() {
        check(degrees, Verdict::Keep, &["35.681236", "-122.4194"]);
        check(degrees, Verdict::Reject, &["200.0000", "0.0000"]);
    }

    #[test]
    fn degrees_minutes_seconds() {
        check(dms, Verdict::Keep, &["35°40'52.1\"N", "139度45分58秒", "35°40.868'N"]);
        check(dms, Verdict::Reject, &["35°72'52\"N", "190°10'10\"E"]);
    }
}
