package dev.canswarm.simulation;

import dev.canswarm.simulation.check.InvariantViolation;
import dev.canswarm.simulation.scenario.Scenario;
import java.util.List;
import java.util.Optional;
import java.util.SortedMap;

/**
 * The result of a run.
 *
 * @param violation the first violated invariant
 * @param number of events
 * @param endedMillis virtual milliseconds until the end
 * @param digest SHA-256 of the whole trace, lower-case hex
 * @param outcomes number of NEEDs by outcome
 * @param faults number of strikes by kind of fault
 * @param how often each branch of the protocol was taken
 * @param lines the last lines of the trace; empty unless requested
 */
public record RunResult(
    Scenario scenario,
    Optional<InvariantViolation> violation,
    long events,
    long endedMillis,
    String digest,
    SortedMap<String, Integer> outcomes,
    SortedMap<String, Long> faults,
    SortedMap<String, Long> coverage,
    List<String> lines) {}
