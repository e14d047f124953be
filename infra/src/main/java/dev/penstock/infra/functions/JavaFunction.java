package dev.penstock.infra.functions;

import dev.penstock.infra.settings.Settings;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.SortedMap;
import software.amazon.awscdk.Annotations;
import software.amazon.awscdk.ArnComponents;
import software.amazon.awscdk.ArnFormat;
import software.amazon.awscdk.Duration;
import software.amazon.awscdk.RemovalPolicy;
import software.amazon.awscdk.Stack;
import software.amazon.awscdk.services.ec2.ISecurityGroup;
import software.amazon.awscdk.services.ec2.IVpc;
import software.amazon.awscdk.services.ec2.SubnetSelection;
import software.amazon.awscdk.services.ec2.SubnetType;
import software.amazon.awscdk.services.iam.PolicyDocument;
import software.amazon.awscdk.services.iam.PolicyStatement;
import software.amazon.awscdk.services.iam.Role;
import software.amazon.awscdk.services.iam.ServicePrincipal;
import software.amazon.awscdk.services.lambda.Alias;
import software.amazon.awscdk.services.lambda.ApplicationLogLevel;
import software.amazon.awscdk.services.lambda.Architecture;
import software.amazon.awscdk.services.lambda.Code;
import software.amazon.awscdk.services.lambda.Function;
import software.amazon.awscdk.services.lambda.LoggingFormat;
import software.amazon.awscdk.services.lambda.RecursiveLoop;
import software.amazon.awscdk.services.lambda.Runtime;
import software.amazon.awscdk.services.lambda.SnapStartConf;
import software.amazon.awscdk.services.lambda.SystemLogLevel;
import software.amazon.awscdk.services.lambda.Tracing;
import software.amazon.awscdk.services.lambda.VersionOptions;
import software.amazon.awscdk.services.logs.LogGroup;
import software.amazon.awscdk.services.logs.RetentionDays;
import software.constructs.Construct;

/**
 * A function on {@code java25}, arm64, with SnapStart behind the alias {@code live}, its own role with nothing but what is listed,
 * and a log group of its own that ends with the stack.
 */
public final class JavaFunction extends Construct {

    /** The alias that mappings and URLs call: SnapStart works on published versions only. */
    public static final String ALIAS = "live";

    private final Function function;
    private final Alias alias;
    private final Role role;

    /**
     * What one function is.
     *
     * @param handler the class that Lambda calls: a reference, so that renaming it renames the function's handler
     * @param description one sentence for the console
     * @param memoryMegabytes 128 to 10,240; CPU grows with it, one core at 1,769
     * @param timeout at most 15 minutes
     * @param environment sorted, because the template must not differ between runs
     * @param access what its role may do beyond logging
     * @param code default: the zip that all functions share
     * @param network default: none of ours
     * @param snapStart default: yes
     */
    public record Props(
            Class<?> handler,
            String description,
            int memoryMegabytes,
            Duration timeout,
            SortedMap<String, String> environment,
            List<PolicyStatement> access,
            Optional<Path> code,
            Optional<Network> network,
            boolean snapStart) {

        public Props {
            access = List.copyOf(access);
        }

        /** A function of the common zip, outside of any network of ours, with SnapStart. */
        public Props(
                Class<?> handler,
                String description,
                int memoryMegabytes,
                Duration timeout,
                SortedMap<String, String> environment,
                List<PolicyStatement> access) {
            this(
                    handler,
                    description,
                    memoryMegabytes,
                    timeout,
                    environment,
                    access,
                    Optional.empty(),
                    Optional.empty(),
                    true);
        }

        /** The same from another zip. */
        public Props code(Path zip) {
            return new Props(
                    handler,
                    description,
                    memoryMegabytes,
                    timeout,
                    environment,
                    access,
                    Optional.of(zip),
                    network,
                    snapStart);
        }

        /** The same in a network. */
        public Props in(Optional<Network> where) {
            return new Props(
                    handler, description, memoryMegabytes, timeout, environment, access, code, where, snapStart);
        }

        /** The same started cold: for a function that is called so seldom that its snapshot would be gone. */
        public Props withoutSnapStart() {
            return new Props(handler, description, memoryMegabytes, timeout, environment, access, code, network, false);
        }
    }

