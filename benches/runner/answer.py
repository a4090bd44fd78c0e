"""Are two printed answers the same? Type and bits count, so 3 is not 3.0 and 0.0 is not -0.0."""

import struct


def read(text):
    """What a peer printed, as repr or as C's %a: ('int', 3), ('float', its bits in hex) or ('text', itself)."""
    text = text.strip()
    try:
        return "int", int(text)
    except ValueError:
        pass
    try:
        value = float.fromhex(text) if "0x" in text else float(text)
    except ValueError:
        return "text", text
    if value != value:
        return "float", "nan"  # the sign of a NaN is not something Python shows
    return "float", struct.pack(">d", value).hex()


def show(text):
    """The answer as Python would print it."""
    kind, _ = read(text)
    return repr(float.fromhex(text)) if kind == "float" and "0x" in text else text


def judge(text, reference):
    """'same', or in which way it is not."""
    mine, other = read(text), read(reference)
    if mine == other:
        return "same"
    if mine[0] == "text":
        return f"DIFFERS: printed {text!r}"
    if mine[0] != other[0]:
        return f"DIFFERS: {mine[0]} {show(text)}, not {other[0]}"
    return f"DIFFERS: {show(text)}"
