/**
 * Tests of the stages, and what they share: the swarm in memory for whole chains, and one lane with
 * the envelopes of one NEED for single stages.
 *
 * <p>Flat: one class for each package-private part of the chain, in its package.
 */
@NullMarked
package dev.canswarm.stage;

import org.jspecify.annotations.NullMarked;
