# Strings and slices in loops.
text = "the quick brown fox"
out = ""
for c in text:
    if c in "aeiou":
        continue
    out += c.upper()
print(out)
words = text.split()
for i, word in enumerate(words):
    words[i] = word[::-1]
    print(f"{i:>3}|{word:<8}|{word!r:^9}|{len(word):03d}")
print(words, " ".join(words))
for i in range(len(text)):
    if text[i:i + 2] == "qu":
        print(i, text[:i], text[i - 40:i])
numbers = list(range(10))
for i in range(3):
    numbers[i:i + 2] = [i] * 3
    del numbers[-1]
print(numbers, numbers[::2], numbers[::-3])
data = bytearray(5)
for i in range(5):
    data[i] = i * 50
print(data, bytes(data)[1])
for i in range(6):
    data[i] = 1
