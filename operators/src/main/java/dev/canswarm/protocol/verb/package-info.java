/**
 * The ten verbs, one class each: which payload it has, which slot it is for, what it must fit, and
 * which plan operations follow. {@link dev.canswarm.protocol.verb.Verbs} is the way in.
 */
@NullMarked
package dev.canswarm.protocol.verb;

import org.jspecify.annotations.NullMarked;
