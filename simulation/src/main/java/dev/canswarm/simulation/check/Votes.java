package dev.canswarm.simulation.check;

import dev.canswarm.envelope.Verb;
import dev.canswarm.json.ObjectReader;
import dev.canswarm.json.StrictJson;
import dev.canswarm.port.SlotRow;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;
import java.util.function.BiConsumer;
import org.jspecify.annotations.Nullable;

/**
 * Recounts the votes that the swarm claims to have counted (P3), and checks that only COMMITs count
 * that fill their END slot (P4).
 */
final class Votes {
  private final ObservedState observed;
  private final CheckParameters parameters;
  private final BiConsumer<Invariant, String> broken;

  Votes(ObservedState observed, CheckParameters parameters, BiConsumer<Invariant, String> broken) {
    this.observed = observed;
    this.parameters = parameters;
    this.broken = broken;
  }

  /** A vote on a COMMIT was stored: the COMMIT must have ended its lease. */
  void voted(ObservedEnvelope vote) {
    ObjectReader read = vote.read();
    if (read.has("task_id")) {
      ObservedEnvelope commit = observed.stored(read.requiredString("target"));
      if (commit == null || !fillsItsEnd(commit)) {
        broken.accept(Invariant.P4, "vote " + brief(vote) + " counts a COMMIT that ended no lease");
      }
    }
  }

  /** A COMMIT or YIELD was stored: its sender must hold the lease. */
  void ended(ObservedEnvelope end) {
    ObjectReader read = end.read();
    String slot = "CLAIM/" + read.requiredString("task_id") + "/" + token(read);
    ObservedEnvelope claim = observed.envelopeIn(end.needId(), slot);
    if (claim == null
        || !end.parents().equals(List.of(claim.id()))
        || !claim.sender().equals(end.sender())) {
      broken.accept(Invariant.P4, brief(end) + " ends a lease that its sender does not hold");
    }
  }

  /** A verdict was stored. */
  void judged(SlotRow row) {
    ObjectReader verdict = new ObjectReader(StrictJson.parseObject(row.bytes()), "verdict");
    String task = verdict.requiredString("task_id");
    List<String> counted = verdict.requiredStringList("counted");
    boolean accepted = verdict.requiredString("verdict").equals("VERIFIED");
    long attempt = verdict.requiredSafeInteger("attempt", 1, Integer.MAX_VALUE);
    if (accepted) {
      accepted(needOf(row), task, null, counted, "the verdict on attempt " + attempt);
    } else if (verdict.requiredString("cause").equals("VOTES") && !isRejected(counted, row)) {
      broken.accept(
          Invariant.P3, "task " + shortened(task) + " is rejected by too few votes: " + counted);
    }
  }

  private static String needOf(SlotRow verdict) {
    return SlotRow.needText(verdict.needId(), verdict.kind());
  }

  /**
   * Whether there are enough REJECT votes, or too few ACCEPT votes although everybody has voted.
   */
  private boolean isRejected(List<String> counted, SlotRow row) {
    int rejects = 0;
    int accepts = 0;
    for (String id : counted) {
      ObservedEnvelope vote = observed.stored(id);
      if (vote != null && vote.verb() == Verb.ATTEST) {
        if (vote.text("verdict").equals("REJECT")) {
          rejects++;
        } else {
          accepts++;
        }
      }
    }
    int k = k(needOf(row));
    return rejects >= k || accepts < k + rejects;
  }

  /** A task was released because its requirements are done: they must have been accepted. */
  void released(ObservedEnvelope release) {
    ObjectReader read = release.read();
    if (read.requiredString("cause").equals("READY")) {
      String what = "the inputs of " + brief(release);
      for (String artifact : read.requiredStringList("inputs")) {
        acceptedArtifact(release, artifact, what);
      }
    }
  }

