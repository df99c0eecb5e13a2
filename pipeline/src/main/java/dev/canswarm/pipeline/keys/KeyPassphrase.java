package dev.canswarm.pipeline.keys;

import dev.canswarm.config.Secret;
import java.nio.charset.StandardCharsets;
import java.security.SecureRandom;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/**
 * The passphrase of encrypted key files, asked for once, when the first file needs it. Keys that
 * were derived from it are kept, so that files with the same salt cost one derivation. Thread-safe;
 * it may block, since somebody may have to type the passphrase. It shows no secret in {@code
 * toString}.
 */
public final class KeyPassphrase {
  /** Least length of the passphrase of new files, in characters. */
  public static final int CHARS_MIN = 8;

  /** Derived keys that are kept: more than a data directory has salts, unless each has its own. */
  private static final int DERIVED_MAX = 64;

  private final Supplier<Optional<Secret>> source;
  private final Map<ScryptParameters, byte[]> derived = new LinkedHashMap<>();
  private boolean asked;
  private Optional<Secret> known = Optional.empty();
  private @Nullable ScryptParameters fresh;

  private KeyPassphrase(Supplier<Optional<Secret>> source) {
    this.source = source;
  }

  /** A passphrase that comes from elsewhere when it is needed; empty if there is none. */
  public static KeyPassphrase from(Supplier<Optional<Secret>> source) {
    return new KeyPassphrase(source);
  }

  /** A passphrase that is known. */
  public static KeyPassphrase of(Secret passphrase) {
    return new KeyPassphrase(() -> Optional.of(passphrase));
  }

  /** No passphrase: encrypted files cannot be opened. */
  public static KeyPassphrase none() {
    return new KeyPassphrase(Optional::empty);
  }

  /** Whether a passphrase is set; asks for it if that was not done yet. */
  public synchronized boolean isKnown() {
    return passphrase().isPresent();
  }

  /** Whether a passphrase of at least {@link #CHARS_MIN} characters is set, as new files need. */
  public synchronized boolean isLongEnough() {
    return passphrase().filter(typed -> typed.reveal().length() >= CHARS_MIN).isPresent();
  }

  private Optional<Secret> passphrase() {
    if (!asked) {
      known = source.get();
      asked = true;
    }
    return known;
  }

  /**
   * Returns the key for these parameters.
   *
   * @throws IllegalStateException if there is no passphrase
   */
  synchronized byte[] key(ScryptParameters parameters) {
    byte[] key = derived.get(parameters);
    if (key == null) {
      Secret passphrase =
          passphrase().orElseThrow(() -> new IllegalStateException("no passphrase"));
      key = parameters.derive(passphrase.reveal().getBytes(StandardCharsets.UTF_8));
      if (derived.size() < DERIVED_MAX) {
        derived.put(parameters, key);
      }
    }
    return key.clone();
  }

  /**
   * Returns the parameters of the files that are encrypted with this passphrase from now on. They
   * share a salt, so that opening all of them takes one derivation. Who guesses passphrases tries
   * them on all files at once anyway: one that is right for one file is right for the others.
   */
  synchronized ScryptParameters fresh(SecureRandom random) {
    ScryptParameters parameters = fresh;
    if (parameters == null) {
      byte[] salt = new byte[ScryptParameters.SALT_BYTES];
      random.nextBytes(salt);
      parameters = ScryptParameters.withSalt(salt);
      fresh = parameters;
    }
    return parameters;
  }

  @Override
  public String toString() {
    return "KeyPassphrase";
  }
}
