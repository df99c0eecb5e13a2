/** The interfaces to the outside: bus, slots, decision gate, artifacts, audit. */
@NullMarked
package dev.canswarm.port;

import org.jspecify.annotations.NullMarked;
