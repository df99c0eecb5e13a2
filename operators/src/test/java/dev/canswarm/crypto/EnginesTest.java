package dev.canswarm.crypto;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.List;
import java.util.function.UnaryOperator;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.condition.EnabledOnOs;
import org.junit.jupiter.api.condition.OS;

class EnginesTest {
  private static final SignatureEngine GOOD = Engines.portable();

  @Test
  @EnabledOnOs(
      value = {OS.LINUX, OS.MAC},
      architectures = {"amd64", "x86_64", "aarch64"},
      disabledReason = "there is no native build for other machines")
  void whereThereIsANativeBuildItLoadsAndIsTaken() {
    EngineSelection selection = Engines.fastest();
    assertThat(selection.describe()).isEqualTo("accp");
    assertThat(selection.passedOver()).isEmpty();
  }

  @Test
  void everyEngineIsMadeOnceAndHasItsName() throws EngineUnavailableException {
    assertThat(Engines.available())
        .extracting(SignatureEngine::name)
        .isSubsetOf(Engines.FASTEST_FIRST)
        .contains(Engines.I2P, Engines.JDK);
    assertThat(Engines.named(Engines.JDK)).isSameAs(Engines.named(Engines.JDK));
    assertThat(Engines.named(Engines.I2P)).isSameAs(Engines.portable());
    assertThat(Engines.fastest().engine()).isSameAs(Engines.available().get(0));
  }

  @Test
  void anotherNameIsRefused() {
    assertThatThrownBy(() -> Engines.named("rsa"))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessage("expected an engine of [accp, i2p, jdk], got rsa");
  }

  @Test
  void enginesThatWerePassedOverAreReportedWithTheReason() {
    var reason = new EngineUnavailableException("accp", "no native build", null);
    assertThat(reason).hasMessage("the Ed25519 engine accp cannot be used: no native build");
    assertThat(new EngineSelection(GOOD, List.of(reason)).describe())
        .isEqualTo("i2p (not accp: no native build)");
  }

  @Test
  void theSelfTestPassesWhatIsStrictAndNamesWhatIsWrong() {
    assertThat(EngineSelfTest.fault(GOOD)).isEmpty();
    assertThat(EngineSelfTest.fault(new I2pEngine())).contains("it accepts S + L");
    assertThat(EngineSelfTest.fault(answering(verdict -> true)))
        .contains("it accepts a changed signature");
    assertThat(EngineSelfTest.fault(answering(verdict -> false)))
        .contains("it refuses a signature of RFC 8032");
  }

  @Test
  void theSelfTestNoticesAnotherSignature() {
    assertThat(EngineSelfTest.fault(signing(signature -> new byte[64])).orElseThrow())
        .startsWith("a signature of RFC 8032: expected e5564300c360")
        .endsWith(", got " + "00".repeat(64));
  }

  private static SignatureEngine answering(UnaryOperator<Boolean> change) {
    return new Changed(change, signature -> signature);
  }

  private static SignatureEngine signing(UnaryOperator<byte[]> change) {
    return new Changed(verdict -> verdict, change);
  }

  private record Changed(UnaryOperator<Boolean> verdict, UnaryOperator<byte[]> signed)
      implements SignatureEngine {
    @Override
    public String name() {
      return "changed";
    }

    @Override
    public SigningKey signingKey(byte[] seed) {
      SigningKey key = GOOD.signingKey(seed);
      return new SigningKey() {
        @Override
        public PublicKey publicKey() {
          return key.publicKey();
        }

        @Override
        public byte[] sign(byte[] message, int offset, int length) {
          return signed.apply(key.sign(message, offset, length));
        }
      };
    }

    @Override
    public boolean verify(PublicKey key, byte[] message, int offset, int length, byte[] signature) {
      return verdict.apply(GOOD.verify(key, message, offset, length, signature));
    }
  }
}
