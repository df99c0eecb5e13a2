/** Figures that are computed from what was measured. */
@NullMarked
package dev.canswarm.benchmarks.load.figure;

import org.jspecify.annotations.NullMarked;
