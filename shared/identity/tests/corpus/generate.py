"""Writes phones.tsv: what Google's libphonenumber makes of phone numbers in the spellings that people store.

The numbers are the library's own example numbers, so nobody's. Run it in a virtual environment with the official
Python port, in the version whose numbering plans equal those of the Rust library in Cargo.toml:

    pip install phonenumbers==9.0.42 && python generate.py > phones.tsv
"""

import phonenumbers as pn
from phonenumbers import PhoneNumberFormat as Format
from phonenumbers import PhoneNumberType as Type

REGIONS = (
    "US CA BR MX AR CO CL PE GB IE FR DE AT CH IT ES PT NL BE SE DK NO FI PL CZ RU TR IL AE ZA NG IN CN JP KR SG PH AU NZ"
).split()
TYPES = [Type.FIXED_LINE, Type.MOBILE, Type.TOLL_FREE]


def answer(text, region):
    """E.164 with the extension behind it, or `-` where the library finds no valid number."""
    try:
        number = pn.parse(text, region)
    except pn.NumberParseException:
        return "-"
    if not pn.is_valid_number(number):
        return "-"
    extension = f";ext={int(number.extension)}" if number.extension else ""
    return pn.format_number(number, Format.E164) + extension


def spellings(number, region):
    """Pairs of a kind and a text, with the region in which it is read."""
    e164 = pn.format_number(number, Format.E164)
    international = pn.format_number(number, Format.INTERNATIONAL)
    national = pn.format_number(number, Format.NATIONAL)
    code, _, rest = international.partition(" ")
    yield "e164 read at home", e164, region
    yield "e164 read abroad", e164, "US" if region == "BR" else "BR"
    yield "international", international, region
    yield "national", national, region
    yield "zero in brackets", f"{code} (0) {rest}", region
    yield "extension", f"{international} x45", region
    yield "uri with extension", f"tel:{e164};ext=678", region
    yield "a digit too few", e164[:-1], region
    yield "a digit too many", national + "0", region
    yield "unknown area", code + "0" + e164[len(code) :], region


def main():
    print("# What libphonenumber makes of its own example numbers. Written by generate.py; do not edit.")
    print(f"# Official Python port {pn.__version__}; the Rust library has the same numbering plans, 9.0.42: no row is left out.")
    print("# region in which it is read, kind, text, answer (- where there is no valid number).")
    print("# The kind `double zero` is read with 00, and with + in place of 00 where that gives no valid number.")
    seen = set()
    for region in REGIONS:
        for kind_of_number in TYPES:
            number = pn.example_number_for_type(region, kind_of_number)
            if number is None:
                continue
            rows = [(kind, text, read_in, answer(text, read_in)) for kind, text, read_in in spellings(number, region)]
            abroad = pn.format_number(number, Format.E164)[1:]
            for read_in in (region, "FR"):
                found = answer("00" + abroad, read_in)
                rows.append(("double zero", "00" + abroad, read_in, found if found != "-" else answer("+" + abroad, read_in)))
            for kind, text, read_in, found in rows:
                if (text, read_in) not in seen:
                    seen.add((text, read_in))
                    print(f"{read_in}\t{kind}\t{text}\t{found}")


if __name__ == "__main__":
    main()
