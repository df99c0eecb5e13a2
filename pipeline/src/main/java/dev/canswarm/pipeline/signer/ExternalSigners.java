package dev.canswarm.pipeline.signer;

import dev.canswarm.crypto.PublicKey;
import dev.canswarm.crypto.SignatureEngine;
import dev.canswarm.crypto.SigningException;
import dev.canswarm.crypto.SigningException.Cause;
import dev.canswarm.crypto.SigningKey;
import dev.canswarm.pipeline.signer.SignerProtocol.Answer;
import dev.canswarm.pipeline.signer.SignerProtocol.KeyAnswer;
import dev.canswarm.pipeline.signer.SignerProtocol.Refused;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.function.LongSupplier;

/**
 * The programs that sign for agents. Agents with the same program and arguments share one process.
 * Closing it ends them. Thread-safe; blocks.
 */
public final class ExternalSigners implements AutoCloseable {
  private final Map<String, ExternalSigner> byAgent = new TreeMap<>();
  private final SignatureEngine engine;
  private final long signMillisMax;
  private final LongSupplier nanoTime;

  /**
   * @param commands program and arguments by agent
   * @param engine verifies every signature
   * @param signMillisMax the longest that one signature may take, in milliseconds
   * @param nanoTime a clock that is never set, in nanoseconds
   */
  public ExternalSigners(
      Map<String, List<String>> commands,
      SignatureEngine engine,
      long signMillisMax,
      LongSupplier nanoTime) {
    this.engine = engine;
    this.signMillisMax = signMillisMax;
    this.nanoTime = nanoTime;
    Map<List<String>, ExternalSigner> byCommand = new HashMap<>();
    commands.forEach(
        (agent, command) ->
            byAgent.put(
                agent,
                byCommand.computeIfAbsent(command, same -> new ExternalSigner(same, nanoTime))));
  }

  /** Whether a program signs for the agent. */
  public boolean signsFor(String agent) {
    return byAgent.containsKey(agent);
  }

  private ExternalSigner of(String agent) {
    ExternalSigner signer = byAgent.get(agent);
    if (signer == null) {
      throw new IllegalArgumentException("no program signs for " + agent);
    }
    return signer;
  }

  /**
   * Returns the agent's key; no program is started for it.
   *
   * @param publicKey that signatures have to verify with
   */
  public SigningKey key(String agent, PublicKey publicKey) {
    return new ExternalKey(agent, publicKey, of(agent), engine, signMillisMax, nanoTime);
  }

  /**
   * Returns the public key that the agent's program says it has.
   *
   * @throws SigningException if it does not answer
   */
  public PublicKey publicKey(String agent) {
    Answer answer = of(agent).ask(agent, null, ExternalSigner.START_MILLIS_MAX);
    if (answer instanceof KeyAnswer key) {
      return key.publicKey();
    }
    throw new SigningException(
        Cause.REFUSED,
        answer instanceof Refused refused
            ? "it refused: " + refused.error()
            : "it answered with a signature");
  }

  @Override
  public void close() {
    byAgent.values().forEach(ExternalSigner::close);
  }
}
