package dev.canswarm.crypto;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import net.jqwik.api.Arbitrary;
import net.jqwik.api.EdgeCasesMode;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.Provide;
import net.jqwik.api.constraints.Size;
import net.jqwik.api.statistics.Statistics;

/**
 * Every engine gives the verdict of the specification, as plain arithmetic finds it, on signatures
 * built and broken in every way in which implementations are known to differ.
 */
class EngineAgreementTest {
  private static final int TRIES = 120;

  /** More in the profile {@code long}. */
  private static final int CASES = Math.max(TRIES, Integer.getInteger("test.signatures", TRIES));

  private final List<SignatureEngine> engines = Engines.available();

  @Property(tries = TRIES, edgeCases = EdgeCasesMode.NONE)
  void everyEngineGivesTheVerdictOfTheSpecification(@ForAll("cases") List<SignatureCase> cases) {
    for (SignatureCase signed : cases) {
      boolean valid = Edwards.verify(signed.key(), signed.message(), signed.signature());
      PublicKey key = PublicKey.of(signed.key());
      for (SignatureEngine engine : engines) {
        assertThat(engine.verify(key, signed.message(), signed.signature()))
            .as("%s: %s", engine.name(), signed)
            .isEqualTo(valid);
      }
      Statistics.label("valid")
          .collect(valid)
          .coverage(
              coverage -> {
                coverage.check(true).percentage(share -> share > 2);
                coverage.check(false).percentage(share -> share > 30);
              });
    }
  }

  @Provide
  Arbitrary<List<SignatureCase>> cases() {
    return SignatureCase.any().list().ofSize(CASES / TRIES);
  }

  @Property(tries = 50)
  void everyEngineMakesTheSameSignatures(@ForAll @Size(32) byte[] seed, @ForAll byte[] message) {
    byte[] expected = Engines.portable().signingKey(seed).sign(message);
    for (SignatureEngine engine : engines) {
      SigningKey key = engine.signingKey(seed);
      assertThat(key.sign(message)).as(engine.name()).isEqualTo(expected);
      assertThat(Edwards.verify(key.publicKey().toBytes(), message, expected)).isTrue();
    }
  }
}
