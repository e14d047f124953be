package dev.penstock.local.assembly;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.penstock.local.clients.Clients;
import java.io.IOException;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class CloudAssemblyTest {
    @TempDir
    Path directory;

    @BeforeEach
    void writeAssembly() throws IOException {
        write("manifest.json", """
                {"artifacts": {
                  "Streams": {"type": "aws:cloudformation:stack", "environment": "aws://unknown-account/unknown-region",
                              "properties": {"templateFile": "Streams.template.json"}, "dependencies": ["Tables", "Streams.assets"]},
                  "Streams.assets": {"type": "cdk:asset-manifest", "properties": {"file": "Streams.assets.json"}},
                  "Tables": {"type": "aws:cloudformation:stack", "environment": "aws://000000000000/eu-west-1",
                             "properties": {"templateFile": "Tables.template.json", "stackName": "penstock-tables"}},
                  "Tree": {"type": "cdk:tree", "properties": {"file": "tree.json"}}}}
                """);
        write("Streams.assets.json", """
                {"files": {"abc": {"source": {"path": "asset.abc", "packaging": "zip"},
                           "destinations": {"here": {"bucketName": "b", "objectKey": "abc.zip"}}}}}
                """);
        write("Tables.template.json", """
                {"Resources": {}, "Outputs": {"Arn": {"Value": "a", "Export": {"Name": "exported"}}}}
                """);
        write("Streams.template.json", """
                {"Resources": {
                   "Alias": {"Type": "AWS::IAM::Role", "Properties": {"x": {"Fn::GetAtt": ["Version", "Arn"]}}},
                   "Version": {"Type": "AWS::IAM::Role", "DependsOn": "Function"},
                   "Function": {"Type": "AWS::IAM::Role", "Properties": {"x": {"Fn::Sub": "${Role}"}}},
                   "Role": {"Type": "AWS::IAM::Role"}},
                 "Outputs": {"Seen": {"Value": {"Fn::Join": ["-", [
                   {"Fn::ImportValue": "exported"}, {"Fn::GetStackOutput": {"StackName": "penstock-tables", "OutputName": "Arn"}}]]}}}}
                """);
    }

    @Test
    void putsStacksAfterThoseTheyNeed() {
        var assembly = CloudAssembly.read(directory);
        assertEquals(
                List.of("penstock-tables", "Streams"),
                assembly.stacks().stream().map(CloudAssembly.Stack::name).toList());
        assertEquals(
                List.of("eu-west-1", ""),
                assembly.stacks().stream().map(CloudAssembly.Stack::region).toList());
        assertEquals(directory.resolve("asset.abc"), assembly.assets().get("abc.zip"));
    }

    @Test
    void putsResourcesAfterThoseTheyReferTo() {
        var template = CloudAssembly.read(directory).stacks().getLast().template();
        assertEquals(List.of("Role", "Function", "Version", "Alias"), template.order());
    }

    @Test
    void carriesOutputsAcrossStacks() {
        var report = deploy();
        assertEquals("a-a", report.outputs().get("Streams").get("Seen"));
        assertEquals(4, report.declaredOnly().get("AWS::IAM::Role"));
    }

    @Test
    void stopsAtAnUnknownTypeWithItsName() throws IOException {
        write("Tables.template.json", """
                {"Resources": {"Cluster": {"Type": "AWS::Redshift::Cluster"}}}
                """);
        var error = assertThrows(AssemblyException.class, this::deploy);
        assertTrue(error.getMessage().contains("AWS::Redshift::Cluster (penstock-tables/Cluster)"), error.getMessage());
    }

    @Test
    void saysInOneLineWhatIsBroken() throws IOException {
        write("Tables.template.json", "{\"Resources\": {");
        assertEquals(1, messageOfRead().lines().count());
        Files.delete(directory.resolve("Tables.template.json"));
        assertTrue(messageOfRead().contains("Tables.template.json is missing"));
        Files.delete(directory.resolve("manifest.json"));
        assertTrue(messageOfRead().contains("manifest.json is missing"));
    }

    @Test
    void refusesResourcesInACircle() throws IOException {
        write("Tables.template.json", """
                {"Resources": {"A": {"Type": "T", "DependsOn": "B"}, "B": {"Type": "T", "DependsOn": ["A"]}}}
                """);
        var template = CloudAssembly.read(directory).stacks().getFirst().template();
        assertThrows(AssemblyException.class, template::order);
    }

    private String messageOfRead() {
        return assertThrows(AssemblyException.class, () -> CloudAssembly.read(directory))
                .getMessage();
    }

    private Deployment.Report deploy() {
        return Deployment.deploy(
                CloudAssembly.read(directory),
                region -> new Clients(URI.create("http://localhost:1"), region),
                "eu-central-1");
    }

    private void write(String file, String text) throws IOException {
        Files.writeString(directory.resolve(file), text);
    }
}
