package dev.canswarm.pipeline.cli.data;

import dev.canswarm.crypto.SignatureEngine;
import dev.canswarm.pipeline.cli.data.DataException.Problem;
import dev.canswarm.pipeline.keys.EncryptedSeed;
import dev.canswarm.pipeline.keys.KeyFileException;
import dev.canswarm.pipeline.keys.KeyPassphrase;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.Base64;
import java.util.Optional;

/**
 * A private key's file, readable by its owner alone. It holds base64 of the 32-byte seed on one
 * line, or an {@link EncryptedSeed}.
 */
final class KeyFile {
  /** The advice in a message about a missing passphrase. */
  static final String NAME_PASSPHRASE =
      "name a file that contains it by --keys-passphrase-file or SWARM_KEYS_PASSPHRASE_FILE";

  private static final String SUFFIX = ".key";

  private KeyFile() {}

  /** Returns the path of an agent's key. */
  static Path of(Path keys, String agent) {
    return keys.resolve(agent + SUFFIX);
  }

  /** Returns the agent whose key a file holds by its name; empty for any other file. */
  static Optional<String> agent(Path file) {
    String name = String.valueOf(file.getFileName());
    return name.endsWith(SUFFIX) && name.length() > SUFFIX.length()
        ? Optional.of(name.substring(0, name.length() - SUFFIX.length()))
        : Optional.empty();
  }

  /**
   * Returns the seed of a file that is not encrypted.
   *
   * @throws DataException for a file that is missing, open to others, encrypted, or of another form
   */
  static byte[] read(Path file) throws DataException {
    return read(file, KeyPassphrase.none());
  }

  /**
   * Returns the seed of the key in a file, 32 bytes.
   *
   * @throws DataException for a file that is missing, open to others, of another form, or encrypted
   *     with another passphrase
   */
  static byte[] read(Path file, KeyPassphrase passphrase) throws DataException {
    byte[] content = content(file);
    if (!EncryptedSeed.looksLike(content)) {
      return seed(file, new String(content, StandardCharsets.US_ASCII).strip());
    }
    EncryptedSeed encrypted = encrypted(file, content);
    if (!passphrase.isKnown()) {
      throw new DataException(
          Problem.NO_PASSPHRASE,
          "key file %s is encrypted, and there is no passphrase: %s"
              .formatted(file, NAME_PASSPHRASE));
    }
    try {
      return encrypted.open(passphrase);
    } catch (KeyFileException e) {
      throw refused(file, e);
    }
  }

  /**
   * Returns the encrypted form; empty for a file that holds a plain seed.
   *
   * @throws DataException for a file that is missing, open to others, or of another form
   */
  static Optional<EncryptedSeed> encrypted(Path file) throws DataException {
    byte[] content = content(file);
    if (EncryptedSeed.looksLike(content)) {
      return Optional.of(encrypted(file, content));
    }
    seed(file, new String(content, StandardCharsets.US_ASCII).strip());
    return Optional.empty();
  }

  private static EncryptedSeed encrypted(Path file, byte[] content) throws DataException {
    try {
      return EncryptedSeed.parse(content);
    } catch (KeyFileException e) {
      throw refused(file, e);
    }
  }

  private static DataException refused(Path file, KeyFileException e) {
    return switch (e.problem()) {
      case BAD_FORM ->
          new DataException(
              Problem.BAD_CONTENT,
              "key file " + file + ": " + e.getMessage() + "; restore it from a copy",
              e);
      case TOO_COSTLY ->
          new DataException(
              Problem.BAD_CONTENT,
              "key file " + file + ": " + e.getMessage() + "; this program does not open it",
              e);
      case NOT_OPENED ->
          new DataException(
              Problem.WRONG_PASSPHRASE,
              "key file "
                  + file
                  + " does not open: "
                  + e.getMessage()
                  + "; check which passphrase is configured",
              e);
    };
  }

  private static byte[] content(Path file) throws DataException {
    try {
      if (!SmallFiles.ownerOnly(file)) {
        throw new DataException(
            Problem.OPEN_TO_OTHERS,
            "key file %s: expected permissions rw-------, got %s; run: chmod 600 %s"
                .formatted(
                    file,
                    PosixFilePermissions.toString(Files.getPosixFilePermissions(file)),
                    file));
      }
      return SmallFiles.read(file);
    } catch (NoSuchFileException e) {
      throw new DataException(
          Problem.UNREADABLE,
          "key file " + file + " is missing; restore it, or make an agent with: ./swarm keys new",
          e);
    } catch (IOException e) {
      throw DataException.unreadable(file, "check who owns it", e);
    }
  }

  private static byte[] seed(Path file, String text) throws DataException {
    byte[] seed;
    try {
      seed = Base64.getDecoder().decode(text);
    } catch (IllegalArgumentException notBase64) {
      throw bad(file, "something else");
    }
    if (seed.length != SignatureEngine.SEED_BYTES) {
      throw bad(file, seed.length + " bytes");
    }
    return seed;
  }

  private static DataException bad(Path file, String actual) {
    return new DataException(
        Problem.BAD_CONTENT,
        "key file %s: expected base64 of a %d-byte seed, got %s; restore it from a copy"
            .formatted(file, SignatureEngine.SEED_BYTES, actual));
  }

  /** Writes the seed as it is; the directory must exist. Replaces a file that exists. */
  static void write(Path file, byte[] seed) throws DataException {
    write(
        file,
        (Base64.getEncoder().encodeToString(seed) + "\n").getBytes(StandardCharsets.US_ASCII),
        "check that the directory can be written");
  }

  /** Writes an encrypted seed; the directory must exist. Replaces a file that exists. */
  static void write(Path file, EncryptedSeed encrypted) throws DataException {
    write(file, encrypted.toBytes(), "check that the directory can be written");
  }

  private static void write(Path file, byte[] content, String todo) throws DataException {
    try {
      SmallFiles.write(file, content);
    } catch (IOException e) {
      throw DataException.unreadable(file, todo, e);
    }
  }
}
