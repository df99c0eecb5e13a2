package dev.canswarm.stage;

import static org.assertj.core.api.Assertions.assertThat;

import dev.canswarm.envelope.EnvelopeId;
import dev.canswarm.envelope.NeedId;
import dev.canswarm.envelope.ThreadId;
import dev.canswarm.protocol.Effect;
import dev.canswarm.stage.NeedState.Reading;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;
import reactor.test.scheduler.VirtualTimeScheduler;

/** The NEEDs that a lane remembers, within bounds. */
class NeedStatesTest {
  private static final int ENTRIES_MAX = 2;
  private static final int STUBS_MAX = 8 * ENTRIES_MAX;
  private static final ThreadId THREAD = new ThreadId("t");

  private final NeedStates states = new NeedStates(ENTRIES_MAX, 1 << 20);

  private static NeedState read(NeedStates states, String needId) {
    NeedState state = states.get(new NeedId(needId), THREAD);
    state.read();
    return state;
  }

  private static String key(String needId) {
    return NeedState.keyOf(new NeedId(needId), THREAD);
  }

  private void use(String needId) {
    read(states, needId);
    states.trim(List.of(key(needId)));
  }

  private static Effect effect() {
    return new Effect.AskGate(
        new MemorySwarm(VirtualTimeScheduler.create()).only("decider"),
        new EnvelopeId("proposal"),
        2,
        0);
  }

  @Test
  void aNeedHasOneState() {
    assertThat(states.get(new NeedId("a"), THREAD)).isSameAs(states.get(new NeedId("a"), THREAD));
    assertThat(states.get(new NeedId("a"), new ThreadId("u")))
        .isNotSameAs(states.get(new NeedId("a"), THREAD));
  }

  @Test
  void whatWasUsedLongestAgoFallsOut() {
    NeedState first = read(states, "a");
    NeedState second = read(states, "b");
    states.trim(List.of(key("a"), key("b")));
    use("a");
    use("c");
    assertThat(states.size()).isEqualTo(ENTRIES_MAX);
    assertThat(first.reading()).isEqualTo(Reading.CURRENT);
    assertThat(second.reading()).isEqualTo(Reading.EVICTED);
  }

  @Test
  void whatATurnUsesStaysThoughItIsTooMuch() {
    List<String> used = new ArrayList<>();
    for (String need : List.of("a", "b", "c", "d")) {
      read(states, need);
      used.add(key(need));
    }
    states.trim(used);
    assertThat(states.size()).isEqualTo(4);
    use("e");
    assertThat(states.size()).isEqualTo(ENTRIES_MAX);
  }

  @Test
  void whatFellOutComesBackAsTheSameState() {
    NeedState first = read(states, "a");
    first.markOnTopic(new EnvelopeId("envelope"));
    use("b");
    use("c");
    assertThat(first.reading()).isEqualTo(Reading.EVICTED);
    assertThat(states.get(new NeedId("a"), THREAD)).isSameAs(first);
    assertThat(states.get(new NeedId("a"), THREAD).isOnTopic(new EnvelopeId("envelope"))).isTrue();
  }

  @Test
  void onlyTheLastNeedsThatAreOverStayWhole() {
    NeedStates roomy = new NeedStates(1000, 1 << 20);
    NeedState open = read(roomy, "open");
    NeedState first = over(roomy, "over-0");
    for (int number = 1; number <= NeedStates.SETTLED_MAX; number++) {
      over(roomy, "over-" + number);
    }
    assertThat(roomy.get(new NeedId("open"), THREAD)).isSameAs(open);
    assertThat(roomy.size()).isEqualTo(1 + NeedStates.SETTLED_MAX);
    assertThat(roomy.get(new NeedId("over-0"), THREAD)).isNotSameAs(first);
  }

  @Test
  void aNeedThatIsAtWorkAgainIsNotDropped() {
    NeedStates roomy = new NeedStates(1000, 1 << 20);
    NeedState reopened = over(roomy, "reopened");
    reopened.open();
    for (int number = 0; number < NeedStates.SETTLED_MAX; number++) {
      over(roomy, "over-" + number);
    }
    assertThat(roomy.get(new NeedId("reopened"), THREAD)).isSameAs(reopened);
  }

  private static NeedState over(NeedStates states, String needId) {
    NeedState state = read(states, needId);
    state.close();
    states.settled(state);
    return state;
  }

  @Test
  void aNeedThatIsOverLeavesNoStub() {
    NeedState over = read(states, "a");
    over.close();
    use("b");
    use("c");
    assertThat(states.get(new NeedId("a"), THREAD)).isNotSameAs(over);
  }

  @Test
  void aNeedThatIsOverLeavesAStubWhileAnEffectRuns() {
    NeedState over = read(states, "a");
    over.close();
    over.begun(effect());
    use("b");
    use("c");
    assertThat(states.get(new NeedId("a"), THREAD)).isSameAs(over);
  }

  @Test
  void bytesAreABoundToo() {
    PlayedNeed played = PlayedNeed.ONE;
    NeedStates few = new NeedStates(100, 4L * played.need.bytes().length);
    NeedState large = read(few, "a");
    played.all().forEach(envelope -> large.show(PlayedNeed.message(envelope, 0)));
    few.trim(List.of(key("a")));
    assertThat(few.size()).as("in use").isEqualTo(1);
    read(few, "b");
    few.trim(List.of(key("b")));
    assertThat(few.size()).isEqualTo(1);
    assertThat(large.reading()).isEqualTo(Reading.EVICTED);

    read(few, "c");
    few.trim(List.of(key("c")));
    assertThat(few.size()).as("the bytes of what fell out are free again").isEqualTo(2);
  }

  @Test
  void theOldestStubsWithoutEffectsAreForgotten() {
    NeedState busy = read(states, "busy");
    busy.begun(effect());
    NeedState idle = read(states, "idle");
    states.trim(List.of(key("busy"), key("idle")));
    for (int i = 0; i < STUBS_MAX + ENTRIES_MAX; i++) {
      use("more-" + i);
    }
    assertThat(states.get(new NeedId("busy"), THREAD)).isSameAs(busy);
    assertThat(states.get(new NeedId("idle"), THREAD)).isNotSameAs(idle);
  }

  @Test
  void whatIsDroppedIsGoneWholeOrAsAStub() {
    NeedState whole = read(states, "a");
    states.drop(key("a"));
    assertThat(states.size()).isZero();
    assertThat(states.get(new NeedId("a"), THREAD)).isNotSameAs(whole);

    NeedState stub = read(states, "b");
    use("c");
    use("d");
    states.drop(key("b"));
    assertThat(states.get(new NeedId("b"), THREAD)).isNotSameAs(stub);
  }

  @Test
  void droppedBytesAreFreeAgain() {
    NeedStates one = new NeedStates(100, 4_000);
    NeedState large = read(one, "a");
    PlayedNeed.ONE.all().forEach(envelope -> large.show(PlayedNeed.message(envelope, 0)));
    one.trim(List.of(key("a")));
    one.drop(key("a"));
    NeedState small = read(one, "b");
    one.trim(List.of(key("b")));
    read(one, "c");
    one.trim(List.of(key("c")));
    assertThat(small.reading()).isEqualTo(Reading.CURRENT);
  }
}
