/** A table that CloudFormation fills from S3 when it makes it. */
@NullMarked
package dev.penstock.infra.imports;

import org.jspecify.annotations.NullMarked;
