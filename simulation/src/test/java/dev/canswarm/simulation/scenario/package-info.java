/** Tests of scenarios and their parts. */
@NullMarked
package dev.canswarm.simulation.scenario;

import org.jspecify.annotations.NullMarked;
