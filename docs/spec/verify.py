#!/usr/bin/env python3
"""Checks envelopes and audit logs from the specification alone: no code of CAN Swarm, no server, no Java.

    verify.py [--swarm ID] [--trust FILE] [--policy FILE] [--accepted N] [--json] FILE|DIR|- ...

A FILE holds one envelope a line, or the lines of an audit log; a DIR is a data directory's `audit`: its segments, and
those of each directory in it, are logs. Standard library only; with Debian's python3-nacl it is much faster.

Each line:      I-JSON; every member's rule; id, payload_hash; the signature; of an audit log the canonical form.
An audit log:   numbers, the hash of the line before, Lamport times, signed checkpoints, the node's genesis.
All together:   parents are there and of the same NEED, thread and swarm; lamport = 1 + the largest of the parents';
                each verb follows from what it must; one DECIDE, one FINALIZE, one answer to each grant; a CANCEL is by
                the NEED's own key (with --trust: or an operator), and alone leads to reason CANCELLED; what an
                ACCEPTED FINALIZE counted: accepts >= K + rejects, distinct verifiers, not the worker, the same work;
                task_id and result_hash computed again.
With --trust:   the control chain, which begins with it: each entry, and what it makes of keys and roles; each DECIDE
                pins a head; senders were in force at the head that applies; a FINALIZE names that head or a later one,
                and counts no vote of a key that is compromised there; the pinned set of verifiers.
With --policy:  its built-in rules on every envelope, those modules of it whose files are beside it or in `modules`
                there, and the gas that an audit log says they used.
Not checked:    modules that are not there, timers, artifacts' content, decisions derived again: ./swarm replay does that.

Exit: 0 all holds, 1 something does not (or there is no envelope), 2 usage, 5 a piece is missing.
"""

import argparse
import functools
import hashlib
import json
import pathlib
import sys

sys.dont_write_bytecode = True

import audit_log
import envelopes
import history
import policy
import wasm
from jcs import canonical

SHOWN_MAX = 50


