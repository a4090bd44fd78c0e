"""Before 3.13 a class method may be a property: a function of the user runs where an attribute is read."""

import sys
class C:
    @classmethod
    @property
    def p(cls):
        return sys._getframe(1).f_lineno
def f(objs):
    out = []
    for o in objs:
        x = 1
        out.append(o.p)
        x = 2
    return out
print(f([C() for i in range(50)])[:3] if sys.version_info < (3, 13) else "no such properties")
