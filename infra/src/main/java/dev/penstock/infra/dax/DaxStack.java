package dev.penstock.infra.dax;

import dev.penstock.infra.alarms.AlarmsStack;
import dev.penstock.infra.functions.Access;
import dev.penstock.infra.settings.Settings;
import dev.penstock.infra.settings.StageStack;
import dev.penstock.lambdas.catalog.Catalog;
import dev.penstock.lambdas.catalog.Table;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.stream.IntStream;
import software.amazon.awscdk.Fn;
import software.amazon.awscdk.services.dax.CfnCluster;
import software.amazon.awscdk.services.dax.CfnParameterGroup;
import software.amazon.awscdk.services.dax.CfnSubnetGroup;
import software.amazon.awscdk.services.iam.PolicyDocument;
import software.amazon.awscdk.services.iam.PolicyStatement;
import software.amazon.awscdk.services.iam.Role;
import software.amazon.awscdk.services.iam.ServicePrincipal;
import software.amazon.awscdk.services.iam.ServicePrincipalOpts;
import software.constructs.Construct;

/**
 * A DAX cluster of three nodes in three zones, for the tables that the catalog marks. Off by default: three {@code
 * dax.r5.large} nodes cost about 600 US dollars a month (us-east-1 list price), used or not.
 */
public final class DaxStack extends StageStack {

    private static final int NODES = 3;
    private static final String TTL_MILLIS = "300000";

    private final CacheNetwork network;
    private final CfnCluster cluster;

    public DaxStack(Construct scope, Settings settings, Catalog catalog, Optional<String> keyArn) {
        super(scope, "Dax", settings, settings.region(), "The DAX cluster");
        network = new CacheNetwork(this, settings);
        var lifetimes = new TreeMap<String, String>();
        lifetimes.put("query-ttl-millis", TTL_MILLIS);
        lifetimes.put("record-ttl-millis", TTL_MILLIS);
        var parameters = CfnParameterGroup.Builder.create(this, "Parameters")
                .parameterGroupName(settings.prefix() + "dax")
                .description("How long items and query results are cached")
                .parameterNameValues(lifetimes)
                .build();
        var subnets = CfnSubnetGroup.Builder.create(this, "Subnets")
                .subnetGroupName(settings.prefix() + "dax")
                .description("Isolated subnets in three zones")
                .subnetIds(network.vpc().getIsolatedSubnets().stream()
                        .map(subnet -> subnet.getSubnetId())
                        .toList())
                .build();
        cluster = CfnCluster.Builder.create(this, "Cluster")
                .clusterName(clusterName(settings))
                .description("Caches reads of the tables that the catalog marks")
                .nodeType("dax.r5.large")
                .replicationFactor(NODES)
                .clusterEndpointEncryptionType("TLS")
                .sseSpecification(CfnCluster.SSESpecificationProperty.builder()
                        .sseEnabled(true)
                        .build())
                .iamRoleArn(role(catalog, keyArn).getRoleArn())
                .parameterGroupName(parameters.getRef())
                .subnetGroupName(subnets.getRef())
                .securityGroupIds(List.of(network.cluster().getSecurityGroupId()))
                .notificationTopicArn("arn:aws:sns:%s:%s:%s"
                        .formatted(getRegion(), settings.account(), AlarmsStack.topicName(settings)))
                .preferredMaintenanceWindow("sun:05:00-sun:06:00")
                .build();
        DaxAlarms.define(this, settings, clusterName(settings));
    }

    /** DAX names are at most 20 characters long. */
    static String clusterName(Settings settings) {
        return "penstock-" + settings.stage().text();
    }

    /**
     * The zones by number, so that no lookup is needed: a VPC in a pinned environment asks the account for them even when
     * they are given.
     */
    @Override
    public List<String> getAvailabilityZones() {
        return IntStream.range(0, NODES)
                .mapToObj(zone -> Fn.select(zone, Fn.getAzs()))
                .toList();
    }

    /** Where a client connects to: {@code daxs://}. */
    String url() {
        return cluster.getAttrClusterDiscoveryEndpointUrl();
    }

    /** The cluster's ARN, for grants. */
    String clusterArn() {
        return cluster.getAttrArn();
    }

    CacheNetwork network() {
        return network;
    }

    /** What the cluster may do is all that its callers can: it reads and writes with its own role. */
    private Role role(Catalog catalog, Optional<String> keyArn) {
        var tables = catalog.tables().stream()
                .filter(Table::dax)
                .map(table -> arn("dynamodb", "table", settings().name(table.name())))
                .toList();
        var statements = new ArrayList<PolicyStatement>();
        statements.add(Access.allow(tables, "dynamodb:DescribeTable", "dynamodb:Scan"));
        statements.add(Access.queryItems(tables));
        statements.add(Access.writeItems(tables));
        keyArn.ifPresent(key -> statements.add(Access.useKey(key, "dynamodb", getRegion())));
        return Role.Builder.create(this, "Role")
                .assumedBy(new ServicePrincipal(
                        "dax.amazonaws.com",
                        ServicePrincipalOpts.builder()
                                .conditions(Map.of(
                                        "StringEquals",
                                        Map.of("aws:SourceAccount", settings().account())))
                                .build()))
                .description("What the DAX cluster may do")
                .inlinePolicies(Map.of(
                        "Tables",
                        PolicyDocument.Builder.create().statements(statements).build()))
                .build();
    }
}
