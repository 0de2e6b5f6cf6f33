"""What parliament does on a day: debates with motions, votes, letters and promises."""

from dataclasses import dataclass, field
from datetime import date, timedelta
from random import Random

from spiders.netherlands.simulator import registry, votes
from spiders.netherlands.simulator.chamber import Chamber, Dossier
from spiders.netherlands.simulator.correspondence import described
from spiders.netherlands.simulator.desk import Desk
from spiders.netherlands.simulator.papers import CHANGED_MOTION, Paper
from spiders.netherlands.simulator.people import Person
from spiders.netherlands.simulator.press import Press

_APPRAISALS = {
    "Ontraden": 40,
    "Oordeel Kamer": 38,
    "Verzocht motie aan te houden": 5,
    "Geen (expliciete) appreciatie": 4,
    "Ontijdig": 4,
    "Ontraden, tenzij gewijzigd": 4,
    "Overbodig": 3,
    "Overgenomen": 2,
}
_HELD = "Stemmen - aangehouden"
_CHANGED = "Niet beschikbaar bij gewijzigde moties en/of amendementen"
_SILENT = "Geen (expliciete) appreciatie"


@dataclass(slots=True)
class Debate:
    """A debate with its motions, waiting for the votes on them."""

    day: date
    dossier: Dossier
    subject: str
    activity: registry.Activity
    agenda_item_id: str
    motions: list[Paper] = field(default_factory=list)
    has_letter: bool = False


