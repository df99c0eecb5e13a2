package dev.canswarm.config;

import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.file.Path;
import java.util.Objects;
import java.util.Optional;

/** The policy as it was written: JSON that is parsed and judged elsewhere. */
public final class PolicyFile {
  /** Bytes of a policy file. */
  public static final int FILE_BYTES_MAX = 1 << 18;

  private static final String BUILT_IN = "policy.json";

  private PolicyFile() {}

  /**
   * The bytes of the file, or of the built-in policy where none is named. Reads the file: not for
   * an event loop.
   *
   * @throws PolicyFileException when the file is missing, unreadable or larger than {@link
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

  /** The bytes of the built-in policy. */
  public static byte[] builtIn() {
    try (InputStream in =
        Objects.requireNonNull(PolicyFile.class.getResourceAsStream(BUILT_IN), BUILT_IN)) {
      return in.readAllBytes();
    } catch (IOException broken) {
      throw new UncheckedIOException("the built-in policy cannot be read", broken);
    }
  }
}
