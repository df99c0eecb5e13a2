package dev.canswarm.protocol.payload;

import dev.canswarm.crypto.PublicKey;
import dev.canswarm.crypto.SignatureEngine;
import dev.canswarm.envelope.ThreadId;
import dev.canswarm.json.JsonArray;
import dev.canswarm.json.JsonNumber;
import dev.canswarm.json.JsonObject;
import dev.canswarm.json.JsonValue;
import dev.canswarm.json.ObjectReader;
import dev.canswarm.json.ShapeException;
import java.util.ArrayList;
import java.util.Base64;
import java.util.Comparator;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * An entry of the control chain: one change of keys, roles or policies.
 *
 * @param number of the entry, from 1
 * @param genesis hash of the document that the chain begins with: keys and roles of the trust file
 * @param approvals of other administrators, sorted by key, each once
 * @param note why, for people, in the form of {@link ErrorText}; or null. No decision reads it
 */
public record Control(
    long number,
    String genesis,
    ControlChange change,
    List<Approval> approvals,
    @Nullable String note)
    implements Payload {

  /** The thread of all entries. */
  public static final ThreadId THREAD = new ThreadId("control");

  /** Most approvals of an entry. */
  public static final int APPROVALS_MAX = 64;

  /**
   * The signature of an administrator who does not send the entry.
   *
   * @param signature base64 of 64 bytes
   */
  public record Approval(PublicKey key, String signature) {
    /** An approval with these 64 bytes as its signature. */
    public static Approval of(PublicKey key, byte[] signature) {
      return new Approval(key, Base64.getEncoder().encodeToString(signature));
    }

    /** The 64 bytes of the signature. */
    public byte[] signatureBytes() {
      return Base64.getDecoder().decode(signature);
    }
  }

  /** Sorts the approvals. */
  public Control {
    approvals = approvals.stream().sorted(Comparator.comparing(Approval::key)).toList();
  }

  /**
   * Reads a payload.
   *
   * @throws ShapeException for another form
   */
  public static Control parse(JsonObject payload) {
    ObjectReader reader = new ObjectReader(payload, "payload");
    Control read =
        new Control(
            reader.requiredSafeInteger("number", 1, JsonNumber.SAFE_INTEGER_MAX),
            Shapes.hash(reader, "genesis"),
            ControlChange.parse(reader.requiredObject("change"), reader.where("change")),
            approvals(reader),
            ErrorText.read(reader, "note"));
    reader.noOthers();
    return read;
  }

  private static List<Approval> approvals(ObjectReader reader) {
    List<ObjectReader> elements = reader.requiredReaderList("approvals");
    if (elements.size() > APPROVALS_MAX) {
      throw reader.mismatch("approvals", "at most " + APPROVALS_MAX, elements.size() + " of them");
    }
    List<Approval> approvals = new ArrayList<>(elements.size());
    @Nullable PublicKey before = null;
    for (ObjectReader element : elements) {
      PublicKey key = Shapes.publicKey(element, "key");
      if (before != null && before.compareTo(key) >= 0) {
        throw element.mismatch("key", "more than " + before + " before it", key.base64());
      }
      before = key;
      approvals.add(new Approval(key, signature(element)));
      element.noOthers();
    }
    return approvals;
  }

  private static String signature(ObjectReader reader) {
    String text = reader.requiredString("sig");
    try {
      byte[] bytes = Base64.getDecoder().decode(text);
      if (bytes.length == SignatureEngine.SIGNATURE_BYTES
          && Base64.getEncoder().encodeToString(bytes).equals(text)) {
        return text;
      }
    } catch (IllegalArgumentException notBase64) {
      // Refused below, as every other text that is not a signature.
    }
    throw reader.mismatch("sig", "canonical base64 of 64 bytes", text);
  }

  /** The payload as an envelope carries it; {@link #parse} reads it back. */
  public JsonObject toJson() {
    List<JsonValue> list = new ArrayList<>(approvals.size());
    for (Approval approval : approvals) {
      list.add(
          JsonObject.builder()
              .put("key", approval.key().base64())
              .put("sig", approval.signature())
              .build());
    }
    JsonObject.Builder builder =
        JsonObject.builder()
            .put("number", number)
            .put("genesis", genesis)
            .put("change", change.toJson())
            .put("approvals", new JsonArray(list));
    if (note != null) {
      builder.put("note", note);
    }
    return builder.build();
  }
}
