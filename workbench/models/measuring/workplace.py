"""Where a suite is asked: a library of its own that is gone afterwards, or a case of the user's."""

import secrets
import tempfile
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass, field
from pathlib import Path

from workbench.errors import EngineError
from workbench.i18n import tr
from workbench.inference.api import Engine
from workbench.jobs import ComputeArbiter, JobContext
from workbench.models.asking import Asker
from workbench.models.library import Importer, Library, StoredDocument
from workbench.models.measuring.scoring import squeeze
from workbench.models.measuring.suite import Suite, SuiteError
from workbench.models.retrieval import Retriever
from workbench.vault import LibraryKey

ImporterOf = Callable[[Library, Engine, ComputeArbiter], Importer]


@dataclass
class Workplace:
    """A case with what searches and asks it."""

    library: Library
    case: str
    retriever: Retriever
    asker: Asker
    _texts: dict[str, str] = field(default_factory=dict)

    def text(self, document: str) -> str:
        """A document's whole text, squeezed for comparing."""
        if document not in self._texts:
            self._texts[document] = squeeze("".join(block.text for block in self.library.content(document).blocks))
        return self._texts[document]

    def names(self, document: str) -> frozenset[str]:
        """All that a suite may call a document."""
        return names_of(self.library.document(document))


def names_of(document: StoredDocument) -> frozenset[str]:
    """The ids, file name and title a suite may call a document by."""
    outer = document.properties.get("id", "")
    return frozenset(filter(None, (document.id, outer, document.name, Path(document.name).stem, document.title)))


@contextmanager
def workplace(
    suite: Suite,
    engine: Engine,
    job: JobContext,
    *,
    library: Library | None,
    arbiter: ComputeArbiter,
    importer: ImporterOf,
) -> Iterator[Workplace]:
    """Where ``suite`` is asked; its documents are read and given vectors on the way in.

    A library made for it is encrypted under a key nobody keeps. Raises SuiteError where the suite wants a
    case and there is no library, or where a document can't be read; Cancelled.
    """
    if suite.case:
        if library is None:
            raise SuiteError(tr("measuring.no_library"), tr("measuring.no_library.hint"))
        yield _placed(library, suite.case, engine)
        return
    with (
        tempfile.TemporaryDirectory(prefix="inkstone-suite-", ignore_cleanup_errors=True) as folder,
        Library.open(Path(folder), LibraryKey(secrets.token_bytes(32))) as own,
    ):
        case = own.create_case(suite.title).id
        _fill(importer(own, engine, arbiter), case, suite, job)
        yield _placed(own, case, engine)


def own_importer(library: Library, engine: Engine, arbiter: ComputeArbiter) -> Importer:
    """Reads files as an import by the user does."""
    return Importer(library, engine.embedder, arbiter)


def _fill(importer: Importer, case: str, suite: Suite, job: JobContext) -> None:
    # How many files or chunks are done is another count than the questions', so only what is done is told.
    told = JobContext(lambda _done, _total, text: job.progress(0, 0, tr("measuring.reading", name=text)))
    try:
        with job.on_cancel(told.cancel):
            for result in importer.add(case, suite.documents, told):
                if result.status == "rejected":
                    name = Path(result.path).name
                    raise SuiteError(tr("measuring.unread", name=name), tr("measuring.no_documents.hint"))
            with suppress(EngineError):  # words alone are searched then, as they are without a model
                importer.embed_pending(told, case)
    finally:
        importer.close()


def _placed(library: Library, case: str, engine: Engine) -> Workplace:
    retriever = Retriever(library, engine.embedder)
    return Workplace(library, case, retriever, Asker(library, retriever, engine))
