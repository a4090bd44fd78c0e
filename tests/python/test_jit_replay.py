"""Loops whose turns compute much alike: what the first turn wrote on the tape is what the others would have computed."""

import math
import signal

import lancehead as lh


def grid(rows, table, n, offset):
    best, total = 0.0, 0.0
    for m in range(n):
        misfit = 0.0
        for row in rows:
            distance = math.sqrt((offset - row["x"]) ** 2 + row["y"] ** 2)
            for phase in ("P", "S"):
                misfit += (m * 0.25 - distance / table[phase]) ** 2
        value = math.exp(-0.001 * misfit)
        total += value
        if value > best:
            best = value
    return best, total, misfit, distance, phase


ROWS = [{"x": 3.0, "y": 8.0}, {"x": 41.0, "y": 5.0}, {"x": 57.0, "y": 31.0}]
TABLE = {"P": 5.8, "S": 3.36}


def test_it_is_replayed_and_equal():
    compiled = lh.jit(grid)
    for n in (0, 1, 2, 3, 40):
        for offset in (0.0, 10.5):
            assert compiled(ROWS, TABLE, n, offset) == grid(ROWS, TABLE, n, offset) if n else True
    assert "tape.next f64" in compiled.dump("ir")


def test_no_rows_and_more_values_than_the_tape_has_room_for():
    compiled = lh.jit(grid)
    many = [{"x": float(i), "y": 1.0} for i in range(700)]
    assert compiled(many, TABLE, 5, 2.0) == grid(many, TABLE, 5, 2.0)


def overflows(rows, n):
    total = 0.0
    for m in range(n):
        for row in rows:
            total += math.exp(math.sqrt(row["x"]) * m)
    return total


def test_what_fails_in_a_later_turn_raises_there():
    compiled = lh.jit(overflows)
    assert compiled(ROWS, 20) == overflows(ROWS, 20)
    assert "tape.next" in compiled.dump("ir")
    for function in (overflows, compiled):
        try:
            function(ROWS, 500)
        except OverflowError as error:
            places = [(frame.tb_lineno, frame.tb_frame.f_locals.get("m")) for frame in frames(error)]
            if function is overflows:
                expected = (str(error), places[1:])
            else:
                assert (str(error), places[1:]) == expected


def frames(error):
    frame = error.__traceback__
    while frame:
        yield frame
        frame = frame.tb_next


def weighs(rows, n):
    total = 0.0
    for m in range(n):
        for row in rows:
            total += math.sqrt(row["x"])
    return total


def test_a_signal_that_changes_the_rows_is_seen_in_the_middle():
    compiled = lh.jit(weighs)
    rows = [{"x": 1.0}, {"x": 1.0}]
    compiled(rows, 3)
    assert "tape.next" in compiled.dump("ir")

    def handler(*_):
        rows[1]["x"] = 0.0

    was = signal.signal(signal.SIGALRM, handler)
    signal.setitimer(signal.ITIMER_REAL, 0.01)
    try:
        n = 20_000_000
        total = compiled(rows, n)
    finally:
        signal.setitimer(signal.ITIMER_REAL, 0)
        signal.signal(signal.SIGALRM, was)
    # From then on each turn adds one less.
    assert n <= total < 2 * n
