"""The control chain as control.md has it: trust and policies after each entry, and the reason for which one is refused."""

import hashlib

import ed25519
import jcs
import payloads
import policy
from envelopes import unb64

THREAD = "control"
IN_FORCE, RETIRED, COMPROMISED = "IN_FORCE", "RETIRED", "COMPROMISED"


class Refused(Exception):
    """An entry that section 4 refuses: the reason, and what it is about."""

    def __init__(self, reason, about):
        super().__init__("%s: %s" % (reason, about))
        self.reason = reason


class Key:
    """What the chain says of one key; `since` is the number of the entry since which it has its state."""

    def __init__(self, name, roles, state=IN_FORCE, since=0):
        self.name, self.roles, self.state, self.since = name, tuple(sorted(roles)), state, since


class Head:
    """What holds after an entry, or at the genesis: number 0 with the empty id. Never changes."""

    def __init__(self, keys, admins_required=1, policies=None, genesis=None, number=0, entry=""):
        """`policies` are hashes of those in force, in the order of their activation; None where it is not known."""
        self.keys, self.admins_required, self.policies = keys, admins_required, policies
        self.number, self.entry = number, entry
        self.activated = None  # the policy that its entry activated
        self.genesis = genesis or _hash(self._roles(keys))
        self.document = self._roles({k: key for k, key in keys.items() if key.state == IN_FORCE})
        if number:
            self.document["control"] = entry
        self.trust = _hash(self.document)
        self.verifiers = sorted(k for k, key in keys.items() if key.state == IN_FORCE and "verifier" in key.roles)
        self.verifiers_hash = _hash({"verifiers": self.verifiers})

    def _roles(self, keys):
        document = {k: list(key.roles) for k, key in keys.items()}
        if self.admins_required > 1:
            document["admins_required"] = self.admins_required
        return document

    def roles(self, key):
        """The roles of a key that is in force, otherwise none."""
        return self.keys[key].roles if self.state(key) == IN_FORCE else ()

    def state(self, key):
        return self.keys[key].state if key in self.keys else None

    def key_of(self, name):
        """The key in force under a name, or None."""
        return next((k for k, key in self.keys.items() if key.state == IN_FORCE and key.name == name), None)

    def admins(self):
        return [key for key in self.keys if "admin" in self.roles(key)]

    def may_vote(self, key, counted):
        """Whether a vote on work counts where the DECIDE pins this head and the votes were counted under `counted`."""
        return "verifier" in self.roles(key) and counted.state(key) != COMPROMISED

    def follow(self, envelope):
        """The head after that entry, which is an envelope that was read; or Refused, by the first check that fails."""
        payload, sender = envelope["payload"], envelope["sender_pk_b64"]
        _need("BAD_SHAPE", "the payload", payloads.fits("CONTROL", payload))
        _need("BAD_SHAPE", "an approval of the sender's own", all(each["key"] != sender for each in payload["approvals"]))
        _need("BAD_THREAD_ID", "thread_id", envelope["thread_id"] == THREAD)
        _need("BAD_LAMPORT", "lamport", envelope["lamport"] == payload["number"])
        _need("WRONG_GENESIS", "genesis", payload["genesis"] == self.genesis)
        _need("WRONG_HEAD", "number", payload["number"] == self.number + 1)
        _need("WRONG_HEAD", "parents", envelope["parents"] == [self.entry][:self.number])
        _need("POLICY_MISMATCH", "policy_engine_hash",
              self.policies is None or envelope["policy_engine_hash"] in self.policies)
        _need("SENDER_NOT_AUTHORISED", "the sender", "admin" in self.roles(sender))
        for each in payload["approvals"]:
            _need("BAD_APPROVAL", "no administrator", "admin" in self.roles(each["key"]))
            _need("BAD_APPROVAL", "the signature", ed25519.verify(
                unb64(each["key"], 32), self.approved_bytes(envelope["swarm_id"], payload["change"]), unb64(each["sig"], 64)))
        _need("APPROVALS_MISSING", "approvals", 1 + len(payload["approvals"]) >= self.admins_required)
        keys, policies = CHANGES[payload["change"]["type"]](self, payload["change"])
        after = Head(keys, self.admins_required, policies, self.genesis, self.number + 1, envelope["id"])
        if payload["change"]["type"] == "ACTIVATE":
            after.activated = policy.Policy(jcs.canonical(payload["change"]["policy"]))
        _need("CHANGE_REFUSED", "fewer administrators than are required", len(after.admins()) >= self.admins_required)
        return after

    def approved_bytes(self, swarm_id, change):
        """What an administrator signs to approve a change as the entry after this head."""
        return b"can-swarm/approval/v1\0" + jcs.canonical({
            "change": change, "genesis": self.genesis, "number": self.number + 1, "parent": self.entry, "swarm_id": swarm_id})

    # ------------------------------------------------------------ the changes: keys and policies after each

    def _with(self, key, name, roles, state=IN_FORCE, since=None):
        return dict(self.keys, **{key: Key(name, roles, state, self.number + 1 if since is None else since)})

    def _add(self, change):
        _need("CHANGE_REFUSED", "a key that is known already", change["key"] not in self.keys)
        _need("CHANGE_REFUSED", "a name in use", self.key_of(change["name"]) is None)
        return self._with(change["key"], change["name"], change["roles"]), self.policies

    def _set_roles(self, change):
        key = self._in_force(change["key"])
        return self._with(change["key"], key.name, change["roles"], since=key.since), self.policies

    def _rotate(self, change):
        old = self._in_force(change["old"])
        _need("CHANGE_REFUSED", "another name", old.name == change["name"])
        _need("CHANGE_REFUSED", "a key that is known already", change["key"] not in self.keys)
        keys = self._with(change["old"], old.name, old.roles, RETIRED)
        keys[change["key"]] = Key(old.name, old.roles, IN_FORCE, self.number + 1)
        return keys, self.policies

    def _retire(self, change):
        key = self._in_force(change["key"])
        return self._with(change["key"], key.name, key.roles, RETIRED), self.policies

    def _compromised(self, change):
        _need("CHANGE_REFUSED", "an unknown key, or one that is compromised", self.state(change["key"]) in (IN_FORCE, RETIRED))
        key = self.keys[change["key"]]
        return self._with(change["key"], key.name, key.roles, COMPROMISED), self.policies

    def _activate(self, change):
        try:
            added = policy.Policy(jcs.canonical(change["policy"])).hash
        except ValueError as wrong:
            raise Refused("CHANGE_REFUSED", str(wrong)) from None
        if self.policies is None:
            return self.keys, None
        _need("CHANGE_REFUSED", "a policy in force", added not in self.policies)
        return self.keys, self.policies + (added,)

    def _retire_policy(self, change):
        if self.policies is None:
            return self.keys, None
        _need("CHANGE_REFUSED", "a policy that is not in force", change["policy"] in self.policies)
        _need("CHANGE_REFUSED", "the last policy", len(self.policies) > 1)
        return self.keys, tuple(each for each in self.policies if each != change["policy"])

    def _in_force(self, key):
        _need("CHANGE_REFUSED", "a key that is not in force", self.state(key) == IN_FORCE)
        return self.keys[key]


