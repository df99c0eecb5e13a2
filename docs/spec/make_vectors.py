#!/usr/bin/env python3
"""Writes docs/spec/vectors/*.json from the specification alone.

Shares no code with the Java and needs nothing but the standard library. Every row is also put to the reference reader
beside this script (jcs.py, ed25519.py, envelopes.py), which is written from the pages, not from the rows; and where
Debian's python3-nacl is installed, every signature to libsodium. The same run gives the same bytes.
"""

import base64
import hashlib
import json
import math
import pathlib
import random
import struct
import sys

sys.dont_write_bytecode = True

import control_vectors
import ed25519
import envelopes
import jcs
import module_vectors
import payloads
import policy
from ed25519 import BASE, L, NEUTRAL, P, add, encode, equal, expand, extended, multiply, public_key, recover_x, scalar, sign
from envelopes import b64, sha256_hex
from jcs import SAFE, canonical, number

HERE = pathlib.Path(__file__).resolve().parent

# ---------------------------------------------------------------- signatures


def torsion():
    """A point of order 8: a point of the curve times L."""
    y = 2
    while True:
        x = recover_x(y, 0)
        if x is not None:
            point = multiply(L, extended(x, y))
            if not equal(multiply(4, point), NEUTRAL):
                return point
        y += 1


def verdict(comment, key, message, signature):
    """Whether it verifies: by the pages' own arithmetic, and by libsodium where it is there."""
    valid = ed25519.is_strict(key, signature) and ed25519.balances(key, message, signature)
    if ed25519.nacl_signing is not None and len(key) == 32 and len(signature) == 64:
        assert ed25519.libsodium_verifies(key, message, signature) == valid, comment
    return valid


def ed25519_vectors():
    rows = []

    def row(comment, key, message, signature):
        rows.append({
            "comment": comment,
            "key": key.hex(),
            "message": message.hex(),
            "signature": signature.hex(),
            "valid": verdict(comment, key, message, signature),
        })

    def signed(comment, seed, message):
        signature = sign(seed, message)
        if ed25519.nacl_signing is not None:
            assert ed25519.libsodium_signs(seed, message) == signature, comment
        row(comment, public_key(seed), message, signature)
        assert rows[-1]["valid"], comment
        rows[-1]["seed"] = seed.hex()

    rfc = [
        ("9d61b19deffd5a60ba844af492ec2cc44449c5697b326919703bac031cae7f60", ""),
        ("4ccd089b28ff96da9db6c346ec114e0f5b8a319f35aba624da8cf6ed4fb8a6fb", "72"),
        ("c5aa8df43f9f837bedb7442f31dcb7b166d38535076f094b85ce3a2e0b4458f7", "af82"),
        ("833fe62409237b9d62ec77587520911e9a759cec1d19755b7da901b96dca3d42", hashlib.sha512(b"abc").hexdigest()),
    ]
    for n, (seed, message) in enumerate(rfc):
        seed, message = bytes.fromhex(seed), bytes.fromhex(message)
        signed("RFC 8032 section 7.1, test %s" % (n + 1 if n < 3 else "SHA(abc)"), seed, message)
    for length in (1, 47, 48, 63, 64, 111, 112, 127, 128, 1000):  # around the blocks of SHA-512
        signed("%d bytes" % length, bytes(range(32)), bytes(n % 251 for n in range(length)))
    signed("a seed of zeros", bytes(32), b"")
    signed("a seed of ones", b"\xff" * 32, b"")

    seed, message = bytes(range(32)), b"can-swarm"
    key, good = public_key(seed), sign(seed, message)
    big_r, s = good[:32], int.from_bytes(good[32:], "little")
    row("valid", key, message, good)
    for times in (1, 2, 8, 15):
        row("S + %d L" % times, key, message, big_r + (s + times * L).to_bytes(32, "little"))
    row("S = L", key, message, big_r + L.to_bytes(32, "little"))
    row("S = L - 1", key, message, big_r + (L - 1).to_bytes(32, "little"))
    row("S with its top bit set", key, message, big_r + (s | 2**255).to_bytes(32, "little"))
    row("another message", key, b"can-swarn", good)
    row("another key", public_key(bytes(32)), message, good)
    row("R with its sign flipped", key, message, flip(good, 31, 0x80))
    row("A with its sign flipped", flip(key, 31, 0x80), message, good)
    row("all zero signature", key, message, bytes(64))
    row("all zero key and signature", bytes(32), message, bytes(64))
    row("all ones signature", key, message, b"\xff" * 64)
    for length in (0, 32, 63):
        row("signature of %d bytes" % length, key, message, good[:length])
    row("signature of 65 bytes", key, message, good + b"\0")

    t8 = torsion()
    small = [multiply(n, t8) for n in range(8)]
    a, prefix = expand(seed)
    r = scalar(prefix, message)
    for n, point in enumerate(small):
        encoded = encode(point)
        row("A of small order, %d T" % n, encoded, message, good)
        row("R of small order, %d T" % n, key, message, encoded + good[32:])
        # R = 0 B + small: S = k a, and the equation without the cofactor holds for n = 0.
        k = scalar(encoded, key, message)
        row("R of small order that balances, %d T" % n, key, message,
            encoded + (k * a % L).to_bytes(32, "little"))
        # A small: S = r holds when k A = 0.
        for salt in range(64):
            salted = b"small %d" % salt
            point_r = encode(multiply(r, BASE))
            if equal(multiply(scalar(point_r, encoded, salted), point), NEUTRAL):
                row("A of small order that balances, %d T" % n, encoded, salted,
                    point_r + r.to_bytes(32, "little"))
                break
    # Other spellings: y + p fits in 255 bits for y below 19; x = 0 has no negative.
    for y in range(19):
        for sign_bit in (0, 1):
            encoded = (y + P | sign_bit << 255).to_bytes(32, "little")
            row("A with y = p + %d, sign %d" % (y, sign_bit), encoded, message, good)
            row("R with y = p + %d, sign %d" % (y, sign_bit), key, message, encoded + good[32:])
    for y in (1, P - 1):
        encoded = (y | 1 << 255).to_bytes(32, "little")
        row("A with x = 0 and the sign bit", encoded, message, good)
        row("R with x = 0 and the sign bit", key, message, encoded + good[32:])
    # The neutral element in each of its spellings: whoever reduces y, or ignores the sign of x = 0, finds that the
    # equation holds for these.
    point_r = encode(multiply(r, BASE))
    for y, sign_bit in ((1, 0), (1, 1), (P + 1, 0), (P + 1, 1)):
        encoded = (y | sign_bit << 255).to_bytes(32, "little")
        spelled = "the neutral element with y = %s, sign %d" % ("1" if y == 1 else "p + 1", sign_bit)
        row("A is %s, S = r" % spelled, encoded, message, point_r + r.to_bytes(32, "little"))
        balanced = scalar(encoded, key, message) * a % L
        row("R is %s, S = k a" % spelled, key, message, encoded + balanced.to_bytes(32, "little"))
        row("A and R are %s, S = 0" % spelled, encoded, message, encoded + bytes(32))
    off_curve = next(y for y in range(2, 99) if recover_x(y, 0) is None).to_bytes(32, "little")
    row("A not on the curve", off_curve, message, good)
    row("R not on the curve", key, message, off_curve + good[32:])

    # R alone of mixed order never cancels; multiplied by 8 the equation would hold.
    for i in range(1, 8):
        mixed_r = encode(add(multiply(r, BASE), multiply(i, t8)))
        k = scalar(mixed_r, key, message)
        row("A without torsion, R with %d T: the equation holds times 8 alone" % i,
            key, message, mixed_r + ((r + k * a) % L).to_bytes(32, "little"))

    # Mixed order: A = a B + T, R = r B + i T. Accepted exactly when the torsion cancels. T is multiplied by k mod L:
    # who multiplies by the whole hash comes to other verdicts.
    for order_of_a in range(1, 8):
        mixed = encode(add(multiply(a, BASE), multiply(order_of_a, t8)))
        wanted = {True: 2, False: 2}
        for salt in range(200):
            salted = b"mixed %d" % salt
            for i in (0, 1, 4, 6):
                mixed_r = encode(add(multiply(r, BASE), multiply(i, t8)))
                k = scalar(mixed_r, mixed, salted)
                signature = mixed_r + ((r + k * a) % L).to_bytes(32, "little")
                valid = (i + k * order_of_a) % 8 == 0
                if wanted[valid]:
                    wanted[valid] -= 1
                    row("A with torsion %d T, R with %d T: the equation %s" % (
                        order_of_a, i, "holds" if valid else "holds times 8 alone"),
                        mixed, salted, signature)
                    assert rows[-1]["valid"] == valid
            if not any(wanted.values()):
                break
    return rows


