package dev.canswarm.pipeline.cli.command;

import dev.canswarm.config.KeySettings;
import dev.canswarm.config.SwarmSettings;
import dev.canswarm.crypto.SignatureEngine;
import dev.canswarm.pipeline.cli.data.KeyAccess;
import dev.canswarm.pipeline.keys.KeyPassphrase;
import dev.canswarm.pipeline.signer.ExternalSigners;
import java.util.Map;

/** Gets at private keys as the settings {@code keys.…} say. */
public final class ConfiguredKeys {
  private ConfiguredKeys() {}

  /**
   * Returns the access to private keys; close it. The passphrase is asked for on the terminal if
   * none is configured and a key file is encrypted. New key files are encrypted if one is
   * configured.
   */
  public static KeyAccess of(
      SwarmSettings settings, SignatureEngine engine, CommandContext context) {
    KeySettings keys = settings.keys();
    return new KeyAccess(
        engine,
        passphrase(keys, false),
        keys.passphrase().isPresent(),
        context.random(),
        new ExternalSigners(
            keys.external(), engine, keys.externalTimeoutMillis(), System::nanoTime));
  }

  /**
   * Returns the access to key files alone: no program signs.
   *
   * @param encrypts whether files are encrypted, so that a passphrase that is typed is typed twice
   */
  public static KeyAccess ofFiles(
      SwarmSettings settings, SignatureEngine engine, CommandContext context, boolean encrypts) {
    return new KeyAccess(
        engine,
        passphrase(settings.keys(), encrypts),
        encrypts,
        context.random(),
        new ExternalSigners(Map.of(), engine, 0, System::nanoTime));
  }

  private static KeyPassphrase passphrase(KeySettings keys, boolean twice) {
    return keys.passphrase()
        .map(KeyPassphrase::of)
        .orElseGet(() -> KeyPassphrase.from(() -> PassphrasePrompt.ask(twice)));
  }
}
