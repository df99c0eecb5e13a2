package dev.canswarm.pipeline.cli.up;

import dev.canswarm.pipeline.cli.data.DataException;
import dev.canswarm.pipeline.cli.data.StackFile;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.Optional;

/**
 * A snapshot of the stack that a process joined. While the stack is unavailable the process waits,
 * as in any outage. If another stack starts in its place, the snapshot is wrong, and the process
 * would wait for ever or refuse valid records. Blocks on files.
 */
final class JoinedStack {
  private final Path data;
  private final Path trustFile;
  private final StackFile stack;
  private final byte[] policy;
  private final byte[] trust;

  private JoinedStack(Path data, Path trustFile, StackFile stack) throws IOException {
    this.data = data;
    this.trustFile = trustFile;
    this.stack = stack;
    this.policy = read(data.resolve(StackFile.POLICY));
    this.trust = read(trustFile);
  }

  /**
   * Returns a snapshot of the stack now.
   *
   * @param data the stack's data directory
   * @param stack its {@code endpoints.json}
   */
  static JoinedStack of(Path data, Path trustFile, StackFile stack) throws IOException {
    return new JoinedStack(data, trustFile, stack);
  }

  /**
   * Returns what has changed since the snapshot; empty while the stack is unavailable or the same.
   */
  Optional<String> changed() throws DataException, IOException {
    Optional<StackFile> now = StackFile.read(data);
    if (now.isEmpty()) {
      return Optional.empty();
    }
    if (!now.get().withProcess(stack.process()).equals(stack)) {
      return Optional.of("now uses other servers");
    }
    if (!Arrays.equals(read(data.resolve(StackFile.POLICY)), policy)) {
      return Optional.of("has another policy now");
    }
    return Arrays.equals(read(trustFile), trust)
        ? Optional.empty()
        : Optional.of("has another trust file now");
  }

  private static byte[] read(Path file) throws IOException {
    try {
      return Files.readAllBytes(file);
    } catch (NoSuchFileException none) {
      return new byte[0];
    }
  }
}
