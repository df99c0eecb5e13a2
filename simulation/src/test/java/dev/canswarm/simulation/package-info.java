/** Shows that the simulator is deterministic, and that it finds what is broken. */
@NullMarked
package dev.canswarm.simulation;

import org.jspecify.annotations.NullMarked;