class Proceedings:
    """The work of the parliament, day by day; it publishes through the press."""

    def __init__(self, press: Press, chamber: Chamber, desk: Desk, rng: Random) -> None:
        self._press = press
        self._chamber = chamber
        self._desk = desk
        self._rng = rng
        self._open: list[Debate] = []
        self._adopted: list[Paper] = []
        self._held: list[tuple[date, Paper]] = []
        self._promises: list[registry.Promise] = []
        self._voted = 0

    def debate(self, day: date, motions: int) -> None:
        """Hold a debate in which motions are tabled."""
        # Budgets are debated more than anything else.
        weights = [4 if each.chapter else 1 for each in self._chamber.dossiers]
        self.debate_on(day, self._rng.choices(self._chamber.dossiers, weights)[0], motions)

    def debate_on(self, day: date, dossier: Dossier, motions: int) -> Debate:
        """Hold a debate on a dossier."""
        rng, press = self._rng, self._press
        subject = rng.choice(dossier.field.subjects)
        activity = registry.open_activity(
            press, self._desk.ids, "Plenair debat (tweeminutendebat)", f"Tweeminutendebat {subject}"
        )
        item = registry.publish_agenda_item(press, self._desk.ids, activity, activity.subject, 1)
        debate = Debate(day, dossier, subject, activity, item)
        minister = self._chamber.ministers[dossier.field.office]
        registry.publish_speaker(press, self._desk.ids, activity, minister.person, minister.office)
        for place in range(motions):
            paper = self._table(debate, self._movers(), place + 1)
            debate.motions.append(paper)
        if rng.random() < 0.5:
            member = rng.choice(self._chamber.members)
            self._promises.append(
                registry.publish_promise(press, self._desk.ids, activity, minister, member, subject)
            )
        self._open.append(debate)
        return debate

    def appraise(self) -> Paper | None:
        """Write the letter that appraises the motions of the oldest debate without one."""
        debate = next((d for d in self._open if not d.has_letter), None)
        if debate is None:
            return None
        debate.has_letter = True
        for motion in debate.motions:
            self._give_appraisal(motion)
        lines = list(self._desk.correspondence.appraisals(debate.motions))
        return self._desk.letter(
            debate.dossier, f"Appreciatie van moties over {debate.subject}", lines, debate.motions
        )

    def vote(self, day: date, *, at_least_days: int = 4) -> None:
        """Vote on the motions of debates that are some days old."""
        due = [d for d in self._open if d.day <= day - timedelta(days=at_least_days)]
        for debate in due:
            self._open.remove(debate)
            item = self._open_votes(f"Moties ingediend bij het {_lowered(debate.activity.subject)}")
            for place, motion in enumerate(list(debate.motions), 1):
                self._decide(debate, motion, item, place)

    def vote_again(self, day: date, *, at_least_days: int = 20) -> None:
        """Vote on the oldest motion that was held, once it has been for some days."""
        if not self._held or self._held[0][0] > day - timedelta(days=at_least_days):
            return
        _, motion = self._held.pop(0)
        if not motion.is_withdrawn:
            self._count(motion, self._open_votes("Aangehouden moties"), 1, "hands")

    def execute(self) -> Paper | None:
        """Write the letter that says how an adopted motion was carried out."""
        if not self._adopted:
            return None
        motion = self._adopted.pop(self._rng.randrange(len(self._adopted)))
        line = self._desk.correspondence.execution(motion)
        if self._promises:
            promise = self._promises.pop(0)
            registry.keep_promise(self._press, promise, motion.dossier.printed)
        subject = f"Uitvoering van de motie over {described(motion)[1]}"
        return self._desk.letter(motion.dossier, subject, [line], [motion], is_carried_out=True)

    def inform(self) -> Paper:
        """Write a letter on a subject of the day, with an annex now and then."""
        dossier = self._rng.choice(self._chamber.dossiers)
        subject = self._rng.choice(dossier.field.subjects)
        letter = self._desk.letter(dossier, f"Stand van zaken {subject}", [], [])
        if self._rng.random() < 0.5:
            self._desk.annex(letter, subject)
        return letter

    def _open_votes(self, about: str) -> str:
        activity = registry.open_activity(
            self._press, self._desk.ids, "Stemmingen", "Stemmingen", hour=15
        )
        return registry.publish_agenda_item(self._press, self._desk.ids, activity, about, 1)

    def _movers(self) -> list[Person]:
        count = self._rng.choice((1, 1, 2, 2, 3, 5))
        return self._rng.sample(self._chamber.members, count)

    def _table(self, debate: Debate, movers: list[Person], place: int) -> Paper:
        paper = self._desk.motion(
            debate.dossier, debate.subject, movers, debate.activity.id, debate.agenda_item_id
        )
        registry.publish_decision(
            self._press,
            self._desk.ids,
            paper,
            debate.agenda_item_id,
            "Ingediend",
            "Ingediend.",
            place,
        )
        registry.publish_proposal(self._press, self._desk.ids, paper, debate.agenda_item_id, place)
        return paper

    def _give_appraisal(self, motion: Paper) -> None:
        case = motion.case
        assert case is not None
        kinds, weights = list(_APPRAISALS), list(_APPRAISALS.values())
        case.appraisal = self._rng.choices(kinds, weights)[0]
        self._desk.refresh_case(motion)

    def _decide(self, debate: Debate, motion: Paper, item: str, place: int) -> None:
        case = motion.case
        assert case is not None
        if motion.is_withdrawn or case.outcome is not None:
            return
        if not debate.has_letter:
            # What was said in the debate itself is registered too, as silence at the least.
            case.appraisal = self._rng.choice((_SILENT, "Ontraden", "Oordeel Kamer"))
            self._desk.refresh_case(motion)
        self._voted += 1
        fate = self._fate()
        if fate == "changed":
            self._replace(debate, motion, item, place)
        elif fate in (_HELD, "Stemmen - ingetrokken"):
            text = f"{fate.removeprefix('Stemmen - ').capitalize()}."
            self._close(motion, item, place, fate, text)
            if fate == _HELD:
                self._held.append((self._press.today, motion))
        else:
            self._count(motion, item, place, fate)

    def _fate(self) -> str:
        # Some things must have happened in every parliament, however small.
        certain = {4: "roll call", 9: "tie", 6: "changed", 12: "Stemmen - ingetrokken", 60: _HELD}
        if self._voted in certain:
            return certain[self._voted]
        chance = self._rng.random()
        for limit, fate in (
            (0.02, "roll call"),
            (0.06, "changed"),
            (0.13, _HELD),
            (0.16, "Stemmen - ingetrokken"),
        ):
            if chance < limit:
                return fate
        return "hands"

    def _count(self, motion: Paper, item: str, place: int, fate: str) -> None:
        rng, chamber = self._rng, self._chamber
        leaning = rng.uniform(-0.9, 0.9)
        if fate == "hands":
            method, rows = votes.SHOW_OF_HANDS, votes.raise_hands(rng, chamber.parties, leaning)
        else:
            method = votes.ROLL_CALL
            rows = votes.call_roll(rng, chamber.members, leaning, is_tie=fate == "tie")
        result = votes.count(rows)
        if result.is_tie:
            soort, word = "Stemmen - gestaakt", "Gestaakt"
        elif result.is_adopted:
            soort, word = "Stemmen - aangenomen", "Aangenomen"
        else:
            soort, word = "Stemmen - verworpen", "Verworpen"
        totals = f" ({result.votes_for}-{result.votes_against})."
        text = f"{word}{totals if method == votes.ROLL_CALL else '.'}"
        case = motion.case
        assert case is not None
        case.method = method
        case.votes = (result.votes_for, result.votes_against, result.votes_absent)
        decision = self._close(motion, item, place, soort, text)
        registry.publish_votes(self._press, self._desk.ids, decision, rows)
        if result.is_adopted:
            self._adopted.append(motion)

    def _close(self, motion: Paper, item: str, place: int, soort: str, text: str) -> str:
        case = motion.case
        assert case is not None
        case.outcome, case.is_done = soort, soort != _HELD
        decision = registry.publish_decision(
            self._press, self._desk.ids, motion, item, soort, text, place, case.method
        )
        self._desk.refresh_case(motion)
        return decision

    def _replace(self, debate: Debate, motion: Paper, item: str, place: int) -> None:
        changed = self._desk.changed_motion(motion, debate.activity.id, debate.agenda_item_id)
        assert changed.case is not None
        assert changed.soort == CHANGED_MOTION
        changed.case.appraisal = _CHANGED
        self._count(changed, item, place, "hands")


def _lowered(text: str) -> str:
    return text[0].lower() + text[1:]
