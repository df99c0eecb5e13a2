package dev.canswarm.protocol;

import static java.nio.charset.StandardCharsets.UTF_8;

import dev.canswarm.crypto.PublicKey;
import dev.canswarm.crypto.Sha256;
import dev.canswarm.envelope.TaskId;
import java.util.Comparator;
import java.util.List;

/** Determines which verifiers are asked about an attempt, and in which order. */
public final class Panel {
  private Panel() {}

  /**
   * Returns all verifiers that may judge a committer's work: the pinned set without the committer.
   */
  public static List<PublicKey> members(List<PublicKey> pinned, PublicKey committer) {
    return pinned.stream().filter(key -> !key.equals(committer)).toList();
  }

  /**
   * Returns the members by ascending SHA-256 of {@code task:attempt:key}. The first K are asked at
   * once.
   */
  public static List<PublicKey> order(
      List<PublicKey> pinned, TaskId taskId, int attempt, PublicKey committer) {
    return members(pinned, committer).stream()
        .map(key -> new Ranked(rank(taskId, attempt, key), key))
        .sorted(Comparator.comparing(Ranked::rank))
        .map(Ranked::key)
        .toList();
  }

  private record Ranked(String rank, PublicKey key) {}

  private static String rank(TaskId taskId, int attempt, PublicKey key) {
    return Sha256.hex((taskId + ":" + attempt + ":" + key.base64()).getBytes(UTF_8));
  }
}
