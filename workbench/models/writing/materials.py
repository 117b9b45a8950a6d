"""What a draft is made from, read once."""

import hashlib
from collections import Counter
from collections.abc import Callable, Iterable, Sequence

from workbench.errors import EngineError
from workbench.i18n import tr
from workbench.inference.api import ChatModel, Engine
from workbench.models.documents.document import Document
from workbench.models.finance.facts import Finances
from workbench.models.library import Library, StoredDocument
from workbench.models.scenarios import Scenario
from workbench.models.writing.ledger import Ledger

FinancesOf = Callable[[Iterable[tuple[str, Document]]], Finances]
"""What reads the figures of documents: ``finance.facts.finances_of``."""


class Materials:
    """What a draft is made from, read once: documents, figures, the model when there is one."""

    def __init__(
        self, case_id: str, scenario: Scenario, *, library: Library, finances: FinancesOf, engine: Engine, language: str
    ) -> None:
        self.case_id = case_id
        self.scenario = scenario
        self.language = language
        self.documents = tuple(d for d in library.documents(case_id) if d.error is None)
        self.finances = finances((d.id, library.content(d.id)) for d in self.documents)
        self.company = self.finances.company or _company(self.documents)
        self.chat, self.model_note = _chat(engine)
        self.ledger = Ledger(self.finances.facts, scenario.indicators, language)

    @property
    def model(self) -> str:
        """The chat model's name; empty without one."""
        return self.chat.info.name if self.chat else ""

    @property
    def fingerprint(self) -> str:
        """Changes when the scenario, a document or the model does: then a saved section is stale."""
        parts = [self.scenario.fingerprint, self.language, self.model]
        parts += sorted(f"{d.id}:{d.generation}" for d in self.documents)
        return hashlib.sha256("\n".join(parts).encode()).hexdigest()[:24]


def _company(documents: Sequence[StoredDocument]) -> str:
    names = Counter(d.properties.get("company", "") for d in documents)
    names.pop("", None)
    return names.most_common(1)[0][0] if names else ""


def _chat(engine: Engine) -> tuple[ChatModel | None, str]:
    """A missing or broken model costs the worded sentences, never the draft."""
    try:
        return engine.chat(), ""
    except EngineError as error:
        return None, tr("writing.no_model", reason=error.message.rstrip("。."))
