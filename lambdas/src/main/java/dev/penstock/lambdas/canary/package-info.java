/** A write and a read in each region every minute, so that a region that fails is known before its users tell. */
@NullMarked
package dev.penstock.lambdas.canary;

import org.jspecify.annotations.NullMarked;
