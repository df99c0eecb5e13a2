/** How a load run ends: its exit codes, and the exception that carries one. */
@NullMarked
package dev.canswarm.benchmarks.load.failure;

import org.jspecify.annotations.NullMarked;
