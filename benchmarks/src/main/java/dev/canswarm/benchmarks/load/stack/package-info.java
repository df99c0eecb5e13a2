/** The stack under test: processes, directories, addresses. */
@NullMarked
package dev.canswarm.benchmarks.load.stack;

import org.jspecify.annotations.NullMarked;
