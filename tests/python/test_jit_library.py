"""Functions and types of the standard library that are written in C: called natively where they run nothing of the user's."""

import bisect
import cmath
import heapq
import math
import os
import subprocess
import sys
from collections import defaultdict, deque
from pathlib import Path

import numpy as np
import pytest

import lancehead as lh


def shortest(heap, graph, distances):
    while heap:
        distance, at = heapq.heappop(heap)
        if distance > distances[at]:
            continue
        for to, length in graph[at]:
            if distance + length < distances[to]:
                distances[to] = distance + length
                heapq.heappush(heap, (distance + length, to))
    return distances


def places(numbers, wanted):
    total = 0
    for x in wanted:
        total += bisect.bisect_left(numbers, x) * bisect.bisect(numbers, x, 1, len(numbers))
        bisect.insort(numbers, x)
    return total, numbers


def flood(queue, seen, size):
    total = 0
    while queue:
        x, y = queue.popleft()
        total += x * y + len(queue)
        for dx, dy in ((1, 0), (0, 1)):
            if x + dx < size and y + dy < size and (x + dx, y + dy) not in seen:
                seen.add((x + dx, y + dy))
                queue.append((x + dx, y + dy))
    return total


def counted(numbers, lists, counts):
    for x in numbers:
        lists[x % 5].append(x)
        counts[x % 7] += 1
    return lists, counts


def waves(count):
    total = 0j
    for k in range(count):
        total += cmath.exp(2j * cmath.pi * k / count) * cmath.sqrt(complex(k, -1.0)) + cmath.phase(complex(1.0, k))
    return total


def sums(rows):
    total = 0.0
    for row in rows:
        total += math.fsum(row) + math.dist(row, [1.0, 2.0, 3.0]) + round(row[0], ndigits=1) + int("7f", base=16)
    return total


def largest_change(u, v):
    error = 0.0
    for i in range(len(u)):
        error = max(error, abs(u[i] - v[i]))
    return error, min(1.5, error), max(v[0], 7)


GRAPH = {i: [(i * 7 % 50, i % 9 + 0.5), (i * 3 % 50, 2.0), ((i + 1) % 50, 4.25)] for i in range(50)}
CALLS = {
    shortest: lambda: ([(0.0, 3)], GRAPH, {i: 0.0 if i == 3 else math.inf for i in range(50)}),
    places: lambda: ([1.0, 2.0, 5.0], [3.0, 1.0, 9.0, 2.0, 2.5] * 9),
    flood: lambda: (deque([(0, 0)]), {(0, 0)}, 12),
    counted: lambda: (list(range(90)), defaultdict(list), defaultdict(int)),
    waves: lambda: (40,),
    sums: lambda: ([[0.1 * i, 0.25, 3.0] for i in range(30)],),
    largest_change: lambda: (np.linspace(0.0, 1.0, 40), np.linspace(0.5, 0.75, 40) ** 2),
}


@pytest.mark.parametrize("function", CALLS, ids=lambda function: function.__name__)
def test_they_do_the_same(function):
    compiled = lh.jit(function)
    for _ in range(3):
        expected, got = function(*CALLS[function]()), compiled(*CALLS[function]())
        assert repr(got) == repr(expected)


COMPILED_ALL = """
import test_jit_library as tests, lancehead as lh
for function, arguments in tests.CALLS.items():
    compiled = lh.jit(function)
    for _ in range(2):
        assert repr(compiled(*arguments())) == repr(function(*arguments()))
    print(compiled.explain())
"""


def test_native_code_does_not_leave_for_them(tmp_path):
    environment = {name: value for name, value in os.environ.items() if name != "LANCEHEAD_DEOPT_EVERY"}
    environment |= {"LANCEHEAD_THRESHOLD": "0", "LANCEHEAD_CACHE_DIR": str(tmp_path)}
    done = subprocess.run([sys.executable, "-c", COMPILED_ALL], cwd=Path(__file__).parent, env=environment, capture_output=True, text=True)
    assert done.stderr == ""
    assert done.stdout.count("entered 2 times, left 0 times") == len(CALLS), done.stdout


def nan_among(values):
    best = values[0]
    for x in values:
        best = max(best, x)
    return best


def test_the_largest_of_numpys_numbers_where_some_are_none():
    values = np.array([1.0, np.nan, 3.0, -0.0])
    compiled = lh.jit(nan_among)
    assert repr(compiled(values)) == repr(nan_among(values))
    assert repr(compiled(values[::-1])) == repr(nan_among(values[::-1]))


class Item:
    seen = []

    def __init__(self, value):
        self.value = value

    def __lt__(self, other):
        Item.seen.append((self.value, other.value))
        return self.value < other.value


def sorted_by_heap(values):
    heap = []
    for value in values:
        heapq.heappush(heap, Item(value))
    result = []
    while heap:
        result.append(heapq.heappop(heap).value)
    return result


def test_items_that_compare_by_themselves_are_the_interpreters():
    values = [i * 7 % 11 for i in range(30)]
    Item.seen = []
    expected, seen = sorted_by_heap(values), Item.seen
    Item.seen = []
    assert lh.jit(sorted_by_heap)(values) == expected
    assert Item.seen == seen


def emptied(heap):
    total = 0
    while True:
        total += heapq.heappop(heap)


def test_an_empty_heap_raises_as_it_does():
    for function in (emptied, lh.jit(emptied)):
        with pytest.raises(IndexError, match="index out of range"):
            function([1, 2, 3])


def mixed(heap, items):
    for item in items:
        heapq.heappush(heap, item)


def test_a_comparison_that_raises_leaves_the_heap_as_it_does():
    heaps = []
    for function in (mixed, lh.jit(mixed)):
        heap = []
        with pytest.raises(TypeError, match="'<' not supported between instances of 'str' and 'int'"):
            function(heap, [3, 1, "x"])
        heaps.append(heap)
    assert heaps[0] == heaps[1]
