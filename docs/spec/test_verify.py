#!/usr/bin/env python3
"""Breaks a whole story in many ways: verify.py must find every one of them, and nothing in the story as it is."""

import contextlib
import functools
import hashlib
import io
import json
import pathlib
import random
import sys
import tempfile
import unittest

sys.dont_write_bytecode = True

import audit_log
import control
import ed25519
import envelopes
import history
import jcs
import module_vectors
import policy
import verify
import wasm

POLICY_FILE = pathlib.Path(__file__).resolve().parents[2] / "config/src/main/resources/dev/canswarm/config/policy.json"
RULED = policy.Policy(POLICY_FILE.read_bytes())
POLICY = RULED.hash
ROLES = {"gateway": "gateway", "planner": "planner", "decider": "decider", "worker": "worker", "other-worker": "worker",
         "verifier-1": "verifier", "verifier-2": "verifier", "verifier-3": "verifier", "coordinator": "coordinator", "client": "client",
         "operator": "operator", "admin": "admin", "admin-2": "admin",
         "node": "node"}
SEEDS = {name: hashlib.sha256(name.encode()).digest() for name in ROLES}
KEYS = {name: envelopes.b64(ed25519.public_key(seed)) for name, seed in SEEDS.items()}
TRUST = "version: 1\nkeys:\n" + "".join(
    '  - name: "%s"\n    key: "%s"\n    roles: [%s]\n' % (name, KEYS[name], role) for name, role in ROLES.items())
GENESIS = control.genesis(TRUST, POLICY)
RULES = lambda key, kind: any(kind in envelopes.MAY_SAY[role] for role in GENESIS.roles(key))
TASK = {"task_type": "text.wordcount", "input": {"text": "to be"}, "requires": [], "produces": ["r"]}
ARTIFACT = hashlib.sha256(b"artifact").hexdigest()


def say(sender, kind, payload, parents=(), need=None, **changes):
    fields = {"swarm_id": "can-swarm", "thread_id": "t", "kind": kind, "policy_engine_hash": POLICY,
              "lamport": 1 + max((p["lamport"] for p in parents), default=0), "parents": sorted(p["id"] for p in parents)}
    fields.update({"nonce": "n"} if need is None else {"need_id": need["id"]})
    fields.update(changes)
    return envelopes.seal(fields, payload, SEEDS[sender])


class Entries:
    """The control chain from the genesis on: the envelopes, and the head after each."""

    def __init__(self, *changes, **how):
        self.all, self.heads = [], [GENESIS]
        for change in changes:
            self.add(change, **how)

    def make(self, change, sender="admin", after=None, payload=(), **fields):
        head = self.heads[-1] if after is None else after
        content = {"number": head.number + 1, "genesis": head.genesis, "change": change, "approvals": []}
        shape = {"swarm_id": "can-swarm", "thread_id": "control", "kind": "CONTROL", "lamport": head.number + 1,
                 "parents": [head.entry][:head.number], "policy_engine_hash": POLICY}
        return envelopes.seal(dict(shape, **fields), dict(content, **dict(payload)), SEEDS[sender])

    def add(self, change, **how):
        entry = self.make(change, **how)
        self.all.append(entry)
        self.heads.append(self.heads[-1].follow(entry))
        return self


def added(name, role):
    SEEDS.setdefault(name, hashlib.sha256(name.encode()).digest())
    return {"type": "ADD", "name": name, "key": envelopes.b64(ed25519.public_key(SEEDS[name])), "roles": [role]}


def rotated(name, successor):
    return {"type": "ROTATE", "name": name, "old": KEYS[name], "key": added(successor, "worker")["key"]}


