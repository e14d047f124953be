package dev.penstock.local.glue;

import dev.penstock.local.gateway.AwsError;
import dev.penstock.local.gateway.Gateway;
import dev.penstock.local.gateway.Request;
import dev.penstock.local.gateway.Response;
import dev.penstock.local.gateway.Service;
import dev.penstock.local.wire.JsonOperations;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ConcurrentSkipListMap;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;
import software.amazon.awssdk.services.glue.GlueClient;
import software.amazon.awssdk.services.glue.model.BatchCreatePartitionRequest;
import software.amazon.awssdk.services.glue.model.BatchCreatePartitionResponse;
import software.amazon.awssdk.services.glue.model.Column;
import software.amazon.awssdk.services.glue.model.CreateDatabaseRequest;
import software.amazon.awssdk.services.glue.model.CreateDatabaseResponse;
import software.amazon.awssdk.services.glue.model.CreatePartitionRequest;
import software.amazon.awssdk.services.glue.model.CreatePartitionResponse;
import software.amazon.awssdk.services.glue.model.CreateTableRequest;
import software.amazon.awssdk.services.glue.model.CreateTableResponse;
import software.amazon.awssdk.services.glue.model.Database;
import software.amazon.awssdk.services.glue.model.DeletePartitionRequest;
import software.amazon.awssdk.services.glue.model.DeletePartitionResponse;
import software.amazon.awssdk.services.glue.model.DeleteTableRequest;
import software.amazon.awssdk.services.glue.model.DeleteTableResponse;
import software.amazon.awssdk.services.glue.model.GetDatabaseRequest;
import software.amazon.awssdk.services.glue.model.GetDatabaseResponse;
import software.amazon.awssdk.services.glue.model.GetPartitionRequest;
import software.amazon.awssdk.services.glue.model.GetPartitionResponse;
import software.amazon.awssdk.services.glue.model.GetPartitionsRequest;
import software.amazon.awssdk.services.glue.model.GetPartitionsResponse;
import software.amazon.awssdk.services.glue.model.GetTableRequest;
import software.amazon.awssdk.services.glue.model.GetTableResponse;
import software.amazon.awssdk.services.glue.model.GetTablesRequest;
import software.amazon.awssdk.services.glue.model.GetTablesResponse;
import software.amazon.awssdk.services.glue.model.Partition;
import software.amazon.awssdk.services.glue.model.PartitionError;
import software.amazon.awssdk.services.glue.model.PartitionInput;
import software.amazon.awssdk.services.glue.model.Table;

/** Glue: databases, tables and their partitions, in memory. */
public final class GlueService implements Service {
    private static final Pattern EQUALS = Pattern.compile("\\(?\\s*(\\w+)\\s*=\\s*'?([^'()]*)'?\\s*\\)?");

    private final InstantSource clock;
    private final Map<String, Catalog> catalogs = new ConcurrentHashMap<>();
    private final JsonOperations operations;

    /** What Glue keeps in one region; keys are database, database/table and so on. */
    private record Catalog(
            Map<String, Database> databases,
            Map<String, Table> tables,
            Map<String, Map<List<String>, Partition>> partitions) {
        Catalog() {
            this(new ConcurrentSkipListMap<>(), new ConcurrentSkipListMap<>(), new ConcurrentHashMap<>());
        }
    }

    public GlueService(InstantSource clock) {
        this.clock = clock;
        this.operations = new JsonOperations("glue", GlueClient.class)
                .on("CreateDatabase", CreateDatabaseRequest::builder, this::createDatabase)
                .on("GetDatabase", GetDatabaseRequest::builder, this::getDatabase)
                .on("CreateTable", CreateTableRequest::builder, this::createTable)
                .on("GetTable", GetTableRequest::builder, this::getTable)
                .on("GetTables", GetTablesRequest::builder, this::getTables)
                .on("DeleteTable", DeleteTableRequest::builder, this::deleteTable)
                .on("CreatePartition", CreatePartitionRequest::builder, this::createPartition)
                .on("BatchCreatePartition", BatchCreatePartitionRequest::builder, this::createPartitions)
                .on("GetPartition", GetPartitionRequest::builder, this::getPartition)
                .on("GetPartitions", GetPartitionsRequest::builder, this::getPartitions)
                .on("DeletePartition", DeletePartitionRequest::builder, this::deletePartition);
    }

