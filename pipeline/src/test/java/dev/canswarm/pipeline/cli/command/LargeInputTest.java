package dev.canswarm.pipeline.cli.command;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.canswarm.config.PolicyFile;
import dev.canswarm.crypto.Sha256;
import dev.canswarm.json.CanonicalJson;
import dev.canswarm.json.JsonObject;
import dev.canswarm.json.JsonString;
import dev.canswarm.pipeline.cli.Invocation;
import dev.canswarm.policy.Policy;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.atomic.AtomicReference;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** An input that is too large for a payload becomes an artifact; nothing else of it changes. */
class LargeInputTest {
  private final Path home;
  private final Path data;
  private final AtomicReference<DataAccess> access = new AtomicReference<>();
  private final Policy policy;

  LargeInputTest(@TempDir Path home) throws Exception {
    this.home = home;
    this.data = home.resolve("data");
    this.policy = Policy.parse(PolicyFile.load(Optional.empty()));
  }

  /** A command that only finds its data. */
  private static final class Looking extends CliCommand {
    Looking(CommandContext context) {
      super(context);
    }

    @Override
    protected int run() {
      return ExitCode.OK;
    }
  }

  @BeforeEach
  void find() {
    Invocation invocation =
        new Invocation(
            home,
            Map.of("SWARM_DATA", data.toString()),
            (context, args) -> {
              try {
                access.set(DataAccess.of(new Looking(context)));
                return ExitCode.OK;
              } catch (Exception e) {
                throw new IllegalStateException(e);
              }
            });
    assertThat(invocation.run()).isEqualTo(ExitCode.OK);
  }

  private JsonObject fit(JsonObject payload) throws CommandException {
    return LargeInput.fit(payload, policy, access.get());
  }

  private static JsonObject payload(String input) {
    return JsonObject.builder().put("task_type", "text.wordcount").put("input", input).build();
  }

  @Test
  void aPayloadThatFitsStaysAsItIs() throws CommandException {
    JsonObject small = payload("a");
    assertThat(fit(small)).isSameAs(small);
    assertThat(data.resolve("artifacts")).doesNotExist();
  }

  @Test
  void aLargeInputIsStoredUnderItsHash() throws Exception {
    String text = "x".repeat(policy.payloadBytesMax());
    JsonObject fitted = fit(payload(text));
    byte[] stored = CanonicalJson.write(new JsonString(text));
    String address = Sha256.hex(stored);
    assertThat(fitted)
        .isEqualTo(
            JsonObject.builder()
                .put("task_type", "text.wordcount")
                .put("input_artifact", address)
                .build());
    try (var files = Files.walk(data.resolve("artifacts"))) {
      Path artifact =
          files
              .filter(file -> String.valueOf(file.getFileName()).equals(address))
              .findFirst()
              .orElseThrow();
      assertThat(artifact).hasBinaryContent(stored);
    }
  }

  @Test
  void aLargePayloadWithoutAnInputIsBadUsage() {
    JsonObject large =
        JsonObject.builder().put("task_type", "x".repeat(policy.payloadBytesMax())).build();
    assertThatThrownBy(() -> fit(large))
        .isInstanceOfSatisfying(
            CommandException.class, e -> assertThat(e.exitCode()).isEqualTo(ExitCode.USAGE))
        .hasMessageContaining("the policy allows " + policy.payloadBytesMax())
        .hasMessageContaining("payload_bytes_max");
  }

  @Test
  void anInputThatIsTooLargeForAnArtifactIsBadUsage() {
    JsonObject huge = payload("x".repeat((int) access.get().settings().artifactsBytesMax() + 1));
    assertThatThrownBy(() -> fit(huge))
        .isInstanceOfSatisfying(
            CommandException.class, e -> assertThat(e.exitCode()).isEqualTo(ExitCode.USAGE))
        .hasMessageContaining("too large");
  }
}
