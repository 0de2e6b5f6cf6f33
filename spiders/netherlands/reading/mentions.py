"""Find the motions that a sentence speaks of, and the references of each.

The sentence is rewritten as a skeleton: every reference is one sign, and every motion that is
spoken of, with the names, the subject and the references that go with it, is one sign. Short
patterns can then match what is said of it. Quotations and brackets are left out, since they are not
the letter's own words.
"""

import re
from collections.abc import Sequence
from dataclasses import dataclass

_REFERENCE = 0xE400
_MENTION = 0xE000
MENTION_SIGN = "[\ue000-\ue3ff]"
_REFERENCE_SIGN = "[\ue400-\uefff]"
_MOST_CITED = 1000
_MOST_SPOKEN_OF = 500
_LONGEST = 5000
_NEAR = 60
_LONGEST_LIST = 30
_private = re.compile("[\ue000-\uf8ff]")

_quote = re.compile(r"[«“„\"‘]([^»”\"’«“„]{0,400})[»”\"’]")
_label = re.compile(
    r"\s*(?:oordeel\s+(?:aan\s+de\s+)?kamer|ontraden|overgenomen|ontijdig|overbodig)\s*",
    re.IGNORECASE,
).fullmatch
_article_before = re.compile(r"\b(?:het|een|dit|dat|de)\s+$", re.IGNORECASE).search
_bracket = re.compile(r"[(\[]([^()\[\]]{0,400})[)\]]")
_something_else = re.compile(
    r"\b(?:zie|brief|brieven|kamerbrief|nota|verslag|rapport|amendement\w*|bijlage|\w*debat)\b",
    re.IGNORECASE,
).search
_signs_in = re.compile(_REFERENCE_SIGN).findall

