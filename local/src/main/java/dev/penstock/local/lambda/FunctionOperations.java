package dev.penstock.local.lambda;

import dev.penstock.local.functions.Functions;
import dev.penstock.local.gateway.AwsError;
import dev.penstock.local.gateway.Request;
import dev.penstock.local.lambda.DeployedFunction.Version;
import java.nio.file.Path;
import java.time.InstantSource;
import java.time.ZoneOffset;
import java.time.format.DateTimeFormatter;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import java.util.function.Function;
import java.util.function.UnaryOperator;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import software.amazon.awssdk.services.lambda.model.Architecture;
import software.amazon.awssdk.services.lambda.model.Concurrency;
import software.amazon.awssdk.services.lambda.model.CreateFunctionRequest;
import software.amazon.awssdk.services.lambda.model.DeleteFunctionRequest;
import software.amazon.awssdk.services.lambda.model.DeleteFunctionResponse;
import software.amazon.awssdk.services.lambda.model.Environment;
import software.amazon.awssdk.services.lambda.model.FunctionConfiguration;
import software.amazon.awssdk.services.lambda.model.GetFunctionConfigurationRequest;
import software.amazon.awssdk.services.lambda.model.GetFunctionRequest;
import software.amazon.awssdk.services.lambda.model.GetFunctionResponse;
import software.amazon.awssdk.services.lambda.model.LastUpdateStatus;
import software.amazon.awssdk.services.lambda.model.ListFunctionsRequest;
import software.amazon.awssdk.services.lambda.model.ListFunctionsResponse;
import software.amazon.awssdk.services.lambda.model.LoggingConfig;
import software.amazon.awssdk.services.lambda.model.PackageType;
import software.amazon.awssdk.services.lambda.model.SnapStart;
import software.amazon.awssdk.services.lambda.model.SnapStartApplyOn;
import software.amazon.awssdk.services.lambda.model.SnapStartOptimizationStatus;
import software.amazon.awssdk.services.lambda.model.State;
import software.amazon.awssdk.services.lambda.model.StateReasonCode;
import software.amazon.awssdk.services.lambda.model.TracingMode;
import software.amazon.awssdk.services.lambda.model.UpdateFunctionCodeRequest;
import software.amazon.awssdk.services.lambda.model.UpdateFunctionConfigurationRequest;

/** Makes, describes, changes and deletes functions. Threadsafe. */
final class FunctionOperations {
    /** As Lambda writes times of functions. */
    private static final DateTimeFormatter LAST_MODIFIED =
            DateTimeFormatter.ofPattern("yyyy-MM-dd'T'HH:mm:ss.SSS'+0000'").withZone(ZoneOffset.UTC);

    private final Functions functions;
    private final InstantSource clock;
    private final Path codeFolder;
    private final CodeObjects objects;
    private final Map<String, DeployedFunction> deployed = new LinkedHashMap<>();

    FunctionOperations(Functions functions, InstantSource clock, Path codeFolder, CodeObjects objects) {
        this.functions = functions;
        this.clock = clock;
        this.codeFolder = codeFolder;
        this.objects = objects;
    }

