package dev.canswarm.simulation.checker;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.core.StreamReadFeature;
import com.fasterxml.jackson.databind.DeserializationFeature;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.json.JsonMapper;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Set;
import java.util.TreeSet;
import org.jspecify.annotations.Nullable;

/** An envelope as stored in a row, parsed but not yet checked. */
final class Message {
  static final String ID_TAG = "can-swarm/id/v1";
  static final String ENVELOPE_TAG = "can-swarm/envelope/v1";

  private static final ObjectMapper MAPPER =
      JsonMapper.builder()
          .enable(StreamReadFeature.STRICT_DUPLICATE_DETECTION)
          .enable(DeserializationFeature.FAIL_ON_TRAILING_TOKENS)
          .build();

  private static final Set<String> OF_A_NEED =
      Set.of(
          "v",
          "id",
          "swarm_id",
          "thread_id",
          "kind",
          "lamport",
          "sender_pk_b64",
          "parents",
          "nonce",
          "policy_engine_hash",
          "payload_hash",
          "timestamp_ns",
          "payload",
          "sig_b64");
  private static final List<String> NOT_IDENTIFIED =
      List.of("id", "timestamp_ns", "payload", "sig_b64");
  private static final List<String> NOT_SIGNED = List.of("payload", "sig_b64");

  private final byte[] bytes;
  private final JsonNode json;

  private Message(byte[] bytes, JsonNode json) {
    this.bytes = bytes;
    this.json = json;
  }

  /**
   * Parses the bytes. Bytes that are not a JSON object become an envelope without members, which
   * fails every check.
   */
  static Message of(byte[] bytes) {
    JsonNode json = json(bytes);
    return new Message(bytes, json.isObject() ? json : JsonNodeFactory.instance.objectNode());
  }

  /** Returns the JSON of the bytes, or a missing node if they are none, as of a tombstone. */
  static JsonNode json(byte @Nullable [] bytes) {
    if (bytes == null) {
      return MAPPER.missingNode();
    }
    try {
      return MAPPER.readTree(bytes);
    } catch (JsonProcessingException e) {
      return MAPPER.missingNode();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  byte[] bytes() {
    return bytes;
  }

  String text(String name) {
    return json.path(name).asText();
  }

  String id() {
    return text("id");
  }

  String kind() {
    return text("kind");
  }

  String sender() {
    return text("sender_pk_b64");
  }

  String thread() {
    return text("thread_id");
  }

  /** Returns the id of its NEED, or its own if it is a NEED. */
  String need() {
    return kind().equals("NEED") ? id() : text("need_id");
  }

  long lamport() {
    return json.path("lamport").asLong();
  }

  JsonNode payload() {
    return json.path("payload");
  }

  List<String> parents() {
    List<String> parents = new ArrayList<>();
    json.path("parents").forEach(parent -> parents.add(parent.asText()));
    return parents;
  }

  /** Returns the topic of its verb. */
  String topic() {
    return switch (kind()) {
      case "CLAIM", "YIELD", "RELEASE" -> "swarm.lease";
      case "CANCEL" -> "swarm.need";
      default -> "swarm." + kind().toLowerCase(Locale.ROOT);
    };
  }

  /** Whether it has exactly the members that its verb requires. */
  boolean hasItsMembers() {
    Set<String> expected = new TreeSet<>(OF_A_NEED);
    if (!kind().equals("NEED")) {
      expected.remove("nonce");
      if (!kind().equals("CONTROL")) {
        expected.add("need_id");
      }
    }
    Set<String> actual = new TreeSet<>();
    json.fieldNames().forEachRemaining(actual::add);
    return actual.equals(expected) && json.path("v").asInt() == 1 && payload().isObject();
  }

  /** Returns the canonical form. */
  byte[] canonical() {
    return CanonicalText.of(json);
  }

  /** Returns the bytes that the id hashes. */
  byte[] identified() {
    return without(NOT_IDENTIFIED);
  }

  /** Returns the signed bytes. */
  byte[] signed() {
    return without(NOT_SIGNED);
  }

  private byte[] without(List<String> names) {
    ObjectNode rest = ((ObjectNode) json).deepCopy();
    rest.remove(names);
    return CanonicalText.of(rest);
  }

  @Override
  public String toString() {
    return kind() + " " + id();
  }
}
