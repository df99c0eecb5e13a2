/**
 * The interfaces to the outside: bus, slots, decision gate, artifacts, audit.
 *
 * <p>Flat: each port is in the package of the values that its methods take and return, most of
 * which several ports share.
 */
@NullMarked
package dev.canswarm.port;

import org.jspecify.annotations.NullMarked;
