package dev.canswarm.replay;

import static org.assertj.core.api.Assertions.assertThat;

import dev.canswarm.crypto.SigningKey;
import dev.canswarm.envelope.Draft;
import dev.canswarm.envelope.Envelope;
import dev.canswarm.envelope.EnvelopeId;
import dev.canswarm.envelope.RefusedException;
import dev.canswarm.envelope.Verb;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Random;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;

/** A holder of keys can sign anything: replay reports it and continues. */
class ReplayHostileTest {
  private static final int FORGED_MAX = 6;

  private final ReplayFixture need =
      new ReplayFixture().lying("worker-1").run(ReplayFixture.twoTasks());

  @Property(tries = 60)
  void nothingThatIsSignedBreaksIt(@ForAll long seed) {
    Random random = new Random(seed);
    List<ReplayRecord> records = new ArrayList<>(need.records());
    List<Envelope> genuine = new ArrayList<>();
    for (Verb verb : Verb.values()) {
      genuine.addAll(need.all(verb));
    }
    for (int i = random.nextInt(FORGED_MAX); i >= 0; i--) {
      forge(genuine, random)
          .ifPresent(
              forged -> records.add(new ReplayRecord("x:" + records.size(), forged.bytes(), true)));
    }
    records.removeIf(record -> random.nextInt(20) == 0);
    List<ReplayReport> reports =
        new Replayer(ReplayFixture.CODEC, RulesBook.of(need.rules()))
            .replay(records, Optional.of(need.rows()));
    assertThat(reports).isNotEmpty();
    for (ReplayReport report : reports) {
      assertThat(report.toString()).doesNotContain("broke off").doesNotContain("breaks off");
    }
  }

  private Optional<Envelope> forge(List<Envelope> genuine, Random random) {
    Envelope base = any(genuine, random);
    Envelope other = any(genuine, random);
    List<EnvelopeId> parents = new ArrayList<>(base.parents());
    if (random.nextBoolean()) {
      parents.add(other.id());
    }
    if (random.nextBoolean() && !parents.isEmpty()) {
      parents.remove(random.nextInt(parents.size()));
    }
    Verb verb = random.nextInt(4) == 0 ? other.verb() : base.verb();
    boolean isNeed = verb == Verb.NEED;
    Draft draft =
        Draft.builder(verb, base.threadId())
            .need(isNeed ? null : need.needId())
            .lamport(isNeed ? 1 : Math.max(1, base.lamport() + random.nextInt(3) - 1))
            .parents(isNeed ? List.of() : parents)
            .nonce(isNeed ? "n-" + random.nextInt(3) : null)
            .policyHash(
                random.nextInt(6) == 0 ? ReplayFixture.artifact("policy") : base.policyHash())
            .payload(random.nextInt(4) == 0 ? other.payload() : base.payload())
            .build();
    SigningKey key =
        random.nextInt(3) == 0 ? need.signer(other.sender()) : need.signer(base.sender());
    try {
      return Optional.of(need.sign(draft, key));
    } catch (RefusedException e) {
      // No codec signs it, so no node records it.
      return Optional.empty();
    }
  }

  private static Envelope any(List<Envelope> from, Random random) {
    return from.get(random.nextInt(from.size()));
  }
}
