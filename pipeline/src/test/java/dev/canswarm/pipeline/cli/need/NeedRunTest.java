package dev.canswarm.pipeline.cli.need;

import static org.assertj.core.api.Assertions.assertThat;

import dev.canswarm.config.TrustFile;
import dev.canswarm.pipeline.cli.Invocation;
import dev.canswarm.pipeline.cli.command.ExitCode;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** A NEED that the swarm would refuse is refused here, before Kafka is asked. */
class NeedRunTest {
  private static final String CYCLE =
      "{\"tasks\":[{\"name\":\"a\",\"task_type\":\"hash.sha256\",\"input\":{\"text\":\"x\"},"
          + "\"requires\":[\"a\"]}]}";

  private final Path home;

  NeedRunTest(@TempDir Path home) {
    this.home = home;
  }

  /** Runs the command with a broker that is named, and never there. */
  private Invocation need(String... args) {
    Invocation invocation = new Invocation(home, Map.of("SWARM_KAFKA_BOOTSTRAP", "127.0.0.1:1"));
    String[] all = new String[args.length + 1];
    all[0] = "need";
    System.arraycopy(args, 0, all, 1, args.length);
    invocation.run(all);
    return invocation;
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "--thread|a b|--thread: expected 1 to 128 of A-Z a-z 0-9 . _ : -, got a b",
        "--timeout-ms|-1|--timeout-ms"
      })
  void aWrongOptionIsAUsageError(String option, String value, String message) {
    Invocation wrong = need("x", option, value);
    assertThat(wrong.exit()).as(wrong.err()).isEqualTo(ExitCode.USAGE);
    assertThat(wrong.err()).contains(message);
  }

  @Test
  void withoutABrokerNothingIsSigned() {
    Invocation alone = Invocation.of(home, "need", "x");
    assertThat(alone.exit()).isEqualTo(ExitCode.ENVIRONMENT);
    assertThat(alone.err()).contains("no stack is running on");
  }

  @Test
  void whatTheSwarmWouldRefuseIsRefusedWithItsReason() {
    assertThat(Invocation.of(home, "keys", "new").exit()).isZero();
    for (String[] args :
        new String[][] {
          {"--payload", CYCLE}, {"--payload", CYCLE, "--wait"}, {"x", "--k", "17"},
        }) {
      Invocation refused = need(args);
      assertThat(refused.exit()).as(refused.err()).isEqualTo(ExitCode.FAILED);
      assertThat(refused.err()).containsPattern("the NEED was refused, [A-Z_]+: ");
      assertThat(refused.out()).isEmpty();
    }
  }

  /** Nobody who reads the trust file would take what it signs. */
  @Test
  void aClientWithoutTheRoleIsRefused() throws IOException {
    assertThat(Invocation.of(home, "keys", "new").exit()).isZero();
    Path trust = home.resolve(".swarm").resolve(TrustFile.NAME);
    Files.writeString(trust, Files.readString(trust).replace("[client]", "[worker]"));
    Invocation refused = need("x");
    assertThat(refused.exit()).as(refused.err()).isEqualTo(ExitCode.FAILED);
    assertThat(refused.err()).contains("the NEED was refused, SENDER_NOT_AUTHORISED: ");
  }
}
