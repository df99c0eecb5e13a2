/** The roles as pure functions: no Publisher, clock, randomness or I/O inside. */
@NullMarked
package dev.canswarm.protocol;

import org.jspecify.annotations.NullMarked;
