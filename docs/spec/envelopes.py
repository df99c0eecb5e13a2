"""Envelopes as envelope.md has them: reading, with the first reason for a refusal, and sealing."""

import base64
import binascii
import hashlib
import re

import ed25519
import jcs

BYTES_MAX = 1_000_000
KINDS = ("NEED", "PROPOSE", "DECIDE", "CLAIM", "COMMIT", "ATTEST", "FINALIZE", "YIELD", "RELEASE",
         "CANCEL", "CONTROL")
MAY_SAY = {
    "gateway": ("NEED", "CANCEL"), "client": ("NEED", "CANCEL"), "operator": ("CANCEL",), "admin": ("CONTROL",),
    "planner": ("PROPOSE",), "decider": ("DECIDE",), "worker": ("CLAIM", "COMMIT", "YIELD"), "verifier": ("ATTEST",),
    "coordinator": ("RELEASE", "FINALIZE"), "node": (),
}
ID_FIELDS = ("v", "swarm_id", "thread_id", "kind", "need_id", "lamport", "sender_pk_b64", "parents",
             "nonce", "policy_engine_hash", "payload_hash")

PARENTS_MAX = {"NEED": 0, "CONTROL": 1}

HASH = re.compile(r"[0-9a-f]{64}", re.ASCII)
NAME = re.compile(r"[A-Za-z0-9._:-]{1,128}", re.ASCII)
NONCE = re.compile(r"[ -~]{1,256}", re.ASCII)
DECIMAL = re.compile(r"0|[1-9][0-9]{0,18}", re.ASCII)
NANOS_MAX = 2**63 - 1

# Every member, its JSON type, and whether it may be absent.
MEMBERS = {
    "v": (int, False), "id": (str, False), "swarm_id": (str, False), "thread_id": (str, False),
    "kind": (str, False), "need_id": (str, True), "lamport": (int, False), "sender_pk_b64": (str, False),
    "parents": (list, False), "nonce": (str, True), "policy_engine_hash": (str, False),
    "payload_hash": (str, False), "timestamp_ns": (str, False), "payload": (dict, False), "sig_b64": (str, False),
}


class Refused(Exception):
    """An envelope that section 5 refuses: the reason, and what it is about."""

    def __init__(self, reason, about):
        super().__init__("%s: %s" % (reason, about))
        self.reason = reason


def b64(data):
    return base64.b64encode(data.encode() if isinstance(data, str) else data).decode()


def unb64(text, length):
    """The bytes, or None where the text is not what an encoder writes for that many bytes."""
    try:
        data = base64.b64decode(text, validate=True)
    except (binascii.Error, ValueError):
        return None
    return data if len(data) == length and b64(data) == text else None


def sha256_hex(tag, content):
    return hashlib.sha256(tag.encode() + b"\0" + content).hexdigest()


def envelope_id(envelope):
    return sha256_hex("can-swarm/id/v1", jcs.canonical({k: envelope[k] for k in ID_FIELDS if k in envelope}))


def statement(envelope):
    """All that the id covers: what a policy's module is shown."""
    return {member: value for member, value in envelope.items() if member not in ("timestamp_ns", "sig_b64")}


def signed_bytes(envelope):
    rest = {k: v for k, v in envelope.items() if k not in ("payload", "sig_b64")}
    return b"can-swarm/envelope/v1\0" + jcs.canonical(rest)


# ---------------------------------------------------------------- reading


def read(data, swarm_id=None, bytes_max=BYTES_MAX):
    """The envelope of these bytes, all of section 5 checked; swarm_id None takes any swarm's."""
    if len(data) > bytes_max:
        raise Refused("TOO_LARGE", "the input")
    try:
        envelope = jcs.parse(data, bytes_max)
    except jcs.Refused as problem:
        raise Refused("MALFORMED_JSON", str(problem)) from None
    check(envelope, swarm_id, bytes_max)
    return envelope


