#!/usr/bin/env python3
"""Writes docs/spec/vectors/*.json from the specification alone.

Shares no code with the Java and uses nothing but the standard library: numbers are formatted from
Python's shortest repr, and Ed25519 is written out below from RFC 8032. The same run gives the same
bytes. Slow arithmetic, not constant-time: never use it for real keys.
"""

import base64
import hashlib
import json
import math
import pathlib
import random
import struct

HERE = pathlib.Path(__file__).resolve().parent
SAFE = 2**53 - 1

# ---------------------------------------------------------------- canonical JSON (RFC 8785)


def number(value):
    if isinstance(value, int):
        assert abs(value) <= SAFE
        return str(value)
    if value == 0:
        return "0"
    sign = "-" if value < 0 else ""
    mantissa, _, exponent = repr(abs(value)).partition("e")
    whole, _, fraction = mantissa.partition(".")
    fraction = "" if fraction == "0" else fraction
    n = len(whole) + int(exponent or "0")
    digits = whole + fraction
    n -= len(digits) - len(digits.lstrip("0"))
    digits = digits.strip("0")
    k = len(digits)
    if k <= n <= 21:
        text = digits + "0" * (n - k)
    elif 0 < n <= 21:
        text = digits[:n] + "." + digits[n:]
    elif -6 < n <= 0:
        text = "0." + "0" * -n + digits
    else:
        text = digits[0] + ("." + digits[1:] if k > 1 else "") + "e%+d" % (n - 1)
    return sign + text


SHORT = {8: "\\b", 9: "\\t", 10: "\\n", 12: "\\f", 13: "\\r", 34: '\\"', 92: "\\\\"}


def string(text):
    out = []
    for c in text:
        point = ord(c)
        if point in SHORT:
            out.append(SHORT[point])
        elif point < 0x20:
            out.append("\\u%04x" % point)
        else:
            out.append(c)
    return '"' + "".join(out) + '"'


def canonical_text(value):
    if value is None:
        return "null"
    if value is True:
        return "true"
    if value is False:
        return "false"
    if isinstance(value, str):
        return string(value)
    if isinstance(value, (int, float)):
        return number(value)
    if isinstance(value, list):
        return "[" + ",".join(canonical_text(v) for v in value) + "]"
    names = sorted(value, key=lambda name: name.encode("utf-16-be"))
    return "{" + ",".join(string(n) + ":" + canonical_text(value[n]) for n in names) + "}"


def canonical(value):
    return canonical_text(value).encode("utf-8")


# ---------------------------------------------------------------- Ed25519 (RFC 8032)

