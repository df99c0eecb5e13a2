package dev.canswarm.stage;

import dev.canswarm.clock.TimeSource;
import dev.canswarm.crypto.PublicKey;
import dev.canswarm.crypto.SigningException;
import dev.canswarm.crypto.SigningKey;
import dev.canswarm.envelope.Draft;
import dev.canswarm.envelope.Envelope;
import dev.canswarm.envelope.EnvelopeCodec;
import dev.canswarm.port.RetryableException;
import dev.canswarm.protocol.Agent;
import java.util.Collection;
import java.util.Collections;
import java.util.Map;
import java.util.TreeMap;

/** Signs with the keys of this process's agents. Thread-safe. */
public final class Signers {
  private final EnvelopeCodec codec;
  private final TimeSource time;

  /** Replaced as a whole when a key is added. */
  private volatile Map<PublicKey, SigningKey> keys;

  public Signers(EnvelopeCodec codec, TimeSource time, Collection<SigningKey> keys) {
    this.codec = codec;
    this.time = time;
    TreeMap<PublicKey, SigningKey> byPublicKey = new TreeMap<>();
    keys.forEach(key -> byPublicKey.put(key.publicKey(), key));
    this.keys = Collections.unmodifiableMap(byPublicKey);
  }

  /** Adds a key that was loaded later. */
  public synchronized void add(SigningKey key) {
    TreeMap<PublicKey, SigningKey> more = new TreeMap<>(keys);
    more.put(key.publicKey(), key);
    keys = Collections.unmodifiableMap(more);
  }

  /**
   * Signs a draft as an agent.
   *
   * @throws IllegalArgumentException when its key is not in this process: a defect of the wiring
   * @throws RetryableException when its key is kept elsewhere, and gives no signature now
   */
  public Envelope sign(Agent agent, Draft draft) {
    SigningKey key = keys.get(agent.key());
    if (key == null) {
      throw new IllegalArgumentException("no key of agent " + agent.name() + " in this process");
    }
    try {
      return codec.sign(draft, key, time.epochNanos());
    } catch (SigningException e) {
      throw new RetryableException("sign a " + draft.verb() + " as " + agent.name(), e);
    }
  }

  /** Whether signing as this agent is likely to succeed now. */
  public boolean isAvailable(Agent agent) {
    SigningKey key = keys.get(agent.key());
    return key != null && key.isAvailable();
  }

  /** Whether a key belongs to an agent of this process. */
  public boolean holds(PublicKey key) {
    return keys.containsKey(key);
  }
}
