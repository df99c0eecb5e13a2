package dev.canswarm.pipeline.cli.up;

import static org.assertj.core.api.Assertions.assertThat;

import dev.canswarm.config.KafkaEndpoint;
import dev.canswarm.config.Secret;
import dev.canswarm.pipeline.cli.data.StackFile;
import dev.canswarm.pipeline.cli.data.StackFile.Kafka;
import dev.canswarm.pipeline.cli.data.StackFile.Writer;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalInt;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class JoinedStackTest {
  private static final StackFile STACK =
      new StackFile(
          new Writer(17, Optional.of("h:4")),
          "swarm",
          new Kafka(
              "127.0.0.1:1",
              new KafkaEndpoint("127.0.0.1:4", Map.of("sasl.mechanism", new Secret("PLAIN"))),
              OptionalInt.of(4)),
          "postgresql://p@127.0.0.1:2/p",
          "redis://h:3",
          true,
          8);

  private final Path data;
  private final Path trust;

  JoinedStackTest(@TempDir Path data) {
    this.data = data;
    this.trust = data.resolve("trust.yaml");
  }

  @BeforeEach
  void aStackRuns() throws Exception {
    STACK.write(data);
    StackFile.writePolicy(data, new byte[] {1});
    Files.writeString(trust, "trust");
  }

  private JoinedStack joined() throws Exception {
    return JoinedStack.of(data, trust, STACK);
  }

  private static StackFile restarted(String http) {
    return STACK.withProcess(new Writer(18, Optional.of(http)));
  }

  @Test
  void aStackThatIsAwayOrStartedAgainOnItsPortsIsTheSame() throws Exception {
    JoinedStack joined = joined();
    assertThat(joined.changed()).isEmpty();
    StackFile.remove(data);
    assertThat(joined.changed()).isEmpty();
    restarted("h:4").write(data);
    assertThat(joined.changed()).isEmpty();
  }

  @Test
  void oneOnOtherPortsIsAnother() throws Exception {
    JoinedStack joined = joined();
    new StackFile(
            STACK.process(),
            "swarm",
            new Kafka("127.0.0.1:9", STACK.kafka().login(), STACK.kafka().saslPort()),
            STACK.postgres(),
            STACK.redis(),
            STACK.intake(),
            8)
        .write(data);
    assertThat(joined.changed()).hasValue("now uses other servers");
  }

  @Test
  void aRestartedOneThatAnswersHttpElsewhereIsTheSame() throws Exception {
    JoinedStack joined = joined();
    restarted("h:5").write(data);
    assertThat(joined.changed()).isEmpty();
  }

  @Test
  void oneWithAnotherPolicyOrTrustFileIsAnother() throws Exception {
    JoinedStack joined = joined();
    StackFile.writePolicy(data, new byte[] {2});
    assertThat(joined.changed()).hasValue("has another policy now");
    StackFile.writePolicy(data, new byte[] {1});
    Files.writeString(trust, "another");
    assertThat(joined.changed()).hasValue("has another trust file now");
  }
}