_JOINT = r"(?:\s|,|;|/|en\b|t/m|alsmede\b|resp\.|ook\b)*"
_SIGNS = rf"{_REFERENCE_SIGN}(?:{_JOINT}{_REFERENCE_SIGN})*"
_first_signs = re.compile(_SIGNS).search
_DETERMINER = (
    r"(?:\b(?:de|deze|die|beide|alle|genoemde|betreffende|bovengenoemde|voornoemde|onderhavige"
    r"|onderstaande|bovenstaande|eerste|tweede|derde|laatste|aangenomen|gewijzigde|nader|nadere"
    r"|ingediende|twee|drie|vier|vijf)\s+){0,5}"
)
_PARTICLE = r"(?:(?:van|de|den|der|ten|ter|te|el|al|’t|'t)\s+)*"
_NAME = rf"(?-i:(?i:{_PARTICLE})[A-ZÀ-Ý][\w’'.-]*(?:\s(?i:{_PARTICLE})[A-ZÀ-Ý][\w’'-]+){{0,3}})"
_NAMES = rf"{_NAME}(?:(?:\s+en\s+|\s?/\s?|,\s+){_NAME}){{0,12}}(?:\s+c\.s\.)?"
_WHOSE = rf"(?:-|\s+(?:van\s+)?(?:(?:het\s+)?lid\s+|(?:de\s+)?leden\s+)?){_NAMES}"
_SAYS = (
    r"\b(?:ik|wij|ontraa\w*|oordeel|ontijdig|overbodig|overgenomen|afgedaan|uitgevoerd|krijgt"
    r"|krijgen|brief|brieven|kamerbrief|amendement\w*|nota|verslag|rapport|debat\w*|\w+debat)\b"
)
_PLAIN = r"\b(?:wordt|worden|is|zijn|heb|heeft|hebben)\b"
_ABOUT = r",?\s(?:die|dat|waarin|waarmee|waarbij|om|over|inzake|betreffende|met|tot)\b"
_SIGN_OR_END = r";:\ue000-\uefff|"
_ON_NUMBER = (
    r"(?:\s+op\s+(?:stuk(?:ken)?\s+)?nrs?\.?\s+\d[\d\s,en]{0,40}\d"
    r"|\s+(?:op\s+(?:stuk\s+)?)?nr\.?\s+\d+)?"
)
_spoken = re.compile(
    rf"""{_DETERMINER}\b(?P<noun>moties?)\b
    (?: (?:(?!{_SAYS}|{_PLAIN}|\bmoties?\b)[^{_SIGN_OR_END}]){{0,200}}?
        (?:{_ABOUT}(?:(?!{_SAYS}|\bmoties?\b)[^{_SIGN_OR_END}]){{0,300}}?)?
        (?P<signs>{_SIGNS})
      | (?:{_WHOSE})?{_ON_NUMBER}
    )""",
    re.VERBOSE | re.IGNORECASE,
)
_row = re.compile(
    rf"^(?:[^|\ue400-\uefff]{{0,120}}\|){{0,2}}\W{{0,4}}(?:Kamerst(?:uk(?:ken)?|\.)\s+)?"
    rf"(?P<signs>{_SIGNS})(?=[^\ue400-\uefff]*$)"
)
_in_cells = re.compile(
    rf"^\W{{0,4}}(?P<mention>{MENTION_SIGN})[^|\ue000-\uefff]{{0,120}}\|\W{{0,4}}"
    rf"(?:Kamerst(?:uk(?:ken)?|\.)\s+)?(?P<signs>{_SIGNS})"
)
_joined = re.compile(
    rf"(?P<joint>{MENTION_SIGN}\s*(?:,\s*en|,|en)\s*)"
    rf"(?:-|(?:die\s+)?van\s+(?:het\s+lid\s+|de\s+leden\s+)?)?(?:{_NAMES})?\s*(?P<signs>{_SIGNS})",
    re.IGNORECASE,
)
_headed = re.compile(rf"^\W{{0,4}}(?P<signs>{_SIGNS})\s*[|:–,-]\s*(?P<mention>{MENTION_SIGN})")
_several = re.compile(
    rf"{MENTION_SIGN}(?:\s*(?:,\s*en|,|en|alsmede|/|;)\s*(?:ook\s+)?{MENTION_SIGN})+"
)
_VERB = (
    r"(?:wordt|worden|krijgt|krijgen|is|zijn|acht|ontraa\w*|laat|geef|neem|voer|doe|beschouw|kan"
    r"|kunnen|moet|moeten)"
)
_AFTER_OBJECT = (
    rf"(?:{_VERB}|aan|oordeel|over|als|daarom|dan|dus|ook|graag|hiermee|daarmee|uit|af|beide|om"
    r"|omdat|ontijdig|overbodig|niet)"
)
_pronoun = re.compile(
    rf"""^\W{{0,3}}(?P<subject>(?:deze|die|alle)\s(?:twee|drie|vier|vijf|zes)|deze|die|beide|ze|zij)\b(?=\s+{_VERB}\b)
       | \b(?:ik|geef|laat|acht|neem|ontraad)\s(?P<object>haar|deze|beide|ze)\b
         (?!\s+(?!{_AFTER_OBJECT}\b)\w)""",
    re.VERBOSE | re.IGNORECASE,
)
_aside = re.compile(
    r"""(?:\b(?:in|uit|volgens|blijkens|conform|zoals|bij|sinds|na|naast|door|onder|gelet\s+op
       |gezien|indachtig|via|middels|met|dan|tot|op|naar|tegen|vanwege|wegens|dankzij)\s+$
       |\b(?:lijn\s+met|verlengde\s+van|aanleiding\s+van|uitvoering\s+van|basis\s+van|grond\s+van)\s+$)""",
    re.VERBOSE | re.IGNORECASE,
).search
_with_respect = re.compile(
    r"\b(?:met\s+betrekking\s+tot|ten\s+aanzien\s+van|appreciatie\s+van|oordeel\s+van)\s+$",
    re.IGNORECASE,
).search
_genitive = re.compile(r"\bvan\s+$", re.IGNORECASE).search
_adopting = re.compile(
    r"\b(?:aannem\w*|aanvaard\w*|verwerp\w*|aanhoud\w*)\s+van\s+$", re.IGNORECASE
).search
_indefinite = re.compile(
    r"\b(?:een|geen|andere?|eerdere?|vorige|soortgelijke|vergelijkbare|nieuwe|elke|iedere|vele"
    r"|meerdere|enkele|sommige|hun|zijn|uw|overige)\s+$",
    re.IGNORECASE,
).search


_ends_with_signs = re.compile(rf"^[^\ue400-\uefff]*(?:{_SIGNS})\W*$").match


@dataclass(frozen=True, slots=True)
class Mention:
    """One or several motions that a sentence speaks of."""

    references: tuple[int, ...]
    """Indexes of its references in the text."""
    words: str
    """Its words, without what was left out."""
    is_plural: bool
    is_pronoun: bool
    is_aside: bool
    """Whether the sentence is not about it: `in de motie`, `een motie`."""


@dataclass(frozen=True, slots=True)
class Skeleton:
    """A sentence with a sign in place of each motion."""

    text: str
    mentions: tuple[Mention, ...]

    def mention(self, sign: str) -> Mention:
        """Return the motion of a sign."""
        return self.mentions[ord(sign) - _MENTION]

    def trailing(self) -> bool:
        """Tell whether there is one motion, and the references are at the very end."""
        if len(self.mentions) != 1 or _something_else(self.text):
            return False
        return _ends_with_signs(self.text) is not None

    def before(self, sign: str) -> list[Mention]:
        """Return the motions spoken of before a sign."""
        signs = re.findall(MENTION_SIGN, self.text.partition(sign)[0])
        return [self.mention(one) for one in signs]


def skeleton(sentence: str, places: Sequence[tuple[int, int, int]]) -> Skeleton | None:
    """Rewrite a sentence; None if it is too long.

    Args:
        sentence: its words.
        places: start, end and number of each paper cited in it.
    """
    if len(places) > _MOST_CITED or len(sentence) > _LONGEST:
        return None
    text, numbers = _with_signs(_private.sub(" ", sentence), places)
    drawing = _Drawing(numbers)
    text = drawing.draw(_without_asides(text))
    return Skeleton(" ".join(text.split()), tuple(drawing.mentions))


