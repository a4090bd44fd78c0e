# An error that nobody catches, in a loop at module level: its line and its carets.
values = [1, 2, 0.5, 4]
total = 0.0
for i in range(10):
    total = (total
             + 1 / (values[i] - 4 * (i == 9)))
    print(i, total)
