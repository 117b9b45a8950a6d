"""How sure an answer is, as a number the desk can set a threshold on."""

from collections.abc import Sequence

from workbench.models.asking.inquiry import Inquiry
from workbench.models.evidence import Claim, Status

_WORTH = {Status.TRACED: 1.0, Status.COMPUTED: 1.0, Status.PARTIAL: 0.5}


def confidence(claims: Sequence[Claim], inquiry: Inquiry) -> float:
    """0.7 × proof + 0.3 × aim.

    Proof is the share of the answer's characters in traced or computed sentences, partial ones
    counting half. Aim is the share of the question's matter held by the sentences and their quotes.
    """
    length = sum(len(claim.text) for claim in claims)
    if not length:
        return 0.0
    proof = sum(len(claim.text) * _WORTH.get(claim.status, 0.0) for claim in claims) / length
    said = " ".join([claim.text for claim in claims] + [c.quote for claim in claims for c in claim.citations])
    return 0.7 * proof + 0.3 * inquiry.coverage(said)
