"""Text that sounds like another, by a Markov chain of words."""

import random
import sys

TEXT = """
It was a dark and stormy night and the rain fell in torrents except at occasional intervals when it was checked by a
violent gust of wind which swept up the streets for it is in a town that our scene lies rattling along the house tops
and fiercely agitating the scanty flame of the lamps that struggled against the darkness . Through one of the obscurest
quarters of the town and among haunts little loved by the gentlemen of the police a man was wending his solitary way .
He stopped twice or thrice at different shops and houses of a description correspondent with the appearance of the
quarter in which they were situated and tended inquiry for some article or another which did not seem easily to be met
with . All the answers he received were couched in the negative and as he turned from each door he muttered to himself
in no very elegant phraseology his disappointment and discontent .
"""

n = int(sys.argv[1]) if len(sys.argv) > 1 else 3_000_000
words = TEXT.split()
followers = {}
for i in range(len(words) - 1):
    followers.setdefault(words[i], []).append(words[i + 1])

random.seed(6)
word = "It"
text = []
lengths = {}
sentence = 0
for i in range(n):
    text.append(word)
    if word == ".":
        lengths[sentence] = lengths.get(sentence, 0) + 1
        sentence = 0
    else:
        sentence += 1
    if word in followers:
        word = random.choice(followers[word])
    else:
        word = "It"
print(" ".join(text[:40]))
print(" ".join(text[-40:]))
print(max(lengths), sum(lengths.values()), sum(map(len, text)))
