/** One welcome email per customer who signs up. */
@NullMarked
package dev.penstock.lambdas.welcome;

import org.jspecify.annotations.NullMarked;
