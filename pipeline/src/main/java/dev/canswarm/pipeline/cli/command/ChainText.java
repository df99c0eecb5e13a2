package dev.canswarm.pipeline.cli.command;

import dev.canswarm.envelope.Verb;
import dev.canswarm.json.CanonicalJson;
import dev.canswarm.json.JsonArray;
import dev.canswarm.json.JsonNumber;
import dev.canswarm.json.JsonObject;
import dev.canswarm.json.JsonString;
import dev.canswarm.json.JsonValue;
import dev.canswarm.pipeline.cli.text.Printable;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.stream.Collectors;

/** Describes envelopes in a few words for the terminal. */
public final class ChainText {
  private static final int SHORT_CHARS = 8;
  private static final int TEXT_CHARS_MAX = 48;

  private ChainText() {}

  /** Returns the first eight characters of an id. */
  public static String shortId(String id) {
    return id.length() <= SHORT_CHARS ? id : id.substring(0, SHORT_CHARS);
  }

  /** Returns a summary of the payload in a few words. */
  public static String remark(Verb verb, JsonObject payload) {
    return switch (verb) {
      case NEED -> need(payload);
      case PROPOSE -> "a plan of " + counted(payload, "plan", "task");
      case DECIDE ->
          "proposal " + shortId(text(payload, "proposal_id")) + ", K = " + number(payload, "k");
      case CLAIM, YIELD ->
          "task " + shortId(text(payload, "task_id")) + ", attempt " + number(payload, "attempt");
      case COMMIT ->
          "task "
              + shortId(text(payload, "task_id"))
              + ", artifact "
              + shortId(text(payload, "artifact"));
      case ATTEST ->
          text(payload, "verdict") + " " + shortId(text(payload, "target")) + evidence(payload);
      case RELEASE ->
          text(payload, "cause")
              + " task "
              + shortId(text(payload, "task_id"))
              + ", attempt "
              + number(payload, "attempt");
      case FINALIZE -> finalized(payload);
      case CANCEL -> text(payload, "reason");
      case CONTROL -> control(payload);
    };
  }

  /** Returns an entry's number and what it changes. */
  private static String control(JsonObject payload) {
    String entry = "entry " + number(payload, "number") + ": ";
    if (!(payload.get("change") instanceof JsonObject change)) {
      return entry;
    }
    String name = text(change, "name");
    String key = text(change, "key");
    return entry
        + text(change, "type")
        + (name.isEmpty() ? "" : " " + name)
        + (key.isEmpty() ? "" : ", key " + shortId(key));
  }

  /** Returns the verifier's evidence with shortened hashes. */
  private static String evidence(JsonObject payload) {
    if (!(payload.get("evidence") instanceof JsonObject evidence)) {
      return "";
    }
    return evidence.members().entrySet().stream()
        .map(
            entry ->
                Printable.value(
                    entry.getKey()
                        + " "
                        + (entry.getValue() instanceof JsonString string
                            ? shortId(string.value())
                            : json(entry.getValue()))))
        .collect(Collectors.joining(", ", ": ", ""));
  }

  private static String json(JsonValue value) {
    return new String(CanonicalJson.write(value), StandardCharsets.UTF_8);
  }

  private static String need(JsonObject payload) {
    if (payload.get("tasks") != null) {
      return counted(payload, "tasks", "task");
    }
    JsonValue input = payload.get("input");
    String text =
        input instanceof JsonObject object && object.get("text") instanceof JsonString string
            ? " \"" + shortened(string.value()) + "\""
            : "";
    return text(payload, "task_type") + text;
  }

  private static String finalized(JsonObject payload) {
    String hash = text(payload, "result_hash");
    String reason = text(payload, "reason");
    return text(payload, "outcome")
        + (reason.isEmpty() ? "" : " (" + reason + ")")
        + (hash.isEmpty() ? "" : ", result " + shortId(hash));
  }

  private static String counted(JsonObject payload, String member, String what) {
    int count = payload.get(member) instanceof JsonArray array ? array.elements().size() : 0;
    return count + " " + what + (count == 1 ? "" : "s");
  }

  private static String text(JsonObject payload, String member) {
    return payload.get(member) instanceof JsonString string ? Printable.value(string.value()) : "";
  }

  private static String number(JsonObject payload, String member) {
    return payload.get(member) instanceof JsonNumber number
        ? Long.toString((long) number.value())
        : "?";
  }

  private static String shortened(String text) {
    String line = text.lines().collect(Collectors.joining(" "));
    return line.codePointCount(0, line.length()) <= TEXT_CHARS_MAX
        ? Printable.value(line)
        : Printable.value(line.substring(0, line.offsetByCodePoints(0, TEXT_CHARS_MAX))) + "…";
  }

  /** Returns the shortened ids, separated by commas. */
  public static String shortIds(List<String> ids) {
    return ids.stream().map(ChainText::shortId).collect(Collectors.joining(" "));
  }
}
