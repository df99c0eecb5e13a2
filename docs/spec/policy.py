"""The built-in rules of a policy and their gas, as policy.md has them."""

import hashlib
import re

import jcs
from envelopes import HASH, KINDS, MAY_SAY

RULES_MAX = 8
RULE_NAME = re.compile(r"[a-z0-9][a-z0-9-]{0,63}", re.ASCII)
OF_NEEDS = tuple(kind for kind in KINDS if kind != "CONTROL")  # the control chain stands above the policies
DERIVED = ("DECIDE", "RELEASE", "FINALIZE")
CHECK = 50
BYTES_PER_GAS = 16
TASK = 8
MILLIS_MAX = 30 * 24 * 3600 * 1000
BOUNDS = {
    "version": (1, 1), "payload_bytes_max": (1024, 1 << 24), "plan_tasks_max": (1, 4096), "parents_max": (16, 1 << 16),
    "k": (1, 1024), "k_max": (1, 1024), "k_plan": (0, 1024), "attempts_max": (1, 1024), "plan_ms": (1, MILLIS_MAX),
    "lease_ms": (1, MILLIS_MAX), "verify_ms": (1, MILLIS_MAX), "gate_ms": (1, MILLIS_MAX),
    "deadline_ms": (1, MILLIS_MAX), "deadline_ms_max": (1, MILLIS_MAX), "gas_per_evaluation": (1, 2**31 - 1),
}


class Refused(Exception):
    """An envelope that the policy does not let pass."""

    def __init__(self, reason):
        super().__init__(reason)
        self.reason = reason


class Policy:
    """A policy, of the bytes of its file; ValueError for bytes that are none."""

    def __init__(self, data):
        try:
            self.members = jcs.parse(data, 1 << 18)
        except jcs.Refused as refused:
            raise ValueError("the policy is no I-JSON: %s" % refused) from None
        self._check()
        self.hash = hashlib.sha256(jcs.canonical(self.members)).hexdigest()

    def _check(self):
        members = self.members
        _need(isinstance(members, dict) and set(members) - {"may_send", "rules"} == set(BOUNDS) | {"kinds", "artifact"}, "its members")
        for name, (least, most) in BOUNDS.items():
            _need(_integer(members[name], least, most), name)
        _need(isinstance(members["kinds"], list) and all(kind in OF_NEEDS for kind in members["kinds"]), "kinds")
        artifact = members["artifact"]
        _need(isinstance(artifact, dict) and {"bytes_max"} <= set(artifact) <= {"bytes_max", "required_on_commit"}
              and _integer(artifact["bytes_max"], 1, 1 << 40)
              and isinstance(artifact.get("required_on_commit", True), bool), "artifact")
        may_send = members.get("may_send", {})
        _need(isinstance(may_send, dict) and all(_narrows(role, kinds) for role, kinds in may_send.items()), "may_send")
        rules = members.get("rules", [])
        _need(isinstance(rules, list) and len(rules) <= RULES_MAX and all(_is_rule(rule) for rule in rules)
              and len({rule["name"] for rule in rules}) == len(rules), "rules")

    def allows(self, role, kind):
        """Whether the policy lets that role send what the table lets it send."""
        return kind in self.members.get("may_send", {}).get(role, (kind,))

    def modules_for(self, kind):
        """The modules that judge that kind, so that its gas is more than what the built-in rules use."""
        return [rule for rule in self.members.get("rules", []) if kind in rule["verbs"]]

    def evaluate(self, envelope, may_send):
        """
        The reason for which an envelope is refused, or None, and the gas that was used. The form of the payload is
        payloads.py's business: of it and of the plan only what they cost and the number of tasks is looked at.
        `may_send(key, kind)` says whether the sender's roles allow it, `allows` asked.
        """
        self.gas = 0
        try:
            self._steps(envelope, may_send)
        except Refused as refused:
            return refused.reason, self.gas
        return None, self.gas

    def _steps(self, envelope, may_send):
        members, kind, payload = self.members, envelope["kind"], envelope["payload"]
        self._pay(-(-len(jcs.canonical(envelope)) // BYTES_PER_GAS))
        self._step("POLICY_MISMATCH", lambda: kind in members["kinds"])
        self._step("POLICY_MISMATCH", lambda: envelope["policy_engine_hash"] == self.hash)
        self._step("SENDER_NOT_AUTHORISED", lambda: may_send(envelope["sender_pk_b64"], kind))
        self._step("TOO_LARGE", lambda: len(envelope["parents"]) <= members["parents_max"])
        self._step("TOO_LARGE", lambda: len(jcs.canonical(payload)) <= members["payload_bytes_max"])
        if kind == "COMMIT" and members["artifact"].get("required_on_commit", True):
            self._step("POLICY_MISMATCH", lambda: isinstance(payload.get("artifact"), str) and payload["artifact"] != "")
        self._pay(CHECK)
        if kind in ("NEED", "PROPOSE"):
            tasks = payload.get("tasks" if kind == "NEED" else "plan")
            count = len(tasks) if isinstance(tasks, list) else 1
            self._pay(CHECK + TASK * count)
            if count > members["plan_tasks_max"]:
                raise Refused("BAD_PLAN")

    def _step(self, reason, holds):
        self._pay(CHECK)
        if not holds():
            raise Refused(reason)

    def _pay(self, gas):
        self.gas += gas
        if self.gas > self.members["gas_per_evaluation"]:
            raise Refused("OUT_OF_GAS")


def _narrows(role, kinds):
    return (role in MAY_SAY and role != "admin" and isinstance(kinds, list) and all(kind in MAY_SAY[role] for kind in kinds)
            and all(kind in kinds for kind in MAY_SAY[role] if kind in DERIVED))


def _is_rule(rule):
    return (isinstance(rule, dict) and set(rule) == {"name", "sha256", "verbs", "gas_max", "memory_pages_max"}
            and isinstance(rule["name"], str) and RULE_NAME.fullmatch(rule["name"]) is not None
            and isinstance(rule["sha256"], str) and HASH.fullmatch(rule["sha256"]) is not None
            and isinstance(rule["verbs"], list) and all(verb in OF_NEEDS and verb not in DERIVED for verb in rule["verbs"])
            and _integer(rule["gas_max"], 1, 1_000_000) and _integer(rule["memory_pages_max"], 1, 16))


def _integer(value, least, most):
    return type(value) is int and least <= value <= most


def _need(holds, about):
    if not holds:
        raise ValueError("the policy is not of the form of policy.md: %s" % about)