def flip(data, at, mask):
    return data[:at] + bytes([data[at] ^ mask]) + data[at + 1:]


# ---------------------------------------------------------------- JSON vectors


def number_vectors():
    bits = [
        0x0000000000000000, 0x8000000000000000, 0x0000000000000001, 0x8000000000000001,
        0x7FEFFFFFFFFFFFFF, 0xFFEFFFFFFFFFFFFF, 0x4340000000000000, 0xC340000000000000,
        0x4430000000000000, 0x44B52D02C7E14AF5, 0x44B52D02C7E14AF6, 0x44B52D02C7E14AF7,
        0x444B1AE4D6E2EF4E, 0x444B1AE4D6E2EF4F, 0x444B1AE4D6E2EF50, 0x3EB0C6F7A0B5ED8C,
        0x3EB0C6F7A0B5ED8D, 0x41B3DE4355555553, 0x41B3DE4355555554, 0x41B3DE4355555555,
        0x41B3DE4355555556, 0x41B3DE4355555557, 0xBECBF647612F3696, 0x43143FF3C1CB0959,
    ]
    random_bits = random.Random(8785)
    values = [1.5, 0.1, 1 / 3, 100.0, 1e15, 123456789012345680.0, 5e-324, 1e-323, 1.5e-323,
              2.0**-44, 9.5e-7, 1e-6, 1e-7, 1e21, 1e22, 1e23, 9007199254740991.0, -4.5, 333333333.33333329]
    values += [2.0**n for n in range(-1074, 1024, 37)]
    values += [struct.unpack(">d", struct.pack(">Q", b))[0] for b in bits]
    while len(values) < 600:
        value = struct.unpack(">d", random_bits.randbytes(8))[0]
        if math.isfinite(value):
            values.append(value)
    return [{"ieee": struct.pack(">d", v).hex(), "text": number(v), "json": in_range(v)} for v in values]


def in_range(value):
    return abs(value) <= SAFE or abs(value) >= 1e21


def canonical_vectors():
    rows = []

    def row(comment, source, value):
        source = source.encode() if isinstance(source, str) else source
        for text in (source, canonical(value)):
            assert canonical(jcs.parse(text)) == canonical(value), comment
        rows.append({"comment": comment, "input": b64(source), "canonical": canonical(value).decode()})

    row("names by UTF-16 code units",
        '{"\\u20ac":1,"\\r":2,"\\ufb33":3,"1":4,"\\ud83d\\ude00":5,"\\u0080":6,"\\u00f6":7}',
        {"\u20ac": 1, "\r": 2, "\ufb33": 3, "1": 4, "\U0001f600": 5, "\u0080": 6, "\u00f6": 7})
    row("escapes",
        '"\\u0000\\u001f\\b\\t\\n\\u000b\\f\\r\\"\\\\\\/\\u002f\\u007f\\u0080\\u2028\\uD834\\udd1e"',
        "\0\x1f\b\t\n\x0b\f\r\"\\//\x7f\x80\u2028\U0001d11e")
    row("numbers", "[333333333.33333329, 1E30, 4.50, 2e-3, 0.000000000000000000000000001, -0, -0.0e9, 1.0, 100e-2]",
        [333333333.33333329, 1e30, 4.5, 0.002, 1e-27, 0, 0, 1, 1])
    row("largest integers", "[9007199254740991,-9007199254740991,9007199254740990.9]",
        [SAFE, -SAFE, SAFE])
    row("exponents", "[1e21,-1e21,1.7976931348623157e308,5e-324,1e-400,1e-6,1e-7]",
        [1e21, -1e21, 1.7976931348623157e308, 5e-324, 0, 1e-6, 1e-7])
    row("white space", " \t\r\n{ \"b\" : [ ] ,\n\"a\" : { } }\r\n", {"a": {}, "b": []})
    row("prefixes of names", '{"aa":0,"a":1,"":2,"A":3,"\\u0061b":4}', {"": 2, "A": 3, "a": 1, "aa": 0, "ab": 4})
    row("literals", "[null,true,false]", [None, True, False])
    row("non-characters are kept", '"\\uffff\\ufdd0"', "\uffff\ufdd0")
    row("text beyond ASCII", '{"π":"三つ の タスク","e\\u0301":"é"}', {"π": "三つ の タスク", "e\u0301": "é"})
    row("64 levels", "[" * 64 + "]" * 64, nested(64))
    row("64 levels twice", "[%s,%s]" % (("[" * 63 + "]" * 63,) * 2), [nested(63), nested(63)])
    row("64 levels of objects", '{"a":' * 63 + "{}" + "}" * 63, nested_objects(64))
    row("a number alone", "-0.0", 0)
    row("a string alone", ' "a" ', "a")
    row("a literal alone", "\ntrue\n", True)
    row("the empty string", '[""]', [""])
    row("the empty name", '{"\\u0000":1,"":{"":[]}}', {"": {"": []}, "\0": 1})
    row("code units, not code points", '{"\uffff":1,"\U00010000":2,"\ue000":3,"\U0010ffff":4,"\ud7ff":5}',
        {"\ud7ff": 5, "\U00010000": 2, "\U0010ffff": 4, "\ue000": 3, "\uffff": 1})
    row("names that need escapes are sorted without them", '{"#":1,"\\"":2,"!":3,"]":4,"\\\\":5,"[":6,"\\n":7,"\\u000b":8,"\x7f":9}',
        {"\n": 7, "\x0b": 8, "!": 3, '"': 2, "#": 1, "[": 6, "\\": 5, "]": 4, "\x7f": 9})
    row("names in upper and lower case, digits", '{"a":1,"A":2,"_":3,"10":4,"9":5,"1":6}',
        {"1": 6, "10": 4, "9": 5, "A": 2, "_": 3, "a": 1})
    row("a name that begins another, by code unit", '{"\U0001f600a":1,"\U0001f600":2,"\U0001f5ff":3,"":4}',
        {"": 4, "\U0001f5ff": 3, "\U0001f600": 2, "\U0001f600a": 1})
    row("surrogate pairs as escapes, in any case", '"\\uD83D\\uDE00\\ud83d\\ude00\\uDBFF\\uDFFF"', "\U0001f600\U0001f600\U0010ffff")
    row("a byte order mark within a string", '"\ufeff"', "\ufeff")
    row("every control character", "[%s]" % ",".join('"\\u%04X"' % n for n in range(0x20)), [chr(n) for n in range(0x20)])
    row("every other ASCII character", '"%s"' % "".join("\\u%04x" % n for n in range(0x20, 0x80)),
        "".join(chr(n) for n in range(0x20, 0x80)))
    row("the ends of every length of UTF-8", '"\x7f\x80\u07ff\u0800\ud7ff\ue000\uffff\U00010000\U0010ffff"',
        "\x7f\x80\u07ff\u0800\ud7ff\ue000\uffff\U00010000\U0010ffff")
    row("about 10^21", "[999999999999999934464,999999999999999999999,1000000000000000000000,1e21,123456789012345678901234567890]",
        [1e21, 1e21, 1e21, 1e21, 1.2345678901234568e29])
    row("about 2^53", "[9007199254740991.4999999999999999,9007199254740990.5,9007199254740989.5,-9007199254740991.25]",
        [SAFE, 9007199254740990, 9007199254740990, -SAFE])
    row("ties go to the even significand", "[4503599627370496.5,4503599627370497.5,4503599627370496.5%s1]" % ("0" * 800),
        [4503599627370496, 4503599627370498, 4503599627370497])
    half = "2." + HALF_OF_THE_SMALLEST[1:] + "e-324"
    row("half of the smallest", "[%s,%s,-%s]" % (half, half.replace("e", "1e"), half), [0, 5e-324, 0])
    row("the largest", "[1.7976931348623158e308,179769313486231570%s]" % ("0" * 291),
        [1.7976931348623157e308, 1.7976931348623157e308])
    row("exponents of many digits", "[0e99999999999999999999,1e-99999999999999999999,-1e-99999999999999999999,1e0000000000000000000002]",
        [0, 0, 0, 100])
    row("digits that the exponent takes back", "[1%se-400,0.%s1e401,12345678901234567890e-10]" % ("0" * 400, "0" * 400),
        [1, 1, 1234567890.1234567])
    row("spellings of one number", "[100,1e2,1E+2,10.0e1,1000e-1,100.0,0.1e3]", [100] * 7)
    row("where the forms of numbers change",
        "[1e20,123456789012345e-20,0.000001,0.0000009,1e-7,12e-7,1e-6,100000,0.5e-6]".replace("1e20,", ""),
        [1.23456789012345e-06, 1e-6, 9e-7, 1e-7, 1.2e-6, 1e-6, 100000, 5e-7])
    return rows


