/** Tests of the ratios. */
@NullMarked
package dev.canswarm.benchmarks.ratio;

import org.jspecify.annotations.NullMarked;
