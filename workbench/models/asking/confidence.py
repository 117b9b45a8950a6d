"""How sure an answer is, as a number the desk can set a threshold on: the share of such answers that were right.

A logistic curve over few plain features, fitted on answers to open questions with a known answer, an answer being right
where it shares half its words with the known one (see ``docs/quality.md``, "Answers").
"""

import math
from collections.abc import Sequence

from workbench.models.asking.answer import Answer, Outcome
from workbench.models.asking.inquiry import Inquiry
from workbench.models.evidence import Claim, Status
from workbench.models.retrieval.question import wants_account

_WORTH = {Status.TRACED: 1.0, Status.COMPUTED: 1.0, Status.PARTIAL: 0.5}
WEIGHTS: dict[str, float] = {
    "always": -1.2,
    "code": 1.9,
    "model": 1.0,
    "declined": 1.8,
    "aim": 0.6,
    "aim of code": 2.8,
    "account": -0.1,
    "particular quoted": -1.0,
}
"""``code``, ``model`` and ``declined`` by where an answer is from, the documents' own words being the rest; ``aim`` the
share of the question's matter that sentences and quotes hold; ``account`` where a stretch of text is asked for and code
did not answer; ``particular quoted`` where one thing is asked for and a whole sentence quoted."""


def confidence(claims: Sequence[Claim], inquiry: Inquiry) -> float:
    """0.7 × proof + 0.3 × aim: what a set of claims is worth beside another.

    Proof is the share of the answer's characters in traced or computed sentences, partial ones
    counting half. Aim is the share of the question's matter held by the sentences and their quotes.
    """
    return 0.7 * _proof(claims) + 0.3 * _aim(claims, inquiry)


def likelihood(answer: Answer, inquiry: Inquiry) -> float:
    """The probability, 0 to 1, that the answer is right, or rightly declined."""
    features = features_of(answer, inquiry)
    return 1 / (1 + math.exp(-sum(WEIGHTS[name] * value for name, value in features.items())))


def features_of(answer: Answer, inquiry: Inquiry) -> dict[str, float]:
    """The features of an answer, by the names of :data:`WEIGHTS`."""
    declined = answer.status is Outcome.NOT_FOUND
    origin = "declined" if declined else answer.origin
    aim = 0.0 if declined else _aim(answer.sentences, inquiry)
    particular = inquiry.wants_thing or inquiry.wants_amount or inquiry.wants_date
    return {
        "always": 1.0,
        "code": float(origin == "code"),
        "model": float(origin == "model"),
        "declined": float(declined),
        "aim": aim,
        "aim of code": aim * (origin == "code"),
        "account": float(origin != "code" and wants_account(inquiry.question)),
        "particular quoted": float(origin == "documents" and particular),
    }


def _proof(claims: Sequence[Claim]) -> float:
    length = sum(len(claim.text) for claim in claims)
    return sum(len(claim.text) * _WORTH.get(claim.status, 0.0) for claim in claims) / length if length else 0.0


def _aim(claims: Sequence[Claim], inquiry: Inquiry) -> float:
    said = " ".join([claim.text for claim in claims] + [c.quote for claim in claims for c in claim.citations])
    return inquiry.coverage(said) if claims else 0.0
