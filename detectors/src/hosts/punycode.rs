//! Labels of internationalised domain names in ASCII (RFC 3492, with the parameters of its §5).

const BASE: u32 = 36;
const T_MIN: u32 = 1;
const T_MAX: u32 = 26;
const SKEW: u32 = 38;
const DAMP: u32 = 700;
const FIRST: u32 = 128;
const BIAS: u32 = 72;

/// Longest label of the domain name system, in bytes.
const LABEL_MAX: usize = 63;

/// A label as it is looked up: itself if it is ASCII. `None` for one that is too long to exist.
pub(super) fn to_ascii(label: &str) -> Option<String> {
    let ascii = if label.is_ascii() { label.to_owned() } else { format!("xn--{}", encoded(label)?) };
    (ascii.len() <= LABEL_MAX).then_some(ascii)
}

fn encoded(label: &str) -> Option<String> {
    let mut out: String = label.chars().filter(char::is_ascii).collect();
    let basic = u32::try_from(out.len()).ok()?;
    if basic > 0 {
        out.push('-');
    }
    let points: Vec<u32> = label.chars().take(LABEL_MAX + 1).map(u32::from).collect();
    let (mut next, mut delta, mut bias, mut done) = (FIRST, 0_u32, BIAS, basic);
    while usize::try_from(done).ok()? < points.len() {
        let least = points.iter().copied().filter(|point| *point >= next).min()?;
        delta = delta.checked_add(least.checked_sub(next)?.checked_mul(done + 1)?)?;
        for point in &points {
            if *point < least {
                delta = delta.checked_add(1)?;
            }
            if *point == least {
                write(delta, bias, &mut out);
                bias = adapted(delta, done + 1, done == basic);
                delta = 0;
                done += 1;
            }
        }
        delta = delta.checked_add(1)?;
        next = least.checked_add(1)?;
    }
    Some(out)
}

/// A number in digits of changing weight, the least first.
fn write(mut number: u32, bias: u32, out: &mut String) {
    let mut weight = BASE;
    loop {
        let threshold = weight.saturating_sub(bias).clamp(T_MIN, T_MAX);
        if number < threshold {
            out.extend(digit(number));
            return;
        }
        let step = BASE - threshold;
        out.extend(digit(threshold + (number - threshold) % step));
        number = (number - threshold) / step;
        weight += BASE;
    }
}

/// Letters count before digits.
fn digit(value: u32) -> Option<char> {
    (b'a'..=b'z').chain(b'0'..=b'9').map(char::from).nth(usize::try_from(value).ok()?)
}

fn adapted(delta: u32, count: u32, first: bool) -> u32 {
    let mut delta = if first { delta / DAMP } else { delta / 2 };
    delta += delta / count;
    let mut bias = 0;
    while delta > (BASE - T_MIN) * T_MAX / 2 {
        delta /= BASE - T_MIN;
        bias += BASE;
    }
    bias + (BASE - T_MIN + 1) * delta / (delta + SKEW)
}

#[cfg(test)]
mod tests {
    use super::to_ascii;

    /// Samples of RFC 3492 §7.1, and names that are in use.
    #[test]
    fn labels_are_written_as_the_standard_writes_them() {
        for (label, ascii) in [
            ("他们为什么不说中文", "xn--ihqwcrb4cv8a8dqg056pqjye"),
            ("なぜみんな日本語を話してくれないのか", "xn--n8jok5ay5dzabd5bym9f0cm5685rrjetr6pdxa"),
            ("3年b組金八先生", "xn--3b-ww4c5e180e575a65lsy2b"),
            ("bücher", "xn--bcher-kva"),
            ("日本語", "xn--wgv71a119e"),
            ("example", "example"),
        ] {
            assert_eq!(to_ascii(label).as_deref(), Some(ascii));
        }
        assert_eq!(to_ascii(&"a".repeat(64)), None);
    }
}
