package dev.penstock.local.assembly;

import dev.penstock.local.assembly.Resource.Physical;
import java.util.Map;
import software.amazon.awssdk.services.lambda.LambdaClient;
import software.amazon.awssdk.services.lambda.model.CreateFunctionRequest;
import software.amazon.awssdk.services.lambda.model.ResourceConflictException;

/** {@code AWS::Lambda::Function}: code, handler, environment, limits, SnapStart, log format. */
final class FunctionProvisioner implements Provisioner {

    @Override
    public Physical provision(Resource resource, Target target) {
        String runtime = resource.properties().optional("Runtime").orElse("java25");
        if (runtime.startsWith("nodejs")) {
            // The CDK's own: it runs while a stack is deployed, and what it would do is done by a provisioner here.
            target.withoutEffect().accept(resource.type() + " (" + runtime + ")");
            return DeclaredOnly.physical(resource);
        }
        var lambda = target.client(LambdaClient.class, resource);
        var function = resource.properties();
        String name = resource.name("FunctionName");
        var request = CreateFunctionRequest.builder()
                .functionName(name)
                .runtime(runtime)
                .handler(function.string("Handler"))
                .role(function.string("Role"))
                .memorySize(function.integer("MemorySize").orElse(128))
                .timeout(function.integer("Timeout").orElse(3))
                .code(code -> code.s3Bucket(function.object("Code").string("S3Bucket"))
                        .s3Key(function.object("Code").string("S3Key")))
                .environment(environment -> environment.variables(
                        function.object("Environment").object("Variables").texts()));
        if (function.has("Architectures")) {
            request.architecturesWithStrings(function.strings("Architectures"));
        }
        function.object("SnapStart")
                .optional("ApplyOn")
                .ifPresent(applyOn -> request.snapStart(snap -> snap.applyOn(applyOn)));
        var logging = function.object("LoggingConfig");
        if (!logging.values().isEmpty()) {
            request.loggingConfig(config -> {
                logging.optional("LogFormat").ifPresent(config::logFormat);
                logging.optional("LogGroup").ifPresent(config::logGroup);
            });
        }
        try {
            lambda.createFunction(request.build());
        } catch (ResourceConflictException e) {
            update(lambda, request.build());
        }
        function.integer("ReservedConcurrentExecutions")
                .ifPresent(reserved -> lambda.putFunctionConcurrency(
                        put -> put.functionName(name).reservedConcurrentExecutions(reserved)));
        return new Physical(name, Map.of("Arn", resource.arn("lambda", "function:" + name)));
    }

    private static void update(LambdaClient lambda, CreateFunctionRequest wanted) {
        lambda.updateFunctionCode(code -> code.functionName(wanted.functionName())
                .s3Bucket(wanted.code().s3Bucket())
                .s3Key(wanted.code().s3Key()));
        lambda.updateFunctionConfiguration(configuration -> configuration
                .functionName(wanted.functionName())
                .runtime(wanted.runtime())
                .handler(wanted.handler())
                .memorySize(wanted.memorySize())
                .timeout(wanted.timeout())
                .environment(wanted.environment())
                .snapStart(wanted.snapStart())
                .loggingConfig(wanted.loggingConfig()));
    }
}
