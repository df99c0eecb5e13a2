package dev.canswarm.simulation;

import static org.assertj.core.api.Assertions.assertThat;

import dev.canswarm.simulation.check.Invariant;
import dev.canswarm.simulation.check.InvariantViolation;
import dev.canswarm.simulation.scenario.ScenarioGenerator;
import java.util.Optional;
import java.util.function.Supplier;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/**
 * The simulator has teeth: each of these products is broken in one place, and is found out, by the
 * invariant that it breaks. They are put together by injection; the product has no switch for any.
 */
class MutantsTest {
  private static final int NEEDS = 12;

  /** The bar is 1,000; what takes longer than this costs the build too much time. */
  private static final int SEEDS_MAX = 150;

  enum Mutant {
    NO_FENCE(Invariant.P4, 45, () -> BrokenPorts.ownCandidateFor(slot -> slot.startsWith("END/"))),
    NO_UNIQUE_LEASE(
        Invariant.P4, () -> BrokenPorts.ownCandidateFor(slot -> slot.startsWith("CLAIM/"))),
    NO_UNIQUE_DECISION(Invariant.P1, () -> BrokenPorts.ownCandidateFor("DECIDE"::equals)),
    SENDS_ITS_OWN_END(Invariant.P1, () -> BrokenPorts.ownCandidateFor("FINALIZE"::equals)),
    SENDS_BEFORE_IT_STORES(Invariant.P1, BrokenPorts::sendsBeforeItStores),
    ACKNOWLEDGES_FIRST(Invariant.P5, BrokenPorts::acknowledgesFirst),
    DROPS_WHAT_IT_HAS_BEGUN_WITH(Invariant.P5, BrokenPorts::dropsWhatItHasBegunWith),
    FORGETS_TIMERS_WHEN_IT_DIES(Invariant.P5, BrokenPorts::forgetsTimersWhenItDies),
    TAKES_OUTAGES_FOR_DONE(Invariant.P1, 377, BrokenPorts::takesOutagesForDone),
    CLOSES_WITH_THE_END(Invariant.P5, BrokenPorts::closesBeforeItSends),
    ACKNOWLEDGES_BEFORE_IT_SENDS(Invariant.P5, BrokenPorts::acknowledgesBeforeItSends),
    REACTS_ON_NO_LOSS(Invariant.P4, BrokenPorts::reactsOnNoLoss),
    SPLITS_CHAINS(Invariant.P2, 378, BrokenPorts::splitsChains),
    SENDS_NOTHING_AGAIN(Invariant.P5, BrokenPorts::sendsNothingAgain),
    DECIDES_UNDER_ANY_HEAD(
        Invariant.P1, 13, () -> BrokenPorts.storesUnderAnyHead("DECIDE"::equals)),
    FENCES_DECISIONS_ALONE(
        Invariant.P6, 116, () -> BrokenPorts.storesUnderAnyHead(kind -> !kind.equals("DECIDE"))),
    FOLLOWS_NOBODY(Invariant.P5, 8, BrokenPorts::followsNobody),
    GOES_BY_THE_NEWEST_POLICY(Invariant.P5, BrokenRoles::goesByTheNewestPolicy),
    MERGES_BY_ARRIVAL(Invariant.P5, BrokenPorts::mergesByArrival),
    COUNTS_DUPLICATE_VOTES(Invariant.P3, BrokenRoles::countsDuplicateVotes),
    ASKS_THE_COMMITTER(Invariant.P3, 4, BrokenRoles::asksTheCommitter),
    ACCEPTS_EVERYTHING(Invariant.P3, BrokenRoles::acceptsEverything),
    DECIDES_ON_FEWER_VOTES(Invariant.P3, 2, BrokenRoles::decidesOnFewerVotes),
    HASHES_SOMETHING_ELSE(Invariant.P2, BrokenRoles::hashesSomethingElse),
    MERGES_THE_LAST_STATE(Invariant.P2, BrokenRoles::mergesTheLastStateOverAll),
    TAKES_CLIENTS_FOR_OPERATORS(Invariant.P6, 2, BrokenRoles::takesClientsForOperators),
    IGNORES_CANCELS(Invariant.P5, 20, BrokenRoles::ignoresCancels),
    BELIEVES_A_ROLE(Invariant.P3, BrokenRoles::believesARole),
    VERIFIES_NOTHING(Invariant.P6, BrokenRoles::verifiesNothing),
    WAITS_FOR_NO_LEASE(Invariant.P5, BrokenRoles::waitsForNoLease),
    REOPENS_WITHOUT_END(Invariant.P7, BrokenRoles::reopensWithoutEnd);

    private final Invariant invariant;
    private final long firstSeed;
    private final Supplier<Overrides> overrides;

    Mutant(Invariant invariant, Supplier<Overrides> overrides) {
      this(invariant, 1, overrides);
    }

    /**
     * @param firstSeed the first seed to run, for faults that only some seeds show, to save time
     */
    Mutant(Invariant invariant, long firstSeed, Supplier<Overrides> overrides) {
      this.invariant = invariant;
      this.firstSeed = firstSeed;
      this.overrides = overrides;
    }
  }

  @ParameterizedTest
  @EnumSource
  void isFoundOut(Mutant mutant) {
    Optional<InvariantViolation> found = Optional.empty();
    long first = mutant.firstSeed;
    for (long seed = first; seed < first + SEEDS_MAX && found.isEmpty(); seed++) {
      found =
          new Simulation(ScenarioGenerator.of(seed, NEEDS), mutant.overrides.get(), 0)
              .run()
              .violation();
    }
    assertThat(found.map(InvariantViolation::invariant)).as("%s", found).contains(mutant.invariant);
  }
}
