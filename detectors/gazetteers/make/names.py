"""Surnames, given names, their readings, and the words that could be taken for both together."""
import re
from collections import defaultdict

import kana

HAN = "㐀-䶿一-鿿々\U00020000-\U0002ffff"
NAME = re.compile(f"[{HAN}ぁ-ゖァ-ヶー]*[{HAN}][{HAN}ぁ-ゖァ-ヶー]*")
KANA = re.compile("[ァ-ヶー]{2,}")

# Sudachi's cost of a word, below which it is an ordinary one and not a rarity like 小島, «small island».
ORDINARY = 7450
# The cost that ipadic gives to surnames which its newspapers did not have, give or take the length of the word.
UNSEEN = range(7612, 7630)

# Given names that are words as well, but names first.
NAMES_FIRST = set("""
愛 葵 旭 暁 茜 彩 綾 泉 一 栄 恵 円 薫 馨 要 克 桂 圭 健 賢 剣 謙 厳 光 孝 功 公 浩 洪 豪 桜 咲 聡 早苗 茂 滋 静 忍 俊 潤 淳 順 純
駿 渚 翔 昇 祥 丈 譲 進 仁 清 誠 正 勢 節 千秋 千里 千春 千夏 千尋 宗 蒼 聖 大地 大輔 太陽 大樹 卓 武 猛 達 忠 民 司 努 強 剛 哲 徹 透
輝 寿 敏 智 友 直 直人 渉 望 典 登 徳 久 仁志 秀 瞳 弘 宏 洋 博 寛 広 文 史 紀 真 真琴 誠一 昌 雅 勝 優 学 護 守 操 貢 満 実 都 稔 恭 靖
康 泰 裕 豊 幸 雪 由 勇 雄 遥 陽 楓 蓮 凛 律 涼 亮 諒 玲 礼 良 渡 航 歩 梓 杏 苺 梢 梅 菊 桃 椿 菫 蘭 菜々 若葉 弥生 皐月 五月 葉月 正義 和人
明 彰 晃 章 昭 朗 淳一 環 希 希望 未来 美雪 深雪 美和 美咲 和 和子 光子 花 華 萌 芽 結 舞 唯 隆 隆盛 力 保 治 修 晋 巌 巖 鉄 勲 武士 博士 英雄
光輝 瑞穂 真弓 真帆 早紀 公平 耕平 小百合 百合 里子 陽子 君子 愛子 厚子 英明 英俊 俊英 三郎 一郎 金太郎 勇気 大和 陽翔 朝陽 元気 心春 新 詩 千代 勝利 海 空 陸 翼 匠 樹 蒼空 尊 悟 聖人
真人 健児 英和 文人 文彦 直樹 晴 優美 優希 理恵 智恵 和美 美音 琴音 紫苑 琥珀 瑠璃 茉莉 翠 碧 藍 紫 紅葉 七海 心 琴 響 奏 奏太 至 学 稔 穣 積 勤 敦 温
""".split())

# Surnames that are well known for being hard to read, which Sudachi lacks.
CURIOUS = "薬袋 東雲 時透 雲母 左衛門三郎".split()

# The same of names in kana, as they sound.
KANA_FIRST = set("""
アイ アオイ アキ アサ アズサ アミ アヤ アヤメ アユ アユミ アンナ ウミ エイジ エリ エリカ カイ カエデ カケル カスミ カツオ カナ カナメ カノン カホリ カヤ カリン カンナ キヨ ケイコ ゲンキ
コウジ コノハ サエ サクラ サツキ サナエ シオリ シズカ シノ ショウ シン スズ スミ スミレ ソラ タダシ チエ ツグミ ツバキ ツヤ ツル テツ テル トキ トク トシ トモ トモエ ナオ ナツ ネネ ノリ
ハジメ ハツ ハナ ハル ヒカリ ヒナタ コハル ヒサコ ヒサシ ヒビキ ヒメ フキ フク フサ フユ マイ マキ マコト マサキ マチ マツ マナ マユ マユミ マリ マリナ マリノ ミエ ミオ ミサ ミズキ ミズホ ミチ ミヅキ
ミドリ ミナミ メイ モナ モモ ユウ ユメ ユリ ヨウジ ヨシ ラン リオン リキ リュウ リョウジ リン ルナ ルリ レイ ワカナ ワタル
""".split())

