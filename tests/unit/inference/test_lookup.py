import pytest

from workbench.inference.lookup import MOST_DRAFTED, DraftCosts, PromptLookup


def costs(ratio: float) -> DraftCosts:
    """Each further token of a batch costs ``ratio`` of the first."""
    known = DraftCosts()
    for width in range(1, MOST_DRAFTED + 2):
        for _ in range(3):
            known.note(width, 1.0 + ratio * (width - 1))
    return known


def spoken(lookup: PromptLookup, text: list[int]) -> int:
    """Lets the lookup foresee ``text``; returns how many batches that took."""
    batches = done = 0
    while done < len(text):
        lookup.add(text[done])
        done += 1
        draft = lookup.propose(MOST_DRAFTED)
        batches += 1
        right = 0
        while right < len(draft) and done < len(text) and draft[right] == text[done]:
            lookup.add(text[done])
            right, done = right + 1, done + 1
        if draft:
            lookup.note(len(draft), right)
    return batches


def test_a_quotation_is_foreseen_as_it_was_read() -> None:
    lookup = PromptLookup(range(1, 20), costs(0.2))
    for token in range(2, 8):
        lookup.add(token)
    assert lookup.propose(4) == [8, 9, 10, 11]
    assert lookup.propose(2) == [8, 9]


def test_a_short_likeness_is_trusted_less_than_a_long_one() -> None:
    lookup = PromptLookup(range(1, 20), costs(0.2))
    for token in (2, 3, 4):
        lookup.add(token)
    assert 0 < len(lookup.propose(4)) < 4


def test_nothing_is_proposed_for_what_was_never_read() -> None:
    lookup = PromptLookup(range(100), costs(0.2))
    for token in (500, 501, 502):
        lookup.add(token)
    assert lookup.propose(4) == []
    assert PromptLookup([], costs(0.2)).propose(4) == []


def test_copying_takes_far_fewer_batches_than_tokens() -> None:
    material = list(range(300))
    assert spoken(PromptLookup(material, costs(0.2)), material[50:250]) < 30


def test_the_surer_the_longer_is_the_draft() -> None:
    lookup = PromptLookup(range(400), costs(0.3))
    for token in range(50, 58):
        lookup.add(token)
    first = len(lookup.propose(MOST_DRAFTED))
    for token in range(58, 58 + first):
        lookup.add(token)
    lookup.note(first, first)
    assert 0 < first < len(lookup.propose(MOST_DRAFTED)) <= MOST_DRAFTED


def test_where_a_wide_batch_costs_as_much_as_its_tokens_nothing_is_proposed() -> None:
    material = list(range(300))
    assert spoken(PromptLookup(material, costs(1.0)), material[50:250]) == 200


def test_misleading_material_is_soon_left_alone() -> None:
    # Each number of the answer follows three tokens that went on otherwise in the prompt, every time.
    prompt = [token for i in range(200) for token in (1, 2, 3, 1000 + i)]
    lookup = PromptLookup(prompt, costs(0.3))
    answer = [token for i in range(200) for token in (1, 2, 3, 5000 + i)]
    spoken(lookup, answer)
    assert lookup.accepted < lookup.drafted < 120


def test_the_cost_of_a_batch_is_not_told_by_one_bad_moment() -> None:
    known = costs(0.2)
    known.note(5, 60.0)
    assert known.ratio(5) < 2.0


def test_the_cost_of_a_width_not_seen_yet_lies_between_its_neighbours() -> None:
    known = DraftCosts()
    for width, seconds in ((1, 1.0), (4, 2.5), (16, 8.5)):
        for _ in range(3):
            known.note(width, seconds)
    assert known.ratio(10) == pytest.approx(5.5)
    assert known.ratio(16, 4) == pytest.approx(3.4)
    assert known.ratio(20) > known.ratio(16)


def test_beside_other_answers_a_draft_is_as_long_as_all_of_them_gain() -> None:
    dear, cheap = costs(1.0), costs(0.05)
    for known, longest in ((dear, 0), (cheap, 7)):
        lookup = PromptLookup(range(40), known)
        for token in range(5, 12):
            lookup.add(token)
        draft = lookup.propose(11, rows=4, expected=4.0)
        assert len(draft) == longest
        assert draft == list(range(12, 12 + longest))
    assert lookup.promise(0) == 0 < lookup.promise(3) < 3
