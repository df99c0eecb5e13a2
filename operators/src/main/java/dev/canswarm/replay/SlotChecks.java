package dev.canswarm.replay;

import dev.canswarm.envelope.EnvelopeId;
import dev.canswarm.envelope.Verb;
import dev.canswarm.policy.Chain;
import dev.canswarm.policy.SlotKind;
import dev.canswarm.protocol.Slot;
import dev.canswarm.protocol.payload.Commit;
import dev.canswarm.protocol.payload.Lease;
import dev.canswarm.protocol.payload.Release;
import dev.canswarm.protocol.payload.Yield;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.SortedMap;
import java.util.TreeMap;

/** Checks that each slot was filled once. */
final class SlotChecks {
  private static final Set<Verb> ONCE = Chain.verbsAbout(SlotKind.Subject.NEED);
  private static final Set<Verb> LEASES = Chain.verbsAbout(SlotKind.Subject.GRANT);

  private SlotChecks() {}

  /** One DECIDE, one FINALIZE, one PROPOSE of each planner. */
  static Check once(Subject subject) {
    Findings findings = new Findings();
    int slots = answeredOnce(subject, ONCE, findings);
    return findings.as(CheckName.ONCE, slots + " slots, each with one answer");
  }

  /** A COMMIT's CLAIM has the lease; a grant ends once. Votes may be two: that is a proof. */
  static Check leases(Subject subject) {
    Findings findings = new Findings();
    int slots = answeredOnce(subject, LEASES, findings);
    for (Known entry : subject.judged()) {
      if (entry.verb() == Verb.COMMIT || entry.verb() == Verb.YIELD) {
        holds(subject, entry, findings);
      }
    }
    return findings.as(CheckName.LEASES, slots + " claims, ends and grants, each with one holder");
  }

  private static int answeredOnce(Subject subject, Set<Verb> kinds, Findings findings) {
    SortedMap<Slot, List<Known>> bySlot = new TreeMap<>();
    for (Known entry : subject.history().all()) {
      if (kinds.contains(entry.verb())) {
        for (Slot slot : slots(entry)) {
          bySlot.computeIfAbsent(slot, key -> new ArrayList<>()).add(entry);
        }
      }
    }
    bySlot.forEach((slot, entries) -> answeredOnce(subject, slot, entries, findings));
    return bySlot.size();
  }

  private static List<Slot> slots(Known entry) {
    Slot slot = entry.message().slot();
    return entry.message().payload() instanceof Release release
            && release.cause() == Release.Cause.EXPIRED
        ? List.of(slot, Slot.release(release.taskId(), release.token()))
        : List.of(slot);
  }

  private static void answeredOnce(
      Subject subject, Slot slot, List<Known> entries, Findings findings) {
    List<Known> holders = entries.stream().filter(subject::isJudged).toList();
    for (int i = 1; i < holders.size(); i++) {
      Known other = holders.get(i);
      findings.fail(
          other.where(),
          "slot %s was answered twice: by %s at %s and by %s"
              .formatted(slot, holders.get(0), holders.get(0).where(), other),
          RecordedText.of(holders.get(0).envelope().bytes()),
          RecordedText.of(other.envelope().bytes()));
    }
    for (Known entry : entries) {
      if (!subject.isJudged(entry)) {
        findings.note(entry.where(), entry + " was seen for slot " + slot + " and did not count");
      }
    }
  }

  private static void holds(Subject subject, Known end, Findings findings) {
    Lease lease =
        end.message().payload() instanceof Commit commit
            ? new Lease(commit.taskId(), commit.attempt(), commit.token())
            : end.message().as(Yield.class).lease();
    List<EnvelopeId> parents = end.envelope().parents();
    Known claim = parents.size() == 1 ? subject.history().byId(parents.get(0)) : null;
    if (claim == null && parents.size() == 1) {
      findings.missing("the CLAIM " + parents.get(0) + " of " + end + " at " + end.where());
      return;
    }
    boolean isHeld =
        claim != null
            && claim.verb() == Verb.CLAIM
            && claim.message().payload().equals(lease)
            && claim.envelope().sender().equals(end.envelope().sender());
    if (!isHeld) {
      findings.fail(
          end.where(),
          "%s by %s: expected one parent, its sender's CLAIM of %s, got %s"
              .formatted(end, end.envelope().sender(), lease, claim == null ? parents : claim));
    }
  }
}
