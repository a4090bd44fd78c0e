# Strings and bytes in loops: building, slicing, encoding, translate, formats, join of what a loop made, odd characters, bytearray, memoryview.
text = "The quick brown fox; déjà vu, 中文, \U0001f600!"
counts = {}
out = ""
for ch in text * 4:
    counts[ch] = counts.get(ch, 0) + 1
    out += ch.swapcase() if ch.isalpha() else "_"
    if len(out) > 60:
        out = out[20:]
print(sorted(counts.items())[:8], out, len(out))
words, word = [], ""
for ch in text + " ":
    if ch.isalnum():
        word += ch
    elif word:
        words.append(word)
        word = ""
print(words, [w[::-1] for w in words], max(words, key=len))
s = ""
parts = []
for k in range(200):
    s += chr(97 + k % 26)
    parts.append(s[-3:])
    if s.startswith("abc") and s.endswith("z"):
        s = s[3:]
print(len(s), s[:10], s.count("xyz"), s.find("zab"), s.rfind("q"), "".join(parts)[:30], parts[5] is parts[5])
alias = s
for k in range(5):
    s += "!"
print(alias == s, len(alias), len(s))
data = bytearray(b"abc" * 10)
for k in range(len(data)):
    data[k] ^= k
check = 0
for b in data:
    check = (check * 31 + b) % 65521
print(check, bytes(data[:6]), data.hex()[:12])
view = memoryview(data)
for k in range(0, 20, 2):
    view[k] = k
print(data[:8], view[3:6].tobytes())
try:
    for k in range(300):
        data[0] = k
except ValueError as error:
    print(k, error)
try:
    for k in range(5):
        data.append(k)
except BufferError as error:
    print(k, error)
raw = text.encode()
for codec in ("utf-8", "utf-16-le", "latin-1", "ascii"):
    try:
        for k in range(3):
            size = len(text.encode(codec))
        print(codec, size)
    except UnicodeEncodeError as error:
        print(codec, error.start, error.reason)
for errors in ("ignore", "replace", "backslashreplace"):
    print(raw[:-2].decode("utf-8", errors)[-3:], text.encode("ascii", errors)[-12:])
palindromes = 0
for k in range(2000):
    t = str(k)
    palindromes += t == t[::-1]
print(palindromes, "%s|%5s|%-5s|%05d|%x|%c|%r" % ("a", "b", "c", 7, 255, "z", "q"))
table = str.maketrans("abc", "xyz", "d")
for k in range(3):
    out = "aabbccdd".translate(table) * k
print(out, "a,b,,c".split(","), " a  b ".split(), "a\nb\r\nc".splitlines(), "abc".partition("b"), "x".join("abc"), "ß".upper(), "İ".lower())
d = {}
for a in "ab":
    for b in "ab":
        for c in "ab":
            key = a + b + c
            d[key] = d.get(key[:2], 0) + len(d)
print(d, "abc" < "abd", "a" * 0 == "", "é" == "e\u0301", "ab" in "cab", "" in "")
edit = [[0] * 8 for _ in range(8)]
a, b = "kitten!", "sitting"
for i in range(8):
    for j in range(8):
        if i == 0 or j == 0:
            edit[i][j] = i + j
        else:
            edit[i][j] = min(edit[i - 1][j] + 1, edit[i][j - 1] + 1, edit[i - 1][j - 1] + (a[i - 1] != b[j - 1]))
print(edit[7][7])