    @Override
    public String signingName() {
        return "glue";
    }

    @Override
    public Response handle(Request request) {
        return operations.handle(request);
    }

    private Catalog catalog(Request http) {
        return catalogs.computeIfAbsent(http.region(), region -> new Catalog());
    }

    private CreateDatabaseResponse createDatabase(CreateDatabaseRequest request, Request http) {
        if (request.databaseInput() == null || request.databaseInput().name() == null) {
            throw invalid("DatabaseInput.Name must not be null");
        }
        String name = request.databaseInput().name();
        Database database = Copy.into(Database.builder(), request.databaseInput())
                .catalogId(Gateway.ACCOUNT)
                .createTime(clock.instant())
                .build();
        if (catalog(http).databases().putIfAbsent(name, database) != null) {
            throw new AwsError(400, "AlreadyExistsException", "Database already exists.");
        }
        return CreateDatabaseResponse.builder().build();
    }

    private GetDatabaseResponse getDatabase(GetDatabaseRequest request, Request http) {
        return GetDatabaseResponse.builder()
                .database(database(http, request.name()))
                .build();
    }

    private Database database(Request http, @Nullable String name) {
        Database database = name == null ? null : catalog(http).databases().get(name);
        if (database == null) {
            throw notFound("Database " + name + " not found.");
        }
        return database;
    }

    private CreateTableResponse createTable(CreateTableRequest request, Request http) {
        database(http, request.databaseName());
        if (request.tableInput() == null || request.tableInput().name() == null) {
            throw invalid("TableInput.Name must not be null");
        }
        Table table = Copy.into(Table.builder(), request.tableInput())
                .databaseName(request.databaseName())
                .catalogId(Gateway.ACCOUNT)
                .createTime(clock.instant())
                .updateTime(clock.instant())
                .build();
        String key = request.databaseName() + "/" + table.name();
        if (catalog(http).tables().putIfAbsent(key, table) != null) {
            throw new AwsError(400, "AlreadyExistsException", "Table already exists.");
        }
        catalog(http).partitions().put(key, new ConcurrentHashMap<>());
        return CreateTableResponse.builder().build();
    }

    private Table table(Request http, @Nullable String database, @Nullable String name) {
        database(http, database);
        Table table = catalog(http).tables().get(database + "/" + name);
        if (table == null) {
            throw notFound("Entity Not Found: table " + name);
        }
        return table;
    }

    private Map<List<String>, Partition> partitions(Request http, Table table) {
        return catalog(http)
                .partitions()
                .computeIfAbsent(table.databaseName() + "/" + table.name(), key -> new ConcurrentHashMap<>());
    }

    private GetTableResponse getTable(GetTableRequest request, Request http) {
        return GetTableResponse.builder()
                .table(table(http, request.databaseName(), request.name()))
                .build();
    }

    private GetTablesResponse getTables(GetTablesRequest request, Request http) {
        database(http, request.databaseName());
        return GetTablesResponse.builder()
                .tableList(catalog(http).tables().values().stream()
                        .filter(table -> table.databaseName().equals(request.databaseName()))
                        .filter(table -> request.expression() == null
                                || table.name().matches(request.expression().replace("*", ".*")))
                        .toList())
                .build();
    }

    private DeleteTableResponse deleteTable(DeleteTableRequest request, Request http) {
        Table table = table(http, request.databaseName(), request.name());
        String key = table.databaseName() + "/" + table.name();
        catalog(http).tables().remove(key);
        catalog(http).partitions().remove(key);
        return DeleteTableResponse.builder().build();
    }

