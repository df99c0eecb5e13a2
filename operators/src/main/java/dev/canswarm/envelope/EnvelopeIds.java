package dev.canswarm.envelope;

import dev.canswarm.crypto.Sha256;
import dev.canswarm.json.CanonicalJson;
import dev.canswarm.json.JsonObject;

/** Hashes that are derived from content, and the form of a thread id. Stateless and thread-safe. */
public final class EnvelopeIds {
  /** Most characters of a thread id. */
  public static final int THREAD_ID_CHARS_MAX = 128;

  static final String ID_TAG = "can-swarm/id/v1";
  static final String ENVELOPE_TAG = "can-swarm/envelope/v1";
  static final String RESULT_TAG = "can-swarm/result/v1";

  private EnvelopeIds() {}

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
