/** The layering rules of the simulation module. */
@NullMarked
package dev.canswarm.simulation.architecture;

import org.jspecify.annotations.NullMarked;
