package dev.penstock.local.dax;

import dev.penstock.local.gateway.AwsError;
import dev.penstock.local.gateway.Request;
import dev.penstock.local.gateway.Response;
import dev.penstock.local.gateway.Service;
import dev.penstock.local.wire.JsonOperations;
import java.io.UncheckedIOException;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.concurrent.ConcurrentSkipListMap;
import org.jspecify.annotations.Nullable;
import software.amazon.awssdk.services.dax.DaxClient;
import software.amazon.awssdk.services.dax.model.Cluster;
import software.amazon.awssdk.services.dax.model.ClusterEndpointEncryptionType;
import software.amazon.awssdk.services.dax.model.CreateClusterRequest;
import software.amazon.awssdk.services.dax.model.CreateClusterResponse;
import software.amazon.awssdk.services.dax.model.CreateParameterGroupRequest;
import software.amazon.awssdk.services.dax.model.CreateParameterGroupResponse;
import software.amazon.awssdk.services.dax.model.CreateSubnetGroupRequest;
import software.amazon.awssdk.services.dax.model.CreateSubnetGroupResponse;
import software.amazon.awssdk.services.dax.model.DescribeClustersRequest;
import software.amazon.awssdk.services.dax.model.DescribeClustersResponse;
import software.amazon.awssdk.services.dax.model.ParameterGroup;
import software.amazon.awssdk.services.dax.model.ParameterNameValue;
import software.amazon.awssdk.services.dax.model.SubnetGroup;
import software.amazon.awssdk.services.dax.model.UpdateParameterGroupRequest;
import software.amazon.awssdk.services.dax.model.UpdateParameterGroupResponse;

/**
 * The control plane of DAX: parameter groups with their two lifetimes, and clusters with their nodes, each a server in
 * this process. Nothing of it is kept over a restart: the stacks make it again.
 */
public final class DaxApi implements Service {
    private static final String ACCOUNT = "000000000000";
    private static final String RECORD_TTL = "record-ttl-millis";
    private static final String QUERY_TTL = "query-ttl-millis";
    private static final String DEFAULT_TTL = "300000";
    private static final String DEFAULT_GROUP = "default.dax1.0";

    private final DaxClusters clusters;
    private final Map<String, Map<String, String>> parameterGroups = new ConcurrentSkipListMap<>();
    private final Map<String, Cluster> described = new ConcurrentSkipListMap<>();
    private final JsonOperations operations = new JsonOperations("dax", DaxClient.class)
            .on("CreateParameterGroup", CreateParameterGroupRequest::builder, this::createParameterGroup)
            .on("UpdateParameterGroup", UpdateParameterGroupRequest::builder, this::updateParameterGroup)
            .on("CreateSubnetGroup", CreateSubnetGroupRequest::builder, this::createSubnetGroup)
            .on("CreateCluster", CreateClusterRequest::builder, this::createCluster)
            .on("DescribeClusters", DescribeClustersRequest::builder, this::describeClusters);

    public DaxApi(DaxClusters clusters) {
        this.clusters = clusters;
    }

    @Override
    public String signingName() {
        return operations.signingName();
    }

    @Override
    public Response handle(Request request) {
        return operations.handle(request);
    }

    private CreateParameterGroupResponse createParameterGroup(CreateParameterGroupRequest request, Request http) {
        var created = new TreeMap<>(Map.of(RECORD_TTL, DEFAULT_TTL, QUERY_TTL, DEFAULT_TTL));
        if (parameterGroups.putIfAbsent(key(http, request.parameterGroupName()), created) != null) {
            throw fault("ParameterGroupAlreadyExistsFault", request.parameterGroupName());
        }
        return CreateParameterGroupResponse.builder()
                .parameterGroup(group(request.parameterGroupName(), request.description()))
                .build();
    }

    private UpdateParameterGroupResponse updateParameterGroup(UpdateParameterGroupRequest request, Request http) {
        String name = request.parameterGroupName();
        Map<String, String> values = new TreeMap<>(lifetimes(http, name));
        if (described.values().stream()
                .anyMatch(
                        cluster -> cluster.parameterGroup().parameterGroupName().equals(name))) {
            throw AwsError.notSimulated("dax", "UpdateParameterGroup of a group that a cluster uses");
        }
        for (ParameterNameValue value : request.parameterNameValues()) {
            if (!values.containsKey(value.parameterName())
                    || !value.parameterValue().matches("\\d{1,18}")) {
                throw new AwsError(
                        400,
                        "InvalidParameterValueException",
                        "Parameter " + value.parameterName() + " is " + value.parameterValue() + ": allowed are "
                                + RECORD_TTL + " and " + QUERY_TTL + ", milliseconds, 0 or more");
            }
            values.put(value.parameterName(), value.parameterValue());
        }
        parameterGroups.put(key(http, name), values);
        return UpdateParameterGroupResponse.builder()
                .parameterGroup(group(name, null))
                .build();
    }

