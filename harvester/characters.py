"""Normalise characters: ligatures, accents, spaces, hyphens."""

import re
import unicodedata
from itertools import pairwise

LINE_BREAK = "\u2028"
"""Marks a line end of the author, where other line ends mean nothing."""

_SPACES = (
    "\t\u00a0\u1680\u2000\u2001\u2002\u2003\u2004\u2005\u2006\u2007\u2008\u2009\u200a"
    "\u202f\u205f\u3000"
)
_LINE_ENDS = "\x0b\x0c\x85\u2028\u2029"
_NOTHING = "\u200b\u200c\u200d\u2060\ufeff"
_HYPHENS = "\u2010\u2011"
_BULLETS = "\uf0b7\uf0a7\uf02d\uf0d8\uf076"

_CEDILLA, _CARON, _DOT, _RING, _OGONEK, _BREVE = "\u0327\u030c\u0307\u030a\u0328\u0306"
_ACCENTS = {
    "¸": (_CEDILLA, "cCsStTgGkKlLnNrR"),
    "ˇ": (_CARON, "cCsSzZrReEnNdDtTgG"),
    "˘": (_BREVE, "gGaAuU"),
    "˙": (_DOT, "IzZeEcCgG"),
    "˚": (_RING, "aAuU"),
    "˛": (_OGONEK, "aAeEiIuU"),
    "˝": ("\u030b", "oOuU"),
    "´": ("\u0301", "cCnNsSzZyYlLrR"),
    "¨": ("\u0308", "aAeEiIoOuUyY"),
    "ˆ": ("\u0302", "aAeEiIoOuU"),
    "˜": ("\u0303", "aAnNoO"),
}
"""Accents that are separate characters where a font lacks the letter, with their base letters.

An acute accent after a vowel is as often typed for an apostrophe (`foto´s`), so it counts only
beside consonants after which nobody types one.
"""
_APOSTROPHE = "´"
_SIGNS = "".join(_ACCENTS)
_SPLIT_ACCENT = re.compile(
    rf"(?P<before>[^\W\d_])?(?: (?=[¸˛ˇ˘][a-z]))?(?P<accent>[{_SIGNS}])(?P<after>[^\W\d_])?"
)
_LETTERSPACED = re.compile(r"(?<!\S)[^\W\d_](?: [^\W\d_]){3,}(?!\S)")
_VOWELS = frozenset("aeiouyAEIOUY")

_SOFT_HYPHEN_AT_LINE_END = re.compile("\u00ad[ \u00a0]*\n[ \u00a0]*(?=\\S)")
_PDFIUM_HYPHEN = re.compile("[\ufffe\u0002] *\n? *")
_RUN_OF_SPACES = re.compile(r"[^\S\n]+")


def _table() -> dict[int, str]:
    table = {code: "" for code in (*range(0x20), *range(0x7F, 0xA0)) if code != 0x0A}
    table.update(dict.fromkeys(range(0xD800, 0xE000), "\ufffd"))
    table.update({ord(character): "" for character in _NOTHING + "\u00ad\ufffe\uffff"})
    table.update({ord(character): " " for character in _SPACES})
    table.update({ord(character): "\n" for character in _LINE_ENDS})
    table.update({ord(character): "-" for character in _HYPHENS})
    table.update({ord(character): "•" for character in _BULLETS})
    ligatures = (*range(0xFB00, 0xFB07), 0x132, 0x133)
    table.update({code: unicodedata.normalize("NFKC", chr(code)) for code in ligatures})
    table.update({0x2080 + digit: str(digit) for digit in range(10)})
    return table


_TABLE = _table()


def normalise(text: str) -> str:
    """Normalise text to one spelling of every character.

    The one normal form of texts, titles, subjects, names and queries. Ligatures become letters,
    accents are composed (NFC), subscript digits become plain digits (`CO₂` is `CO2`); signs such as
    ½, ² and € stay, since notes are numbered with raised digits. Soft hyphens are removed. PDFium's
    mark of a hyphen at a line end becomes a hyphen and a line end. Code points that are not Unicode
    text become U+FFFD, control characters nothing.
    """
    text = text.replace("\r\n", "\n").replace("\r", "\n")
    text = _SOFT_HYPHEN_AT_LINE_END.sub("", text)
    text = _PDFIUM_HYPHEN.sub("-\n", text)
    text = unicodedata.normalize("NFC", text.translate(_TABLE))
    return with_whole_letters(text) if not text.isascii() else text


def with_whole_letters(text: str) -> str:
    """Combine separate accents with the letters that they are drawn over or under."""
    return _SPLIT_ACCENT.sub(_whole, text)


def _whole(match: "re.Match[str]") -> str:
    accent, letters = _ACCENTS[match["accent"]]
    before, after = match["before"] or "", match["after"] or ""
    if before and before in letters:
        return unicodedata.normalize("NFC", before + accent) + after
    if after and after in letters and match["accent"] != _APOSTROPHE:
        return before + unicodedata.normalize("NFC", after + accent)
    return match[0]


def words_of(text: str) -> str:
    """Normalise text and put it on one line."""
    return squeeze(normalise(text).replace("\n", " "))


def without_letterspacing(line: str) -> str:
    """Join the letters of a letterspaced word: `R E J E C T E D`.

    Other single letters stay: enumerations, marks in the cells of a row.
    """
    return _LETTERSPACED.sub(_closed, line) if " " in line else line


def _closed(match: "re.Match[str]") -> str:
    word = match[0].replace(" ", "")
    is_enumeration = all(ord(b) - ord(a) == 1 for a, b in pairwise(word))
    is_word = word.isupper() or word[1:].islower()
    if is_enumeration or not is_word or len(set(word)) < 3 or not _VOWELS & set(word):
        return match[0]
    return word


def squeeze(line: str) -> str:
    """Collapse runs of spaces, and strip them at the ends."""
    return _RUN_OF_SPACES.sub(" ", line).strip()
