/** What is allowed: the policy, and who may do what. */
@NullMarked
package dev.canswarm.policy;

import org.jspecify.annotations.NullMarked;