    synchronized FunctionConfiguration create(CreateFunctionRequest request, Request http) {
        FunctionReference reference = FunctionReference.parse(request.functionName(), http.region(), null);
        if (deployed.containsKey(reference.arn())) {
            throw new AwsError(
                    409,
                    "ResourceConflictException",
                    "Function already exist: " + reference.name(),
                    Map.of("Type", "User"));
        }
        String runtime = request.runtimeAsString();
        if (runtime == null || !runtime.startsWith("java")) {
            throw AwsError.notSimulated("lambda", "CreateFunction with runtime " + runtime);
        }
        var zip = request.code();
        FunctionCode code = FunctionCode.take(
                codeFolder,
                objects,
                http.region(),
                zip == null ? null : zip.zipFile(),
                zip == null ? null : zip.s3Bucket(),
                zip == null ? null : zip.s3Key());
        FunctionConfiguration settings = FunctionConfiguration.builder()
                .functionName(reference.name())
                .functionArn(reference.arn())
                .runtime(runtime)
                .role(request.role())
                .handler(request.handler())
                .description(or(request.description(), ""))
                .timeout(or(request.timeout(), 3))
                .memorySize(or(request.memorySize(), 128))
                .environment(environment -> environment.variables(variables(request.environment())))
                .packageType(PackageType.ZIP)
                .architectures(request.hasArchitectures() ? request.architectures() : List.of(Architecture.X86_64))
                .ephemeralStorage(storage -> storage.size(512))
                .tracingConfig(tracing -> tracing.mode(TracingMode.PASS_THROUGH))
                .loggingConfig(logging(reference.name(), request.loggingConfig()))
                .snapStart(snap ->
                        snap.applyOn(applyOn(request.snapStart())).optimizationStatus(SnapStartOptimizationStatus.OFF))
                .version("$LATEST")
                .state(State.ACTIVE)
                .lastUpdateStatus(LastUpdateStatus.SUCCESSFUL)
                .build();
        DeployedFunction function = new DeployedFunction(http.region(), changed(settings, code));
        run(function);
        deployed.put(reference.arn(), function);
        FunctionConfiguration answer = Boolean.TRUE.equals(request.publish())
                ? publish(reference.arn(), "").configuration()
                : function.latest.configuration();
        return answer.toBuilder()
                .state(State.PENDING)
                .stateReason("The function is being created.")
                .stateReasonCode(StateReasonCode.CREATING)
                .lastUpdateStatus((String) null)
                .build();
    }

    synchronized GetFunctionResponse get(GetFunctionRequest request, Request http) {
        FunctionReference reference =
                FunctionReference.parse(request.functionName(), http.region(), request.qualifier());
        DeployedFunction function = function(reference);
        Version version = version(reference);
        return GetFunctionResponse.builder()
                .configuration(version.configuration())
                .code(code -> code.repositoryType("S3")
                        .location(version.code().file().toUri().toString()))
                .concurrency(
                        function.reservedConcurrency == null
                                ? null
                                : Concurrency.builder()
                                        .reservedConcurrentExecutions(function.reservedConcurrency)
                                        .build())
                .build();
    }

    synchronized FunctionConfiguration configuration(GetFunctionConfigurationRequest request, Request http) {
        return version(FunctionReference.parse(request.functionName(), http.region(), request.qualifier()))
                .configuration();
    }

    synchronized ListFunctionsResponse list(ListFunctionsRequest request, Request http) {
        boolean all = "ALL".equals(request.functionVersionAsString());
        return ListFunctionsResponse.builder()
                .functions(deployed.values().stream()
                        .filter(function -> function.region.equals(http.region()))
                        .flatMap(function -> Stream.concat(
                                Stream.of(function.latest), all ? function.versions.values().stream() : Stream.empty()))
                        .map(Version::configuration)
                        .toList())
                .build();
    }

    synchronized FunctionConfiguration updateCode(UpdateFunctionCodeRequest request, Request http) {
        DeployedFunction function = function(FunctionReference.parse(request.functionName(), http.region(), null));
        FunctionCode code = FunctionCode.take(
                codeFolder, objects, http.region(), request.zipFile(), request.s3Bucket(), request.s3Key());
        function.latest = changed(function.latest.configuration(), code);
        run(function);
        return Boolean.TRUE.equals(request.publish())
                ? publish(function.arn(), "").configuration()
                : function.latest.configuration();
    }

    synchronized FunctionConfiguration updateConfiguration(UpdateFunctionConfigurationRequest request, Request http) {
        DeployedFunction function = function(FunctionReference.parse(request.functionName(), http.region(), null));
        FunctionConfiguration old = function.latest.configuration();
        FunctionConfiguration settings = old.toBuilder()
                .runtime(or(request.runtimeAsString(), old.runtimeAsString()))
                .role(or(request.role(), old.role()))
                .handler(or(request.handler(), old.handler()))
                .description(or(request.description(), old.description()))
                .timeout(or(request.timeout(), old.timeout()))
                .memorySize(or(request.memorySize(), old.memorySize()))
                .environment(environment -> environment.variables(
                        request.environment() == null
                                ? old.environment().variables()
                                : variables(request.environment())))
                .loggingConfig(
                        request.loggingConfig() == null
                                ? old.loggingConfig()
                                : logging(old.functionName(), request.loggingConfig()))
                .snapStart(snap -> snap.applyOn(
                                request.snapStart() == null ? old.snapStart().applyOn() : applyOn(request.snapStart()))
                        .optimizationStatus(SnapStartOptimizationStatus.OFF))
                .build();
        function.latest = changed(settings, function.latest.code());
        run(function);
        return function.latest.configuration();
    }

