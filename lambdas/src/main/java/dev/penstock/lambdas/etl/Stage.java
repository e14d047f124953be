package dev.penstock.lambdas.etl;

import java.io.IOException;

/** One place in the chain that an item passes. Belongs to one task. */
@FunctionalInterface
interface Stage {

    /** Handles an item, which it may change; returns how many rows came out at the end. */
    int accept(Attributes item) throws IOException;
}
