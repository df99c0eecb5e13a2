package dev.canswarm.envelope;

import dev.canswarm.json.JsonObject;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * An envelope before it is signed: what a role says, without who says it and when.
 *
 * @param needId the NEED it belongs to; null on a NEED and only there
 * @param lamport one more than the largest of its parents', or 1
 * @param parents ids, made sorted and distinct here
 * @param nonce on a NEED only
 */
public record Draft(
    Kind kind,
    String threadId,
    @Nullable String needId,
    long lamport,
    List<String> parents,
    @Nullable String nonce,
    String policyHash,
    JsonObject payload) {

  public Draft {
    parents =
        parents.size() < 2 ? List.copyOf(parents) : parents.stream().sorted().distinct().toList();
  }
}
