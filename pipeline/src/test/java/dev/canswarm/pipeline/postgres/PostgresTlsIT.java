package dev.canswarm.pipeline.postgres;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.canswarm.config.PostgresEndpoint;
import dev.canswarm.pipeline.embedded.SharedStack;
import dev.canswarm.pipeline.embedded.TestCertificate;
import dev.canswarm.port.BusProbe;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.sql.Connection;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** TLS to PostgreSQL, by the URL alone. */
final class PostgresTlsIT {
  private static final TestDatabase DATABASE = TestDatabase.create("tls_it");
  private static Path trusted = Path.of("/");
  private static Path foreign = Path.of("/");

  @BeforeAll
  static void switchTlsOn(@TempDir Path temp) throws Exception {
    TestCertificate own =
        TestCertificate.make(Files.createDirectory(temp.resolve("own")), "ip:127.0.0.1");
    trusted = own.certificate();
    foreign =
        TestCertificate.make(Files.createDirectory(temp.resolve("foreign")), "ip:127.0.0.1")
            .certificate();
    Path data = SharedStack.get().dataDir().resolve("postgres/data");
    install(own.certificate(), data.resolve("tls.crt"));
    install(own.key(), data.resolve("tls.key"));
    DATABASE.execute("alter system set ssl_cert_file = 'tls.crt'");
    DATABASE.execute("alter system set ssl_key_file = 'tls.key'");
    DATABASE.execute("alter system set ssl = on");
    DATABASE.execute("select pg_reload_conf()");
    BusProbe.await("TLS is on", () -> shown("show ssl").equals("on"));
  }

  private static void install(Path from, Path to) throws Exception {
    Files.copy(from, to);
    Files.setPosixFilePermissions(to, PosixFilePermissions.fromString("rw-------"));
    Files.setOwner(to, Files.getOwner(to.getParent(), LinkOption.NOFOLLOW_LINKS));
  }

  @AfterAll
  static void switchTlsOff() {
    DATABASE.execute("alter system reset ssl");
    DATABASE.execute("select pg_reload_conf()");
  }

  private static String shown(String query) {
    try (Connection connection = DATABASE.connect();
        Statement statement = connection.createStatement();
        ResultSet rows = statement.executeQuery(query)) {
      return rows.next() ? rows.getString(1) : "";
    } catch (SQLException e) {
      throw new IllegalStateException(query, e);
    }
  }

  private static PostgresPoolSettings by(String host, String query) {
    PostgresPoolSettings.Address at = DATABASE.settings().address();
    PostgresEndpoint parsed =
        PostgresEndpoint.parse(
                "postgresql://%s:%s@%s:%d/%s?%s"
                    .formatted(at.user(), at.password(), host, at.port(), at.database(), query))
            .orElseThrow();
    return new PostgresPoolSettings(
        new PostgresPoolSettings.Address(
            host, at.port(), at.database(), at.user(), at.password(), parsed.tls()),
        1,
        5_000);
  }

  private static long epoch(PostgresPoolSettings settings) {
    PostgresSlotStore store = new PostgresSlotStore(settings);
    try {
      return store.nextEpoch().blockOptional().orElseThrow();
    } finally {
      store.closeLater().block();
    }
  }

  @Test
  void storeAndMigrationsSpeakTlsToATrustedServer() {
    PostgresPoolSettings full = by("127.0.0.1", "sslmode=verify-full&sslrootcert=" + trusted);
    Migrations.check(full);
    PostgresSlotStore store = new PostgresSlotStore(full);
    store.nextEpoch().block();
    assertThat(
            shown(
                "select bool_and(s.ssl)::text || count(*) from pg_stat_ssl s join"
                    + " pg_stat_activity a using (pid) where a.datname = current_database() and"
                    + " a.usename = 'swarm_pipeline'"))
        .isEqualTo("true1");
    store.closeLater().block();
    assertThat(epoch(by("127.0.0.1", "sslmode=require"))).isPositive();
  }

  @Test
  void aServerThatIsNotTrustedIsRefused() {
    PostgresPoolSettings other = by("127.0.0.1", "sslmode=verify-ca&sslrootcert=" + foreign);
    assertThatThrownBy(() -> epoch(other)).hasStackTraceContaining("PKIX");
    assertThatThrownBy(() -> Migrations.check(other))
        .isInstanceOf(IllegalStateException.class)
        .hasMessageContaining("certificate is not trusted");
    PostgresPoolSettings javas = by("127.0.0.1", "sslmode=verify-full");
    assertThatThrownBy(() -> epoch(javas)).hasStackTraceContaining("PKIX");
  }

  @Test
  void aCertificateForAnotherHostDoesForVerifyCaAlone() {
    assertThat(epoch(by("localhost", "sslmode=verify-ca&sslrootcert=" + trusted))).isPositive();
    PostgresPoolSettings full = by("localhost", "sslmode=verify-full&sslrootcert=" + trusted);
    assertThatThrownBy(() -> epoch(full)).isNotNull();
    assertThatThrownBy(() -> Migrations.check(full))
        .isInstanceOf(IllegalStateException.class)
        .hasMessageContaining("certificate is not trusted")
        .hasMessageContaining("localhost");
  }
}
