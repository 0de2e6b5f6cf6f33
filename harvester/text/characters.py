"""Characters as a reader means them: ligatures, spaces and hyphens that only print differently."""

import re
import unicodedata

LINE_BREAK = "\u2028"
"""Stands for a line end that the author made, where other line ends mean nothing."""

_SPACES = (
    "\t\u00a0\u1680\u2000\u2001\u2002\u2003\u2004\u2005\u2006\u2007\u2008\u2009\u200a"
    "\u202f\u205f\u3000"
)
_LINE_ENDS = "\x0b\x0c\x85\u2028\u2029"
_NOTHING = "\u200b\u200c\u200d\u2060\ufeff"
_HYPHENS = "\u2010\u2011"
_BULLETS = "\uf0b7\uf0a7\uf02d\uf0d8\uf076"

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
    return table


_TABLE = _table()


def normalise(text: str) -> str:
    """Spell every character in one way.

    Ligatures become their letters and accents join them (NFC); signs such as ½, ² and € stay.
    Soft hyphens go. The mark that PDFium gives for a hyphen at a line end becomes a hyphen and a
    line end. Code points that are not Unicode text become U+FFFD, control characters nothing.
    """
    text = text.replace("\r\n", "\n").replace("\r", "\n")
    text = _SOFT_HYPHEN_AT_LINE_END.sub("", text)
    text = _PDFIUM_HYPHEN.sub("-\n", text)
    return unicodedata.normalize("NFC", text.translate(_TABLE))


def squeeze(line: str) -> str:
    """Make every run of spaces one space, with none at the ends."""
    return _RUN_OF_SPACES.sub(" ", line).strip()
