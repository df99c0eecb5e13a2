package dev.canswarm.pipeline.embedded;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.canswarm.pipeline.embedded.EmbeddedStackException.Kind;
import java.io.IOException;
import java.io.InputStream;
import org.junit.jupiter.api.Test;

class BundleTest {
  @Test
  void aBundleOfAJarIsNamedByTheJarsVersionAndTheContentsChecksum() throws Exception {
    Bundle bundle = Bundle.find(ServerKind.REDIS, "/org/slf4j/Logger.class");

    assertThat(bundle.name()).matches("slf4j-api-[0-9.]+-[0-9a-f]{8}");
    assertThat(first4Bytes(bundle)).containsExactly(0xca, 0xfe, 0xba, 0xbe);
  }

  @Test
  void onAMachineWithoutBinariesTheMessageSaysWhatToDo() {
    assertThatThrownBy(() -> Bundle.find(ServerKind.REDIS, "/no/such/resource"))
        .isInstanceOfSatisfying(
            EmbeddedStackException.class,
            failure -> assertThat(failure.kind()).isEqualTo(Kind.UNSUPPORTED_PLATFORM))
        .hasMessageContaining("/no/such/resource")
        .hasMessageContaining("name servers of your own");
  }

  private static int[] first4Bytes(Bundle bundle) throws IOException {
    try (InputStream in = bundle.open()) {
      return new int[] {in.read(), in.read(), in.read(), in.read()};
    }
  }
}
