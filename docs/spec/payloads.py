"""The form of each verb's payload, as history.md has it; a NEED's is the planner's business and not looked at."""

import re

from envelopes import HASH, MAY_SAY, unb64


def _hash(value):
    return isinstance(value, str) and HASH.fullmatch(value) is not None


def _integer(least):
    return lambda value: type(value) is int and value >= least


def _text(value):
    return isinstance(value, str)


def _one_of(*words):
    return lambda value: isinstance(value, str) and value in words


def _list(element):
    return lambda value: isinstance(value, list) and all(element(each) for each in value)


def _members(required, optional=None):
    def fits(value):
        rules = dict(required, **(optional or {}))
        return isinstance(value, dict) and set(required) <= set(value) <= set(rules) and all(
            rules[name](member) for name, member in value.items())
    return fits


def _anything(value):
    return True


def _plan(value):
    """Tasks in an order in which each requires only earlier ones."""
    return _list(_task)(value) and value and all(
        all(a < b for a, b in zip(task["requires"], task["requires"][1:] + [place]))
        for place, task in enumerate(value))


def _task(value):
    return _members({"task_type": _text, "requires": _list(_integer(0)), "produces": _list(_text)},
                    {"input": _anything, "input_artifact": _hash})(value) and (
        ("input" in value) != ("input_artifact" in value))


def _error(value):
    return _text(value) and 1 <= len(value) <= ERROR_CODE_POINTS_MAX and not any(
        first <= ord(each) <= last for each in value for first, last in NOT_IN_ERRORS)


def _attest(value):
    return _members({"target": _hash, "verdict": _one_of("ACCEPT", "REJECT")}, {"error": _error})(value) or _members(
        {"target": _hash, "verdict": _one_of("ACCEPT", "REJECT"), "task_id": _hash, "attempt": _integer(1),
         "artifact": _hash}, {"evidence": _anything, "error": _error})(value)


def _key(value):
    return isinstance(value, str) and unb64(value, 32) is not None


def _name(value):
    return _text(value) and AGENT.fullmatch(value) is not None


def _roles(value):
    return _list(_one_of(*MAY_SAY))(value) and value and _ascending(value)


def _approvals(value):
    fits = _list(_members({"key": _key, "sig": lambda sig: isinstance(sig, str) and unb64(sig, 64) is not None}))
    return fits(value) and len(value) <= APPROVALS_MAX and _ascending([each["key"] for each in value])


def _ascending(values):
    return all(a < b for a, b in zip(values, values[1:]))


def _change(value):
    return isinstance(value, dict) and any(
        _members(dict(members, type=_one_of(kind)))(value) for kind, members in CHANGES.items())


AGENT = re.compile(r"[A-Za-z0-9_-][A-Za-z0-9._-]{0,63}", re.ASCII)
APPROVALS_MAX = 64
CHANGES = {
    "ADD": {"name": _name, "key": _key, "roles": _roles},
    "ROLES": {"key": _key, "roles": _roles},
    "ROTATE": {"name": _name, "old": _key, "key": _key},
    "RETIRE": {"key": _key},
    "COMPROMISED": {"key": _key},
    "ACTIVATE": {"policy": lambda value: isinstance(value, dict)},
    "RETIRE_POLICY": {"policy": _hash},
}
ERROR_CODE_POINTS_MAX = 1024
NOT_IN_ERRORS = ((0, 0x1f), (0x7f, 0x9f), (0x61c, 0x61c), (0x200e, 0x200f), (0x2028, 0x202e), (0x2066, 0x2069))
LEASE = {"task_id": _hash, "attempt": _integer(1), "token": _integer(1)}

FORMS = {
    "NEED": _anything,
    "PROPOSE": _members({"plan": _plan}),
    "DECIDE": _members({"proposal_id": _hash, "epoch": _integer(0), "k_plan": _integer(0), "k": _integer(1),
                        "policy": _hash, "trust": _hash, "verifiers": _hash}),
    "CLAIM": _members(LEASE),
    "YIELD": _members(LEASE, {"error": _error}),
    "COMMIT": _members(dict(LEASE, artifact=_hash, inputs=_list(_hash))),
    "ATTEST": _attest,
    "RELEASE": _members(dict(LEASE, cause=_one_of("READY", "RETRY", "EXPIRED", "YIELDED", "PANEL"), inputs=_list(_hash),
                             exclude=_list(_key))),
    "FINALIZE": _members({"outcome": _one_of("ACCEPTED", "REJECTED", "EXPIRED"),
                          "result_hash": lambda value: value == "" or _hash(value),
                          "results": _list(_members({"task_id": _hash, "task_type": _text, "artifact": _hash}))},
                         {"reason": _text, "control": _hash}),
    "CANCEL": _members({}, {"reason": _error}),
    "CONTROL": _members({"number": _integer(1), "genesis": _hash, "change": _change, "approvals": _approvals},
                        {"note": _error}),
}


def fits(kind, payload):
    return bool(FORMS[kind](payload))
