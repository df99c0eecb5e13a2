package dev.canswarm.stage;

import dev.canswarm.protocol.verb.Admission;

/** The checks that decoding applies, before the NEED of a record is known. Thread-safe. */
interface Decoding {
  /** The checks of a record that names a policy; those of the last policy if it is unknown. */
  Admission admission(String policyHash);

  /** The gateway that signs NEEDs which come without an envelope. */
  Gateway gateway();

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
    };
  }
}
