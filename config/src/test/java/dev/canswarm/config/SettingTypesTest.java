package dev.canswarm.config;

import static org.assertj.core.api.Assertions.assertThat;

import java.net.URI;
import java.nio.file.Path;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class SettingTypesTest {
  @Test
  void everyDefaultIsAValueOfItsSetting() {
    assertThat(SettingKeys.all())
        .allSatisfy(key -> assertThat(key.type().read(key.defaultValue())).isPresent());
    assertThat(new ExecKeys("x").all())
        .allSatisfy(key -> assertThat(key.type().read(key.defaultValue())).isPresent());
  }

  @Test
  void everyDescriptionIsOneSentenceInOneLine() {
    assertThat(SettingKeys.all())
        .extracting(SettingKey::description)
        .allMatch(text -> text.endsWith(".") && !text.contains("\n") && !text.contains("|"))
        .doesNotHaveDuplicates();
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "",
        " 1",
        "1 ",
        "+1",
        "1.0",
        "1e3",
        "0x1",
        "1_000",
        "10s",
        "-1",
        "11",
        "99999999999999999999",
        "١"
      })
  void anIntegerIsPlainDigitsWithinItsBounds(String wrong) {
    SettingType<Integer> type = SettingTypes.integer(0, 10);

    assertThat(type.read(wrong)).isEmpty();
    assertThat(type.read("0")).contains(0);
    assertThat(type.read("10")).contains(10);
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "kafka",
        "kafka:",
        ":9092",
        "kafka:0",
        "kafka:65536",
        "a:1,",
        "a b:1",
        "http://a:1",
        "a:1;b:2"
      })
  void brokersNeedHostAndPort(String wrong) {
    assertThat(SettingTypes.bootstrap().read(wrong)).isEmpty();
    assertThat(SettingTypes.bootstrap().read("[::1]:9092,kafka-1.x_y:1"))
        .hasValueSatisfying(value -> assertThat(value).contains("[::1]:9092,kafka-1.x_y:1"));
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "postgres",
        "postgres://u:p@h/d",
        "postgresql://h/d",
        "postgresql://u:p@h",
        "postgresql://u:p@h/",
        "postgresql://u:p@h/d/e",
        "postgresql://u:p@h:0/d",
        "postgresql://u:p@h:65536/d",
        "postgresql://u:p@h/d?sslmode=prefer",
        "postgresql://u:p@h/d?sslmode=require&sslmode=require",
        "postgresql://u:p@h/d?sslrootcert=/ca.pem",
        "postgresql://u:p@h/d?sslmode=require&sslrootcert=/ca.pem",
        "postgresql://u:p@h/d?sslmode=verify-full&sslrootcert=ca.pem",
        "postgresql://u:p@h/d?sslmode=require&connectTimeout=1",
        "postgresql://:p@h/d",
        "postgresql://u:%zz@h/d",
        "postgresql://u:p @h/d"
      })
  void aPostgresUrlOfAnotherFormIsRefused(String wrong) {
    assertThat(PostgresEndpoint.parse(wrong)).isEmpty();
  }

  @Test
  void aPostgresUrlIsTakenApart() {
    assertThat(PostgresEndpoint.parse("postgresql://a%40b:p%3A%2F+%25@db.example:5433/my%20db"))
        .contains(new PostgresEndpoint("a@b", new Secret("p:/+%"), "db.example", 5433, "my db"));
    assertThat(PostgresEndpoint.parse("postgresql://u@[::1]/d"))
        .contains(new PostgresEndpoint("u", new Secret(""), "::1", 5432, "d"));
    assertThat(
            PostgresEndpoint.parse(
                "postgresql://u@h/d?sslmode=verify-full&sslrootcert=/etc/my%20ca.pem"))
        .contains(
            new PostgresEndpoint(
                "u",
                new Secret(""),
                "h",
                5432,
                "d",
                new PostgresTls(
                    PostgresTls.Mode.VERIFY_FULL, Optional.of(Path.of("/etc/my ca.pem")))));
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "postgresql://a%40b:p%3A%2F+%25@db.example:5433/my%20db",
        "postgresql://u@[::1]/d?sslmode=require",
        "postgresql://u@h/d?sslmode=verify-ca&sslrootcert=/etc/my%20ca.pem"
      })
  void aPostgresUrlIsPutTogetherAgain(String url) {
    PostgresEndpoint endpoint = PostgresEndpoint.parse(url).orElseThrow();
    assertThat(PostgresEndpoint.parse(endpoint.url())).contains(endpoint);
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "redis",
        "redis://",
        "http://h",
        "redis://:pa/ss@h",
        "redis://h#f",
        "redis://h:65536"
      })
  void aRedisUrlOfAnotherFormIsRefused(String wrong) {
    assertThat(SettingTypes.redis().read(wrong)).isEmpty();
    assertThat(SettingTypes.redis().read("rediss://u:p@h:1/2")).isPresent();
  }

  @Test
  void passwordsAreMaskedWhereverTheyStand() {
    SettingKey<?> key = SettingKeys.REDIS_URL;

    assertThat(key.display("")).isEmpty();
    assertThat(key.display("redis://h:1")).isEqualTo("redis://h:1");
    assertThat(key.display("redis://:p@h")).isEqualTo("redis://:***@h");
    assertThat(key.display("redis://p@h")).isEqualTo("redis://***@h");
    assertThat(key.display("redis://u:p:q@h/0?password=x")).isEqualTo("redis://u:***@h/0?***");
    assertThat(key.display("redis://u:p@q@h")).isEqualTo("redis://u:***@h");
    assertThat(key.display("p")).isEqualTo("***");
    assertThat(SettingKeys.DATA.display("p")).isEqualTo("p");
  }

  @Test
  void aCommandMayBeAListOrText() {
    assertThat(SettingTypes.command().read("[a, 'b c']"))
        .hasValueSatisfying(words -> assertThat(words).containsExactly("a", "b c"));
    assertThat(SettingTypes.command().read("[a, ")).isEmpty();
    assertThat(SettingTypes.command().read("['', a]")).isEmpty();
    assertThat(SettingTypes.command().read("[\"a\\0b\"]")).isEmpty();
    assertThat(SettingTypes.command().read("[a, {b: c}]")).isEmpty();
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "localhost:4318",
        "ftp://localhost:4318",
        "http://",
        "http://:4318",
        "http://localhost:65536",
        "http://user:word@localhost:4318",
        "http://localhost:4318/v1/traces?key=word",
        "http://localhost:4318/#part",
        "http://local host"
      })
  void aUrlOfACollectorHasAHostAndNoSecrets(String wrong) {
    SettingType<Optional<URI>> type = SettingTypes.httpUrl();

    assertThat(type.read(wrong)).isEmpty();
    assertThat(type.read("")).contains(Optional.empty());
    assertThat(type.read("https://collector.example/otlp"))
        .contains(Optional.of(URI.create("https://collector.example/otlp")));
  }

  @ParameterizedTest
  @ValueSource(strings = {"", "-0", "1.1", "2", ".5", "1e-3", "NaN", "0,5", "0.", "50%"})
  void aRatioIsADecimalNumberFromZeroToOne(String wrong) {
    assertThat(SettingTypes.ratio().read(wrong)).isEmpty();
    assertThat(SettingTypes.ratio().read("0")).contains(0.0);
    assertThat(SettingTypes.ratio().read("0.05")).contains(0.05);
    assertThat(SettingTypes.ratio().read("1")).contains(1.0);
    assertThat(SettingTypes.ratio().read("1.0")).contains(1.0);
  }
}
