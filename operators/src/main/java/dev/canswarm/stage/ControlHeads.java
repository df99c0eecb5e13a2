package dev.canswarm.stage;

import dev.canswarm.crypto.PublicKey;
import dev.canswarm.envelope.Envelope;
import dev.canswarm.envelope.Reason;
import dev.canswarm.envelope.RefusedException;
import dev.canswarm.policy.TrustRegistry;
import dev.canswarm.port.Candidate;
import dev.canswarm.protocol.NeedView;
import dev.canswarm.protocol.payload.Control;
import dev.canswarm.protocol.payload.Decide;
import dev.canswarm.protocol.payload.Payload;
import java.util.Optional;
import reactor.core.publisher.Mono;

/**
 * Says which roles and checks apply to a NEED: those of the last head of the control chain before
 * it is decided, and from then on those of the head that its DECIDE pins. Thread-safe.
 */
interface ControlHeads {
  /** What an entry of the chain is, compared with those that are known. */
  enum Place {
    /** It is one of them. */
    KNOWN,
    /** Another entry has its number. */
    TAKEN,
    /** It fits as the next one. */
    NEXT,
    /** The entries before it are not known. */
    LATER
  }

  /** The roles and checks of the last head, for what belongs to no NEED that is stored. */
  StageContext.Duties current();

  /** The roles and checks that apply to a NEED. */
  StageContext.Duties of(NeedView need);

  /** The roles and checks of the last head under a policy; under its own if that is unknown. */
  StageContext.Duties under(String policyHash);

  /**
   * The roles and checks by which an envelope of a NEED is admitted. A NEED that is not stored goes
   * by the policy that it names, if that is in force.
   */
  StageContext.Duties of(NeedView need, Envelope envelope, Payload payload);

  /**
   * The keys whose roles determine the slot of an envelope: all that were ever listed, since a NEED
   * keeps its slot when its gateway's key is rotated.
   */
  TrustRegistry listed();

  /**
   * Whether anything is known beside this process's own files: entries of the chain, or archived
   * trust files and policies. Then different roles and checks may apply to different NEEDs.
   */
  boolean hasEntries();

  /** Whether an envelope names a head that is not known here, so that the store has to be read. */
  boolean namesUnknownHead(Payload payload);

  /**
   * The number of the last head that is known here, or {@link Candidate#UNPINNED} where no chain is
   * followed.
   */
  long number();

  /**
   * The number of the head that an envelope with this payload pins by what it says, or {@link
   * Candidate#UNPINNED}.
   */
  long pinnedBy(Payload payload);

  /**
   * The gateway that signs NEEDs under the last head, if it has another key than the one that
   * signed a NEED before; otherwise empty.
   */
  Optional<Gateway> gatewayAfter(PublicKey sender);

  /**
   * Checks that the rules which a NEED's DECIDE pins are known, before an envelope of the NEED is
   * judged by them. What ends a NEED needs none of them.
   *
   * @throws RefusedException WRONG_HEAD or POLICY_MISMATCH for a trust file or a policy that is
   *     neither that of an entry, nor of this process, nor in the archive
   */
  void checkTerms(NeedView need, Envelope envelope);

  /** Whether the rules which a DECIDE pins are known. */
  boolean knows(Decide terms);

  /** Loads from the archive what is not known of the rules which a DECIDE pins, if it is there. */
  Mono<Void> load(Decide terms);

  /** Whether a policy is known, by which a NEED that names it is judged until it is decided. */
  boolean knowsPolicy(String hash);

  /** Loads a policy from the archive, if it is not known and is there with its modules. */
  Mono<Void> loadPolicy(String hash);

  /** Whether a row pins a head after which there are other entries. */
  boolean isOutdated(Payload payload);

  /**
   * Returns the place of an entry that came from the bus.
   *
   * @throws RefusedException if it is the next one and does not fit
   */
  Place place(Envelope entry, Control control);

  /**
   * Takes in what was stored since; an error {@link IllegalStateException} means that it does not
   * follow from this process's trust file.
   *
   * @return whether there was something new
   */
  Mono<Boolean> refresh();

  /** Whether there is a chain to follow. */
  boolean follows();

  /** A number that changes whenever other roles or checks may apply than before. */
  long version();

  /** The same roles and checks for all NEEDs, and no chain. */
  static ControlHeads fixed(StageContext.Duties duties) {
    return new ControlHeads() {
      @Override
      public StageContext.Duties current() {
        return duties;
      }

      @Override
      public StageContext.Duties of(NeedView need) {
        return duties;
      }

      @Override
      public StageContext.Duties under(String policyHash) {
        return duties;
      }

      @Override
      public StageContext.Duties of(NeedView need, Envelope envelope, Payload payload) {
        return duties;
      }

      @Override
      public TrustRegistry listed() {
        return duties.rules().trust();
      }

      @Override
      public boolean hasEntries() {
        return false;
      }

      @Override
      public boolean namesUnknownHead(Payload payload) {
        return false;
      }

      @Override
      public long number() {
        return Candidate.UNPINNED;
      }

      @Override
      public long pinnedBy(Payload payload) {
        return Candidate.UNPINNED;
      }

      @Override
      public Optional<Gateway> gatewayAfter(PublicKey sender) {
        return Optional.empty();
      }

      @Override
      public void checkTerms(NeedView need, Envelope envelope) {
        // The same rules for whatever a DECIDE pins.
      }

      @Override
      public boolean knows(Decide terms) {
        return true;
      }

      @Override
      public Mono<Void> load(Decide terms) {
        return Mono.empty();
      }

      @Override
      public boolean knowsPolicy(String hash) {
        return true;
      }

      @Override
      public Mono<Void> loadPolicy(String hash) {
        return Mono.empty();
      }

      @Override
      public boolean isOutdated(Payload payload) {
        return false;
      }

      @Override
      public Place place(Envelope entry, Control control) {
        throw new RefusedException(
            Reason.SENDER_NOT_AUTHORISED, "CONTROL: this process follows no control chain");
      }

      @Override
      public Mono<Boolean> refresh() {
        return Mono.just(false);
      }

      @Override
      public boolean follows() {
        return false;
      }

      @Override
      public long version() {
        return 0;
      }
    };
  }
}