    private CreatePartitionResponse createPartition(CreatePartitionRequest request, Request http) {
        Table table = table(http, request.databaseName(), request.tableName());
        if (!add(http, table, request.partitionInput())) {
            throw new AwsError(400, "AlreadyExistsException", "Partition already exists.");
        }
        return CreatePartitionResponse.builder().build();
    }

    private BatchCreatePartitionResponse createPartitions(BatchCreatePartitionRequest request, Request http) {
        Table table = table(http, request.databaseName(), request.tableName());
        List<PartitionError> errors = new ArrayList<>();
        for (PartitionInput input : request.partitionInputList()) {
            if (!add(http, table, input)) {
                errors.add(PartitionError.builder()
                        .partitionValues(input.values())
                        .errorDetail(
                                e -> e.errorCode("AlreadyExistsException").errorMessage("Partition already exists."))
                        .build());
            }
        }
        return BatchCreatePartitionResponse.builder().errors(errors).build();
    }

    private boolean add(Request http, Table table, @Nullable PartitionInput input) {
        int keys = table.partitionKeys().size();
        if (input == null || input.values().size() != keys) {
            throw invalid("The number of partition keys do not match the number of partition values: "
                    + (input == null ? 0 : input.values().size()) + " given, " + keys + " wanted");
        }
        Partition partition = Copy.into(Partition.builder(), input)
                .databaseName(table.databaseName())
                .tableName(table.name())
                .catalogId(Gateway.ACCOUNT)
                .creationTime(clock.instant())
                .build();
        return partitions(http, table).putIfAbsent(List.copyOf(input.values()), partition) == null;
    }

    private GetPartitionResponse getPartition(GetPartitionRequest request, Request http) {
        Table table = table(http, request.databaseName(), request.tableName());
        Partition partition = partitions(http, table).get(request.partitionValues());
        if (partition == null) {
            throw notFound("Cannot find partition.");
        }
        return GetPartitionResponse.builder().partition(partition).build();
    }

    private GetPartitionsResponse getPartitions(GetPartitionsRequest request, Request http) {
        Table table = table(http, request.databaseName(), request.tableName());
        String expression = request.expression() == null ? "" : request.expression();
        return GetPartitionsResponse.builder()
                .partitions(partitions(http, table).values().stream()
                        .filter(partition -> matches(table, partition, expression))
                        .sorted((a, b) ->
                                a.values().toString().compareTo(b.values().toString()))
                        .toList())
                .build();
    }

    /** Understands equalities joined by AND; all else answers 501. */
    private static boolean matches(Table table, Partition partition, String expression) {
        if (expression.isBlank()) {
            return true;
        }
        List<String> keys = table.partitionKeys().stream().map(Column::name).toList();
        for (String part : expression.split("(?i)\\s+and\\s+", -1)) {
            Matcher matcher = EQUALS.matcher(part);
            int index = matcher.matches() ? keys.indexOf(matcher.group(1)) : -1;
            if (index < 0) {
                throw AwsError.notSimulated("glue", "partition expression " + expression);
            }
            if (!partition.values().get(index).equals(matcher.group(2).strip())) {
                return false;
            }
        }
        return true;
    }

    private DeletePartitionResponse deletePartition(DeletePartitionRequest request, Request http) {
        Table table = table(http, request.databaseName(), request.tableName());
        if (partitions(http, table).remove(request.partitionValues()) == null) {
            throw notFound("Cannot find partition.");
        }
        return DeletePartitionResponse.builder().build();
    }

    private static AwsError invalid(String message) {
        return new AwsError(400, "InvalidInputException", message);
    }

    private static AwsError notFound(String message) {
        return new AwsError(400, "EntityNotFoundException", message);
    }
}
