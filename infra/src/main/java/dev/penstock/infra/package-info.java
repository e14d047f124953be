@NullMarked
package dev.penstock.infra;

import org.jspecify.annotations.NullMarked;
