package dev.canswarm.pipeline.cli.need;

import dev.canswarm.json.JsonException;
import dev.canswarm.json.JsonNumber;
import dev.canswarm.json.JsonObject;
import dev.canswarm.json.JsonString;
import dev.canswarm.json.JsonValue;
import dev.canswarm.json.ShapeException;
import dev.canswarm.json.StrictJson;
import dev.canswarm.pipeline.cli.command.CommandException;
import dev.canswarm.pipeline.cli.command.ExitCode;
import dev.canswarm.protocol.payload.Need;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/** Builds a NEED's payload from the command line. */
final class NeedPayload {
  /** Most bytes of the text or file; no policy permits a larger payload. */
  static final int TEXT_BYTES_MAX = 1 << 24;

  private static final String STANDARD_INPUT = "-";
  private static final String TYPE_DEFAULT = "text.wordcount";
  private static final String TYPE_OF_JSON = "json.canonicalize";

  private NeedPayload() {}

  /**
   * Returns the payload.
   *
   * @throws CommandException USAGE if the options do not give a valid payload
   */
  static JsonObject of(NeedCommand command, Path workingDirectory) throws CommandException {
    byte[] bytes = text(command.text, command.file, workingDirectory);
    String type = command.type == null ? TYPE_DEFAULT : command.type;
    Map<String, JsonValue> members = new TreeMap<>();
    if (command.payload) {
      if (command.type != null) {
        throw usage("--type says nothing beside --payload; put task_type into the payload");
      }
      members.putAll(object(json(bytes, "the payload")).members());
    } else {
      members.put("task_type", new JsonString(type));
      boolean asJson = command.inputJson || type.equals(TYPE_OF_JSON);
      members.put(
          "input",
          asJson
              ? json(bytes, "the input of " + type)
              : JsonObject.builder().put("text", utf8(bytes)).build());
    }
    if (command.k != null) {
      members.put("k", JsonNumber.of(command.k));
    }
    if (command.deadlineMillis != null) {
      members.put("deadline_ms", JsonNumber.of(command.deadlineMillis));
    }
    JsonObject payload = JsonObject.of(members);
    try {
      Need.parse(payload);
    } catch (ShapeException e) {
      throw usage("not a NEED: " + e.getMessage());
    }
    return payload;
  }

  private static byte[] text(@Nullable String text, @Nullable String file, Path workingDirectory)
      throws CommandException {
    if ((text == null) == (file == null)) {
      throw usage("expected either a text or --file FILE; '-' reads standard input");
    }
    String source = file == null ? text : file;
    if (file == null && !STANDARD_INPUT.equals(text)) {
      return String.valueOf(text).getBytes(StandardCharsets.UTF_8);
    }
    try (var in =
        STANDARD_INPUT.equals(source)
            ? System.in
            : Files.newInputStream(workingDirectory.resolve(String.valueOf(source)))) {
      byte[] bytes = in.readNBytes(TEXT_BYTES_MAX + 1);
      if (bytes.length > TEXT_BYTES_MAX) {
        throw usage("expected at most " + TEXT_BYTES_MAX + " bytes in " + source);
      }
      return bytes;
    } catch (IOException e) {
      throw new CommandException(ExitCode.USAGE, "cannot read " + source + ": " + e, e);
    }
  }

  private static String utf8(byte[] bytes) throws CommandException {
    try {
      return StandardCharsets.UTF_8.newDecoder().decode(ByteBuffer.wrap(bytes)).toString();
    } catch (CharacterCodingException e) {
      throw new CommandException(
          ExitCode.USAGE, "the text is not UTF-8; convert it, such as with iconv", e);
    }
  }

  private static JsonValue json(byte[] bytes, String what) throws CommandException {
    try {
      return StrictJson.parse(bytes);
    } catch (JsonException e) {
      throw new CommandException(ExitCode.USAGE, what + " must be JSON: " + e.getMessage(), e);
    }
  }

  private static JsonObject object(JsonValue value) throws CommandException {
    if (value instanceof JsonObject object) {
      return object;
    }
    throw usage("the payload must be a JSON object");
  }

  private static CommandException usage(String message) {
    return new CommandException(ExitCode.USAGE, message + "; see ./swarm need --help");
  }
}
