@NullMarked
package dev.penstock.local.gateway;

import org.jspecify.annotations.NullMarked;
