/** Tests. */
@NullMarked
package dev.canswarm.benchmarks.load.proc;

import org.jspecify.annotations.NullMarked;