class Verifier:
    def __init__(self, swarm, trust, rules=None, modules=()):
        self.swarm = swarm
        self.modules = {hashlib.sha256(data).hexdigest(): data for data in modules}
        self.rules = {rules.hash: rules} if rules else {}  # policies by hash
        self.recorded = {}  # id, size and gas of an envelope, to where an audit log says so
        self.history = history.History(self.problem, self.missing, trust)
        self.trust = trust
        self.problems = []
        self.gaps = []
        self.nodes = []  # a log, and the key that signed its checkpoints
        self.notes = []
        self.good = {}  # hash of the bytes of an envelope that was verified, to the envelope
        self.totals = {"lines": 0, "records": 0, "checkpoints": 0, "skipped": 0}

    def problem(self, where, text):
        self.problems.append("%s: %s" % (where, text))

    def missing(self, where, text):
        self.gaps.append("%s: missing: %s" % (where, text))

    def log(self, label, segments, from_the_start=False):
        """One file, or the segments of one log: pairs of a name and what opens it."""
        chain = audit_log.Chain(from_the_start)
        for place, (name, opener) in enumerate(segments):
            for number, (line, whole) in enumerate(lines(opener), 1):
                self.totals["lines"] += 1
                where = "%s:%d" % (name, number)
                try:
                    self.line(where, line, chain)
                except audit_log.Wrong as wrong:
                    if line and not whole and place == len(segments) - 1 and chain.n is not None:
                        self.notes.append("%s: torn off by a crash: %d bytes" % (where, len(line)))
                        continue
                    self.problem(where, str(wrong))
                    if chain.n is not None or line and audit_log.is_line(line):
                        return  # what follows in this chain cannot be told any more
        self.totals["checkpoints"] += chain.checkpoints
        if chain.unsealed:
            self.notes.append("%s: %d records behind the last checkpoint" % (label, chain.unsealed))
        if chain.node:
            self.nodes.append((label, chain.node))

    def line(self, where, line, chain):
        if line is None:
            raise audit_log.Wrong("a line of more than %d bytes" % audit_log.LINE_BYTES_MAX)
        if not audit_log.is_line(line):
            self.envelope(where, line)
            return
        parsed = audit_log.parse(line)
        chain.follow(line, parsed)
        if "checkpoint" in parsed:
            return
        self.totals["records"] += 1
        if parsed["dir"] in audit_log.ENVELOPES:
            data = audit_log.content(parsed)
            self.envelope(where, data, parsed["dir"] == "SUPERSEDED")
            if "gas" in parsed and data in self.good:
                self.recorded.setdefault((self.good[data]["id"], len(data), parsed["gas"]), (where, self.good[data]))
        else:
            audit_log.content(parsed)
            self.totals["skipped"] += 1

    def envelope(self, where, data, superseded=False):
        try:
            envelope = self.good.get(data)
            if envelope is None:
                envelope = self.good[data] = envelopes.read(data, self.swarm)
        except envelopes.Refused as refused:
            self.problem(where, str(refused))
            return
        self.history.add(envelope, where, superseded)

    def check(self):
        """What holds between the envelopes that were read."""
        self.history.check()
        for label, node in self.nodes if self.trust else ():
            if "node" not in self.trust.roles(node):
                self.problem(label, "signed by a key that is not listed as a node")
        if self.rules:
            for activated in self.trust.activated() if self.trust else ():
                self.rules[activated.hash] = activated
            self.evaluate()

    def evaluated(self, envelope):
        """The policy that an envelope names, the reason for which that refuses it, if any, and the gas."""
        rules, (first, last) = self.rules[envelope["policy_engine_hash"]], self.history.span(envelope)
        may_send = lambda key, kind: self.trust is None or self.trust.may_say(key, kind, rules.allows, first, last)
        return rules, *rules.evaluate(envelope, may_send)

    def judged(self, rules, envelope):
        """
        What the modules of a policy say of an envelope that its built-in rules let pass: the reason of a refusal, or None,
        and the gas; None if a module or a parent is not there.
        """
        judges = rules.modules_for(envelope["kind"])
        parents = [self.history.envelopes.get(parent) for parent in envelope["parents"]]
        if None in parents or any(rule["sha256"] not in self.modules for rule in judges):
            return None
        shown = canonical(envelopes.statement(envelope)), canonical([envelopes.statement(parent) for parent in parents])
        used = 0
        for rule in judges:
            reason, _, gas = wasm.Module(self.modules[rule["sha256"]], rule).run(*shown)
            used += gas
            if reason:
                return reason, used
        return None, used

    def evaluate(self):
        """The rules of the policies once more, on all that is there."""
        judged = {}
        for envelope in self.history.envelopes.values():
            where = self.history.where[envelope["id"]]
            if envelope["kind"] == "CONTROL":
                continue  # the chain of trust stands above the policies
            if envelope["policy_engine_hash"] not in self.rules:
                self.missing(where, "the policy that %s names" % history.name(envelope))
                continue
            rules, reason, gas = self.evaluated(envelope)
            if reason is None and rules.modules_for(envelope["kind"]):
                try:
                    judged[envelope["id"]] = self.judged(rules, envelope)
                except ValueError as wrong:
                    self.problem(where, str(wrong))
                if judged.get(envelope["id"]):
                    reason, more = judged[envelope["id"]]
                    gas += more
            if reason:
                self.problem(where, "%s is refused by the policy after %d gas: %s" % (history.name(envelope), gas, reason))
        for (_, _, recorded), (where, envelope) in self.recorded.items():
            if envelope["policy_engine_hash"] not in self.rules or envelope["kind"] == "CONTROL":
                continue
            rules, reason, gas = self.evaluated(envelope)
            if judged.get(envelope["id"]):
                gas += judged[envelope["id"]][1]
            if rules.modules_for(envelope["kind"]) and not judged.get(envelope["id"]):
                if reason is None and recorded <= gas:
                    self.problem(where, "gas of %s is more than %d, recorded is %d" % (history.name(envelope), gas, recorded))
            elif reason is None and gas != recorded:
                self.problem(where, "gas of %s is %d, recorded is %d" % (history.name(envelope), gas, recorded))

    def report(self, as_json):
        if not self.history.envelopes and not self.problems:
            self.problem("input", "no envelope")
        exit_code = 1 if self.problems else 5 if self.gaps else 0
        summary = dict(self.totals, **self.history.counts())
        for text in (self.problems + self.gaps)[:SHOWN_MAX] + self.notes[:SHOWN_MAX]:
            print("verify.py: " + printable(text), file=sys.stderr)
        if as_json:
            print(json.dumps(dict(summary, type="summary", ok=exit_code == 0, exit=exit_code,
                                  problems=self.problems[:SHOWN_MAX], missing=self.gaps[:SHOWN_MAX],
                                  notes=self.notes[:SHOWN_MAX])))
        else:
            print(", ".join("%d %s" % (count, name) for name, count in summary.items()))
            print("%d wrong, %d missing: %s" % (
                len(self.problems), len(self.gaps), {0: "all holds", 1: "FAILED", 5: "INCOMPLETE"}[exit_code]))
        return exit_code


