/**
 * Benchmarks of single operations by engine and payload size, which show where the time is spent.
 */
@NullMarked
package dev.canswarm.benchmarks.suite;

import org.jspecify.annotations.NullMarked;
