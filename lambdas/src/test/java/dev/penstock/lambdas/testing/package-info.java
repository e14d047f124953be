/** What the tests of several packages share: an embedded engine and a stream made from its writes. */
@NullMarked
package dev.penstock.lambdas.testing;

import org.jspecify.annotations.NullMarked;
