"""Katakana to the key that romaji is looked up by. `gazetteer/romaji.rs` brings what is written to the same key."""

ROWS = {
    "": "アイウエオ", "k": "カキクケコ", "s": "サシスセソ", "t": "タチツテト", "n": "ナニヌネノ", "h": "ハヒフヘホ",
    "m": "マミムメモ", "r": "ラリルレロ", "g": "ガギグゲゴ", "z": "ザジズゼゾ", "d": "ダヂヅデド", "b": "バビブベボ",
    "p": "パピプペポ",
}
HEPBURN = {"si": "shi", "ti": "chi", "tu": "tsu", "hu": "fu", "zi": "ji", "di": "ji", "du": "zu"}
SMALL = {"ャ": "a", "ュ": "u", "ョ": "o", "ェ": "e"}

SYLLABLES = {"ヤ": "ya", "ユ": "yu", "ヨ": "yo", "ワ": "wa", "ヰ": "i", "ヱ": "e", "ヲ": "o", "ン": "n", "ヴ": "bu"}
for consonant, row in ROWS.items():
    for kana, vowel in zip(row, "aiueo"):
        SYLLABLES[kana] = HEPBURN.get(consonant + vowel, consonant + vowel)


def romaji(reading):
    """None where a sign is no syllable of a name."""
    out = ""
    double = False
    for kana in reading:
        if kana == "ッ":
            double = True
        elif kana == "ー" and out:
            pass
        elif kana in SMALL and out.endswith("i") and len(out) > 1:
            stem = out[:-1]
            out = stem + ("" if stem.endswith(("sh", "ch", "j")) else "y") + SMALL[kana]
        elif kana in SYLLABLES:
            syllable = SYLLABLES[kana]
            if double:
                out += "t" if syllable.startswith("ch") else syllable[0]
                double = False
            out += syllable
        else:
            return None
    return None if double else key(out)


def key(text):
    """Long vowels are short: ou, oo, o; n before b, m and p is written m by some."""
    text = text.replace("mb", "nb").replace("mp", "np").replace("mm", "nm")
    out = ""
    for letter in text:
        if letter == "u" and out.endswith(("o", "u")) or letter == "o" and out.endswith("o"):
            continue
        out += letter
    return out