# 2^-1075 is this times 10^-324 with the point after the first digit: half of the smallest double, exactly.
HALF_OF_THE_SMALLEST = str(5**1075)


def nested_objects(levels):
    value = {}
    for _ in range(levels - 1):
        value = {"a": value}
    return value


def nested(levels):
    value = []
    for _ in range(levels - 1):
        value = [value]
    return value


def refused(problem, offset, source, bytes_max=jcs.BYTES_MAX):
    data = source.encode() if isinstance(source, str) else source
    try:
        jcs.parse(data, bytes_max)
        raise AssertionError("accepted: %r" % data)
    except jcs.Refused as actual:
        assert (actual.problem, actual.offset) == (problem, offset), (data, str(actual), problem, offset)
    return {"problem": problem, "offset": offset, "input": b64(data)}


def limited_json():
    """Refused under a limit of so many bytes; the size is looked at before everything else."""
    rows = [("TOO_LARGE", 10, "[1,2,3,4,5]", 10), ("TOO_LARGE", 4, b"\xef\xbb\xbf{}", 4), ("TOO_LARGE", 1, "xx", 1),
            ("TOO_LARGE", 2, " " * 3, 2), ("SYNTAX", 0, "x", 1), ("BAD_UTF8", 0, b"\xef\xbb\xbf", 3)]
    return [dict(refused(*row), bytes_max=row[3]) for row in rows]


def refused_json():
    rows = []

    def row(problem, offset, source):
        rows.append(refused(problem, offset, source))

    row("TRUNCATED", 0, "")
    row("TRUNCATED", 2, " \n")
    row("BAD_UTF8", 0, b"\xef\xbb\xbf{}")
    row("TRAILING_BYTES", 2, "{}x")
    row("TRAILING_BYTES", 3, "{} {}")
    row("TRAILING_BYTES", 4, "null,")
    row("TRAILING_BYTES", 1, b"1\0")
    row("DUPLICATE_NAME", 7, '{"a":1,"a":2}')
    row("DUPLICATE_NAME", 7, '{"a":1,"\\u0061":1}')
    row("DUPLICATE_NAME", 18, '{"a":{"a":1},"b":{"b":1,"b":1}}'.replace('{"a":{"a":1},', '{"a":0,', 1))
    row("LONE_SURROGATE", 1, '"\\ud800"')
    row("LONE_SURROGATE", 2, '"a\\udc00\\ud800"')
    row("LONE_SURROGATE", 1, '"\\ud800\\ud800"')
    row("LONE_SURROGATE", 1, '"\\ud800x"')
    row("LONE_SURROGATE", 1, '"\\ud800\\n"')
    row("LONE_SURROGATE", 2, '{"\\udfff":1}')
    row("BAD_UTF8", 1, b'"\xed\xa0\x80"')
    row("BAD_UTF8", 1, b'"\xed\xbf\xbf"')
    row("BAD_UTF8", 1, b'"\xc0\x80"')
    row("BAD_UTF8", 1, b'"\xc1\xbf"')
    row("BAD_UTF8", 1, b'"\xe0\x80\x80"')
    row("BAD_UTF8", 1, b'"\xe0\x9f\xbf"')
    row("BAD_UTF8", 1, b'"\xf0\x80\x80\x80"')
    row("BAD_UTF8", 1, b'"\xf0\x8f\xbf\xbf"')
    row("BAD_UTF8", 1, b'"\xf4\x90\x80\x80"')
    row("BAD_UTF8", 1, b'"\xf5\x80\x80\x80"')
    row("BAD_UTF8", 2, b'"a\x80"')
    row("BAD_UTF8", 1, b'"\xc3("')
    row("BAD_UTF8", 1, b'"\xe2\x82"')
    row("BAD_UTF8", 1, b'"\xff"')
    row("TRUNCATED", 3, b'"\xe2\x82')
    row("TRUNCATED", 1, '"')
    row("TRUNCATED", 4, '"abc')
    row("TRUNCATED", 2, '"\\')
    row("TRUNCATED", 5, '"\\u12')
    row("SYNTAX", 2, '"\\x41"')
    row("SYNTAX", 4, '"\\u1g00"')
    row("SYNTAX", 2, b'"a\nb"')
    row("SYNTAX", 1, b'"\0"')
    row("SYNTAX", 0, "'a'")
    row("SYNTAX", 0, b"\xc3\xa9")
    row("SYNTAX", 0, "NaN")
    row("SYNTAX", 0, "Infinity")
    row("SYNTAX", 1, "-Infinity")
    row("SYNTAX", 0, "+1")
    row("SYNTAX", 0, ".5")
    row("SYNTAX", 1, "01")
    row("SYNTAX", 2, "-01")
    row("SYNTAX", 3, "[1.]")
    row("SYNTAX", 3, "[1e]")
    row("SYNTAX", 4, "[1e+]")
    row("SYNTAX", 1, "[,1]")
    row("TRUNCATED", 2, "1.")
    row("TRUNCATED", 2, "1e")
    row("TRUNCATED", 1, "-")
    row("TRAILING_BYTES", 1, "0x10")
    row("TRAILING_BYTES", 3, "1.5.5")
    row("NUMBER_RANGE", 0, "9007199254740992")
    row("NUMBER_RANGE", 0, "9007199254740993")
    row("NUMBER_RANGE", 0, "-9007199254740992")
    row("NUMBER_RANGE", 0, "9007199254740991.5")
    row("NUMBER_RANGE", 0, "1E20")
    row("NUMBER_RANGE", 1, "[999999999999999900000]")
    row("NUMBER_RANGE", 0, "1e309")
    row("NUMBER_RANGE", 0, "-1e309")
    row("NUMBER_RANGE", 0, "1e99999999999999999999")
    row("NUMBER_RANGE", 5, '{"a":1.8e308}')
    row("SYNTAX", 3, "[1,]")
    row("SYNTAX", 7, '{"a":1,}')
    row("SYNTAX", 1, "{a:1}")
    row("SYNTAX", 4, '{"a"}')
    row("SYNTAX", 4, '{"a",1}')
    row("SYNTAX", 5, '{"a":}')
    row("SYNTAX", 3, "[1 2]".replace(" ", " ", 1))
    row("SYNTAX", 2, "[1}")
    row("SYNTAX", 6, '{"a":1]')
    row("SYNTAX", 1, "{1:2}")
    row("SYNTAX", 0, "// a comment\n1")
    row("SYNTAX", 1, "[/* a */1]")
    row("SYNTAX", 1, "tRUE")
    row("TRUNCATED", 3, "tru")
    row("TRAILING_BYTES", 4, "nulll")
    row("TRUNCATED", 1, "[")
    row("TRUNCATED", 1, "{")
    row("TRUNCATED", 2, "[1")
    row("TRUNCATED", 5, '{"a":')
    row("TOO_DEEP", 64, "[" * 65 + "]" * 65)
    row("TOO_DEEP", 320, '{"a":' * 65 + "1" + "}" * 65)
    more_refused_json(row)
    return rows