class Story:
    """One NEED with one task, K = 2, to its FINALIZE; every part can be made otherwise."""

    def __init__(self, votes=(("verifier-1", "ACCEPT"), ("verifier-2", "ACCEPT")), head=GENESIS, **otherwise):
        make = lambda name, default: otherwise.get(name, lambda *args: default(*args))
        self.counted = otherwise.get("counted", head)
        self.need = say("gateway", "NEED", {"task_type": "text.wordcount", "input": {"text": "to be"}})
        self.propose = say("planner", "PROPOSE", {"plan": [TASK]}, [self.need], self.need)
        self.task = envelopes.sha256_hex("can-swarm/task/v1", (self.propose["id"] + ":0").encode())
        self.terms = {"proposal_id": self.propose["id"], "epoch": 1, "k_plan": 0, "k": 2, "policy": POLICY,
                      "trust": head.trust, "verifiers": head.verifiers_hash}
        self.decide = say("decider", "DECIDE", self.terms, [self.propose], self.need)
        self.lease = {"task_id": self.task, "attempt": 1, "token": 1}
        self.worker = otherwise.get("worker", "worker")
        self.claim = say(self.worker, "CLAIM", self.lease, [self.decide], self.need)
        self.commit = make("commit", self.make_commit)(self)
        self.votes = [self.vote(who, verdict) for who, verdict in votes]
        self.votes = make("votes_made", lambda story: story.votes)(self)
        self.finalize = make("finalize", self.make_finalize)(self)
        self.all = [self.need, self.propose, self.decide, self.claim, self.commit] + self.votes + [self.finalize]

    def make_commit(self, _, sender=None):
        sender = sender or self.worker
        return say(sender, "COMMIT", dict(self.lease, artifact=ARTIFACT, inputs=[]), [self.claim], self.need)

    def vote(self, who, verdict, about=None, **more):
        about = about or self.commit
        payload = {"target": about["id"], "verdict": verdict, "task_id": self.task, "attempt": 1, "artifact": ARTIFACT}
        return say(who, "ATTEST", dict(payload, **more), [about], self.need)

    def result_hash(self, artifact=ARTIFACT):
        return envelopes.sha256_hex("can-swarm/result/v1", jcs.canonical(
            {"need": self.need["payload_hash"], "outcome": "ACCEPTED", "policy": POLICY,
             "tasks": [dict(TASK, artifact=artifact)]}))

    def make_finalize(self, _, parents=None, **changes):
        payload = {"outcome": "ACCEPTED", "result_hash": self.result_hash(), "results": [
            {"task_id": self.task, "task_type": "text.wordcount", "artifact": ARTIFACT}]}
        if self.counted and self.counted.entry:
            payload["control"] = self.counted.entry
        return say("coordinator", "FINALIZE", dict(payload, **changes), parents or self.votes, self.need)


def plain(messages):
    return b"".join(jcs.canonical(message) + b"\n" for message in messages)


def log(messages, node="node", direction="PUBLISHED", batch=3, gas=None):
    """The lines of an audit log, with a checkpoint after each batch."""
    key = ed25519.public_key(SEEDS[node])
    before = hashlib.sha256(b"can-swarm/audit-genesis/v1\0" + key).hexdigest()
    lines = []
    for n, message in enumerate(messages, 1):
        content = {"raw_b64": envelopes.b64(message)} if isinstance(message, bytes) else {"envelope": message}
        if gas and "envelope" in content:
            content["gas"] = gas(message)
        lines.append(jcs.canonical(dict(
            content, dir="DEAD_LETTERED" if isinstance(message, bytes) else direction, lamport=n, n=n, offset=-1,
            partition=-1, prev=before, timestamp_ns="1", topic="t")))
        before = hashlib.sha256(lines[-1]).hexdigest()
        if n % batch == 0 or n == len(messages):
            place = {"lamport": n, "n": n, "node": envelopes.b64(key), "prev": before, "timestamp_ns": "1"}
            signature = ed25519.sign(SEEDS[node], b"can-swarm/audit/v1\0" + jcs.canonical(place))
            lines.append(jcs.canonical({"checkpoint": place, "sig_b64": envelopes.b64(signature)}))
            before = hashlib.sha256(lines[-1]).hexdigest()
    return lines


def joined(lines):
    return b"".join(line + b"\n" for line in lines)


