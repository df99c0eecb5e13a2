package dev.canswarm.replay;

import dev.canswarm.crypto.PublicKey;
import dev.canswarm.envelope.EnvelopeId;
import dev.canswarm.envelope.TaskId;
import dev.canswarm.envelope.Verb;
import dev.canswarm.policy.RoleName;
import dev.canswarm.protocol.DecidedPlan;
import dev.canswarm.protocol.Rules;
import dev.canswarm.protocol.payload.Attest;
import dev.canswarm.protocol.payload.Commit;
import dev.canswarm.protocol.payload.Decide;
import dev.canswarm.protocol.payload.Finalize;
import dev.canswarm.protocol.payload.Need;
import dev.canswarm.protocol.payload.Propose;
import java.util.ArrayList;
import java.util.List;
import java.util.SortedMap;
import java.util.SortedSet;
import java.util.TreeMap;
import java.util.TreeSet;
import org.jspecify.annotations.Nullable;

/**
 * Challenge safety (P3): among a FINALIZE's parents, for each task that it accepts, at least K more
 * accepting votes than rejecting ones, of distinct authorised verifiers other than the worker.
 * Counted here apart from the code that counts live.
 */
final class VoteCheck {
  private final Subject subject;
  private final Findings findings = new Findings();

  private VoteCheck(Subject subject) {
    this.subject = subject;
  }

  static Check check(Subject subject) {
    VoteCheck check = new VoteCheck(subject);
    String summary = check.run();
    check.noteOthers();
    return check.findings.as(CheckName.VOTES, summary);
  }

  private String run() {
    Known end = subject.end();
    Rules rules = subject.rules();
    if (end == null || rules == null) {
      subject.missRules(findings);
      if (end == null) {
        findings.missing("a FINALIZE");
      }
      return "not counted";
    }
    Finalize result = end.message().as(Finalize.class);
    if (result.outcome() != Finalize.Outcome.ACCEPTED) {
      return "nothing was accepted";
    }
    Known need = subject.history().byId(subject.history().needId().envelope());
    List<Known> decides = subject.closure().of(Verb.DECIDE);
    Known proposal = decides.size() == 1 ? proposalOf(decides.get(0)) : null;
    if (!subject.closure().isComplete()) {
      findings.missing("what the FINALIZE follows from");
      return "not counted";
    }
    if (need == null || proposal == null) {
      findings.fail(
          end.where(), "expected to follow from one DECIDE of one PROPOSE, got " + decides);
      return "not counted";
    }
    Decide terms = decides.get(0).message().as(Decide.class);
    int k = rules.kOf(need.message().as(Need.class));
    List<PublicKey> pinned = rules.verifiersOf(terms).orElse(List.of());
    if (pinned.isEmpty()) {
      findings.fail(decides.get(0).where(), "pins verifiers that its trust file does not list");
    }
    return count(end, result, proposal, k, pinned);
  }

  private @Nullable Known proposalOf(Known decide) {
    Known proposal = subject.closure().found().get(decide.message().as(Decide.class).proposalId());
    return proposal == null || proposal.verb() != Verb.PROPOSE ? null : proposal;
  }

  private String count(Known end, Finalize result, Known proposal, int k, List<PublicKey> pinned) {
    SortedMap<TaskId, List<Known>> votes = votesByTask(end);
    List<DecidedPlan.Task> tasks =
        DecidedPlan.tasks(proposal.id(), proposal.message().as(Propose.class));
    List<TaskId> planned = tasks.stream().map(DecidedPlan.Task::id).toList();
    List<TaskId> accepted = result.results().stream().map(Finalize.Result::taskId).toList();
    if (!planned.equals(accepted)) {
      findings.fail(end.where(), "expected results of tasks " + planned + ", got " + accepted);
    }
    for (Finalize.Result task : result.results()) {
      List<Known> counted = votes.getOrDefault(task.taskId(), List.of());
      count(end, task, counted, k, pinned);
    }
    return "%d votes on %d tasks, K = %d"
        .formatted(votes.values().stream().mapToInt(List::size).sum(), planned.size(), k);
  }

