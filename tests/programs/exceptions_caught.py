# Exceptions raised and caught in hot loops: across functions, by kind, in handlers that do little and handlers that do more.
import sys
import traceback


def check(x):
    if x % 3 == 0:
        raise ValueError(f"bad {x}")
    if x % 7 == 0:
        raise KeyError
    return x


def through(x):
    y = check(x + 1)
    return y * 2


def by_kind(n):
    counts = [0, 0, 0, 0]
    total = 0
    for i in range(n):
        try:
            total += through(i)
        except ValueError:
            total -= 1
        except (IndexError, KeyError):
            total -= 100
        try:
            total += check(i)
        except LookupError:
            continue
        except Exception:
            pass
        counts[i % 4] += 1
    return total, counts


def returned(x):
    try:
        through(x)
    except ValueError:
        return False
    except KeyError:
        return None
    return True


def nested(n):
    caught = 0
    for i in range(n):
        try:
            try:
                through(i)
            except KeyError:
                caught += 1
        except ValueError:
            caught += 1000
    return caught


def bare(n):
    count = 0
    for i in range(n):
        try:
            through(i)
        except:
            count += 1
    return count


def named(n):
    texts = []
    for i in range(n):
        try:
            through(i)
        except ValueError as error:
            texts.append(str(error))
        except KeyError as error:
            texts.append(repr(error))
    return len(texts), texts[:4]


def told(n):
    told = []
    for i in range(n):
        try:
            through(i)
        except (ValueError, KeyError):
            kind, value, trace = sys.exc_info()
            frames = traceback.extract_tb(trace)
            told.append((kind.__name__, str(value), [(frame.name, frame.lineno) for frame in frames]))
    return len(told), told[0], told[-1]


def big(n):
    count = sys.maxsize - 2
    for i in range(n):
        try:
            check(3 * i)
        except ValueError:
            count += 1
    return count


def uncaught(n):
    total = 0
    for i in range(n):
        try:
            total += check(i + 1)
        except KeyError:
            total = 0
    return total


def finally_runs(n):
    total = 0
    for i in range(n):
        try:
            try:
                total += check(i)
            finally:
                total += 1
        except ValueError:
            total += 5
        except KeyError:
            total += 7
    return total


def chained(n):
    seen = 0
    for i in range(n):
        try:
            try:
                check(i)
            except ValueError:
                raise RuntimeError(i)
        except RuntimeError as error:
            seen += isinstance(error.__context__, ValueError)
        except KeyError:
            seen += 10
    return seen


def counted(words):
    counts = {}
    for word in words:
        try:
            counts[word] += 1
        except KeyError:
            counts[word] = 1
    return counts


def looked_up(table, n):
    missing = 0
    for i in range(n):
        try:
            missing += table[i] * 0
        except KeyError:
            missing += 1
    return missing


class Account:
    def __init__(self, owner, balance):
        self.owner = owner
        self.balance = balance

    def withdraw(self, amount):
        if amount > self.balance:
            raise ValueError(f"{self.owner} lacks {amount - self.balance}")
        self.balance -= amount

    def deposit(self, amount):
        self.balance += amount


def transfer(source, target, amount):
    try:
        source.withdraw(amount)
    except ValueError:
        return False
    target.deposit(amount)
    return True


class Noisy:
    def __init__(self, name):
        self.name = name

    def __del__(self):
        frame = sys._getframe(1)
        ends.append((self.name, frame.f_code.co_name, frame.f_lineno, frame.f_locals.get("count")))


ends = []


def holds(i):
    noisy = Noisy(i)
    if noisy.name % 2:
        raise ValueError
    return i


def passes_on(i):
    other = Noisy(-i)
    return holds(i) + other.name


def finalisers(n):
    count = 0
    for i in range(n):
        try:
            passes_on(i)
        except ValueError:
            count += 1
        count += 10
    return count


def rebound(n):
    global ValueError
    kept = ValueError
    seen = []
    for i in range(n):
        if i == n // 2:
            ValueError = TypeError
        try:
            try:
                check(3 * i)
            except ValueError:
                seen.append(1)
        except kept:
            seen.append(2)
        except Exception as other:
            seen.append(type(other).__name__)
    ValueError = kept
    return seen


def deep(n):
    if n == 0:
        raise IndexError
    return deep(n - 1) + 1


def recursion(n):
    count = 0
    for i in range(n):
        try:
            deep(i % 10)
        except IndexError:
            count += 1
    return count


def loops(rows):
    bad = 0
    for row in rows:
        try:
            for value in row:
                check(value)
        except KeyError:
            bad += 1
        except ValueError:
            bad += 100
    return bad


def inside_loop(values):
    for value in values:
        if value > 6:
            raise StopIteration
    return 1


def from_loops(n):
    total = 0
    for i in range(n):
        try:
            total += inside_loop(list(range(i % 10)))
        except StopIteration:
            total -= 1
    return total


print(by_kind(200))
print([returned(i) for i in range(30)])
print(nested(200), bare(200))
print(named(50))
print(told(50))
print(big(10))
try:
    print(uncaught(50))
except ValueError:
    traceback.print_exc(file=sys.stdout)
print(finally_runs(100), chained(100))
print(counted("a b a c a b d".split() * 20), looked_up({i: i for i in range(0, 100, 3)}, 100))
accounts = [Account(name, 100) for name in ("Ann", "Bob", "Cem")]
refused = 0
for i in range(500):
    if not transfer(accounts[i % 3], accounts[(i * i + 1) % 3], i % 41):
        refused += 1
print(refused, [(account.owner, account.balance) for account in accounts])
print(finalisers(20), len(ends), ends[:8])
print(rebound(12))
print(recursion(100))
print(loops([[1, 2, 4], [1, 7], [2, 3], [5]] * 20), from_loops(100))
caught = 0
for i in range(300):
    try:
        check(i)
    except ValueError:
        caught += 1
    except KeyError:
        caught += 1000
print(caught)
