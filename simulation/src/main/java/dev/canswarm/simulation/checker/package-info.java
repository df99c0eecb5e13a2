/**
 * Checks the invariants from a swarm's topics and tables alone. Shares no code with the swarm: not
 * the codec, the canonical form, the signatures or the roles. {@link
 * dev.canswarm.simulation.checker.EvidenceChecker} is the entry point.
 */
@NullMarked
package dev.canswarm.simulation.checker;

import org.jspecify.annotations.NullMarked;
