//! Readings: hiragana to katakana, half-width katakana and Hepburn romaji.

/// The text in full-width katakana.
pub fn katakana(hiragana: &str) -> String {
    hiragana
        .chars()
        .map(
            |c| {
                if ('ぁ'..='ゖ').contains(&c) {
                    char::from_u32(u32::from(c) + 0x60).unwrap_or(c)
                } else {
                    c
                }
            },
        )
        .collect()
}

const WIDE: &str = "アイウエオカキクケコサシスセソタチツテトナニヌネノハヒフヘホマミムメモヤユヨラリルレロワヲンァィゥェォャュョッー";
const NARROW: &str = "ｱｲｳｴｵｶｷｸｹｺｻｼｽｾｿﾀﾁﾂﾃﾄﾅﾆﾇﾈﾉﾊﾋﾌﾍﾎﾏﾐﾑﾒﾓﾔﾕﾖﾗﾘﾙﾚﾛﾜｦﾝｧｨｩｪｫｬｭｮｯｰ";
const VOICED: &str = "ガギグゲゴザジズゼゾダヂヅデドバビブベボ";
const UNVOICED: &str = "ｶｷｸｹｺｻｼｽｾｿﾀﾁﾂﾃﾄﾊﾋﾌﾍﾎ";
const PLOSIVE: &str = "パピプペポ";

/// The text in half-width katakana, voiced marks apart.
pub fn half_width(katakana: &str) -> String {
    katakana.chars().map(narrow).collect()
}

fn narrow(c: char) -> String {
    let same_place = |from: &str, to: &str| from.chars().position(|w| w == c).and_then(|n| to.chars().nth(n));
    if let Some(narrow) = same_place(WIDE, NARROW) {
        return narrow.into();
    }
    if let Some(base) = same_place(VOICED, UNVOICED) {
        return format!("{base}ﾞ");
    }
    match same_place(PLOSIVE, "ﾊﾋﾌﾍﾎ") {
        Some(base) => format!("{base}ﾟ"),
        None => c.into(),
    }
}

const ROMAJI: &str = "きゃ kya きゅ kyu きょ kyo しゃ sha しゅ shu しょ sho ちゃ cha ちゅ chu ちょ cho にゃ nya にゅ nyu にょ nyo ひゃ hya \
    ひゅ hyu ひょ hyo みゃ mya みゅ myu みょ myo りゃ rya りゅ ryu りょ ryo ぎゃ gya ぎゅ gyu ぎょ gyo じゃ ja じゅ ju じょ jo \
    びゃ bya びゅ byu びょ byo ぴゃ pya ぴゅ pyu ぴょ pyo あ a い i う u え e お o か ka き ki く ku け ke こ ko さ sa し shi す su \
    せ se そ so た ta ち chi つ tsu て te と to な na に ni ぬ nu ね ne の no は ha ひ hi ふ fu へ he ほ ho ま ma み mi む mu \
    め me も mo や ya ゆ yu よ yo ら ra り ri る ru れ re ろ ro わ wa を o ん n が ga ぎ gi ぐ gu げ ge ご go ざ za じ ji ず zu \
    ぜ ze ぞ zo だ da ぢ ji づ zu で de ど do ば ba び bi ぶ bu べ be ぼ bo ぱ pa ぴ pi ぷ pu ぺ pe ぽ po";

/// The reading in Hepburn romaji as passports write it: long vowels are not marked.
pub fn romaji(hiragana: &str) -> String {
    let table: Vec<&str> = ROMAJI.split_whitespace().collect();
    let mut out = String::new();
    let mut rest = hiragana;
    while let Some(first) = rest.chars().next() {
        let pair = table.chunks(2).find(|pair| rest.starts_with(pair[0]));
        let doubled = first == 'っ';
        let (kana, latin) = match pair {
            Some(pair) => (pair[0], pair[1]),
            None => (&rest[..first.len_utf8()], ""),
        };
        rest = &rest[kana.len()..];
        out += latin;
        if doubled {
            let next = table.chunks(2).find(|pair| rest.starts_with(pair[0])).map_or("", |pair| pair[1]);
            out += &next[..next.len().min(1)];
        }
    }
    out.replace("ou", "o").replace("oo", "o").replace("uu", "u")
}

#[cfg(test)]
mod tests {
    use super::{half_width, katakana, romaji};

    #[test]
    fn a_reading_is_written_in_every_script() {
        assert_eq!(katakana("わたなべ"), "ワタナベ");
        assert_eq!(half_width("ワタナベ"), "ﾜﾀﾅﾍﾞ");
        assert_eq!(romaji("さとう"), "sato");
        assert_eq!(romaji("はっとり"), "hattori");
        assert_eq!(romaji("しょうこ"), "shoko");
    }
}