    /** There is no network here to choose subnets of; the group is answered and forgotten. */
    private CreateSubnetGroupResponse createSubnetGroup(CreateSubnetGroupRequest request, Request http) {
        return CreateSubnetGroupResponse.builder()
                .subnetGroup(SubnetGroup.builder()
                        .subnetGroupName(request.subnetGroupName())
                        .description(request.description())
                        .build())
                .build();
    }

    private CreateClusterResponse createCluster(CreateClusterRequest request, Request http) {
        String name = request.clusterName();
        if (clusters.find(http.region(), name).isPresent()) {
            throw fault("ClusterAlreadyExistsFault", name);
        }
        String group = request.parameterGroupName() == null ? DEFAULT_GROUP : request.parameterGroupName();
        Map<String, String> lifetimes = lifetimes(http, group);
        DaxServer server;
        try {
            server = clusters.start(
                    http.region(),
                    name,
                    AwsError.required("replicationFactor", request.replicationFactor()),
                    millis(lifetimes, RECORD_TTL),
                    millis(lifetimes, QUERY_TTL));
        } catch (IllegalArgumentException | UncheckedIOException e) {
            throw new AwsError(400, "InvalidParameterValueException", String.valueOf(e.getMessage()));
        }
        Cluster cluster = Cluster.builder()
                .clusterName(name)
                .clusterArn("arn:aws:dax:" + http.region() + ":" + ACCOUNT + ":cache/" + name)
                .description(request.description())
                .nodeType(request.nodeType())
                .status("available")
                .totalNodes(request.replicationFactor())
                .activeNodes(request.replicationFactor())
                .clusterEndpointEncryptionType(request.clusterEndpointEncryptionTypeAsString())
                .parameterGroup(status -> status.parameterGroupName(group).parameterApplyStatus("in-sync"))
                .clusterDiscoveryEndpoint(endpoint ->
                        endpoint.address("127.0.0.1").port(server.port()).url(url(request, server)))
                .build();
        described.put(key(http, name), cluster);
        return CreateClusterResponse.builder().cluster(cluster).build();
    }

    private DescribeClustersResponse describeClusters(DescribeClustersRequest request, Request http) {
        for (String name : request.clusterNames()) {
            if (!described.containsKey(key(http, name))) {
                throw new AwsError(400, "ClusterNotFoundFault", "Cluster " + name + " not found");
            }
        }
        List<Cluster> found = described.entrySet().stream()
                .filter(entry -> entry.getKey().startsWith(key(http, "")))
                .map(Map.Entry::getValue)
                .filter(cluster -> !request.hasClusterNames()
                        || request.clusterNames().isEmpty()
                        || request.clusterNames().contains(cluster.clusterName()))
                .toList();
        return DescribeClustersResponse.builder().clusters(found).build();
    }

    private Map<String, String> lifetimes(Request http, String group) {
        if (group.equals(DEFAULT_GROUP)) {
            return Map.of(RECORD_TTL, DEFAULT_TTL, QUERY_TTL, DEFAULT_TTL);
        }
        Map<String, String> values = parameterGroups.get(key(http, group));
        if (values == null) {
            throw new AwsError(400, "ParameterGroupNotFoundFault", "Parameter group " + group + " not found");
        }
        return values;
    }

    private static Duration millis(Map<String, String> values, String name) {
        return Duration.ofMillis(Long.parseLong(values.getOrDefault(name, DEFAULT_TTL)));
    }

    private static ParameterGroup group(String name, @Nullable String description) {
        return ParameterGroup.builder()
                .parameterGroupName(name)
                .description(description)
                .build();
    }

    private static String key(Request http, String name) {
        return http.region() + "/" + name;
    }

    private static AwsError fault(String code, String name) {
        return new AwsError(400, code, name + " already exists");
    }

    /** As a cluster of AWS: encrypted if it was asked to be. */
    private static String url(CreateClusterRequest request, DaxServer server) {
        return request.clusterEndpointEncryptionType() == ClusterEndpointEncryptionType.TLS
                ? server.tlsUrl()
                : server.url();
    }
}