def more_refused_json(row):
    """Which problem is met first, where an input has several; and the edges of each."""
    # A byte order mark before everything else but the size.
    row("BAD_UTF8", 0, b"\xef\xbb\xbf")
    row("BAD_UTF8", 0, b"\xef\xbb\xbf\xef\xbb\xbf1")
    row("SYNTAX", 0, b"\xef\xbb")
    row("SYNTAX", 1, b" \xef\xbb\xbf1")
    row("TRAILING_BYTES", 1, b"1\xef\xbb\xbf")
    row("SYNTAX", 0, b"\xff\xfe{\0}\0")
    row("SYNTAX", 1, b"{\0}\0")
    # A sequence is judged when all the bytes that its lead announces are there.
    row("TRUNCATED", 2, b'"\xc3')
    row("TRUNCATED", 3, b'"\xed\xa0')
    row("TRUNCATED", 3, b'"\xe0\x80')
    row("TRUNCATED", 4, b'"\xf0\x80\x80')
    row("TRUNCATED", 4, b'"\xf4\x90\x80')
    row("BAD_UTF8", 1, b'"\xed\x28')
    row("BAD_UTF8", 1, b'"\xe2"')
    row("BAD_UTF8", 1, b'"\xf0\x9f\x98"')
    row("BAD_UTF8", 1, b'"\xf0\x9f\xc3\xa9"')
    row("BAD_UTF8", 1, b'"\xc0')
    row("BAD_UTF8", 1, b'"\xf5')
    row("BAD_UTF8", 1, b'"\xbf')
    row("BAD_UTF8", 2, b'{"\xff":1}')
    row("BAD_UTF8", 3, b'"\\n\x80"')
    row("BAD_UTF8", 3, b'"\xc3\xa9\xa9"')
    row("BAD_UTF8", 1, b'"\xf4\xbf\xbf\xbf"')
    row("BAD_UTF8", 1, b'"\xed\xae\x80\xed\xb0\x80"')
    # Escapes: what follows half a pair is read before the pair is judged.
    row("LONE_SURROGATE", 1, '"\\ud800')
    row("LONE_SURROGATE", 1, '"\\ud800\\')
    row("TRUNCATED", 9, '"\\ud800\\u')
    row("TRUNCATED", 11, '"\\ud800\\u12')
    row("SYNTAX", 11, '"\\ud800\\u12g4"')
    row("LONE_SURROGATE", 1, '"\\ud800\\u0041"')
    row("LONE_SURROGATE", 1, '"\\udbff\\ud800\\udc00"')
    row("LONE_SURROGATE", 13, '"\\ud83d\\ude00\\ude00"')
    row("LONE_SURROGATE", 1, b'"\\ud83d\xed\xb8\x80"')
    row("LONE_SURROGATE", 1, '"\\udC00')
    row("TRUNCATED", 3, '"\\u')
    row("SYNTAX", 3, '"\\u"')
    for letter in "aUx0' \n":
        row("SYNTAX", 2, '"\\%s0041"' % letter)
    row("SYNTAX", 3, '"\\u{41}"')
    row("SYNTAX", 3, '"\\u+041"')
    row("SYNTAX", 3, '"\\u 041"')
    row("SYNTAX", 6, '"\\u004"')
    row("SYNTAX", 3, '"\\u\uff10041"')
    for control in (0x00, 0x08, 0x09, 0x0A, 0x0D, 0x1F):
        row("SYNTAX", 2, b'"a%c"' % control)
    # Names: twice is found once the colon has been read, before the value.
    row("TRUNCATED", 10, '{"a":1,"a"')
    row("SYNTAX", 10, '{"a":1,"a"}')
    row("DUPLICATE_NAME", 7, '{"a":1,"a":')
    row("DUPLICATE_NAME", 7, '{"a":1,"a":x}')
    row("DUPLICATE_NAME", 6, '{"":1,"":2}')
    row("DUPLICATE_NAME", 15, '{"a":1, "b":2, "\\u0061" :3}')
    row("DUPLICATE_NAME", 19, '{"\\ud83d\\ude00":1, "\U0001f600":2}')
    row("DUPLICATE_NAME", 9, '{"\\"": 1,"\\u0022":1}')
    row("DUPLICATE_NAME", 12, '[1,{"b":2, "b":3}]'.replace(" ", "  ", 1))
    # Numbers: the grammar first, then the range, before whatever follows.
    row("NUMBER_RANGE", 0, "1e309x")
    row("NUMBER_RANGE", 1, "[1e309")
    row("TRUNCATED", 17, "9007199254740993.")
    row("SYNTAX", 18, "[9007199254740993.]")
    row("SYNTAX", 1, "-x")
    row("SYNTAX", 1, "--1")
    row("SYNTAX", 1, "-.5")
    row("SYNTAX", 1, "00")
    row("SYNTAX", 1, "00.5")
    row("SYNTAX", 3, "[-00]")
    row("SYNTAX", 2, "1.e5")
    row("SYNTAX", 2, "0ex")
    row("TRUNCATED", 3, "1e-")
    row("TRUNCATED", 3, "-0.")
    row("SYNTAX", 4, "[1e5.5]")
    row("TRAILING_BYTES", 1, "1_000")
    row("TRAILING_BYTES", 1, "1f")
    row("SYNTAX", 2, "[1L]")
    row("SYNTAX", 0, "\u0661")
    row("SYNTAX", 2, "[1\u0661]")
    row("NUMBER_RANGE", 0, "-1E20")
    row("NUMBER_RANGE", 0, "9007199254740991.5000000000000000000")
    row("NUMBER_RANGE", 0, "999999999999999934463")
    row("NUMBER_RANGE", 0, "-999999999999999934463")
    row("NUMBER_RANGE", 0, "1.797693134862315808e308")
    row("NUMBER_RANGE", 0, "9" * 400)
    row("NUMBER_RANGE", 0, "0." + "0" * 400 + "1e800")
    row("NUMBER_RANGE", 0, "9007199254740992e0")
    row("NUMBER_RANGE", 0, "90071992547409920e-1")
    # Literals, structure, white space.
    row("SYNTAX", 5, "[truefalse]")
    row("SYNTAX", 4, "[nul]")
    row("SYNTAX", 0, "True")
    row("SYNTAX", 0, "undefined")
    row("TRAILING_BYTES", 5, "true false")
    row("SYNTAX", 3, "[1,,2]")
    row("SYNTAX", 7, '{"a":1,,"b":2}')
    row("SYNTAX", 7, '{"a":1 "b":2}')
    row("SYNTAX", 7, '{"a":1,2}')
    row("SYNTAX", 1, "{null:1}")
    row("SYNTAX", 5, '{"a"::1}')
    row("SYNTAX", 0, "]")
    row("SYNTAX", 0, "}")
    row("SYNTAX", 0, ",")
    row("SYNTAX", 1, "[}")
    row("SYNTAX", 1, "{]")
    row("SYNTAX", 2, "[1;2]")
    row("TRUNCATED", 3, "[1,")
    row("TRUNCATED", 7, '{"a":1,')
    row("TRUNCATED", 6, '{"a":1')
    row("TRUNCATED", 4, '{"a"')
    row("TRUNCATED", 7, '{"a": [')
    row("TRAILING_BYTES", 7, '{"a":1}}')
    row("TRAILING_BYTES", 2, "[]]")
    row("TRAILING_BYTES", 2, '""""')
    for blank in (b"\x0b", b"\x0c", b"\xc2\xa0", b"\xe2\x80\xa8", b"\0"):
        row("SYNTAX", 0, blank + b"1")
        row("TRAILING_BYTES", 1, b"1" + blank)
    # Depth: found at the bracket, whatever comes after it.
    row("TOO_DEEP", 64, "[" * 5_000)
    row("TOO_DEEP", 64, "[" * 64 + "{")
    row("TRUNCATED", 64, "[" * 64)
    row("TOO_DEEP", 191, "[" + "[" * 63 + "]" * 63 + "," + "[" * 65)
    row("SYNTAX", 64, "[" * 64 + "x")


# ---------------------------------------------------------------- envelopes

SWARM = "example"

# Of the refused envelopes: small, so that one that is too large is short.
BYTES_MAX = 3000
SEED = bytes(range(32))
POLICY = hashlib.sha256(b"example policy").hexdigest()


def seal(fields, payload, seed=SEED, timestamp_ns="1700000000123456789"):
    return envelopes.seal(dict(swarm_id=SWARM, policy_engine_hash=POLICY, **fields), payload, seed, timestamp_ns)


def resign(envelope, payload, timestamp_ns="1700000000123456789"):
    return envelopes.resign(envelope, payload, SEED, timestamp_ns)


def need_example():
    payload = {"task_type": "text.wordcount", "input": {"text": "to be or not to be"}, "k": 2}
    fields = {"thread_id": "thread-1", "kind": "NEED", "lamport": 1, "parents": [], "nonce": "cluster/swarm.intake/0/42"}
    return seal(fields, payload)


def control_example():
    """A payload of the form of an entry; whether an entry is taken in is another question."""
    return {"number": 1, "genesis": "1" * 64, "approvals": [], "note": "sold",
            "change": {"type": "RETIRE", "key": b64(public_key(SEED))}}


