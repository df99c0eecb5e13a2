"""Vectors of the control chain: entries that are taken in and refused, pinned heads, and votes under them."""

import hashlib

import control
import envelopes
import policy
from ed25519 import public_key, sign
from envelopes import b64
from jcs import canonical

POLICY = {
    "version": 1, "kinds": ["ATTEST", "CANCEL", "CLAIM", "COMMIT", "DECIDE", "FINALIZE", "NEED", "PROPOSE", "RELEASE", "YIELD"],
    "payload_bytes_max": 1024, "plan_tasks_max": 2, "parents_max": 16,
    "artifact": {"required_on_commit": True, "bytes_max": 1024}, "k": 2, "k_max": 4, "k_plan": 0, "attempts_max": 3,
    "plan_ms": 1000, "lease_ms": 1000, "verify_ms": 1000, "gate_ms": 1000, "deadline_ms": 1000, "deadline_ms_max": 2000,
    "gas_per_evaluation": 100000}
ROLES = {"admin": ["admin"], "worker-1": ["worker"], "verifier-1": ["verifier"], "verifier-2": ["verifier", "worker"],
         "decider-1": ["decider"], "client": ["client"], "node-1": ["node"]}


class ControlSwarm:
    """A genesis, and what follows it: rows about entries, some of which have labels and are followed; pins and votes."""

    def __init__(self, swarm_id, comment, roles, admins_required=1):
        self.swarm_id = swarm_id
        self.seeds = {}
        required = "" if admins_required == 1 else "admins-required: %d\n" % admins_required
        self.trust = "version: 1\n%skeys:\n" % required + "".join(
            '  - name: "%s"\n    key: "%s"\n    roles: [%s]\n' % (name, self.key(name), ", ".join(held))
            for name, held in sorted(roles.items()))
        self.policy = policy.Policy(canonical(POLICY)).hash
        start = control.genesis(self.trust, self.policy)
        self.value = dict(self.shown(start), comment=comment, trust_file=self.trust, policy=canonical(POLICY).decode(),
                          admins_required=admins_required, genesis=start.genesis, rows=[], pins=[], votes=[])
        self.heads = {"": start}

    def seed(self, name):
        return self.seeds.setdefault(name, hashlib.sha256(b"control " + name.encode()).digest())

    def key(self, name):
        return b64(public_key(self.seed(name)))

    def entry(self, head, change, sender="admin", approved_by=(), fields=None, approve=lambda approvals: approvals, **changes):
        """An entry after a head; `fields` and `changes` are what is otherwise in the envelope and the payload."""
        approvals = [{"key": self.key(name), "sig": b64(sign(self.seed(name), head.approved_bytes(self.swarm_id, change)))}
                     for name in approved_by]
        payload = {"number": head.number + 1, "genesis": head.genesis, "change": change,
                   "approvals": approve(sorted(approvals, key=lambda each: each["key"]))}
        payload.update(changes)
        shape = {"swarm_id": self.swarm_id, "thread_id": "control", "kind": "CONTROL", "lamport": payload["number"],
                 "parents": [head.entry][:head.number], "policy_engine_hash": self.policy}
        return envelopes.seal(dict(shape, **(fields or {})), payload, self.seed(sender))

    def judge(self, after, entry):
        """What comes of an entry after the head with that label: the next head, or the reason for the refusal."""
        envelopes.read(canonical(entry), self.swarm_id)
        try:
            return self.heads[after].follow(entry), None
        except control.Refused as refused:
            return None, refused.reason

    def row(self, comment, after, entry, label=None):
        head, reason = self.judge(after, entry)
        row = {"comment": comment, "after": after, "entry": canonical(entry).decode(), "refused": reason}
        if head:
            row.update(self.shown(head))
        if label:
            assert head, (comment, reason)
            self.heads[label] = head
            row["label"] = label
        self.value["rows"].append(row)
        return head

    @staticmethod
    def shown(head):
        """What holds at a head."""
        return {"number": head.number, "trust": head.trust, "verifiers": head.verifiers_hash,
                "document": canonical(head.document).decode(), "policies": list(head.policies),
                "keys": [{"key": key, "name": each.name, "roles": list(each.roles), "state": each.state, "since": each.since}
                         for key, each in sorted(head.keys.items())]}

    def follow(self, label, after, change, **how):
        """An entry that is taken in, for others to follow."""
        return self.row(label, after, self.entry(self.heads[after], change, **how), label)

    def refused(self, reason, comment, after, entry):
        self.row(comment, after, entry)
        assert self.value["rows"][-1]["refused"] == reason, (comment, self.value["rows"][-1]["refused"])

    def pin(self, comment, latest, trust):
        """The head, of those up to a label's, that a DECIDE with this `trust` pins; null: none, it is unknown."""
        line = [head for head in self.heads.values() if head.number <= self.heads[latest].number]
        found = [head.number for head in line if head.trust == trust]
        self.value["pins"].append({"comment": comment, "latest": latest, "trust": trust, "pins": found[0] if found else None})

    def vote(self, comment, pinned, counted, name):
        """Whether a vote by that key counts, where the DECIDE pins one label's head and it is counted under another's."""
        self.value["votes"].append({"comment": comment, "pinned": pinned, "counted": counted, "key": self.key(name),
                                    "counts": self.heads[pinned].may_vote(self.key(name), self.heads[counted])})


