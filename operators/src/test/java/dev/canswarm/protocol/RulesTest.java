package dev.canswarm.protocol;

import static org.assertj.core.api.Assertions.assertThat;

import dev.canswarm.crypto.PublicKey;
import dev.canswarm.crypto.TestKeys;
import dev.canswarm.envelope.EnvelopeId;
import dev.canswarm.policy.Policy;
import dev.canswarm.policy.RoleName;
import dev.canswarm.policy.TrustRegistry;
import dev.canswarm.protocol.payload.Decide;
import dev.canswarm.protocol.payload.Need;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import net.jqwik.api.Example;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.constraints.IntRange;
import net.jqwik.api.constraints.LongRange;
import org.jspecify.annotations.Nullable;

class RulesTest {
  private static final int K = 3;
  private static final PublicKey VERIFIER = TestKeys.key("verifier").publicKey();
  private static final PublicKey WORKER = TestKeys.key("worker").publicKey();
  private static final Policy POLICY = PureSwarm.policy(K, 2);
  private static final TrustRegistry TRUST =
      TrustRegistry.of(
          Map.of(VERIFIER, Set.of(RoleName.VERIFIER), WORKER, Set.of(RoleName.WORKER)));
  private static final Rules RULES = new Rules(POLICY, TRUST, new TreeSet<>(Set.of("a.type")));

  @Example
  void aNeedThatAsksForNothingGetsWhatThePolicySays() {
    assertThat(RULES.kOf(need(null, null))).isEqualTo(K);
    assertThat(RULES.deadlineMillisOf(need(null, null))).isEqualTo(POLICY.deadlineMillis());
  }

  @Property(tries = 100)
  void aNeedMayAskForMoreVotesUpToTheLimitAndNeverForFewer(
      @ForAll @IntRange(min = 1, max = 200) int asked) {
    int k = RULES.kOf(need(asked, null));

    assertThat(k).isBetween(K, POLICY.kMax());
    if (asked >= K && asked <= POLICY.kMax()) {
      assertThat(k).isEqualTo(asked);
    }
  }

  @Property(tries = 100)
  void aNeedMayAskForAnyDeadlineUpToTheLimit(
      @ForAll @LongRange(min = 1, max = 10_000_000) long asked) {
    assertThat(RULES.deadlineMillisOf(need(null, asked)))
        .isEqualTo(Math.min(asked, POLICY.deadlineMillisMax()));
  }

  @Example
  void theVerifiersOfADecideAreKnownOnlyIfItPinnedTheTrustFileInForce() {
    assertThat(RULES.verifiersOf(decide(TRUST.verifiersHash()))).contains(List.of(VERIFIER));
    assertThat(RULES.verifiersOf(decide("0".repeat(64)))).isEmpty();
  }

  @Example
  void theTaskTypesAreACopy() {
    TreeSet<String> types = new TreeSet<>(Set.of("a"));
    Rules rules = new Rules(POLICY, TRUST, types);

    types.add("b");

    assertThat(rules.taskTypes()).containsExactly("a");
  }

  private static Need need(@Nullable Integer k, @Nullable Long deadlineMillis) {
    Need.Task task = new Need.Task("", "a.type", null, null, List.of(), List.of());
    return new Need(List.of(task), k, deadlineMillis, null);
  }

  private static Decide decide(String verifiersHash) {
    return new Decide(
        new EnvelopeId("1".repeat(64)), 1, 0, K, POLICY.hash(), TRUST.hash(), verifiersHash);
  }
}
