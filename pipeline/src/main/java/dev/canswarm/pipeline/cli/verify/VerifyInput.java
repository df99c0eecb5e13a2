package dev.canswarm.pipeline.cli.verify;

import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.util.Optional;

/**
 * The lines to verify. They are read twice if keys are checked, since the entry that adds a key may
 * come after messages of that key. Standard input is then copied to a temporary file, which {@link
 * #close} deletes. Not thread-safe.
 */
final class VerifyInput implements AutoCloseable {
  private final InputStream standardInput;
  private final Optional<Path> file;
  private Optional<Path> copy = Optional.empty();

  /**
   * @param standardInput not closed
   * @param file to read; empty for standard input
   */
  VerifyInput(InputStream standardInput, Optional<Path> file) {
    this.standardInput = standardInput;
    this.file = file;
  }

  /** Returns all bytes for a first reading; {@link #open} returns them once more. */
  InputStream openFirst() throws IOException {
    if (file.isEmpty() && copy.isEmpty()) {
      Path kept = Files.createTempFile("swarm-verify-", ".jsonl");
      copy = Optional.of(kept);
      Files.copy(standardInput, kept, StandardCopyOption.REPLACE_EXISTING);
    }
    return open();
  }

  /** Returns all bytes. */
  InputStream open() throws IOException {
    Optional<Path> path = file.or(() -> copy);
    return path.isPresent() ? Files.newInputStream(path.get()) : new UnclosedInput(standardInput);
  }

  @Override
  public void close() throws IOException {
    if (copy.isPresent()) {
      Files.deleteIfExists(copy.get());
    }
  }
}
