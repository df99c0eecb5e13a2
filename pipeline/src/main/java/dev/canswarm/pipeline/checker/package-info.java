/**
 * What a swarm must have kept, judged from its topics and tables alone. It shares no code with what
 * it judges: not the codec, not the canonical form, not the signatures, not the roles. {@link
 * dev.canswarm.pipeline.checker.Checker} is the way in.
 */
@NullMarked
package dev.canswarm.pipeline.checker;

import org.jspecify.annotations.NullMarked;