def lines(opener):
    """Pairs of a line without its line feed, None where it is too long, and whether it had one."""
    with opener() as stream:
        while line := stream.readline(audit_log.LINE_BYTES_MAX + 2):
            whole = line.endswith(b"\n")
            if len(line) - whole <= audit_log.LINE_BYTES_MAX:
                yield line[:-1] if whole else line, whole
                continue
            while not whole and (rest := stream.readline(1 << 20)):
                whole = rest.endswith(b"\n")
            yield None, whole


def printable(text):
    return "".join(c if c.isprintable() else "\\u%04x" % ord(c) for c in text)


def logs(argument):
    """The logs that an argument names: pairs of a label and a list of files."""
    path = pathlib.Path(argument)
    if not path.is_dir():
        return [(argument, [path])]
    found = [(place, sorted(place.glob("[0-9]*.jsonl"))) for place in [path] + sorted(p for p in path.iterdir() if p.is_dir())]
    return [(str(place), segments) for place, segments in found if segments]


def modules_beside(policy_file):
    if not policy_file:
        return []
    directory = pathlib.Path(policy_file).parent
    return [path.read_bytes() for place in (directory, directory / "modules") for path in sorted(place.glob("*.wasm"))]


def main():
    parser = argparse.ArgumentParser(
        description=__doc__.split("\n\n")[0], epilog="Exit: " + __doc__.rsplit("Exit: ", 1)[1])
    parser.add_argument("inputs", nargs="+", metavar="FILE|DIR|-")
    parser.add_argument("--swarm", help="refuse envelopes of any other swarm")
    parser.add_argument("--trust", metavar="FILE", help="a trust.yaml as CAN Swarm writes it: the genesis")
    parser.add_argument("--policy", metavar="FILE", help="the first policy in JSON, as policy.md has it")
    parser.add_argument("--accepted", metavar="N", type=int, help="expect so many ACCEPTED FINALIZEs")
    parser.add_argument("--json", action="store_true", help="the summary as one JSON object")
    options = parser.parse_args()
    try:
        rules = policy.Policy(pathlib.Path(options.policy).read_bytes()) if options.policy else None
        trust = history.Trust(pathlib.Path(options.trust).read_text(encoding="utf-8"),
                              rules and rules.hash) if options.trust else None
        verifier = Verifier(options.swarm, trust, rules, modules_beside(options.policy))
        for argument in options.inputs:
            if argument == "-":
                verifier.log("-", [("-", lambda: sys.stdin.buffer)])
                continue
            for label, files in logs(argument):
                segments = [(str(file), functools.partial(file.open, "rb")) for file in files]
                verifier.log(label, segments, from_the_start=pathlib.Path(argument).is_dir())
    except (OSError, ValueError) as failure:
        print("verify.py: %s" % failure, file=sys.stderr)
        return 2
    verifier.check()
    accepted = verifier.history.counts()["accepted"]
    if options.accepted not in (None, accepted):
        verifier.problem("input", "expected %d ACCEPTED FINALIZEs, got %d" % (options.accepted, accepted))
    return verifier.report(options.json)


if __name__ == "__main__":
    sys.exit(main())
