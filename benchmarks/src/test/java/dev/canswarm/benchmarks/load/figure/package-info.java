/** Tests. */
@NullMarked
package dev.canswarm.benchmarks.load.figure;

import org.jspecify.annotations.NullMarked;
