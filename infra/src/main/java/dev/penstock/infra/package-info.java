/**
 * The CDK app: one stack per feature, built from the catalog.
 *
 * <p>Stacks read no environment variable, no context and look nothing up: what varies is in {@link
 * dev.penstock.infra.settings.Settings}.
 */
@NullMarked
package dev.penstock.infra;

import org.jspecify.annotations.NullMarked;
