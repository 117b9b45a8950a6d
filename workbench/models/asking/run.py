"""One question on its way: what is asked, how it is worded, where it is looked for, who listens, and the clock."""

import time
from collections.abc import Callable
from dataclasses import dataclass, field

from workbench.inference.api import ChatRequest
from workbench.jobs import JobContext
from workbench.models.asking.answer import Event
from workbench.models.asking.inquiry import Inquiry
from workbench.models.asking.prompts import Prompts
from workbench.models.asking.versions import Versions
from workbench.models.evidence import Claim
from workbench.models.retrieval.filters import Filters


@dataclass
class Run:
    """One question on its way.

    ``filters`` narrow or widen the search, ``within`` are the documents they keep (None: all); ``papers`` those
    that may tell of the companies it names; ``versions`` those of the statutes found.
    ``doubted`` are the model's sentences as they are shown, by their words. ``request`` is the last one put to the
    model and ``raw`` what it said; ``thought`` what it thought aloud.
    """

    case: str
    inquiry: Inquiry
    prompts: Prompts
    job: JobContext
    tell: Callable[[Event], None]
    filters: Filters | None = None
    versions: Versions | None = None
    within: frozenset[str] | None = None
    papers: tuple[str, ...] | None = None
    doubted: dict[str, Claim] = field(default_factory=dict)
    request: ChatRequest | None = None
    raw: str = ""
    thought: str = ""
    begun: float = field(default_factory=time.perf_counter)
    ms_evidence: float = 0.0
    ms_first_token: float = 0.0

    @property
    def cases(self) -> tuple[str, ...]:
        """The case asked and those looked in besides."""
        return (self.case, *(self.filters.cases if self.filters else ()))

    @property
    def ms(self) -> float:
        return (time.perf_counter() - self.begun) * 1000
