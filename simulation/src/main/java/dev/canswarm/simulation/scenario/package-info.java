/** The input of a run: plain data, generated from a seed. */
@NullMarked
package dev.canswarm.simulation.scenario;

import org.jspecify.annotations.NullMarked;
