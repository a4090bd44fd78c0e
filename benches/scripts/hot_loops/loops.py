"""Written by generate.py: 300 loops."""


def loop_0(n):
    s = 0
    for i in range(n):
        s += i * 3 % 11
    return s


def loop_1(n):
    x = 4.5
    for i in range(n):
        x = x * 0.18 + i
    return x


def loop_2(n):
    a, b = 5, 25
    for i in range(n):
        a, b = b, (a + b) % 9973
    return a


def loop_3(n):
    values = [6] * 50
    for i in range(n):
        values[i % 50] += i & 32
    return sum(values)


def loop_4(n):
    i = n
    odd = 0
    while i > 0:
        if (i ^ 7) % 39 == 1:
            odd += 1
        i -= 1
    return odd


def loop_5(n):
    text = ""
    for i in range(n // 4):
        text += chr(97 + (i * 8 + 46) % 26)
    return text.count("e")


def loop_6(n):
    seen = {}
    for i in range(n // 2):
        seen[i * 9 % 53] = i
    return len(seen)


def loop_7(n):
    values = [i * 10 % 60 for i in range(n // 2)]
    best = 0
    for value in values:
        if value > best:
            best = value
    return best


def loop_8(n):
    s = 0
    for i in range(n):
        s += i * 11 % 67
    return s


def loop_9(n):
    x = 12.5
    for i in range(n):
        x = x * 0.74 + i
    return x


def loop_10(n):
    a, b = 13, 81
    for i in range(n):
        a, b = b, (a + b) % 9973
    return a


def loop_11(n):
    values = [14] * 50
    for i in range(n):
        values[i % 50] += i & 88
    return sum(values)


def loop_12(n):
    i = n
    odd = 0
    while i > 0:
        if (i ^ 15) % 95 == 1:
            odd += 1
        i -= 1
    return odd


def loop_13(n):
    text = ""
    for i in range(n // 4):
        text += chr(97 + (i * 16 + 12) % 26)
    return text.count("e")


def loop_14(n):
    seen = {}
    for i in range(n // 2):
        seen[i * 17 % 19] = i
    return len(seen)


def loop_15(n):
    values = [i * 18 % 26 for i in range(n // 2)]
    best = 0
    for value in values:
        if value > best:
            best = value
    return best


def loop_16(n):
    s = 0
    for i in range(n):
        s += i * 19 % 33
    return s


def loop_17(n):
    x = 20.5
    for i in range(n):
        x = x * 0.40 + i
    return x


def loop_18(n):
    a, b = 21, 47
    for i in range(n):
        a, b = b, (a + b) % 9973
    return a


def loop_19(n):
    values = [22] * 50
    for i in range(n):
        values[i % 50] += i & 54
    return sum(values)


def loop_20(n):
    i = n
    odd = 0
    while i > 0:
        if (i ^ 23) % 61 == 1:
            odd += 1
        i -= 1
    return odd


def loop_21(n):
    text = ""
    for i in range(n // 4):
        text += chr(97 + (i * 24 + 68) % 26)
    return text.count("e")


def loop_22(n):
    seen = {}
    for i in range(n // 2):
        seen[i * 25 % 75] = i
    return len(seen)


def loop_23(n):
    values = [i * 26 % 82 for i in range(n // 2)]
    best = 0
    for value in values:
        if value > best:
            best = value
    return best


def loop_24(n):
    s = 0
    for i in range(n):
        s += i * 27 % 89
    return s


def loop_25(n):
    x = 28.5
    for i in range(n):
        x = x * 0.96 + i
    return x


def loop_26(n):
    a, b = 29, 13
    for i in range(n):
        a, b = b, (a + b) % 9973
    return a


def loop_27(n):
    values = [30] * 50
    for i in range(n):
        values[i % 50] += i & 20
    return sum(values)


def loop_28(n):
    i = n
    odd = 0
    while i > 0:
        if (i ^ 31) % 27 == 1:
            odd += 1
        i -= 1
    return odd


def loop_29(n):
    text = ""
    for i in range(n // 4):
        text += chr(97 + (i * 32 + 34) % 26)
    return text.count("e")


def loop_30(n):
    seen = {}
    for i in range(n // 2):
        seen[i * 33 % 41] = i
    return len(seen)


def loop_31(n):
    values = [i * 34 % 48 for i in range(n // 2)]
    best = 0
    for value in values:
        if value > best:
            best = value
    return best


def loop_32(n):
    s = 0
    for i in range(n):
        s += i * 35 % 55
    return s


def loop_33(n):
    x = 36.5
    for i in range(n):
        x = x * 0.62 + i
    return x


def loop_34(n):
    a, b = 37, 69
    for i in range(n):
        a, b = b, (a + b) % 9973
    return a


def loop_35(n):
    values = [38] * 50
    for i in range(n):
        values[i % 50] += i & 76
    return sum(values)


def loop_36(n):
    i = n
    odd = 0
    while i > 0:
        if (i ^ 39) % 83 == 1:
            odd += 1
        i -= 1
    return odd


def loop_37(n):
    text = ""
    for i in range(n // 4):
        text += chr(97 + (i * 40 + 90) % 26)
    return text.count("e")


def loop_38(n):
    seen = {}
    for i in range(n // 2):
        seen[i * 41 % 97] = i
    return len(seen)


def loop_39(n):
    values = [i * 42 % 14 for i in range(n // 2)]
    best = 0
    for value in values:
        if value > best:
            best = value
    return best


def loop_40(n):
    s = 0
    for i in range(n):
        s += i * 43 % 21
    return s


def loop_41(n):
    x = 44.5
    for i in range(n):
        x = x * 0.28 + i
    return x


def loop_42(n):
    a, b = 45, 35
    for i in range(n):
        a, b = b, (a + b) % 9973
    return a


def loop_43(n):
    values = [46] * 50
    for i in range(n):
        values[i % 50] += i & 42
    return sum(values)


def loop_44(n):
    i = n
    odd = 0
    while i > 0:
        if (i ^ 47) % 49 == 1:
            odd += 1
        i -= 1
    return odd


def loop_45(n):
    text = ""
    for i in range(n // 4):
        text += chr(97 + (i * 48 + 56) % 26)
    return text.count("e")


def loop_46(n):
    seen = {}
    for i in range(n // 2):
        seen[i * 49 % 63] = i
    return len(seen)


def loop_47(n):
    values = [i * 50 % 70 for i in range(n // 2)]
    best = 0
    for value in values:
        if value > best:
            best = value
    return best


def loop_48(n):
    s = 0
    for i in range(n):
        s += i * 51 % 77
    return s


def loop_49(n):
    x = 52.5
    for i in range(n):
        x = x * 0.84 + i
    return x


def loop_50(n):
    a, b = 53, 91
    for i in range(n):
        a, b = b, (a + b) % 9973
    return a


def loop_51(n):
    values = [54] * 50
    for i in range(n):
        values[i % 50] += i & 98
    return sum(values)


def loop_52(n):
    i = n
    odd = 0
    while i > 0:
        if (i ^ 55) % 15 == 1:
            odd += 1
        i -= 1
    return odd


def loop_53(n):
    text = ""
    for i in range(n // 4):
        text += chr(97 + (i * 56 + 22) % 26)
    return text.count("e")


def loop_54(n):
    seen = {}
    for i in range(n // 2):
        seen[i * 57 % 29] = i
    return len(seen)


def loop_55(n):
    values = [i * 58 % 36 for i in range(n // 2)]
    best = 0
    for value in values:
        if value > best:
            best = value
    return best


def loop_56(n):
    s = 0
    for i in range(n):
        s += i * 59 % 43
    return s


def loop_57(n):
    x = 60.5
    for i in range(n):
        x = x * 0.50 + i
    return x


def loop_58(n):
    a, b = 61, 57
    for i in range(n):
        a, b = b, (a + b) % 9973
    return a


def loop_59(n):
    values = [62] * 50
    for i in range(n):
        values[i % 50] += i & 64
    return sum(values)


def loop_60(n):
    i = n
    odd = 0
    while i > 0:
        if (i ^ 63) % 71 == 1:
            odd += 1
        i -= 1
    return odd


def loop_61(n):
    text = ""
    for i in range(n // 4):
        text += chr(97 + (i * 64 + 78) % 26)
    return text.count("e")


def loop_62(n):
    seen = {}
    for i in range(n // 2):
        seen[i * 65 % 85] = i
    return len(seen)


def loop_63(n):
    values = [i * 66 % 92 for i in range(n // 2)]
    best = 0
    for value in values:
        if value > best:
            best = value
    return best


def loop_64(n):
    s = 0
    for i in range(n):
        s += i * 67 % 99
    return s


def loop_65(n):
    x = 68.5
    for i in range(n):
        x = x * 0.16 + i
    return x


def loop_66(n):
    a, b = 69, 23
    for i in range(n):
        a, b = b, (a + b) % 9973
    return a


def loop_67(n):
    values = [70] * 50
    for i in range(n):
        values[i % 50] += i & 30
    return sum(values)


def loop_68(n):
    i = n
    odd = 0
    while i > 0:
        if (i ^ 71) % 37 == 1:
            odd += 1
        i -= 1
    return odd


def loop_69(n):
    text = ""
    for i in range(n // 4):
        text += chr(97 + (i * 72 + 44) % 26)
    return text.count("e")


def loop_70(n):
    seen = {}
    for i in range(n // 2):
        seen[i * 73 % 51] = i
    return len(seen)


def loop_71(n):
    values = [i * 74 % 58 for i in range(n // 2)]
    best = 0
    for value in values:
        if value > best:
            best = value
    return best


def loop_72(n):
    s = 0
    for i in range(n):
        s += i * 75 % 65
    return s


def loop_73(n):
    x = 76.5
    for i in range(n):
        x = x * 0.72 + i
    return x


def loop_74(n):
    a, b = 77, 79
    for i in range(n):
        a, b = b, (a + b) % 9973
    return a


def loop_75(n):
    values = [78] * 50
    for i in range(n):
        values[i % 50] += i & 86
    return sum(values)


def loop_76(n):
    i = n
    odd = 0
    while i > 0:
        if (i ^ 79) % 93 == 1:
            odd += 1
        i -= 1
    return odd


def loop_77(n):
    text = ""
    for i in range(n // 4):
        text += chr(97 + (i * 80 + 100) % 26)
    return text.count("e")


def loop_78(n):
    seen = {}
    for i in range(n // 2):
        seen[i * 81 % 17] = i
    return len(seen)


def loop_79(n):
    values = [i * 82 % 24 for i in range(n // 2)]
    best = 0
    for value in values:
        if value > best:
            best = value
    return best


def loop_80(n):
    s = 0
    for i in range(n):
        s += i * 83 % 31
    return s


def loop_81(n):
    x = 84.5
    for i in range(n):
        x = x * 0.38 + i
    return x


def loop_82(n):
    a, b = 85, 45
    for i in range(n):
        a, b = b, (a + b) % 9973
    return a


def loop_83(n):
    values = [86] * 50
    for i in range(n):
        values[i % 50] += i & 52
    return sum(values)


def loop_84(n):
    i = n
    odd = 0
    while i > 0:
        if (i ^ 87) % 59 == 1:
            odd += 1
        i -= 1
    return odd


def loop_85(n):
    text = ""
    for i in range(n // 4):
        text += chr(97 + (i * 88 + 66) % 26)
    return text.count("e")


def loop_86(n):
    seen = {}
    for i in range(n // 2):
        seen[i * 89 % 73] = i
    return len(seen)


def loop_87(n):
    values = [i * 90 % 80 for i in range(n // 2)]
    best = 0
    for value in values:
        if value > best:
            best = value
    return best


def loop_88(n):
    s = 0
    for i in range(n):
        s += i * 91 % 87
    return s


def loop_89(n):
    x = 3.5
    for i in range(n):
        x = x * 0.94 + i
    return x


def loop_90(n):
    a, b = 4, 11
    for i in range(n):
        a, b = b, (a + b) % 9973
    return a


def loop_91(n):
    values = [5] * 50
    for i in range(n):
        values[i % 50] += i & 18
    return sum(values)


def loop_92(n):
    i = n
    odd = 0
    while i > 0:
        if (i ^ 6) % 25 == 1:
            odd += 1
        i -= 1
    return odd


def loop_93(n):
    text = ""
    for i in range(n // 4):
        text += chr(97 + (i * 7 + 32) % 26)
    return text.count("e")


def loop_94(n):
    seen = {}
    for i in range(n // 2):
        seen[i * 8 % 39] = i
    return len(seen)


def loop_95(n):
    values = [i * 9 % 46 for i in range(n // 2)]
    best = 0
    for value in values:
        if value > best:
            best = value
    return best


def loop_96(n):
    s = 0
    for i in range(n):
        s += i * 10 % 53
    return s


def loop_97(n):
    x = 11.5
    for i in range(n):
        x = x * 0.60 + i
    return x


def loop_98(n):
    a, b = 12, 67
    for i in range(n):
        a, b = b, (a + b) % 9973
    return a


def loop_99(n):
    values = [13] * 50
    for i in range(n):
        values[i % 50] += i & 74
    return sum(values)


def loop_100(n):
    i = n
    odd = 0
    while i > 0:
        if (i ^ 14) % 81 == 1:
            odd += 1
        i -= 1
    return odd


def loop_101(n):
    text = ""
    for i in range(n // 4):
        text += chr(97 + (i * 15 + 88) % 26)
    return text.count("e")


def loop_102(n):
    seen = {}
    for i in range(n // 2):
        seen[i * 16 % 95] = i
    return len(seen)


def loop_103(n):
    values = [i * 17 % 12 for i in range(n // 2)]
    best = 0
    for value in values:
        if value > best:
            best = value
    return best


def loop_104(n):
    s = 0
    for i in range(n):
        s += i * 18 % 19
    return s


def loop_105(n):
    x = 19.5
    for i in range(n):
        x = x * 0.26 + i
    return x


def loop_106(n):
    a, b = 20, 33
    for i in range(n):
        a, b = b, (a + b) % 9973
    return a


def loop_107(n):
    values = [21] * 50
    for i in range(n):
        values[i % 50] += i & 40
    return sum(values)


def loop_108(n):
    i = n
    odd = 0
    while i > 0:
        if (i ^ 22) % 47 == 1:
            odd += 1
        i -= 1
    return odd


def loop_109(n):
    text = ""
    for i in range(n // 4):
        text += chr(97 + (i * 23 + 54) % 26)
    return text.count("e")


def loop_110(n):
    seen = {}
    for i in range(n // 2):
        seen[i * 24 % 61] = i
    return len(seen)


def loop_111(n):
    values = [i * 25 % 68 for i in range(n // 2)]
    best = 0
    for value in values:
        if value > best:
            best = value
    return best


def loop_112(n):
    s = 0
    for i in range(n):
        s += i * 26 % 75
    return s


def loop_113(n):
    x = 27.5
    for i in range(n):
        x = x * 0.82 + i
    return x


def loop_114(n):
    a, b = 28, 89
    for i in range(n):
        a, b = b, (a + b) % 9973
    return a


def loop_115(n):
    values = [29] * 50
    for i in range(n):
        values[i % 50] += i & 96
    return sum(values)


def loop_116(n):
    i = n
    odd = 0
    while i > 0:
        if (i ^ 30) % 13 == 1:
            odd += 1
        i -= 1
    return odd


def loop_117(n):
    text = ""
    for i in range(n // 4):
        text += chr(97 + (i * 31 + 20) % 26)
    return text.count("e")


def loop_118(n):
    seen = {}
    for i in range(n // 2):
        seen[i * 32 % 27] = i
    return len(seen)


def loop_119(n):
    values = [i * 33 % 34 for i in range(n // 2)]
    best = 0
    for value in values:
        if value > best:
            best = value
    return best


def loop_120(n):
    s = 0
    for i in range(n):
        s += i * 34 % 41
    return s


def loop_121(n):
    x = 35.5
    for i in range(n):
        x = x * 0.48 + i
    return x


def loop_122(n):
    a, b = 36, 55
    for i in range(n):
        a, b = b, (a + b) % 9973
    return a


def loop_123(n):
    values = [37] * 50
    for i in range(n):
        values[i % 50] += i & 62
    return sum(values)


def loop_124(n):
    i = n
    odd = 0
    while i > 0:
        if (i ^ 38) % 69 == 1:
            odd += 1
        i -= 1
    return odd


def loop_125(n):
    text = ""
    for i in range(n // 4):
        text += chr(97 + (i * 39 + 76) % 26)
    return text.count("e")


def loop_126(n):
    seen = {}
    for i in range(n // 2):
        seen[i * 40 % 83] = i
    return len(seen)


def loop_127(n):
    values = [i * 41 % 90 for i in range(n // 2)]
    best = 0
    for value in values:
        if value > best:
            best = value
    return best


def loop_128(n):
    s = 0
    for i in range(n):
        s += i * 42 % 97
    return s


def loop_129(n):
    x = 43.5
    for i in range(n):
        x = x * 0.14 + i
    return x


def loop_130(n):
    a, b = 44, 21
    for i in range(n):
        a, b = b, (a + b) % 9973
    return a


def loop_131(n):
    values = [45] * 50
    for i in range(n):
        values[i % 50] += i & 28
    return sum(values)


def loop_132(n):
    i = n
    odd = 0
    while i > 0:
        if (i ^ 46) % 35 == 1:
            odd += 1
        i -= 1
    return odd


def loop_133(n):
    text = ""
    for i in range(n // 4):
        text += chr(97 + (i * 47 + 42) % 26)
    return text.count("e")


def loop_134(n):
    seen = {}
    for i in range(n // 2):
        seen[i * 48 % 49] = i
    return len(seen)


def loop_135(n):
    values = [i * 49 % 56 for i in range(n // 2)]
    best = 0
    for value in values:
        if value > best:
            best = value
    return best


def loop_136(n):
    s = 0
    for i in range(n):
        s += i * 50 % 63
    return s


def loop_137(n):
    x = 51.5
    for i in range(n):
        x = x * 0.70 + i
    return x


def loop_138(n):
    a, b = 52, 77
    for i in range(n):
        a, b = b, (a + b) % 9973
    return a


def loop_139(n):
    values = [53] * 50
    for i in range(n):
        values[i % 50] += i & 84
    return sum(values)


def loop_140(n):
    i = n
    odd = 0
    while i > 0:
        if (i ^ 54) % 91 == 1:
            odd += 1
        i -= 1
    return odd


def loop_141(n):
    text = ""
    for i in range(n // 4):
        text += chr(97 + (i * 55 + 98) % 26)
    return text.count("e")


def loop_142(n):
    seen = {}
    for i in range(n // 2):
        seen[i * 56 % 15] = i
    return len(seen)


def loop_143(n):
    values = [i * 57 % 22 for i in range(n // 2)]
    best = 0
    for value in values:
        if value > best:
            best = value
    return best


def loop_144(n):
    s = 0
    for i in range(n):
        s += i * 58 % 29
    return s


def loop_145(n):
    x = 59.5
    for i in range(n):
        x = x * 0.36 + i
    return x


def loop_146(n):
    a, b = 60, 43
    for i in range(n):
        a, b = b, (a + b) % 9973
    return a


def loop_147(n):
    values = [61] * 50
    for i in range(n):
        values[i % 50] += i & 50
    return sum(values)


def loop_148(n):
    i = n
    odd = 0
    while i > 0:
        if (i ^ 62) % 57 == 1:
            odd += 1
        i -= 1
    return odd


def loop_149(n):
    text = ""
    for i in range(n // 4):
        text += chr(97 + (i * 63 + 64) % 26)
    return text.count("e")


def loop_150(n):
    seen = {}
    for i in range(n // 2):
        seen[i * 64 % 71] = i
    return len(seen)


def loop_151(n):
    values = [i * 65 % 78 for i in range(n // 2)]
    best = 0
    for value in values:
        if value > best:
            best = value
    return best


def loop_152(n):
    s = 0
    for i in range(n):
        s += i * 66 % 85
    return s


def loop_153(n):
    x = 67.5
    for i in range(n):
        x = x * 0.92 + i
    return x


def loop_154(n):
    a, b = 68, 99
    for i in range(n):
        a, b = b, (a + b) % 9973
    return a


def loop_155(n):
    values = [69] * 50
    for i in range(n):
        values[i % 50] += i & 16
    return sum(values)


def loop_156(n):
    i = n
    odd = 0
    while i > 0:
        if (i ^ 70) % 23 == 1:
            odd += 1
        i -= 1
    return odd


def loop_157(n):
    text = ""
    for i in range(n // 4):
        text += chr(97 + (i * 71 + 30) % 26)
    return text.count("e")


def loop_158(n):
    seen = {}
    for i in range(n // 2):
        seen[i * 72 % 37] = i
    return len(seen)


def loop_159(n):
    values = [i * 73 % 44 for i in range(n // 2)]
    best = 0
    for value in values:
        if value > best:
            best = value
    return best


def loop_160(n):
    s = 0
    for i in range(n):
        s += i * 74 % 51
    return s


def loop_161(n):
    x = 75.5
    for i in range(n):
        x = x * 0.58 + i
    return x


def loop_162(n):
    a, b = 76, 65
    for i in range(n):
        a, b = b, (a + b) % 9973
    return a


def loop_163(n):
    values = [77] * 50
    for i in range(n):
        values[i % 50] += i & 72
    return sum(values)


def loop_164(n):
    i = n
    odd = 0
    while i > 0:
        if (i ^ 78) % 79 == 1:
            odd += 1
        i -= 1
    return odd


def loop_165(n):
    text = ""
    for i in range(n // 4):
        text += chr(97 + (i * 79 + 86) % 26)
    return text.count("e")


def loop_166(n):
    seen = {}
    for i in range(n // 2):
        seen[i * 80 % 93] = i
    return len(seen)


def loop_167(n):
    values = [i * 81 % 100 for i in range(n // 2)]
    best = 0
    for value in values:
        if value > best:
            best = value
    return best


def loop_168(n):
    s = 0
    for i in range(n):
        s += i * 82 % 17
    return s


def loop_169(n):
    x = 83.5
    for i in range(n):
        x = x * 0.24 + i
    return x


def loop_170(n):
    a, b = 84, 31
    for i in range(n):
        a, b = b, (a + b) % 9973
    return a


def loop_171(n):
    values = [85] * 50
    for i in range(n):
        values[i % 50] += i & 38
    return sum(values)


def loop_172(n):
    i = n
    odd = 0
    while i > 0:
        if (i ^ 86) % 45 == 1:
            odd += 1
        i -= 1
    return odd


def loop_173(n):
    text = ""
    for i in range(n // 4):
        text += chr(97 + (i * 87 + 52) % 26)
    return text.count("e")


def loop_174(n):
    seen = {}
    for i in range(n // 2):
        seen[i * 88 % 59] = i
    return len(seen)


def loop_175(n):
    values = [i * 89 % 66 for i in range(n // 2)]
    best = 0
    for value in values:
        if value > best:
            best = value
    return best


def loop_176(n):
    s = 0
    for i in range(n):
        s += i * 90 % 73
    return s


def loop_177(n):
    x = 91.5
    for i in range(n):
        x = x * 0.80 + i
    return x


def loop_178(n):
    a, b = 3, 87
    for i in range(n):
        a, b = b, (a + b) % 9973
    return a


def loop_179(n):
    values = [4] * 50
    for i in range(n):
        values[i % 50] += i & 94
    return sum(values)


def loop_180(n):
    i = n
    odd = 0
    while i > 0:
        if (i ^ 5) % 11 == 1:
            odd += 1
        i -= 1
    return odd


def loop_181(n):
    text = ""
    for i in range(n // 4):
        text += chr(97 + (i * 6 + 18) % 26)
    return text.count("e")


def loop_182(n):
    seen = {}
    for i in range(n // 2):
        seen[i * 7 % 25] = i
    return len(seen)


def loop_183(n):
    values = [i * 8 % 32 for i in range(n // 2)]
    best = 0
    for value in values:
        if value > best:
            best = value
    return best


def loop_184(n):
    s = 0
    for i in range(n):
        s += i * 9 % 39
    return s


def loop_185(n):
    x = 10.5
    for i in range(n):
        x = x * 0.46 + i
    return x


def loop_186(n):
    a, b = 11, 53
    for i in range(n):
        a, b = b, (a + b) % 9973
    return a


def loop_187(n):
    values = [12] * 50
    for i in range(n):
        values[i % 50] += i & 60
    return sum(values)


def loop_188(n):
    i = n
    odd = 0
    while i > 0:
        if (i ^ 13) % 67 == 1:
            odd += 1
        i -= 1
    return odd


def loop_189(n):
    text = ""
    for i in range(n // 4):
        text += chr(97 + (i * 14 + 74) % 26)
    return text.count("e")


def loop_190(n):
    seen = {}
    for i in range(n // 2):
        seen[i * 15 % 81] = i
    return len(seen)


def loop_191(n):
    values = [i * 16 % 88 for i in range(n // 2)]
    best = 0
    for value in values:
        if value > best:
            best = value
    return best


def loop_192(n):
    s = 0
    for i in range(n):
        s += i * 17 % 95
    return s


def loop_193(n):
    x = 18.5
    for i in range(n):
        x = x * 0.12 + i
    return x


def loop_194(n):
    a, b = 19, 19
    for i in range(n):
        a, b = b, (a + b) % 9973
    return a


def loop_195(n):
    values = [20] * 50
    for i in range(n):
        values[i % 50] += i & 26
    return sum(values)


def loop_196(n):
    i = n
    odd = 0
    while i > 0:
        if (i ^ 21) % 33 == 1:
            odd += 1
        i -= 1
    return odd


def loop_197(n):
    text = ""
    for i in range(n // 4):
        text += chr(97 + (i * 22 + 40) % 26)
    return text.count("e")


def loop_198(n):
    seen = {}
    for i in range(n // 2):
        seen[i * 23 % 47] = i
    return len(seen)


def loop_199(n):
    values = [i * 24 % 54 for i in range(n // 2)]
    best = 0
    for value in values:
        if value > best:
            best = value
    return best


def loop_200(n):
    s = 0
    for i in range(n):
        s += i * 25 % 61
    return s


def loop_201(n):
    x = 26.5
    for i in range(n):
        x = x * 0.68 + i
    return x


def loop_202(n):
    a, b = 27, 75
    for i in range(n):
        a, b = b, (a + b) % 9973
    return a


def loop_203(n):
    values = [28] * 50
    for i in range(n):
        values[i % 50] += i & 82
    return sum(values)


def loop_204(n):
    i = n
    odd = 0
    while i > 0:
        if (i ^ 29) % 89 == 1:
            odd += 1
        i -= 1
    return odd


def loop_205(n):
    text = ""
    for i in range(n // 4):
        text += chr(97 + (i * 30 + 96) % 26)
    return text.count("e")


def loop_206(n):
    seen = {}
    for i in range(n // 2):
        seen[i * 31 % 13] = i
    return len(seen)


def loop_207(n):
    values = [i * 32 % 20 for i in range(n // 2)]
    best = 0
    for value in values:
        if value > best:
            best = value
    return best


def loop_208(n):
    s = 0
    for i in range(n):
        s += i * 33 % 27
    return s


def loop_209(n):
    x = 34.5
    for i in range(n):
        x = x * 0.34 + i
    return x


def loop_210(n):
    a, b = 35, 41
    for i in range(n):
        a, b = b, (a + b) % 9973
    return a


def loop_211(n):
    values = [36] * 50
    for i in range(n):
        values[i % 50] += i & 48
    return sum(values)


def loop_212(n):
    i = n
    odd = 0
    while i > 0:
        if (i ^ 37) % 55 == 1:
            odd += 1
        i -= 1
    return odd


def loop_213(n):
    text = ""
    for i in range(n // 4):
        text += chr(97 + (i * 38 + 62) % 26)
    return text.count("e")


def loop_214(n):
    seen = {}
    for i in range(n // 2):
        seen[i * 39 % 69] = i
    return len(seen)


def loop_215(n):
    values = [i * 40 % 76 for i in range(n // 2)]
    best = 0
    for value in values:
        if value > best:
            best = value
    return best


def loop_216(n):
    s = 0
    for i in range(n):
        s += i * 41 % 83
    return s


def loop_217(n):
    x = 42.5
    for i in range(n):
        x = x * 0.90 + i
    return x


def loop_218(n):
    a, b = 43, 97
    for i in range(n):
        a, b = b, (a + b) % 9973
    return a


def loop_219(n):
    values = [44] * 50
    for i in range(n):
        values[i % 50] += i & 14
    return sum(values)


def loop_220(n):
    i = n
    odd = 0
    while i > 0:
        if (i ^ 45) % 21 == 1:
            odd += 1
        i -= 1
    return odd


def loop_221(n):
    text = ""
    for i in range(n // 4):
        text += chr(97 + (i * 46 + 28) % 26)
    return text.count("e")


def loop_222(n):
    seen = {}
    for i in range(n // 2):
        seen[i * 47 % 35] = i
    return len(seen)


def loop_223(n):
    values = [i * 48 % 42 for i in range(n // 2)]
    best = 0
    for value in values:
        if value > best:
            best = value
    return best


def loop_224(n):
    s = 0
    for i in range(n):
        s += i * 49 % 49
    return s


def loop_225(n):
    x = 50.5
    for i in range(n):
        x = x * 0.56 + i
    return x


def loop_226(n):
    a, b = 51, 63
    for i in range(n):
        a, b = b, (a + b) % 9973
    return a


def loop_227(n):
    values = [52] * 50
    for i in range(n):
        values[i % 50] += i & 70
    return sum(values)


def loop_228(n):
    i = n
    odd = 0
    while i > 0:
        if (i ^ 53) % 77 == 1:
            odd += 1
        i -= 1
    return odd


def loop_229(n):
    text = ""
    for i in range(n // 4):
        text += chr(97 + (i * 54 + 84) % 26)
    return text.count("e")


def loop_230(n):
    seen = {}
    for i in range(n // 2):
        seen[i * 55 % 91] = i
    return len(seen)


def loop_231(n):
    values = [i * 56 % 98 for i in range(n // 2)]
    best = 0
    for value in values:
        if value > best:
            best = value
    return best


def loop_232(n):
    s = 0
    for i in range(n):
        s += i * 57 % 15
    return s


def loop_233(n):
    x = 58.5
    for i in range(n):
        x = x * 0.22 + i
    return x


def loop_234(n):
    a, b = 59, 29
    for i in range(n):
        a, b = b, (a + b) % 9973
    return a


def loop_235(n):
    values = [60] * 50
    for i in range(n):
        values[i % 50] += i & 36
    return sum(values)


def loop_236(n):
    i = n
    odd = 0
    while i > 0:
        if (i ^ 61) % 43 == 1:
            odd += 1
        i -= 1
    return odd


def loop_237(n):
    text = ""
    for i in range(n // 4):
        text += chr(97 + (i * 62 + 50) % 26)
    return text.count("e")


def loop_238(n):
    seen = {}
    for i in range(n // 2):
        seen[i * 63 % 57] = i
    return len(seen)


def loop_239(n):
    values = [i * 64 % 64 for i in range(n // 2)]
    best = 0
    for value in values:
        if value > best:
            best = value
    return best


def loop_240(n):
    s = 0
    for i in range(n):
        s += i * 65 % 71
    return s


def loop_241(n):
    x = 66.5
    for i in range(n):
        x = x * 0.78 + i
    return x


def loop_242(n):
    a, b = 67, 85
    for i in range(n):
        a, b = b, (a + b) % 9973
    return a


def loop_243(n):
    values = [68] * 50
    for i in range(n):
        values[i % 50] += i & 92
    return sum(values)


def loop_244(n):
    i = n
    odd = 0
    while i > 0:
        if (i ^ 69) % 99 == 1:
            odd += 1
        i -= 1
    return odd


def loop_245(n):
    text = ""
    for i in range(n // 4):
        text += chr(97 + (i * 70 + 16) % 26)
    return text.count("e")


def loop_246(n):
    seen = {}
    for i in range(n // 2):
        seen[i * 71 % 23] = i
    return len(seen)


def loop_247(n):
    values = [i * 72 % 30 for i in range(n // 2)]
    best = 0
    for value in values:
        if value > best:
            best = value
    return best


def loop_248(n):
    s = 0
    for i in range(n):
        s += i * 73 % 37
    return s


def loop_249(n):
    x = 74.5
    for i in range(n):
        x = x * 0.44 + i
    return x


def loop_250(n):
    a, b = 75, 51
    for i in range(n):
        a, b = b, (a + b) % 9973
    return a


def loop_251(n):
    values = [76] * 50
    for i in range(n):
        values[i % 50] += i & 58
    return sum(values)


def loop_252(n):
    i = n
    odd = 0
    while i > 0:
        if (i ^ 77) % 65 == 1:
            odd += 1
        i -= 1
    return odd


def loop_253(n):
    text = ""
    for i in range(n // 4):
        text += chr(97 + (i * 78 + 72) % 26)
    return text.count("e")


def loop_254(n):
    seen = {}
    for i in range(n // 2):
        seen[i * 79 % 79] = i
    return len(seen)


def loop_255(n):
    values = [i * 80 % 86 for i in range(n // 2)]
    best = 0
    for value in values:
        if value > best:
            best = value
    return best


def loop_256(n):
    s = 0
    for i in range(n):
        s += i * 81 % 93
    return s


def loop_257(n):
    x = 82.5
    for i in range(n):
        x = x * 0.100 + i
    return x


def loop_258(n):
    a, b = 83, 17
    for i in range(n):
        a, b = b, (a + b) % 9973
    return a


def loop_259(n):
    values = [84] * 50
    for i in range(n):
        values[i % 50] += i & 24
    return sum(values)


def loop_260(n):
    i = n
    odd = 0
    while i > 0:
        if (i ^ 85) % 31 == 1:
            odd += 1
        i -= 1
    return odd


def loop_261(n):
    text = ""
    for i in range(n // 4):
        text += chr(97 + (i * 86 + 38) % 26)
    return text.count("e")


def loop_262(n):
    seen = {}
    for i in range(n // 2):
        seen[i * 87 % 45] = i
    return len(seen)


def loop_263(n):
    values = [i * 88 % 52 for i in range(n // 2)]
    best = 0
    for value in values:
        if value > best:
            best = value
    return best


def loop_264(n):
    s = 0
    for i in range(n):
        s += i * 89 % 59
    return s


def loop_265(n):
    x = 90.5
    for i in range(n):
        x = x * 0.66 + i
    return x


def loop_266(n):
    a, b = 91, 73
    for i in range(n):
        a, b = b, (a + b) % 9973
    return a


def loop_267(n):
    values = [3] * 50
    for i in range(n):
        values[i % 50] += i & 80
    return sum(values)


def loop_268(n):
    i = n
    odd = 0
    while i > 0:
        if (i ^ 4) % 87 == 1:
            odd += 1
        i -= 1
    return odd


def loop_269(n):
    text = ""
    for i in range(n // 4):
        text += chr(97 + (i * 5 + 94) % 26)
    return text.count("e")


def loop_270(n):
    seen = {}
    for i in range(n // 2):
        seen[i * 6 % 11] = i
    return len(seen)


def loop_271(n):
    values = [i * 7 % 18 for i in range(n // 2)]
    best = 0
    for value in values:
        if value > best:
            best = value
    return best


def loop_272(n):
    s = 0
    for i in range(n):
        s += i * 8 % 25
    return s


def loop_273(n):
    x = 9.5
    for i in range(n):
        x = x * 0.32 + i
    return x


def loop_274(n):
    a, b = 10, 39
    for i in range(n):
        a, b = b, (a + b) % 9973
    return a


def loop_275(n):
    values = [11] * 50
    for i in range(n):
        values[i % 50] += i & 46
    return sum(values)


def loop_276(n):
    i = n
    odd = 0
    while i > 0:
        if (i ^ 12) % 53 == 1:
            odd += 1
        i -= 1
    return odd


def loop_277(n):
    text = ""
    for i in range(n // 4):
        text += chr(97 + (i * 13 + 60) % 26)
    return text.count("e")


def loop_278(n):
    seen = {}
    for i in range(n // 2):
        seen[i * 14 % 67] = i
    return len(seen)


def loop_279(n):
    values = [i * 15 % 74 for i in range(n // 2)]
    best = 0
    for value in values:
        if value > best:
            best = value
    return best


def loop_280(n):
    s = 0
    for i in range(n):
        s += i * 16 % 81
    return s


def loop_281(n):
    x = 17.5
    for i in range(n):
        x = x * 0.88 + i
    return x


def loop_282(n):
    a, b = 18, 95
    for i in range(n):
        a, b = b, (a + b) % 9973
    return a


def loop_283(n):
    values = [19] * 50
    for i in range(n):
        values[i % 50] += i & 12
    return sum(values)


def loop_284(n):
    i = n
    odd = 0
    while i > 0:
        if (i ^ 20) % 19 == 1:
            odd += 1
        i -= 1
    return odd


def loop_285(n):
    text = ""
    for i in range(n // 4):
        text += chr(97 + (i * 21 + 26) % 26)
    return text.count("e")


def loop_286(n):
    seen = {}
    for i in range(n // 2):
        seen[i * 22 % 33] = i
    return len(seen)


def loop_287(n):
    values = [i * 23 % 40 for i in range(n // 2)]
    best = 0
    for value in values:
        if value > best:
            best = value
    return best


def loop_288(n):
    s = 0
    for i in range(n):
        s += i * 24 % 47
    return s


def loop_289(n):
    x = 25.5
    for i in range(n):
        x = x * 0.54 + i
    return x


def loop_290(n):
    a, b = 26, 61
    for i in range(n):
        a, b = b, (a + b) % 9973
    return a


def loop_291(n):
    values = [27] * 50
    for i in range(n):
        values[i % 50] += i & 68
    return sum(values)


def loop_292(n):
    i = n
    odd = 0
    while i > 0:
        if (i ^ 28) % 75 == 1:
            odd += 1
        i -= 1
    return odd


def loop_293(n):
    text = ""
    for i in range(n // 4):
        text += chr(97 + (i * 29 + 82) % 26)
    return text.count("e")


def loop_294(n):
    seen = {}
    for i in range(n // 2):
        seen[i * 30 % 89] = i
    return len(seen)


def loop_295(n):
    values = [i * 31 % 96 for i in range(n // 2)]
    best = 0
    for value in values:
        if value > best:
            best = value
    return best


def loop_296(n):
    s = 0
    for i in range(n):
        s += i * 32 % 13
    return s


def loop_297(n):
    x = 33.5
    for i in range(n):
        x = x * 0.20 + i
    return x


def loop_298(n):
    a, b = 34, 27
    for i in range(n):
        a, b = b, (a + b) % 9973
    return a


def loop_299(n):
    values = [35] * 50
    for i in range(n):
        values[i % 50] += i & 34
    return sum(values)


LOOPS = [
    loop_0,
    loop_1,
    loop_2,
    loop_3,
    loop_4,
    loop_5,
    loop_6,
    loop_7,
    loop_8,
    loop_9,
    loop_10,
    loop_11,
    loop_12,
    loop_13,
    loop_14,
    loop_15,
    loop_16,
    loop_17,
    loop_18,
    loop_19,
    loop_20,
    loop_21,
    loop_22,
    loop_23,
    loop_24,
    loop_25,
    loop_26,
    loop_27,
    loop_28,
    loop_29,
    loop_30,
    loop_31,
    loop_32,
    loop_33,
    loop_34,
    loop_35,
    loop_36,
    loop_37,
    loop_38,
    loop_39,
    loop_40,
    loop_41,
    loop_42,
    loop_43,
    loop_44,
    loop_45,
    loop_46,
    loop_47,
    loop_48,
    loop_49,
    loop_50,
    loop_51,
    loop_52,
    loop_53,
    loop_54,
    loop_55,
    loop_56,
    loop_57,
    loop_58,
    loop_59,
    loop_60,
    loop_61,
    loop_62,
    loop_63,
    loop_64,
    loop_65,
    loop_66,
    loop_67,
    loop_68,
    loop_69,
    loop_70,
    loop_71,
    loop_72,
    loop_73,
    loop_74,
    loop_75,
    loop_76,
    loop_77,
    loop_78,
    loop_79,
    loop_80,
    loop_81,
    loop_82,
    loop_83,
    loop_84,
    loop_85,
    loop_86,
    loop_87,
    loop_88,
    loop_89,
    loop_90,
    loop_91,
    loop_92,
    loop_93,
    loop_94,
    loop_95,
    loop_96,
    loop_97,
    loop_98,
    loop_99,
    loop_100,
    loop_101,
    loop_102,
    loop_103,
    loop_104,
    loop_105,
    loop_106,
    loop_107,
    loop_108,
    loop_109,
    loop_110,
    loop_111,
    loop_112,
    loop_113,
    loop_114,
    loop_115,
    loop_116,
    loop_117,
    loop_118,
    loop_119,
    loop_120,
    loop_121,
    loop_122,
    loop_123,
    loop_124,
    loop_125,
    loop_126,
    loop_127,
    loop_128,
    loop_129,
    loop_130,
    loop_131,
    loop_132,
    loop_133,
    loop_134,
    loop_135,
    loop_136,
    loop_137,
    loop_138,
    loop_139,
    loop_140,
    loop_141,
    loop_142,
    loop_143,
    loop_144,
    loop_145,
    loop_146,
    loop_147,
    loop_148,
    loop_149,
    loop_150,
    loop_151,
    loop_152,
    loop_153,
    loop_154,
    loop_155,
    loop_156,
    loop_157,
    loop_158,
    loop_159,
    loop_160,
    loop_161,
    loop_162,
    loop_163,
    loop_164,
    loop_165,
    loop_166,
    loop_167,
    loop_168,
    loop_169,
    loop_170,
    loop_171,
    loop_172,
    loop_173,
    loop_174,
    loop_175,
    loop_176,
    loop_177,
    loop_178,
    loop_179,
    loop_180,
    loop_181,
    loop_182,
    loop_183,
    loop_184,
    loop_185,
    loop_186,
    loop_187,
    loop_188,
    loop_189,
    loop_190,
    loop_191,
    loop_192,
    loop_193,
    loop_194,
    loop_195,
    loop_196,
    loop_197,
    loop_198,
    loop_199,
    loop_200,
    loop_201,
    loop_202,
    loop_203,
    loop_204,
    loop_205,
    loop_206,
    loop_207,
    loop_208,
    loop_209,
    loop_210,
    loop_211,
    loop_212,
    loop_213,
    loop_214,
    loop_215,
    loop_216,
    loop_217,
    loop_218,
    loop_219,
    loop_220,
    loop_221,
    loop_222,
    loop_223,
    loop_224,
    loop_225,
    loop_226,
    loop_227,
    loop_228,
    loop_229,
    loop_230,
    loop_231,
    loop_232,
    loop_233,
    loop_234,
    loop_235,
    loop_236,
    loop_237,
    loop_238,
    loop_239,
    loop_240,
    loop_241,
    loop_242,
    loop_243,
    loop_244,
    loop_245,
    loop_246,
    loop_247,
    loop_248,
    loop_249,
    loop_250,
    loop_251,
    loop_252,
    loop_253,
    loop_254,
    loop_255,
    loop_256,
    loop_257,
    loop_258,
    loop_259,
    loop_260,
    loop_261,
    loop_262,
    loop_263,
    loop_264,
    loop_265,
    loop_266,
    loop_267,
    loop_268,
    loop_269,
    loop_270,
    loop_271,
    loop_272,
    loop_273,
    loop_274,
    loop_275,
    loop_276,
    loop_277,
    loop_278,
    loop_279,
    loop_280,
    loop_281,
    loop_282,
    loop_283,
    loop_284,
    loop_285,
    loop_286,
    loop_287,
    loop_288,
    loop_289,
    loop_290,
    loop_291,
    loop_292,
    loop_293,
    loop_294,
    loop_295,
    loop_296,
    loop_297,
    loop_298,
    loop_299,
]
