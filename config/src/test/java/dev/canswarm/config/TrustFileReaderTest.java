package dev.canswarm.config;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.Base64;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Nothing in a trust file is guessed: what is unknown or ambiguous is an error with its line. */
class TrustFileReaderTest {
  private static final String KEY = key(1);

  private static String key(int number) {
    byte[] bytes = new byte[32];
    bytes[0] = (byte) number;
    bytes[1] = (byte) (number >> 8);
    return Base64.getEncoder().encodeToString(bytes);
  }

  private static String file(String entry) {
    return "version: 1\nkeys:\n" + entry;
  }

  private static String entry(String member) {
    return file("  - name: a\n    key: " + KEY + "\n    roles: [worker]\n    " + member + "\n");
  }

  private static void assertRefused(String text, int line, String... said) {
    assertThatThrownBy(() -> TrustFileReader.read(text))
        .isInstanceOfSatisfying(
            InvalidYamlException.class, fault -> assertThat(fault.line()).isEqualTo(line))
        .hasMessageContainingAll(said);
  }

  @Test
  void anEntryIsReadWithEverythingThatItSays() throws InvalidYamlException {
    TrustFile file =
        TrustFileReader.read(
            file(
                """
                  - name: a
                    key: %s
                    roles: [verifier, worker]
                    valid_from: 2026-01-31T00:00:00Z
                    valid_until: 2026-02-28T23:59:59.123456789Z
                    revoked_from: 2026-02-01T00:00:00Z
                """
                    .formatted(KEY)));
    TrustFile.Entry only = file.entries().get(0);
    assertThat(only.name()).isEqualTo("a");
    assertThat(only.publicKeyBase64()).isEqualTo(KEY);
    assertThat(only.roles()).containsExactly("worker", "verifier");
    assertThat(only.validFrom()).contains("2026-01-31T00:00:00Z");
    assertThat(only.validUntil()).contains("2026-02-28T23:59:59.123456789Z");
    assertThat(only.revokedFrom()).contains("2026-02-01T00:00:00Z");
  }

  @ParameterizedTest
  @CsvSource({
    "valid_from: 2026-01-31",
    "valid_from: 2026-01-31T00:00:00",
    "valid_from: 2026-01-31T00:00:00+01:00",
    "valid_from: 2026-02-30T00:00:00Z",
    "valid_from: 2026-01-31T24:00:01Z",
    "valid_from: 2026-01-31T00:00:00.1234567890Z",
    "valid_from: soon",
    "valid_from: ''",
  })
  void anInstantIsOneInUtc(String member) {
    assertRefused(entry(member), 6, "an instant such as");
  }

  @Test
  void aKeyIsNotValidBackwards() {
    assertRefused(
        entry("valid_from: 2026-01-31T00:00:00Z\n    valid_until: 2026-01-31T00:00:00Z"),
        7,
        "valid_until after valid_from");
  }

  @Test
  void aMisspeltMemberIsNotPassedOver() {
    assertRefused(entry("revoked: 2026-01-31T00:00:00Z"), 6, "one of name, key, roles", "revoked");
    assertRefused("version: 1\nkeys: []\nkey: x\n", 3, "one of version, admins-required, keys");
  }

  @ParameterizedTest
  @CsvSource({"AAAA, 3 bytes", "'*', not base64", "'', 0 bytes"})
  void aKeyIsThirtyTwoBytesOfBase64(String key, String said) {
    assertRefused(
        file("  - name: a\n    key: '" + key + "'\n    roles: [worker]\n"), 4, "32 bytes", said);
  }

  @Test
  void aKeyIsSpelledInOneWay() {
    assertRefused(
        file("  - name: a\n    key: " + KEY.replace("=", "") + "\n    roles: [worker]\n"),
        4,
        "canonical form");
    assertRefused(
        file("  - name: a\n    key: " + KEY.replace("A=", "B=") + "\n    roles: [worker]\n"),
        4,
        "canonical form");
  }

  @Test
  void aNameAndAKeyAreThereOnce() {
    String first = "  - name: a\n    key: " + KEY + "\n    roles: [worker]\n";
    assertRefused(
        file(first + "  - name: a\n    key: " + key(2) + "\n    roles: [worker]\n"),
        6,
        "a once",
        "line 3");
    assertRefused(
        file(first + "  - name: b\n    key: " + KEY + "\n    roles: [worker]\n"),
        7,
        "once",
        "line 4");
  }

  @Test
  void rolesAreKnownAndNamedOnceAndThereIsOne() {
    assertRefused(file("  - name: a\n    key: " + KEY + "\n    roles: []\n"), 5, "at least one");
    assertRefused(
        file("  - name: a\n    key: " + KEY + "\n    roles: [king]\n"), 5, "a role of", "king");
    assertRefused(
        file("  - name: a\n    key: " + KEY + "\n    roles: [worker, worker]\n"), 5, "once");
    assertRefused(
        file("  - name: a\n    key: " + KEY + "\n    roles: worker\n"), 5, "roles as a list");
  }

  @Test
  void aNameMayNotLookLikeAHiddenFile() {
    assertRefused(
        file("  - name: .a\n    key: " + KEY + "\n    roles: [worker]\n"), 3, "no dot first");
    assertRefused(
        file("  - name: " + "a".repeat(65) + "\n    key: " + KEY + "\n    roles: [worker]\n"),
        3,
        "1 to 64");
  }

  @Test
  void anotherVersionOrNoneIsRefused() {
    assertRefused("version: 2\nkeys: []\n", 1, "version 1", "2");
    assertRefused("keys: []\n", 1, "the member version");
    assertRefused("version: 1\n", 1, "the member keys");
    assertRefused("", 0, "version and keys", "an empty text");
  }

  @Test
  void thereIsABoundForKeys() throws InvalidYamlException {
    assertThat(TrustFileReader.read(many(TrustFileReader.ENTRIES_MAX)).entries())
        .hasSize(TrustFileReader.ENTRIES_MAX);
    assertRefused(
        many(TrustFileReader.ENTRIES_MAX + 1), 3, "at most " + TrustFileReader.ENTRIES_MAX);
  }

  private static String many(int entries) {
    StringBuilder text = new StringBuilder("version: 1\nkeys:\n");
    for (int i = 0; i < entries; i++) {
      text.append("- {name: k%d, key: %s, roles: [worker]}\n".formatted(i, key(i)));
    }
    return text.toString();
  }
}
