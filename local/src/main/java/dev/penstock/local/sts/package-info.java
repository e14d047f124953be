/** STS: who am I, and roles that change nothing. */
@NullMarked
package dev.penstock.local.sts;

import org.jspecify.annotations.NullMarked;
