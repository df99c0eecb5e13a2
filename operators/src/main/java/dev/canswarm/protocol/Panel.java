package dev.canswarm.protocol;

import dev.canswarm.crypto.PublicKey;
import dev.canswarm.crypto.Sha256;
import java.util.Comparator;
import java.util.List;

/** Who is asked to verify an attempt, and in which order. */
public final class Panel {
  private Panel() {}

  /**
   * All who may judge: the pinned set by ascending SHA-256 of {@code task:attempt:key}, without the
   * committer. The first K are asked at once.
   */
  public static List<PublicKey> order(
      List<PublicKey> pinned, String taskId, int attempt, PublicKey committer) {
    return pinned.stream()
        .filter(key -> !key.equals(committer))
        .sorted(
            Comparator.comparing(
                (PublicKey key) ->
                    Sha256.hex(
                        (taskId + ":" + attempt + ":" + key.base64())
                            .getBytes(java.nio.charset.StandardCharsets.UTF_8))))
        .toList();
  }
}
