package dev.penstock.infra.dax;

import dev.penstock.infra.settings.Settings;
import java.util.List;
import software.amazon.awscdk.RemovalPolicy;
import software.amazon.awscdk.services.ec2.FlowLogDestination;
import software.amazon.awscdk.services.ec2.FlowLogOptions;
import software.amazon.awscdk.services.ec2.FlowLogTrafficType;
import software.amazon.awscdk.services.ec2.GatewayVpcEndpointAwsService;
import software.amazon.awscdk.services.ec2.GatewayVpcEndpointOptions;
import software.amazon.awscdk.services.ec2.Peer;
import software.amazon.awscdk.services.ec2.Port;
import software.amazon.awscdk.services.ec2.SecurityGroup;
import software.amazon.awscdk.services.ec2.SubnetConfiguration;
import software.amazon.awscdk.services.ec2.SubnetType;
import software.amazon.awscdk.services.ec2.Vpc;
import software.amazon.awscdk.services.logs.LogGroup;
import software.amazon.awscdk.services.logs.RetentionDays;
import software.constructs.Construct;

/**
 * A VPC of isolated subnets: no internet, no NAT. The reader reaches the cluster on its TLS port and DynamoDB, for direct
 * reads, through the gateway endpoint; nothing else goes anywhere.
 */
final class CacheNetwork extends Construct {

    static final int TLS_PORT = 9111;
    private static final int ZONES = 3;
    private static final int HTTPS = 443;

    private final Vpc vpc;
    private final SecurityGroup cluster;
    private final SecurityGroup reader;

    CacheNetwork(Construct scope, Settings settings) {
        super(scope, "Network");
        vpc = Vpc.Builder.create(this, "Vpc")
                .vpcName(settings.prefix() + "dax")
                .maxAzs(ZONES)
                .natGateways(0)
                .restrictDefaultSecurityGroup(
                        !settings.isLocal()) // by a custom resource, which has no part to play there
                .subnetConfiguration(List.of(SubnetConfiguration.builder()
                        .name("Cache")
                        .subnetType(SubnetType.PRIVATE_ISOLATED)
                        .cidrMask(26)
                        .build()))
                .build();
        vpc.addGatewayEndpoint(
                "DynamoDb",
                GatewayVpcEndpointOptions.builder()
                        .service(GatewayVpcEndpointAwsService.DYNAMODB)
                        .build());
        vpc.addFlowLog(
                "Rejected",
                FlowLogOptions.builder()
                        .trafficType(FlowLogTrafficType.REJECT)
                        .destination(FlowLogDestination.toCloudWatchLogs(LogGroup.Builder.create(this, "FlowLogs")
                                .retention(RetentionDays.ONE_MONTH)
                                .removalPolicy(RemovalPolicy.DESTROY)
                                .build()))
                        .build());
        cluster = group("Cluster", "The nodes of the DAX cluster");
        reader = group("Reader", "The function that reads through DAX");
        cluster.addIngressRule(reader, Port.tcp(TLS_PORT), "the reader, TLS only");
        reader.addEgressRule(cluster, Port.tcp(TLS_PORT), "the cluster, TLS only");
        // The gateway endpoint has no group to name: its prefix list differs by region and would need a lookup. There
        // is no
        // route out of the subnets but that endpoint.
        reader.addEgressRule(Peer.anyIpv4(), Port.tcp(HTTPS), "DynamoDB through the gateway endpoint");
    }

    Vpc vpc() {
        return vpc;
    }

    SecurityGroup cluster() {
        return cluster;
    }

    SecurityGroup reader() {
        return reader;
    }

    private SecurityGroup group(String id, String description) {
        return SecurityGroup.Builder.create(this, id)
                .vpc(vpc)
                .description(description)
                .allowAllOutbound(false)
                .build();
    }
}
