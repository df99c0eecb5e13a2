/**
 * The roles as pure functions: no Publisher, clock, randomness or I/O inside.
 *
 * <p>Flat: this package has the types that roles, verbs, stages and replay share, one small type in
 * each file. Roles, verbs and payloads have packages of their own.
 */
@NullMarked
package dev.canswarm.protocol;

import org.jspecify.annotations.NullMarked;
