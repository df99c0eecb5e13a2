/** Tests. */
@NullMarked
package dev.canswarm.benchmarks.input;

import org.jspecify.annotations.NullMarked;
