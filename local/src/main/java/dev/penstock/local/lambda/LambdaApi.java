package dev.penstock.local.lambda;

import dev.penstock.local.functions.Functions;
import dev.penstock.local.gateway.Request;
import dev.penstock.local.gateway.Response;
import dev.penstock.local.gateway.Service;
import dev.penstock.local.sources.EventSourceMappings;
import dev.penstock.local.wire.RestOperations;
import java.nio.file.Path;
import java.time.InstantSource;
import java.util.function.Function;
import software.amazon.awssdk.services.lambda.model.CreateAliasRequest;
import software.amazon.awssdk.services.lambda.model.CreateEventSourceMappingRequest;
import software.amazon.awssdk.services.lambda.model.CreateFunctionRequest;
import software.amazon.awssdk.services.lambda.model.CreateFunctionUrlConfigRequest;
import software.amazon.awssdk.services.lambda.model.DeleteAliasRequest;
import software.amazon.awssdk.services.lambda.model.DeleteEventSourceMappingRequest;
import software.amazon.awssdk.services.lambda.model.DeleteFunctionConcurrencyRequest;
import software.amazon.awssdk.services.lambda.model.DeleteFunctionRequest;
import software.amazon.awssdk.services.lambda.model.DeleteFunctionUrlConfigRequest;
import software.amazon.awssdk.services.lambda.model.GetAliasRequest;
import software.amazon.awssdk.services.lambda.model.GetEventSourceMappingRequest;
import software.amazon.awssdk.services.lambda.model.GetFunctionConcurrencyRequest;
import software.amazon.awssdk.services.lambda.model.GetFunctionConfigurationRequest;
import software.amazon.awssdk.services.lambda.model.GetFunctionRequest;
import software.amazon.awssdk.services.lambda.model.GetFunctionUrlConfigRequest;
import software.amazon.awssdk.services.lambda.model.InvokeRequest;
import software.amazon.awssdk.services.lambda.model.ListAliasesRequest;
import software.amazon.awssdk.services.lambda.model.ListEventSourceMappingsRequest;
import software.amazon.awssdk.services.lambda.model.ListFunctionsRequest;
import software.amazon.awssdk.services.lambda.model.ListVersionsByFunctionRequest;
import software.amazon.awssdk.services.lambda.model.PublishVersionRequest;
import software.amazon.awssdk.services.lambda.model.PutFunctionConcurrencyRequest;
import software.amazon.awssdk.services.lambda.model.UpdateAliasRequest;
import software.amazon.awssdk.services.lambda.model.UpdateEventSourceMappingRequest;
import software.amazon.awssdk.services.lambda.model.UpdateFunctionCodeRequest;
import software.amazon.awssdk.services.lambda.model.UpdateFunctionConfigurationRequest;

/** The Lambda API behind the gateway. What is not in its table answers 501. */
public final class LambdaApi implements Service, AutoCloseable {
    private static final String FUNCTIONS = "/2015-03-31/functions";
    private static final String FUNCTION = FUNCTIONS + "/{FunctionName}";
    private static final String ALIASES = FUNCTION + "/aliases";
    private static final String URL = "/2021-10-31/functions/{FunctionName}/url";
    private static final String MAPPINGS = "/2015-03-31/event-source-mappings";

    private final RestOperations routes = new RestOperations("lambda");
    private final InvokeOperation invoke;
    private final FunctionUrls urls;

    /**
     * @param mappings the event source mappings of a region
     * @param codeFolder where zips are kept, named by content
     */
    public LambdaApi(
            Functions functions,
            Function<String, EventSourceMappings> mappings,
            InstantSource clock,
            Path codeFolder,
            CodeObjects objects) {
        FunctionOperations operations = new FunctionOperations(functions, clock, codeFolder, objects);
        invoke = new InvokeOperation(operations, functions);
        urls = new FunctionUrls(operations, functions, clock);
        functions(operations);
        versions(new VersionOperations(operations));
        mappings(new MappingOperations(operations, mappings));
        routes.on(201, "POST", URL, CreateFunctionUrlConfigRequest::builder, urls::create)
                .on("GET", URL, GetFunctionUrlConfigRequest::builder, urls::get)
                .on(204, "DELETE", URL, DeleteFunctionUrlConfigRequest::builder, urls::delete);
    }