  private SortedMap<TaskId, List<Known>> votesByTask(Known end) {
    SortedMap<TaskId, List<Known>> votes = new TreeMap<>();
    for (EnvelopeId parent : end.envelope().parents()) {
      Known vote = subject.history().byId(parent);
      Attest.Work work =
          vote != null && vote.message().payload() instanceof Attest attest ? attest.work() : null;
      if (vote == null || work == null) {
        findings.fail(end.where(), "expected only votes on work as parents, got " + parent);
      } else {
        votes.computeIfAbsent(work.taskId(), task -> new ArrayList<>()).add(vote);
      }
    }
    return votes;
  }

  private void count(
      Known end, Finalize.Result task, List<Known> votes, int k, List<PublicKey> pinned) {
    TreeSet<String> voters = new TreeSet<>();
    TreeSet<String> targets = new TreeSet<>();
    int accepts = 0;
    int rejects = 0;
    for (Known vote : votes) {
      Attest attest = vote.message().as(Attest.class);
      targets.add(attest.target().text());
      String fault = faultOf(vote, attest, task, pinned);
      if (fault.isEmpty() && !voters.add(vote.envelope().sender().base64())) {
        fault = "a second vote of " + vote.envelope().sender();
      }
      if (!fault.isEmpty()) {
        findings.fail(vote.where(), vote + " must not be counted: " + fault);
      } else if (attest.accept()) {
        accepts++;
      } else {
        rejects++;
      }
    }
    if (targets.size() > 1) {
      findings.fail(end.where(), "counts votes on several COMMITs for one task: " + targets);
    }
    if (accepts < k + rejects) {
      findings.fail(
          end.where(),
          "task %s: expected at least %d accepting votes (K = %d, %d rejecting), got %d"
              .formatted(task.taskId(), k + rejects, k, rejects, accepts));
    }
  }

  /** Returns why a vote must not count for an accepted result; empty if it may. */
  private String faultOf(Known vote, Attest attest, Finalize.Result task, List<PublicKey> pinned) {
    PublicKey sender = vote.envelope().sender();
    Known commit = subject.closure().found().get(attest.target());
    Attest.Work work = attest.work();
    if (commit == null || work == null || !(commit.message().payload() instanceof Commit done)) {
      return "it is about no COMMIT that the FINALIZE follows from";
    }
    if (commit.envelope().sender().equals(sender)) {
      return sender + " is the worker";
    }
    Rules rules = subject.rules();
    if (!pinned.contains(sender)
        || rules == null
        || !rules.trust().holds(sender, RoleName.VERIFIER)) {
      return sender + " is not among the verifiers that the DECIDE pins";
    }
    if (!work.equals(new Attest.Work(done.taskId(), done.attempt(), done.artifact()))
        || !task.artifact().equals(done.artifact())) {
      return "it accepts %s, the COMMIT has %s and the result %s"
          .formatted(work.artifact(), done.artifact(), task.artifact());
    }
    return "";
  }

  /** Notes votes that were not counted, and keys that voted both ways. */
  private void noteOthers() {
    SortedMap<String, SortedSet<String>> said = new TreeMap<>();
    for (Known vote : subject.history().of(Verb.ATTEST)) {
      Attest attest = vote.message().as(Attest.class);
      String who = vote.envelope().sender().base64() + " on " + attest.target();
      SortedSet<String> verdicts = said.computeIfAbsent(who, key -> new TreeSet<>());
      verdicts.add(attest.accept() ? "ACCEPT" : "REJECT");
      if (verdicts.size() > 1) {
        findings.note(vote.where(), "equivocation of " + who + ": both ACCEPT and REJECT");
      }
      if (subject.end() != null && !subject.closure().found().containsKey(vote.id())) {
        findings.note(vote.where(), vote + " was seen and not counted");
      }
    }
  }
}