    synchronized DeleteFunctionResponse delete(DeleteFunctionRequest request, Request http) {
        FunctionReference reference =
                FunctionReference.parse(request.functionName(), http.region(), request.qualifier());
        DeployedFunction function = function(reference);
        if (!reference.isLatest()) {
            throw AwsError.notSimulated("lambda", "DeleteFunction of a single version");
        }
        deployed.remove(function.arn());
        functions.remove(function.arn());
        return DeleteFunctionResponse.builder().build();
    }

    /** Changes a function under the lock and runs what came of it. */
    synchronized <T> T change(FunctionReference reference, Function<DeployedFunction, T> change) {
        DeployedFunction function = function(reference);
        T result = change.apply(function);
        run(function);
        return result;
    }

    synchronized Version publish(String arn, String description) {
        DeployedFunction function = deployed.get(arn);
        if (function == null) {
            throw new IllegalArgumentException("no function " + arn);
        }
        Version published = function.publish(description);
        run(function);
        return published;
    }

    /** @throws AwsError ResourceNotFoundException (404) */
    synchronized DeployedFunction function(FunctionReference reference) {
        DeployedFunction function = deployed.get(reference.arn());
        if (function == null) {
            throw reference.notFound();
        }
        return function;
    }

    /** @throws AwsError ResourceNotFoundException (404) */
    synchronized Version version(FunctionReference reference) {
        Version version = function(reference).find(reference.qualifier());
        if (version == null) {
            throw reference.notFound();
        }
        return version;
    }

    private void run(DeployedFunction function) {
        try {
            putIfChanged(function, function.latest);
            function.versions.values().forEach(version -> putIfChanged(function, version));
            function.aliases
                    .values()
                    .forEach(alias -> functions.alias(function.arn(), alias.name(), alias.functionVersion()));
        } catch (IllegalArgumentException e) {
            throw new AwsError(
                    400, "InvalidParameterValueException", String.valueOf(e.getMessage()), Map.of("Type", "User"));
        }
    }

    private void putIfChanged(DeployedFunction function, Version version) {
        var wanted = function.runnable(version);
        if (functions.find(wanted.versionArn()).filter(wanted::equals).isEmpty()) {
            functions.put(wanted);
        }
    }

    private Version changed(FunctionConfiguration settings, FunctionCode code) {
        return new Version(
                settings.toBuilder()
                        .codeSize(code.size())
                        .codeSha256(code.sha256())
                        .lastModified(LAST_MODIFIED.format(clock.instant()))
                        .revisionId(UUID.randomUUID().toString())
                        .build(),
                code);
    }

    private static LoggingConfig logging(String name, @Nullable LoggingConfig given) {
        UnaryOperator<@Nullable String> text = value -> value == null || value.equals("Text") ? "Text" : "JSON";
        return LoggingConfig.builder()
                .logFormat(text.apply(given == null ? null : given.logFormatAsString()))
                .logGroup(given == null || given.logGroup() == null ? "/aws/lambda/" + name : given.logGroup())
                .build();
    }

    private static SnapStartApplyOn applyOn(@Nullable SnapStart given) {
        return given == null || given.applyOn() == null ? SnapStartApplyOn.NONE : given.applyOn();
    }

    private static Map<String, String> variables(@Nullable Environment given) {
        return given == null ? Map.of() : given.variables();
    }

    private static <T> T or(@Nullable T value, T otherwise) {
        return value == null ? otherwise : value;
    }
}
