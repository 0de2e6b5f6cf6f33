"""How much of the advice in sentences of known meaning is found, and how much of it is right."""

from spiders.netherlands.reading.appraisals import find_appraisals
from spiders.netherlands.reading.references import find_references
from tests.unit.netherlands.reading.advice_sentences import TRUTH

RECALL = 0.9
PRECISION = 0.98


def said(text: str) -> set[tuple[str, str]]:
    references = find_references(text)
    return {
        (references[found.reference].target.rpartition("-")[2], found.verdict)
        for found in find_appraisals(text, references)
    }


def test_verdicts_are_found_and_are_right() -> None:
    found = [(said(text), right) for text, right in TRUTH]
    right = sum(len(read & truth) for read, truth in found)
    assert right >= RECALL * sum(len(truth) for _, truth in found)
    wrong = [(text, said(text) - truth) for text, truth in TRUTH if said(text) - truth]
    assert right >= PRECISION * (right + len(wrong)), wrong


def test_a_condition_is_told() -> None:
    text = "De motie-Vos (36 725, nr. 29) krijgt oordeel Kamer, mits de dekking wordt geregeld."
    (found,) = find_appraisals(text, find_references(text))
    assert (found.verdict, found.is_conditional) == ("left to the House", True)


def test_what_is_said_in_the_condition_is_no_verdict() -> None:
    text = "Indien de motie-Vos (36 725, nr. 29) wordt ontraden, volgt een brief."
    assert find_appraisals(text, find_references(text)) == []
