package dev.canswarm.config;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.Arrays;
import java.util.Base64;
import java.util.List;
import java.util.Optional;
import net.jqwik.api.Arbitraries;
import net.jqwik.api.Arbitrary;
import net.jqwik.api.Combinators;
import net.jqwik.api.EdgeCasesMode;
import net.jqwik.api.Example;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.Provide;

class TrustFileWriterTest {
  private static String key(int number) {
    byte[] bytes = new byte[32];
    Arrays.fill(bytes, (byte) number);
    return Base64.getEncoder().encodeToString(bytes);
  }

  @Example
  void withoutKeysThereIsAnEmptyListAndNoBareMember() {
    assertThat(TrustFileWriter.text(new TrustFile(List.of()))).isEqualTo("version: 1\nkeys: []\n");
  }

  @Example
  void theNumberOfAdministratorsIsWrittenWhereItIsMoreThanOne() {
    List<TrustFile.Entry> none = List.of();
    assertThat(TrustFileWriter.text(new TrustFile(none, 1))).doesNotContain("admins-required");
    assertThat(TrustFileWriter.text(new TrustFile(none, 2)))
        .isEqualTo("version: 1\nadmins-required: 2\nkeys: []\n");
  }

  @Example
  void onlyTheTimesThatAreSetAreWritten() {
    TrustFile.Entry entry =
        new TrustFile.Entry(
            "a",
            key(1),
            List.of("worker"),
            Optional.empty(),
            Optional.of("2027-01-01T00:00:00Z"),
            Optional.empty());
    assertThat(TrustFileWriter.text(new TrustFile(List.of(entry))))
        .isEqualTo(
            """
            version: 1
            keys:
              - name: "a"
                key: "%s"
                roles: [worker]
                valid_until: "2027-01-01T00:00:00Z"
            """
                .formatted(key(1)));
  }

  @Property(tries = 200, edgeCases = EdgeCasesMode.NONE)
  void whatIsWrittenIsReadBackAsItWas(@ForAll("entries") List<TrustFile.Entry> entries)
      throws Exception {
    TrustFile trust = new TrustFile(entries);
    assertThat(TrustFile.parse(TrustFileWriter.text(trust), "text")).isEqualTo(trust);
  }

  @Provide
  Arbitrary<List<TrustFile.Entry>> entries() {
    // Names that YAML would take for a number, a truth value or nothing are among them.
    Arbitrary<String> names =
        Arbitraries.oneOf(
            Arbitraries.of("1", "1.5", "true", "no", "null", "_", "-", "0x1F", "1e3"),
            Arbitraries.strings().withChars("abcXYZ019_-").ofMinLength(1).ofMaxLength(64));
    Arbitrary<List<String>> roles =
        Arbitraries.of(TrustFile.ROLES).list().uniqueElements().ofMinSize(1);
    Arbitrary<Optional<String>> from =
        Arbitraries.of("2026-01-01T00:00:00Z", "2026-01-01T00:00:00.5Z").optional();
    Arbitrary<Optional<String>> until = Arbitraries.of("2027-01-01T00:00:00Z").optional();
    return Combinators.combine(
            names, Arbitraries.integers().between(0, 255), roles, from, until, until)
        .as(
            (name, number, held, validFrom, validUntil, revokedFrom) ->
                new TrustFile.Entry(name, key(number), held, validFrom, validUntil, revokedFrom))
        .list()
        .uniqueElements(TrustFile.Entry::name)
        .uniqueElements(TrustFile.Entry::publicKeyBase64)
        .ofMaxSize(5);
  }
}
