/** Tables made from S3: by CloudFormation when it makes them, or on demand. */
@NullMarked
package dev.penstock.infra.imports;

import org.jspecify.annotations.NullMarked;
