package dev.canswarm.pipeline.cli.command;

import static org.assertj.core.api.Assertions.assertThat;

import dev.canswarm.config.SettingKeys;
import dev.canswarm.pipeline.cli.Invocation;
import dev.canswarm.pipeline.cli.SwarmCommand;
import dev.canswarm.pipeline.cli.data.RunningRegistry;
import dev.canswarm.pipeline.embedded.DataDirectory;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class CommandLinesTest {
  private final Path home;

  CommandLinesTest(@TempDir Path home) {
    this.home = home;
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "demo", "up", "need", "replay", "rebuild", "thread", "keys", "config", "jmh", "pub", "tap",
        "verify", "jcs", "chaos", "bench", "dlq"
      })
  void everyCommandIsListedAndExplainsItself(String command) {
    assertThat(Invocation.of(home, "--help").out()).contains("  " + command + " ");
    Invocation help = Invocation.of(home, command, "--help");
    assertThat(help.exit()).isZero();
    assertThat(help.out()).contains("Usage: swarm " + command).contains("--json");
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "", "demo", "up", "need", "replay", "rebuild", "thread", "keys", "config", "jmh", "pub",
        "tap", "verify", "jcs", "sim", "chaos", "dlq"
      })
  void helpFits80Columns(String command) {
    String help = Invocation.of(home, (command + " --help").strip().split(" ")).out();
    assertThat(help.lines()).allMatch(line -> line.codePointCount(0, line.length()) <= 80);
  }

  @Test
  void theHelpOfSettingsHasEveryDescriptionInItsOwnWords() {
    String help = words(Invocation.of(home, "config", "--help").out());
    assertThat(SettingKeys.all())
        .allSatisfy(key -> assertThat(help).contains(words(key.description())));
  }

  private static String words(String text) {
    return text.replaceAll("\\s+", " ");
  }

  /** A class whose initializer adds a shutdown hook fails once the JVM stops. */
  @Test
  void aFailureWhileAProcessStopsIsReportedAsTheStop() {
    Invocation stopped =
        new Invocation(
            home,
            Map.of(),
            (context, args) ->
                CommandLines.execute(
                    context, new SwarmCommand(), Map.of("fails", new Failing(context)), args));
    assertThat(stopped.run("fails")).isEqualTo(ExitCode.STOPPED);
    assertThat(stopped.err()).contains("stopped").doesNotContain("unexpected");
  }

  @picocli.CommandLine.Command(name = "fails", header = "Fails as it stops.")
  private static final class Failing extends CliCommand {
    Failing(CommandContext context) {
      super(context);
    }

    @Override
    protected int run() {
      context().stop().request();
      throw new IllegalStateException("unexpected: java.lang.ExceptionInInitializerError");
    }
  }

  @Test
  void theVersionNamesTheProgramAndItsJava() {
    Invocation version = Invocation.of(home, "--version");
    assertThat(version.exit()).isZero();
    assertThat(version.out()).startsWith("can-swarm ").contains("Java");
  }

  @Test
  void helpIsNotSpoiledByBadSettings() {
    Invocation help = new Invocation(home, Map.of("SWARM_KAFKA_PORT", "no number"));
    assertThat(help.run("up", "--help")).isZero();
  }

  @ParameterizedTest
  @CsvSource({
    "demmo, did you mean demo?",
    "--versoin, did you mean --version?",
    "config --kafka-prt 1, did you mean --kafka-port?",
    "up --role=worker, did you mean --roles?",
    "need, '--file'",
    "tap, TOPIC",
    "keys make, NEW"
  })
  void badUsageExits2WithOneLineThatHelps(String line, String hint) {
    Invocation bad = Invocation.of(home, line.split(" "));
    assertThat(bad.exit()).isEqualTo(ExitCode.USAGE);
    assertThat(bad.err().lines()).hasSize(1).first().asString().contains(hint).contains("--help");
    assertThat(bad.out()).isEmpty();
  }

  @Test
  void noCommandIsBadUsage() {
    assertThat(Invocation.of(home).exit()).isEqualTo(ExitCode.USAGE);
  }

  @ParameterizedTest
  @CsvSource({
    "demmo --json, 2",
    "config --json --kafka-port many, 2",
    "demo --json --k 5, 2",
    "thread t --json, 3",
    "keys show --json, 3",
    "jmh --quick --json, 3",
    "bench --needs 10 --json, 3"
  })
  void withJsonAFailureStillEndsInASummary(String line, int exit) throws Exception {
    Invocation bad = Invocation.of(home, line.split(" "));
    assertThat(bad.exit()).isEqualTo(exit);
    assertThat(bad.objects()).hasSize(1);
    assertThat(bad.summary().get("ok").asBoolean()).isFalse();
    assertThat(bad.summary().get("exit").asInt()).isEqualTo(exit);
    assertThat(bad.summary().get("error").asText()).isNotEmpty();
  }

  @Test
  void everySettingIsAnOptionAndConfigSaysWhereItsValueCameFrom() throws Exception {
    Invocation config = new Invocation(home, Map.of("SWARM_NEEDS_CACHED_MAX", "7"));
    Files.writeString(home.resolve("swarm.yaml"), "kafka:\n  port: 1234\n");
    config.run("config", "--json", "--redis-port", "4321");
    assertThat(config.objects()).hasSize(SettingKeys.all().size() + 1);
    assertThat(config.out())
        .contains("\"key\":\"needs-cached-max\",")
        .contains("environment SWARM_NEEDS_CACHED_MAX")
        .contains("swarm.yaml");
    assertThat(config.objects())
        .anySatisfy(
            object -> {
              assertThat(object.path("key").asText()).isEqualTo("redis.port");
              assertThat(object.path("value").asText()).isEqualTo("4321");
              assertThat(object.path("source").asText()).isEqualTo("flag");
            });
  }

  @Test
  void aTraceIsShownOnlyOnRequest() {
    assertThat(Invocation.of(home, "keys", "show").err().lines()).hasSize(1);
    assertThat(Invocation.of(home, "keys", "show", "--log-level", "debug").err())
        .contains("\tat dev.canswarm");
    Invocation.of(home, "config", "--log-level", "info");
  }

  @Test
  void keysAreMadeOnceListedWithoutSecretsAndMoreAgentsCanBeAdded() throws Exception {
    Invocation made = Invocation.of(home, "keys", "new", "--data", "d");
    assertThat(made.exit()).isZero();
    assertThat(made.out()).contains("verifier-4").contains("node-8").contains("client");
    assertThat(Invocation.of(home, "keys", "new", "--data", "d").exit()).isEqualTo(1);
    Invocation added =
        Invocation.of(home, "keys", "new", "llm-7", "--role", "worker", "--data", "d", "--json");
    assertThat(added.summary().get("keys").asInt()).isEqualTo(1);
    Invocation shown = Invocation.of(home, "keys", "show", "--data", "d");
    assertThat(shown.out()).contains("llm-7");
    try (var files = Files.list(home.resolve("d/keys"))) {
      for (Path file : files.toList()) {
        assertThat(shown.out()).doesNotContain(Files.readString(file).strip());
      }
    }
  }

  @Test
  void aKeyThatOthersMayReadIsRefusedWithWhatToDo() throws Exception {
    Invocation.of(home, "keys", "new", "--data", "d");
    Path file = home.resolve("d/keys/client.key");
    Files.setPosixFilePermissions(file, PosixFilePermissions.fromString("rw-r--r--"));
    Invocation need =
        Invocation.of(home, "need", "x", "--data", "d", "--kafka-bootstrap", "127.0.0.1:1");
    assertThat(need.exit()).isEqualTo(ExitCode.ENVIRONMENT);
    assertThat(need.err()).contains("rw-r--r--").contains("chmod 600");
  }

  @Test
  void ofSeveralRunningStacksOneMustBeNamed() throws Exception {
    RunningRegistry registry = new RunningRegistry(home.resolve("state/can-swarm"));
    try (DataDirectory a = DataDirectory.open(home.resolve("a"));
        DataDirectory b = DataDirectory.open(home.resolve("b"))) {
      registry.add(a.root(), 1);
      registry.add(b.root(), 2);
      Invocation need = Invocation.of(home, "need", "x");
      assertThat(need.exit()).isEqualTo(ExitCode.USAGE);
      assertThat(need.err()).contains("--data " + a.root()).contains("--data " + b.root());
    }
  }

  @Test
  void aDirectoryInUseIsNamedWithItsProcess() throws Exception {
    try (DataDirectory used = DataDirectory.open(home.resolve("d"))) {
      Invocation up = Invocation.of(home, "up", "--data", used.root().toString());
      assertThat(up.exit()).isEqualTo(ExitCode.ENVIRONMENT);
      assertThat(up.err()).contains(used.root().toString()).contains("in use");
    }
  }

  @Test
  void joiningWhatDoesNotRunIsRefused() {
    Invocation up = Invocation.of(home, "up", "--join", "nowhere");
    assertThat(up.exit()).isEqualTo(ExitCode.ENVIRONMENT);
    assertThat(up.err()).contains("no stack runs on").contains("./swarm up --data");
  }
}
