/** What functions do before SnapStart takes their snapshot, so that the first invocation finds it done. */
@NullMarked
package dev.penstock.lambdas.priming;

import org.jspecify.annotations.NullMarked;