def check(envelope, swarm_id=None, bytes_max=BYTES_MAX):
    """The checks of section 5 from the first BAD_SHAPE on, of a value that has been read."""
    _types(envelope)
    if envelope["kind"] not in KINDS:
        raise Refused("UNKNOWN_KIND", "kind")
    _values(envelope)
    _need("BAD_THREAD_ID", "thread_id", NAME.fullmatch(envelope["thread_id"]))
    _need("BAD_LAMPORT", "lamport", (envelope["lamport"] == 1) == (not envelope["parents"]))
    if swarm_id is None:
        _need("WRONG_SWARM", "swarm_id", NAME.fullmatch(envelope["swarm_id"]))
    else:
        _need("WRONG_SWARM", "swarm_id", envelope["swarm_id"] == swarm_id)
    _need("BAD_ID", "id", envelope["id"] == envelope_id(envelope))
    payload_hash = hashlib.sha256(jcs.canonical(envelope["payload"])).hexdigest()
    _need("BAD_PAYLOAD_HASH", "payload_hash", envelope["payload_hash"] == payload_hash)
    _need("TOO_LARGE", "the canonical form", len(jcs.canonical(envelope)) <= bytes_max)
    key, signature = unb64(envelope["sender_pk_b64"], 32), unb64(envelope["sig_b64"], 64)
    _need("BAD_SIGNATURE", "sig_b64", ed25519.verify(key, signed_bytes(envelope), signature))


def _need(reason, about, holds):
    if not holds:
        raise Refused(reason, about)


def _types(envelope):
    _need("BAD_SHAPE", "not an object", isinstance(envelope, dict))
    for name, (kind, may_be_absent) in MEMBERS.items():
        if name not in envelope:
            _need("BAD_SHAPE", name, may_be_absent)
        else:
            _need("BAD_SHAPE", name, type(envelope[name]) is kind)
    _need("BAD_SHAPE", "v", envelope["v"] == 1)
    _need("BAD_SHAPE", "lamport", 1 <= envelope["lamport"] <= jcs.SAFE)
    _need("BAD_SHAPE", "parents", all(isinstance(parent, str) for parent in envelope["parents"]))
    _need("BAD_SHAPE", "an unknown member", set(envelope) <= set(MEMBERS))


def _values(envelope):
    is_need = envelope["kind"] == "NEED"
    of_need = not is_need and envelope["kind"] != "CONTROL"
    parents = envelope["parents"]
    _need("BAD_SHAPE", "need_id", ("need_id" in envelope) == of_need)
    _need("BAD_SHAPE", "nonce", ("nonce" in envelope) == is_need)
    _need("BAD_SHAPE", "nonce", not is_need or NONCE.fullmatch(envelope["nonce"]))
    for name in ("id", "need_id", "policy_engine_hash", "payload_hash"):
        _need("BAD_SHAPE", name, name not in envelope or HASH.fullmatch(envelope[name]))
    _need("BAD_SHAPE", "parents", len(parents) <= PARENTS_MAX.get(envelope["kind"], len(parents)))
    _need("BAD_SHAPE", "parents", all(HASH.fullmatch(parent) for parent in parents))
    _need("BAD_SHAPE", "parents", all(a < b for a, b in zip(parents, parents[1:])))
    _need("BAD_SHAPE", "sender_pk_b64", unb64(envelope["sender_pk_b64"], 32))
    _need("BAD_SHAPE", "sig_b64", unb64(envelope["sig_b64"], 64))
    time = envelope["timestamp_ns"]
    _need("BAD_SHAPE", "timestamp_ns", DECIMAL.fullmatch(time) and int(time) <= NANOS_MAX)


# ---------------------------------------------------------------- writing


def seal(fields, payload, seed, timestamp_ns="1700000000123456789"):
    """An envelope from the fields that a sender chooses; everything else follows."""
    envelope = {"v": 1}
    envelope.update(fields)
    envelope["sender_pk_b64"] = b64(ed25519.public_key(seed))
    envelope["payload_hash"] = hashlib.sha256(jcs.canonical(payload)).hexdigest()
    return resign(envelope, payload, seed, timestamp_ns)


def resign(envelope, payload, seed, timestamp_ns="1700000000123456789"):
    """The same with another id, time and signature."""
    envelope = {k: v for k, v in envelope.items() if k not in ("id", "sig_b64", "payload", "timestamp_ns")}
    envelope["id"] = envelope_id(envelope)
    envelope["timestamp_ns"] = timestamp_ns
    return dict(envelope, payload=payload, sig_b64=b64(ed25519.sign(seed, signed_bytes(envelope))))