class _Drawing:
    """Replaces the motions of one sentence by signs, step by step."""

    def __init__(self, numbers: Sequence[int]) -> None:
        self._numbers = numbers
        self.mentions: list[Mention] = []

    def draw(self, text: str) -> str:
        """Return the text with the signs in it."""
        if "motie" in text.lower():
            text = _spoken.sub(self._spoken, text)
        else:
            text = _row.sub(self._row, text)
        for _ in range(_LONGEST_LIST):
            text, count = _joined.subn(self._joined, text)
            if not count:
                break
        text = _headed.sub(self._headed, text)
        text = _in_cells.sub(self._headed, text)
        text = _pronoun.sub(self._pronoun, text)
        return _several.sub(self._several, text)

    def _sign(self, mention: Mention) -> str:
        if len(self.mentions) == _MOST_SPOKEN_OF:
            return " "
        self.mentions.append(mention)
        return chr(_MENTION + len(self.mentions) - 1)

    def _of_sign(self, sign: str) -> Mention:
        return self.mentions[ord(sign) - _MENTION]

    def _references(self, signs: str | None) -> tuple[int, ...]:
        return tuple(self._numbers[ord(each) - _REFERENCE] for each in _signs_in(signs or ""))

    def _row(self, match: "re.Match[str]") -> str:
        references = self._references(match["signs"])
        return self._sign(Mention(references, match[0], len(references) > 1, False, False))

    def _spoken(self, match: "re.Match[str]") -> str:
        references = self._references(match["signs"])
        is_plural = match["noun"].lower() == "moties" or len(references) > 1
        before = match.string[: match.start()]
        return self._sign(Mention(references, match[0], is_plural, False, _is_aside(before)))

    def _joined(self, match: "re.Match[str]") -> str:
        first = self._of_sign(match["joint"][0])
        words = match[0].removeprefix(match["joint"])
        mention = Mention(self._references(match["signs"]), words, False, False, first.is_aside)
        return match["joint"] + self._sign(mention)

    def _headed(self, match: "re.Match[str]") -> str:
        only = self._of_sign(match["mention"])
        if only.references:
            return match[0]
        references = self._references(match["signs"])
        return self._sign(Mention(references, only.words, len(references) > 1, False, False))

    def _pronoun(self, match: "re.Match[str]") -> str:
        word = match["subject"] or match["object"]
        is_plural = " " in word or word.lower() in ("beide", "ze", "zij")
        sign = self._sign(Mention((), word, is_plural, True, False))
        return match[0].removesuffix(word) + sign

    def _several(self, match: "re.Match[str]") -> str:
        each = [self._of_sign(sign) for sign in re.findall(MENTION_SIGN, match[0])]
        references = tuple(number for one in each for number in one.references)
        if not all(one.references for one in each):
            references = ()
        words = " ".join(one.words for one in each)
        return self._sign(Mention(references, words, True, False, each[0].is_aside))


_next_one = re.compile(r"\W*(?:(?:en|voorzitter)\W+)?dan\s+(?:nog\s+)?", re.IGNORECASE).fullmatch
"""`Dan de motie van …`: the next motion of a list."""


def _is_aside(before: str) -> bool:
    """Tell by the words before a motion that the sentence is not about it."""
    near = before[-_NEAR:]
    if _next_one(before):
        return False
    if _indefinite(near):
        return True
    if _with_respect(near):
        return False
    return bool(_aside(near) or (_genitive(near) and not _adopting(near)))


def _with_signs(sentence: str, places: Sequence[tuple[int, int, int]]) -> tuple[str, list[int]]:
    pieces: list[str] = []
    numbers: list[int] = []
    at = 0
    for start, end, number in places:
        if start >= at:
            pieces += [sentence[at:start], chr(_REFERENCE + len(numbers))]
            numbers.append(number)
            at = end
        else:  # it shares its words with the one before
            pieces.append(chr(_REFERENCE + len(numbers)))
            numbers.append(number)
    return "".join([*pieces, sentence[at:]]), numbers


def _without_asides(text: str) -> str:
    """Remove brackets, except references, and quotations, except verdicts."""

    def bracket(match: "re.Match[str]") -> str:
        if (signs := _first_signs(match[1])) is not None:
            return "" if _something_else(match[1][: signs.start()]) else f" {signs[0]} "
        number = re.fullmatch(r"\s*((?:stuk\s+)?nrs?\.?\s*\d[\d\s,en]*)", match[1])
        return f" {number[1]} " if number else " "

    def quote(match: "re.Match[str]") -> str:
        is_label = _label(match[1]) and not _article_before(text[: match.start()][-_NEAR:])
        return match[1] if is_label else " "

    text = _quote.sub(quote, text)
    return _bracket.sub(bracket, text)
