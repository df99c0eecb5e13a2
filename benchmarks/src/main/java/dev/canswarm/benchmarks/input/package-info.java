/** What the benchmarks work on: documents and envelopes that vary, the same in every run. */
@NullMarked
package dev.canswarm.benchmarks.input;

import org.jspecify.annotations.NullMarked;
