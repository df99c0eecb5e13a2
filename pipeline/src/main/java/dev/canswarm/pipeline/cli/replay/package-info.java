/**
 * Replays what nodes recorded: reads their audit logs, checks the chains, lets {@link
 * dev.canswarm.replay.Replayer} check every NEED, and prints the result.
 */
@NullMarked
package dev.canswarm.pipeline.cli.replay;

import org.jspecify.annotations.NullMarked;
