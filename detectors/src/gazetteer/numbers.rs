//! Area codes and postal codes.

use super::list::List;

pub(super) const AREA_CODES: List = List::new(include_str!("../../gazetteers/area-codes.txt"), 5);
pub(super) const POSTAL_CODES: List = List::new(include_str!("../../gazetteers/postal-codes.txt"), 3);

/// Whether `digits` is an area code (市外局番), with its 0.
pub(crate) fn area_code(digits: &str) -> bool {
    AREA_CODES.contains(digits)
}

/// Whether these seven digits are a postal code, of an area or of one large recipient.
pub(crate) fn postal_code(digits: &str) -> bool {
    let Some((head, tail)) = digits.split_at_checked(3).filter(|(_, tail)| tail.len() == 4) else {
        return false;
    };
    // Four digits sort as numbers do.
    let within = |span: &str| match span.split_once('-') {
        Some((first, last)) => first <= tail && tail <= last,
        None => span == tail,
    };
    POSTAL_CODES.find(head).is_some_and(|spans| spans.split(' ').any(within))
}
