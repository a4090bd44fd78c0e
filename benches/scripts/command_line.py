"""A command with many options, parsed many times."""

import argparse
import sys


def parser():
    parse = argparse.ArgumentParser(prog="convert", description="Converts files.")
    parse.add_argument("files", nargs="+")
    parse.add_argument("-o", "--output", default="out")
    parse.add_argument("-v", "--verbose", action="count", default=0)
    parse.add_argument("--scale", type=float, default=1.0)
    parse.add_argument("--size", type=int, nargs=2, default=[640, 480])
    parse.add_argument("--format", choices=["png", "jpeg", "svg"], default="png")
    parse.add_argument("--quiet", action="store_true")
    return parse


n = int(sys.argv[1]) if len(sys.argv) > 1 else 8000
checksum = 0
for i in range(n):
    words = [f"a{i}.txt", "b.txt", "--scale", str(i / 7), "-vv", "--size", str(i), "20", "--format", ["png", "svg"][i % 2]]
    options = parser().parse_args(words)
    checksum += len(options.files[0]) + options.verbose + int(options.scale) + options.size[0] + len(options.format)
print(checksum, len(parser().format_usage()))
