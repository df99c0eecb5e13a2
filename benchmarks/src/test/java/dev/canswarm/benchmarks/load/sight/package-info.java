/** Tests. */
@NullMarked
package dev.canswarm.benchmarks.load.sight;

import org.jspecify.annotations.NullMarked;