    /**
     * Where a function runs.
     *
     * @param vpc its isolated subnets are used
     * @param group the function's security group
     */
    public record Network(IVpc vpc, ISecurityGroup group) {}

    /** Defines the function named after {@code id}. */
    public JavaFunction(Construct scope, String id, Settings settings, Props props) {
        super(scope, id);
        String name = settings.name(id);
        String logGroup = "/aws/lambda/" + name;
        var logs = LogGroup.Builder.create(this, "Logs")
                .logGroupName(logGroup)
                .retention(settings.keepsData() ? RetentionDays.THREE_MONTHS : RetentionDays.TWO_WEEKS)
                .removalPolicy(RemovalPolicy.DESTROY)
                .build();
        var statements = new ArrayList<PolicyStatement>();
        statements.add(Access.writeLogs(logGroupArn(logGroup)));
        statements.add(Access.writeTraces());
        statements.addAll(props.access());
        props.network().ifPresent(network -> statements.add(Access.attachToNetwork()));
        // Inline, not attached: the mapping depends on the function, the function on its role, and so the policy is
        // there before Lambda tries to read the stream with it.
        role = Role.Builder.create(this, "Role")
                .assumedBy(new ServicePrincipal("lambda.amazonaws.com"))
                .description("What %s may do".formatted(name))
                .inlinePolicies(Map.of(
                        "Access",
                        PolicyDocument.Builder.create().statements(statements).build()))
                .build();
        var builder = Function.Builder.create(this, "Function")
                .functionName(name)
                .description(props.description())
                .runtime(Runtime.JAVA_25)
                .architecture(Architecture.ARM_64)
                .handler(props.handler().getName())
                .code(Code.fromAsset(
                        props.code().orElse(settings.functionCode()).toString()))
                .memorySize(props.memoryMegabytes())
                .timeout(props.timeout())
                .environment(props.environment())
                .role(role.withoutPolicyUpdates())
                .currentVersionOptions(VersionOptions.builder()
                        // Rolling back moves the alias to a version that must still be there.
                        .removalPolicy(RemovalPolicy.RETAIN)
                        .build())
                .loggingFormat(LoggingFormat.JSON)
                .applicationLogLevelV2(ApplicationLogLevel.INFO)
                .systemLogLevelV2(SystemLogLevel.INFO)
                .logGroup(logs)
                .recursiveLoop(RecursiveLoop.TERMINATE)
                .tracing(Tracing.ACTIVE);
        if (props.snapStart()) {
            builder.snapStart(SnapStartConf.ON_PUBLISHED_VERSIONS);
        }
        props.network()
                .ifPresent(network -> builder.vpc(network.vpc())
                        .vpcSubnets(SubnetSelection.builder()
                                .subnetType(SubnetType.PRIVATE_ISOLATED)
                                .build())
                        .securityGroups(List.of(network.group())));
        function = builder.build();
        Annotations.of(function).acknowledgeWarning("@aws-cdk/aws-lambda:snapStartRequirePublish");
        alias = Alias.Builder.create(this, "Live")
                .aliasName(ALIAS)
                .version(function.getCurrentVersion())
                .build();
    }

    /** The function, for metrics. */
    public Function function() {
        return function;
    }

    /** What callers call. */
    public Alias alias() {
        return alias;
    }

    /** The role that it runs with. */
    public Role role() {
        return role;
    }

    private String logGroupArn(String name) {
        return Stack.of(this)
                .formatArn(ArnComponents.builder()
                        .service("logs")
                        .resource("log-group")
                        .resourceName(name)
                        .arnFormat(ArnFormat.COLON_RESOURCE_NAME)
                        .build());
    }
}
