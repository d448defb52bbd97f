"""Japan's area codes, from libphonenumber's numbering plan."""
import subprocess
import sys
import zipfile

# What its formatter takes for the area code of each number that it holds possible. Run apart, because it is other
# people's code from an archive.
ASK = """
import phonenumbers as p
for prefix in range(10000, 100000):
    for tail in ("0000", "4444", "8888"):
        number = p.PhoneNumber(country_code=81, national_number=int(f"{prefix}{tail}"))
        if p.number_type(number) == p.PhoneNumberType.FIXED_LINE:
            print(p.format_number(number, p.PhoneNumberFormat.NATIONAL).partition("-")[0])
"""


def area_codes(archives):
    folder = archives["folder"] / "phonenumbers"
    with zipfile.ZipFile(archives["phonenumbers"]) as archive:
        archive.extractall(folder)
    command = [sys.executable, "-I", "-c", f"import sys; sys.path.insert(0, {str(folder)!r})\n{ASK}"]
    lines = subprocess.run(command, check=True, capture_output=True, text=True).stdout.split()
    return set(lines)