class VerifyTest(unittest.TestCase):
    def file(self, content):
        """A file beside the log's directory, until the test is over."""
        file = tempfile.NamedTemporaryFile()
        self.addCleanup(file.close)
        file.write(content)
        file.flush()
        return file.name

    def run_on(self, *segments, trust=TRUST, more=()):
        """Exit code, and what was said."""
        with tempfile.TemporaryDirectory() as directory:
            root = pathlib.Path(directory)
            (root / "trust.yaml").write_text(trust)
            (root / "audit").mkdir()
            for number, segment in enumerate(segments, 1):
                (root / "audit" / ("%012d.jsonl" % number)).write_bytes(segment)
            out, err, argv = io.StringIO(), io.StringIO(), sys.argv
            sys.argv = ["verify.py", "--json", "--trust", str(root / "trust.yaml"), str(root / "audit"), *more]
            try:
                with contextlib.redirect_stdout(out), contextlib.redirect_stderr(err):
                    code = verify.main()
            finally:
                sys.argv = argv
            return code, json.loads(out.getvalue())

    def holds(self, *segments, **options):
        code, summary = self.run_on(*segments, **options)
        self.assertEqual(0, code, summary)
        return summary

    def fails(self, text, *segments, code=1, **options):
        actual, summary = self.run_on(*segments, **options)
        said = summary["problems"] + summary["missing"]
        self.assertEqual(code, actual, summary)
        self.assertTrue(any(text in line for line in said), "%r is not in %s" % (text, said))

    def test_a_story_holds_in_any_order_and_however_often_it_is_told(self):
        story = Story().all
        self.assertEqual(1, self.holds(plain(story))["accepted"])
        self.holds(plain(reversed(story)), plain(story))
        self.holds(joined(log(story)))
        self.holds(joined(log(story + [b"junk"])))

    def test_why_an_attempt_ended_proves_nothing_and_is_passed_over(self):
        why = {"agent": "a", "attempt": 1, "error": "no artifact", "kind": "ABSTAINED", "need_id": "n", "task_id": "t"}
        ended = log([why], direction="ATTEMPT_ENDED")
        story = joined(log(Story().all))
        self.assertEqual(1, self.holds(story, more=(self.file(joined(ended)),))["skipped"])

    def test_more_votes_than_K_hold_and_rejects_are_made_up_for(self):
        self.holds(plain(Story(votes=[("verifier-%d" % n, "ACCEPT") for n in (1, 2, 3)]).all))
        three = [("verifier-1", "ACCEPT"), ("verifier-2", "ACCEPT"), ("verifier-3", "REJECT")]
        self.fails("2 accept and 1 reject", plain(Story(votes=three).all))

    def test_what_is_missing_is_incomplete(self):
        story = Story().all
        for place in range(len(story) - 1):
            self.fails("missing", plain(story[:place] + story[place + 1:]), code=5)

    def test_parents_and_times(self):
        story = Story()
        late = say("coordinator", "FINALIZE", story.finalize["payload"], story.votes, story.need, lamport=99)
        self.fails("1 + the largest lamport", plain(story.all[:-1] + [late]))
        elsewhere = say("coordinator", "FINALIZE", story.finalize["payload"], story.votes, story.need, thread_id="u")
        self.fails("of another NEED, thread or swarm", plain(story.all[:-1] + [elsewhere]))
        self.fails("must follow from", plain(Story(commit=lambda s: s.make_commit(s, "other-worker")).all))
        self.fails("must follow from", plain(story.all + [
            say("verifier-3", "ATTEST", dict(story.votes[0]["payload"], target=story.claim["id"]), [story.commit], story.need)]))

    def test_each_question_is_answered_once(self):
        story = Story()
        for again in (
                say("decider", "DECIDE", dict(story.terms, epoch=2), [story.propose], story.need),
                story.make_finalize(story, parents=[story.need], outcome="EXPIRED", result_hash="", results=[]),
                say("worker", "YIELD", story.lease, [story.claim], story.need),
                say("other-worker", "CLAIM", story.lease, [story.decide], story.need),
                say("coordinator", "RELEASE", dict(story.lease, token=2, cause="EXPIRED", inputs=[], exclude=[]),
                    [story.claim], story.need)):
            self.fails("answers again", plain(story.all + [again]))
        lost = say("other-worker", "CLAIM", story.lease, [story.decide], story.need)
        superseded = [line.replace(b'"dir":"PUBLISHED"', b'"dir":"SUPERSEDED"') for line in log([lost], node="gateway")[:1]]
        self.holds(joined(log(story.all)), more=(self.file(joined(superseded)),))

    def test_what_a_finalize_counted(self):
        self.fails("1 accept and 0 reject", plain(Story(votes=[("verifier-1", "ACCEPT")]).all))
        twice = lambda s: [s.vote("verifier-1", "ACCEPT"), s.vote("verifier-1", "ACCEPT", evidence="again")]
        self.fails("two votes of one key", plain(Story(votes_made=twice).all))
        self.fails("no verifier", plain(Story(votes=[("verifier-1", "ACCEPT"), ("coordinator", "ACCEPT")]).all))
        self.fails("the worker's own vote", plain(Story(votes=[("verifier-1", "ACCEPT"), ("worker", "ACCEPT")]).all))
        stray = lambda s: s.votes + [s.vote("verifier-3", "ACCEPT", task_id="0" * 64)]
        self.fails("not in its plan", plain(Story(votes_made=stray).all))
        other = hashlib.sha256(b"other").hexdigest()
        about = lambda s: [s.vote("verifier-1", "ACCEPT"), s.vote("verifier-2", "ACCEPT", artifact=other)]
        self.fails("about other work", plain(Story(votes_made=about).all))
        need_too = lambda s: s.make_finalize(s, parents=s.votes + [s.need])
        self.fails("votes on work", plain(Story(finalize=need_too).all))

    def test_the_result(self):
        other = hashlib.sha256(b"other").hexdigest()
        self.fails("result_hash", plain(Story(finalize=lambda s: s.make_finalize(s, result_hash="0" * 64)).all))
        self.fails("result_hash", plain(Story(finalize=lambda s: s.make_finalize(s, result_hash="")).all))
        results = lambda s, **changes: [dict(task_id=s.task, task_type="text.wordcount", artifact=ARTIFACT, **changes)]
        lie = lambda s: s.make_finalize(s, result_hash=s.result_hash(other), results=[
            {"task_id": s.task, "task_type": "text.wordcount", "artifact": other}])
        self.fails("about other work", plain(Story(finalize=lie).all))
        self.fails("not the tasks", plain(Story(finalize=lambda s: s.make_finalize(s, results=[])).all))
        self.fails("not the tasks", plain(Story(finalize=lambda s: s.make_finalize(s, results=results(s) * 2)).all))
        self.fails("not ACCEPTED", plain(Story(finalize=lambda s: s.make_finalize(s, outcome="REJECTED")).all))
        self.fails("of another form", plain(Story(finalize=lambda s: s.make_finalize(s, outcome="MAYBE")).all))

    def test_a_cancel_and_the_end_that_follows_from_it(self):
        story = Story()
        ended = lambda cancel, parents=None, **changes: plain(story.all[:5] + [cancel, say(
            "coordinator", "FINALIZE", dict({"outcome": "REJECTED", "reason": "CANCELLED", "result_hash": "", "results": []},
                                            **changes), parents or [story.need, cancel], story.need)])
        cancel = lambda sender="gateway", parents=None, **payload: say(
            sender, "CANCEL", payload, parents or [story.need], story.need)
        self.holds(ended(cancel()))
        self.holds(ended(cancel(reason="no longer wanted")))
        self.holds(ended(cancel("operator")))
        self.holds(plain(story.all + [cancel()]))  # it came after the end
        self.fails("neither by the key that signed", ended(cancel("client")))
        self.fails("not listed for it", ended(cancel("worker")))
        self.fails("must follow from", ended(cancel(parents=[story.propose])))
        self.fails("answers again", plain(story.all + [cancel(), cancel("operator")]))
        self.fails("of another form", ended(cancel(reason="")))
        self.fails("of another form", ended(cancel(because="x")))
        for wrong in (ended(cancel(), [story.need]), ended(cancel(), reason="ATTEMPTS_USED_UP"),
                      ended(cancel(), outcome="EXPIRED"), ended(cancel(), [story.need, cancel(), story.commit])):
            self.fails("not what follows from a NEED and its CANCEL", wrong)

    def test_what_an_error_may_hold(self):
        story = Story()
        gave_back = lambda error: plain(story.all[:4] + [
            say("worker", "YIELD", dict(story.lease, error=error), [story.claim], story.need)])
        voted = lambda error: plain(Story(votes_made=lambda s: s.votes + [s.vote("verifier-3", "REJECT", error=error)],
                                          finalize=lambda s: s.make_finalize(s, parents=s.votes[:2])).all)
        for right in ("exit code 3 | \u00df \U0001f600", "\U0001f600" * 1024):
            self.holds(gave_back(right))
            self.holds(voted(right))
        for wrong in ("", "x" * 1025, 7, None, "a\nb", "\x1b[31m", "\x7f", "\x85", "\x9b", "\u061c", "\u200f", "\u2028",
                      "\u202e", "\u2066"):
            self.fails("of another form", gave_back(wrong))
            self.fails("of another form", voted(wrong))
        self.fails("of another form", plain(story.all[:3] + [
            say("worker", "CLAIM", dict(story.lease, error="x"), [story.decide], story.need)]))

    def test_trust(self):
        story = Story().all
        self.fails("not listed for it", plain(story), trust=TRUST.replace("[planner]", "[client]"))
        self.fails("trust file that its DECIDE pins", plain(story), code=5, trust=TRUST.replace("[gateway]", "[client]"))
        self.fails("not listed as a node", joined(log(story)), trust=TRUST.replace("[node]", "[client]"))

    def test_a_control_chain(self):
        chain = Entries(added("verifier-4", "verifier"), rotated("verifier-1", "verifier-1b"),
                        {"type": "COMPROMISED", "key": KEYS["verifier-1"]}, {"type": "RETIRE", "key": KEYS["planner"]})
        self.assertEqual(4, self.holds(plain(chain.all + Story().all))["control"])
        self.holds(plain(reversed(chain.all + Story().all)))
        self.holds(joined(log(chain.all + Story().all)), more=("--policy", str(POLICY_FILE)))
        self.fails("is refused: WRONG_GENESIS", plain(chain.all), trust=TRUST.replace("[planner]", "[client]"))
        for place in range(len(chain.all) - 1):
            rest = chain.all[:place] + chain.all[place + 1:]
            self.fails("entry %d of the control chain" % (place + 1), plain(rest + Story().all), code=5)
        other = Entries(added("verifier-5", "verifier")).all
        self.fails("answers again", plain(chain.all + other))
        superseded = [line.replace(b'"dir":"PUBLISHED"', b'"dir":"SUPERSEDED"') for line in log(other, node="gateway")[:1]]
        self.holds(joined(log(chain.all)), more=(self.file(joined(superseded)),))

    def test_entries_that_the_control_chain_refuses(self):
        chain = Entries(added("verifier-4", "verifier"), rotated("verifier-1", "verifier-1b"),
                        {"type": "COMPROMISED", "key": KEYS["verifier-1"]})
        add = added("late", "client")
        refuses = lambda reason, entry: self.fails("is refused: " + reason, plain(chain.all + [entry]))
        refuses("SENDER_NOT_AUTHORISED", chain.make(add, sender="client"))
        refuses("WRONG_GENESIS", chain.make(add, payload={"genesis": "0" * 64}))
        refuses("CHANGE_REFUSED", chain.make(added("verifier-4", "verifier")))
        refuses("CHANGE_REFUSED", chain.make({"type": "RETIRE", "key": KEYS["verifier-1"]}))
        refuses("CHANGE_REFUSED", chain.make(rotated("verifier-1", "late")))
        refuses("BAD_SHAPE", chain.make(add, payload={"approvals": [{"key": KEYS["admin"], "sig": envelopes.b64(bytes(64))}]}))
        refuses("BAD_APPROVAL", chain.make(add, payload={"approvals": [{"key": KEYS["admin-2"], "sig": envelopes.b64(bytes(64))}]}))
        self.fails("must follow from", plain(chain.all + [chain.make(add, parents=[chain.all[0]["id"]])]))
        self.fails("must follow from", plain(chain.all + [chain.make(add, thread_id="t")]))
        self.fails("must follow from", plain(chain.all + [chain.make(add, payload={"number": 3})]))
        self.fails("of another form", plain(chain.all + [chain.make(dict(add, roles=["king"]))]))
        self.fails("missing: the policy that CONTROL", plain(chain.all + [chain.make(add, policy_engine_hash="0" * 64)]),
                   code=5, more=("--policy", str(POLICY_FILE)))

    def test_what_several_administrators_must_sign(self):
        trust = TRUST.replace("version: 1\n", "version: 1\nadmins-required: 2\n")
        genesis, add = control.genesis(trust, POLICY), added("late", "client")
        signature = lambda sender, head: {"key": KEYS[sender], "sig": envelopes.b64(
            ed25519.sign(SEEDS[sender], head.approved_bytes("can-swarm", add)))}
        entry = lambda *approvals: plain([Entries().make(add, after=genesis, payload={"approvals": list(approvals)})])
        self.holds(entry(signature("admin-2", genesis)), trust=trust)
        self.fails("APPROVALS_MISSING", entry(), trust=trust)
        self.fails("BAD_APPROVAL", entry(signature("client", genesis)), trust=trust)
        self.fails("BAD_APPROVAL", entry(signature("admin-2", GENESIS)), trust=trust)

    def test_the_head_that_a_DECIDE_pins(self):
        chain = Entries(rotated("worker", "worker-b"), {"type": "RETIRE", "key": KEYS["planner"]})
        tells = lambda **how: plain(chain.all + Story(**how).all)
        before, rotation, last = chain.heads
        self.holds(tells())  # retired keys, which were in force at the head that is pinned
        self.holds(tells(head=rotation, worker="worker-b"))
        self.holds(tells(head=last, worker="worker-b"))  # the PROPOSE was made before its planner was retired
        self.fails("at the head that applies, 1", tells(head=rotation))
        self.fails("at the head that applies, 0", tells(worker="worker-b"))
        self.fails("that its DECIDE pins", plain(chain.all[:1] + Story(head=last, worker="worker-b").all), code=5)
        self.fails("pins other verifiers", plain(chain.all + [say("decider", "DECIDE", dict(
            Story().terms, verifiers="0" * 64), [Story().propose], Story().need)] + Story().all))
        decided_late = Entries({"type": "RETIRE", "key": KEYS["decider"]})
        self.fails("at the head that applies, 1", plain(decided_late.all + Story(head=decided_late.heads[1]).all))
        no_node = Entries({"type": "RETIRE", "key": KEYS["node"]})
        self.holds(joined(log(no_node.all + Story().all)))

    def test_the_head_that_a_FINALIZE_names(self):
        chain = Entries(added("verifier-4", "verifier"), rotated("verifier-1", "verifier-1b"),
                        {"type": "COMPROMISED", "key": KEYS["verifier-1"]},
                        {"type": "COMPROMISED", "key": KEYS["coordinator"]})
        tells = lambda **how: plain(chain.all + Story(**how).all)
        before, first, rotation, compromised, last = chain.heads
        self.holds(tells(counted=first))
        self.holds(tells(counted=rotation))  # retired, and its vote counts under the head that is pinned
        self.fails("a vote of a key that is compromised", tells(counted=compromised))
        self.fails("a head before the one", tells(head=first, counted=before))
        self.fails("by a key that is compromised", tells(votes=[("verifier-2", "ACCEPT"), ("verifier-3", "ACCEPT")], counted=last))
        self.fails("the control entry that FINALIZE", plain(chain.all[:2] + Story(counted=compromised).all), code=5)
        two = [("verifier-2", "ACCEPT"), ("verifier-4", "ACCEPT")]
        self.holds(tells(head=first, votes=two))
        self.fails("at the head that applies, 0", tells(votes=two))
        self.fails("no verifier", tells(votes=two))
        self.fails("at the head that applies, 2", tells(head=rotation))  # its first voter was retired at that head

    def test_policies_that_the_control_chain_activates(self):
        other = dict(RULED.members, k=3)
        second = policy.Policy(jcs.canonical(other))
        chain = Entries({"type": "ACTIVATE", "policy": other})
        need = say("gateway", "NEED", {"task_type": "x", "input": 1}, policy_engine_hash=second.hash)
        self.holds(plain(chain.all + [need]), more=("--policy", str(POLICY_FILE)))
        self.fails("the policy that NEED", plain([need]), code=5, more=("--policy", str(POLICY_FILE)))
        chain.add({"type": "RETIRE_POLICY", "policy": POLICY})
        for head in chain.heads:  # a NEED that was there before its policy was retired is decided under it
            self.holds(plain(chain.all + Story(head=head).all), more=("--policy", str(POLICY_FILE)))
        story = Story()
        early = say("decider", "DECIDE", dict(story.terms, policy=second.hash), [story.propose], story.need)
        self.fails("pins a policy that was not in force", plain(chain.all + [story.need, story.propose, early]),
                   more=("--policy", str(POLICY_FILE)))

    def test_the_policy_and_its_gas(self):
        story = Story().all
        file = ("--policy", str(POLICY_FILE))
        right = lambda message: RULED.evaluate(message, RULES)[1]
        self.holds(joined(log(story, gas=right)), more=file)
        self.fails("gas of COMMIT", joined(log(
            story, gas=lambda m: right(m) + (m["kind"] == "COMMIT"))), more=file)
        self.fails("gas is 0", joined(log(story, gas=lambda m: 0)))
        poor = self.file(POLICY_FILE.read_bytes().replace(b"100000", b"390"))
        self.fails("the policy that NEED", plain(story), code=5, more=("--policy", poor))
        short = policy.Policy(pathlib.Path(poor).read_bytes())
        under = say("gateway", "NEED", {"task_type": "x", "input": 1}, policy_engine_hash=short.hash)
        self.assertEqual(("OUT_OF_GAS", 50 * 7 + 8 + -(-len(jcs.canonical(under)) // 16)), short.evaluate(under, RULES))
        self.fails("OUT_OF_GAS", plain([under]), more=("--policy", poor))
        rule = {"name": "r", "sha256": "0" * 64, "verbs": ["NEED"], "gas_max": 1, "memory_pages_max": 1}
        with_rules = lambda *rules: jcs.canonical(dict(RULED.members, rules=list(rules)))
        ruled = policy.Policy(with_rules(rule))
        judged = say("gateway", "NEED", {"task_type": "x", "input": 1}, policy_engine_hash=ruled.hash)
        built_in = ruled.evaluate(judged, RULES)[1]
        for gas, fine in ((built_in, False), (built_in + 1, True)):
            lines = joined(log([judged], gas=lambda m: gas))
            (self.holds if fine else functools.partial(self.fails, "is more than"))(
                lines, more=("--policy", self.file(with_rules(rule))))
        for module, fine in ((module_vectors.assembled(), True), (module_vectors.assembled(evaluate=[0x00]), False)):
            rule_here = module_vectors.rule_of(module, 1, 5000)
            with tempfile.TemporaryDirectory() as directory:
                place = pathlib.Path(directory, "policy.json")
                place.write_bytes(jcs.canonical(dict(RULED.members, rules=[dict(rule_here, verbs=["NEED"])])))
                pathlib.Path(directory, "rule.wasm").write_bytes(module)
                here = policy.Policy(place.read_bytes())
                judged = say("gateway", "NEED", {"task_type": "x", "input": 1}, policy_engine_hash=here.hash)
                shown = jcs.canonical(envelopes.statement(judged)), b"[]"
                gas = here.evaluate(judged, RULES)[1] + wasm.Module(module, rule_here).run(*shown)[2]
                if not fine:
                    self.fails("POLICY_RULE_REFUSED", plain([judged]), more=("--policy", str(place)))
                    continue
                self.holds(joined(log([judged], gas=lambda m: gas)), more=("--policy", str(place)))
                self.fails("gas of NEED", joined(log([judged], gas=lambda m: gas + 1)), more=("--policy", str(place)))
        for wrong in (dict(rule, name="../r"), dict(rule, verbs=["FINALIZE"]), dict(rule, gas_max=1_000_001),
                      dict(rule, memory_pages_max=0), dict(rule, more=1), 1):
            self.assertRaises(ValueError, policy.Policy, with_rules(wrong))
        self.assertRaises(ValueError, policy.Policy, with_rules(rule, rule))
        narrow = lambda may_send: jcs.canonical(dict(RULED.members, may_send=may_send))
        narrowed = policy.Policy(narrow({"gateway": ["CANCEL"]}))
        need = say("gateway", "NEED", {"task_type": "x", "input": 1}, policy_engine_hash=narrowed.hash)
        self.fails("SENDER_NOT_AUTHORISED", plain([need]), more=("--policy", self.file(narrow({"gateway": ["CANCEL"]}))))
        for wrong in ({"king": []}, {"client": ["PROPOSE"]}, {"coordinator": ["FINALIZE"]}, {"client": "NEED"}, []):
            self.assertRaises(ValueError, policy.Policy, narrow(wrong))
        nothing = self.file(b"{}")
        self.assertEqual(2, self.code_of("--policy", nothing))

    def code_of(self, *more):
        argv, err = sys.argv, io.StringIO()
        sys.argv = ["verify.py", *more, self.file(plain(Story().all))]
        try:
            with contextlib.redirect_stderr(err):
                return verify.main()
        finally:
            sys.argv = argv

    def test_nothing_is_no_success(self):
        self.fails("no envelope", b"")
        self.fails("expected 2 ACCEPTED", plain(Story().all), more=("--accepted", "2"))
        self.fails("WRONG_SWARM", plain(Story().all), more=("--swarm", "another"))

    def test_any_changed_bit_of_plain_envelopes(self):
        whole = plain(Story().all)
        choice = random.Random(13)
        for _ in range(60):
            broken = bytearray(whole)
            broken[choice.randrange(len(whole) - 1)] ^= 1 << choice.randrange(8)
            self.assertEqual(1, self.run_on(bytes(broken))[0])

    def test_any_changed_bit_of_an_audit_log(self):
        whole = joined(log(Story().all + [b"junk"]))
        choice = random.Random(31)
        for _ in range(60):
            broken = bytearray(whole)
            broken[choice.randrange(len(whole) - 1)] ^= 1 << choice.randrange(8)
            self.assertEqual(1, self.run_on(bytes(broken))[0], broken)

    def test_lines_removed_repeated_moved_and_forged(self):
        lines = log(Story().all)
        for place in range(len(lines) - 1):
            self.assertEqual(1, self.run_on(joined(lines[:place] + lines[place + 1:]))[0])
            self.assertEqual(1, self.run_on(joined(lines[:place + 1] + lines[place:]))[0])
            swapped = lines[:place] + [lines[place + 1], lines[place]] + lines[place + 2:]
            self.assertEqual(1, self.run_on(joined(swapped))[0])
        half = len(lines) // 2
        self.holds(joined(lines[:half]), joined(lines[half:]))
        self.fails("prev is not", joined(lines[:half - 1]), joined(lines[half:]))
        self.fails("does not begin with record 1", joined(lines[half:]))
        mine, theirs = log(Story().all, node="node"), log(Story().all, node="gateway")
        self.assertEqual(1, self.run_on(joined(mine), joined(theirs))[0])
        self.assertEqual(1, self.run_on(joined(mine[:3] + theirs[3:4] + mine[4:]))[0])
        self.fails("does not begin as one of the node", joined(self.begun_by_another(mine)))

    @staticmethod
    def begun_by_another(lines):
        """A log made anew from its first line on, by who holds no key but the gateway's."""
        first = jcs.parse(lines[0], depth_max=65)
        first["prev"] = "0" * 64
        lines = [jcs.canonical(first)]
        place = {"lamport": 1, "n": 1, "node": KEYS["gateway"], "prev": hashlib.sha256(lines[0]).hexdigest(), "timestamp_ns": "1"}
        signature = ed25519.sign(SEEDS["gateway"], b"can-swarm/audit/v1\0" + jcs.canonical(place))
        return lines + [jcs.canonical({"checkpoint": place, "sig_b64": envelopes.b64(signature)})]

    def test_a_torn_last_line_is_a_note(self):
        lines = log(Story().all)
        self.holds(joined(lines) + lines[0][:40])
        self.fails("no JSON", joined(lines) + lines[0][:40], joined(lines[:1]))

    def test_hostile_lines_are_refused_in_one_line_of_text(self):
        self.fails("TOO_DEEP", b"[" * 100_000)
        self.fails("MALFORMED_JSON", b"\x00\xff\n\n")
        self.fails("a line of more than", b"x" * (audit_log.LINE_BYTES_MAX + 1) + b"\n" + plain(Story().all))
        self.fails("a line of more than", joined(log(Story().all)) + b"x" * (audit_log.LINE_BYTES_MAX + 1))
        self.fails("of another form", plain([say("worker", "CLAIM", {"task_id": 1, "token": None}, [Story().decide], Story().need)]))


if __name__ == "__main__":
    unittest.main()
