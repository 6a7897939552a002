"""Makes fonts.css and math.css of templates/assets, parts of open fonts as data URIs, and the faces
of src/report/site/share/faces, which the program draws with.

    npm pack source-sans@3.52.0 source-serif@4.5.1 @fontsource/stix-two-math@5.3.0
    for f in *.tgz; do mkdir -p "${f%.tgz}" && tar xzf "$f" -C "${f%.tgz}"; done
    pip install -r requirements.txt
    python subset.py FOLDER_OF_THE_PACKAGES ../../templates

The licence reserves the name "Source" for the fonts as Adobe publishes them. These are parts of
them, so they have names of their own. Same input and same versions, same bytes.
"""

import base64
import io
import sys
from pathlib import Path

from fontTools import subset
from fontTools.ttLib import TTFont
from fontTools.varLib import instancer


def span(first, last):
    return list(range(first, last + 1))


ASCII = span(0x20, 0x7E)
# No-break, thin and narrow spaces, dashes, quotes, bullet, ellipsis, prime.
MARKS = [0xA0, 0x2009, 0x2010, 0x2013, 0x2014, 0x2018, 0x2019, 0x201C, 0x201D, 0x2022, 0x2026]
MARKS += [0x202F, 0x2032]
LETTERS = [0xA1, 0xA7, 0xA9, 0xAB, 0xBB, 0xBF, *span(0xC0, 0xD6), *span(0xD8, 0xF6), *span(0xF8, 0xFF)]
# Minus, signs, raised digits, comparisons, currency.
NUMBERS = [0x2212, 0xB0, 0xB1, 0xB2, 0xB3, 0xB5, 0xB7, 0xB9, 0xD7, 0x2070, *span(0x2074, 0x2079), 0x207B]
NUMBERS += [0x221E, 0x2248, 0x2260, 0x2264, 0x2265, 0x20AC]
GREEK = [ord(letter) for letter in "αβγδελμρσωΔΣ"]
# Arrows, tick, cross, circles.
SIGNS = [0x2190, 0x2191, 0x2192, 0x2193, 0x2713, 0x2717, 0x25CB, 0x25CF]

TEXT = ASCII + MARKS + LETTERS + NUMBERS + GREEK + SIGNS
SHORT = ASCII + MARKS + NUMBERS

# Italics of mathematics: Latin (h stands among the letterlike symbols) and Greek.
ITALICS = [code for code in span(0x1D434, 0x1D467) if code != 0x1D455] + [0x210E]
ITALICS += span(0x1D6F4, 0x1D6F8) + span(0x1D6FC, 0x1D714)
OPERATORS = [ord(sign) for sign in "¬±×÷·¯ˆ˜′‖…ℓ∂∈∏∑−∗√∝∞∣∼≈≠≤≥⊤⋅⌈⌉⌊⌋→←\u0302\u0303\u0304\u0332⟨⟩ΔΣΦ"]
MATHS = ASCII + ITALICS + OPERATORS + [ord(letter) for letter in "αβγδεθλμπρσφψω"]

SANS = "source-sans-3.52.0/package/VF/SourceSans3VF-Upright.ttf"
ROMAN = "source-serif-4.5.1/package/VAR/SourceSerif4Variable-Roman.ttf"
ITALIC = "source-serif-4.5.1/package/VAR/SourceSerif4Variable-Italic.ttf"
STIX = "fontsource-stix-two-math-5.3.0/package/files/stix-two-math-latin-400-normal.woff2"

# Family, style, weights, file, characters, axes, features.
KERN = ["kern", "liga", "ccmp", "tnum"]
FACES = [
    ("Report Serif", "normal", "400", ROMAN, TEXT, {"opsz": 14, "wght": 400}, KERN),
    ("Report Serif", "normal", "600 700", ROMAN, SHORT, {"opsz": 24, "wght": 640}, KERN),
    ("Report Serif", "italic", "400", ITALIC, SHORT, {"opsz": 14, "wght": 400}, ["kern", "liga"]),
    ("Report Sans", "normal", "400 700", SANS, TEXT, {"wght": (400, 700)}, KERN),
    ("Report Math", "normal", "400", STIX, MATHS, None, ["ssty"]),
]


def face(path, characters, axes, features, family, flavor="woff2"):
    """A part of a font as a file."""
    font = TTFont(path, recalcTimestamp=False)
    options = subset.Options(layout_features=features, hinting=False, notdef_outline=True)
    options.drop_tables += ["DSIG", "meta"]
    part = subset.Subsetter(options)
    part.populate(unicodes=characters)
    part.subset(font)
    if axes:
        instancer.instantiateVariableFont(font, axes, inplace=True)
    if "MATH" in font:
        # The index of a letter with a descender is not set deeper than that of another.
        font["MATH"].table.MathConstants.SubscriptBaselineDropMin.Value = 0
    lacking = sorted(set(characters) - set(font.getBestCmap()))
    # The names: family, style, full name, and the licence with its address.
    table = font["name"]
    kept = {record.nameID: str(record) for record in table.names if record.nameID in (0, 13, 14)}
    table.names = []
    names = {1: family, 2: "Regular", 4: family, 6: family.replace(" ", ""), **kept}
    for number, text in sorted(names.items()):
        table.setName(text, number, 3, 1, 0x409)
    font.flavor = flavor
    file = io.BytesIO()
    font.save(file, reorderTables=False)
    return file.getvalue(), lacking


# Drawn in pictures for link previews.
CARD = {
    "serif.ttf": ("Report Serif", ROMAN, TEXT, {"opsz": 40, "wght": 640}),
    "sans.ttf": ("Report Sans", SANS, TEXT, {"wght": 480}),
}

HEAD = """\
/* {} under another name, by contrib/fonts/subset.py.
 * SIL Open Font License 1.1: OFL.txt. As data, so that pages opened as files have them, too. */
"""
SHEETS = {
    "fonts.css": ("Parts of Source Serif 4 and Source Sans 3 (Adobe)", ["Report Serif", "Report Sans"]),
    "math.css": ("A part of STIX Two Math, for pages with formulas,", ["Report Math"]),
}


def main(packages, templates):
    for sheet, (what, families) in SHEETS.items():
        text = HEAD.format(what)
        for family, style, weights, path, characters, axes, features in FACES:
            if family not in families:
                continue
            data, lacking = face(packages / path, characters, axes, features, family)
            print(f"{family} {style} {weights}: {len(data)} bytes; lacks {[hex(c) for c in lacking]}")
            data = base64.b64encode(data).decode()
            text += (
                f'@font-face {{ font-family: "{family}"; font-style: {style}; font-weight: {weights}; '
                f'font-display: block; src: url(data:font/woff2;base64,{data}) format("woff2"); }}\n'
            )
        print(f"{sheet}: {len(text)} bytes")
        (templates / "assets" / sheet).write_text(text)
    for name, (family, path, characters, axes) in CARD.items():
        data, _ = face(packages / path, characters, axes, [], family, flavor=None)
        print(f"{name}: {len(data)} bytes")
        (templates.parent / "src/report/site/share/faces" / name).write_bytes(data)


if __name__ == "__main__":
    main(Path(sys.argv[1]), Path(sys.argv[2]))
