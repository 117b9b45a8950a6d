"""From verified claims to an outcome: answered, to be reviewed, quoted, chosen, or not found."""

from collections.abc import Sequence
from dataclasses import replace

from workbench.i18n import tr
from workbench.models.asking.agreement import LEAST, Agreement
from workbench.models.asking.answer import Answer, Outcome, SentenceChecked
from workbench.models.asking.confidence import confidence, likelihood
from workbench.models.asking.figures import Figure
from workbench.models.asking.inquiry import Inquiry
from workbench.models.asking.material import Material, Quote
from workbench.models.asking.prompts import prompts
from workbench.models.asking.run import Run
from workbench.models.evidence import Claim, Status
from workbench.models.evidence.verify import verify_sentence

RELEVANT = 0.2
"""Share of the question's words below which nothing found bears on it."""
_STRONG = 0.85
_FELLOW = 0.75
_TO_THE_POINT = 0.6
"""Share of the question's matter in a half-proven sentence that makes it worth a person's look."""
PROVEN = frozenset({Status.TRACED, Status.COMPUTED})


def settle(run: Run, claims: Sequence[Claim], quotes: Sequence[Quote]) -> Answer:
    """From verified sentences to an outcome; see the module's tests for every case."""
    meant = [claim for claim in claims if not run.prompts.declined(claim.text)]
    proven = [claim for claim in meant if claim.status in PROVEN]
    on_point = any(run.inquiry.answered_in_kind(claim.text) for claim in proven)
    if proven and on_point:
        stated = [c for c in meant if not c.text.endswith(("：", ":"))]
        share = sum(len(c.text) for c in proven) / max(1, sum(len(c.text) for c in stated))
        status = Outcome.ANSWERED if share >= 0.5 else Outcome.NEEDS_REVIEW
        return said(run, status, claims if len(meant) < len(claims) and share < 1 else meant)
    clear = [quote for quote in quotes if run.inquiry.clearly_answered_by(quote.claim.text)]
    if clear:
        return quoted(run, clear[:1] if run.inquiry.wants_thing else clear, tr("asking.quoted"))
    strong = bool(quotes) and quotes[0].score >= _STRONG
    if len(meant) < len(claims) or run.inquiry.wants_amount or run.inquiry.wants_date or not meant:
        return not_found(run, quotes)
    if strong and (run.inquiry.wants_thing or not any(c.status is Status.PARTIAL for c in meant)):
        return quoted(run, quotes, tr("asking.quoted"))
    near = any(c.status is Status.PARTIAL and run.inquiry.coverage(c.text) >= _TO_THE_POINT for c in meant)
    return not_found(run, quotes) if run.inquiry.wants_thing and not near else said(run, Outcome.NEEDS_REVIEW, meant)


def lowered(run: Run, answer: Answer) -> Answer:
    """The answer with the model's sentences as they are doubted; to be reviewed where less than half stays proven."""
    shown = tuple(run.doubted.get(claim.text, claim) for claim in answer.sentences)
    if answer.origin != "model" or shown == answer.sentences:
        return answer
    proven = sum(len(claim.text) for claim in shown if claim.status in PROVEN)
    enough = proven >= 0.5 * sum(len(claim.text) for claim in shown)
    status = Outcome.NEEDS_REVIEW if answer.status is Outcome.ANSWERED and not enough else answer.status
    return replace(answer, status=status, sentences=shown, confidence=confidence(shown, run.inquiry))


def in_figures(run: Run, figures: Sequence[Figure]) -> Answer:
    """Code read or computed what was asked; no model has a hand in it."""
    claims = tuple(figure.claim for figure in figures)
    for claim in claims:
        run.tell(SentenceChecked(claim))
    status = Outcome.CONFLICTING if any(figure.conflict for figure in figures) else Outcome.ANSWERED
    answer = said(run, status, claims)
    noted = [figure.note for figure in figures if figure.conflict and figure.note]
    more = " ".join(dict.fromkeys(figure.note for figure in figures if figure.note and not figure.conflict))
    return replace(answer, origin="code", text="\n".join([answer.text, *noted]), note=more)


def said(run: Run, status: Outcome, claims: Sequence[Claim]) -> Answer:
    """The claims as they stand."""
    joint = "" if run.prompts is prompts("zh") else " "
    text = joint.join(claim.text for claim in claims)
    return Answer(run.inquiry.question, status, text, confidence(claims, run.inquiry), tuple(claims))


def weighed(run: Run, answer: Answer) -> Answer:
    """The answer with the probability that it is right; choices, and what documents dispute, stay as they were."""
    if answer.choice is not None or answer.status is Outcome.CONFLICTING:
        return answer
    return replace(answer, confidence=likelihood(answer, run.inquiry))


def doubted(answer: Answer, agreed: Agreement | None, review_below: float) -> Answer:
    """The answer with how far the model agrees with itself; to be reviewed where it does not, or is unsure.

    ``review_below`` is the confidence under which a person has to look.
    """
    if agreed is not None:
        sure = min(answer.confidence, agreed.score)
        others = agreed.others if agreed.score < LEAST else ()
        answer = replace(answer, agreement=agreed.score, others=others, confidence=sure)
    unsure = answer.confidence < review_below or (agreed is not None and agreed.score < LEAST)
    return replace(answer, status=Outcome.NEEDS_REVIEW) if unsure and answer.status is Outcome.ANSWERED else answer


def quoted(run: Run, quotes: Sequence[Quote], note: str) -> Answer:
    """The documents' own words: the best quote and those nearly as good."""
    if not quotes or quotes[0].score < RELEVANT:
        return not_found(run, quotes)
    claims = tuple(q.claim for q in quotes if q.score >= _FELLOW * quotes[0].score)
    text = "\n".join(claim.text for claim in claims)
    sure = 0.5 * confidence(claims, run.inquiry)
    return Answer(run.inquiry.question, Outcome.ANSWERED, text, sure, claims, origin="documents", note=note)


def not_found(run: Run, quotes: Sequence[Quote]) -> Answer:
    """Nothing answers; the surer, the less the nearest quote bears on the question."""
    nearest = min(1.0, max((quote.score for quote in quotes), default=0.0))
    return Answer(
        run.inquiry.question, Outcome.NOT_FOUND, run.prompts.not_found, 1.0 - 0.5 * nearest, (), origin="code"
    )


def chosen(
    run: Run, material: Material, letter: str, choices: dict[str, str], *, origin: str = "model", note: str = ""
) -> Answer:
    """An option; to be reviewed where no source supports it."""
    claim = verify_sentence(choices[letter], material.all_sources(), topic=run.inquiry.question)
    status = Outcome.ANSWERED if claim.citations else Outcome.NEEDS_REVIEW
    sure = confidence((claim,), run.inquiry)
    text = f"{letter}. {choices[letter]}"
    return Answer(run.inquiry.question, status, text, sure, (claim,), choice=letter, origin=origin, note=note)


def nearest_choice(run: Run, material: Material, quotes: Sequence[Quote], choices: dict[str, str], note: str) -> Answer:
    """Without a model: the option the documents support best."""
    judged = {
        letter: confidence((verify_sentence(text, material.all_sources(), topic=run.inquiry.question),), Inquiry(text))
        for letter, text in choices.items()
    }
    best = max(judged, key=lambda letter: judged[letter])
    if judged[best] <= 0:
        return not_found(run, quotes)
    return chosen(run, material, best, choices, origin="documents", note=note)
