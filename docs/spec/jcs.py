"""Canonical JSON as canonical-json.md has it: a strict reader and the writer. Standard library only."""

import re

SAFE = 2**53 - 1
PLAIN_DIGITS_END = 1e21
BYTES_MAX = 16 << 20
DEPTH_MAX = 64

BYTE_ORDER_MARK = b"\xef\xbb\xbf"
SPACE = re.compile(rb"[ \t\n\r]*")
DIGITS = re.compile(rb"[0-9]*")
PLAIN = re.compile(rb'[\x20\x21\x23-\x5b\x5d-\x7f]*')
HEX_DIGIT = re.compile(rb"[0-9A-Fa-f]")
ESCAPED = {ord(c): text for c, text in zip('"\\/bfnrt', '"\\/\b\f\n\r\t')}
LITERALS = {ord("n"): (b"null", None), ord("t"): (b"true", True), ord("f"): (b"false", False)}
SHORT = {8: "\\b", 9: "\\t", 10: "\\n", 12: "\\f", 13: "\\r", 34: '\\"', 92: "\\\\"}


class Refused(Exception):
    """Input that section 1 refuses: the problem's name, and the byte offset."""

    def __init__(self, problem, offset):
        super().__init__("%s at byte %d" % (problem, offset))
        self.problem = problem
        self.offset = offset


# ---------------------------------------------------------------- reading


def parse(data, bytes_max=BYTES_MAX, depth_max=DEPTH_MAX):
    """The value of one JSON text. A loop, not a recursion: no input can exhaust the stack."""
    if len(data) > bytes_max:
        raise Refused("TOO_LARGE", bytes_max)
    if data.startswith(BYTE_ORDER_MARK):
        raise Refused("BAD_UTF8", 0)
    open_values = []  # pairs of an array and None, or of an object and the name whose value is due
    at = 0
    while True:
        at = _space(data, at)
        first = _byte(data, at)
        if first in b"[{":
            if len(open_values) == depth_max:
                raise Refused("TOO_DEEP", at)
            value, name = ({}, None) if first == ord("{") else ([], None)
            at = _space(data, at + 1)
            if _byte(data, at) != _closing(value):
                if first == ord("{"):
                    name, at = _name(data, at, value)
                open_values.append((value, name))
                continue
            at += 1
        elif first == ord('"'):
            value, at = _string(data, at)
        elif first in LITERALS:
            value, at = _literal(data, at)
        elif first in b"-0123456789":
            value, at = _number(data, at)
        else:
            raise Refused("SYNTAX", at)
        while open_values:
            whole, name = open_values[-1]
            if name is None:
                whole.append(value)
            else:
                whole[name] = value
            at = _space(data, at)
            then = _byte(data, at)
            if then == ord(","):
                at += 1
                if name is not None:
                    name, at = _name(data, _space(data, at), whole)
                    open_values[-1] = (whole, name)
                break
            if then != _closing(whole):
                raise Refused("SYNTAX", at)
            at += 1
            value, _ = open_values.pop()
        else:
            at = _space(data, at)
            if at < len(data):
                raise Refused("TRAILING_BYTES", at)
            return value


def _closing(value):
    return ord("}") if isinstance(value, dict) else ord("]")


def _space(data, at):
    return SPACE.match(data, at).end()


def _byte(data, at):
    if at == len(data):
        raise Refused("TRUNCATED", at)
    return data[at]


def _name(data, start, members):
    if _byte(data, start) != ord('"'):
        raise Refused("SYNTAX", start)
    name, at = _string(data, start)
    at = _space(data, at)
    if _byte(data, at) != ord(":"):
        raise Refused("SYNTAX", at)
    if name in members:
        raise Refused("DUPLICATE_NAME", start)
    return name, at + 1


def _literal(data, at):
    word, value = LITERALS[data[at]]
    for expected in word:
        if _byte(data, at) != expected:
            raise Refused("SYNTAX", at)
        at += 1
    return value, at


