/** Copies of a table in another region or account, kept by its stream: filtered, masked, the last writer wins. */
@NullMarked
package dev.penstock.lambdas.replication;

import org.jspecify.annotations.NullMarked;
