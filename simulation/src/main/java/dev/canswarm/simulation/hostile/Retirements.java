package dev.canswarm.simulation.hostile;

import dev.canswarm.control.ControlChain;
import dev.canswarm.control.TrustState;
import dev.canswarm.crypto.SignatureEngine;
import dev.canswarm.crypto.SigningKey;
import dev.canswarm.envelope.Envelope;
import dev.canswarm.envelope.EnvelopeCodec;
import dev.canswarm.json.CanonicalJson;
import dev.canswarm.json.JsonNumber;
import dev.canswarm.json.JsonObject;
import dev.canswarm.json.JsonValue;
import dev.canswarm.json.StrictJson;
import dev.canswarm.pipeline.cli.trust.EntrySender;
import dev.canswarm.policy.Policy;
import dev.canswarm.policy.RoleName;
import dev.canswarm.protocol.payload.Control;
import dev.canswarm.protocol.payload.ControlChange;
import java.sql.Connection;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.concurrent.TimeoutException;

/**
 * Entries of the control chain that add a client's key and a policy and then retire both. They
 * change nothing else.
 *
 * @param entries in their order, signed by an administrator
 * @param key that was added and retired
 * @param policyHash of the policy that was activated and retired
 */
public record Retirements(List<Envelope> entries, SigningKey key, String policyHash) {
  private static final String AGENT = "retired-client";
  private static final String NUMBER = "select number from control_head";
  private static final Duration POLL_EVERY = Duration.ofMillis(100);

  public Retirements {
    entries = List.copyOf(entries);
  }

  /**
   * Makes the entries.
   *
   * @param genesis of a swarm whose control chain has no entry yet, and needs one administrator
   * @param policy in force, as JSON
   * @param key that the swarm does not know
   */
  static Retirements of(
      TrustState genesis, byte[] policy, EnvelopeCodec codec, SigningKey admin, SigningKey key) {
    JsonObject other = other(policy);
    String hash = Policy.parse(CanonicalJson.write(other)).hash();
    List<ControlChange> changes =
        List.of(
            new ControlChange.Add(AGENT, key.publicKey(), Set.of(RoleName.CLIENT)),
            new ControlChange.Retire(key.publicKey()),
            new ControlChange.Activate(other),
            new ControlChange.RetirePolicy(hash));
    SignatureEngine engine = codec.engine();
    List<Envelope> entries = new ArrayList<>();
    TrustState head = genesis;
    for (ControlChange change : changes) {
      Control control = new Control(head.number() + 1, head.genesis(), change, List.of(), null);
      Envelope entry = codec.sign(EntrySender.draft(head, control), admin, control.number());
      head = ControlChain.apply(head, entry, control, engine);
      entries.add(entry);
    }
    return new Retirements(entries, key, hash);
  }

  /** Another policy that every process can follow: planners have a millisecond more. */
  private static JsonObject other(byte[] policy) {
    Map<String, JsonValue> members = new TreeMap<>(StrictJson.parseObject(policy).members());
    members.put("plan_ms", JsonNumber.of(Policy.parse(policy).planMillis() + 1));
    return JsonObject.of(members);
  }

  /**
   * Waits until the entries are stored: from then on nothing is stored that was judged under an
   * earlier head. Blocks.
   *
   * @param connection to the swarm's database
   * @param patience longest wait
   * @throws TimeoutException if they are not stored in time
   */
  void awaitStored(Connection connection, Duration patience)
      throws SQLException, InterruptedException, TimeoutException {
    long deadline = System.nanoTime() + patience.toNanos();
    long number = stored(connection);
    while (number < entries.size()) {
      if (System.nanoTime() - deadline > 0) {
        throw new TimeoutException(
            "%d of %d entries of the control chain are stored after %s"
                .formatted(number, entries.size(), patience));
      }
      Thread.sleep(POLL_EVERY.toMillis());
      number = stored(connection);
    }
  }

  private static long stored(Connection connection) throws SQLException {
    try (Statement statement = connection.createStatement();
        ResultSet rows = statement.executeQuery(NUMBER)) {
      rows.next();
      return rows.getLong(1);
    }
  }
}