def chain():
    """One task from NEED to FINALIZE, in the order of its Lamport times."""
    def after(kind, payload, need, parents):
        fields = {"thread_id": "thread-1", "kind": kind, "need_id": need["id"],
                  "lamport": 1 + max(p["lamport"] for p in parents),
                  "parents": sorted({p["id"] for p in parents})}
        return seal(fields, payload)

    need = need_example()
    task = {"task_type": "text.wordcount", "input": {"text": "to be or not to be"}, "requires": [], "produces": ["result"]}
    propose = after("PROPOSE", {"plan": [task]}, need, [need])
    task_id = sha256_hex("can-swarm/task/v1", (propose["id"] + ":0").encode())
    decide = after("DECIDE", {"proposal_id": propose["id"], "epoch": 1, "k_plan": 0, "k": 2, "policy": POLICY,
                              "trust": hashlib.sha256(b"trust").hexdigest(),
                              "verifiers": hashlib.sha256(b"verifiers").hexdigest()}, need, [propose])
    lease = {"task_id": task_id, "attempt": 1, "token": 1}
    claim = after("CLAIM", lease, need, [decide])
    artifact = hashlib.sha256(canonical({"be": 2, "not": 1, "or": 1, "to": 2})).hexdigest()
    commit = after("COMMIT", dict(lease, artifact=artifact, inputs=[]), need, [claim])
    attest = after("ATTEST", {"target": commit["id"], "verdict": "ACCEPT", "task_id": task_id, "attempt": 1,
                              "artifact": artifact}, need, [commit])
    result = {"need": need["payload_hash"], "outcome": "ACCEPTED", "policy": POLICY,
              "tasks": [dict(task, artifact=artifact)]}
    result_hash = sha256_hex("can-swarm/result/v1", canonical(result))
    finalize = after("FINALIZE", {"outcome": "ACCEPTED", "result_hash": result_hash, "results": [
        {"task_id": task_id, "task_type": "text.wordcount", "artifact": artifact}]}, need, [commit, attest])
    yielded = after("YIELD", lease, need, [claim])
    release = after("RELEASE", dict(lease, attempt=1, token=2, cause="YIELDED", inputs=[], exclude=[]), need, [yielded])
    cancel = after("CANCEL", {"reason": "no longer wanted \u2014 see ticket 7"}, need, [need])
    cancelled = after("FINALIZE", {"outcome": "REJECTED", "reason": "CANCELLED", "result_hash": "", "results": []},
                      need, [need, cancel])
    entry = seal({"thread_id": "control", "kind": "CONTROL", "lamport": 1, "parents": []}, control_example())
    next_entry = seal({"thread_id": "control", "kind": "CONTROL", "lamport": 2, "parents": [entry["id"]]}, control_example())
    messages = [need, propose, decide, claim, commit, attest, finalize, yielded, release, cancel, cancelled, entry, next_entry]
    return messages, task_id, result, result_hash


def accepted_envelopes():
    messages, task_id, result, result_hash = chain()
    odd = {"s\u00e9\"\\": "\U0001f600\u2028\n", "n": [1e30, -1.5e-9, 0, 5e-324], "deep": [[[{}]]], "t": None}
    plain = messages[0]
    others = [
        ("odd but right", seal({"thread_id": "A.z_9:-", "kind": "NEED", "lamport": 1, "parents": [],
                                "nonce": " ~\"\\/"}, odd)),
        ("longest thread and nonce", seal({"thread_id": "t" * 128, "kind": "NEED", "lamport": 1, "parents": [],
                                           "nonce": "n" * 256}, {})),
        ("largest numbers", seal({"thread_id": "t", "kind": "COMMIT", "need_id": "0" * 64, "lamport": SAFE,
                                  "parents": ["0" * 64, "f" * 64]}, {}, timestamp_ns="9223372036854775807")),
        ("time zero", seal({"thread_id": "t", "kind": "NEED", "lamport": 1, "parents": [], "nonce": "0"}, {},
                           timestamp_ns="0")),
        ("another sender", seal({"thread_id": "t", "kind": "NEED", "lamport": 1, "parents": [], "nonce": "0"}, {},
                                seed=bytes(32))),
    ]
    rows = [{"comment": e["kind"], "input": b64(canonical(e)), "canonical": canonical(e).decode(), "id": e["id"]}
            for e in messages]
    rows += [{"comment": c, "input": b64(canonical(e)), "canonical": canonical(e).decode(), "id": e["id"]}
             for c, e in others]
    deepest = seal({"thread_id": "t", "kind": "NEED", "lamport": 1, "parents": [], "nonce": "0"}, nested_objects(63))
    rows.append({"comment": "63 levels of payload", "input": b64(canonical(deepest)),
                 "canonical": canonical(deepest).decode(), "id": deepest["id"]})
    for comment, source in (
            ("a line feed after it", canonical(plain).decode() + "\r\n"),
            ("lamport as 10e-1", canonical(plain).decode().replace('"lamport":1,', '"lamport":10e-1,')),
            ("a name escaped", canonical(plain).decode().replace('"v":1}', '"\\u0076":1}')),
            ("another order, with white space", json.dumps(dict(reversed(list(plain.items()))), indent=1)),
            ("escaped where it need not be", canonical(plain).decode().replace("text.wordcount", "text\\u002ewordcount")),
            ("1.0 for 1", canonical(plain).decode().replace('"v":1}', '"v":1.0}'))):
        rows.append({"comment": comment, "input": b64(source), "canonical": canonical(plain).decode(), "id": plain["id"]})
    for row in rows:
        read = envelopes.read(base64.b64decode(row["input"]), SWARM)
        assert (canonical(read).decode(), read["id"]) == (row["canonical"], row["id"]), row["comment"]
    return {"swarm_id": SWARM, "seed": SEED.hex(), "task_id": task_id, "result": result,
            "result_hash": result_hash, "envelopes": rows}


