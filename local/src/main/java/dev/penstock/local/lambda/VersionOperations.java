package dev.penstock.local.lambda;

import dev.penstock.local.gateway.AwsError;
import dev.penstock.local.gateway.Request;
import dev.penstock.local.lambda.DeployedFunction.Version;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import org.jspecify.annotations.Nullable;
import software.amazon.awssdk.services.lambda.model.AliasConfiguration;
import software.amazon.awssdk.services.lambda.model.CreateAliasRequest;
import software.amazon.awssdk.services.lambda.model.DeleteAliasRequest;
import software.amazon.awssdk.services.lambda.model.DeleteAliasResponse;
import software.amazon.awssdk.services.lambda.model.DeleteFunctionConcurrencyRequest;
import software.amazon.awssdk.services.lambda.model.DeleteFunctionConcurrencyResponse;
import software.amazon.awssdk.services.lambda.model.FunctionConfiguration;
import software.amazon.awssdk.services.lambda.model.GetAliasRequest;
import software.amazon.awssdk.services.lambda.model.GetFunctionConcurrencyRequest;
import software.amazon.awssdk.services.lambda.model.GetFunctionConcurrencyResponse;
import software.amazon.awssdk.services.lambda.model.ListAliasesRequest;
import software.amazon.awssdk.services.lambda.model.ListAliasesResponse;
import software.amazon.awssdk.services.lambda.model.ListVersionsByFunctionRequest;
import software.amazon.awssdk.services.lambda.model.ListVersionsByFunctionResponse;
import software.amazon.awssdk.services.lambda.model.PublishVersionRequest;
import software.amazon.awssdk.services.lambda.model.PutFunctionConcurrencyRequest;
import software.amazon.awssdk.services.lambda.model.PutFunctionConcurrencyResponse;
import software.amazon.awssdk.services.lambda.model.UpdateAliasRequest;

/** Published versions, aliases and reserved concurrency. */
final class VersionOperations {
    private final FunctionOperations functions;

    VersionOperations(FunctionOperations functions) {
        this.functions = functions;
    }

    FunctionConfiguration publish(PublishVersionRequest request, Request http) {
        FunctionReference reference = reference(request.functionName(), http);
        functions.function(reference);
        return functions
                .publish(reference.arn(), request.description() == null ? "" : request.description())
                .configuration();
    }

    ListVersionsByFunctionResponse versions(ListVersionsByFunctionRequest request, Request http) {
        return functions.change(reference(request.functionName(), http), function -> {
            List<FunctionConfiguration> versions = new ArrayList<>();
            versions.add(function.latest.configuration());
            function.versions.values().stream().map(Version::configuration).forEach(versions::add);
            return ListVersionsByFunctionResponse.builder().versions(versions).build();
        });
    }

    AliasConfiguration createAlias(CreateAliasRequest request, Request http) {
        return functions.change(reference(request.functionName(), http), function -> {
            if (function.aliases.containsKey(request.name())) {
                throw new AwsError(
                        409,
                        "ResourceConflictException",
                        "Alias already exists: " + function.arn() + ":" + request.name(),
                        Map.of("Type", "User"));
            }
            return alias(function, request.name(), request.functionVersion(), request.description());
        });
    }

    AliasConfiguration updateAlias(UpdateAliasRequest request, Request http) {
        return functions.change(reference(request.functionName(), http), function -> {
            AliasConfiguration old = alias(function, request.name());
            return alias(
                    function,
                    request.name(),
                    request.functionVersion() == null ? old.functionVersion() : request.functionVersion(),
                    request.description() == null ? old.description() : request.description());
        });
    }

    AliasConfiguration getAlias(GetAliasRequest request, Request http) {
        return alias(functions.function(reference(request.functionName(), http)), request.name());
    }

    ListAliasesResponse aliases(ListAliasesRequest request, Request http) {
        return functions.change(
                reference(request.functionName(), http),
                function -> ListAliasesResponse.builder()
                        .aliases(function.aliases.values())
                        .build());
    }

    DeleteAliasResponse deleteAlias(DeleteAliasRequest request, Request http) {
        return functions.change(reference(request.functionName(), http), function -> {
            function.aliases.remove(request.name());
            return DeleteAliasResponse.builder().build();
        });
    }

    PutFunctionConcurrencyResponse reserve(PutFunctionConcurrencyRequest request, Request http) {
        return functions.change(reference(request.functionName(), http), function -> {
            function.reservedConcurrency = request.reservedConcurrentExecutions();
            return PutFunctionConcurrencyResponse.builder()
                    .reservedConcurrentExecutions(request.reservedConcurrentExecutions())
                    .build();
        });
    }

    GetFunctionConcurrencyResponse reserved(GetFunctionConcurrencyRequest request, Request http) {
        return functions.change(
                reference(request.functionName(), http),
                function -> GetFunctionConcurrencyResponse.builder()
                        .reservedConcurrentExecutions(function.reservedConcurrency)
                        .build());
    }

    DeleteFunctionConcurrencyResponse unreserve(DeleteFunctionConcurrencyRequest request, Request http) {
        return functions.change(reference(request.functionName(), http), function -> {
            function.reservedConcurrency = null;
            return DeleteFunctionConcurrencyResponse.builder().build();
        });
    }

    private static AliasConfiguration alias(
            DeployedFunction function, String name, String version, @Nullable String description) {
        if (!version.equals("$LATEST") && function.find(version) == null) {
            throw new AwsError(
                    404,
                    "ResourceNotFoundException",
                    "Function not found: " + function.arn() + ":" + version,
                    Map.of("Type", "User"));
        }
        AliasConfiguration alias = AliasConfiguration.builder()
                .aliasArn(function.arn() + ":" + name)
                .name(name)
                .functionVersion(version)
                .description(description == null ? "" : description)
                .revisionId(UUID.randomUUID().toString())
                .build();
        function.aliases.put(name, alias);
        return alias;
    }

    private static AliasConfiguration alias(DeployedFunction function, String name) {
        AliasConfiguration alias = function.aliases.get(name);
        if (alias == null) {
            throw new AwsError(
                    404,
                    "ResourceNotFoundException",
                    "Cannot find alias arn: " + function.arn() + ":" + name,
                    Map.of("Type", "User"));
        }
        return alias;
    }

    private static FunctionReference reference(String name, Request http) {
        return FunctionReference.parse(name, http.region(), null);
    }
}
