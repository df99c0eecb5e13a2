/** Rules that a policy brings along as WASM modules: what a module may be, and how it is run. */
@NullMarked
package dev.canswarm.rule;

import org.jspecify.annotations.NullMarked;
