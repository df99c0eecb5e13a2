"""The form of each verb's payload, as history.md has it; a NEED's is the planner's business and not looked at."""

from envelopes import HASH, unb64


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
                             exclude=_list(lambda key: isinstance(key, str) and unb64(key, 32) is not None))),
    "FINALIZE": _members({"outcome": _one_of("ACCEPTED", "REJECTED", "EXPIRED"),
                          "result_hash": lambda value: value == "" or _hash(value),
                          "results": _list(_members({"task_id": _hash, "task_type": _text, "artifact": _hash}))},
                         {"reason": _text}),
    "CANCEL": _members({}, {"reason": _error}),
}


def fits(kind, payload):
    return bool(FORMS[kind](payload))