def refused_envelopes():
    rows = []
    need = need_example()
    propose = chain()[0][1]
    payload = need["payload"]

    def raw(reason, comment, source):
        try:
            envelopes.read(source, SWARM, BYTES_MAX)
            raise AssertionError("accepted: " + comment)
        except envelopes.Refused as refused:
            assert refused.reason == reason, (comment, str(refused), reason)
        rows.append({"reason": reason, "comment": comment, "input": b64(source)})

    def edit(reason, comment, base=need, drop=(), **changes):
        """Changed without signing again."""
        fields = {k: v for k, v in base.items() if k not in drop}
        raw(reason, comment, canonical(dict(fields, **changes)))

    def again(reason, comment, base=need, drop=(), timestamp_ns="1700000000123456789", **changes):
        """Changed, then hashed and signed again, so that only the change is wrong."""
        fields = {k: v for k, v in base.items() if k not in drop}
        fields.update(changes)
        raw(reason, comment, canonical(resign(fields, fields.get("payload"), timestamp_ns=timestamp_ns)))

    raw("MALFORMED_JSON", "nothing", b"")
    raw("MALFORMED_JSON", "no JSON", b"hello")
    raw("MALFORMED_JSON", "cut short", canonical(need)[:-1])
    raw("MALFORMED_JSON", "bytes after it", canonical(need) + b"\0")
    raw("MALFORMED_JSON", "byte order mark", b"\xef\xbb\xbf" + canonical(need))
    raw("MALFORMED_JSON", "a name twice", canonical(need)[:-1] + b',"v":1}')
    raw("MALFORMED_JSON", "integer past 2^53-1", canonical(need).replace(b'"k":2', b'"k":9007199254740993'))
    raw("TOO_LARGE", "one byte too many", canonical(need) + b" " * (BYTES_MAX + 1 - len(canonical(need))))
    spread = seal({"thread_id": "t", "kind": "NEED", "lamport": 1, "parents": [], "nonce": "0"}, {"n": [1e15] * 200})
    raw("TOO_LARGE", "too many bytes in canonical form alone", canonical(spread).replace(b"1000000000000000", b"1e15"))
    raw("BAD_SHAPE", "not an object", b"[]")
    raw("BAD_SHAPE", "empty object", b"{}")
    for name in sorted(need):
        if name not in ("nonce",):
            edit("BAD_SHAPE", "without " + name, drop=(name,))
        edit("BAD_SHAPE", name + " is null", **{name: None})
    edit("BAD_SHAPE", "unknown member", note="hello")
    edit("BAD_SHAPE", "version 2", v=2)
    edit("BAD_SHAPE", "version as a string", v="1")
    again("BAD_SHAPE", "NEED without nonce", drop=("nonce",))
    again("BAD_SHAPE", "NEED with an empty nonce", nonce="")
    again("BAD_SHAPE", "NEED with a nonce of 257 characters", nonce="n" * 257)
    again("BAD_SHAPE", "NEED with a nonce beyond ASCII", nonce="\u00e9")
    again("BAD_SHAPE", "NEED with a control character in its nonce", nonce="a\tb")
    again("BAD_SHAPE", "NEED with need_id", need_id="0" * 64)
    again("BAD_SHAPE", "NEED with a parent", parents=["0" * 64], lamport=2)
    again("BAD_SHAPE", "PROPOSE without need_id", base=propose, drop=("need_id",))
    again("BAD_SHAPE", "PROPOSE with nonce", base=propose, nonce="n")
    again("BAD_SHAPE", "need_id in upper case", base=propose, need_id="A" * 64)
    again("BAD_SHAPE", "parents out of order", base=propose, parents=["f" * 64, "0" * 64])
    again("BAD_SHAPE", "a parent twice", base=propose, parents=["0" * 64, "0" * 64])
    again("BAD_SHAPE", "a parent that is no hash", base=propose, parents=["0" * 63])
    again("BAD_SHAPE", "a parent that is no string", base=propose, parents=[1])
    again("BAD_SHAPE", "policy hash in upper case", policy_engine_hash="A" * 64)
    again("BAD_SHAPE", "lamport 0", lamport=0)
    again("BAD_SHAPE", "lamport not whole", lamport=1.5)
    again("BAD_SHAPE", "lamport as a string", lamport="1")
    for bad in ("", "00", "01", "-1", "+1", "1.0", "1e3", " 1", "9223372036854775808", "10000000000000000000",
                "\u0661"):
        again("BAD_SHAPE", "timestamp_ns " + ascii(bad), timestamp_ns=bad)
    edit("BAD_SHAPE", "timestamp_ns as a number", timestamp_ns=1)
    for comment, bad in (("31 bytes", b64(bytes(31))), ("33 bytes", b64(bytes(33))), ("not base64", "!" * 44),
                         ("without padding", need["sender_pk_b64"].rstrip("=")),
                         ("bits set past its end", last_bits(need["sender_pk_b64"]))):
        again("BAD_SHAPE", "sender_pk_b64 of " + comment, sender_pk_b64=bad)
    for comment, bad in (("63 bytes", b64(bytes(63))), ("65 bytes", b64(bytes(65))), ("not base64", "!" * 88),
                         ("without padding", need["sig_b64"].rstrip("=")),
                         ("bits set past its end", last_bits(need["sig_b64"]))):
        edit("BAD_SHAPE", "sig_b64 of " + comment, sig_b64=bad)
    edit("BAD_SHAPE", "payload is an array", payload=[])
    edit("BAD_SHAPE", "id in upper case", id=need["id"].upper())
    again("UNKNOWN_KIND", "no such kind", kind="WISH")
    again("UNKNOWN_KIND", "kind in lower case", kind="need")
    for bad in ("", "t" * 129, "a b", "a/b", "\u00e9", "a\0"):
        again("BAD_THREAD_ID", "thread_id " + ascii(bad), thread_id=bad)
    again("BAD_LAMPORT", "a NEED after itself", lamport=2)
    again("BAD_LAMPORT", "no later than its parent", base=propose, lamport=1)
    again("BAD_LAMPORT", "later than nothing", base=propose, parents=[], lamport=2)
    again("WRONG_SWARM", "another swarm", swarm_id="example2")
    again("WRONG_SWARM", "the swarm in upper case", swarm_id="EXAMPLE")
    edit("BAD_ID", "another id", id="0" * 64)
    edit("BAD_ID", "another thread", thread_id="thread-2")
    edit("BAD_ID", "another nonce", nonce="n")
    edit("BAD_ID", "another payload hash", payload_hash="0" * 64)
    edit("BAD_ID", "another sender", sender_pk_b64=b64(public_key(bytes(32))))
    edit("BAD_ID", "another policy", policy_engine_hash="0" * 64)
    edit("BAD_ID", "another lamport", base=propose, lamport=3)
    edit("BAD_PAYLOAD_HASH", "another payload", payload=dict(payload, k=3))
    edit("BAD_PAYLOAD_HASH", "an empty payload", payload={})
    again("BAD_PAYLOAD_HASH", "a payload hash of its own choice", payload_hash="0" * 64)
    edit("BAD_SIGNATURE", "another time", timestamp_ns="1700000000123456790")
    edit("BAD_SIGNATURE", "another envelope's signature", sig_b64=propose["sig_b64"])
    edit("BAD_SIGNATURE", "zeros", sig_b64=b64(bytes(64)))
    signature = base64.b64decode(need["sig_b64"])
    malleable = signature[:32] + (int.from_bytes(signature[32:], "little") + L).to_bytes(32, "little")
    edit("BAD_SIGNATURE", "S + L", sig_b64=b64(malleable))
    small = dict(need, sender_pk_b64=b64((1).to_bytes(32, "little")))
    raw("BAD_SIGNATURE", "a key of small order", canonical(dict(resign(small, payload), sig_b64=b64(
        (1).to_bytes(32, "little") + bytes(32)))))
    whole = {k: v for k, v in need.items() if k not in ("sig_b64",)}
    raw("BAD_SIGNATURE", "payload signed too", canonical(dict(whole, sig_b64=b64(
        sign(SEED, b"can-swarm/envelope/v1\0" + canonical(whole))))))
    unsigned = {k: v for k, v in whole.items() if k != "payload"}
    raw("BAD_SIGNATURE", "signed without the tag", canonical(dict(whole, sig_b64=b64(sign(SEED, canonical(unsigned))))))
    several(raw, edit, again, need, propose)
    return {"swarm_id": SWARM, "bytes_max": BYTES_MAX, "envelopes": rows}


def several(raw, edit, again, need, propose):
    """Two faults each, where the order of the checks decides which one is the reason; and further edges."""
    whole = canonical(need)
    other = b64(public_key(bytes(32)))
    raw("TOO_LARGE", "too many bytes that are no JSON", b"x" * (BYTES_MAX + 1))
    raw("MALFORMED_JSON", "as many bytes as are allowed, that are no JSON", b"x" * BYTES_MAX)
    raw("MALFORMED_JSON", "cut short, of another swarm", whole.replace(b'"example"', b'"another"')[:-1])
    raw("MALFORMED_JSON", "half a surrogate pair in the payload", whole.replace(b"text.wordcount", b"\\ud800"))
    raw("MALFORMED_JSON", "bad UTF-8 in the payload", whole.replace(b"text.wordcount", b"\xff"))
    raw("MALFORMED_JSON", "a name twice in the payload", whole.replace(b'"k":2', b'"k":2,"\\u006b":2'))
    raw("MALFORMED_JSON", "65 levels", whole.replace(b'"k":2', b'"k":' + b"[" * 63 + b"]" * 63))
    raw("MALFORMED_JSON", "two of them", whole + b"\n" + whole)
    for text in (b"null", b"1", b'"envelope"', b"true", b"[" + whole + b"]"):
        raw("BAD_SHAPE", "not an object: " + text.decode()[:10], text)
    edit("BAD_SHAPE", "an unknown member, and an unknown kind", note=1, kind="WISH")
    edit("BAD_SHAPE", "a member that is missing, and an unknown kind", drop=("sig_b64",), kind="WISH")
    edit("BAD_SHAPE", "lamport past 2^53-1 is a number out of range, 0 is not", lamport=0, kind="WISH")
    edit("BAD_SHAPE", "names are compared as they are", drop=("kind",), Kind="NEED")
    edit("BAD_SHAPE", "version 0", v=0)
    edit("BAD_SHAPE", "version true", v=True)
    edit("BAD_SHAPE", "parents as an object", parents={})
    edit("BAD_SHAPE", "parents as a string", parents="")
    edit("BAD_SHAPE", "a parent that is null", base=propose, parents=[None])
    edit("BAD_SHAPE", "lamport 1.5", lamport=1.5)
    edit("BAD_SHAPE", "lamport 10^21", lamport=1e21)
    edit("UNKNOWN_KIND", "an unknown kind, and an id that is no hash", kind="WISH", id="x")
    edit("UNKNOWN_KIND", "the empty kind", kind="")
    edit("UNKNOWN_KIND", "a kind with a space", kind="NEED ")
    edit("BAD_SHAPE", "an id that is no hash, and a bad thread", id="x", thread_id="a b")
    edit("BAD_SHAPE", "an id of 65 digits", id=need["id"] + "0")
    edit("BAD_SHAPE", "an id with a letter past f", id="g" + need["id"][1:])
    edit("BAD_SHAPE", "an id in other digits", id="\u0661" + need["id"][1:])
    edit("BAD_SHAPE", "a hash and a line feed", payload_hash=need["payload_hash"] + "\n")
    edit("BAD_SHAPE", "a nonce and a line feed", nonce="n\n")
    edit("BAD_SHAPE", "a time and a line feed", timestamp_ns="1\n")
    edit("BAD_SHAPE", "a nonce with U+007F", nonce="\x7f")
    edit("BAD_SHAPE", "a key that is not base64, and a bad thread", sender_pk_b64="", thread_id="a b")
    edit("BAD_SHAPE", "a key in the alphabet of URLs", sender_pk_b64=need["sender_pk_b64"].replace("+", "-").replace("/", "_"))
    edit("BAD_SHAPE", "a key with white space", sender_pk_b64=need["sender_pk_b64"][:20] + "\n" + need["sender_pk_b64"][20:])
    edit("BAD_SHAPE", "a key with padding too much", sender_pk_b64=need["sender_pk_b64"] + "=")
    edit("BAD_SHAPE", "a signature with bits past its end, and a bad thread", sig_b64=last_bits(need["sig_b64"]), thread_id="a b")
    edit("BAD_THREAD_ID", "a bad thread, and a NEED after itself", thread_id="a b", lamport=2)
    edit("BAD_THREAD_ID", "a thread and a line feed", thread_id="thread-1\n")
    edit("BAD_LAMPORT", "a NEED after itself, of another swarm", lamport=2, swarm_id="example2")
    edit("WRONG_SWARM", "another swarm, another id", swarm_id="example2")
    edit("WRONG_SWARM", "no name", swarm_id="")
    edit("BAD_ID", "another id, another payload", id="0" * 64, payload={})
    edit("BAD_ID", "another id, another signature", id="0" * 64, sig_b64=propose["sig_b64"])
    edit("BAD_PAYLOAD_HASH", "another payload, another time", payload={}, timestamp_ns="1")
    spread = seal({"thread_id": "t", "kind": "NEED", "lamport": 1, "parents": [], "nonce": "0"}, {"n": [1e15] * 200})
    short = lambda envelope: canonical(envelope).replace(b"1000000000000000", b"1e15")
    raw("BAD_PAYLOAD_HASH", "another payload, too long in canonical form", short(dict(spread, payload={"n": [1e15] * 201})))
    raw("TOO_LARGE", "too long in canonical form, badly signed", short(dict(spread, sig_b64=propose["sig_b64"])))
    for kind in envelopes.KINDS[1:-1]:
        again("BAD_SHAPE", kind + " without need_id", base=propose, drop=("need_id",), kind=kind)
        again("BAD_LAMPORT", kind + " of its parent's time", base=propose, kind=kind, lamport=1)
    again("BAD_SHAPE", "CONTROL with need_id", base=propose, kind="CONTROL")
    again("BAD_SHAPE", "CONTROL with a nonce", base=propose, drop=("need_id",), nonce="n", kind="CONTROL")
    again("BAD_SHAPE", "CONTROL with two parents", base=propose, drop=("need_id",), kind="CONTROL", parents=["0" * 64, "1" * 64])
    again("BAD_LAMPORT", "CONTROL of its parent's time", base=propose, drop=("need_id",), kind="CONTROL", lamport=1)
    # A sender that is no point, or of small order, has the shape of a key: its signatures do not verify.
    off_curve = next(y for y in range(2, 99) if recover_x(y, 0) is None).to_bytes(32, "little")
    for comment, key in (("off the curve", off_curve), ("with y = p + 1", (P + 1).to_bytes(32, "little")),
                         ("of ones", b"\xff" * 32), ("of zeros", bytes(32))):
        again("BAD_SIGNATURE", "a key " + comment, sender_pk_b64=b64(key))
    again("BAD_SIGNATURE", "another key", sender_pk_b64=other)
    signature = base64.b64decode(need["sig_b64"])
    edit("BAD_SIGNATURE", "R and S exchanged", sig_b64=b64(signature[32:] + signature[:32]))
    edit("BAD_SIGNATURE", "R alone", sig_b64=b64(signature[:32] + bytes(32)))
    edit("BAD_SIGNATURE", "ones", sig_b64=b64(b"\xff" * 64))
    identified = canonical({k: need[k] for k in envelopes.ID_FIELDS if k in need})
    for comment, message in (("the id's hash", bytes.fromhex(need["id"])), ("the id", need["id"].encode()),
                             ("what the id covers", b"can-swarm/envelope/v1\0" + identified),
                             ("with the id's tag", envelopes.signed_bytes(need).replace(b"envelope", b"id"))):
        edit("BAD_SIGNATURE", "signed: " + comment, sig_b64=b64(sign(SEED, message)))


