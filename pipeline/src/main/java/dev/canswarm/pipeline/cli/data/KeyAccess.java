package dev.canswarm.pipeline.cli.data;

import dev.canswarm.crypto.PublicKey;
import dev.canswarm.crypto.SignatureEngine;
import dev.canswarm.crypto.SigningException;
import dev.canswarm.crypto.SigningKey;
import dev.canswarm.pipeline.keys.EncryptedSeed;
import dev.canswarm.pipeline.keys.KeyPassphrase;
import dev.canswarm.pipeline.signer.ExternalSigners;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.SecureRandom;
import java.util.Arrays;
import java.util.Map;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/**
 * How a process gets at the private keys of agents: from plain files, from encrypted ones, or
 * through a program that signs. Closing it ends those programs. Thread-safe; blocks.
 */
public final class KeyAccess implements AutoCloseable {
  private final SignatureEngine engine;
  private final KeyPassphrase passphrase;
  private final boolean encrypts;
  private final @Nullable SecureRandom random;
  private final ExternalSigners external;

  /**
   * @param encrypts whether new key files are encrypted
   * @param random of salts and nonces; null if nothing is encrypted
   */
  public KeyAccess(
      SignatureEngine engine,
      KeyPassphrase passphrase,
      boolean encrypts,
      @Nullable SecureRandom random,
      ExternalSigners external) {
    this.engine = engine;
    this.passphrase = passphrase;
    this.encrypts = encrypts;
    this.random = random;
    this.external = external;
  }

  /** Access to plain key files alone. */
  public static KeyAccess plain(SignatureEngine engine) {
    return new KeyAccess(
        engine,
        KeyPassphrase.none(),
        false,
        null,
        new ExternalSigners(Map.of(), engine, 0, () -> 0));
  }

  /** Whether a program signs for the agent. */
  public boolean isExternal(String agent) {
    return external.signsFor(agent);
  }

  /** Whether this machine can sign for the agent. */
  boolean holds(Path keys, String agent) {
    return isExternal(agent) || Files.exists(KeyFile.of(keys, agent));
  }

  /**
   * Returns the agent's key.
   *
   * @param listed the public key that the trust file lists for it
   * @throws DataException if the key file cannot be used
   */
  SigningKey key(Path keys, String agent, PublicKey listed) throws DataException {
    return isExternal(agent) ? external.key(agent, listed) : fromFile(KeyFile.of(keys, agent));
  }

  /** Returns the public key of an agent whose private key exists, without the trust file. */
  PublicKey publicKey(Path keys, String agent) throws DataException {
    return isExternal(agent)
        ? externalPublicKey(agent)
        : fromFile(KeyFile.of(keys, agent)).publicKey();
  }

  /**
   * Returns the public key that an agent's program says it has.
   *
   * @throws DataException if the program does not answer
   */
  PublicKey externalPublicKey(String agent) throws DataException {
    try {
      return external.publicKey(agent);
    } catch (SigningException e) {
      throw new DataException(
          DataException.Problem.UNREADABLE,
          "the program that signs for %s does not answer: %s; check keys.external.%s"
              .formatted(agent, e.getMessage(), agent),
          e);
    }
  }

  /** Returns the key in a file. */
  SigningKey fromFile(Path file) throws DataException {
    byte[] seed = KeyFile.read(file, passphrase);
    try {
      return engine.signingKey(seed);
    } finally {
      Arrays.fill(seed, (byte) 0);
    }
  }

  /** Writes a new key file in the form of new ones; the directory must exist. */
  void write(Path file, byte[] seed) throws DataException {
    if (encrypts) {
      KeyFile.write(file, sealed(seed));
    } else {
      KeyFile.write(file, seed);
    }
  }

  private EncryptedSeed sealed(byte[] seed) throws DataException {
    if (!passphrase.isKnown()) {
      throw new DataException(
          DataException.Problem.NO_PASSPHRASE,
          "there is no passphrase to encrypt key files with: " + KeyFile.NAME_PASSPHRASE);
    }
    if (!passphrase.isLongEnough()) {
      throw new DataException(
          DataException.Problem.WEAK_PASSPHRASE,
          "the passphrase for key files: expected at least %d characters, got fewer"
              .formatted(KeyPassphrase.CHARS_MIN));
    }
    return EncryptedSeed.seal(
        seed,
        engine.signingKey(seed).publicKey(),
        passphrase,
        Objects.requireNonNull(random, "nothing is encrypted here"));
  }

  /**
   * Replaces a plain key file by an encrypted one, atomically.
   *
   * @return whether it was plain
   */
  boolean encrypt(Path file) throws DataException {
    if (KeyFile.encrypted(file).isPresent()) {
      return false;
    }
    byte[] seed = KeyFile.read(file);
    KeyFile.write(file, sealed(seed));
    return true;
  }

  /**
   * Replaces an encrypted key file by a plain one, atomically.
   *
   * @return whether it was encrypted
   */
  boolean decrypt(Path file) throws DataException {
    if (KeyFile.encrypted(file).isEmpty()) {
      return false;
    }
    KeyFile.write(file, KeyFile.read(file, passphrase));
    return true;
  }

  @Override
  public void close() {
    external.close();
  }
}
