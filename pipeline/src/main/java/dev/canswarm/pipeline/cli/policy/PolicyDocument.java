package dev.canswarm.pipeline.cli.policy;

import dev.canswarm.json.CanonicalJson;
import dev.canswarm.json.JsonException;
import dev.canswarm.json.JsonObject;
import dev.canswarm.json.JsonValue;
import dev.canswarm.json.ShapeException;
import dev.canswarm.json.StrictJson;
import dev.canswarm.pipeline.cli.command.CommandException;
import dev.canswarm.pipeline.cli.command.ExitCode;
import dev.canswarm.policy.Policy;
import java.nio.charset.StandardCharsets;
import java.util.Collections;
import java.util.SortedMap;
import java.util.TreeMap;

/** A policy with the members of its file. Immutable. */
final class PolicyDocument {
  private final Policy policy;
  private final JsonObject json;
  private final SortedMap<String, String> members;

  private PolicyDocument(Policy policy, JsonObject json, SortedMap<String, String> members) {
    this.policy = policy;
    this.json = json;
    this.members = members;
  }

  /**
   * Reads a policy.
   *
   * @param source what the bytes are, for the message
   * @throws CommandException FAILED if they are not a policy
   */
  static PolicyDocument of(String source, byte[] bytes) throws CommandException {
    try {
      Policy policy = Policy.parse(bytes);
      TreeMap<String, String> members = new TreeMap<>();
      JsonObject json = StrictJson.parseObject(bytes);
      collect("", json, members);
      return new PolicyDocument(policy, json, Collections.unmodifiableSortedMap(members));
    } catch (JsonException | ShapeException e) {
      throw new CommandException(ExitCode.FAILED, source + ": " + e.getMessage(), e);
    }
  }

  private static void collect(String prefix, JsonObject object, SortedMap<String, String> found) {
    object
        .members()
        .forEach(
            (name, value) -> {
              if (value instanceof JsonObject inner) {
                collect(prefix + name + ".", inner, found);
              } else {
                found.put(prefix + name, text(value));
              }
            });
  }

  private static String text(JsonValue value) {
    return new String(CanonicalJson.write(value), StandardCharsets.UTF_8);
  }

  Policy policy() {
    return policy;
  }

  /** The policy as the file has it. */
  JsonObject json() {
    return json;
  }

  /** The path of each member, such as {@code artifact.bytes_max}, and its canonical JSON. */
  SortedMap<String, String> members() {
    return members;
  }
}
