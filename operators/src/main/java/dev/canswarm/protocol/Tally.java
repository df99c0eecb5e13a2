package dev.canswarm.protocol;

import dev.canswarm.crypto.PublicKey;
import dev.canswarm.envelope.EnvelopeId;
import dev.canswarm.protocol.Stored.Message;
import dev.canswarm.protocol.payload.Attest;
import dev.canswarm.protocol.payload.Commit;
import java.util.ArrayList;
import java.util.List;

/**
 * The votes on one COMMIT that count: stored, about this COMMIT and its task, attempt and artifact,
 * from the pinned set without the committer, without an opposite vote of the same key.
 *
 * @param accepts ids of the accepting votes
 * @param rejects ids of the rejecting votes
 * @param voters whose votes these are
 */
public record Tally(List<EnvelopeId> accepts, List<EnvelopeId> rejects, List<PublicKey> voters) {

  /**
   * Counts the stored votes on a COMMIT.
   *
   * @param pinned the verifiers that the DECIDE pins
   */
  public static Tally of(NeedView view, Message commit, List<PublicKey> pinned) {
    Commit work = commit.as(Commit.class);
    List<EnvelopeId> accepts = new ArrayList<>();
    List<EnvelopeId> rejects = new ArrayList<>();
    List<PublicKey> voters = new ArrayList<>();
    for (PublicKey verifier : pinned) {
      Message vote = view.vote(commit.id(), verifier);
      if (vote == null || verifier.equals(commit.envelope().sender()) || !matches(vote, work)) {
        continue;
      }
      voters.add(verifier);
      (vote.as(Attest.class).accept() ? accepts : rejects).add(vote.id());
    }
    return new Tally(accepts, rejects, voters);
  }

  private static boolean matches(Message vote, Commit work) {
    return new Attest.Work(work.taskId(), work.attempt(), work.artifact())
        .equals(vote.as(Attest.class).work());
  }

  /** Returns the ids of all counted votes. */
  public List<EnvelopeId> counted() {
    List<EnvelopeId> all = new ArrayList<>(accepts);
    all.addAll(rejects);
    return all;
  }

  /** Whether there are at least K rejects; tested before {@link #verified}. */
  public boolean rejected(int k) {
    return rejects.size() >= k;
  }

  /** Whether there are at least K more accepts than rejects. */
  public boolean verified(int k) {
    return accepts.size() >= k + rejects.size();
  }
}
