"""What several envelopes show together, as history.md has it."""

import hashlib

import jcs
import payloads
from envelopes import sha256_hex

MAY_SAY = {
    "gateway": ("NEED", "CANCEL"), "client": ("NEED", "CANCEL"), "operator": ("CANCEL",), "planner": ("PROPOSE",),
    "decider": ("DECIDE",), "worker": ("CLAIM", "COMMIT", "YIELD"), "verifier": ("ATTEST",),
    "coordinator": ("RELEASE", "FINALIZE"),
}


class Trust:
    """A trust file, in the form in which CAN Swarm writes it; validity in time is not looked at."""

    def __init__(self, text):
        self.roles = {}
        key = None
        for line in text.splitlines():
            name, _, value = line.strip().removeprefix("- ").partition(": ")
            if name == "key":
                key = value.strip('"')
            elif name == "roles":
                self.roles.setdefault(key, set()).update(value.strip("[]").split(", "))
            elif name not in ("version", "keys:", "name", "valid_from", "valid_until", "revoked_from"):
                raise ValueError("expected a trust file as CAN Swarm writes it, got the line %r" % line)
        self.verifiers = sorted(key for key, roles in self.roles.items() if "verifier" in roles)
        self.verifiers_hash = self._hash({"verifiers": self.verifiers})
        self.hash = self._hash({key: sorted(roles) for key, roles in self.roles.items()})

    @staticmethod
    def _hash(value):
        return hashlib.sha256(jcs.canonical(value)).hexdigest()

    def may_say(self, key, kind, allows=lambda role, kind: True):
        return any(kind in MAY_SAY.get(role, ()) and allows(role, kind) for role in self.roles.get(key, ()))


