package dev.canswarm.pipeline.sim;

import dev.canswarm.pipeline.sim.check.Violation;
import dev.canswarm.pipeline.sim.scenario.Scenario;
import java.util.List;
import java.util.Optional;
import java.util.SortedMap;

/**
 * What came of a run.
 *
 * @param violation the first invariant that did not hold
 * @param events that were run
 * @param endedMillis virtual milliseconds that it took
 * @param digest SHA-256 over all that happened, lower-case hex
 * @param outcomes how many NEEDs ended in which way
 * @param faults kind to how often it struck
 * @param branches of the protocol to how often they were taken
 * @param lines the last of what happened, where they were asked for
 */
public record RunResult(
    Scenario scenario,
    Optional<Violation> violation,
    long events,
    long endedMillis,
    String digest,
    SortedMap<String, Integer> outcomes,
    SortedMap<String, Long> faults,
    SortedMap<String, Long> branches,
    List<String> lines) {}
