@NullMarked
package dev.penstock.lambdas.etl;

import org.jspecify.annotations.NullMarked;
