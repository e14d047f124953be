/**
 * Reads the synthesized cloud assembly and provisions what its templates declare, through the simulated services'
 * own APIs, as CloudFormation does.
 */
@NullMarked
package dev.penstock.local.assembly;

import org.jspecify.annotations.NullMarked;
