"""Facts about how lines on pages become paragraphs."""

import unicodedata
from collections.abc import Sequence

import pytest
from hypothesis import given
from hypothesis import strategies as st

from harvester.characters import normalise, without_letterspacing
from harvester.text import cleaning
from harvester.text.cleaning import clean_paragraphs
from harvester.text.conventions import NO_CONVENTIONS
from spiders.netherlands.printed.conventions import DUTCH_PAPERS

FULL = "overwegende dat een groot aantal gemeenten in het land nog geen plan heeft voor de"
FOOT = "Tweede Kamer, vergaderjaar 2024–2025, 36 600 XIII, nr. 36"


def clean_pages(pages: Sequence[str]) -> str:
    return cleaning.clean_pages(pages, DUTCH_PAPERS)


def letters(text: str) -> str:
    return "".join(character for character in text if character.isalpha())


@pytest.mark.parametrize(
    ("lines", "whole"),
    [
        ("de betrok-\nkenheid van", "de betrokkenheid van"),
        ("de betrok\ufffekenheid van", "de betrokkenheid van"),
        ("de betrok\x02kenheid van", "de betrokkenheid van"),
        ("de betrok\ufffe\r\nkenheid van", "de betrokkenheid van"),
        ("de betrok\u00ad\nkenheid van", "de betrokkenheid van"),
        ("de betrok\u00adkenheid van", "de betrokkenheid van"),
        ("alle EU-\nlidstaten", "alle EU-lidstaten"),
        ("alle EU\u2010\nlidstaten", "alle EU-lidstaten"),
        ("tegen COVID-\n19", "tegen COVID-19"),
        ("de A4-\ncorridor", "de A4-corridor"),
        ("een e-\nmail", "een e-mail"),
        ("de commissie-\nTer Haar", "de commissie-Ter Haar"),
        ("het jaar 2024-\n2025", "het jaar 2024-2025"),
        ("de zorg-\nen welzijnssector", "de zorg- en welzijnssector"),
        ("de land-\nof tuinbouw", "de land- of tuinbouw"),
        ("de in-\ndan wel uitvoer", "de in- dan wel uitvoer"),
        ("de korte-\ntot middellange termijn", "de korte- tot middellange termijn"),
        ("een verbe-\nterde aanpak", "een verbeterde aanpak"),
        ("de onder-\nofficier", "de onderofficier"),
        ("de dienst -\nwaarover meer", "de dienst - waarover meer"),
    ],
)
def test_a_hyphen_at_a_line_end_goes_only_when_it_breaks_a_word(lines: str, whole: str) -> None:
    assert clean_pages([f"{FULL}\n{lines}"]).replace("\n\n", " ") == f"{FULL} {whole}"


def test_a_word_broken_over_two_pages_is_whole() -> None:
    pages = [f"{FULL}\nbetrok-\n\n{FOOT} 1", f"\nkenheid van velen\n\n{FOOT} 2"]
    assert clean_pages(pages).endswith("betrokkenheid van velen")


def test_a_paragraph_goes_on_over_the_page_end() -> None:
    assert (
        clean_pages([FULL, "inwoners en voor de natuur."]) == f"{FULL} inwoners en voor de natuur."
    )


@pytest.mark.parametrize(
    "line",
    [
        "Tweede Kamer, vergaderjaar 2024–2025, 36 600 XIII, nr. 36  2",
        "Tweede Kamer, vergaderjaar 2022-2023, 21 501-20, nr. 1916",
        "Eerste Kamer, vergaderjaar 2023–2024, 36 410, AA, nr. 4 11",
        "’s-Gravenhage 2025 Tweede Kamer, vergaderjaar 2024–2025, 21 501-02, nr. 3121",
        "kst-21501-02-3121",
        "ISSN 0921 - 7371",
        "’s-Gravenhage 2023",
    ],
)
def test_the_foot_of_a_parliamentary_paper_is_left_out(line: str) -> None:
    assert clean_pages([f"De Kamer,\n{line}"]) == "De Kamer,"


@pytest.mark.parametrize(
    "line",
    [
        "’s-Gravenhage, 12 maart 2025",
        "In de Tweede Kamer, vergaderjaar 2024–2025, is dit besproken",
        "kst-21501-02-3121 is ingetrokken",
    ],
)
def test_a_sentence_that_resembles_a_foot_stays(line: str) -> None:
    assert line in clean_pages([f"De Kamer,\n{line}"])


def test_a_line_that_recurs_on_two_pages_only_stays() -> None:
    assert clean_pages(["Bijlage\naap", "Bijlage\nnoot"]).count("Bijlage") == 2


def test_a_line_that_recurs_in_the_middle_of_pages_stays() -> None:
    page = "\n".join(["{}een", "{}twee", "{}drie", "Totaal", "{}vier", "{}vijf", "{}zes"])
    pages = [page.replace("{}", letter) for letter in "abc"]
    assert clean_pages(pages).count("Totaal") == 3


def test_page_numbers_are_left_out_and_other_numbers_stay() -> None:
    pages = ["In totaal waren er\n2025\n1", "2\nbezoekers", "en daarna\n- 3 -"]
    cleaned = clean_pages(pages)
    assert "2025" in cleaned
    assert set("123") & set(cleaned.replace("2025", "")) == set()


def test_page_numbers_that_start_elsewhere_are_left_out() -> None:
    assert clean_pages([f"{word}\n{n}" for n, word in enumerate("ABCD", start=57)]) == (
        "A\n\nB\n\nC\n\nD"
    )


