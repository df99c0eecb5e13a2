/**
 * Replay: checks the records of a NEED without having taken part. One class per check, and what the
 * checks share.
 *
 * <p>Flat: with more than 25 files they stay in one package, so that only {@link
 * dev.canswarm.replay.Replayer}, its report and its rules are public.
 */
@NullMarked
package dev.canswarm.replay;

import org.jspecify.annotations.NullMarked;