def vectors(swarm_id):
    """Entries that are taken in and refused, with what holds after each; pinned heads; votes under them."""
    return {"swarm_id": swarm_id, "swarms": [one_administrator(swarm_id), two_of_three(swarm_id)]}


def one_administrator(swarm_id):
    swarm = ControlSwarm(swarm_id, "one administrator", ROLES)
    key, entry, follow, refused = swarm.key, swarm.entry, swarm.follow, swarm.refused
    add = {"type": "ADD", "name": "verifier-3", "key": key("verifier-3"), "roles": ["verifier"]}
    rotate = {"type": "ROTATE", "name": "verifier-1", "old": key("verifier-1"), "key": key("verifier-1 new")}
    other = dict(POLICY, k=3)
    start = swarm.heads[""]

    follow("add", "", add)
    follow("rotate", "add", rotate, note="the laptop was sold")
    follow("compromised", "rotate", {"type": "COMPROMISED", "key": key("verifier-1")})
    follow("retire", "compromised", {"type": "RETIRE", "key": key("verifier-2")})
    follow("activate", "retire", {"type": "ACTIVATE", "policy": other})
    follow("retire policy", "activate", {"type": "RETIRE_POLICY", "policy": swarm.policy})
    swarm.row("the first entry may be another", "", entry(start, {"type": "ROLES", "key": key("client"), "roles": ["client", "operator"]}))
    swarm.row("an administrator more", "", entry(start, {"type": "ROLES", "key": key("client"), "roles": ["admin", "client"]}))
    swarm.row("its own key", "", entry(start, {"type": "ROTATE", "name": "admin", "old": key("admin"), "key": key("admin new")}))
    swarm.row("a retired key's name again", "retire", entry(swarm.heads["retire"], {
        "type": "ADD", "name": "verifier-2", "key": key("verifier-2 new"), "roles": ["verifier"]}))
    swarm.row("a retired key is compromised", "retire", entry(swarm.heads["retire"], {"type": "COMPROMISED", "key": key("verifier-2")}))
    swarm.row("under the policy activated", "activate", entry(swarm.heads["activate"], add_of(swarm, "late"), fields={
        "policy_engine_hash": policy.Policy(canonical(other)).hash}))
    swarm.row("under the older one of two", "activate", entry(swarm.heads["activate"], add_of(swarm, "late")))

    after = swarm.heads["compromised"]
    follows = lambda change, **how: entry(after, change, **how)
    refused("CHANGE_REFUSED", "a key known already", "compromised", follows(dict(add, name="verifier-9")))
    refused("CHANGE_REFUSED", "a key that is retired", "retire", entry(swarm.heads["retire"], dict(add, name="x", key=key("verifier-2"))))
    refused("CHANGE_REFUSED", "a key that is compromised", "compromised", follows(dict(add, name="verifier-9", key=key("verifier-1"))))
    refused("CHANGE_REFUSED", "a name in use", "compromised", follows(dict(add, key=key("another"))))
    refused("CHANGE_REFUSED", "roles of an unknown key", "compromised", follows({"type": "ROLES", "key": key("another"), "roles": ["client"]}))
    refused("CHANGE_REFUSED", "roles of a compromised key", "compromised", follows({"type": "ROLES", "key": key("verifier-1"), "roles": ["client"]}))
    refused("CHANGE_REFUSED", "rotate of a retired key", "retire", entry(swarm.heads["retire"], {
        "type": "ROTATE", "name": "verifier-2", "old": key("verifier-2"), "key": key("another")}))
    refused("CHANGE_REFUSED", "rotate of a compromised key", "compromised", follows(dict(rotate, key=key("another"))))
    refused("CHANGE_REFUSED", "rotate under another name", "compromised", follows(
        {"type": "ROTATE", "name": "verifier-1", "old": key("verifier-2"), "key": key("another")}))
    refused("CHANGE_REFUSED", "rotate to a known key", "compromised", follows(
        {"type": "ROTATE", "name": "verifier-2", "old": key("verifier-2"), "key": key("worker-1")}))
    refused("CHANGE_REFUSED", "rotate to itself", "compromised", follows(
        {"type": "ROTATE", "name": "verifier-2", "old": key("verifier-2"), "key": key("verifier-2")}))
    refused("CHANGE_REFUSED", "retire of an unknown key", "compromised", follows({"type": "RETIRE", "key": key("another")}))
    refused("CHANGE_REFUSED", "retire of a retired key", "retire", entry(swarm.heads["retire"], {"type": "RETIRE", "key": key("verifier-2")}))
    refused("CHANGE_REFUSED", "compromised twice", "compromised", follows({"type": "COMPROMISED", "key": key("verifier-1")}))
    refused("CHANGE_REFUSED", "an unknown key is compromised", "compromised", follows({"type": "COMPROMISED", "key": key("another")}))
    refused("CHANGE_REFUSED", "retire of the only administrator", "compromised", follows({"type": "RETIRE", "key": key("admin")}))
    refused("CHANGE_REFUSED", "the only administrator is compromised", "compromised", follows({"type": "COMPROMISED", "key": key("admin")}))
    refused("CHANGE_REFUSED", "the only administrator is one no more", "compromised", follows(
        {"type": "ROLES", "key": key("admin"), "roles": ["client"]}))
    refused("CHANGE_REFUSED", "a policy in force is activated", "compromised", follows({"type": "ACTIVATE", "policy": POLICY}))
    refused("CHANGE_REFUSED", "a policy of another form", "compromised", follows({"type": "ACTIVATE", "policy": {"version": 1}}))
    refused("CHANGE_REFUSED", "the last policy is retired", "compromised", follows({"type": "RETIRE_POLICY", "policy": swarm.policy}))
    refused("CHANGE_REFUSED", "a policy that is not in force is retired", "activate", entry(swarm.heads["activate"], {
        "type": "RETIRE_POLICY", "policy": "0" * 64}))
    refused("SENDER_NOT_AUTHORISED", "by no administrator", "compromised", follows(add_of(swarm, "late"), sender="client"))
    refused("SENDER_NOT_AUTHORISED", "by an unknown key", "compromised", follows(add_of(swarm, "late"), sender="another"))
    refused("WRONG_GENESIS", "another genesis", "compromised", follows(add_of(swarm, "late"), genesis="0" * 64))
    refused("WRONG_HEAD", "a gap", "add", entry(swarm.heads["rotate"], add_of(swarm, "late")))
    refused("WRONG_HEAD", "a number that is taken", "rotate", entry(swarm.heads["add"], add_of(swarm, "late")))
    refused("WRONG_HEAD", "the wrong parent", "add", entry(swarm.heads["add"], add_of(swarm, "late"), fields={"parents": ["0" * 64]}))
    refused("POLICY_MISMATCH", "a policy not in force", "compromised", follows(
        add_of(swarm, "late"), fields={"policy_engine_hash": "0" * 64}))
    refused("POLICY_MISMATCH", "a policy in force no more", "retire policy", entry(swarm.heads["retire policy"], add_of(swarm, "late")))
    refused("BAD_THREAD_ID", "another thread", "compromised", follows(add_of(swarm, "late"), fields={"thread_id": "t"}))
    refused("BAD_LAMPORT", "another lamport", "compromised", follows(add_of(swarm, "late"), fields={"lamport": 9}))
    refused("BAD_APPROVAL", "an approval by no administrator", "compromised", follows(add_of(swarm, "late"), approved_by=["client"]))
    refused("BAD_SHAPE", "an approval of the sender's own", "compromised", follows(add_of(swarm, "late"), approved_by=["admin"]))
    for comment, change in (
            ("no change", {}), ("an unknown change", {"type": "REMOVE", "key": key("client")}),
            ("a member more", dict(add_of(swarm, "late"), more=1)), ("no roles", dict(add_of(swarm, "late"), roles=[])),
            ("roles not sorted", dict(add_of(swarm, "late"), roles=["worker", "client"])),
            ("a role twice", dict(add_of(swarm, "late"), roles=["client", "client"])),
            ("an unknown role", dict(add_of(swarm, "late"), roles=["king"])),
            ("a name with a slash", dict(add_of(swarm, "late"), name="../x")),
            ("a key that is none", dict(add_of(swarm, "late"), key="AAAA"))):
        refused("BAD_SHAPE", comment, "compromised", follows(change))
    for comment, changes in (("a note with a line end", {"note": "a\nb"}), ("an empty note", {"note": ""}),
                             ("a member more in the payload", {"more": 1}), ("approvals that are none", {"approvals": {}})):
        refused("BAD_SHAPE", comment, "compromised", follows(add_of(swarm, "late"), **changes))

    for label in ("", "add", "rotate", "compromised", "retire"):
        swarm.pin("the head after %s" % (label or "the genesis"), "retire", swarm.heads[label].trust)
    swarm.pin("a head that is not there yet", "add", swarm.heads["rotate"].trust)
    swarm.pin("no head", "retire", "0" * 64)
    for comment, pinned, counted, name in (
            ("in force at the head that is pinned", "add", "add", "verifier-1"),
            ("the successor, pinned before it", "add", "rotate", "verifier-1 new"),
            ("the successor, pinned after it", "rotate", "rotate", "verifier-1 new"),
            ("retired, pinned before", "add", "rotate", "verifier-1"),
            ("retired, pinned after", "rotate", "rotate", "verifier-1"),
            ("compromised, counted before", "add", "rotate", "verifier-1"),
            ("compromised, counted after", "add", "compromised", "verifier-1"),
            ("no verifier", "add", "add", "worker-1"),
            ("added, pinned before it", "", "add", "verifier-3"),
            ("added, pinned after it", "add", "add", "verifier-3")):
        swarm.vote(comment, pinned, counted, name)
    return swarm.value


