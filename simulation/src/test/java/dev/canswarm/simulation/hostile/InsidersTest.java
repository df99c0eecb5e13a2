package dev.canswarm.simulation.hostile;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.canswarm.config.KeySettings;
import dev.canswarm.config.SettingsLoader;
import dev.canswarm.config.SwarmSettings;
import dev.canswarm.config.TrustFile;
import dev.canswarm.crypto.Engines;
import dev.canswarm.crypto.SignatureEngine;
import dev.canswarm.crypto.SigningKey;
import dev.canswarm.pipeline.cli.Invocation;
import dev.canswarm.pipeline.cli.data.DataException;
import dev.canswarm.pipeline.cli.data.KeyAccess;
import dev.canswarm.pipeline.keys.KeyPassphrase;
import dev.canswarm.pipeline.signer.ExternalSigners;
import dev.canswarm.policy.RoleName;
import java.nio.file.Path;
import java.security.SecureRandom;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** A flood signs with the keys of its stack, whether their files are encrypted or not. */
class InsidersTest {
  private final SignatureEngine engine = Engines.fastest().engine();
  private final Path home;
  private final Path data;

  InsidersTest(@TempDir Path home) {
    this.home = home;
    this.data = home.resolve("data");
  }

  private KeySettings settings(Map<String, String> environment) throws Exception {
    SwarmSettings loaded =
        SettingsLoader.load(Map.of(), environment, Optional.empty(), home).settings();
    return loaded.keys();
  }

  /** Makes the key files as {@code up} does with these variables. */
  private void makeKeys(Map<String, String> variables) {
    Invocation made = new Invocation(home, variables);
    assertThat(made.run("keys", "new", "--data", data.toString())).as(made.err()).isZero();
  }

  private KeyAccess access(KeySettings settings) {
    return new KeyAccess(
        engine,
        settings.passphrase().map(KeyPassphrase::of).orElseGet(KeyPassphrase::none),
        false,
        new SecureRandom(),
        new ExternalSigners(Map.of(), engine, 0, System::nanoTime));
  }

  private void assertThatTheySign(Map<RoleName, SigningKey> insiders) throws Exception {
    assertThat(insiders).containsKeys(RoleName.WORKER, RoleName.VERIFIER, RoleName.COORDINATOR);
    TrustFile trust = TrustFile.read(data.resolve(TrustFile.NAME));
    insiders.forEach(
        (role, key) ->
            assertThat(trust.entries())
                .as(role.label())
                .anyMatch(
                    entry ->
                        entry.roles().contains(role.label())
                            && entry.publicKeyBase64().equals(key.publicKey().base64())));
  }

  @Test
  void plainKeyFilesNeedNothing() throws Exception {
    KeySettings none = settings(Map.of());
    assertThat(Insiders.variables(none)).isEmpty();
    makeKeys(Insiders.variables(none));
    assertThatTheySign(Insiders.of(data, access(none)));
  }

  @Test
  void aPassphraseThatIsConfiguredHereEncryptsThereAndOpensHere() throws Exception {
    KeySettings keys = settings(Map.of("SWARM_KEYS_PASSPHRASE", "correct horse battery"));
    makeKeys(Insiders.variables(keys));
    assertThatTheySign(Insiders.of(data, access(keys)));
    assertThatThrownBy(() -> Insiders.of(data, access(settings(Map.of()))))
        .isInstanceOf(DataException.class)
        .hasMessageContaining("is encrypted");
  }
}
