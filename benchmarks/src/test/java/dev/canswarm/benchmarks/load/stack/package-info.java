/** Tests. */
@NullMarked
package dev.canswarm.benchmarks.load.stack;

import org.jspecify.annotations.NullMarked;
