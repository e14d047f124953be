/** The way to DynamoDB: physical names, items on the wire, errors told apart. */
@NullMarked
package dev.penstock.lambdas.tables;

import org.jspecify.annotations.NullMarked;