def last_bits(text):
    """Another spelling of the same bytes: the bits that base64 leaves over are not zero."""
    body = text.rstrip("=")
    alphabet = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/"
    return body[:-1] + alphabet[alphabet.index(body[-1]) + 1] + "=" * (len(text) - len(body))


# ---------------------------------------------------------------- payloads


def payload_samples():
    """For each kind payloads of the right form, with every member at least once."""
    one, two, key = "1" * 64, "2" * 64, b64(bytes(range(32)))
    lease = {"task_id": one, "attempt": 1, "token": 2}
    return [
        ("PROPOSE", {"plan": [
            {"task_type": "a", "input": {"n": [1, None]}, "requires": [], "produces": ["x"]},
            {"task_type": "b", "input_artifact": one, "requires": [0], "produces": []}]}),
        ("DECIDE", {"proposal_id": one, "epoch": 0, "k_plan": 0, "k": 1, "policy": one, "trust": two, "verifiers": one}),
        ("CLAIM", lease),
        ("YIELD", lease),
        ("YIELD", dict(lease, error="exit code 3")),
        ("COMMIT", dict(lease, artifact=two, inputs=[one, two])),
        ("ATTEST", {"target": one, "verdict": "ACCEPT"}),
        ("ATTEST", {"target": one, "verdict": "REJECT", "task_id": two, "attempt": 1, "artifact": one,
                    "evidence": {"expected": 1}, "error": "another hash"}),
        ("RELEASE", dict(lease, cause="READY", inputs=[one], exclude=[key])),
        ("RELEASE", dict(lease, cause="PANEL", inputs=[], exclude=[])),
        ("FINALIZE", {"outcome": "ACCEPTED", "result_hash": one,
                      "results": [{"task_id": one, "task_type": "a", "artifact": two}]}),
        ("FINALIZE", {"outcome": "REJECTED", "reason": "NO_PLAN", "result_hash": "", "results": []}),
        ("FINALIZE", {"outcome": "EXPIRED", "result_hash": "", "results": [], "control": one}),
        ("CANCEL", {}),
        ("CANCEL", {"reason": "no longer needed"}),
    ] + [("CONTROL", dict(control_example(), change=change)) for change in control_changes()]


def control_changes():
    """One change of each type."""
    key, other = b64(bytes(range(32))), b64(bytes(range(1, 33)))
    return [
        {"type": "ADD", "name": "a.B_c-1", "key": key, "roles": ["client", "worker"]},
        {"type": "ROLES", "key": key, "roles": ["admin"]},
        {"type": "ROTATE", "name": "w", "old": key, "key": other},
        {"type": "RETIRE", "key": key},
        {"type": "COMPROMISED", "key": key},
        {"type": "ACTIVATE", "policy": {"version": 1}},
        {"type": "RETIRE_POLICY", "policy": "1" * 64},
    ]


OPTIONAL = {"error", "evidence", "reason"}
OTHER_TYPES = {"a string": "x", "null": None, "a fraction": 1.5, "a negative integer": -1, "an object": {}, "true": True}


def payload_vectors():
    """Samples and each with one member less, more or of another type; `fits` says whether the form is right."""
    rows = []

    def row(kind, comment, payload):
        rows.append({"kind": kind, "comment": comment, "fits": payloads.fits(kind, payload), "payload": payload})

    for kind, sample in payload_samples():
        row(kind, "a sample", sample)
        assert rows[-1]["fits"], sample
        row(kind, "one member more", dict(sample, more=1))
        for name in sorted(sample):
            # Without these three together, a vote on work is a vote on a plan.
            if kind != "ATTEST" or name not in ("task_id", "attempt", "artifact"):
                row(kind, "without " + name, {other: value for other, value in sample.items() if other != name})
            for comment, value in OTHER_TYPES.items():
                # Any value is evidence, and any string a reason, an error or the name of a type.
                if name != "evidence" and not (comment == "a string" and name in ("error", "reason", "note")):
                    row(kind, "%s: %s" % (name, comment), dict(sample, **{name: value}))
    change_vectors(row)
    plan = payload_samples()[0][1]["plan"]
    for comment, requires in (("itself", [1]), ("a later task", [2]), ("one twice", [0, 0]), ("a fraction", [0.5])):
        row("PROPOSE", "requires " + comment, {"plan": [plan[0], dict(plan[1], requires=requires)]})
    row("PROPOSE", "no task", {"plan": []})
    row("PROPOSE", "both inputs", {"plan": [dict(plan[0], input_artifact="1" * 64)]})
    row("PROPOSE", "no input", {"plan": [{"task_type": "a", "requires": [], "produces": []}]})
    lease = {"task_id": "1" * 64, "attempt": 1, "token": 2}
    for comment, error in (
            ("empty", ""), ("the longest", "\u00e9" * 1024), ("too long", "x" * 1025), ("beyond the BMP", "\U0001f600" * 1024),
            ("a line end", "a\nb"), ("C1", "\u009b31m"), ("an override", "\u202e"), ("an isolate", "\u2066"), ("DEL", "\u007f")):
        row("YIELD", "error: " + comment, dict(lease, error=error))
    for comment, changes in (
            ("attempt 0", {"attempt": 0}), ("token 0", {"token": 0}), ("an upper-case hash", {"task_id": "A" * 64}),
            ("a short hash", {"task_id": "1" * 63})):
        row("CLAIM", comment, dict(lease, **changes))
    return rows


