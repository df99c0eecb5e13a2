package dev.canswarm.stage;

import dev.canswarm.crypto.PublicKey;
import dev.canswarm.envelope.Envelope;
import dev.canswarm.policy.TrustRegistry;
import dev.canswarm.protocol.NeedView;
import dev.canswarm.protocol.payload.Control;
import dev.canswarm.protocol.payload.Decide;
import dev.canswarm.protocol.payload.Payload;
import java.util.Optional;
import reactor.core.publisher.Mono;

/** Asks other heads; a test overrides what it wants otherwise. */
class ForwardingHeads implements ControlHeads {
  private final ControlHeads plain;

  ForwardingHeads(ControlHeads plain) {
    this.plain = plain;
  }

  @Override
  public Place place(Envelope entry, Control control) {
    return plain.place(entry, control);
  }

  @Override
  public StageContext.Duties current() {
    return plain.current();
  }

  @Override
  public StageContext.Duties of(NeedView need) {
    return plain.of(need);
  }

  @Override
  public StageContext.Duties of(NeedView need, Envelope envelope, Payload payload) {
    return plain.of(need, envelope, payload);
  }

  @Override
  public StageContext.Duties under(String policyHash) {
    return plain.under(policyHash);
  }

  @Override
  public TrustRegistry listed() {
    return plain.listed();
  }

  @Override
  public boolean hasEntries() {
    return plain.hasEntries();
  }

  @Override
  public boolean namesUnknownHead(Payload payload) {
    return plain.namesUnknownHead(payload);
  }

  @Override
  public long number() {
    return plain.number();
  }

  @Override
  public long pinnedBy(Payload payload) {
    return plain.pinnedBy(payload);
  }

  @Override
  public Optional<Gateway> gatewayAfter(PublicKey sender) {
    return plain.gatewayAfter(sender);
  }

  @Override
  public void checkTerms(NeedView need, Envelope envelope) {
    plain.checkTerms(need, envelope);
  }

  @Override
  public boolean knows(Decide terms) {
    return plain.knows(terms);
  }

  @Override
  public Mono<Void> load(Decide terms) {
    return plain.load(terms);
  }

  @Override
  public boolean knowsPolicy(String hash) {
    return plain.knowsPolicy(hash);
  }

  @Override
  public Mono<Void> loadPolicy(String hash) {
    return plain.loadPolicy(hash);
  }

  @Override
  public boolean isOutdated(Payload payload) {
    return plain.isOutdated(payload);
  }

  @Override
  public Mono<Boolean> refresh() {
    return plain.refresh();
  }

  @Override
  public boolean follows() {
    return plain.follows();
  }

  @Override
  public long version() {
    return plain.version();
  }
}
