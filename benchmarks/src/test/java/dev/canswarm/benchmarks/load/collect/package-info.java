/** Tests. */
@NullMarked
package dev.canswarm.benchmarks.load.collect;

import org.jspecify.annotations.NullMarked;
