/**
 * The verbs, one class each: its payload, its slot, the conditions that it must meet, and the plan
 * operations that follow. {@link dev.canswarm.protocol.verb.Verbs} is the entry point.
 */
@NullMarked
package dev.canswarm.protocol.verb;

import org.jspecify.annotations.NullMarked;
