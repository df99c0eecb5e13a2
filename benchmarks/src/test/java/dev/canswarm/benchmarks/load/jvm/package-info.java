/** Tests. */
@NullMarked
package dev.canswarm.benchmarks.load.jvm;

import org.jspecify.annotations.NullMarked;
