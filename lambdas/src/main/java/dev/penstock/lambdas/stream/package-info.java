/** Stream records as item changes, in an order that holds across streams. */
@NullMarked
package dev.penstock.lambdas.stream;

import org.jspecify.annotations.NullMarked;
