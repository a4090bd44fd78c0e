# Who looks into a comprehension's frame finds the iterator that it goes over, standing where the loop stands.
import sys


def looks(k):
    # On 3.12 comprehensions have no frames of their own.
    there = sys._getframe(1).f_locals.get(".0")
    if there is None:
        return "none", k
    left = there.__length_hint__()
    if k == 7:
        next(there, None)
    return left, k


def even(k):
    return k % 2 == 0


def over_range(n):
    return [looks(k) for k in range(n) if even(k) or k > 5]


def over_list(items):
    return [looks(k) for k in items if k % 3 != 1]


def over_generator(n):
    return list(looks(k) for k in range(n))


def squares(n):
    return [k * k for k in range(n)], {k: k + 1 for k in range(n)}, {k // 2 for k in range(n)}


def nested(n):
    return [(a, b) for a in range(n) for b in range(a) if even(a + b)]


def raises(n):
    return [100 // (n - k) for k in range(n + 1)]


for n in (0, 1, 3, 12, 40):
    print(over_range(n))
    print(over_list(list(range(n))))
    print(over_generator(n))
    print(squares(n), nested(n))
    try:
        print(raises(n))
    except ZeroDivisionError as error:
        inner = error.__traceback__.tb_next.tb_frame
        if inner.f_code.co_name == "raises" and error.__traceback__.tb_next.tb_next:
            inner = error.__traceback__.tb_next.tb_next.tb_frame
        print(error, inner.f_locals.get("k"), inner.f_code.co_name, [getattr(v, "__length_hint__", int)() for name, v in inner.f_locals.items() if name == ".0"])
print(sum([1 for k in range(300) if even(k)]), len([k for k in range(1000) if even(k) and even(k // 2)]))
