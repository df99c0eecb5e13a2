/** Virtual time keeps its promises. */
@NullMarked
package dev.canswarm.simulation.time;

import org.jspecify.annotations.NullMarked;
