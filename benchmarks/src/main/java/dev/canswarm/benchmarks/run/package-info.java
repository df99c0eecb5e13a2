/** {@code ./swarm jmh}: what to measure, in which order, and what comes out. */
@NullMarked
package dev.canswarm.benchmarks.run;

import org.jspecify.annotations.NullMarked;
