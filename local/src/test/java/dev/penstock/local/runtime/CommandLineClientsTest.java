package dev.penstock.local.runtime;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The AWS CLI and boto3, unmodified. Skipped, with the reason, where they are not installed. */
class CommandLineClientsTest {
    @TempDir
    Path directory;

    private final ServicesUnderTest services = new ServicesUnderTest();

    @AfterEach
    void close() {
        services.close();
    }

    @Test
    void awsCliWorks() throws Exception {
        assumeTrue(run("aws", "--version").exit() == 0, "the AWS CLI (aws) is not installed");
        assertTrue(aws("sts", "get-caller-identity").contains("000000000000"));
        aws("s3", "mb", "s3://photos");
        Path file = Files.writeString(directory.resolve("a.txt"), "hello");
        aws("s3", "cp", file.toString(), "s3://photos/deep/a.txt");
        assertTrue(aws("s3", "ls", "s3://photos/deep/").contains("a.txt"));
        assertEquals("hello", aws("s3", "cp", "s3://photos/deep/a.txt", "-"));
        aws("sns", "create-topic", "--name", "news");
        assertTrue(aws("sqs", "create-queue", "--queue-name", "inbox").contains("/000000000000/inbox"));
        aws("cloudwatch", "put-metric-data", "--namespace", "App", "--metric-name", "m", "--value", "1");
        assertTrue(aws("cloudwatch", "list-metrics").contains("App"));
    }

    @Test
    void boto3Works() throws Exception {
        assumeTrue(run("python3", "-c", "import boto3").exit() == 0, "python3 with boto3 is not installed");
        String script = """
                import boto3, sys
                def client(name):
                    return boto3.client(name, endpoint_url=sys.argv[1], region_name='us-east-1',
                                        aws_access_key_id='a', aws_secret_access_key='b')
                s3 = client('s3')
                s3.create_bucket(Bucket='photos')
                s3.put_object(Bucket='photos', Key='k', Body=b'x' * 20_000_000)
                assert len(s3.get_object(Bucket='photos', Key='k')['Body'].read()) == 20_000_000
                assert [o['Key'] for o in s3.list_objects_v2(Bucket='photos')['Contents']] == ['k']
                import io
                s3.upload_fileobj(io.BytesIO(b'y' * 20_000_000), 'photos', 'm')
                assert s3.head_object(Bucket='photos', Key='m')['ContentLength'] == 20_000_000
                ses = client('sesv2')
                ses.create_email_identity(EmailIdentity='a@example.com')
                ses.send_email(FromEmailAddress='a@example.com', Destination={'ToAddresses': ['b@example.com']},
                               Content={'Simple': {'Subject': {'Data': 's'}, 'Body': {'Text': {'Data': 't'}}}})
                logs = client('logs')
                logs.create_log_group(logGroupName='/g')
                try:
                    logs.create_log_group(logGroupName='/g')
                    assert False
                except logs.exceptions.ResourceAlreadyExistsException:
                    pass
                sns = client('sns')
                sns.publish(TopicArn=sns.create_topic(Name='t')['TopicArn'], Message='m')
                client('events').put_rule(Name='r', ScheduleExpression='rate(1 hour)')
                client('glue').create_database(DatabaseInput={'Name': 'd'})
                print('done')
                """;
        Path file = Files.writeString(directory.resolve("try.py"), script);
        Result result =
                run("python3", file.toString(), services.gateway().endpoint().toString());
        assertEquals(0, result.exit(), result.output());
        assertEquals(1, services.services().mails().all().size());
    }

    private String aws(String... arguments) throws Exception {
        String[] command = new String[arguments.length + 3];
        command[0] = "aws";
        command[1] = "--endpoint-url";
        command[2] = services.gateway().endpoint().toString();
        System.arraycopy(arguments, 0, command, 3, arguments.length);
        Result result = run(command);
        assertEquals(0, result.exit(), List.of(command) + " answered " + result.output());
        return result.output();
    }

    private record Result(int exit, String output) {}

    private Result run(String... command) throws Exception {
        Path output = Files.createTempFile(directory, "output", "");
        ProcessBuilder builder =
                new ProcessBuilder(command).redirectErrorStream(true).redirectOutput(output.toFile());
        builder.environment().put("AWS_ACCESS_KEY_ID", "local");
        builder.environment().put("AWS_SECRET_ACCESS_KEY", "local");
        builder.environment().put("AWS_DEFAULT_REGION", "us-east-1");
        try {
            Process process = builder.start();
            if (!process.waitFor(120, TimeUnit.SECONDS)) {
                process.destroyForcibly();
                return new Result(-1, "no end within 120 s: " + List.of(command));
            }
            return new Result(process.exitValue(), Files.readString(output, StandardCharsets.UTF_8));
        } catch (IOException notInstalled) {
            return new Result(-1, notInstalled.toString());
        }
    }
}
