package dev.canswarm.protocol;

import static java.nio.charset.StandardCharsets.UTF_8;

import dev.canswarm.crypto.PublicKey;
import dev.canswarm.crypto.Sha256;
import dev.canswarm.envelope.TaskId;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collections;
import java.util.List;

/** Determines which verifiers are asked about an attempt, and in which order. */
public final class Panel {
  private Panel() {}

  /**
   * Returns all verifiers that may judge a committer's work: the pinned set without the committer.
   */
  public static List<PublicKey> members(List<PublicKey> pinned, PublicKey committer) {
    List<PublicKey> members = new ArrayList<>(pinned.size());
    for (PublicKey key : pinned) {
      if (!key.equals(committer)) {
        members.add(key);
      }
    }
    return Collections.unmodifiableList(members);
  }

  /**
   * Returns the members by ascending SHA-256 of {@code task:attempt:key}. The first K are asked at
   * once.
   */
  public static List<PublicKey> order(
      List<PublicKey> pinned, TaskId taskId, int attempt, PublicKey committer) {
    List<PublicKey> members = members(pinned, committer);
    Ranked[] ranked = new Ranked[members.size()];
    for (int i = 0; i < ranked.length; i++) {
      ranked[i] = Ranked.of(taskId, attempt, members.get(i));
    }
    Arrays.sort(ranked);
    PublicKey[] order = new PublicKey[ranked.length];
    for (int i = 0; i < ranked.length; i++) {
      order[i] = ranked[i].key;
    }
    return List.of(order);
  }

  private static final class Ranked implements Comparable<Ranked> {
    private final byte[] rank;
    private final PublicKey key;

    private Ranked(byte[] rank, PublicKey key) {
      this.rank = rank;
      this.key = key;
    }

    static Ranked of(TaskId taskId, int attempt, PublicKey key) {
      String ranked = taskId + ":" + attempt + ":" + key.base64();
      return new Ranked(Sha256.hash(ranked.getBytes(UTF_8)), key);
    }

    @Override
    public int compareTo(Ranked other) {
      return Arrays.compareUnsigned(rank, other.rank);
    }
  }
}
