"""Without a chat model the documents' own words are given, and why is said once."""

from workbench.inference.api import Role
from workbench.inference.fake import FakeEngine
from workbench.jobs import JobContext
from workbench.models.asking import Asker
from workbench.models.library import Library
from workbench.models.retrieval import Retriever


def test_that_there_is_no_chat_model_is_said_once(sample_case: tuple[Library, str]) -> None:
    library, case_id = sample_case
    engine = FakeEngine(missing=(Role.CHAT, Role.RERANK))
    answer = Asker(library, Retriever(library, None), engine).ask(case_id, "公司主要从事什么业务？", JobContext())
    assert answer.note == "没有可用的对话模型。以下是资料原文。"