def _digits(data, at):
    end = DIGITS.match(data, at).end()
    if end == at:
        _byte(data, at)
        raise Refused("SYNTAX", at)
    return end


def _number(data, start):
    first = at = start + (data[start] == ord("-"))
    at = _digits(data, at)
    if data[first] == ord("0") and at > first + 1:
        raise Refused("SYNTAX", first + 1)
    if data[at:at + 1] == b".":
        at = _digits(data, at + 1)
    if data[at:at + 1] in (b"e", b"E"):
        at += 1
        at = _digits(data, at + (data[at:at + 1] in (b"+", b"-")))
    value = float(data[start:at])  # the nearest double, ties to even
    if SAFE < abs(value) < PLAIN_DIGITS_END or abs(value) == float("inf"):
        raise Refused("NUMBER_RANGE", start)
    return int(value) if value.is_integer() and abs(value) <= SAFE else value, at


def _string(data, start):
    out = []
    at = start + 1
    while True:
        end = PLAIN.match(data, at).end()
        out.append(data[at:end].decode("ascii"))
        at = end
        byte = _byte(data, at)
        if byte == ord('"'):
            return "".join(out), at + 1
        if byte == ord("\\"):
            text, at = _escape(data, at)
        elif byte < 0x20:
            raise Refused("SYNTAX", at)
        else:
            text, at = _sequence(data, at)
        out.append(text)


def _escape(data, start):
    letter = _byte(data, start + 1)
    if letter in ESCAPED:
        return ESCAPED[letter], start + 2
    if letter != ord("u"):
        raise Refused("SYNTAX", start + 1)
    unit, at = _four_hex(data, start + 2)
    if 0xD800 <= unit <= 0xDBFF:
        if data[at:at + 2] != b"\\u":
            raise Refused("LONE_SURROGATE", start)
        low, at = _four_hex(data, at + 2)
        if not 0xDC00 <= low <= 0xDFFF:
            raise Refused("LONE_SURROGATE", start)
        return chr(0x10000 + (unit - 0xD800) * 0x400 + low - 0xDC00), at
    if 0xDC00 <= unit <= 0xDFFF:
        raise Refused("LONE_SURROGATE", start)
    return chr(unit), at


def _four_hex(data, at):
    for place in range(at, at + 4):
        _byte(data, place)
        if not HEX_DIGIT.match(data, place):
            raise Refused("SYNTAX", place)
    return int(data[at:at + 4], 16), at + 4


def _sequence(data, start):
    """A UTF-8 sequence of two to four bytes, judged once all the bytes that its lead announces are there."""
    lead = data[start]
    length = 2 if 0xC2 <= lead <= 0xDF else 3 if 0xE0 <= lead <= 0xEF else 4 if 0xF0 <= lead <= 0xF4 else 0
    if length == 0:
        raise Refused("BAD_UTF8", start)
    for place in range(start + 1, start + length):
        if not 0x80 <= _byte(data, place) <= 0xBF:
            raise Refused("BAD_UTF8", start)
    try:
        return data[start:start + length].decode("utf-8"), start + length
    except UnicodeDecodeError:
        raise Refused("BAD_UTF8", start) from None


# ---------------------------------------------------------------- writing


def canonical(value):
    """The canonical form's bytes."""
    return _text(value).encode("utf-8")


def number(value):
    """A number as ECMAScript writes it, from Python's shortest repr."""
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


def _quoted(text):
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


def _text(value):
    if value is None:
        return "null"
    if value is True:
        return "true"
    if value is False:
        return "false"
    if isinstance(value, str):
        return _quoted(value)
    if isinstance(value, (int, float)):
        return number(value)
    if isinstance(value, list):
        return "[" + ",".join(_text(v) for v in value) + "]"
    names = sorted(value, key=lambda name: name.encode("utf-16-be"))
    return "{" + ",".join(_quoted(n) + ":" + _text(value[n]) for n in names) + "}"
