/** Items as plain values that compare by content, free of any SDK. */
@NullMarked
package dev.penstock.lambdas.item;

import org.jspecify.annotations.NullMarked;
