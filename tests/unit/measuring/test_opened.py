"""A model is opened for measuring without disturbing those at work."""

import pytest

from workbench.errors import ModelMissing
from workbench.inference.api import Role
from workbench.inference.bench import ModelBench
from workbench.inference.fake import FakeEngine
from workbench.inference.registry import Registry
from workbench.jobs import ComputeArbiter
from workbench.models.measuring import Contestant, cast

from .conftest import Stable


def test_a_model_nobody_has_is_told_and_nothing_is_opened(tmp_path):
    bench = ModelBench(Registry(tmp_path), ComputeArbiter(), lambda: 2048, FakeEngine())
    with pytest.raises(ModelMissing), bench.opened("no-such-model"):
        pass


def test_a_contestant_takes_each_role_from_the_model_chosen_for_it():
    stable = Stable("hello")
    with cast(stable, Contestant("chat-a", "embed-a")) as engine:
        assert engine.chat() is stable.engine.fake_chat
        assert engine.embedder() is stable.engine.fake_embedder
        with pytest.raises(ModelMissing):
            engine.reranker()
    assert stable.asked_for == ["chat-a", "embed-a"]
    assert not stable.engine.closed


def test_a_role_nobody_plays_is_missing():
    with cast(Stable(), Contestant()) as engine:
        assert engine.state().of(Role.CHAT).state == "missing"
        with pytest.raises(ModelMissing):
            engine.chat()
        with pytest.raises(ModelMissing):
            engine.embedder()
