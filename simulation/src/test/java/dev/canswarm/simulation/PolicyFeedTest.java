package dev.canswarm.simulation;

import static org.assertj.core.api.Assertions.assertThat;

import dev.canswarm.envelope.Envelope;
import dev.canswarm.envelope.Verb;
import dev.canswarm.json.CanonicalJson;
import dev.canswarm.json.StrictJson;
import dev.canswarm.policy.Policy;
import dev.canswarm.port.OutgoingRecord;
import dev.canswarm.protocol.payload.ControlChange;
import dev.canswarm.simulation.check.Expected;
import dev.canswarm.simulation.scenario.Fault;
import dev.canswarm.simulation.scenario.PolicyChange;
import dev.canswarm.simulation.scenario.Scenario;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;

class PolicyFeedTest {
  private static final long AT_MILLIS = 10;
  private static final long RETIRES_MILLIS = 30;
  private static final PolicyChange RETIRING = new PolicyChange(AT_MILLIS, 2, 3, RETIRES_MILLIS);
  private static final long LATE_MILLIS =
      AT_MILLIS + RETIRES_MILLIS + PolicyChange.FOLLOWED_MILLIS_MAX;

  private final List<ControlChange> entered = new ArrayList<>();
  private final List<OutgoingRecord> published = new ArrayList<>();
  private final List<Expected> expected = new ArrayList<>();
  private World world = Worlds.of(Worlds.scenario(List.of(), List.of(), List.of()));

  /** The number of each entry: it counts as stored once the checker has seen as many. */
  private long number;

  private PolicyFeed begun(@Nullable PolicyChange change, Fault... faults) {
    Scenario scenario =
        Worlds.scenario(List.of(), List.of(), List.of(faults)).changing(List.of(), change);
    world = Worlds.of(scenario);
    PolicyFeed feed =
        new PolicyFeed(
            world,
            world.codec(),
            entry -> {
              entered.add(entry);
              return number;
            },
            (message, outcome) -> {
              published.add(message);
              expected.add(outcome);
            });
    feed.begin();
    return feed;
  }

  private String first() {
    return world.policy().hash();
  }

  private String second() {
    return Policy.parse(secondJson()).hash();
  }

  private byte[] secondJson() {
    return world.scenario().policy(RETIRING).getBytes(StandardCharsets.UTF_8);
  }

  private Envelope envelope(int index) {
    return world.codec().decodeAndVerify(Objects.requireNonNull(published.get(index).value()));
  }

  @Test
  void withoutAChangeEveryNeedNamesTheOnlyPolicy() {
    PolicyFeed feed = begun(null);
    Worlds.runTo(world, LATE_MILLIS);
    assertThat(List.of(feed.named(1), feed.named(2))).containsOnly(first());
    assertThat(feed.mayBeRetired(first())).isFalse();
    assertThat(entered).isEmpty();
  }

  @Test
  void onceTheSecondPolicyIsInForceEveryOtherNeedNamesIt() {
    PolicyFeed feed = begun(RETIRING);
    Worlds.runTo(world, AT_MILLIS - 1);
    assertThat(List.of(feed.named(1), feed.named(2))).containsOnly(first());
    Worlds.runTo(world, AT_MILLIS + 1);
    assertThat(entered)
        .containsExactly(new ControlChange.Activate(StrictJson.parseObject(secondJson())));
    assertThat(feed.named(1)).isEqualTo(second());
    assertThat(feed.named(2)).isEqualTo(first());
  }

  @Test
  void noNeedNamesTheSecondPolicyBeforeItsEntryIsStored() {
    number = 1;
    PolicyFeed feed = begun(RETIRING);
    Worlds.runTo(world, LATE_MILLIS);
    assertThat(entered).hasSize(1);
    assertThat(feed.named(1)).isEqualTo(first());
    assertThat(published).isEmpty();
  }

  @Test
  void aNeedAsLargeAsMayBeIsToRunOutOfTheSecondPolicysGas() {
    begun(RETIRING);
    Worlds.runTo(world, AT_MILLIS + 1);
    assertThat(published).hasSize(1);
    assertThat(published.get(0).topic()).isEqualTo(Verb.NEED.topic());
    assertThat(envelope(0).policyHash()).isEqualTo(second());
    assertThat(CanonicalJson.write(envelope(0).payload())).hasSize(Scenario.PAYLOAD_BYTES_MAX);
    assertThat(expected).containsExactly(new Expected.Refusal("OUT_OF_GAS"));
  }

  @Test
  void aNeedThatNamesTheFirstPolicyLongAfterItsEndIsToBeRefused() {
    PolicyFeed feed = begun(RETIRING);
    Worlds.runTo(world, AT_MILLIS + RETIRES_MILLIS + 1);
    assertThat(entered.get(1)).isEqualTo(new ControlChange.RetirePolicy(first()));
    assertThat(List.of(feed.named(1), feed.named(2))).containsOnly(second());
    Worlds.runTo(world, LATE_MILLIS - 1);
    assertThat(published).hasSize(1);
    Worlds.runTo(world, LATE_MILLIS + 1);
    assertThat(envelope(1).policyHash()).isEqualTo(first());
    assertThat(expected.get(1)).isEqualTo(new Expected.Refusal("POLICY_MISMATCH"));
  }

  @Test
  void whereAProcessMayBeCutOffTheLateNeedMayBeAccepted() {
    begun(RETIRING, new Fault.EmptyRedis(5));
    Worlds.runTo(world, LATE_MILLIS + 1);
    assertThat(expected.get(1)).isEqualTo(new Expected.Anything());
  }

  @Test
  void aPolicyThatIsNeverRetiredIsNamedForEver() {
    PolicyFeed feed = begun(new PolicyChange(AT_MILLIS, 2, 3, 0));
    Worlds.runTo(world, 2 * LATE_MILLIS);
    assertThat(entered).hasSize(1);
    assertThat(published).hasSize(1);
    assertThat(feed.named(2)).isEqualTo(first());
    assertThat(feed.mayBeRetired(first())).isFalse();
  }

  @Test
  void onlyTheFirstPolicyMayBeRetired() {
    PolicyFeed feed = begun(RETIRING);
    assertThat(feed.mayBeRetired(first())).isTrue();
    assertThat(feed.mayBeRetired(second())).isFalse();
  }
}
