package dev.canswarm.config;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowableOfType;
import static org.assertj.core.api.Assertions.tuple;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class SettingsLoaderTest {
  private final Path directory;

  SettingsLoaderTest(@TempDir Path directory) {
    this.directory = directory;
  }

  @Test
  void withoutAnySourceEverythingIsTheDefault() throws SettingsException {
    LoadedSettings loaded = load(Map.of(), Map.of());

    SwarmSettings settings = loaded.settings();
    assertThat(settings.swarmId()).isEqualTo("can-swarm");
    assertThat(settings.data()).isEqualTo(directory.resolve(".swarm"));
    assertThat(settings.trustFile()).isEqualTo(directory.resolve(".swarm/trust.yaml"));
    assertThat(settings.policyFile()).isEmpty();
    KafkaSettings kafka = settings.kafka();
    assertThat(kafka.bootstrap()).isEmpty();
    assertThat(kafka.port()).isEqualTo(19092);
    assertThat(kafka.partitions()).isEqualTo(8);
    assertThat(kafka.replication()).isEqualTo(1);
    assertThat(kafka.minInsync()).isEqualTo(1);
    assertThat(kafka.retentionMillis()).isEqualTo(604_800_000);
    assertThat(kafka.inFlightMax()).isEqualTo(1024);
    assertThat(kafka.inFlightBytesMax()).isEqualTo(33_554_432);
    assertThat(kafka.pollRecordsMax()).isEqualTo(256);
    assertThat(kafka.commitIntervalMillis()).isEqualTo(200);
    assertThat(kafka.sendInFlightMax()).isEqualTo(1024);
    assertThat(kafka.sessionTimeoutMillis()).isEqualTo(10_000);
    assertThat(kafka.recordBytesMax()).isEqualTo(1_048_576);
    assertThat(settings.postgres())
        .isEqualTo(new PostgresSettings(Optional.empty(), Optional.empty(), 15432, 8, 10_000));
    assertThat(settings.redis()).isEqualTo(new RedisSettings(Optional.empty(), 16379, 1000));
    assertThat(settings.roles()).containsExactly(SwarmRole.values());
    assertThat(settings.agents()).isEqualTo(new AgentSettings(1, 1, 2, 4, 1, 1));
    assertThat(settings.tasks().exec()).isEmpty();
    assertThat(settings.engine()).isEqualTo(EngineMode.AUTO);
    assertThat(settings.logLevel()).isEqualTo(LogLevel.INFO);
    assertThat(loaded.values()).hasSameSizeAs(SettingKeys.all());
    assertThat(loaded.values()).extracting(ResolvedSetting::source).containsOnly("default");
  }

  @Test
  void aFlagBeatsTheEnvironmentWhichBeatsTheFileWhichBeatsTheDefault() throws Exception {
    Path file = file("kafka: {port: 1, partitions: 2, replication: 3}\nneeds-cached-max: 4\n");

    LoadedSettings loaded =
        load(
            Map.of("kafka.port", "11"),
            Map.of("SWARM_KAFKA_PORT", "21", "SWARM_KAFKA_PARTITIONS", "22", "PATH", "/bin"));

    assertThat(loaded.settings().kafka().port()).isEqualTo(11);
    assertThat(loaded.settings().kafka().partitions()).isEqualTo(22);
    assertThat(loaded.settings().kafka().replication()).isEqualTo(3);
    assertThat(loaded.settings().kafka().minInsync()).isEqualTo(1);
    assertThat(loaded.values())
        .contains(
            new ResolvedSetting("kafka.port", "11", "flag", false),
            new ResolvedSetting(
                "kafka.partitions", "22", "environment SWARM_KAFKA_PARTITIONS", false),
            new ResolvedSetting("kafka.replication", "3", "file " + file, false),
            new ResolvedSetting("kafka.min-insync", "1", "default", false));
  }

  @Test
  void anEmptyValueOverridesToo() throws Exception {
    file("kafka:\n  bootstrap: a:9092\n");

    assertThat(load(Map.of(), Map.of()).settings().embeddedKafka()).isFalse();
    assertThat(load(Map.of(), Map.of("SWARM_KAFKA_BOOTSTRAP", "")).settings().embeddedKafka())
        .isTrue();
  }

  @Test
  void aNamedFileIsReadInPlaceOfTheUsualOne() throws Exception {
    file("log.level: debug\n");
    Path other = Files.writeString(directory.resolve("other.yaml"), "needs-cached-max: 5\n");

    SwarmSettings settings =
        SettingsLoader.load(Map.of(), Map.of(), Optional.of(other), directory).settings();

    assertThat(settings.logLevel()).isEqualTo(LogLevel.INFO);
    assertThat(settings.needsCachedMax()).isEqualTo(5);
  }

  @Test
  void aNamedFileThatIsMissingIsAnError() {
    Path missing = directory.resolve("missing.yaml");

    SettingsException refused =
        catchThrowableOfType(
            SettingsException.class,
            () -> SettingsLoader.load(Map.of(), Map.of(), Optional.of(missing), directory));

    assertThat(refused)
        .hasMessage("bad setting: expected a readable file, got no such file (file %s)", missing);
  }

  @Test
  void everyProblemOfEverySourceIsReportedAtOnce() throws Exception {
    Path file = file("kafka:\n  prot: 1\npostgres:\n  port: many\n");

    SettingsException refused =
        refused(
            Map.of("role", "worker", "kafka.port", "65536"),
            Map.of("SWARM_KAFKA_BOOTSRAP", "x", "SWARM_NEEDS_OPEN_MAX", "1"));

    assertThat(refused.problems())
        .containsExactly(
            SettingsProblem.unknown("role", "roles", "flag"),
            SettingsProblem.unknown(
                "SWARM_KAFKA_BOOTSRAP",
                "SWARM_KAFKA_BOOTSTRAP",
                "environment SWARM_KAFKA_BOOTSRAP"),
            SettingsProblem.unknown("kafka.prot", "kafka.port", "file " + file + ", line 2"),
            bad("kafka.port", "an integer from 0 to 65535", "\"65536\"", "flag"),
            bad(
                "postgres.port",
                "an integer from 0 to 65535",
                "\"many\"",
                "file " + file + ", line 4"),
            bad(
                "needs.open-max",
                "an integer from 2 to 1000000",
                "\"1\"",
                "environment SWARM_NEEDS_OPEN_MAX"));
    assertThat(refused.getMessage())
        .startsWith("6 bad settings:\n  role: unknown setting; did you mean roles? (flag)\n")
        .contains("\n  kafka.port: expected an integer from 0 to 65535, got \"65536\" (flag)\n");
  }

  @Test
  void theRemovedSettingLanesIsReportedAsUnknownInEverySource() throws Exception {
    Path file = file("lanes: 4\n");

    SettingsException refused = refused(Map.of("lanes", "4"), Map.of("SWARM_LANES", "4"));

    assertThat(refused.problems())
        .extracting(SettingsProblem::toString)
        .containsExactly(
            "lanes: unknown setting; did you mean roles? (flag)",
            "SWARM_LANES: unknown setting; did you mean SWARM_ROLES? (environment SWARM_LANES)",
            "lanes: unknown setting; did you mean roles? (file " + file + ", line 1)");
  }

  @Test
  void variablesOfTheLauncherAreNotSettings() throws SettingsException {
    assertThat(load(Map.of(), Map.of("SWARM_JAVA_OPTS", "-Xmx1g")).values())
        .extracting(ResolvedSetting::value)
        .doesNotContain("-Xmx1g");
  }

  @Test
  void settingsThatContradictEachOtherAreRefused() {
    SettingsException refused =
        refused(
            Map.of("kafka.min-insync", "2", "retry.first-ms", "200", "kafka.in-flight-max", "9"),
            Map.of("SWARM_RETRY_MAX_MS", "100"));

    assertThat(refused.problems())
        .extracting(SettingsProblem::toString)
        .containsExactly(
            "kafka.min-insync: expected at most kafka.replication, which is 1 (default), got 2"
                + " (flag)",
            "kafka.poll-records-max: expected at most kafka.in-flight-max, which is 9 (flag), got"
                + " 256 (default)",
            "retry.first-ms: expected at most retry.max-ms, which is 100 (environment"
                + " SWARM_RETRY_MAX_MS), got 200 (flag)");
  }

  @Test
  void intakeIsOnByItselfOnlyWhereKafkaIsEmbedded() throws SettingsException {
    Map<String, String> remote = Map.of("SWARM_KAFKA_BOOTSTRAP", "kafka:9092");

    assertThat(load(Map.of(), Map.of()).settings().intakeEnabled()).isTrue();
    assertThat(load(Map.of(), remote).settings().intakeEnabled()).isFalse();
    assertThat(load(Map.of("intake.enabled", "true"), remote).settings().intakeEnabled()).isTrue();
    assertThat(load(Map.of("intake.enabled", "false"), Map.of()).settings().intakeEnabled())
        .isFalse();
  }

  @Test
  void anyServerThatIsNotNamedIsEmbedded() throws SettingsException {
    SwarmSettings named =
        load(
                Map.of(
                    "kafka.bootstrap", "a:1, b:2",
                    "postgres.url", "postgresql://u@h/d",
                    "redis.url", "redis://h"),
                Map.of())
            .settings();
    SwarmSettings oneNamed = load(Map.of("redis.url", "redis://h"), Map.of()).settings();

    assertThat(named.embeddedAny()).isFalse();
    assertThat(named.kafka().bootstrap()).contains("a:1,b:2");
    assertThat(oneNamed.embeddedAny()).isTrue();
    assertThat(oneNamed.embeddedRedis()).isFalse();
    assertThat(oneNamed.embeddedPostgres()).isTrue();
  }

  @Test
  void secretsShowNowhereButInTheTypedSettings() throws SettingsException {
    LoadedSettings loaded =
        load(
            Map.of(),
            Map.of(
                "SWARM_POSTGRES_URL", "postgresql://me:hidden@db:5433/swarm",
                "SWARM_REDIS_URL", "rediss://hidden@cache:6380/2"));

    assertThat(loaded.values())
        .contains(
            new ResolvedSetting(
                "postgres.url",
                "postgresql://me:***@db:5433/swarm",
                "environment SWARM_POSTGRES_URL",
                true),
            new ResolvedSetting(
                "redis.url", "rediss://***@cache:6380/2", "environment SWARM_REDIS_URL", true));
    assertThat(loaded.toString()).doesNotContain("hidden");
    assertThat(loaded.settings().postgres().endpoint().orElseThrow().password().reveal())
        .isEqualTo("hidden");
    assertThat(loaded.settings().redis().url().orElseThrow().reveal())
        .isEqualTo("rediss://hidden@cache:6380/2");
  }

  @Test
  void secretsDoNotShowInErrorsEither() throws IOException {
    file("redis:\n  url: hidden\n");

    SettingsException refused =
        refused(Map.of(), Map.of("SWARM_POSTGRES_URL", "mysql://u:hidden@h/d"));

    assertThat(refused.problems()).hasSize(2);
    assertThat(refused).message().doesNotContain("hidden").contains("\"***\"");
  }

  @Test
  void aPasswordOnTheCommandLineIsRefusedWithAWordOfWhereItBelongs() {
    for (Map<String, String> flags :
        List.of(
            Map.of("postgres.url", "postgresql://me:hidden@db/swarm"),
            Map.of("postgres.url", "postgresql://me:hidden@[nonsense"),
            Map.of("postgres.password", "hidden"),
            Map.of("redis.url", "redis://hidden@cache"),
            Map.of("redis.url", "redis://me:hidden@cache"))) {
      SettingsException refused = refused(flags, Map.of());
      assertThat(refused.problems()).as("%s", flags).hasSize(1);
      assertThat(refused)
          .message()
          .doesNotContain("hidden")
          .containsPattern("SWARM_(POSTGRES|REDIS)_(URL|PASSWORD)_FILE");
    }
  }

  @Test
  void aRunningStacksPasswordIsNotAFlag() throws SettingsException {
    LoadedSettings loaded =
        SettingsLoader.load(
            Map.of("postgres.port", "1"),
            Map.of("postgres.url", "postgresql://me:hidden@db/swarm", "postgres.port", "2"),
            Map.of("SWARM_POSTGRES_URL", "postgresql://other@elsewhere/d"),
            Optional.empty(),
            directory);

    assertThat(loaded.settings().postgres().port()).isEqualTo(1);
    assertThat(loaded.settings().postgres().endpoint().orElseThrow().host()).isEqualTo("db");
  }

  @Test
  void everySecretMayBeInAFileOfItsOwn() throws Exception {
    Files.writeString(directory.resolve("pg"), "p@ss:/ word\n");
    Files.writeString(directory.resolve("cache"), "a/b c");
    file("postgres.url: postgresql://me@db/swarm\nredis: {password-file: cache}\n");

    SwarmSettings settings =
        load(
                Map.of("redis.url", "redis://me:@cache:6380"),
                Map.of("SWARM_POSTGRES_PASSWORD_FILE", "pg"))
            .settings();
    SwarmSettings byFlag =
        load(Map.of("postgres.password-file", "cache", "redis.url", "redis://h"), Map.of())
            .settings();

    assertThat(settings.postgres().endpoint().orElseThrow().password().reveal())
        .isEqualTo("p@ss:/ word");
    assertThat(settings.redis().url()).contains(new Secret("redis://me:a%2Fb%20c@cache:6380"));
    assertThat(byFlag.postgres().endpoint().orElseThrow().password().reveal()).isEqualTo("a/b c");
    assertThat(byFlag.redis().url()).contains(new Secret("redis://:a%2Fb%20c@h"));
  }

  @Test
  void propertiesOfKafkasClientsPassThroughAndSecretsAmongThemAreNotShown() throws Exception {
    Files.writeString(directory.resolve("jaas"), "hidden login\n");
    file("kafka: {client: {ssl.truststore.type: PEM, security: {protocol: SSL}}}\n");

    LoadedSettings loaded =
        load(
            Map.of(),
            Map.of(
                "SWARM_KAFKA_CLIENT_SECURITY_PROTOCOL", "SASL_SSL",
                "SWARM_KAFKA_CLIENT_SASL_JAAS_CONFIG_FILE", "jaas"));

    assertThat(loaded.settings().kafka().client())
        .containsOnly(
            Map.entry("ssl.truststore.type", new Secret("PEM")),
            Map.entry("security.protocol", new Secret("SASL_SSL")),
            Map.entry("sasl.jaas.config", new Secret("hidden login")));
    assertThat(loaded.toString()).doesNotContain("hidden");
    assertThat(loaded.values())
        .extracting(ResolvedSetting::key, ResolvedSetting::value)
        .contains(tuple("kafka.client.security.protocol", "SASL_SSL"));
  }

  @Test
  void propertiesThatTheProgramSetsItselfAreRefused() {
    assertThat(refused(Map.of(), Map.of("SWARM_KAFKA_CLIENT_GROUP_ID", "mine")))
        .hasMessageContaining("SWARM_KAFKA_CLIENT_GROUP_ID: unknown setting");
    assertThat(refused(Map.of("kafka.client.acks", "0"), Map.of()))
        .hasMessageContaining("kafka.client.acks: unknown setting");
  }

  @Test
  void aSecretsFileThatCannotBeUsedIsNamed() throws Exception {
    Files.writeString(directory.resolve("empty"), "\n");

    assertThat(refused(Map.of("postgres.password-file", "absent"), Map.of()))
        .hasMessageContaining("absent: no such file");
    assertThat(refused(Map.of("redis.password-file", "empty"), Map.of()))
        .hasMessageContaining("empty: an empty one");
    assertThat(
            refused(
                Map.of(),
                Map.of("SWARM_REDIS_PASSWORD", "hidden", "SWARM_REDIS_PASSWORD_FILE", "empty")))
        .hasMessageContaining("either this or redis.password")
        .message()
        .doesNotContain("hidden");
  }

  @Test
  void aDollarInAPasswordIsNotAnExpression() throws SettingsException {
    LoadedSettings loaded = load(Map.of(), Map.of("SWARM_REDIS_URL", "redis://:a$%7BHOME%7D@h"));
    LoadedSettings path = load(Map.of("data", "${user.home}/x"), Map.of());

    assertThat(loaded.settings().redis().url()).contains(new Secret("redis://:a$%7BHOME%7D@h"));
    assertThat(path.settings().data()).isEqualTo(directory.resolve("${user.home}/x"));
  }

  @Test
  void relativePathsAreFromTheWorkingDirectory() throws SettingsException {
    SwarmSettings settings =
        load(
                Map.of(
                    "data",
                    "/abs/data",
                    "policy.file",
                    "p.json",
                    "trust.file",
                    "../t.yaml",
                    "tasks.plugin-path",
                    "lib,/x/y.jar"),
                Map.of())
            .settings();

    assertThat(settings.data()).isEqualTo(Path.of("/abs/data"));
    assertThat(settings.policyFile()).contains(directory.resolve("p.json"));
    assertThat(settings.trustFile()).isEqualTo(directory.resolveSibling("t.yaml"));
    assertThat(settings.tasks().pluginPath())
        .containsExactly(directory.resolve("lib"), Path.of("/x/y.jar"));
  }

  @Test
  void rolesAreAListWithoutRepetition() throws SettingsException {
    SwarmSettings settings = load(Map.of("roles", "verifier, worker"), Map.of()).settings();

    assertThat(settings.roles()).containsExactly(SwarmRole.VERIFIER, SwarmRole.WORKER);
    assertThat(settings.has(SwarmRole.WORKER)).isTrue();
    assertThat(settings.has(SwarmRole.PLANNER)).isFalse();
    for (String wrong : List.of("", "worker,worker", "worker,", "boss", "WORKER")) {
      assertThat(refused(Map.of("roles", wrong), Map.of()).problems())
          .extracting(SettingsProblem::key)
          .containsExactly("roles");
    }
  }

  @Test
  void theSameVariableCannotStandForTwoSettings() {
    assertThat(SettingKeys.all()).extracting(SettingKey::environmentName).doesNotHaveDuplicates();
    assertThat(SettingKeys.all()).extracting(SettingKey::flagName).doesNotHaveDuplicates();
    assertThat(SettingKeys.all())
        .extracting(SettingKey::environmentName)
        .contains("SWARM_ID", "SWARM_KAFKA_IN_FLIGHT_MAX", "SWARM_NEEDS_CACHED_MAX")
        .doesNotContainAnyElementsOf(SettingKeys.ENVIRONMENT_OTHER);
  }

  private static SettingsProblem bad(String key, String expected, String actual, String source) {
    return new SettingsProblem(SettingsProblem.Kind.BAD_VALUE, key, expected, actual, source);
  }

  private Path file(String text) throws IOException {
    return Files.writeString(directory.resolve(SettingsLoader.FILE_DEFAULT), text);
  }

  private LoadedSettings load(Map<String, String> flags, Map<String, String> environment)
      throws SettingsException {
    return SettingsLoader.load(flags, environment, Optional.empty(), directory);
  }

  private SettingsException refused(Map<String, String> flags, Map<String, String> environment) {
    return catchThrowableOfType(SettingsException.class, () -> load(flags, environment));
  }
}
