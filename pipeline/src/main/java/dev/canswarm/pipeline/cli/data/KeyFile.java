package dev.canswarm.pipeline.cli.data;

import dev.canswarm.crypto.SignatureEngine;
import dev.canswarm.pipeline.cli.data.DataException.Problem;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.Base64;

/** A private key's file: base64 of the 32-byte seed on one line, readable by its owner alone. */
final class KeyFile {
  private static final String SUFFIX = ".key";

  private KeyFile() {}

  /** Returns the path of an agent's key. */
  static Path of(Path keys, String agent) {
    return keys.resolve(agent + SUFFIX);
  }

  /**
   * Returns the seed.
   *
   * @throws DataException for a file that is missing, open to others, or of another form
   */
  static byte[] read(Path file) throws DataException {
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
      String text = new String(SmallFiles.read(file), StandardCharsets.US_ASCII).strip();
      return seed(file, text);
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

  /** Writes the seed; the directory must exist. */
  static void write(Path file, byte[] seed) throws DataException {
    try {
      SmallFiles.write(
          file,
          (Base64.getEncoder().encodeToString(seed) + "\n").getBytes(StandardCharsets.US_ASCII));
    } catch (IOException e) {
      throw DataException.unreadable(file, "check that the directory can be written", e);
    }
  }
}
