package dev.canswarm.config;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.Base64;
import java.util.List;
import java.util.Optional;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

class TrustFileTest {
  private static final String KEY_A = key(1);
  private static final String KEY_B = key(2);

  private final Path directory;

  TrustFileTest(@TempDir Path directory) {
    this.directory = directory;
  }

  @Test
  void whatIsWrittenIsReadBack() throws Exception {
    TrustFile trust =
        new TrustFile(
            List.of(
                TrustFile.Entry.always("worker-1", KEY_A, List.of("worker")),
                new TrustFile.Entry(
                    "a.b_c",
                    KEY_B,
                    List.of("node", "planner", "client"),
                    Optional.of("2026-01-01T00:00:00Z"),
                    Optional.of("2027-01-01T00:00:00.5Z"),
                    Optional.of("2026-06-01T00:00:00Z"))));
    Path file = directory.resolve("new/trust.yaml");

    trust.write(file);
    trust.write(file);

    assertThat(TrustFile.read(file)).isEqualTo(trust);
    assertThat(Files.readString(file))
        .isEqualTo(
            """
            version: 1
            keys:
              - name: "a.b_c"
                key: "%s"
                roles: [planner, client, node]
                valid_from: "2026-01-01T00:00:00Z"
                valid_until: "2027-01-01T00:00:00.5Z"
                revoked_from: "2026-06-01T00:00:00Z"
              - name: "worker-1"
                key: "%s"
                roles: [worker]
            """
                .formatted(KEY_B, KEY_A));
    try (Stream<Path> files = Files.list(directory.resolve("new"))) {
      assertThat(files).containsExactly(file);
    }
  }

  @Test
  void theOrderInWhichTrustIsGivenDoesNotShow() {
    TrustFile.Entry a = TrustFile.Entry.always("a", KEY_A, List.of("client", "worker"));
    TrustFile.Entry b = TrustFile.Entry.always("b", KEY_B, List.of("node"));
    TrustFile.Entry otherA = TrustFile.Entry.always("a", KEY_A, List.of("worker", "client"));

    assertThat(new TrustFile(List.of(b, a)).bytes())
        .isEqualTo(new TrustFile(List.of(otherA, b)).bytes());
  }

  @Test
  void severalAdministratorsAreRequiredWhereItSaysSo() throws TrustFileException {
    List<TrustFile.Entry> two =
        List.of(
            TrustFile.Entry.always("a", KEY_A, List.of("admin")),
            TrustFile.Entry.always("b", KEY_B, List.of("operator", "admin")));
    TrustFile both = new TrustFile(two, 2);
    String text = new String(both.bytes(), StandardCharsets.UTF_8);

    assertThat(text).startsWith("version: 1\nadmins-required: 2\nkeys:\n");
    assertThat(TrustFile.parse(text, "x")).isEqualTo(both);
    assertThat(new TrustFile(two).bytes())
        .as("one is not written down")
        .isEqualTo(text.replace("admins-required: 2\n", "").getBytes(StandardCharsets.UTF_8));
  }

  @Test
  void nobodyMayBeTrusted() throws TrustFileException {
    TrustFile nobody = new TrustFile(List.of());

    assertThat(TrustFile.parse(new String(nobody.bytes(), StandardCharsets.UTF_8), "x"))
        .isEqualTo(nobody);
  }

  @Test
  void peopleMayWriteItPlainly() throws TrustFileException {
    TrustFile trust =
        TrustFile.parse(
            """
            # mine
            keys:
            - {roles: [worker], key: %s, name: w, valid_from: 2026-01-01T00:00:00Z}
            version: 1
            """
                .formatted(KEY_A),
            "x");

    assertThat(trust.entries())
        .containsExactly(
            new TrustFile.Entry(
                "w",
                KEY_A,
                List.of("worker"),
                Optional.of("2026-01-01T00:00:00Z"),
                Optional.empty(),
                Optional.empty()));
  }

  @ParameterizedTest
  @MethodSource("wrong")
  void whatIsNotAsItShouldBeIsRefusedByLine(String text, int line, String said) {
    TrustFileException refused =
        catchThrowableOfType(TrustFileException.class, () -> TrustFile.parse(text, "trust.yaml"));

    assertThat(refused).hasMessageContaining(said).returns(line, TrustFileException::line);
    assertThat(refused).hasMessageStartingWith("trust.yaml");
  }

