package dev.penstock.local.assembly;

import dev.penstock.local.clients.Clients;
import java.nio.file.Path;
import java.util.Map;
import java.util.function.Function;
import software.amazon.awssdk.core.SdkClient;

/**
 * Where provisioners work.
 *
 * @param clients the official clients, by region
 * @param assets the asset files, by object key
 */
record Target(Function<String, Clients> clients, Map<String, Path> assets) {

    /** The client of that service in the region of the resource. */
    <C extends SdkClient> C client(Class<C> type, Resource resource) {
        return clients.apply(resource.region()).of(type);
    }

    Path asset(String objectKey) {
        Path asset = assets.get(objectKey);
        if (asset == null) {
            throw new AssemblyException("the cloud assembly has no asset " + objectKey
                    + ": it is stale; delete its folder and start again");
        }
        return asset;
    }
}
