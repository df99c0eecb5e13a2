"""What several envelopes show together, as history.md has it."""

import control
import jcs
import payloads
from envelopes import MAY_SAY, sha256_hex

ON_THE_WAY_TO_DECIDE = ("NEED", "PROPOSE", "CANCEL")


class Trust:
    """A trust file, in the form in which CAN Swarm writes it, and the heads of the control chain that begins with it."""

    def __init__(self, text, policy_hash=None):
        self.heads = [control.genesis(text, policy_hash)]

    def follow(self, entries, wrong, missing):
        """
        Takes in envelopes of kind CONTROL, at most one of each number. `wrong(entry, text)` and `missing(entry, text)` are
        told why one, and what follows it, is not taken in.
        """
        for entry in sorted(entries, key=lambda entry: entry["lamport"]):
            head = self.heads[-1]
            if entry["lamport"] > head.number + 1 or entry["lamport"] <= head.number:
                missing(entry, "entry %d of the control chain" % (head.number + 1))
                return
            try:
                self.heads.append(head.follow(entry))
            except control.Refused as refused:
                if refused.reason == "POLICY_MISMATCH" and not self.knows_policy(entry["policy_engine_hash"]):
                    missing(entry, "the policy that %s names" % name(entry))
                else:
                    wrong(entry, "is refused: %s" % refused)
                return

    def pinned(self, trust_hash):
        """The number of the head whose trust document has that hash, or None."""
        return next((head.number for head in self.heads if head.trust == trust_hash), None)

    def activated(self):
        """The policies that entries activated."""
        return [head.activated for head in self.heads if head.activated]

    def knows_policy(self, policy_hash, last=None):
        """Whether that policy was in force at some head, up to number `last`; the first policy may not be known."""
        heads = self.heads if last is None else self.heads[:last + 1]
        return any(policy_hash in (head.policies or ()) for head in heads)

    def number_of(self, entry):
        """The number of the head that is named by the id of its entry; None, for none, is the genesis."""
        return next((head.number for head in self.heads if head.entry == (entry or "")), None)

    def may_say(self, key, kind, allows=lambda role, kind: True, first=0, last=None):
        """Whether the key was in force, for a role that may send that kind, at a head from `first` to `last`."""
        return any(
            kind in MAY_SAY[role] and allows(role, kind) for role in self.roles(key, first, last))

    def roles(self, key, first=0, last=None):
        """The roles of the key at the heads from `first` to `last`, by default the latest."""
        last = len(self.heads) - 1 if last is None else last
        return {role for head in self.heads[first:last + 1] for role in head.roles(key)}


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
        self.pins = {}  # id of a NEED to the number of the head that its DECIDE pins
        self.counting = set()  # ids of those that are not only known as superseded

    def add(self, envelope, where, superseded=False):
        if not payloads.fits(envelope["kind"], envelope["payload"]):
            self.problem(where, "%s has a payload of another form" % name(envelope))
            return
        if not superseded:
            self.counting.add(envelope["id"])
        self.envelopes.setdefault(envelope["id"], envelope)
        self.where.setdefault(envelope["id"], where)

    def check(self):
        self._once()
        if self.trust:
            self._control()
        for envelope in self.envelopes.values():
            self._parents(envelope)
            if self.trust:
                self._sender(envelope)
        for envelope in self._of("FINALIZE"):
            self._finalize(envelope)

    # ------------------------------------------------------------ the control chain

    def _control(self):
        """The chain, and which head each NEED was decided under."""
        tell = lambda report: lambda entry, text: report(self.where[entry["id"]], "%s %s" % (name(entry), text))
        first = {entry["lamport"]: entry for entry in reversed(self._of("CONTROL"))}
        self.trust.follow(first.values(), tell(self.problem), lambda entry, text: self.missing(self.where[entry["id"]], text))
        for decide in self._of("DECIDE"):
            where, terms = self.where[decide["id"]], decide["payload"]
            pinned = self.trust.pinned(terms["trust"])
            if pinned is None:
                self.missing(where, "the trust file that its DECIDE pins, or the control entry")
                continue
            head = self.trust.heads[pinned]
            self.pins[need_of(decide)] = pinned
            if terms["verifiers"] != head.verifiers_hash:
                self.problem(where, "%s pins other verifiers than its trust has" % name(decide))
            if self.trust.knows_policy(terms["policy"]) and not self.trust.knows_policy(terms["policy"], pinned):
                self.problem(where, "%s pins a policy that was not in force" % name(decide))

    def span(self, envelope):
        """
        The first and the last head at which its sender must have been in force: once it is decided on, the one that its
        DECIDE pins; before, or where it took no effect, any up to that one.
        """
        kind = envelope["kind"]
        if kind == "CONTROL":
            return envelope["lamport"] - 1, envelope["lamport"] - 1
        pinned = self.pins.get(need_of(envelope), None)
        before = kind in ON_THE_WAY_TO_DECIDE or kind == "ATTEST" and "task_id" not in envelope["payload"]
        return (0 if before or pinned is None or envelope["id"] not in self.counting else pinned), pinned

    def _sender(self, envelope):
        first, last = self.span(envelope)
        key, kind = envelope["sender_pk_b64"], envelope["kind"]
        if kind == "CONTROL" and first >= len(self.trust.heads) - 1 or self.trust.may_say(key, kind, first=first, last=last):
            return  # an entry that the chain does not hold was reported with the chain
        self.problem(self.where[envelope["id"]], "%s by a key that is not listed for it%s" % (
            name(envelope), " at the head that applies, %d" % last if self.trust.may_say(key, kind) else ""))

    def _counted_under(self, end):
        """The number of the head that a FINALIZE names, which is the one that its DECIDE pins or a later one; or None."""
        where, named = self.where[end["id"]], self.trust.number_of(end["payload"].get("control"))
        if named is None:
            self.missing(where, "the control entry that %s names" % name(end))
            return None
        if named < self.pins.get(need_of(end), 0):
            self.problem(where, "%s names a head before the one that its DECIDE pins" % name(end))
        if self.trust.heads[named].state(end["sender_pk_b64"]) == control.COMPROMISED:
            self.problem(where, "%s is by a key that is compromised at the head that it names" % name(end))
        return named

    def counts(self):
        ends, entries = self._of("FINALIZE"), self._of("CONTROL")
        return dict({
            "envelopes": len(self.envelopes),
            "needs": len(self._of("NEED")),
            "finalized": len(ends),
            "accepted": sum(end["payload"]["outcome"] == "ACCEPTED" for end in ends),
        }, **({"control": len(entries)} if entries else {}))

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
        if envelope["kind"] == "CONTROL":
            pass
        elif need is None:
            self.missing(where, "the NEED of %s" % name(envelope))
        elif need["kind"] != "NEED":
            self.problem(where, "%s belongs to %s" % (name(envelope), name(need)))
        for parent in found:
            if (scope_of(parent), parent["thread_id"], parent["swarm_id"]) != (
                    scope_of(envelope), envelope["thread_id"], envelope["swarm_id"]):
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
        elif kind == "CONTROL":
            number = payload["number"]
            fits = envelope["lamport"] == number and envelope["thread_id"] == control.THREAD and [
                (p["kind"], p["lamport"]) for p in parents] == [("CONTROL", number - 1)][:number - 1]
        else:
            fits = bool(parents) or kind == "NEED"
        if not fits:
            self.problem(where, "%s does not follow from what a %s must follow from" % (name(envelope), kind))
        elif kind == "CANCEL" and self.trust and envelope["sender_pk_b64"] != parents[0]["sender_pk_b64"] \
                and "operator" not in self.trust.roles(envelope["sender_pk_b64"], *self.span(envelope)):
            self.problem(where, "%s is neither by the key that signed its NEED nor by an operator" % name(envelope))

    def _once(self):
        """One answer to each question."""
        answers = {}
        for envelope in self.envelopes.values():
            for question in questions_of(envelope) if envelope["id"] in self.counting else ():
                first = answers.setdefault((scope_of(envelope),) + question, envelope)
                if first is not envelope:
                    self.problem(self.where[envelope["id"]], "%s answers again what %s at %s has answered" % (
                        name(envelope), name(first), self.where[first["id"]]))

    # ------------------------------------------------------------ the end of a NEED

    def _finalize(self, end):
        where, payload = self.where[end["id"]], end["payload"]
        self._cancelled(end)
        counted = self._counted_under(end) if self.trust else None
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
        self._votes(end, causes, terms, counted)

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

    def _votes(self, end, causes, terms, counted):
        """P3: accepts at least K + rejects, from distinct verifiers other than the worker, each once."""
        where = self.where[end["id"]]
        votes = [causes[p] for p in end["parents"]]
        if any(vote["kind"] != "ATTEST" or "task_id" not in vote["payload"] for vote in votes):
            self.problem(where, "%s: not all of its parents are votes on work" % name(end))
            return
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
                    self._vote(end, vote, commit, result, counted)

    def _vote(self, end, vote, commit, result, counted):
        where = self.where[end["id"]]
        said, done = vote["payload"], commit["payload"]
        if (said["task_id"], said["attempt"], said["artifact"]) != (done["task_id"], done["attempt"], done["artifact"]) \
                or done["artifact"] != result["artifact"]:
            self.problem(where, "%s counts %s, which is about other work" % (name(end), name(vote)))
        if vote["sender_pk_b64"] == commit["sender_pk_b64"]:
            self.problem(where, "%s counts the worker's own vote" % name(end))
        pinned = self.pins.get(need_of(end))
        if counted is None or pinned is None:
            return  # without a trust file; or what is missing was reported
        heads, voter = self.trust.heads, vote["sender_pk_b64"]
        if "verifier" not in heads[pinned].roles(voter):
            self.problem(where, "%s counts a vote of a key that is no verifier" % name(end))
        elif not heads[pinned].may_vote(voter, heads[counted]):
            self.problem(where, "%s counts a vote of a key that is compromised at the head that it names" % name(end))


def need_of(envelope):
    return envelope.get("need_id", envelope["id"])


def scope_of(envelope):
    """The NEED within which questions are answered; the control chain has its own."""
    return control.THREAD if envelope["kind"] == "CONTROL" else need_of(envelope)


def lease_of(envelope):
    return tuple(envelope["payload"].get(member) for member in ("task_id", "attempt", "token"))


def questions_of(envelope):
    """What an envelope answers that may be answered once for its NEED; nothing for votes, of which there may be two."""
    kind, payload = envelope["kind"], envelope["payload"]
    task, token = payload.get("task_id"), payload.get("token")
    if kind in ("NEED", "DECIDE", "FINALIZE", "CANCEL"):
        return [(kind,)]
    if kind == "CONTROL":
        return [(kind, payload["number"])]
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
