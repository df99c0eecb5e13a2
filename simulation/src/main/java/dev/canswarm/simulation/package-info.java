/**
 * The deterministic simulator: the stages and roles that {@code Main} wires, in one thread on
 * virtual time, over in-memory ports that fail in every way that real ones do.
 */
@NullMarked
package dev.canswarm.simulation;

import org.jspecify.annotations.NullMarked;
