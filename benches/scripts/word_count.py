"""Which words are the most frequent in a text?"""

import random
import sys

n = int(sys.argv[1]) if len(sys.argv) > 1 else 4_000_000
random.seed(4)
syllables = ["ba", "di", "ko", "lu", "me", "na", "or", "pi", "ra", "su", "ta", "vo"]
vocabulary = []
for first in syllables:
    for second in syllables:
        for third in ("", "n", "s", "ri"):
            vocabulary.append(first + second + third)
words = random.choices(vocabulary, k=n)

counts = {}
letters = {}
for word in words:
    if word in counts:
        counts[word] += 1
    else:
        counts[word] = 1
    letters[word[0]] = letters.get(word[0], 0) + len(word)

ranked = sorted(counts.items(), key=lambda item: (-item[1], item[0]))
for word, count in ranked[:10]:
    print(word, count)
for letter in sorted(letters):
    print(letter, letters[letter])
print(len(counts), sum(counts.values()))