CHANGES = {
    "ADD": Head._add, "ROLES": Head._set_roles, "ROTATE": Head._rotate, "RETIRE": Head._retire,
    "COMPROMISED": Head._compromised, "ACTIVATE": Head._activate, "RETIRE_POLICY": Head._retire_policy,
}


def genesis(trust_yaml, policy_hash=None):
    """The head before any entry, of a trust file in the form in which CAN Swarm writes it; times are not looked at."""
    keys, fields, required = {}, {}, 1
    for line in trust_yaml.splitlines():
        member, _, value = line.strip().removeprefix("- ").partition(": ")
        if line.startswith("admins-required: "):
            required = int(value)
        elif member in ("name", "key", "roles"):
            fields = {} if line.lstrip().startswith("- ") else fields
            fields[member] = value.strip('"')
            if len(fields) == 3:
                keys[fields["key"]] = Key(fields["name"], fields["roles"].strip("[]").split(", "))
        elif member not in ("version", "keys:", "keys", "valid_from", "valid_until", "revoked_from"):
            raise ValueError("expected a trust file as CAN Swarm writes it, got the line %r" % line)
    return Head(keys, required, None if policy_hash is None else (policy_hash,))


def _need(reason, about, holds):
    if not holds:
        raise Refused(reason, about)


def _hash(value):
    return hashlib.sha256(jcs.canonical(value)).hexdigest()
