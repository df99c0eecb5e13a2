package dev.canswarm.pipeline.follow;

import static org.assertj.core.api.Assertions.assertThat;

import dev.canswarm.envelope.NeedId;
import dev.canswarm.envelope.ThreadId;
import java.util.List;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.Set;
import org.junit.jupiter.api.Test;

/** Which rows are read for several followers at once. */
class SelectionTest {
  private static final NeedId NEED = new NeedId("ab".repeat(32));
  private static final EventFilter OF_NEED = EventFilter.ofNeed(NEED);
  private static final EventFilter OF_THREAD =
      new EventFilter(
          Optional.empty(),
          Optional.of(new ThreadId("t")),
          Set.of("NEED"),
          1,
          OptionalInt.empty(),
          false);

  private static EventFilter sampled(int sample, String... kinds) {
    return new EventFilter(
        Optional.empty(), Optional.empty(), Set.of(kinds), sample, OptionalInt.empty(), false);
  }

  private static EventFilter counting(OptionalInt rateMax, boolean rates) {
    return new EventFilter(Optional.empty(), Optional.empty(), Set.of("NEED"), 8, rateMax, rates);
  }

  @Test
  void ofOneNeedOrThreadOnlyItsRowsAreSelected() {
    assertThat(Selection.of(List.of(OF_NEED)))
        .isEqualTo(new Selection(0, Set.of(), Set.of(NEED), Set.of(), false));
    assertThat(Selection.of(List.of(OF_THREAD, OF_NEED)))
        .isEqualTo(new Selection(0, Set.of(), Set.of(NEED), Set.of(new ThreadId("t")), false));
  }

  @Test
  void kindsAreUnitedAndSamplesAreTheirCommonOne() {
    assertThat(Selection.of(List.of(sampled(8, "NEED"), sampled(12, "COMMIT"))))
        .isEqualTo(new Selection(4, Set.of("NEED", "COMMIT"), Set.of(), Set.of(), false));
    assertThat(Selection.of(List.of(sampled(8, "NEED"), sampled(8), OF_NEED)))
        .isEqualTo(new Selection(8, Set.of(), Set.of(NEED), Set.of(), false));
  }

  @Test
  void whoeverWantsAllRowsMakesAllSelected() {
    Selection selection = Selection.of(List.of(sampled(8, "NEED"), EventFilter.all()));
    assertThat(selection.hasAllRows()).isTrue();
    assertThat(Selection.of(List.of(sampled(2))).hasAllRows()).isFalse();
  }

  @Test
  void rowsAreCountedForRatesAndForARateThatIsBounded() {
    assertThat(Selection.of(List.of(OF_NEED)).counted()).isFalse();
    assertThat(Selection.of(List.of(OF_NEED, counting(OptionalInt.empty(), true))).counted())
        .isTrue();
    assertThat(Selection.of(List.of(counting(OptionalInt.of(1), false))).counted()).isTrue();
  }

  @Test
  void itIncludesWhatAsksForNoMore() {
    Selection four = Selection.of(List.of(sampled(4, "NEED", "COMMIT"), OF_NEED));
    assertThat(four.includes(four)).isTrue();
    assertThat(four.includes(Selection.of(List.of(sampled(8, "NEED"))))).isTrue();
    assertThat(four.includes(Selection.of(List.of(OF_NEED)))).isTrue();
    assertThat(Selection.all().includes(Selection.of(List.of(OF_NEED, OF_THREAD)))).isTrue();
    assertThat(Selection.all().includes(four)).isTrue();
  }

  @Test
  void itDoesNotIncludeWhatAsksForMore() {
    Selection four = Selection.of(List.of(sampled(4, "NEED"), OF_NEED));
    assertThat(four.includes(Selection.of(List.of(sampled(2, "NEED"))))).isFalse();
    assertThat(four.includes(Selection.of(List.of(sampled(6, "NEED"))))).isFalse();
    assertThat(four.includes(Selection.of(List.of(sampled(4, "COMMIT"))))).isFalse();
    assertThat(four.includes(Selection.of(List.of(sampled(4))))).isFalse();
    assertThat(four.includes(Selection.of(List.of(OF_THREAD)))).isFalse();
    assertThat(four.includes(Selection.of(List.of(counting(OptionalInt.empty(), true))))).isFalse();
    assertThat(Selection.of(List.of(OF_NEED)).includes(four)).isFalse();
  }
}
