package dev.canswarm.pipeline.cli;

import dev.canswarm.pipeline.cli.data.DataException;
import dev.canswarm.pipeline.cli.data.StackFile;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.Optional;

/**
 * A running stack as it was when a process joined it. While the stack is away the process waits, as
 * in any outage; when it comes back as another one, what the process knows of it is wrong, and it
 * would wait for ever or refuse what everybody else takes. Reads files, so not for an event loop.
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
   * The stack as it is now.
   *
   * @param data the directory it runs on
   * @param stack its file, as it was read
   */
  static JoinedStack of(Path data, Path trustFile, StackFile stack) throws IOException {
    return new JoinedStack(data, trustFile, stack);
  }

  /** What is no longer as it was; empty while the stack is away, or the same. */
  Optional<String> changed() throws DataException, IOException {
    Optional<StackFile> now = StackFile.read(data);
    if (now.isEmpty()) {
      return Optional.empty();
    }
    if (!now.get().withPid(stack.pid()).equals(stack)) {
      return Optional.of("has its servers elsewhere now");
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
