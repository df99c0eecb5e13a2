/**
 * The control chain: which keys, roles and policies are in force after each of its entries. {@link
 * dev.canswarm.control.ControlChain} says whether an entry fits those before it, {@link
 * dev.canswarm.control.TrustState} what is in force then. Pure.
 */
@NullMarked
package dev.canswarm.control;

import org.jspecify.annotations.NullMarked;
