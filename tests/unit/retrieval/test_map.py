"""The map of a case: neighbours near, the same each time, regions named by what they speak of."""

import numpy as np
import pytest

from workbench.errors import Cancelled, LibraryError
from workbench.jobs import JobContext
from workbench.models.retrieval.map import LINE, anchor_of, layout, map_of

GUARANTEES = {f"担保{n}": f"抵押担保第{n}笔，抵押物为厂房，抵押率合规，抵押登记已办理。" for n in range(12)}
SALES = {f"销售{n}": f"销售回款第{n}月，应收账款按期收回，应收账款账龄较短。" for n in range(12)}


def two_heaps(count):
    random = np.random.default_rng(3)
    heaps = [random.standard_normal((count, 16)) * 0.1 + np.eye(16)[n] * 3 for n in (0, 1)]
    return np.concatenate(heaps).astype(np.float32)


def test_what_is_alike_lies_side_by_side():
    places = layout(two_heaps(40))
    one, other = places[:40], places[40:]
    apart = np.linalg.norm(one.mean(axis=0) - other.mean(axis=0))
    assert apart > 2 * max(one.std(axis=0).max(), other.std(axis=0).max())


def test_the_same_vectors_give_the_same_map_within_its_edges():
    vectors = two_heaps(30)
    first, second = layout(vectors), layout(vectors)
    assert np.array_equal(first, second)
    assert np.abs(first).max() == pytest.approx(1)


@pytest.mark.parametrize("count", [1, 2, 3])
def test_a_few_passages_have_places_too(count):
    places = layout(np.eye(8, dtype=np.float32)[:count])
    assert places.shape == (count, 2)
    assert np.isfinite(places).all()


def test_equal_passages_part():
    places = layout(np.ones((30, 8), dtype=np.float32))
    assert np.isfinite(places).all()
    assert len({tuple(place) for place in places}) == 30


def test_regions_are_named_by_what_their_passages_speak_of(library, fill):
    drawn = map_of(library, fill(GUARANTEES | SALES), JobContext())
    assert len(drawn.points) == drawn.whole == 24
    names = "".join(region.name for region in drawn.regions)
    assert "抵押" in names
    assert "账款" in names
    assert sum(region.size for region in drawn.regions) == 24
    assert all(len(point.line) <= LINE for point in drawn.points)


def test_a_large_case_is_sampled_evenly(library, fill):
    drawn = map_of(library, fill(GUARANTEES | SALES), JobContext(), most=8)
    assert drawn.whole == 24
    assert len(drawn.points) == 8
    assert len({point.document for point in drawn.points}) == 8


def test_without_vectors_the_map_is_empty(library, fill):
    drawn = map_of(library, fill(SALES, vectors=False), JobContext())
    assert drawn.points == drawn.regions == ()


def test_deleted_documents_leave_the_map(library, fill):
    case = fill(SALES)
    gone = library.documents(case)[0].id
    library.delete_document(gone)
    drawn = map_of(library, case, JobContext())
    assert drawn.whole == 11
    assert gone not in {point.document for point in drawn.points}


def test_a_point_tells_its_words_and_where_they_stand(library, fill):
    case = fill(SALES)
    point = map_of(library, case, JobContext()).points[0]
    found = anchor_of(library, point)
    assert found is not None
    assert found[0].startswith("销售回款")
    library.delete_document(point.document)
    assert anchor_of(library, point) is None


def test_an_unknown_case_is_told_and_drawing_can_be_stopped(library, fill):
    with pytest.raises(LibraryError):
        map_of(library, "nowhere", JobContext())
    job = JobContext()
    job.cancel()
    with pytest.raises(Cancelled):
        map_of(library, fill(SALES), job)
