/** Smoke tests that run every benchmark. */
@NullMarked
package dev.canswarm.benchmarks;

import org.jspecify.annotations.NullMarked;
