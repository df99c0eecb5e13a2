package dev.canswarm.pipeline.cli.verify;

import dev.canswarm.crypto.Sha256;
import dev.canswarm.json.CanonicalJson;
import dev.canswarm.json.JsonException;
import dev.canswarm.json.JsonException.Problem;
import dev.canswarm.json.JsonLimits;
import dev.canswarm.pipeline.cli.command.CliCommand;
import dev.canswarm.pipeline.cli.command.CommandContext;
import dev.canswarm.pipeline.cli.command.CommandException;
import dev.canswarm.pipeline.cli.command.ExitCode;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;

/** {@code ./swarm jcs}. */
@Command(
    name = "jcs",
    header = "Writes the canonical form (RFC 8785) of a JSON text.",
    description = {
      "Reads one JSON text from standard input and writes its canonical bytes, without a trailing",
      "newline: the bytes that are hashed and signed. Nothing is repaired: input that is not I-JSON is",
      "refused with the problem and the byte offset (docs/spec/canonical-json.md). At most 16 MiB",
      "and 64 levels.%n"
    },
    footer = {"", "Exit: 0 canonical bytes are on standard output, 1 the input was refused."})
public final class JcsCommand extends CliCommand {
  private final InputStream in;

  @Option(
      names = "--raw",
      description = "Writes the bytes to a terminal as they are, without escapes.")
  private boolean raw;

  /**
   * Creates the command; use once.
   *
   * @param in the input; not closed
   */
  public JcsCommand(CommandContext context, InputStream in) {
    super(context);
    this.in = in;
  }

  @Override
  protected List<String> settingsShown() {
    return List.of();
  }

  @Override
  protected int run() throws CommandException {
    if (raw) {
      console().useRaw();
    }
    JsonLimits limits = JsonLimits.DEFAULT;
    byte[] canonical;
    boolean unchanged;
    try {
      byte[] input = read(limits.bytesMax());
      canonical = CanonicalJson.canonicalize(input, limits);
      unchanged = Arrays.equals(input, canonical);
    } catch (JsonException refused) {
      return refused(refused);
    }
    console().result(canonical);
    console()
        .object("document", Map.of("canonical", new String(canonical, StandardCharsets.UTF_8)));
    Map<String, Object> members = new LinkedHashMap<>();
    members.put("bytes", canonical.length);
    members.put("sha256", Sha256.hex(canonical));
    members.put("was_canonical", unchanged);
    console().summary(ExitCode.OK, members);
    return ExitCode.OK;
  }

  private byte[] read(int bytesMax) throws CommandException {
    try {
      byte[] input = in.readNBytes(bytesMax + 1);
      if (input.length > bytesMax) {
        throw JsonException.at(
            bytesMax, Problem.TOO_LARGE, "expected at most " + bytesMax + " bytes, got more");
      }
      return input;
    } catch (IOException e) {
      throw new CommandException(ExitCode.USAGE, "cannot read standard input: " + e, e);
    }
  }

  private int refused(JsonException refused) {
    String message = String.valueOf(refused.getMessage());
    console().note("swarm: " + message);
    Map<String, Object> members = new LinkedHashMap<>();
    members.put("problem", refused.problem().name());
    members.put("offset", refused.offset());
    members.put("error", message);
    console().summary(ExitCode.FAILED, members);
    return ExitCode.FAILED;
  }
}
