package dev.penstock.local.dynamodb;

import dev.penstock.local.gateway.AwsError;
import dev.penstock.local.store.RegionStore;
import dev.penstock.local.store.Table;
import java.util.List;
import software.amazon.awssdk.services.dynamodb.model.ApproximateCreationDateTimePrecision;
import software.amazon.awssdk.services.dynamodb.model.DescribeKinesisStreamingDestinationRequest;
import software.amazon.awssdk.services.dynamodb.model.DescribeKinesisStreamingDestinationResponse;
import software.amazon.awssdk.services.dynamodb.model.DisableKinesisStreamingDestinationRequest;
import software.amazon.awssdk.services.dynamodb.model.DisableKinesisStreamingDestinationResponse;
import software.amazon.awssdk.services.dynamodb.model.EnableKinesisStreamingDestinationRequest;
import software.amazon.awssdk.services.dynamodb.model.EnableKinesisStreamingDestinationResponse;
import software.amazon.awssdk.services.dynamodb.model.UpdateKinesisStreamingDestinationRequest;
import software.amazon.awssdk.services.dynamodb.model.UpdateKinesisStreamingDestinationResponse;

/**
 * The Kinesis destinations of tables that have none, as there is no Kinesis here: what is true of such tables is
 * answered as AWS does (recorded AWS answers), enabling a destination is not simulated.
 */
final class KinesisOperations {
    private KinesisOperations() {}

    static void addTo(DynamoDb dynamodb) {
        dynamodb.on(
                        "EnableKinesisStreamingDestination",
                        EnableKinesisStreamingDestinationRequest::builder,
                        KinesisOperations::enable)
                .on(
                        "DisableKinesisStreamingDestination",
                        DisableKinesisStreamingDestinationRequest::builder,
                        KinesisOperations::disable)
                .on(
                        "UpdateKinesisStreamingDestination",
                        UpdateKinesisStreamingDestinationRequest::builder,
                        KinesisOperations::update)
                .on(
                        "DescribeKinesisStreamingDestination",
                        DescribeKinesisStreamingDestinationRequest::builder,
                        KinesisOperations::describe);
    }

    private static EnableKinesisStreamingDestinationResponse enable(
            RegionStore store, EnableKinesisStreamingDestinationRequest asked) {
        AwsError.required("streamArn", asked.streamArn());
        store.tables().described(asked.tableName());
        throw AwsError.notSimulated("dynamodb", "EnableKinesisStreamingDestination");
    }

    private static DisableKinesisStreamingDestinationResponse disable(
            RegionStore store, DisableKinesisStreamingDestinationRequest asked) {
        AwsError.required("streamArn", asked.streamArn());
        store.tables().described(asked.tableName());
        throw AwsError.validation("Table is not in a valid state to disable Kinesis Streaming Destination:"
                + " KinesisStreamingDestination must be ACTIVE to perform DISABLE operation.");
    }

    private static UpdateKinesisStreamingDestinationResponse update(
            RegionStore store, UpdateKinesisStreamingDestinationRequest asked) {
        AwsError.required("streamArn", asked.streamArn());
        AwsError.required("tableName", asked.tableName());
        var changed = asked.updateKinesisStreamingConfiguration();
        if (changed == null || changed.approximateCreationDateTimePrecision() == null) {
            throw AwsError.validation("Streaming destination cannot be updated with given parameters:"
                    + " UpdateKinesisStreamingConfiguration cannot be null or contain only null values");
        }
        if (changed.approximateCreationDateTimePrecision()
                == ApproximateCreationDateTimePrecision.UNKNOWN_TO_SDK_VERSION) {
            throw AwsError.validation("1 validation error detected: Value '"
                    + changed.approximateCreationDateTimePrecisionAsString()
                    + "' at 'updateKinesisStreamingConfiguration.approximateCreationDateTimePrecision' failed to"
                    + " satisfy constraint: Member must satisfy enum value set: [MILLISECOND, MICROSECOND]");
        }
        Table table = store.tables().described(asked.tableName());
        throw AwsError.validation("Table is not in a valid state to enable Kinesis Streaming Destination: No streaming"
                + " destination with streamArn: " + asked.streamArn() + " found for table with tableName: "
                + table.name());
    }

    private static DescribeKinesisStreamingDestinationResponse describe(
            RegionStore store, DescribeKinesisStreamingDestinationRequest asked) {
        return DescribeKinesisStreamingDestinationResponse.builder()
                .tableName(store.tables().described(asked.tableName()).name())
                .kinesisDataStreamDestinations(List.of())
                .build();
    }
}
