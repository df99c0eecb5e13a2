/** Two things measured in turns, in one process, so that what disturbs one disturbs the other. */
@NullMarked
package dev.canswarm.benchmarks.ratio;

import org.jspecify.annotations.NullMarked;