class History:
    """
    All envelopes, by id. `problem(where, text)` is told what is wrong, `missing(where, text)` what cannot be judged
    because an envelope is not there.
    """

    def __init__(self, problem, missing, trust=None):
        self.problem = problem
        self.missing = missing
        self.trust = trust
        self.envelopes = {}  # id to envelope
        self.where = {}
        self.counting = set()  # ids of those that are not only known as superseded

    def add(self, envelope, where, superseded=False):
        if not payloads.fits(envelope["kind"], envelope["payload"]):
            self.problem(where, "%s has a payload of another form" % name(envelope))
            return
        if not superseded:
            self.counting.add(envelope["id"])
        seen = self.envelopes.setdefault(envelope["id"], envelope)
        self.where.setdefault(envelope["id"], where)
        if seen is envelope and self.trust and not self.trust.may_say(envelope["sender_pk_b64"], envelope["kind"]):
            self.problem(where, "%s by a key that is not listed for it" % name(envelope))

    def check(self):
        for envelope in self.envelopes.values():
            self._parents(envelope)
        self._once()
        for envelope in self._of("FINALIZE"):
            self._finalize(envelope)

    def counts(self):
        ends = self._of("FINALIZE")
        return {
            "envelopes": len(self.envelopes),
            "needs": len(self._of("NEED")),
            "finalized": len(ends),
            "accepted": sum(end["payload"]["outcome"] == "ACCEPTED" for end in ends),
        }

    def _of(self, kind):
        return [e for e in self.envelopes.values() if e["kind"] == kind and e["id"] in self.counting]

    def _parents(self, envelope):
        where = self.where[envelope["id"]]
        found = [self.envelopes[p] for p in envelope["parents"] if p in self.envelopes]
        need = self.envelopes.get(need_of(envelope))
        if len(found) < len(envelope["parents"]):
            self.missing(where, "a parent of %s" % name(envelope))
        elif found and envelope["lamport"] != 1 + max(p["lamport"] for p in found):
            self.problem(where, "%s has not 1 + the largest lamport of its parents" % name(envelope))
        if need is None:
            self.missing(where, "the NEED of %s" % name(envelope))
        elif need["kind"] != "NEED":
            self.problem(where, "%s belongs to %s" % (name(envelope), name(need)))
        for parent in found:
            if (need_of(parent), parent["thread_id"], parent["swarm_id"]) != (
                    need_of(envelope), envelope["thread_id"], envelope["swarm_id"]):
                self.problem(where, "%s follows from %s of another NEED, thread or swarm" % (name(envelope), name(parent)))
        self._fits(envelope, found, where)

    def _fits(self, envelope, parents, where):
        """What a verb must follow from."""
        kind, payload = envelope["kind"], envelope["payload"]
        if len(parents) < len(envelope["parents"]):
            return
        if kind in ("PROPOSE", "CANCEL"):
            fits = [p["id"] for p in parents] == [envelope["need_id"]]
        elif kind == "DECIDE":
            fits = any(p["kind"] == "PROPOSE" and p["id"] == payload["proposal_id"] for p in parents)
        elif kind == "CLAIM":
            fits = [p["kind"] in ("DECIDE", "RELEASE") for p in parents] == [True]
        elif kind in ("COMMIT", "YIELD"):
            fits = len(parents) == 1 and parents[0]["kind"] == "CLAIM" and \
                parents[0]["sender_pk_b64"] == envelope["sender_pk_b64"] and \
                lease_of(parents[0]) == lease_of(envelope)
        elif kind == "ATTEST":
            about = "COMMIT" if "task_id" in payload else "PROPOSE"
            fits = [(p["id"], p["kind"]) for p in parents] == [(payload["target"], about)]
        else:
            fits = bool(parents) or kind == "NEED"
        if not fits:
            self.problem(where, "%s does not follow from what a %s must follow from" % (name(envelope), kind))
        elif kind == "CANCEL" and self.trust and envelope["sender_pk_b64"] != parents[0]["sender_pk_b64"] \
                and "operator" not in self.trust.roles.get(envelope["sender_pk_b64"], ()):
            self.problem(where, "%s is neither by the key that signed its NEED nor by an operator" % name(envelope))

    def _once(self):
        """One answer to each question."""
        answers = {}
        for envelope in self.envelopes.values():
            for question in questions_of(envelope) if envelope["id"] in self.counting else ():
                first = answers.setdefault((need_of(envelope),) + question, envelope)
                if first is not envelope:
                    self.problem(self.where[envelope["id"]], "%s answers again what %s at %s has answered" % (
                        name(envelope), name(first), self.where[first["id"]]))

    # ------------------------------------------------------------ the end of a NEED

    def _finalize(self, end):
        where, payload = self.where[end["id"]], end["payload"]
        self._cancelled(end)
        if payload["outcome"] != "ACCEPTED":
            if payload["result_hash"] or payload["results"]:
                self.problem(where, "%s has results, and is not ACCEPTED" % name(end))
            return
        causes = self._causes(end)
        if causes is None:
            self.missing(where, "something that %s follows from" % name(end))
            return
        need = causes.get(end["need_id"])
        decides = [e for e in causes.values() if e["kind"] == "DECIDE"]
        if need is None or len(decides) != 1:
            self.problem(where, "%s does not follow from its NEED and one DECIDE" % name(end))
            return
        terms = decides[0]["payload"]
        proposal = causes.get(terms["proposal_id"])
        if proposal is None or proposal["kind"] != "PROPOSE":
            self.problem(where, "%s: its DECIDE is about no PROPOSE" % name(end))
            return
        plan = proposal["payload"]["plan"]
        planned = [(sha256_hex("can-swarm/task/v1", ("%s:%d" % (proposal["id"], i)).encode()), task["task_type"])
                   for i, task in enumerate(plan)]
        if planned != [(result["task_id"], result["task_type"]) for result in payload["results"]]:
            self.problem(where, "%s: its results are not the tasks of the decided plan" % name(end))
            return
        self._result_hash(end, need, terms, plan)
        self._votes(end, causes, terms)

    def _cancelled(self, end):
        """Reason CANCELLED: REJECTED, and follows from the NEED and a CANCEL. Nothing else follows from a CANCEL."""
        payload, parents = end["payload"], [self.envelopes.get(parent) for parent in end["parents"]]
        if None in parents:
            return
        kinds = sorted(parent["kind"] for parent in parents)
        says = payload.get("reason") == "CANCELLED"
        if says != ("CANCEL" in kinds) or says and (payload["outcome"], kinds) != ("REJECTED", ["CANCEL", "NEED"]):
            self.problem(self.where[end["id"]], "%s is not what follows from a NEED and its CANCEL" % name(end))

    def _causes(self, end):
        """All that it follows from, or None where something is not there."""
        causes, waiting = {}, list(end["parents"])
        while waiting:
            at = waiting.pop()
            if at not in causes:
                if at not in self.envelopes:
                    return None
                causes[at] = self.envelopes[at]
                waiting += self.envelopes[at]["parents"]
        return causes

    def _result_hash(self, end, need, terms, plan):
        tasks = [dict(task, artifact=result["artifact"]) for task, result in zip(plan, end["payload"]["results"])]
        result = {"need": need["payload_hash"], "outcome": "ACCEPTED", "policy": terms["policy"], "tasks": tasks}
        if end["payload"]["result_hash"] != sha256_hex("can-swarm/result/v1", jcs.canonical(result)):
            self.problem(self.where[end["id"]], "%s: result_hash is not that of its plan, artifacts and policy" % name(end))

    def _votes(self, end, causes, terms):
        """P3: accepts at least K + rejects, from distinct verifiers other than the worker, each once."""
        where = self.where[end["id"]]
        votes = [causes[p] for p in end["parents"]]
        if any(vote["kind"] != "ATTEST" or "task_id" not in vote["payload"] for vote in votes):
            self.problem(where, "%s: not all of its parents are votes on work" % name(end))
            return
        if self.trust and (terms["trust"], terms["verifiers"]) != (self.trust.hash, self.trust.verifiers_hash):
            self.missing(where, "the trust file that its DECIDE pins")
        tasks = [result["task_id"] for result in end["payload"]["results"]]
        if any(vote["payload"]["task_id"] not in tasks for vote in votes):
            self.problem(where, "%s counts a vote on a task that is not in its plan" % name(end))
        for result in end["payload"]["results"]:
            cast = [vote for vote in votes if vote["payload"]["task_id"] == result["task_id"]]
            voters = [vote["sender_pk_b64"] for vote in cast]
            accepts = sum(vote["payload"]["verdict"] == "ACCEPT" for vote in cast)
            rejects = len(cast) - accepts
            if len(set(voters)) < len(voters):
                self.problem(where, "%s counts two votes of one key" % name(end))
            if len({vote["payload"]["target"] for vote in cast}) > 1:
                self.problem(where, "%s counts votes on several COMMITs of one task" % name(end))
            if accepts < terms["k"] + rejects:
                self.problem(where, "%s: %d accept and %d reject task %s, K is %d" % (
                    name(end), accepts, rejects, result["task_id"][:12], terms["k"]))
            for vote in cast:
                commit = causes.get(vote["payload"]["target"])
                if commit is None or commit["kind"] != "COMMIT":
                    self.problem(where, "%s counts %s, which is about no COMMIT" % (name(end), name(vote)))
                else:
                    self._vote(end, vote, commit, result)

    def _vote(self, end, vote, commit, result):
        where = self.where[end["id"]]
        said, done = vote["payload"], commit["payload"]
        if (said["task_id"], said["attempt"], said["artifact"]) != (done["task_id"], done["attempt"], done["artifact"]) \
                or done["artifact"] != result["artifact"]:
            self.problem(where, "%s counts %s, which is about other work" % (name(end), name(vote)))
        if vote["sender_pk_b64"] == commit["sender_pk_b64"]:
            self.problem(where, "%s counts the worker's own vote" % name(end))
        if self.trust and vote["sender_pk_b64"] not in self.trust.verifiers:
            self.problem(where, "%s counts a vote of a key that is no verifier" % name(end))


def need_of(envelope):
    return envelope.get("need_id", envelope["id"])


def lease_of(envelope):
    return tuple(envelope["payload"].get(member) for member in ("task_id", "attempt", "token"))


def questions_of(envelope):
    """What an envelope answers that may be answered once for its NEED; nothing for votes, of which there may be two."""
    kind, payload = envelope["kind"], envelope["payload"]
    task, token = payload.get("task_id"), payload.get("token")
    if kind in ("NEED", "DECIDE", "FINALIZE", "CANCEL"):
        return [(kind,)]
    if kind == "PROPOSE":
        return [(kind, envelope["sender_pk_b64"])]
    if kind in ("COMMIT", "YIELD"):
        return [("END", task, token)]
    if kind == "RELEASE" and payload["cause"] == "PANEL":
        return [("PANEL", task, payload["attempt"])]
    if kind == "RELEASE" and payload["cause"] == "EXPIRED":
        return [("END", task, token - 1), (kind, task, token)]
    return [] if kind == "ATTEST" else [(kind, task, token)]


def name(envelope):
    return "%s %s" % (envelope["kind"], envelope["id"][:12])
