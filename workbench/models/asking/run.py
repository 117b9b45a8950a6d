"""One question on its way: what is asked, how it is worded, who listens, and the clock."""

import time
from collections.abc import Callable
from dataclasses import dataclass, field

from workbench.jobs import JobContext
from workbench.models.asking.answer import Event
from workbench.models.asking.inquiry import Inquiry
from workbench.models.asking.prompts import Prompts


@dataclass
class Run:
    """One question on its way."""

    case: str
    inquiry: Inquiry
    prompts: Prompts
    job: JobContext
    tell: Callable[[Event], None]
    begun: float = field(default_factory=time.perf_counter)
    ms_evidence: float = 0.0
    ms_first_token: float = 0.0

    @property
    def ms(self) -> float:
        return (time.perf_counter() - self.begun) * 1000
