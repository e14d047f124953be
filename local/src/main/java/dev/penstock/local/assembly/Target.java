package dev.penstock.local.assembly;

import dev.penstock.local.clients.Clients;
import java.nio.file.Path;
import java.util.Map;
import java.util.function.Consumer;
import java.util.function.Function;
import software.amazon.awssdk.awscore.exception.AwsServiceException;
import software.amazon.awssdk.core.SdkClient;

/**
 * Where provisioners work.
 *
 * @param clients the official clients, by region
 * @param assets the asset files, by object key
 * @param withoutEffect told what is declared and has no effect here
 */
record Target(Function<String, Clients> clients, Map<String, Path> assets, Consumer<String> withoutEffect) {
    /** How the gateway answers for a service or operation that exists on AWS and not here. */
    private static final int NOT_SIMULATED = 501;

    /** The client of that service in the region of the resource. */
    <C extends SdkClient> C client(Class<C> type, Resource resource) {
        return clients.apply(resource.region()).of(type);
    }

    /**
     * Makes one setting of a resource, or notes that it has no effect here.
     *
     * @return whether it was made
     */
    boolean ifSimulated(String setting, Runnable make) {
        try {
            make.run();
            return true;
        } catch (AwsServiceException e) {
            if (e.statusCode() != NOT_SIMULATED) {
                throw e;
            }
            withoutEffect.accept(setting);
            return false;
        }
    }
}
