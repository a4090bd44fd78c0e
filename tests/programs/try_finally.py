# try and finally with break, continue and return in them.
def jumps(n):
    out = []
    for k in range(n):
        try:
            if k == 1:
                continue
            if k == 3:
                break
            if k == 5:
                return out
            out.append(10 // (k - 2))
        except ZeroDivisionError as error:
            out.append(str(error))
        else:
            out.append("else")
        finally:
            out.append(k)
    return out


print(jumps(5), jumps(2), jumps(3))


def swallow(n):
    for k in range(n):
        try:
            1 / 0
        finally:
            if k == 2:
                return k


def overrides():
    for k in range(3):
        try:
            return "try"
        finally:
            return "finally"


try:
    print(swallow(5))
except ZeroDivisionError:
    print("not swallowed")
print(overrides())
total = 0
for i in range(6):
    try:
        try:
            total += 12 / (i - 2)
        except ZeroDivisionError:
            total += 1000
            if i == 2:
                continue
        finally:
            total += 0.5
    except Exception:
        print("never")
    if i == 4:
        break
print(i, total)
while True:
    try:
        total -= 100
        if total < 0:
            break
    finally:
        print(total)
try:
    for i in range(3):
        try:
            [][i]
        except IndexError:
            {}[i]
except KeyError as error:
    print(repr(error), repr(error.__context__))
for i in range(3):
    try:
        raise ValueError(i)
    except ValueError as error:
        kept = error
    print("error" in globals(), kept)
