# `finally` that returns, breaks, continues and raises; what it replaces; nested and in loops.
import sys


def returns(n):
    for k in range(n):
        try:
            if k == 3:
                raise ValueError(k)
            if k == 5:
                return "never"
        finally:
            if k >= 3:
                return k


def swallows(n):
    total = 0
    for k in range(n):
        try:
            total += k
            if k % 10 == 3:
                1 // 0
            if k % 10 == 5:
                return "no"
        finally:
            if k < n - 1:
                continue
            break
    return total


def replaced():
    try:
        for k in range(10):
            try:
                if k == 7:
                    raise KeyError(k)
            finally:
                if k == 7:
                    raise IndexError(k * 2)
    except IndexError as error:
        return repr(error), repr(error.__context__), error.__traceback__.tb_next


def value_kept():
    values = [1]
    for k in range(5):
        try:
            if k == 3:
                return values
        finally:
            values.append(k)


def reraised():
    for k in range(5):
        try:
            try:
                raise ValueError(k)
            finally:
                if k < 4:
                    raise TypeError(k)
        except TypeError as error:
            last = error.__context__
            if sys.exc_info()[1] is not error:
                print("wrong")
    return last


order = []
for k in range(4):
    try:
        try:
            order.append(("try", k))
            if k == 1:
                continue
            if k == 2:
                raise ValueError
        except ValueError:
            order.append(("except", k))
            if k == 2:
                break
        else:
            order.append(("else", k))
        finally:
            order.append(("finally", k))
    finally:
        order.append(("outer", k))
print(order)
for function in (lambda: returns(9), lambda: swallows(40), replaced, value_kept):
    print(function())
try:
    reraised()
except ValueError as error:
    print(repr(error), repr(error.__context__))
print(sys.exc_info())
total = 0
for k in range(300):
    try:
        total += k
        if k % 100 == 50:
            raise RuntimeError(k)
    except RuntimeError as e:
        total += e.args[0]
    finally:
        total -= 1
print(total, "e" in globals())
