package dev.canswarm.config;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Optional;

/**
 * Loads the policy, and the files beside it that it names, as raw bytes. The protocol package
 * parses and validates the JSON.
 */
public final class PolicyFile {
  /** The size limit of a policy file, in bytes. */
  public static final int FILE_BYTES_MAX = 1 << 18;

  private static final String BUILT_IN = "policy.json";

  private PolicyFile() {}

  /**
   * Returns the bytes of the file, or of the built-in policy if no file is given. Blocks: do not
   * call it on an event loop.
   *
   * @throws PolicyFileException if the file is missing, unreadable or larger than {@link
   *     #FILE_BYTES_MAX}
   */
  public static byte[] load(Optional<Path> file) throws PolicyFileException {
    if (file.isEmpty()) {
      return builtIn();
    }
    try {
      return BoundedFile.read(file.get(), FILE_BYTES_MAX);
    } catch (IOException unreadable) {
      throw new PolicyFileException(file.get(), unreadable);
    }
  }

  /**
   * Returns the bytes of a file beside a policy file, such as a module that it names; empty where
   * there is none. Blocks: do not call it on an event loop.
   *
   * @param name of the file, without a directory
   * @throws PolicyFileException if the file is unreadable or larger than {@link #FILE_BYTES_MAX}
   */
  public static Optional<byte[]> beside(Path policyFile, String name) throws PolicyFileException {
    Path file = policyFile.resolveSibling(name);
    if (!Files.exists(file)) {
      return Optional.empty();
    }
    try {
      return Optional.of(BoundedFile.read(file, FILE_BYTES_MAX));
    } catch (IOException unreadable) {
      throw new PolicyFileException(file, unreadable);
    }
  }

  /** Returns the bytes of the built-in policy. */
  public static byte[] builtIn() {
    return Resources.bytes(PolicyFile.class, BUILT_IN);
  }
}