def change_vectors(row):
    """Changes of the control chain that miss a member, or have one more or another; and approvals."""
    entry = control_example()
    for change in control_changes():
        for name in sorted(change):
            row("CONTROL", "%s without %s" % (change["type"], name), dict(entry, change={
                other: value for other, value in change.items() if other != name}))
            for comment, value in OTHER_TYPES.items():
                if (name, comment) not in (("name", "a string"), ("policy", "an object")):
                    row("CONTROL", "%s, %s: %s" % (change["type"], name, comment), dict(entry, change=dict(change, **{name: value})))
        row("CONTROL", "%s, one member more" % change["type"], dict(entry, change=dict(change, more=1)))
    add = control_changes()[0]
    for name in ("", ".x", "../x", "a" * 65, "a b", "\u00e9", "x\n"):
        row("CONTROL", "a name that is none: %r" % name, dict(entry, change=dict(add, name=name)))
    for comment, roles in (("none", []), ("not sorted", ["worker", "client"]), ("twice", ["client", "client"]),
                           ("unknown", ["king"]), ("in upper case", ["CLIENT"]), ("of another type", [1])):
        row("CONTROL", "roles: " + comment, dict(entry, change=dict(add, roles=roles)))
    for comment, key in (("short", "AAAA"), ("without padding", add["key"][:-1]), ("with bits past its end", last_bits(add["key"]))):
        row("CONTROL", "a key that is " + comment, dict(entry, change=dict(add, key=key)))
    approvals = sorted(({"key": b64(bytes([n]) * 32), "sig": b64(bytes(64))} for n in range(65)), key=lambda each: each["key"])
    row("CONTROL", "64 approvals", dict(entry, approvals=approvals[:64]))
    row("CONTROL", "65 approvals", dict(entry, approvals=approvals))
    row("CONTROL", "approvals not sorted", dict(entry, approvals=approvals[1::-1]))
    row("CONTROL", "approvals of one key", dict(entry, approvals=approvals[:1] * 2))
    row("CONTROL", "an approval without key", dict(entry, approvals=[{"sig": approvals[0]["sig"]}]))
    row("CONTROL", "an approval without sig", dict(entry, approvals=[{"key": approvals[0]["key"]}]))
    row("CONTROL", "an approval with more", dict(entry, approvals=[dict(approvals[0], more=1)]))
    row("CONTROL", "a short signature", dict(entry, approvals=[dict(approvals[0], sig="AAAA")]))
    row("CONTROL", "number 0", dict(entry, number=0))
    row("CONTROL", "the largest number", dict(entry, number=SAFE))


EXAMPLE_POLICY = {
    "version": 1, "kinds": ["ATTEST", "CLAIM", "COMMIT", "DECIDE", "FINALIZE", "NEED", "PROPOSE", "RELEASE", "YIELD"],
    "payload_bytes_max": 1024, "plan_tasks_max": 2, "parents_max": 16,
    "artifact": {"required_on_commit": True, "bytes_max": 1024}, "k": 2, "k_max": 4, "k_plan": 0, "attempts_max": 3,
    "plan_ms": 1000, "lease_ms": 1000, "verify_ms": 1000, "gate_ms": 1000, "deadline_ms": 1000, "deadline_ms_max": 2000,
    "gas_per_evaluation": 600}


def policy_vectors():
    """Envelopes that pass a policy, fail at each step of it, and run out of gas; with the gas of each."""
    rows = []
    variants = {"": EXAMPLE_POLICY,
                "an artifact is not required": dict(EXAMPLE_POLICY, artifact={"required_on_commit": False, "bytes_max": 1}),
                "absent is required": dict(EXAMPLE_POLICY, artifact={"bytes_max": 1})}

    def row(comment, kind, payload, may_send=True, rules=EXAMPLE_POLICY, parents=1, **changes):
        judge = policy.Policy(canonical(rules))
        fields = {"thread_id": "t", "kind": kind, "lamport": 1 if kind == "NEED" else 2, "swarm_id": SWARM,
                  "parents": [] if kind == "NEED" else ["%064x" % n for n in range(parents)],
                  "policy_engine_hash": judge.hash}
        fields.update({"nonce": "n"} if kind == "NEED" else {"need_id": "0" * 64})
        envelope = envelopes.seal(dict(fields, **changes), payload, SEED)
        roles = [role for role, kinds in envelopes.MAY_SAY.items() if kind in kinds and judge.allows(role, kind)]
        reason, gas = judge.evaluate(envelope, lambda key, said: may_send and bool(roles))
        rows.append({"comment": comment, "policy": canonical(rules).decode(), "policy_hash": judge.hash,
                     "envelope": canonical(envelope).decode(), "may_send": may_send, "reason": reason, "gas": gas})

    lease = {"task_id": "1" * 64, "attempt": 1, "token": 1}
    commit = dict(lease, artifact="2" * 64, inputs=[])
    task = {"task_type": "x", "input": 1, "requires": [], "produces": []}
    named = lambda name: {"name": name, "task_type": "x", "input": 1}
    row("a NEED of one task", "NEED", {"task_type": "x", "input": 1})
    row("a NEED of two tasks", "NEED", {"tasks": [named("a"), named("b")]})
    row("a NEED of three tasks", "NEED", {"tasks": [named("a"), named("b"), named("c")]})
    row("a PROPOSE", "PROPOSE", {"plan": [task, task]})
    row("too many tasks", "PROPOSE", {"plan": [task, task, task]})
    row("a CLAIM", "CLAIM", lease)
    for comment, rules in variants.items():
        row("a COMMIT" + (comment and ": ") + comment, "COMMIT", commit, rules=rules)
    row("no artifact", "COMMIT", dict(lease, artifact="", inputs=[]))
    row("a kind that is not allowed", "CANCEL", {})
    row("another policy", "CLAIM", lease, policy_engine_hash="0" * 64)
    row("a sender of another role", "CLAIM", lease, may_send=False)
    worker = {"worker": ["CLAIM"]}
    row("a role that the policy narrows", "CLAIM", lease, rules=dict(EXAMPLE_POLICY, may_send=worker))
    row("what it is narrowed by", "COMMIT", commit, rules=dict(EXAMPLE_POLICY, may_send=worker))
    row("the most parents", "FINALIZE", {"outcome": "EXPIRED", "result_hash": "", "results": []}, parents=16)
    row("a parent more", "FINALIZE", {"outcome": "EXPIRED", "result_hash": "", "results": []}, parents=17)
    for size in (1024, 1025):
        row("a payload of %d bytes" % size, "NEED", {"task_type": "x", "input": "x" * (size - len('{"input":"","task_type":"x"}'))})
    full = rows[-2]["gas"]
    row("all gas is used", "NEED", {"task_type": "x", "input": 1}, rules=dict(EXAMPLE_POLICY, gas_per_evaluation=rows[0]["gas"]))
    for short in (1, 59, 110, 160, 210, 260, 310, 360):
        row("gas is short by %d" % short, "NEED", {"task_type": "x", "input": 1},
            rules=dict(EXAMPLE_POLICY, gas_per_evaluation=rows[0]["gas"] - short))
    row("gas for nothing", "NEED", {"task_type": "x", "input": 1}, rules=dict(EXAMPLE_POLICY, gas_per_evaluation=1))
    row("a large payload that can be paid", "NEED", {"task_type": "x", "input": "x" * 900},
        rules=dict(EXAMPLE_POLICY, gas_per_evaluation=full))
    assert {row["reason"] for row in rows} == {
        None, "POLICY_MISMATCH", "SENDER_NOT_AUTHORISED", "TOO_LARGE", "BAD_PLAN", "OUT_OF_GAS"}
    return rows


def write(name, value):
    rows = json.dumps(value, indent=1, sort_keys=True, ensure_ascii=True)
    (HERE / "vectors" / (name + ".json")).write_text(rows + "\n", encoding="ascii")


if __name__ == "__main__":
    write("numbers", number_vectors())
    write("canonical", canonical_vectors())
    write("refused-json", refused_json())
    write("limited-json", limited_json())
    write("ed25519", ed25519_vectors())
    write("envelopes", accepted_envelopes())
    write("refused-envelopes", refused_envelopes())
    write("payloads", payload_vectors())
    write("policy", policy_vectors())
    write("modules", module_vectors.vectors(SWARM))
    write("control", control_vectors.vectors(SWARM))
