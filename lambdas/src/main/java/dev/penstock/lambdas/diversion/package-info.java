/** Records that can never succeed go to the failure bucket with the reason, and the stream goes on. */
@NullMarked
package dev.penstock.lambdas.diversion;

import org.jspecify.annotations.NullMarked;
