package dev.canswarm.pipeline.cli.data;

import dev.canswarm.pipeline.embedded.Endpoints;
import java.nio.file.Path;
import java.util.Optional;

/**
 * The data directory that a command works on.
 *
 * @param dataDir absolute; it need not exist
 * @param stack what runs there now, or empty
 * @param remark where it comes from, to be said on standard error; empty where that is plain
 */
public record Located(Path dataDir, Optional<StackFile> stack, Optional<String> remark) {
  /** Where the servers are that run there now, or empty. */
  public Optional<Endpoints> running() {
    return stack.map(StackFile::endpoints);
  }
}
