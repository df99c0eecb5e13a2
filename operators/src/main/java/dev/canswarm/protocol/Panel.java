package dev.canswarm.protocol;

import static java.nio.charset.StandardCharsets.UTF_8;

import dev.canswarm.crypto.PublicKey;
import dev.canswarm.crypto.Sha256;
import dev.canswarm.envelope.TaskId;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.TreeMap;

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
    TreeMap<String, PublicKey> byRank = new TreeMap<>();
    for (PublicKey key : members(pinned, committer)) {
      byRank.put(rank(taskId, attempt, key), key);
    }
    return List.copyOf(byRank.values());
  }

  private static String rank(TaskId taskId, int attempt, PublicKey key) {
    return Sha256.hex((taskId + ":" + attempt + ":" + key.base64()).getBytes(UTF_8));
  }
}
