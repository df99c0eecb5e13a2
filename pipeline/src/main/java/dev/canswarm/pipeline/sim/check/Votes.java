package dev.canswarm.pipeline.sim.check;

import dev.canswarm.envelope.Kind;
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
 * Counts again, by itself, what the swarm says that it counted: P3, and with it that only COMMITs
 * count which fill their END slot, P4.
 */
final class Votes {
  private final Ledger ledger;
  private final Terms terms;
  private final BiConsumer<Invariant, String> broken;

  Votes(Ledger ledger, Terms terms, BiConsumer<Invariant, String> broken) {
    this.ledger = ledger;
    this.terms = terms;
    this.broken = broken;
  }

  /** A vote on a COMMIT was stored: the COMMIT must be one that counts. */
  void voted(Seen vote) {
    ObjectReader read = vote.read();
    if (read.has("task_id")) {
      Seen commit = ledger.stored(read.requiredString("target"));
      if (commit == null || !fillsItsEnd(commit)) {
        broken.accept(Invariant.P4, "vote " + brief(vote) + " counts a COMMIT that ended no lease");
      }
    }
  }

  /** A COMMIT or YIELD was stored: it must be made under the CLAIM that has the lease. */
  void ended(Seen end) {
    ObjectReader read = end.read();
    String slot = "CLAIM/" + read.requiredString("task_id") + "/" + token(read);
    Seen claim = ledger.seenIn(end.needId(), slot);
    if (claim == null
        || !end.parents().equals(List.of(claim.id()))
        || !claim.sender().equals(end.sender())) {
      broken.accept(Invariant.P4, brief(end) + " ends a lease that its sender does not hold");
    }
  }

  /** A verdict was written down. */
  void judged(SlotRow row) {
    ObjectReader verdict = new ObjectReader(StrictJson.parseObject(row.bytes()), "verdict");
    String task = verdict.requiredString("task_id");
    List<String> counted = verdict.requiredStringList("counted");
    boolean accepted = verdict.requiredString("verdict").equals("VERIFIED");
    long attempt = verdict.requiredSafeInteger("attempt", 1, Integer.MAX_VALUE);
    if (accepted) {
      accepted(row.needId(), task, null, counted, "the verdict on attempt " + attempt);
    } else if (verdict.requiredString("cause").equals("VOTES") && !isRejected(counted, row)) {
      broken.accept(
          Invariant.P3, "task " + shortened(task) + " is rejected by too few votes: " + counted);
    }
  }

  /** Enough rejects; or else everybody has voted and it is still not enough. */
  private boolean isRejected(List<String> counted, SlotRow row) {
    int rejects = 0;
    int accepts = 0;
    for (String id : counted) {
      Seen vote = ledger.stored(id);
      if (vote != null && vote.kind() == Kind.ATTEST) {
        if (vote.text("verdict").equals("REJECT")) {
          rejects++;
        } else {
          accepts++;
        }
      }
    }
    int k = k(row.needId());
    return rejects >= k || accepts < k + rejects;
  }

  /** A task was released because what it requires is done: it must be. */
  void released(Seen release) {
    ObjectReader read = release.read();
    if (read.requiredString("cause").equals("READY")) {
      String what = "the inputs of " + brief(release);
      for (String artifact : read.requiredStringList("inputs")) {
        acceptedArtifact(release, artifact, what);
      }
    }
  }

  private void acceptedArtifact(Seen from, String artifact, String what) {
    for (String id : from.parents()) {
      Seen vote = ledger.stored(id);
      if (vote != null
          && vote.kind() == Kind.ATTEST
          && vote.read().has("artifact")
          && vote.text("artifact").equals(artifact)) {
        accepted(from.needId(), vote.text("task_id"), artifact, from.parents(), what);
        return;
      }
    }
    broken.accept(Invariant.P3, what + " hold " + shortened(artifact) + ", which nobody accepted");
  }

  /** A NEED ended. */
  void finalized(Seen end) {
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
   * Accepts ≥ K + rejects among what is listed, from distinct authorised verifiers other than the
   * worker, on the one COMMIT that ended a lease of the task.
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
      Seen vote = ledger.stored(id);
      if (vote == null || vote.kind() != Kind.ATTEST || !isAbout(vote, needId, task)) {
        continue;
      }
      String target = vote.text("target");
      Seen commit = ledger.stored(target);
      if (commit == null || commit.kind() != Kind.COMMIT || !fillsItsEnd(commit)) {
        broken.accept(
            Invariant.P4,
            what + " of task " + shortened(task) + " counts a COMMIT that ended no lease");
        return;
      }
      if (!terms.isVerifier(vote.sender())
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
          "%s accepts task %s with %d accepts and %d rejects on %d COMMITs, K = %d; not to count: %s"
              .formatted(what, shortened(task), accepts, rejects, targets.size(), k, wrong));
    }
  }

  private static boolean isAbout(Seen vote, String needId, String task) {
    ObjectReader read = vote.read();
    return vote.needId().equals(needId)
        && read.has("task_id")
        && read.requiredString("task_id").equals(task);
  }

  /** Votes that a result of this NEED needs. */
  int k(String needId) {
    Seen need = ledger.stored(needId);
    Long asked = need == null ? null : need.read().optionalSafeInteger("k", 1, Integer.MAX_VALUE);
    return asked == null ? terms.k() : (int) Math.max(terms.k(), Math.min(asked, terms.kMax()));
  }

  private boolean fillsItsEnd(Seen commit) {
    ObjectReader read = commit.read();
    SlotRow row =
        ledger.in(commit.needId(), "END/" + read.requiredString("task_id") + "/" + token(read));
    return row != null && row.id().equals(commit.id());
  }

  private static long token(ObjectReader read) {
    return read.requiredSafeInteger("token", 0, Long.MAX_VALUE);
  }

  static String brief(Seen envelope) {
    return envelope.kind() + " " + shortened(envelope.id());
  }

  static String shortened(String id) {
    return id.length() <= 8 ? id : id.substring(0, 8);
  }
}
