package dev.canswarm.config;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.UncheckedIOException;
import org.junit.jupiter.api.Test;

class ResourcesTest {
  @Test
  void readsAResourceBesideAClass() {
    assertThat(Resources.text(PolicyFile.class, "policy.json")).startsWith("{").endsWith("}\n");
    assertThat(Resources.bytes(PolicyFile.class, "policy.json")).isEqualTo(PolicyFile.builtIn());
  }

  @Test
  void namesTheResourceThatIsMissing() {
    assertThatThrownBy(() -> Resources.bytes(PolicyFile.class, "none.json"))
        .isInstanceOf(UncheckedIOException.class)
        .hasMessageContaining("no resource none.json beside dev.canswarm.config.PolicyFile");
  }
}
