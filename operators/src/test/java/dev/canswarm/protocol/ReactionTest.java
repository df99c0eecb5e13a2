package dev.canswarm.protocol;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.canswarm.crypto.TestKeys;
import dev.canswarm.envelope.EnvelopeId;
import dev.canswarm.envelope.TaskId;
import dev.canswarm.policy.RoleName;
import java.util.EnumSet;
import java.util.List;
import java.util.stream.Stream;
import net.jqwik.api.Arbitraries;
import net.jqwik.api.Arbitrary;
import net.jqwik.api.Example;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.Provide;

class ReactionTest {
  private static final Agent DECIDER =
      new Agent("decider", RoleName.DECIDER, TestKeys.key("decider").publicKey());

  @Property(tries = 200)
  void joiningIsAssociative(
      @ForAll("reactions") Reaction a,
      @ForAll("reactions") Reaction b,
      @ForAll("reactions") Reaction c) {
    assertThat(a.and(b).and(c)).isEqualTo(a.and(b.and(c)));
  }

  @Property(tries = 50)
  void nothingIsTheIdentityOfJoining(@ForAll("reactions") Reaction reaction) {
    assertThat(reaction.and(Reaction.NONE)).isEqualTo(reaction);
    assertThat(Reaction.NONE.and(reaction)).isEqualTo(reaction);
  }

  @Property(tries = 100)
  void joiningKeepsEverythingInOrder(
      @ForAll("reactions") Reaction first, @ForAll("reactions") Reaction second) {
    Reaction both = first.and(second);

    assertThat(both.effects()).isEqualTo(joined(first.effects(), second.effects()));
    assertThat(both.verdicts()).isEqualTo(joined(first.verdicts(), second.verdicts()));
    assertThat(both.moves()).containsAll(first.moves()).containsAll(second.moves());
  }

  @Example
  void whatIsDoneNamesAMove() {
    assertThatThrownBy(
            () ->
                new Reaction(
                    List.of(),
                    List.of(),
                    List.of(effect(new EnvelopeId("p"))),
                    EnumSet.noneOf(Move.class)))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContaining("move");
    assertThat(Reaction.pass(Move.ABSTAIN).effects()).isEmpty();
  }

  @Provide
  Arbitrary<Reaction> reactions() {
    Arbitrary<Reaction> asking =
        Arbitraries.of("p", "q", "r")
            .map(id -> Reaction.ask(Move.ASK_GATE, effect(new EnvelopeId(id))));
    Arbitrary<Reaction> judging =
        Arbitraries.integers()
            .between(1, 3)
            .map(
                attempt ->
                    Reaction.judge(
                        Move.VERDICT_VERIFIED,
                        new Verdict(
                            new TaskId("task"), attempt, true, List.of(), Verdict.Cause.VOTES)));
    Arbitrary<Reaction> passing = Arbitraries.of(Move.values()).map(Reaction::pass);
    return Arbitraries.oneOf(asking, judging, passing, Arbitraries.of(Reaction.NONE));
  }

  private static <T> List<T> joined(List<T> first, List<T> second) {
    return Stream.concat(first.stream(), second.stream()).toList();
  }

  private static Effect effect(EnvelopeId proposalId) {
    return new Effect.AskGate(DECIDER, proposalId, 1, 0);
  }
}
