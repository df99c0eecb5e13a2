/** Runs a log through the same protocol code again and reports. */
@NullMarked
package dev.canswarm.replay;

import org.jspecify.annotations.NullMarked;
