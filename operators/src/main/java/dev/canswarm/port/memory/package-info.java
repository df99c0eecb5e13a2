/** Ports in memory: they pass the same contract suites as the real adapters. */
@NullMarked
package dev.canswarm.port.memory;

import org.jspecify.annotations.NullMarked;
