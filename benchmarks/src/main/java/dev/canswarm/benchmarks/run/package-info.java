/** The command {@code ./swarm jmh}: options, the plan of a run, its processes and its output. */
@NullMarked
package dev.canswarm.benchmarks.run;

import org.jspecify.annotations.NullMarked;
