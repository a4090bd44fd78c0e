"""An ordered map as a B-tree: insertion, look-up, a walk in order, and a range query."""

import sys


class Node:
    def __init__(self, leaf):
        self.leaf = leaf
        self.keys = []
        self.values = []
        self.children = []


class BTree:
    def __init__(self, degree=16):
        self.root = Node(True)
        self.degree = degree
        self.size = 0

    def search(self, key):
        node = self.root
        while True:
            i = self.position(node.keys, key)
            if i < len(node.keys) and node.keys[i] == key:
                return node.values[i]
            if node.leaf:
                return None
            node = node.children[i]

    def position(self, keys, key):
        low, high = 0, len(keys)
        while low < high:
            middle = (low + high) // 2
            if keys[middle] < key:
                low = middle + 1
            else:
                high = middle
        return low

    def insert(self, key, value):
        root = self.root
        if len(root.keys) == 2 * self.degree - 1:
            new_root = Node(False)
            new_root.children.append(root)
            self.split_child(new_root, 0)
            self.root = new_root
        self.insert_non_full(self.root, key, value)

    def insert_non_full(self, node, key, value):
        i = self.position(node.keys, key)
        if i < len(node.keys) and node.keys[i] == key:
            node.values[i] = value
        elif node.leaf:
            node.keys.insert(i, key)
            node.values.insert(i, value)
            self.size += 1
        else:
            if len(node.children[i].keys) == 2 * self.degree - 1:
                self.split_child(node, i)
                if node.keys[i] < key:
                    i += 1
                elif node.keys[i] == key:
                    node.values[i] = value
                    return
            self.insert_non_full(node.children[i], key, value)

    def split_child(self, parent, i):
        t = self.degree
        child = parent.children[i]
        sibling = Node(child.leaf)
        sibling.keys = child.keys[t:]
        sibling.values = child.values[t:]
        parent.keys.insert(i, child.keys[t - 1])
        parent.values.insert(i, child.values[t - 1])
        parent.children.insert(i + 1, sibling)
        if not child.leaf:
            sibling.children = child.children[t:]
            child.children = child.children[:t]
        child.keys = child.keys[: t - 1]
        child.values = child.values[: t - 1]

    def items(self, node=None):
        node = node or self.root
        for i, key in enumerate(node.keys):
            if not node.leaf:
                yield from self.items(node.children[i])
            yield key, node.values[i]
        if not node.leaf:
            yield from self.items(node.children[-1])

    def depth(self):
        node, depth = self.root, 1
        while not node.leaf:
            node = node.children[0]
            depth += 1
        return depth


def main():
    n = int(sys.argv[1]) if len(sys.argv) > 1 else 300_000
    tree = BTree()
    x = 12345
    for i in range(n):
        x = (1103515245 * x + 12345) % 2147483648
        tree.insert(x, i)
    print(tree.size, tree.depth())

    found = 0
    total = 0
    x = 12345
    for i in range(n):
        x = (1103515245 * x + 12345) % 2147483648
        value = tree.search(x)
        if value is not None:
            found += 1
            total += value
        if tree.search(x + 1) is not None:
            found += 1
    print(found, total)

    previous, check = -1, 0
    for key, value in tree.items():
        if key <= previous:
            print("out of order at", key)
            break
        previous = key
        check = (check * 31 + value) % 1000003
    print(check)


main()
