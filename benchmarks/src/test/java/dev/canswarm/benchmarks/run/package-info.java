/** Tests of the command {@code ./swarm jmh}. */
@NullMarked
package dev.canswarm.benchmarks.run;

import org.jspecify.annotations.NullMarked;
