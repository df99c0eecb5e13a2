package dev.canswarm.stage;

import dev.canswarm.control.ArchivedFiles;
import dev.canswarm.control.ControlHistory;
import dev.canswarm.control.TrustState;
import dev.canswarm.policy.Policy;
import dev.canswarm.port.Archive;
import reactor.core.publisher.Mono;

/**
 * Reads what a control chain does not have from the archive: trust files and policies that were in
 * force before the files with which a process was started. Stateless; does not block. An outage is
 * an error {@link dev.canswarm.port.RetryableException}.
 */
public final class ArchiveReader {
  private ArchiveReader() {}

  /**
   * Returns the state that an archived trust file makes.
   *
   * @param hash of the trust document, as a DECIDE pins it
   * @return empty if the history knows it already, and if the archive has no such file
   */
  public static Mono<TrustState> trust(Archive archive, ControlHistory known, String hash) {
    return known.pinnedState(hash).isPresent()
        ? Mono.empty()
        : archive
            .archived(hash)
            .flatMap(bytes -> Mono.justOrEmpty(ArchivedFiles.trust(known.genesis(), hash, bytes)));
  }

  /**
   * Returns an archived policy.
   *
   * @param hash as an envelope names it
   * @return empty if the history knows it already, and if the archive has no such policy
   */
  public static Mono<Policy> policy(Archive archive, ControlHistory known, String hash) {
    return known.policies().containsKey(hash)
        ? Mono.empty()
        : archive
            .archived(hash)
            .flatMap(bytes -> Mono.justOrEmpty(ArchivedFiles.policy(hash, bytes)));
  }
}
