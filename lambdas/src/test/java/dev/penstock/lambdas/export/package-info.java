@NullMarked
package dev.penstock.lambdas.export;

import org.jspecify.annotations.NullMarked;