def add_of(swarm, name):
    return {"type": "ADD", "name": name, "key": swarm.key(name), "roles": ["client"]}


def two_of_three(swarm_id):
    swarm = ControlSwarm(swarm_id, "two of three administrators", {
        "a": ["admin"], "b": ["admin", "operator"], "c": ["admin"], "client": ["client"], "verifier-1": ["verifier"]}, 2)
    entry, refused, start = swarm.entry, swarm.refused, swarm.heads[""]
    add = add_of(swarm, "new")
    swarm.follow("add", "", add, sender="a", approved_by=["b"])
    swarm.row("all three", "", entry(start, add, sender="b", approved_by=["a", "c"]))
    swarm.follow("retire c", "add", {"type": "RETIRE", "key": swarm.key("c")}, sender="c", approved_by=["a"])
    refused("APPROVALS_MISSING", "nobody approved", "", entry(start, add, sender="a"))
    refused("BAD_APPROVAL", "approved by a client", "", entry(start, add, sender="a", approved_by=["client"]))
    refused("BAD_APPROVAL", "one that counts and one that does not", "", entry(start, add, sender="a", approved_by=["b", "client"]))
    refused("BAD_APPROVAL", "approved by one that is retired", "retire c", entry(
        swarm.heads["retire c"], add_of(swarm, "late"), sender="a", approved_by=["c"]))
    signed = lambda head, change, name, swarm_id=swarm_id: [{"key": swarm.key(name), "sig": b64(sign(
        swarm.seed(name), head.approved_bytes(swarm_id, change)))}]
    refused("BAD_APPROVAL", "another change was approved", "", entry(start, add, sender="a", approvals=signed(
        start, dict(add, roles=["admin"]), "b")))
    refused("BAD_APPROVAL", "another number was approved", "add", entry(swarm.heads["add"], add_of(swarm, "late"), sender="a",
                                                                       approvals=signed(start, add_of(swarm, "late"), "b")))
    refused("BAD_APPROVAL", "for another swarm", "", entry(start, add, sender="a", approvals=signed(start, add, "b", "other")))
    refused("BAD_APPROVAL", "signed by another", "", entry(start, add, sender="a", approvals=[
        dict(signed(start, add, "c")[0], key=swarm.key("b"))]))
    refused("BAD_SHAPE", "approved twice by one", "", entry(start, add, sender="a", approved_by=["b", "b"]))
    refused("BAD_SHAPE", "approvals not sorted", "", entry(
        start, add, sender="a", approved_by=["b", "c"], approve=lambda approvals: approvals[::-1]))
    refused("CHANGE_REFUSED", "one administrator would be left of two that are required", "retire c", entry(
        swarm.heads["retire c"], {"type": "COMPROMISED", "key": swarm.key("b")}, sender="a", approved_by=["b"]))
    return swarm.value
