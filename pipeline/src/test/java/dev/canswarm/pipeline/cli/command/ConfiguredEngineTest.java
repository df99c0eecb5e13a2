package dev.canswarm.pipeline.cli.command;

import static org.assertj.core.api.Assertions.assertThat;

import dev.canswarm.config.SettingsLoader;
import dev.canswarm.config.SwarmSettings;
import dev.canswarm.crypto.Engines;
import dev.canswarm.crypto.SignatureEngine;
import java.nio.file.Path;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.Test;

class ConfiguredEngineTest {
  @Test
  void autoIsTheFastestAndForAMessageOrTwoTheOneThatStartsAtOnce() throws Exception {
    SwarmSettings settings = settings("auto");
    assertThat(ConfiguredEngine.of(settings).engine()).isSameAs(Engines.fastest().engine());
    assertThat(ConfiguredEngine.forFew(settings)).isSameAs(Engines.portable());
  }

  @Test
  void oneThatIsNamedIsTakenForAll() throws Exception {
    for (SignatureEngine engine : Engines.available()) {
      SwarmSettings settings = settings(engine.name());
      assertThat(ConfiguredEngine.of(settings).engine()).isSameAs(engine);
      assertThat(ConfiguredEngine.of(settings).passedOver()).isEmpty();
      assertThat(ConfiguredEngine.forFew(settings)).isSameAs(engine);
    }
  }

  private static SwarmSettings settings(String engine) throws Exception {
    return SettingsLoader.load(
            Map.of("crypto.engine", engine), Map.of(), Optional.empty(), Path.of("."))
        .settings();
  }
}
