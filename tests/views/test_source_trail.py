"""The way back and forward among the places of the source."""

from workbench.views.source.trail import Trail


def been(*documents: str) -> Trail:
    trail = Trail()
    for document in documents:
        trail.visit((document, None))
    return trail


def test_one_goes_back_and_forward_and_no_farther():
    trail = been("a", "b")
    assert trail.step(-1) == ("a", None)
    assert trail.step(-1) is None
    assert trail.forward
    assert not trail.back
    assert trail.step(1) == ("b", None)
    assert trail.step(1) is None


def test_another_way_forgets_the_way_ahead():
    trail = been("a", "b", "c")
    trail.step(-1)
    trail.visit(("d", None))
    assert not trail.forward
    assert trail.step(-1) == ("b", None)


def test_the_same_place_twice_is_one_place():
    assert not been("a", "a").back


def test_only_the_last_places_are_remembered():
    trail = been(*(str(number) for number in range(60)))
    steps = 0
    while trail.step(-1) is not None:
        steps += 1
    assert steps == 49
