/** Inputs of the benchmarks: documents and envelopes that vary, and are the same in every run. */
@NullMarked
package dev.canswarm.benchmarks.input;

import org.jspecify.annotations.NullMarked;
