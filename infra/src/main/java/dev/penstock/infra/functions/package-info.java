/** Lambda functions and what they are allowed to do. */
@NullMarked
package dev.penstock.infra.functions;

import org.jspecify.annotations.NullMarked;
