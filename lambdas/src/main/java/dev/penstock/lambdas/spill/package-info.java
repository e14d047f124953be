/** Records brought together by their keys on disk, where there are more of them than memory holds. */
@NullMarked
package dev.penstock.lambdas.spill;

import org.jspecify.annotations.NullMarked;