# What is written for what in family registers: 旧字体, 俗字 and the forms that JIS left out.
VARIANTS = ["高髙", "崎﨑嵜", "吉𠮷", "辺邊邉", "斉齊斎齋", "沢澤", "浜濱濵", "島嶋嶌", "広廣", "桜櫻", "国國", "滝瀧", "富冨", "峰峯",
            "恵惠", "真眞", "徳德", "柳栁", "瀬瀨", "増增", "曽曾", "関關", "竜龍", "万萬", "栄榮", "桑桒", "館舘", "桧檜", "条條",
            "黒黑", "槙槇", "横橫", "清淸", "鶴靍靏", "薮藪", "児兒", "来來", "塩鹽", "豊豐", "芦蘆", "渕淵", "涌湧", "将將", "宝寶"]
ALIKE = {form: group for group in VARIANTS for form in group}


def lists(ipadic, sudachi, spellings):
    newspapers, registers = Persons(ipadic), Persons(sudachi)
    for name, reading in spellings:
        registers.given(name, reading)
    registers.surnames.update(dict.fromkeys(CURIOUS, 10000))
    words = ordinary(sudachi)
    surnames = {name for name in registers.surnames if NAME.fullmatch(name) and len(name) <= 5}
    seen = {name for name in surnames & newspapers.surnames.keys() if newspapers.surnames[name] not in UNSEEN}
    known = {name for name in surnames - seen if name in newspapers.surnames or registers.surnames[name] < 9777}
    givens = {name for name in registers.givens | newspapers.givens | NAMES_FIRST if NAME.fullmatch(name) and len(name) <= 4}
    second = (givens & words) - NAMES_FIRST

    tiers = {"c": seen, "k": known, "r": surnames - seen - known, "v": respelled(seen | known) - surnames}
    yield "surnames", {f"{name}\t{tier}{'w' if name in words else ''}" for tier in tiers for name in tiers[tier]}
    yield "given", {name + ("\tw" if name in second else "") for name in givens}
    yield "given-kana", set(map(katakana, registers.in_kana)) - set(map(katakana, words)) | KANA_FIRST
    yield from readings(newspapers, registers, seen | known, givens)
    yield "not-names-words", confusable([ipadic, sudachi], surnames, givens)


class Persons:
    """The persons' names of a dictionary: surnames with their lowest cost, given names, and readings of both."""

    def __init__(self, dictionary):
        self.surnames, self.givens, self.in_kana = {}, set(), set()
        self.surname_readings, self.given_readings = defaultdict(set), defaultdict(set)
        for surface, part, reading, cost in dictionary.words():
            if part[2:] == ("人名", "姓"):
                self.surnames[surface] = min(cost, self.surnames.get(surface, cost))
                self.surname_readings[katakana(reading)].add(surface)
            elif part[2:] == ("人名", "名"):
                self.given(surface, reading)

    def given(self, name, reading):
        self.givens.add(name)
        self.given_readings[katakana(reading)].add(name)
        if KANA.fullmatch(katakana(name)):
            self.in_kana.add(name)


def katakana(text):
    return "".join(chr(ord(c) + 96) if "ぁ" <= c <= "ゖ" else c for c in text)


def ordinary(sudachi):
    """Words that are no proper nouns, the common ones; a cost of 0 says nothing."""
    return {surface for surface, part, _, cost in sudachi.words() if part[1] != "固有名詞" and 0 < cost <= ORDINARY}


def respelled(names):
    """Each name with one of its characters, all of a kind at once, in another form."""
    for_all = set()
    for name in names:
        for form in set(name) & ALIKE.keys():
            for_all.update(name.replace(form, other) for other in ALIKE[form] if other != form)
    return for_all


def readings(newspapers, registers, met, givens):
    """How surnames that are met are read, and given names in newspapers or of two spellings."""
    family = {reading for source in (newspapers, registers) for reading, names in source.surname_readings.items()
              if KANA.fullmatch(reading) and names & met}
    first = {reading for reading, names in registers.given_readings.items()
             if KANA.fullmatch(reading) and names & givens
             and (len(names) > 1 or reading in newspapers.given_readings)}
    yield "surnames-kana", family
    yield "given-readings", first
    for name, kanas in (("surnames-romaji", family), ("given-romaji", first)):
        yield name, {key for reading in kanas if (key := kana.romaji(reading)) and len(key) > 1}


def confusable(dictionaries, surnames, givens):
    """Words, places and organisations of three to six characters that fall into a surname and a given name."""
    for dictionary in dictionaries:
        for surface, part, _, _ in dictionary.words():
            if part[2] != "人名" and 3 <= len(surface) <= 6 and NAME.fullmatch(surface):
                if any(surface[:at] in surnames and surface[at:] in givens for at in range(1, len(surface))):
                    yield surface
