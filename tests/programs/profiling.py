# cProfile around a loop, and switched on in the middle of one.
import cProfile
import pstats


def work(n):
    s = 0
    for k in range(n):
        s += helper(k)
    return s


def helper(k):
    return abs(k) + 1


def calls(profile):
    stats = pstats.Stats(profile).stats
    return sorted((name, calls) for (file, line, name), (calls, *_) in stats.items() if file == __file__ or "abs" in name)


profile = cProfile.Profile()
profile.enable()
for i in range(3):
    work(4)
profile.disable()
print(calls(profile))
profile = cProfile.Profile()
total = 0
for i in range(6):
    if i == 3:
        profile.enable()
    total += work(3)
profile.disable()
print(total, calls(profile))
for i in range(3):
    total += work(3)
print(total)
