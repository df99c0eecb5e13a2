/** Tests of the simulated ports: what a fault does to a call. */
@NullMarked
package dev.canswarm.simulation.port;

import org.jspecify.annotations.NullMarked;
