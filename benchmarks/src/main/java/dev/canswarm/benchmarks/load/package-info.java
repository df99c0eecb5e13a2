/** The load harness: {@code ./swarm bench} measures a whole stack from outside. */
@NullMarked
package dev.canswarm.benchmarks.load;

import org.jspecify.annotations.NullMarked;
