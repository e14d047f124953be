package dev.penstock.local.assembly;

import dev.penstock.local.assembly.Resource.Physical;
import java.util.Map;
import software.amazon.awssdk.services.dax.DaxClient;
import software.amazon.awssdk.services.dax.model.CreateClusterRequest;

/** {@code AWS::DAX::Cluster}: its nodes, with the lifetimes of its parameter group. */
final class DaxClusterProvisioner implements Provisioner {

    @Override
    public Physical provision(Resource resource, Target target) {
        Properties properties = resource.properties();
        String name = resource.name("ClusterName");
        var request = CreateClusterRequest.builder()
                .clusterName(name)
                .nodeType(properties.string("NodeType"))
                .replicationFactor(properties.integer("ReplicationFactor").orElse(1));
        properties.optional("ParameterGroupName").ifPresent(request::parameterGroupName);
        properties.optional("ClusterEndpointEncryptionType").ifPresent(request::clusterEndpointEncryptionType);
        var cluster = target.client(DaxClient.class, resource)
                .createCluster(request.build())
                .cluster();
        var endpoint = cluster.clusterDiscoveryEndpoint();
        return new Physical(
                name,
                Map.of(
                        "Arn", cluster.clusterArn(),
                        "ClusterDiscoveryEndpoint", endpoint.address() + ":" + endpoint.port(),
                        "ClusterDiscoveryEndpointURL", endpoint.url()));
    }
}
