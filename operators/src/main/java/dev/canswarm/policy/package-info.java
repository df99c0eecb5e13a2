/** The rules that judge one envelope by itself: the chain's table, the policy, the trust file. */
@NullMarked
package dev.canswarm.policy;

import org.jspecify.annotations.NullMarked;
