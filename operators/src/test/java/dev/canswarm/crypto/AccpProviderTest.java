package dev.canswarm.crypto;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.security.Security;
import org.junit.jupiter.api.Test;

/** Reports whether the native provider is available, and leaves the JVM's own providers alone. */
class AccpProviderTest {
  private static boolean isOnTheClassPath() {
    return AccpProviderTest.class
            .getClassLoader()
            .getResource("com/amazon/corretto/crypto/provider/AmazonCorrettoCryptoProvider.class")
        != null;
  }

  @Test
  void whereItIsAbsentTheReasonNamesTheMachine() {
    if (isOnTheClassPath()) {
      return;
    }
    assertThatThrownBy(AccpProvider::load)
        .isInstanceOf(EngineUnavailableException.class)
        .hasMessageContaining("no native build of it for " + System.getProperty("os.name"))
        .hasMessageContaining(System.getProperty("os.arch"));
  }

  @Test
  void whereItIsPresentItSignsWithEd25519() throws EngineUnavailableException {
    if (isOnTheClassPath()) {
      assertThat(AccpProvider.load().getService("Signature", JcaEngine.ALGORITHM)).isNotNull();
    }
  }

  @Test
  void itIsNotRegisteredWithTheJvm() {
    try {
      AccpProvider.load();
    } catch (EngineUnavailableException absent) {
      assertThat(absent).hasMessageContaining(Engines.ACCP);
    }
    assertThat(Security.getProviders())
        .noneMatch(provider -> provider.getClass().getName().startsWith("com.amazon.corretto"));
  }
}
