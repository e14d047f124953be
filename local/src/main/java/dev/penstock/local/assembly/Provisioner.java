package dev.penstock.local.assembly;

/**
 * Brings one type of resource about, through the simulated service's own API. Called at every start: what exists
 * stays, and its settings are brought up to date.
 */
@FunctionalInterface
interface Provisioner {

    /** @throws AssemblyException when a property can't be what it is */
    Resource.Physical provision(Resource resource, Target target);
}
