/**
 * Saying again what was said: the roles derive an envelope from exactly the parents that it names.
 * Admission and replay use the same code.
 */
@NullMarked
package dev.canswarm.protocol.derive;

import org.jspecify.annotations.NullMarked;
