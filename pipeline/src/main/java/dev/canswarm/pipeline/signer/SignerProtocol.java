package dev.canswarm.pipeline.signer;

import dev.canswarm.crypto.PublicKey;
import dev.canswarm.crypto.SignatureEngine;
import dev.canswarm.json.CanonicalJson;
import dev.canswarm.json.JsonException;
import dev.canswarm.json.JsonLimits;
import dev.canswarm.json.JsonObject;
import dev.canswarm.json.ObjectReader;
import dev.canswarm.json.ShapeException;
import dev.canswarm.json.StrictJson;
import java.io.IOException;
import java.util.Arrays;
import java.util.Base64;
import org.jspecify.annotations.Nullable;

/**
 * The lines between a process that needs signatures and one that signs: one JSON object on each, in
 * UTF-8. A request is {@code {"id","key","op"}} with {@code op} of {@code public_key}, or of {@code
 * sign} with {@code message} in base64. Its answer has the same {@code id}, and {@code public_key},
 * {@code signature} (both base64) or {@code error}. Answers may come in any order. Stateless.
 */
final class SignerProtocol {
  /** Longest message that is signed, in bytes: an envelope without its payload is shorter. */
  static final int MESSAGE_BYTES_MAX = 1 << 20;

  /** Longest line of a request, in bytes: a message in base64, and the rest. */
  static final int REQUEST_BYTES_MAX = MESSAGE_BYTES_MAX / 3 * 4 + 1024;

  /** Longest line of an answer, in bytes. */
  static final int ANSWER_BYTES_MAX = 4096;

  /** Longest text of an error that is passed on, in characters. */
  private static final int ERROR_CHARS_MAX = 200;

  private static final int DEPTH_MAX = 4;
  private static final long ID_MAX = (1L << 53) - 1;
  private static final String SIGN = "sign";
  private static final String PUBLIC_KEY = "public_key";

  private SignerProtocol() {}

  /**
   * A line to the program: a message to sign, or a question for the public key.
   *
   * @param key the agent whose key is meant
   * @param message to sign; null asks for the public key
   */
  record Request(long id, String key, byte @Nullable [] message) {
    byte[] line() {
      JsonObject.Builder json = JsonObject.builder().put("id", id).put("key", key);
      if (message == null) {
        json.put("op", PUBLIC_KEY);
      } else {
        json.put("message", base64(message)).put("op", SIGN);
      }
      return SignerProtocol.line(json.build());
    }

    /**
     * Reads a line.
     *
     * @throws IOException for anything else
     */
    static Request parse(byte[] line) throws IOException {
      try {
        ObjectReader in = object(line, REQUEST_BYTES_MAX);
        long id = in.requiredSafeInteger("id", 0, ID_MAX);
        String key = in.requiredString("key");
        String op = in.requiredString("op");
        byte[] message =
            switch (op) {
              case PUBLIC_KEY -> null;
              case SIGN -> decoded(in, "message");
              default -> throw in.mismatch("op", SIGN + " or " + PUBLIC_KEY, op);
            };
        in.noOthers();
        return new Request(id, key, message);
      } catch (JsonException | ShapeException e) {
        throw new IOException("not a request: " + e.getMessage(), e);
      }
    }
  }

  /** A line from the program. */
  sealed interface Answer {
    /** Returns the id of the request. */
    long id();

    /** Returns the line, with its end. */
    byte[] line();

    /**
     * Reads a line.
     *
     * @throws IOException for anything else
     */
    static Answer parse(byte[] line) throws IOException {
      try {
        ObjectReader in = object(line, ANSWER_BYTES_MAX);
        long id = in.requiredSafeInteger("id", 0, ID_MAX);
        Answer answer;
        if (in.has("error")) {
          String error = in.requiredString("error");
          answer = new Refused(id, error.substring(0, Math.min(error.length(), ERROR_CHARS_MAX)));
        } else if (in.has(PUBLIC_KEY)) {
          answer = new KeyAnswer(id, publicKey(in));
        } else {
          answer = new Signature(id, decoded(in, "signature"));
        }
        in.noOthers();
        return answer;
      } catch (JsonException | ShapeException e) {
        throw new IOException("not an answer: " + e.getMessage(), e);
      }
    }

    private static PublicKey publicKey(ObjectReader in) {
      try {
        return PublicKey.ofBase64(in.requiredString(PUBLIC_KEY));
      } catch (IllegalArgumentException e) {
        throw in.mismatch(PUBLIC_KEY, "a public key in base64", "another text");
      }
    }
  }

  /** The public key that was asked for. */
  record KeyAnswer(long id, PublicKey publicKey) implements Answer {
    @Override
    public byte[] line() {
      return SignerProtocol.line(
          JsonObject.builder().put("id", id).put(PUBLIC_KEY, publicKey.base64()).build());
    }
  }

  /** A signature, which may be wrong. */
  record Signature(long id, byte[] bytes) implements Answer {
    Signature {
      bytes = Arrays.copyOf(bytes, Math.min(bytes.length, SignatureEngine.SIGNATURE_BYTES + 1));
    }

    @Override
    public byte[] line() {
      return SignerProtocol.line(
          JsonObject.builder().put("id", id).put("signature", base64(bytes)).build());
    }
  }

  /** The signer does not do it. */
  record Refused(long id, String error) implements Answer {
    @Override
    public byte[] line() {
      return SignerProtocol.line(JsonObject.builder().put("error", error).put("id", id).build());
    }
  }

  private static ObjectReader object(byte[] line, int bytesMax) {
    return new ObjectReader(
        StrictJson.parseObject(line, new JsonLimits(bytesMax, DEPTH_MAX)), "line");
  }

  private static byte[] line(JsonObject json) {
    byte[] text = CanonicalJson.write(json);
    byte[] line = Arrays.copyOf(text, text.length + 1);
    line[text.length] = '\n';
    return line;
  }

  private static String base64(byte[] bytes) {
    return Base64.getEncoder().encodeToString(bytes);
  }

  private static byte[] decoded(ObjectReader in, String name) {
    try {
      return Base64.getDecoder().decode(in.requiredString(name));
    } catch (IllegalArgumentException notBase64) {
      throw in.mismatch(name, "base64", "another text");
    }
  }
}
