/**
 * Derives envelopes again: a role gets exactly the parents that an envelope names and must give the
 * same envelope. Admission and replay use the same code.
 */
@NullMarked
package dev.canswarm.protocol.derive;

import org.jspecify.annotations.NullMarked;