  private void acceptedArtifact(ObservedEnvelope from, String artifact, String what) {
    for (String id : from.parents()) {
      ObservedEnvelope vote = observed.stored(id);
      if (vote != null
          && vote.verb() == Verb.ATTEST
          && vote.read().has("artifact")
          && vote.text("artifact").equals(artifact)) {
        accepted(from.needId(), vote.text("task_id"), artifact, from.parents(), what);
        return;
      }
    }
    broken.accept(
        Invariant.P3, what + " contain " + shortened(artifact) + ", which no verifier accepted");
  }

  /** A NEED ended: its results must have been accepted. */
  void finalized(ObservedEnvelope end) {
    ObjectReader read = end.read();
    if (read.requiredString("outcome").equals("ACCEPTED")) {
      for (ObjectReader result : read.requiredReaderList("results")) {
        accepted(
            end.needId(),
            result.requiredString("task_id"),
            result.requiredString("artifact"),
            end.parents(),
            "FINALIZE");
      }
    }
  }

  /**
   * Checks ACCEPTs ≥ K + REJECTs among the listed votes, from distinct authorised verifiers other
   * than the worker, on the one COMMIT that ended a lease of the task.
   */
  private void accepted(
      String needId,
      String task,
      @Nullable String artifact,
      Collection<String> listed,
      String what) {
    int accepts = 0;
    int rejects = 0;
    Set<String> voters = new TreeSet<>();
    Set<String> targets = new TreeSet<>();
    List<String> wrong = new ArrayList<>();
    for (String id : listed) {
      ObservedEnvelope vote = observed.stored(id);
      if (vote == null || vote.verb() != Verb.ATTEST || !isAbout(vote, needId, task)) {
        continue;
      }
      String target = vote.text("target");
      ObservedEnvelope commit = observed.stored(target);
      if (commit == null || commit.verb() != Verb.COMMIT || !fillsItsEnd(commit)) {
        broken.accept(
            Invariant.P4,
            what + " of task " + shortened(task) + " counts a COMMIT that ended no lease");
        return;
      }
      if (!parameters.isVerifier(vote.sender())
          || vote.sender().equals(commit.sender())
          || !voters.add(vote.sender())
          || !vote.text("artifact").equals(commit.text("artifact"))
          || (artifact != null && !artifact.equals(commit.text("artifact")))) {
        wrong.add(brief(vote));
        continue;
      }
      targets.add(target);
      if (vote.text("verdict").equals("ACCEPT")) {
        accepts++;
      } else {
        rejects++;
      }
    }
    int k = k(needId);
    if (!wrong.isEmpty() || targets.size() != 1 || accepts < k + rejects) {
      broken.accept(
          Invariant.P3,
          "%s accepts task %s with %d ACCEPTs and %d REJECTs on %d COMMITs, K = %d; invalid votes: %s"
              .formatted(what, shortened(task), accepts, rejects, targets.size(), k, wrong));
    }
  }

  private static boolean isAbout(ObservedEnvelope vote, String needId, String task) {
    ObjectReader read = vote.read();
    return vote.needId().equals(needId)
        && read.has("task_id")
        && read.requiredString("task_id").equals(task);
  }

  /** Returns the number of votes that a result of this NEED needs. */
  int k(String needId) {
    ObservedEnvelope need = observed.stored(needId);
    Long asked = need == null ? null : need.read().optionalSafeInteger("k", 1, Integer.MAX_VALUE);
    int k = need == null ? parameters.k() : parameters.kOf(need.policy());
    return asked == null ? k : (int) Math.max(k, Math.min(asked, parameters.kMax()));
  }

  private boolean fillsItsEnd(ObservedEnvelope commit) {
    ObjectReader read = commit.read();
    SlotRow row =
        observed.in(commit.needId(), "END/" + read.requiredString("task_id") + "/" + token(read));
    return row != null && row.id().equals(commit.id());
  }

  private static long token(ObjectReader read) {
    return read.requiredSafeInteger("token", 0, Long.MAX_VALUE);
  }

  static String brief(ObservedEnvelope envelope) {
    return envelope.verb() + " " + shortened(envelope.id());
  }

  static String shortened(String id) {
    return id.length() <= 8 ? id : id.substring(0, 8);
  }
}
