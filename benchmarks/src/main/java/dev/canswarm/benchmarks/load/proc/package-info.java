/** CPU time, memory and writes of processes, from Linux's {@code /proc}. */
@NullMarked
package dev.canswarm.benchmarks.load.proc;

import org.jspecify.annotations.NullMarked;
