package dev.canswarm.pipeline.cli.data;

import dev.canswarm.crypto.PublicKey;
import dev.canswarm.crypto.SigningKey;
import dev.canswarm.pipeline.cli.data.DataException.Problem;
import dev.canswarm.pipeline.keys.EncryptedSeed;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.stream.Stream;

/**
 * The key files of a data directory, also of agents that the trust file does not list. Blocks on
 * files.
 */
public final class KeyFiles {
  private static final String LOCK = "keys.lock";

  /** How a private key is kept. */
  public enum Form {
    /** The seed as it is. */
    PLAIN,
    /** Encrypted with a passphrase. */
    ENCRYPTED,
    /** By a program that signs. */
    EXTERNAL,
    /** Not on this machine. */
    ABSENT,
    /** In a file that is refused. */
    REFUSED
  }

  /**
   * How an agent's private key is kept.
   *
   * @param mode of the file, as {@code rw-------}; empty without a file
   * @param publicKey that an encrypted file names
   * @param detail how it is encrypted, or why it is refused; may be empty
   */
  public record State(
      Form form, Path file, String mode, Optional<PublicKey> publicKey, String detail) {}

  private final Path keys;
  private final KeyAccess access;

  /**
   * @param data the data directory
   */
  public KeyFiles(Path data, KeyAccess access) {
    this.keys = data.resolve(AgentKeys.DIRECTORY);
    this.access = access;
  }

  /** Returns the agents that have a file, sorted; none if the directory is missing. */
  public List<String> names() throws DataException {
    if (!Files.isDirectory(keys)) {
      return List.of();
    }
    try (Stream<Path> files = Files.list(keys)) {
      return files.flatMap(file -> KeyFile.agent(file).stream()).sorted().toList();
    } catch (IOException e) {
      throw DataException.unreadable(keys, "check who owns it", e);
    }
  }

  /** Returns how an agent's key is kept. */
  public State state(String agent) {
    Path file = KeyFile.of(keys, agent);
    String mode = mode(file);
    if (access.isExternal(agent)) {
      return new State(Form.EXTERNAL, file, mode, Optional.empty(), "");
    }
    if (!Files.exists(file)) {
      return new State(Form.ABSENT, file, mode, Optional.empty(), "");
    }
    try {
      Optional<EncryptedSeed> encrypted = KeyFile.encrypted(file);
      return new State(
          encrypted.isPresent() ? Form.ENCRYPTED : Form.PLAIN,
          file,
          mode,
          encrypted.map(EncryptedSeed::publicKey),
          encrypted.map(EncryptedSeed::describe).orElse(""));
    } catch (DataException e) {
      return new State(Form.REFUSED, file, mode, Optional.empty(), String.valueOf(e.getMessage()));
    }
  }

  private static String mode(Path file) {
    try {
      return SmallFiles.posix() && Files.exists(file)
          ? PosixFilePermissions.toString(Files.getPosixFilePermissions(file))
          : "";
    } catch (IOException | UnsupportedOperationException unknown) {
      // It was deleted meanwhile, or its file system has no modes: there is none to show.
      return "";
    }
  }

  /**
   * Returns the key in an agent's file, also if the trust file does not list it.
   *
   * @throws DataException for a file that is missing or refused, or does not open
   */
  public SigningKey key(String agent) throws DataException {
    return access.fromFile(KeyFile.of(keys, agent));
  }

  /**
   * Replaces the plain files of these agents by encrypted ones, each atomically.
   *
   * @return the agents whose files were plain
   * @throws DataException WRONG_PASSPHRASE if a file of the directory is encrypted with another
   *     one, before anything is changed; IN_USE if another command does the same now
   */
  public List<String> encrypt(List<String> agents) throws DataException {
    return locked(
        () -> {
          Optional<String> encrypted =
              names().stream().filter(agent -> state(agent).form() == Form.ENCRYPTED).findFirst();
          if (encrypted.isPresent()) {
            key(encrypted.get());
          }
          return changed(agents, access::encrypt);
        });
  }

  /**
   * Replaces the encrypted files of these agents by plain ones, each atomically.
   *
   * @return the agents whose files were encrypted
   * @throws DataException WRONG_PASSPHRASE; IN_USE if another command does the same now
   */
  public List<String> decrypt(List<String> agents) throws DataException {
    return locked(() -> changed(agents, access::decrypt));
  }

  /** Replaces a file, and says whether it did. */
  @FunctionalInterface
  private interface Change {
    boolean of(Path file) throws DataException;
  }

  private List<String> changed(List<String> agents, Change change) throws DataException {
    List<String> changed = new ArrayList<>();
    for (String agent : agents) {
      if (change.of(KeyFile.of(keys, agent))) {
        changed.add(agent);
      }
    }
    return changed;
  }

  /** Changes files, and returns the agents whose files it changed. */
  @FunctionalInterface
  private interface Changes {
    List<String> make() throws DataException;
  }

  private List<String> locked(Changes changes) throws DataException {
    if (!Files.isDirectory(keys)) {
      throw new DataException(
          Problem.UNREADABLE, "no keys in %s; make them with: ./swarm keys new".formatted(keys));
    }
    try {
      FileLocks.Held lock =
          FileLocks.tryAcquire(keys.resolve(LOCK))
              .orElseThrow(
                  () ->
                      new DataException(
                          Problem.IN_USE, "another command changes the files in " + keys + " now"));
      try {
        return changes.make();
      } finally {
        lock.close();
      }
    } catch (IOException e) {
      throw DataException.unreadable(keys, "check that the directory can be written", e);
    }
  }
}
