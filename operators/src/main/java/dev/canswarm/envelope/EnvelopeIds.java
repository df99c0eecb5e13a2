package dev.canswarm.envelope;

import dev.canswarm.crypto.Sha256;
import dev.canswarm.json.CanonicalJson;
import dev.canswarm.json.JsonObject;
import java.nio.charset.StandardCharsets;

/** Ids that are derived from content. Stateless and thread-safe. */
public final class EnvelopeIds {
  /** Most characters of a thread id. */
  public static final int THREAD_ID_CHARS_MAX = 128;

  static final String ID_TAG = "can-swarm/id/v1";
  static final String ENVELOPE_TAG = "can-swarm/envelope/v1";
  static final String TASK_TAG = "can-swarm/task/v1";
  static final String RESULT_TAG = "can-swarm/result/v1";

  private EnvelopeIds() {}

  /**
   * The id of a plan's task: hex SHA-256 of {@code "can-swarm/task/v1" 0x00 ‖ proposal_id ‖ ":" ‖
   * index}, the index in decimal.
   *
   * @param proposalId id of the PROPOSE, 64 lower-case hex digits
   * @param index position in the plan, from 0
   * @throws IllegalArgumentException for a proposal id of another form or a negative index
   */
  public static String taskId(String proposalId, int index) {
    if (!Sha256.isHex(proposalId) || index < 0) {
      throw new IllegalArgumentException(
          "expected a hex SHA-256 and an index from 0, got " + proposalId + ":" + index);
    }
    byte[] content = (proposalId + ":" + index).getBytes(StandardCharsets.US_ASCII);
    return Sha256.hexTagged(TASK_TAG, content);
  }

  /**
   * The {@code result_hash} of a FINALIZE: hex SHA-256 of {@code "can-swarm/result/v1" 0x00 ‖
   * canonical(result)}.
   *
   * @param result need, outcome, policy and tasks (docs/spec/envelope.md)
   */
  public static String resultHash(JsonObject result) {
    return Sha256.hexTagged(RESULT_TAG, CanonicalJson.write(result));
  }

  /** The {@code payload_hash} of an envelope: hex SHA-256 of the canonical payload. */
  public static String payloadHash(JsonObject payload) {
    return Sha256.hex(CanonicalJson.write(payload));
  }

  /** Whether this is 1 to 128 of {@code A-Z a-z 0-9 . _ : -}. */
  public static boolean isThreadId(String text) {
    if (text.isEmpty() || text.length() > THREAD_ID_CHARS_MAX) {
      return false;
    }
    for (int i = 0; i < text.length(); i++) {
      char c = text.charAt(i);
      boolean letterOrDigit = c >= 'a' && c <= 'z' || c >= 'A' && c <= 'Z' || c >= '0' && c <= '9';
      if (!letterOrDigit && c != '.' && c != '_' && c != ':' && c != '-') {
        return false;
      }
    }
    return true;
  }
}
