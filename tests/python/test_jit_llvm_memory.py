"""Compiling again and again does not pile up memory."""

import sys

import pytest
from test_jit_support import python


@pytest.mark.skipif(sys.platform != "linux", reason="asks /proc")
def test_compiling_keeps_no_memory():
    python("""
        import ctypes
        import lancehead as lh
        from lancehead import _lancehead

        @lh.jit
        def f(n):
            s = 0.0
            for i in range(n):
                s += 1.0 / (1 + i)
            return s

        f(10)
        text = f.dump("llvm")

        def kilobytes():
            ctypes.CDLL(None).malloc_trim(0)
            return int(open("/proc/self/statm").read().split()[1]) * 4

        def compile_many(count):
            for _ in range(count):
                _lancehead.testing_llvm(text, 1)

        compile_many(30)
        before = kilobytes()
        compile_many(60)
        # It was 3 MB.
        assert kilobytes() - before < 1000, kilobytes() - before
        """)
