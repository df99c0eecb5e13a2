/**
 * The deterministic simulator: the stages and roles that {@code Main} wires, in one thread on
 * virtual time, over ports in memory that go wrong in every way that real ones do.
 */
@NullMarked
package dev.canswarm.pipeline.sim;

import org.jspecify.annotations.NullMarked;