def test_the_parts_of_a_motion_are_paragraphs() -> None:
    lines = [
        "De Kamer,",
        "gehoord de beraadslaging,",
        "constaterende dat de aanpak van het programma in het hele land",
        "stokt;",
        "verzoekt de regering het programma dit jaar nog op gang te brengen,",
        "en gaat over tot de orde van de dag.",
    ]
    assert clean_pages(["\r\n".join(lines)]).split("\n\n") == [
        *lines[:2],
        f"{lines[2]} {lines[3]}",
        *lines[4:],
    ]


def test_without_conventions_no_language_is_assumed() -> None:
    assert cleaning.clean_pages(["zorg-\nen welzijn"], NO_CONVENTIONS) == "zorgen welzijn"
    assert clean_pages(["zorg-\nen welzijn"]) == "zorg- en welzijn"
    pages = [f"{FULL}\n{FULL}\n{FOOT}"]
    assert FOOT in cleaning.clean_pages(pages, NO_CONVENTIONS)
    assert FOOT not in clean_pages(pages)


def test_a_title_in_a_narrow_column_is_one_paragraph() -> None:
    title = "Regels ter bevordering van goed\nverhuurderschap en het voorkomen van misstanden"
    assert clean_pages([f"{title}\nNr. 39\n{FULL}"]).startswith(title.replace("\n", " ") + "\n\n")


def test_the_names_below_a_motion_stay_apart() -> None:
    assert (
        clean_pages(["Van Raan\nVan der Plas\nGündoğan"]) == "Van Raan\n\nVan der Plas\n\nGündoğan"
    )


def test_the_items_of_a_list_are_paragraphs() -> None:
    text = clean_pages([f"{FULL}\n• {FULL}\n• {FULL}"])
    assert text.count("\n\n") == 2


def test_ligatures_become_letters_and_signs_stay() -> None:
    assert clean_pages(["de ﬁnanciën, eﬃciënt, ½ m² à € 5, ĳs"]) == (
        "de financiën, efficiënt, ½ m² à € 5, ijs"
    )


def test_accents_are_written_in_one_way() -> None:
    assert clean_pages(["coo\u0308rdinatie"]) == "coördinatie"


def test_spaces_of_all_kinds_become_one() -> None:
    assert clean_pages(["a\u00a0\u2009 b\t\tc\u200bd  "]) == "a b cd"


def test_what_is_not_unicode_text_is_replaced() -> None:
    clean_pages(["a\ud800b\x00c"]).encode()
    assert clean_pages(["a\ud800b\x00c"]) == "a\ufffdbc"


def test_no_pages_give_no_text() -> None:
    assert clean_pages([]) == ""
    assert clean_pages(["", " \n "]) == ""


def test_paragraphs_keep_the_line_ends_of_their_author() -> None:
    assert clean_paragraphs(["a\u2028 b  c", " ", "d\ne"]) == "a\nb c\n\nd e"


WORDS = st.text(st.sampled_from("abcdefghijklmnopqrstuvwxyzéëïABCZ"), min_size=1, max_size=12)
PIECES = st.one_of(
    WORDS, st.sampled_from(["-", "-\n", "\u00ad\n", "\ufffe", "\n", "\n\n", ". ", ", "])
)
LINES = st.lists(st.tuples(PIECES, st.sampled_from(["", " ", "\n"])), max_size=60)


@given(LINES)
def test_letters_are_never_lost_in_running_text(pieces: list[tuple[str, str]]) -> None:
    page = "".join(piece + space for piece, space in pieces)
    assert letters(clean_pages([page])) == letters(unicodedata.normalize("NFC", page))


@given(st.lists(st.text(st.characters(exclude_categories=["Cs"]), max_size=80), max_size=5))
def test_clean_text_has_neither_loose_spaces_nor_control_characters(pages: list[str]) -> None:
    text = clean_pages(pages)
    assert text == text.strip()
    assert "  " not in text
    assert "\n\n\n" not in text
    assert not any(unicodedata.category(sign) == "Cc" for sign in text if sign != "\n")


@given(st.lists(st.text(max_size=60), max_size=6))
def test_any_text_can_be_written_as_utf8(pages: list[str]) -> None:
    clean_pages(pages).encode()
    clean_paragraphs(pages).encode()


@pytest.mark.parametrize(
    ("split", "whole"),
    [
        ("A. Yes¸ilakan", "A. Yeşilakan"),
        ("A. Yes ¸ilakan", "A. Yeşilakan"),
        ("Marovic´ en Das¸demir", "Marović en Daşdemir"),
        ("Franc¸ois", "François"),
        ("coo¨rdinatie", "coördinatie"),
        ("ˇSefčovič", "Šefčovič"),
        ("foto´s van zo´n dag in ´s-Gravenhage", "foto´s van zo´n dag in ´s-Gravenhage"),
    ],
)
def test_an_accent_apart_joins_the_letter_it_is_drawn_on(split: str, whole: str) -> None:
    assert normalise(split) == whole


@pytest.mark.parametrize(
    ("written", "searched"),
    [
        ("stik\u00adstof", "stikstof"),
        ("zorg\u200bverleners", "zorgverleners"),
        ("\ufb01nanciering", "financiering"),
        ("\u0132sselmeer", "IJsselmeer"),
        ("CO\u2082", "CO2"),
        ("Yes¸ilakan", "Yeşilakan"),
    ],
)
def test_the_form_that_is_searched_is_one_for_texts_and_queries(
    written: str, searched: str
) -> None:
    assert normalise(written) == normalise(searched) == searched


@pytest.mark.parametrize(
    ("line", "read"),
    [
        ("O N T R A D E N", "ONTRADEN"),
        ("M O T I E van het lid", "MOTIE van het lid"),
        ("A B C D E", "A B C D E"),
        ("x x x x", "x x x x"),
        ("D66 , V V D , x", "D66 , V V D , x"),
    ],
)
def test_a_letterspaced_word_is_a_word(line: str, read: str) -> None:
    assert without_letterspacing(line) == read
