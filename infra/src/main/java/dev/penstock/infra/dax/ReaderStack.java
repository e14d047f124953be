package dev.penstock.infra.dax;

import dev.penstock.infra.functions.Access;
import dev.penstock.infra.functions.JavaFunction;
import dev.penstock.infra.settings.Settings;
import dev.penstock.infra.settings.StageStack;
import dev.penstock.lambdas.catalog.Environment;
import dev.penstock.lambdas.dax.SessionLookupHandler;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.TreeMap;
import software.amazon.awscdk.CfnOutput;
import software.amazon.awscdk.Duration;
import software.amazon.awscdk.services.iam.PolicyStatement;
import software.amazon.awscdk.services.lambda.FunctionUrlAuthType;
import software.amazon.awscdk.services.lambda.FunctionUrlOptions;
import software.constructs.Construct;

/**
 * The session lookup behind a function URL. With a DAX cluster it reads through it, from inside its network; without one it
 * reads the table. The code is the same.
 */
public final class ReaderStack extends StageStack {

    private static final int ONE_CORE = 1769;

    public ReaderStack(Construct scope, Settings settings, Optional<DaxStack> dax, Optional<String> keyArn) {
        super(scope, "Reader", settings, settings.region(), "The session lookup");
        String table = arn("dynamodb", "table", settings.name("Sessions"));
        var access = new ArrayList<PolicyStatement>();
        access.add(Access.readItems(List.of(table)));
        keyArn.ifPresent(key -> access.add(Access.useKey(key, "dynamodb", getRegion())));
        var environment = new TreeMap<String, String>();
        environment.put(Environment.TABLE_PREFIX, settings.name(""));
        dax.ifPresent(cluster -> {
            access.add(Access.allow(List.of(cluster.clusterArn()), "dax:GetItem", "dax:BatchGetItem"));
            environment.put("DAX_URL", cluster.url());
        });
        var function = new JavaFunction(
                this,
                "SessionLookup",
                settings,
                new JavaFunction.Props(
                                SessionLookupHandler.class,
                                "Finds a session that is valid",
                                ONE_CORE,
                                Duration.seconds(10),
                                environment,
                                access)
                        .code(settings.readerCode())
                        .in(dax.map(DaxStack::network)
                                .map(network -> new JavaFunction.Network(network.vpc(), network.reader()))));
        // On the alias, as SnapStart needs; who calls it needs lambda:InvokeFunctionUrl and lambda:InvokeFunction.
        var url = function.alias()
                .addFunctionUrl(FunctionUrlOptions.builder()
                        .authType(FunctionUrlAuthType.AWS_IAM)
                        .build());
        CfnOutput.Builder.create(this, "Url")
                .description("GET /sessions/ID, signed")
                .value(url.getUrl())
                .build();
    }
}
