package dev.canswarm.pipeline.cli.command;

import dev.canswarm.json.CanonicalJson;
import dev.canswarm.json.JsonObject;
import dev.canswarm.json.JsonString;
import dev.canswarm.json.JsonValue;
import dev.canswarm.pipeline.wiring.Artifacts;
import dev.canswarm.policy.Policy;
import dev.canswarm.port.ArtifactException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Map;
import java.util.TreeMap;
import reactor.core.scheduler.Scheduler;
import reactor.core.scheduler.Schedulers;

/**
 * Stores an input that is too large for a payload as an artifact and puts its hash in its place.
 */
public final class LargeInput {
  private static final Duration STORE_MAX = Duration.ofSeconds(30);

  /** Upper bound for the bytes that the PROPOSE adds to the payload of a NEED of one task. */
  private static final int PROPOSE_BYTES_MAX = 512;

  private static final int QUEUED_MAX = 4;

  private LargeInput() {}

  /**
   * Returns the payload, with its input moved to the stack's artifacts if the policy requires it.
   *
   * @throws CommandException USAGE if it is still too large
   */
  public static JsonObject fit(JsonObject payload, Policy policy, DataAccess access)
      throws CommandException {
    int bytes = CanonicalJson.write(payload).length;
    int more = payload.get("input") == null ? 0 : PROPOSE_BYTES_MAX;
    if (bytes + more <= policy.payloadBytesMax()) {
      return payload;
    }
    JsonValue input = payload.get("input");
    if (input == null) {
      throw new CommandException(
          ExitCode.USAGE,
          "the payload has %d bytes, the policy allows %d; shorten it, or raise payload_bytes_max of the policy"
              .formatted(bytes, policy.payloadBytesMax()));
    }
    Map<String, JsonValue> members = new TreeMap<>(payload.members());
    members.remove("input");
    members.put("input_artifact", new JsonString(stored(CanonicalJson.write(input), access)));
    return JsonObject.of(members);
  }

  private static String stored(byte[] content, DataAccess access) throws CommandException {
    Scheduler files = Schedulers.newBoundedElastic(1, QUEUED_MAX, "swarm-need-artifact");
    try {
      Path directory = access.dataDir().resolve("artifacts");
      try (Artifacts artifacts = Artifacts.open(directory, access.settings(), files)) {
        return artifacts.store().put(content).blockOptional(STORE_MAX).orElseThrow();
      }
    } catch (ArtifactException e) {
      throw new CommandException(
          ExitCode.USAGE,
          "the input is too large: " + e.getMessage() + "; raise artifacts.bytes-max",
          e);
    } finally {
      files.dispose();
    }
  }
}
