"""The quality the program promises, on measuring data that never goes into it."""

import json
import math
import re
import unicodedata

import pytest

from tests.conftest import CHAT, EMBEDDING, installed_model
from workbench import app, settings, vault
from workbench.jobs import JobContext

pytestmark = [pytest.mark.engine, pytest.mark.soak]


def lines(path):
    return [json.loads(line) for line in path.read_text(encoding="utf-8").splitlines() if line.strip()]


def squeezed(text):
    return re.sub(r"\s", "", unicodedata.normalize("NFKC", text or ""))


@pytest.fixture(scope="module")
def services(tmp_path_factory):
    installed_model(EMBEDDING)
    home = tmp_path_factory.mktemp("bars") / "library"
    opened, _ = vault.create(home, passphrase="bars")
    machine = app.open_machine(app.places(home), settings.load(home))
    services = app.open_services(machine, opened.key, settings.SettingsKeeper(home))
    yield services
    services.close()
    machine.engine.close()


def filled(services, corpus):
    case = services.library.create_case(corpus.parent.name).id
    assert all(r.status == "added" for r in services.importer.add(case, [corpus], JobContext()))
    services.importer.embed_pending(JobContext(), case)
    return case


def test_statutes_are_found_for_lay_questions(services, data):
    """nDCG@10 of 164 questions over 4,820 articles."""
    case = filled(services, data / "law_qa" / "articles.jsonl")
    scores = []
    for query in lines(data / "law_qa" / "queries.jsonl"):
        gold = set(query["gold_articles"])
        if gold:
            found = [h.outer_id in gold for h in services.retriever.search(case, query["question"], k=10)]
            ideal = sum(1 / math.log2(i + 2) for i in range(min(len(gold), 10)))
            scores.append(sum(1 / math.log2(i + 2) for i, hit in enumerate(found) if hit) / ideal)
    assert sum(scores) / len(scores) >= 0.53


@pytest.fixture(scope="module")
def annual(services, data):
    return filled(services, data / "annual_qa_zh" / "corpus.jsonl")


def test_gold_sentences_lie_within_a_thousand_characters(services, data, annual):
    shares = []
    for query in lines(data / "annual_qa_zh" / "queries.jsonl"):
        golds = {squeezed(s)[:40] for s in query["gold_sentences"] if squeezed(s)}
        if not (query["answerable"] and query["gold_docs"] and golds):
            continue
        left, held = 1000, set()
        for hit in services.retriever.search(annual, query["question"], k=10):
            text = squeezed(hit.text)[:left]
            left -= len(text)
            if hit.outer_id in query["gold_docs"]:
                held |= {gold for gold in golds if gold in text}
        shares.append(len(held) / len(golds))
    assert sum(shares) / len(shares) >= 0.86


def test_every_quote_of_an_answer_is_verbatim(services, data, annual):
    """Twenty questions with the real chat model; each quote stands in the document it names."""
    installed_model(CHAT)
    texts = {
        d.id: squeezed("".join(b.text for b in services.library.content(d.id).blocks))
        for d in services.library.documents(annual)
    }
    chosen = set((data / "annual_qa_zh" / "ids60.txt").read_text(encoding="utf-8").split()[:20])
    quotes = 0
    for query in lines(data / "annual_qa_zh" / "queries.jsonl"):
        if query["id"] in chosen:
            for sentence in services.asker.ask(annual, query["question"], JobContext()).sentences:
                for citation in sentence.citations:
                    quotes += 1
                    assert squeezed(citation.quote) in texts[citation.document]
    assert quotes > 10
