"""The lines of an audit log (docs/adr/0003-audit-format.md): one line, and the chain that they form."""

import base64
import hashlib

import ed25519
import jcs
from envelopes import HASH, unb64

LINE_BYTES_MAX = 12 << 20
DEPTH_MAX = 65  # an envelope stands one level down in its line
ENVELOPES = ("PUBLISHED", "DELIVERED", "SUPERSEDED")
OTHERS = ("DEAD_LETTERED", "ATTEMPT_ENDED", "RAW_PUBLISHED", "RAW_DELIVERED")
RECORD = {"dir": str, "lamport": int, "n": int, "offset": int, "partition": int, "prev": str,
          "timestamp_ns": str, "topic": str}
CHECKPOINT = {"lamport": int, "n": int, "node": str, "prev": str, "timestamp_ns": str}


class Wrong(Exception):
    """A line, or a chain of lines, that is not as it should be."""


def is_line(data):
    """Whether this can be a line of a log: in canonical form it begins so, and no envelope does."""
    return data.startswith((b'{"dir":', b'{"checkpoint":'))


def parse(data):
    """The line's object; its canonical spelling and its members are checked."""
    try:
        line = jcs.parse(data, LINE_BYTES_MAX, DEPTH_MAX)
    except jcs.Refused as refused:
        raise Wrong("no JSON: %s" % refused) from None
    if jcs.canonical(line) != data:
        raise Wrong("not in canonical form")
    if "checkpoint" in line:
        _members(line, {"checkpoint": dict, "sig_b64": str})
        _members(line["checkpoint"], CHECKPOINT)
        return line
    content = {"envelope": dict} if "envelope" in line else {"raw_b64": str}
    optional = {name: kind for name, kind in (("gas", int), ("note", str)) if name in line}
    _members(line, dict(RECORD, **content, **optional))
    if line.get("gas", 1) < 1:
        raise Wrong("gas is %d" % line["gas"])
    if line["dir"] not in ENVELOPES + OTHERS:
        raise Wrong("dir is %r" % line["dir"])
    return line


def content(line):
    """The bytes that a record holds."""
    if "envelope" in line:
        return jcs.canonical(line["envelope"])
    try:
        data = base64.b64decode(line["raw_b64"], validate=True)
    except ValueError:
        raise Wrong("raw_b64 is not base64") from None
    if base64.b64encode(data).decode() != line["raw_b64"]:
        raise Wrong("raw_b64 is not what an encoder writes")
    return data


def _members(value, types):
    if set(value) != set(types):
        raise Wrong("expected the members %s, got %s" % (", ".join(sorted(types)), ", ".join(sorted(value))))
    for name, kind in types.items():
        if type(value[name]) is not kind:
            raise Wrong("%s is of another type" % name)
    if "prev" in value and not HASH.fullmatch(value["prev"]):
        raise Wrong("prev is no hash")


class Chain:
    """One node's log, line after line: numbers, hashes of the line before, times, signed checkpoints."""

    def __init__(self, from_the_start=False):
        """A part of a log may begin anywhere; a whole one with record 1."""
        self.from_the_start = from_the_start
        self.n = self.lamport = None
        self.before = None
        self.genesis = None  # what the first record's prev says, until a checkpoint names the node
        self.node = None
        self.unsealed = 0
        self.checkpoints = 0

    def follow(self, data, line):
        place = line.get("checkpoint", line)
        if self.before is not None and place["prev"] != self.before:
            raise Wrong("prev is not the hash of the line before: that one or this was changed, or lines are missing")
        self.before = hashlib.sha256(data).hexdigest()
        if "checkpoint" in line:
            self._checkpoint(place, line["sig_b64"])
        else:
            self._record(line)

    def _record(self, line):
        if self.n is None and line["n"] == 1:
            self.genesis = line["prev"]
        elif self.n is None:
            self._begin()
        elif self.n is not None and line["n"] != self.n + 1:
            raise Wrong("n is %d, expected %d" % (line["n"], self.n + 1))
        if self.lamport is not None and line["lamport"] <= self.lamport:
            raise Wrong("lamport is %d after %d" % (line["lamport"], self.lamport))
        self.n, self.lamport = line["n"], line["lamport"]
        self.unsealed += 1

    def _begin(self):
        if self.from_the_start:
            raise Wrong("the log does not begin with record 1")

    def _checkpoint(self, place, sig_b64):
        if self.n is None:
            self._begin()
        elif (place["n"], place["lamport"]) != (self.n, self.lamport):
            raise Wrong("the checkpoint is not about the record before it")
        self.n, self.lamport = place["n"], place["lamport"]
        key, signature = unb64(place["node"], 32), unb64(sig_b64, 64)
        signed = b"can-swarm/audit/v1\0" + jcs.canonical(place)
        if key is None or signature is None or not ed25519.verify(key, signed, signature):
            raise Wrong("the checkpoint's signature does not verify")
        if self.node not in (None, place["node"]):
            raise Wrong("another node's checkpoint")
        self.node = place["node"]
        genesis = hashlib.sha256(b"can-swarm/audit-genesis/v1\0" + key).hexdigest()
        if self.genesis not in (None, genesis):
            raise Wrong("the log does not begin as one of the node that signed the checkpoint")
        self.genesis = None
        self.unsealed = 0
        self.checkpoints += 1