  static Stream<Arguments> wrong() {
    return Stream.of(
        Arguments.of("", 0, "expected version and keys, got an empty text"),
        Arguments.of("keys: []", 1, "the member version, got none"),
        Arguments.of("version: 1", 1, "the member keys, got none"),
        Arguments.of("version: 2\nkeys: []", 1, "version 1, got 2"),
        Arguments.of("version: 1\nversion: 1\nkeys: []", 2, "version once"),
        Arguments.of(
            "version: 1\nkeys: []\nmore: 1", 3, "one of version, admins-required, keys, got more"),
        Arguments.of("version: 1\nadmins-required: 0\nkeys: []", 2, "from 1, got 0"),
        Arguments.of("version: 1\nadmins-required: x\nkeys: []", 2, "from 1, got x"),
        Arguments.of(
            "version: 1\nadmins-required: 2\n" + one("x", KEY_A, "admin").substring(11),
            2,
            "2 keys with the role admin, got 1"),
        Arguments.of("version: 1\nkeys: {}", 2, "keys as a list, got a mapping"),
        Arguments.of("version: 1\nkeys:\n- x", 3, "a key as a mapping, got a single value"),
        Arguments.of(one("x", KEY_A, "worker") + "  extra: 1\n", 6, "got extra"),
        Arguments.of(one("x", KEY_A, "worker") + "  name: y\n", 6, "name once"),
        Arguments.of(one(".x", KEY_A, "worker"), 3, "a name of 1 to 64"),
        Arguments.of(one("../x", KEY_A, "worker"), 3, "a name of 1 to 64"),
        Arguments.of(one("x", "!", "worker"), 4, "base64 of 32 bytes, got"),
        Arguments.of(one("x", "'%%%'", "worker"), 4, "text that is not base64"),
        Arguments.of(one("x", "AAAA", "worker"), 4, "base64 of 32 bytes, got 3 bytes"),
        Arguments.of(one("x", KEY_A.replace("=", ""), "worker"), 4, "canonical form"),
        Arguments.of(one("x", KEY_A, "boss"), 5, "client, operator, admin, node, got boss"),
        Arguments.of(one("x", KEY_A, "worker, worker"), 5, "worker once"),
        Arguments.of(one("x", KEY_A, ""), 5, "at least one role"),
        Arguments.of(
            one("x", KEY_A, "worker") + "  valid_from: yesterday\n", 6, "an instant such as"),
        Arguments.of(
            one("x", KEY_A, "worker") + "  valid_from: 2026-02-30T00:00:00Z\n",
            6,
            "an instant such as"),
        Arguments.of(
            one("x", KEY_A, "worker") + "  revoked_from: 2026-01-01T00:00:00+01:00\n",
            6,
            "an instant such as"),
        Arguments.of(
            one("x", KEY_A, "worker")
                + "  valid_until: 2026-01-01T00:00:00Z\n  valid_from: 2026-01-01T00:00:00Z\n",
            6,
            "valid_until after valid_from"),
        Arguments.of(one("x", KEY_A, "worker") + rest("x", KEY_B, "worker"), 6, "x once"),
        Arguments.of(
            one("x", KEY_A, "worker") + rest("y", KEY_A, "node"), 7, "a duplicate of line 4"),
        Arguments.of("version: 1\nkeys: [", 2, "expected YAML, got a fault"));
  }

  @Test
  void anEntryThatCouldNotBeReadBackIsNotWritten() {
    TrustFile.Entry broken = TrustFile.Entry.always("x", "AAAA", List.of("worker"));
    TrustFile.Entry smuggled =
        TrustFile.Entry.always(
            "x\"\n    key: \"" + KEY_A + "\"\n    roles: [worker]\n  - name: \"y",
            KEY_B,
            List.of("node"));

    assertThatThrownBy(() -> new TrustFile(List.of(broken)).bytes())
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContaining("base64 of 32 bytes");
    assertThatThrownBy(() -> new TrustFile(List.of(smuggled)).bytes())
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContaining("need no escape");
  }

  @Test
  void aMissingFileIsAnError() {
    assertThatThrownBy(() -> TrustFile.read(directory.resolve("missing")))
        .isInstanceOf(TrustFileException.class)
        .hasMessageContaining("expected a readable file, got no such file")
        .hasCauseInstanceOf(IOException.class);
  }

  private static String one(String name, String key, String roles) {
    return "version: 1\nkeys:\n" + rest(name, key, roles);
  }

  private static String rest(String name, String key, String roles) {
    return "- name: %s\n  key: %s\n  roles: [%s]\n".formatted(name, key, roles);
  }

  private static String key(int fill) {
    byte[] bytes = new byte[32];
    Arrays.fill(bytes, (byte) fill);
    return Base64.getEncoder().encodeToString(bytes);
  }
}
