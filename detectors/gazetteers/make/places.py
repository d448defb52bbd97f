"""Prefectures, municipalities, wards, towns and postal codes."""
import re
from collections import defaultdict

# How ケ between kanji is written: all of them are in use for one place.
KE = "ケヶがガ"


def lists(postal):
    areas = postal.areas
    municipalities = {area["city"] for area in areas}
    yield "prefectures", {area["prefecture"] for area in areas}
    yield "municipalities", {form for city in municipalities for part in parts(city) for form in spelled(part)}
    yield "wards", {match[1] for city in municipalities if (match := re.fullmatch(".+?市(.+区)", city))}
    yield "towns", {folded(town) for area in areas if (town := plain(area["neighborhood"]))}
    yield "postal-codes", ranges(row["postal_code"] for row in [*areas, *postal.offices])


def parts(city):
    """札幌市 and 札幌市中央区, 余市郡余市町 and 余市町; islands stand before villages as counties do."""
    yield city
    if match := re.fullmatch("(.+?市)(.+区)", city):
        yield match[1]
    elif match := re.fullmatch("(?:.+?郡|.+島)(.+[町村])", city):
        yield match[1]


def folded(name):
    return re.sub(f"(?<=[㐀-鿿々])[{KE}](?=[㐀-鿿])", "ケ", name)


def spelled(name):
    yield name
    if folded(name) != name or "ケ" in name:
        for ke in KE[:3]:
            yield folded(name).replace("ケ", ke)


def plain(town):
    """Without the house numbers that some entries go on to, and none that is a tower's name or several in one."""
    town = re.sub(r"[０-９0-9].*", "", town)
    return town if 1 < len(town) <= 12 and "、" not in town else None


def ranges(codes):
    """A line for each first three digits: those that follow, as numbers and spans of four digits."""
    by_head = defaultdict(set)
    for code in codes:
        by_head[code[:3]].add(int(code[3:]))
    for head, tails in by_head.items():
        spans = []
        for tail in sorted(tails):
            if spans and spans[-1][1] == tail - 1:
                spans[-1][1] = tail
            else:
                spans.append([tail, tail])
        yield head + "\t" + " ".join(f"{a:04}" if a == b else f"{a:04}-{b:04}" for a, b in spans)
