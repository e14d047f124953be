@NullMarked
package dev.penstock.lambdas;

import org.jspecify.annotations.NullMarked;
