/**
 * Faults of templates that cfn-lint, the CDK's validator and cdk-nag let pass and that only a deployment, or an outage,
 * would show. They are checked at every synth.
 */
@NullMarked
package dev.penstock.infra.rules;

import org.jspecify.annotations.NullMarked;
