"""Ed25519 as signing.md has it, from RFC 8032. Standard library only; Debian's python3-nacl (libsodium) does the
arithmetic of verifying where it is installed. Slow, not constant-time: never use it for real keys."""

import functools
import hashlib

try:
    from nacl import exceptions as nacl_exceptions
    from nacl import signing as nacl_signing
except ImportError:  # apt-get install python3-nacl
    nacl_signing = None

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


def negative(point):
    return -point[0] % P, point[1], point[2], -point[3] % P


def equal(p, q):
    return (p[0] * q[2] - q[0] * p[2]) % P == 0 and (p[1] * q[2] - q[1] * p[2]) % P == 0


def encode(point):
    inverse = pow(point[2], P - 2, P)
    x, y = point[0] * inverse % P, point[1] * inverse % P
    return (y | (x & 1) << 255).to_bytes(32, "little")


@functools.lru_cache(maxsize=4096)
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
    """Strict verification, as signing.md section 4 numbers it."""
    if not is_strict(key, signature):
        return False
    if nacl_signing is not None:
        return libsodium_verifies(key, message, signature)
    return balances(key, message, signature)


def is_strict(key, signature):
    """Checks 1 to 5."""
    if len(key) != 32 or len(signature) != 64:
        return False
    if int.from_bytes(signature[32:], "little") >= L:
        return False
    a, r = decode(key), decode(signature[:32])
    return a is not None and r is not None and not is_small_order(a) and not is_small_order(r)


def balances(key, message, signature):
    """Check 6: S B = R + k A, not multiplied by the cofactor."""
    s = int.from_bytes(signature[32:], "little")
    k = scalar(signature[:32], key, message)
    minus_a = negative(decode(key))
    both = add(BASE, minus_a)
    result = NEUTRAL
    for bit in range(max(s.bit_length(), k.bit_length()) - 1, -1, -1):
        result = add(result, result)
        pick = (s >> bit & 1) | (k >> bit & 1) << 1
        if pick:
            result = add(result, (None, BASE, minus_a, both)[pick])
    return equal(result, decode(signature[:32]))


def libsodium_verifies(key, message, signature):
    """What libsodium says, which makes the same checks itself; python3-nacl must be there."""
    try:
        nacl_signing.VerifyKey(key).verify(message, signature)
        return True
    except (nacl_exceptions.BadSignatureError, nacl_exceptions.ValueError, ValueError):
        return False


def libsodium_signs(seed, message):
    return nacl_signing.SigningKey(seed).sign(message).signature
