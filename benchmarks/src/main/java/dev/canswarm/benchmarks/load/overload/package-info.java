/** Overloads a stack on purpose and measures how it behaves. */
@NullMarked
package dev.canswarm.benchmarks.load.overload;

import org.jspecify.annotations.NullMarked;
