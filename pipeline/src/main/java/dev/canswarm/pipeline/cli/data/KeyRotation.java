package dev.canswarm.pipeline.cli.data;

import dev.canswarm.crypto.PublicKey;
import dev.canswarm.crypto.Sha256;
import dev.canswarm.crypto.SigningKey;
import dev.canswarm.pipeline.cli.data.DataException.Problem;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Optional;
import java.util.function.Predicate;

/**
 * The private keys of agents whose keys change. {@code NAME.key} holds the newest key of an agent,
 * {@code NAME.HHHHHHHH.key} an older one, where {@code HHHHHHHH} begins the SHA-256 of its public
 * key. A new key is written before the entry of the control chain is sent that brings it into
 * force, and the older one is kept before that, so that at every moment the key in force can be
 * found by its public key. Only for one command at a time. Blocks on files.
 */
public final class KeyRotation {
  /** Hexadecimal digits of the name of an older key. */
  private static final int NAME_DIGITS = 8;

  private final Path keys;
  private final KeyAccess access;

  /**
   * @param data the data directory
   */
  public KeyRotation(Path data, KeyAccess access) {
    this(access, data.resolve(AgentKeys.DIRECTORY));
  }

  KeyRotation(KeyAccess access, Path keys) {
    this.keys = keys;
    this.access = access;
  }

  /** Returns the file of the agent's newest key. */
  public Path newest(String name) {
    return KeyFile.of(keys, name);
  }

  /**
   * Returns the agent's newest key, whether or not it is in force.
   *
   * @throws DataException if it is missing, damaged or open to others
   */
  public SigningKey newestKey(String name) throws DataException {
    return access.fromFile(newest(name));
  }

  /** Returns the file that keeps an older key of the agent. */
  public Path older(String name, PublicKey key) {
    String digits = Sha256.hex(key.toBytes()).substring(0, NAME_DIGITS);
    return KeyFile.of(keys, name + "." + digits);
  }

  /**
   * Returns the private key of that public key from any of the agent's files; empty if this machine
   * does not have it. For an agent for which a program signs, the program is asked instead of the
   * newest file.
   *
   * @throws DataException for a file that is damaged or open to others
   */
  public Optional<SigningKey> find(String name, PublicKey key) throws DataException {
    if (!access.isExternal(name)) {
      Optional<SigningKey> newest = in(newest(name)).filter(one -> one.publicKey().equals(key));
      if (newest.isPresent()) {
        return newest;
      }
    } else if (access.externalPublicKey(name).equals(key)) {
      return Optional.of(access.key(keys, name, key));
    }
    return in(older(name, key)).filter(one -> one.publicKey().equals(key));
  }

  /**
   * Returns a key that the agent never had, in {@link #newest}. What was there is kept in {@link
   * #older} first. A key that an interrupted run left there is used again, so repeating a run that
   * was killed is harmless.
   *
   * @param isKnown whether the control chain knows a key, in any state
   * @throws DataException if a file cannot be read or written
   */
  public SigningKey prepare(String name, Predicate<PublicKey> isKnown, SeedSource seeds)
      throws DataException {
    Optional<SigningKey> there = in(newest(name));
    if (there.isPresent()) {
      if (!isKnown.test(there.get().publicKey())) {
        return there.get();
      }
      keep(name, there.get().publicKey());
    }
    byte[] seed = seeds.seedOf(name);
    try {
      SmallFiles.createDirectory(keys);
    } catch (IOException e) {
      throw DataException.unreadable(keys, "check that the directory can be written", e);
    }
    access.write(newest(name), seed);
    return access.fromFile(newest(name));
  }

  /** Keeps the newest key of the agent under the name of an older one. */
  void keep(String name, PublicKey key) throws DataException {
    copy(newest(name), older(name, key));
  }

  /**
   * Makes an older key the newest again, after the control chain refused its successor, which is
   * forgotten. Does nothing where the older one is not kept here.
   */
  public void undo(String name, PublicKey inForce) throws DataException {
    Path kept = older(name, inForce);
    if (Files.exists(kept)) {
      copy(kept, newest(name));
    }
  }

  private Optional<SigningKey> in(Path file) throws DataException {
    return Files.exists(file) ? Optional.of(access.fromFile(file)) : Optional.empty();
  }

  /** Copies the bytes as they are, in any form of the file. */
  private static void copy(Path from, Path to) throws DataException {
    try {
      if (!SmallFiles.ownerOnly(from)) {
        throw new DataException(
            Problem.OPEN_TO_OTHERS,
            "key file " + from + " is open to others; run: chmod 600 " + from);
      }
      SmallFiles.write(to, SmallFiles.read(from));
    } catch (IOException e) {
      throw DataException.unreadable(to, "check that the directory can be written", e);
    }
  }
}
