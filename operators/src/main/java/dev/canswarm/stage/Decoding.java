package dev.canswarm.stage;

import dev.canswarm.envelope.Envelope;
import dev.canswarm.protocol.verb.Admission;
import java.util.Set;
import reactor.core.publisher.Mono;

/** The checks that decoding applies, before the NEED of a record is known. Thread-safe. */
interface Decoding {
  /** The checks of a record that names a policy; those of the last policy if it is unknown. */
  Admission admission(String policyHash);

  /** The gateway that signs NEEDs which come without an envelope. */
  Gateway gateway();

  /**
   * Whether the policy that an envelope names is unknown here and worth looking for: the key of its
   * sender is, or was, listed.
   */
  boolean lacksPolicyOf(Envelope envelope);

  /**
   * Takes in new entries of the control chain, and those of these policies that are in the archive.
   * An outage is an error {@link dev.canswarm.port.RetryableException}.
   */
  Mono<Void> catchUp(Set<String> policies);

  /** A number that changes whenever other checks may apply than before. */
  long version();

  /** The same checks for all records. */
  static Decoding fixed(Admission admission, Gateway gateway) {
    return new Decoding() {
      @Override
      public Admission admission(String policyHash) {
        return admission;
      }

      @Override
      public Gateway gateway() {
        return gateway;
      }

      @Override
      public boolean lacksPolicyOf(Envelope envelope) {
        return false;
      }

      @Override
      public Mono<Void> catchUp(Set<String> policies) {
        return Mono.empty();
      }

      @Override
      public long version() {
        return 0;
      }
    };
  }
}