    private void functions(FunctionOperations functions) {
        routes.on(201, "POST", FUNCTIONS, CreateFunctionRequest::builder, functions::create)
                .on("GET", FUNCTIONS, ListFunctionsRequest::builder, functions::list)
                .on("GET", FUNCTIONS + "/", ListFunctionsRequest::builder, functions::list)
                .on("GET", FUNCTION, GetFunctionRequest::builder, functions::get)
                .on(204, "DELETE", FUNCTION, DeleteFunctionRequest::builder, functions::delete)
                .on(
                        "GET",
                        FUNCTION + "/configuration",
                        GetFunctionConfigurationRequest::builder,
                        functions::configuration)
                .on(
                        "PUT",
                        FUNCTION + "/configuration",
                        UpdateFunctionConfigurationRequest::builder,
                        functions::updateConfiguration)
                .on("PUT", FUNCTION + "/code", UpdateFunctionCodeRequest::builder, functions::updateCode)
                .on("POST", FUNCTION + "/invocations", InvokeRequest::builder, invoke::invoke);
    }

    private void versions(VersionOperations versions) {
        routes.on(201, "POST", FUNCTION + "/versions", PublishVersionRequest::builder, versions::publish)
                .on("GET", FUNCTION + "/versions", ListVersionsByFunctionRequest::builder, versions::versions)
                .on(201, "POST", ALIASES, CreateAliasRequest::builder, versions::createAlias)
                .on("GET", ALIASES, ListAliasesRequest::builder, versions::aliases)
                .on("GET", ALIASES + "/{Name}", GetAliasRequest::builder, versions::getAlias)
                .on("PUT", ALIASES + "/{Name}", UpdateAliasRequest::builder, versions::updateAlias)
                .on(204, "DELETE", ALIASES + "/{Name}", DeleteAliasRequest::builder, versions::deleteAlias)
                .on(
                        "PUT",
                        "/2017-10-31/functions/{FunctionName}/concurrency",
                        PutFunctionConcurrencyRequest::builder,
                        versions::reserve)
                .on(
                        204,
                        "DELETE",
                        "/2017-10-31/functions/{FunctionName}/concurrency",
                        DeleteFunctionConcurrencyRequest::builder,
                        versions::unreserve)
                .on(
                        "GET",
                        "/2019-09-30/functions/{FunctionName}/concurrency",
                        GetFunctionConcurrencyRequest::builder,
                        versions::reserved);
    }

    private void mappings(MappingOperations mappings) {
        for (String path : new String[] {MAPPINGS, MAPPINGS + "/"}) {
            routes.on(202, "POST", path, CreateEventSourceMappingRequest::builder, mappings::create)
                    .on("GET", path, ListEventSourceMappingsRequest::builder, mappings::list);
        }
        routes.on("GET", MAPPINGS + "/{UUID}", GetEventSourceMappingRequest::builder, mappings::get)
                .on(202, "PUT", MAPPINGS + "/{UUID}", UpdateEventSourceMappingRequest::builder, mappings::update)
                .on(202, "DELETE", MAPPINGS + "/{UUID}", DeleteEventSourceMappingRequest::builder, mappings::delete);
    }

    @Override
    public String signingName() {
        return "lambda";
    }

    @Override
    public Response handle(Request request) {
        return request.header("host").orElse("").contains(FunctionUrls.HOST_MARK)
                ? urls.serve(request)
                : routes.handle(request);
    }

    /** Ends asynchronous invocations; functions and mappings belong to others. */
    @Override
    public void close() {
        invoke.close();
    }
}
