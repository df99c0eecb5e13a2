package dev.canswarm.pipeline.cli.data;

import dev.canswarm.pipeline.embedded.Endpoints;
import java.nio.file.Path;
import java.util.Optional;

/**
 * The data directory that a command works on.
 *
 * @param dataDir absolute; it need not exist
 * @param stack the running stack, or empty
 * @param remark how it was found, for standard error; empty if that is obvious
 */
public record Located(Path dataDir, Optional<StackFile> stack, Optional<String> remark) {
  /** Returns the addresses of the running servers, or empty. */
  public Optional<Endpoints> running() {
    return stack.map(StackFile::endpoints);
  }
}