P = 2**255 - 19
L = 2**252 + 27742317777372353535851937790883648493
D = -121665 * pow(121666, P - 2, P) % P
ROOT = pow(2, (P - 1) // 4, P)
NEUTRAL = (0, 1, 1, 0)


def recover_x(y, sign):
    xx = (y * y - 1) * pow(D * y * y + 1, P - 2, P) % P
    x = pow(xx, (P + 3) // 8, P)
    if (x * x - xx) % P:
        x = x * ROOT % P
    if (x * x - xx) % P:
        return None
    if x % 2 != sign:
        x = P - x
    return x % P


def extended(x, y):
    """Extended coordinates (RFC 8032 section 5.1.4), so that adding needs no division."""
    return x, y, 1, x * y % P


def add(p, q):
    a = (p[1] - p[0]) * (q[1] - q[0]) % P
    b = (p[1] + p[0]) * (q[1] + q[0]) % P
    c = 2 * p[3] * q[3] * D % P
    d = 2 * p[2] * q[2] % P
    e, f, g, h = b - a, d - c, d + c, b + a
    return e * f % P, g * h % P, f * g % P, e * h % P


def multiply(n, point):
    result = NEUTRAL
    while n:
        if n & 1:
            result = add(result, point)
        point = add(point, point)
        n >>= 1
    return result


def equal(p, q):
    return (p[0] * q[2] - q[0] * p[2]) % P == 0 and (p[1] * q[2] - q[1] * p[2]) % P == 0


def encode(point):
    inverse = pow(point[2], P - 2, P)
    x, y = point[0] * inverse % P, point[1] * inverse % P
    return (y | (x & 1) << 255).to_bytes(32, "little")


def decode(data):
    """The point, or None where the encoding is not canonical or not on the curve."""
    value = int.from_bytes(data, "little")
    y, sign = value & (2**255 - 1), value >> 255
    if y >= P:
        return None
    x = recover_x(y, sign)
    if x is None or (x == 0 and sign == 1):
        return None
    return extended(x, y)


BASE = extended(recover_x(4 * pow(5, P - 2, P) % P, 0), 4 * pow(5, P - 2, P) % P)


def scalar(*parts):
    return int.from_bytes(hashlib.sha512(b"".join(parts)).digest(), "little") % L


def expand(seed):
    h = hashlib.sha512(seed).digest()
    a = int.from_bytes(h[:32], "little")
    return a & ~7 & (2**254 - 1) | 2**254, h[32:]


def public_key(seed):
    return encode(multiply(expand(seed)[0], BASE))


def sign(seed, message):
    a, prefix = expand(seed)
    key = encode(multiply(a, BASE))
    r = scalar(prefix, message)
    big_r = encode(multiply(r, BASE))
    s = (r + scalar(big_r, key, message) * a) % L
    return big_r + s.to_bytes(32, "little")


def is_small_order(point):
    return equal(multiply(8, point), NEUTRAL)


def verify(key, message, signature):
    """Strict verification as signing.md has it."""
    if len(key) != 32 or len(signature) != 64:
        return False
    s = int.from_bytes(signature[32:], "little")
    a, r = decode(key), decode(signature[:32])
    if s >= L or a is None or r is None or is_small_order(a) or is_small_order(r):
        return False
    k = scalar(signature[:32], key, message)
    return equal(multiply(s, BASE), add(r, multiply(k, a)))


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


def ed25519_vectors():
    rows = []

    def row(comment, key, message, signature):
        rows.append({
            "comment": comment,
            "key": key.hex(),
            "message": message.hex(),
            "signature": signature.hex(),
            "valid": verify(key, message, signature),
        })

    rfc = [
        ("9d61b19deffd5a60ba844af492ec2cc44449c5697b326919703bac031cae7f60", ""),
        ("4ccd089b28ff96da9db6c346ec114e0f5b8a319f35aba624da8cf6ed4fb8a6fb", "72"),
        ("c5aa8df43f9f837bedb7442f31dcb7b166d38535076f094b85ce3a2e0b4458f7", "af82"),
    ]
    for n, (seed, message) in enumerate(rfc):
        seed, message = bytes.fromhex(seed), bytes.fromhex(message)
        row("RFC 8032 section 7.1, test %d" % (n + 1), public_key(seed), message, sign(seed, message))
        rows[-1]["seed"] = seed.hex()

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
    off_curve = next(y for y in range(2, 99) if recover_x(y, 0) is None).to_bytes(32, "little")
    row("A not on the curve", off_curve, message, good)
    row("R not on the curve", key, message, off_curve + good[32:])

    # Mixed order: A = a B + T, R = r B + i T. Accepted exactly when the torsion cancels.
    for order_of_a in (1, 2, 4):
        mixed = encode(add(multiply(a, BASE), multiply(order_of_a, t8)))
        wanted = {True: 2, False: 2}
        for salt in range(200):
            salted = b"mixed %d" % salt
            for i in (0, 1, 4):
                point_r = encode(add(multiply(r, BASE), multiply(i, t8)))
                k = scalar(point_r, mixed, salted)
                signature = point_r + ((r + k * a) % L).to_bytes(32, "little")
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
    return rows


def nested(levels):
    value = []
    for _ in range(levels - 1):
        value = [value]
    return value


def refused_json():
    rows = []

    def row(problem, offset, source):
        rows.append({"problem": problem, "offset": offset, "input": b64(source)})

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
    return rows


# ---------------------------------------------------------------- envelopes

SWARM = "example"

# Of the refused envelopes: small, so that one that is too large is short.
BYTES_MAX = 3000
SEED = bytes(range(32))
POLICY = hashlib.sha256(b"example policy").hexdigest()
ID_FIELDS = ("v", "swarm_id", "thread_id", "kind", "need_id", "lamport", "sender_pk_b64", "parents",
             "nonce", "policy_engine_hash", "payload_hash")


def sha256_hex(tag, content):
    return hashlib.sha256(tag.encode() + b"\0" + content).hexdigest()


def b64(data):
    return base64.b64encode(data.encode() if isinstance(data, str) else data).decode()


def seal(fields, payload, seed=SEED, timestamp_ns="1700000000123456789"):
    """An envelope from the fields a sender chooses; everything else follows."""
    envelope = {"v": 1, "swarm_id": SWARM, "policy_engine_hash": POLICY}
    envelope.update(fields)
    envelope["sender_pk_b64"] = b64(public_key(seed))
    envelope["payload_hash"] = hashlib.sha256(canonical(payload)).hexdigest()
    return resign(envelope, payload, seed, timestamp_ns)


def resign(envelope, payload, seed=SEED, timestamp_ns="1700000000123456789"):
    envelope = {k: v for k, v in envelope.items() if k not in ("id", "sig_b64", "payload", "timestamp_ns")}
    envelope["id"] = sha256_hex("can-swarm/id/v1", canonical({k: envelope[k] for k in ID_FIELDS if k in envelope}))
    envelope["timestamp_ns"] = timestamp_ns
    signed = b"can-swarm/envelope/v1\0" + canonical(envelope)
    return dict(envelope, payload=payload, sig_b64=b64(sign(seed, signed)))


def need_example():
    payload = {"task_type": "text.wordcount", "input": {"text": "to be or not to be"}, "k": 2}
    fields = {"thread_id": "thread-1", "kind": "NEED", "lamport": 1, "parents": [], "nonce": "cluster/swarm.intake/0/42"}
    return seal(fields, payload)


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
    return [need, propose, decide, claim, commit, attest, finalize, yielded, release], task_id, result, result_hash


def accepted_envelopes():
    envelopes, task_id, result, result_hash = chain()
    odd = {"s\u00e9\"\\": "\U0001f600\u2028\n", "n": [1e30, -1.5e-9, 0, 5e-324], "deep": [[[{}]]], "t": None}
    plain = envelopes[0]
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
            for e in envelopes]
    rows += [{"comment": c, "input": b64(canonical(e)), "canonical": canonical(e).decode(), "id": e["id"]}
             for c, e in others]
    for comment, source in (
            ("another order, with white space", json.dumps(dict(reversed(list(plain.items()))), indent=1)),
            ("escaped where it need not be", canonical(plain).decode().replace("text.wordcount", "text\\u002ewordcount")),
            ("1.0 for 1", canonical(plain).decode().replace('"v":1}', '"v":1.0}'))):
        rows.append({"comment": comment, "input": b64(source), "canonical": canonical(plain).decode(), "id": plain["id"]})
    return {"swarm_id": SWARM, "seed": SEED.hex(), "task_id": task_id, "result": result,
            "result_hash": result_hash, "envelopes": rows}


def refused_envelopes():
    rows = []
    need = need_example()
    propose = chain()[0][1]
    payload = need["payload"]

    def raw(reason, comment, source):
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
    return {"swarm_id": SWARM, "bytes_max": BYTES_MAX, "envelopes": rows}


def last_bits(text):
    """Another spelling of the same bytes: the bits that base64 leaves over are not zero."""
    body = text.rstrip("=")
    alphabet = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/"
    return body[:-1] + alphabet[alphabet.index(body[-1]) + 1] + "=" * (len(text) - len(body))


def write(name, value):
    rows = json.dumps(value, indent=1, sort_keys=True, ensure_ascii=True)
    (HERE / "vectors" / (name + ".json")).write_text(rows + "\n", encoding="ascii")


if __name__ == "__main__":
    write("numbers", number_vectors())
    write("canonical", canonical_vectors())
    write("refused-json", refused_json())
    write("ed25519", ed25519_vectors())
    write("envelopes", accepted_envelopes())
    write("refused-envelopes", refused_envelopes())
