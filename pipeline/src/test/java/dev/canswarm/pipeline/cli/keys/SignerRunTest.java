package dev.canswarm.pipeline.cli.keys;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import dev.canswarm.crypto.SigningKey;
import dev.canswarm.crypto.TestKeys;
import dev.canswarm.pipeline.cli.Invocation;
import dev.canswarm.pipeline.cli.command.ExitCode;
import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.InputStream;
import java.io.PipedInputStream;
import java.io.PipedOutputStream;
import java.nio.file.Path;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

@Timeout(60) // a guard against a hang
class SignerRunTest {
  private static final SigningKey KEY = TestKeys.key("a");

  private final ByteArrayOutputStream answers = new ByteArrayOutputStream();
  private final Invocation invocation;

  SignerRunTest(@TempDir Path home) {
    this.invocation = new Invocation(home, Map.of());
  }

  private int run(InputStream requests) throws Exception {
    return SignerRun.run(Map.of("a", KEY), requests, answers, invocation.context());
  }

  private static InputStream requests(String lines) {
    return new ByteArrayInputStream(lines.getBytes(UTF_8));
  }

  @Test
  void itEndsWithTheRequestsAndHasAnsweredThem() throws Exception {
    String request = "{\"id\":3,\"key\":\"a\",\"op\":\"public_key\"}\n";
    assertThat(run(requests(request))).isEqualTo(ExitCode.OK);
    assertThat(answers.toString(UTF_8))
        .isEqualTo("{\"id\":3,\"public_key\":\"%s\"}\n".formatted(KEY.publicKey().base64()));
    assertThat(invocation.err()).isEmpty();
  }

  @Test
  void whatIsNoRequestEndsItAsAFailureThatIsSaid() throws Exception {
    assertThat(run(requests("no json\n"))).isEqualTo(ExitCode.FAILED);
    assertThat(invocation.err()).startsWith("swarm: keys signer: ");
    assertThat(answers.size()).isZero();
  }

  @Test
  void aStopEndsItThoughNoRequestComes() throws Exception {
    try (PipedOutputStream silent = new PipedOutputStream();
        PipedInputStream requests = new PipedInputStream(silent)) {
      invocation.context().stop().request();
      assertThat(run(requests)).isEqualTo(ExitCode.OK);
    }
    assertThat(invocation.err()).isEmpty();
  }
}
