/**
 * Comparisons of two operations that are measured alternately in one process, so that disturbances
 * affect both.
 */
@NullMarked
package dev.canswarm.benchmarks.ratio;

import org.jspecify.annotations.NullMarked;
